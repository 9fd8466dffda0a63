//! What the log looks like.

use daemun_mediawiki::timestamp::Timestamp;
use daemun_messages::{Message, Param};
use serde::Serialize;

use super::{LOGINS, Wanted};
use crate::page::Visit;
use crate::pager::Turning;
use crate::view::{Search, Template, View, template};

/// A page of the log.
#[derive(Serialize)]
pub(crate) struct Log {
    search: Search,
    kinds: Vec<Choice>,
    kind: String,
    performer: String,
    target: String,
    date: String,
    /// What log it is.
    about: Message,
    /// Something about it.
    said: Option<Message>,
    /// Whether it is the log of logins.
    is_private: bool,
    rows: Vec<Row>,
    turning: Turning,
}

/// A type of log.
#[derive(Serialize)]
struct Choice {
    value: String,
    label: Message,
}

/// An entry.
#[derive(Serialize)]
pub(super) struct Row {
    pub(super) id: u64,
    /// The type, for style sheets.
    pub(super) kind: String,
    pub(super) time: Message,
    pub(super) iso: String,
    pub(super) sentence: Message,
    pub(super) reason: Option<Message>,
    /// Where it came from; empty outside the log of logins.
    pub(super) address: String,
    pub(super) agent: String,
    /// What is not there before it.
    pub(super) missing: Option<Message>,
}

impl Log {
    pub(super) fn new(
        visit: &Visit<'_>,
        wanted: &Wanted,
        kinds: &[&str],
        rows: Vec<Row>,
        turning: Turning,
    ) -> Self {
        let choice = |kind: &&str| Choice { value: (*kind).to_owned(), label: name(kind) };
        let about = match wanted.kind.as_str() {
            LOGINS => {
                let age = visit.manager().environment().settings.private_log.max_age;
                Message::new("daemun-log-logins-text").with(Param::Duration(age))
            }
            kind => description(kind),
        };
        Self {
            search: Search::of(visit, "Special:Log"),
            kinds: std::iter::once(&"").chain(kinds).map(choice).collect(),
            kind: wanted.kind.clone(),
            performer: wanted.performer.clone(),
            target: wanted.target.clone(),
            date: wanted.date.clone(),
            about,
            said: None,
            is_private: wanted.kind == LOGINS,
            rows,
            turning,
        }
    }

    /// With something said above it.
    pub(super) fn saying(self, said: Message) -> Self {
        Self { said: Some(said), ..self }
    }
}

/// A moment in the reader's words.
pub(crate) fn moment(at: Timestamp) -> Message {
    Message::new("rawmessage").with(Param::DateTime(at.to_iso()))
}

/// What a log is called.
fn name(kind: &str) -> Message {
    Message::new(match kind {
        "block" => "blocklogpage",
        "newusers" => "newuserlogpage",
        "oath" => "log-name-oath",
        "renameuser" => "renameuserlogpage",
        "rights" => "rightslog",
        "suppress" => "suppressionlog",
        LOGINS => "daemun-log-logins",
        _ => "all-logs-page",
    })
}

/// What it is about.
fn description(kind: &str) -> Message {
    Message::new(match kind {
        "block" => "blocklogtext",
        "newusers" => "newuserlogpagetext",
        "oath" => "log-description-oath",
        "renameuser" => "renameuserlogpagetext",
        "rights" => "rightslogtext",
        "suppress" => "suppressionlogtext",
        _ => "alllogstext",
    })
}

impl View for Log {
    const TEMPLATE: Template = template!("log.html");

    fn name(&self) -> &'static str {
        "Log"
    }

    fn title(&self) -> Message {
        if self.kind.is_empty() { Message::new("log") } else { name(&self.kind) }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let row = |is_private: bool| Row {
            id: 7,
            kind: "newusers".to_owned(),
            time: moment(Timestamp(1_795_325_407)),
            iso: Timestamp(1_795_325_407).to_iso(),
            sentence: Message::new("logentry-newusers-create").with(Param::plaintext("Ann")),
            reason: (!is_private).then(|| super::sentence::plain("because '''of''' it")),
            address: if is_private { "192.0.2.1".to_owned() } else { String::new() },
            agent: if is_private { "Browser/1 <b>".to_owned() } else { String::new() },
            missing: is_private.then(|| Message::new("daemun-log-missing").with(Param::Num(7))),
        };
        let log = |kind: &str, rows: Vec<Row>| Self {
            search: Search::sample(),
            kinds: [("", "all-logs-page"), ("block", "blocklogpage")]
                .map(|(value, label)| Choice { value: value.to_owned(), label: label.into() })
                .into(),
            kind: kind.to_owned(),
            performer: "Ann".to_owned(),
            target: String::new(),
            date: "2026-11-22".to_owned(),
            about: description(kind),
            said: None,
            is_private: kind == LOGINS,
            rows,
            turning: Turning::sample(),
        };
        vec![
            log("", vec![row(false)]),
            Self { turning: Turning::default(), ..log("block", Vec::new()) },
            log(LOGINS, vec![row(true), Row { id: 8, missing: None, ..row(true) }]),
            log(LOGINS, Vec::new()).saying(Message::new("daemun-log-logins-none")),
        ]
    }
}
