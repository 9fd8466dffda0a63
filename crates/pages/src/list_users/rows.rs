//! Accounts as they are listed.

use daemun_mediawiki::timestamp::Timestamp;
use daemun_messages::{Message, Param};
use daemun_store::{Account, Block, LogEntry, StoreError};
use serde::Serialize;

use super::{Sees, Wanted};
use crate::log::{LOGINS, group, moment};
use crate::page::Visit;

/// An account.
#[derive(Serialize)]
pub(super) struct Row {
    pub(super) name: String,
    /// What its groups are called.
    pub(super) groups: Vec<Message>,
    pub(super) registered: Option<Message>,
    pub(super) edits: u64,
    /// Until when it is blocked and by whom.
    pub(super) blocked: Option<Message>,
    pub(super) is_hidden: bool,
    /// Whether it has a second factor, where that is shown.
    pub(super) factor: Option<bool>,
    /// The addresses of its logs: done to it, and for administrators done by it, and its logins.
    pub(super) log: String,
    pub(super) actions: Option<String>,
    pub(super) logins: Option<String>,
}

/// The rows of a page.
pub(super) async fn of(
    visit: &Visit<'_>,
    wanted: &Wanted,
    sees: &Sees,
    accounts: &[Account],
    now: Timestamp,
) -> Result<Vec<Row>, StoreError> {
    let store = &visit.manager().environment().store;
    let ids: Vec<u64> = accounts.iter().map(|account| account.id).collect();
    let blocks = store.blocks.of_users(&ids, now).await?;
    let factors = if wanted.factors && sees.factors && !ids.is_empty() {
        if sees.is_noted {
            store.log.add(&note(visit, now)).await?;
        }
        Some(store.factors.having_any(&ids).await?)
    } else {
        None
    };
    let rows = accounts.iter().map(|account| {
        let blocks = blocks.get(&account.id).map(Vec::as_slice).unwrap_or_default();
        let target = format!("User:{}", account.name);
        let log = |query: &[(&str, &str)]| visit.addresses.page("Special:Log", query);
        Row {
            name: account.name.clone(),
            groups: account.groups.iter().map(|one| named(&one.group)).collect(),
            registered: account.registration.map(moment),
            edits: account.edit_count.unwrap_or(0),
            blocked: blocks.first().filter(|block| block.sitewide).map(blocked),
            is_hidden: blocks.iter().any(|block| block.hidden),
            factor: factors.as_ref().map(|having| having.contains(&account.id)),
            log: log(&[("page", &target)]),
            actions: sees.administration.then(|| log(&[("user", &account.name)])),
            logins: sees.logins.then(|| log(&[("type", LOGINS), ("user", &account.name)])),
        }
    });
    Ok(rows.collect())
}

fn named(name: &str) -> Message {
    match group(name) {
        Param::Message(message) => *message,
        other => Message::new("rawmessage").with(other),
    }
}

fn blocked(block: &Block) -> Message {
    let until = match block.expiry {
        Some(expiry) => Param::DateTime(expiry.to_iso()),
        None => Message::new("infiniteblock").into(),
    };
    let by = Param::plaintext(&*block.by_name);
    Message::new("daemun-users-blocked-until").with(until).with(by)
}

/// Whoever looks at others' second factors leaves a note, as with `meta=oath`; one for the list.
fn note(visit: &Visit<'_>, now: Timestamp) -> LogEntry {
    let user = visit.session.user();
    LogEntry {
        kind: "oath".to_owned(),
        action: "verify".to_owned(),
        performer_id: user.id(),
        performer_name: user.name(),
        namespace: -1,
        title: "ListUsers".to_owned(),
        comment: String::new(),
        // PHP's serialisation of nothing.
        params: "a:0:{}".to_owned(),
        timestamp: now,
    }
}
