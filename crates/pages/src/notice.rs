//! A page that only says something.

use daemun_messages::Message;
use serde::Serialize;

use crate::view::{Template, View, template};

/// What is said, and where one may go from there.
#[derive(Serialize)]
pub(crate) struct Notice {
    #[serde(skip)]
    name: &'static str,
    #[serde(skip)]
    title: Message,
    kind: Kind,
    said: Message,
    /// What the log calls the request.
    code: Option<String>,
    links: Vec<Link>,
}

/// How it is meant.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Something could not be done.
    Error,
    /// Something was done.
    Success,
    /// Nothing happened.
    Plain,
}

#[derive(Serialize)]
struct Link {
    address: String,
    label: Message,
}

impl Notice {
    /// A page by its name in MediaWiki, with its title.
    pub(crate) fn new(name: &'static str, title: Message, kind: Kind, said: Message) -> Self {
        Self { name, title, kind, said, code: None, links: Vec::new() }
    }

    /// With what the log calls the request.
    #[must_use]
    pub(crate) fn code(mut self, code: &str) -> Self {
        self.code = Some(code.to_owned());
        self
    }

    /// With a link below.
    #[must_use]
    pub(crate) fn link(mut self, address: String, label: Message) -> Self {
        self.links.push(Link { address, label });
        self
    }
}

impl View for Notice {
    const TEMPLATE: Template = template!("notice.html");

    fn name(&self) -> &'static str {
        self.name
    }

    fn title(&self) -> Message {
        self.title.clone()
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let new = |kind| {
            let text = Message::new("daemun-page-signed-out");
            Self::new("Userlogout", Message::new("logout"), kind, text)
        };
        let whole = new(Kind::Error).code("ab12");
        let whole = whole.link("/wiki/Main_Page".to_owned(), Message::new("login"));
        vec![new(Kind::Plain), new(Kind::Success), whole]
    }
}
