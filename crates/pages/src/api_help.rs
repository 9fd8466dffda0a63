//! `Special:ApiHelp/MODULE`: the help that the API makes, as a page of the wiki.

use daemun_action_api::help::{Extent, Help};
use daemun_action_api::http::Answer;
use daemun_action_api::modules::{self, Absent};
use daemun_messages::Message;
use serde::Serialize;

use crate::page::{Caching, Visit};
use crate::view::{Template, View, template};

/// The page.
#[derive(Debug, Serialize)]
pub(crate) struct ApiHelp {
    /// The help, as HTML.
    help: String,
    /// Why there is none.
    error: Option<Message>,
}

/// Answers a request for the page. `path` stands behind its title: a module, and before it `sub/`
/// for the modules that it chooses from, or `rsub/` for those at any depth.
pub(crate) fn answer(visit: Visit<'_>, path: &str) -> Answer {
    let settings = &visit.manager().environment().settings;
    let (path, extent) = read(path);
    let help = Help { language: visit.language(), site: &visit.api.site, settings };
    let (page, status) = match modules::resolve(path, Absent::by(settings)) {
        Ok(module) => {
            let help = help.for_page(&[module], extent, visit.addresses.links());
            (ApiHelp { help, error: None }, 200)
        }
        Err(error) => (ApiHelp { help: String::new(), error: Some(error.message) }, 404),
    };
    let answer = visit.show(&page, Caching::Private);
    Answer { status, ..answer }
}

/// A module's path, and how much is shown beside it.
fn read(path: &str) -> (&str, Extent) {
    let (path, submodules, recursive) =
        match (path.strip_prefix("sub/"), path.strip_prefix("rsub/")) {
            (Some(path), _) => (path, true, false),
            (_, Some(path)) => (path, true, true),
            _ => (path, false, false),
        };
    let path = if path.is_empty() { "main" } else { path };
    (path, Extent { submodules, recursive, contents: submodules })
}

impl View for ApiHelp {
    const TEMPLATE: Template = template!("api_help.html");

    fn name(&self) -> &'static str {
        "ApiHelp"
    }

    fn title(&self) -> Message {
        Message::new("api-help-title")
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let help = "<div class=\"apihelp-block\">…</div>".to_owned();
        let error = Message::new("apierror-badmodule-badsubmodule").with("main").with("none");
        vec![Self { help, error: None }, Self { help: String::new(), error: Some(error) }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_the_title_is_a_module_and_how_much_of_it() {
        let of = |text| {
            let (path, extent) = read(text);
            (path, extent.submodules, extent.recursive)
        };
        assert_eq!(of(""), ("main", false, false));
        assert_eq!(of("query+tokens"), ("query+tokens", false, false));
        assert_eq!(of("sub/query"), ("query", true, false));
        assert_eq!(of("rsub/"), ("main", true, true));
    }
}
