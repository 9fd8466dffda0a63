//! What is at a title that names no page of ours: the main page, nothing, or nothing that can be
//! read without signing in.

use daemun_action_api::http::Answer;
use daemun_messages::{Message, Param};
use serde::Serialize;

use crate::page::{Caching, Visit};
use crate::view::{Template, View, template};

/// What is said there.
#[derive(Serialize)]
pub(crate) struct NothingHere {
    #[serde(skip)]
    wiki: Option<String>,
    said: Message,
    /// Where to sign in, for those who are not.
    sign_in: Option<String>,
}

/// Answers a request for the page.
pub(crate) fn answer(visit: Visit<'_>) -> Answer {
    let settings = &visit.manager().environment().settings;
    let now = visit.manager().environment().clock.now();
    let user = visit.session.user();
    let back = [("returnto", visit.title.as_str())];
    let sign_in = || visit.addresses.page("Special:UserLogin", &back);
    if !user.is_allowed("read", &settings.rights, now) {
        let said = Message::new("daemun-page-sign-in-to-read");
        let view = NothingHere { wiki: None, said, sign_in: Some(sign_in()) };
        return visit.show(&view, Caching::Never);
    }
    let is_main = visit.title.replace('_', " ") == visit.api.site.main_page;
    let key = if is_main { "daemun-page-main" } else { "daemun-page-none" };
    let view = NothingHere {
        wiki: Some(visit.api.site.name.clone()),
        said: Message::new(key).with(visit.api.site.api_url()),
        sign_in: (!user.is_registered()).then(sign_in),
    };
    let answer = visit.show(&view, Caching::Private);
    Answer { status: if is_main { 200 } else { 404 }, ..answer }
}

impl View for NothingHere {
    const TEMPLATE: Template = template!("not_found.html");

    fn name(&self) -> &'static str {
        "Badtitle"
    }

    fn title(&self) -> Message {
        match &self.wiki {
            Some(wiki) => Message::new("rawmessage").with(Param::plaintext(wiki.clone())),
            None => Message::new("loginreqtitle"),
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let said = || Message::new("daemun-page-none").with("http://localhost/w/api.php");
        let sign_in = Some("/wiki/Special:UserLogin".to_owned());
        vec![
            Self { wiki: None, said: said(), sign_in },
            Self { wiki: Some("A wiki".to_owned()), said: said(), sign_in: None },
        ]
    }
}
