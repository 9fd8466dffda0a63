//! What stands around every page: the wiki's name, who is signed in, and the languages.

use daemun_action_api::Site;
use daemun_messages::Language;
use serde::Serialize;

use crate::assets;
use crate::page::Visit;
use crate::titles;
use crate::view::Addresses;

/// The languages that pages are written in, each with its own name.
const LANGUAGES: [(&str, &str); 2] = [("en", "English"), ("ko", "한국어")];

/// The variables of `layout.html`.
#[derive(Serialize)]
pub(crate) struct Frame<'a> {
    #[serde(skip)]
    pub(crate) site: &'a Site,
    wiki: &'a str,
    /// The address of the main page.
    main_page: String,
    language: &'a str,
    /// The address of the style sheet.
    style: String,
    languages: Vec<LanguageLink>,
    /// Who is signed in; where that is not known nothing is offered either.
    person: Option<String>,
    knows_person: bool,
    /// Whether a stranger may make an account.
    may_create_account: bool,
    has_bot_passwords: bool,
    /// Where a link to sign in shall lead back to: a title.
    back: String,
}

#[derive(Serialize)]
struct LanguageLink {
    code: &'static str,
    name: &'static str,
    address: String,
    is_current: bool,
}

impl<'a> Frame<'a> {
    /// The frame of a page that cannot say who its visitor is.
    pub(crate) fn of(site: &'a Site, addresses: &'a Addresses) -> Self {
        Self {
            site,
            wiki: &site.name,
            main_page: addresses.page(&site.main_page, &[]),
            // What the page is written in, which for other languages is English.
            language: match addresses.language.code() {
                code @ ("ko" | "ko-kp" | "qqx") => code,
                _ => "en",
            },
            style: assets::STYLE.url(site),
            languages: Vec::new(),
            person: None,
            knows_person: false,
            may_create_account: false,
            has_bot_passwords: false,
            back: String::new(),
        }
    }

    /// The frame of a visit.
    pub(crate) fn of_visit(visit: &'a Visit<'a>) -> Self {
        let environment = visit.manager().environment();
        let (settings, now) = (&environment.settings, environment.clock.now());
        let user = visit.session.user();
        Self {
            languages: languages(visit.language(), |code| in_language(visit, code)),
            person: user.is_registered().then(|| user.name()),
            knows_person: true,
            may_create_account: user.is_allowed("createaccount", &settings.rights, now),
            has_bot_passwords: settings.enable_bot_passwords,
            back: back(visit),
            ..Self::of(&visit.api.site, &visit.addresses)
        }
    }

    /// A frame for tests.
    #[cfg(test)]
    pub(crate) fn sample(site: &'a Site, addresses: &'a Addresses, person: Option<&str>) -> Self {
        Self {
            languages: languages(&addresses.language, |code| format!("/wiki/X?uselang={code}")),
            person: person.map(str::to_owned),
            knows_person: true,
            may_create_account: true,
            has_bot_passwords: true,
            ..Self::of(site, addresses)
        }
    }
}

fn languages(current: &Language, address: impl Fn(&str) -> String) -> Vec<LanguageLink> {
    let link = |(code, name)| {
        let (address, is_current) = (address(code), current.code() == code);
        LanguageLink { code, name, address, is_current }
    };
    LANGUAGES.into_iter().map(link).collect()
}

/// This page in another language. What was posted is not sent again, and no secret stands in an
/// address.
fn in_language(visit: &Visit<'_>, code: &str) -> String {
    let Some(query) = visit.request.address_with("uselang", code) else {
        let title = visit.return_title().unwrap_or_default();
        let query = visit.param("returntoquery").unwrap_or_default();
        let query = [("returnto", &*title), ("returntoquery", &*query), ("uselang", code)];
        return visit.addresses.page(&visit.title, &query);
    };
    let rest = query.split('&').filter(|pair| !pair.starts_with("title="));
    let rest: String = rest.map(|pair| format!("&{pair}")).collect();
    let script = visit.api.site.script_url("index.php");
    format!("{script}?title={}{rest}", titles::encoded(&visit.title))
}

fn back(visit: &Visit<'_>) -> String {
    if titles::known(&visit.title).signs_in_or_out() {
        return visit.return_title().unwrap_or_default();
    }
    visit.title.clone()
}
