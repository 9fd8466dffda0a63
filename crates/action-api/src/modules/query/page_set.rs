//! The pages that `titles`, `pageids` and `revids` name (MediaWiki's `ApiPageSet`). A login server
//! has none of them, and says of each what a wiki says of a page that is not there.

use std::borrow::Cow;
use std::collections::HashSet;

use daemun_mediawiki::title::{Namespaces, Title, TitleProblem, TitleRules};
use daemun_messages::{Language, Message, Param as MessageParam};

use crate::call::Call;
use crate::error::{ApiError, Failure};
use crate::output::{ErrorFormat, ErrorFormatter};
use crate::value::{Kind, Object, Value, list};

/// The parameters that name pages, of which one may be used.
const SOURCES: [&str; 3] = ["titles", "pageids", "revids"];

/// Puts what is known of the named pages into the result.
///
/// # Errors
/// `multisource` for pages named in two ways.
pub(super) fn resolve(call: &mut Call<'_>) -> Result<(), Failure> {
    let given: Vec<&str> =
        SOURCES.into_iter().filter(|source| call.values.list(source).is_some()).collect();
    if let [first, second, ..] = given.as_slice() {
        let message = Message::new("apierror-invalidparammix-cannotusewith")
            .with((*second).to_owned())
            .with((*first).to_owned());
        return Err(ApiError::new(message).code("multisource").into());
    }
    let source = given.first().copied();
    let named = source.and_then(|source| call.values.list(source)).unwrap_or_default().to_vec();
    let mut pages = Pages::default();
    match source {
        Some("titles") => {
            let special_pages = call.api.site.special_pages();
            let rules = &call.api.names.titles;
            let errors = &call.presentation.errors;
            Reading { rules, special_pages, errors, pages: &mut pages }.read(&named);
        }
        Some("pageids") => {
            for id in &named {
                let page = Object::new().with("pageid", number(id)).with("missing", true);
                pages.found.push((number(id), page));
            }
        }
        Some("revids") => {
            if call.values.is_set("redirects") {
                let warning = ApiError::of("apiwarn-redirectsandrevids");
                call.output.warn("query", warning);
            }
            bad_revisions(call, &named);
        }
        _ => {}
    }
    pages.write(call);
    Ok(())
}

/// The parameter's values were read as numbers before.
fn number(id: &str) -> i64 {
    id.parse().unwrap_or_default()
}

fn bad_revisions(call: &mut Call<'_>, ids: &[Cow<'static, str>]) {
    let revisions = ids.iter().fold(Object::new(), |all, id| {
        let revision = Object::new().with("revid", number(id)).with("missing", true);
        all.with(id.clone(), revision)
    });
    if !ids.is_empty() {
        call.output.set_in("query", "badrevids", revisions.numbered("rev"));
    }
}

/// What is known of pages, with the numbers that name them. Pages without a number of their own
/// count down from -1.
#[derive(Default)]
struct Pages {
    /// Titles that were sent in another than their one form.
    normalized: Vec<(String, String)>,
    /// Titles that lead to other wikis, with the wiki's prefix.
    interwiki: Vec<(String, String)>,
    found: Vec<(i64, Object)>,
    /// How many numbers were given away.
    counted: i64,
}

impl Pages {
    fn next_number(&mut self) -> i64 {
        self.counted += 1;
        -self.counted
    }

    fn write(self, call: &mut Call<'_>) {
        if !self.normalized.is_empty() {
            let entries = self.normalized.into_iter().map(|(from, to)| {
                Object::new().with("fromencoded", false).with("from", from).with("to", to)
            });
            call.output.set_in("query", "normalized", list("n", entries));
        }
        if !self.interwiki.is_empty() {
            let entries = self
                .interwiki
                .into_iter()
                .map(|(title, prefix)| Object::new().with("title", title).with("iw", prefix));
            call.output.set_in("query", "interwiki", list("i", entries));
        }
        if self.found.is_empty() {
            return;
        }
        if call.values.is_set("indexpageids") {
            let ids = self.found.iter().map(|(number, _)| number.to_string());
            call.output.set_in("query", "pageids", list("id", ids));
        }
        let pages = self
            .found
            .into_iter()
            .fold(Object::new(), |all, (number, page)| all.with(number.to_string(), page));
        let pages = pages.kind(Kind::ListInVersion2).numbered("page");
        call.output.set_in("query", "pages", pages);
    }
}

/// Reading titles.
struct Reading<'r> {
    rules: &'r TitleRules,
    special_pages: daemun_mediawiki::title::SpecialPages,
    errors: &'r ErrorFormatter,
    pages: &'r mut Pages,
}

impl Reading<'_> {
    /// Numbers go to bad titles first, then to special pages, then to missing pages, namespace
    /// after namespace. In the result the missing ones come first.
    fn read(self, titles: &[Cow<'static, str>]) {
        let mut good = Vec::new();
        let mut bad = Vec::new();
        for text in titles {
            match Title::parse(text, Namespaces::MAIN, self.rules) {
                Ok(title) => good.push((text, title)),
                Err(problem) => {
                    let page = self.invalid(text, &problem);
                    bad.push((self.pages.next_number(), page));
                }
            }
        }
        let mut special = Vec::new();
        let mut missing: Vec<(i32, Vec<String>)> = Vec::new();
        let mut seen = HashSet::new();
        for (text, mut title) in good {
            let known = self.proper(&mut title);
            let prefixed = title.prefixed(self.rules);
            if *text != prefixed {
                self.pages.normalized.push((text.to_string(), prefixed.clone()));
            }
            if let Some(interwiki) = title.interwiki {
                self.pages.interwiki.push((prefixed, interwiki));
                continue;
            }
            if title.text.is_empty() || !seen.insert(prefixed.clone()) {
                continue;
            }
            if title.namespace < 0 {
                let mut page = entry(title.namespace, prefixed).with("special", true);
                if !known {
                    page.set("missing", true);
                }
                special.push((self.pages.next_number(), page));
                continue;
            }
            match missing.iter_mut().find(|(namespace, _)| *namespace == title.namespace) {
                Some((_, texts)) => texts.push(title.text),
                None => missing.push((title.namespace, vec![title.text])),
            }
        }
        for (namespace, text) in
            missing.into_iter().flat_map(|(n, texts)| texts.into_iter().map(move |text| (n, text)))
        {
            let page = self.missing(namespace, text);
            let number = self.pages.next_number();
            self.pages.found.push((number, page));
        }
        self.pages.found.extend(bad);
        self.pages.found.extend(special);
    }

    /// Gives a special page the name that it has on this wiki; whether there is such a page.
    fn proper(&self, title: &mut Title) -> bool {
        if title.namespace != Namespaces::SPECIAL || title.interwiki.is_some() {
            return false;
        }
        let Some(proper) = self.special_pages.proper(&title.text) else { return false };
        title.text = proper;
        true
    }

    fn missing(&self, namespace: i32, text: String) -> Object {
        let key = text.replace(' ', "_");
        let mut characters = key.chars();
        let first = characters.next().map(char::to_lowercase);
        let key: String = first.into_iter().flatten().chain(characters).collect();
        let known = namespace == Namespaces::MEDIAWIKI && daemun_messages::exists(&key);
        let title = Title { interwiki: None, namespace, text, fragment: String::new() };
        let page = entry(namespace, title.prefixed(self.rules)).with("missing", true);
        if known { page.with("known", true) } else { page }
    }

    fn invalid(&self, text: &str, problem: &TitleProblem) -> Object {
        let message = Message::new(problem.message_key());
        let message = match problem {
            TitleProblem::Characters(found) => message.with(MessageParam::plaintext(found)),
            TitleProblem::TooLong(most) => {
                message.with(MessageParam::Num(i64::try_from(*most).unwrap_or(i64::MAX)))
            }
            _ => message,
        };
        let message = message.with(daemun_messages::escape_wikitext(text));
        let reason: Value = match self.errors.format {
            ErrorFormat::Bc => daemun_messages::text_bc(&message, &Language::EN).into(),
            _ => self.errors.entry(&ApiError::new(message)).into(),
        };
        Object::new()
            .with("title", text.to_owned())
            .with("invalidreason", reason)
            .with("invalid", true)
    }
}

fn entry(namespace: i32, title: String) -> Object {
    Object::new().with("ns", namespace).with("title", title)
}
