//! What the list looks like.

use daemun_messages::Message;
use serde::Serialize;

use super::rows::Row;
use super::{Sees, Wanted};
use crate::log::group;
use crate::page::Visit;
use crate::pager::Turning;
use crate::view::{Search, Template, View, template};

/// A page of the list.
#[derive(Serialize)]
pub(crate) struct Users {
    search: Search,
    prefix: String,
    from: String,
    group: String,
    groups: Vec<Choice>,
    /// Whether second factors can be shown, and whether they are.
    offers_factors: bool,
    shows_factors: bool,
    administration: bool,
    rows: Vec<Row>,
    turning: Turning,
}

/// A group.
#[derive(Serialize)]
struct Choice {
    value: String,
    label: Message,
}

impl Choice {
    fn of(name: &str) -> Self {
        let label = Message::new("rawmessage").with(group(name));
        Self { value: name.to_owned(), label }
    }
}

impl Users {
    pub(super) fn new(
        visit: &Visit<'_>,
        wanted: &Wanted,
        sees: &Sees,
        rows: Vec<Row>,
        turning: Turning,
    ) -> Self {
        let all = Choice { value: String::new(), label: Message::new("group-all") };
        let rights = &visit.manager().environment().settings.rights;
        let groups = rights.explicit_groups().map(Choice::of);
        Self {
            search: Search::of(visit, "Special:ListUsers"),
            prefix: wanted.prefix.clone(),
            from: wanted.from.clone(),
            group: wanted.group.clone(),
            groups: std::iter::once(all).chain(groups).collect(),
            offers_factors: sees.factors,
            shows_factors: wanted.factors && sees.factors,
            administration: sees.administration,
            rows,
            turning,
        }
    }
}

impl View for Users {
    const TEMPLATE: Template = template!("list_users.html");

    fn name(&self) -> &'static str {
        "Listusers"
    }

    fn title(&self) -> Message {
        Message::new("listusers")
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use daemun_messages::Param;

        let row = |name: &str| Row {
            name: name.to_owned(),
            groups: vec![Message::new("group-sysop"), Message::new("group-bot")],
            registered: Some(crate::log::moment(daemun_mediawiki::timestamp::Timestamp(0))),
            edits: 1234,
            blocked: None,
            is_hidden: false,
            factor: None,
            log: "/w/index.php?title=Special:Log&page=User:Ann".to_owned(),
            actions: None,
            logins: None,
        };
        let blocked = || {
            let until = Message::new("daemun-users-blocked-until");
            Some(until.with(Param::Expiry("infinity".to_owned())).with(Param::plaintext("Bob")))
        };
        let users = |rows: Vec<Row>| Self {
            search: Search::sample(),
            prefix: "A".to_owned(),
            from: String::new(),
            group: "sysop".to_owned(),
            groups: vec![Choice::of("sysop"), Choice::of("staff")],
            offers_factors: false,
            shows_factors: false,
            administration: false,
            rows,
            turning: Turning::sample(),
        };
        let seen = Row {
            blocked: blocked(),
            is_hidden: true,
            factor: Some(true),
            actions: Some("/w/index.php?title=Special:Log&user=Ann".to_owned()),
            logins: Some("/w/index.php?title=Special:Log&user=Ann".to_owned()),
            ..row("Ann <b>")
        };
        let other = Row { factor: Some(false), registered: None, groups: Vec::new(), ..row("Bob") };
        vec![
            users(vec![row("Ann")]),
            Self { turning: Turning::default(), ..users(Vec::new()) },
            Self {
                offers_factors: true,
                shows_factors: true,
                administration: true,
                from: "Ann".to_owned(),
                ..users(vec![seen, other])
            },
        ]
    }
}
