//! The public log.

use daemun_auth::log_access::{LogAccess, Part};
use daemun_messages::Message;
use daemun_store::{FindLog, FoundEntry, StoreError};

use super::params::{Nothing, place};
use super::view::{Log, Row, moment};
use super::{Wanted, sentence};
use crate::page::Visit;

/// The page of the log that is wanted.
pub(super) async fn list(
    visit: &Visit<'_>,
    wanted: &Wanted,
    access: &LogAccess,
    kinds: &[&str],
) -> Result<Log, StoreError> {
    let environment = visit.manager().environment();
    let mut found = match query(visit, wanted, access) {
        Ok(query) => environment.store.log.find(&query).await?,
        Err(Nothing) => Vec::new(),
    };
    let named = [
        ("type", wanted.kind.as_str()),
        ("user", wanted.performer.as_str()),
        ("page", wanted.target.as_str()),
        ("wpdate", wanted.date.as_str()),
    ];
    let turning =
        wanted.pager.turn(&mut found, |row| place(row.place()), visit, ("Special:Log", &named));
    let rows = found.iter().map(|entry| row(visit, access, entry)).collect();
    Ok(Log::new(visit, wanted, kinds, rows, turning))
}

fn query(visit: &Visit<'_>, wanted: &Wanted, access: &LogAccess) -> Result<FindLog, Nothing> {
    let kinds: Vec<String> = match wanted.kind.as_str() {
        "" => access.kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        kind => vec![kind.to_owned()],
    };
    let (performer, target) = (wanted.performer(visit)?, wanted.target(visit)?);
    let by_performer = performer.as_ref().and_then(|_| access.not_found_by(Part::Performer));
    let by_target = target.as_ref().and_then(|_| access.not_found_by(Part::Action));
    Ok(FindLog {
        kinds,
        performer,
        target,
        until: wanted.until()?,
        beyond: wanted.beyond(),
        newer: wanted.pager.back,
        without_deleted: by_performer.into_iter().chain(by_target).collect(),
        limit: wanted.pager.fetch(),
    })
}

fn row(visit: &Visit<'_>, access: &LogAccess, found: &FoundEntry) -> Row {
    let FoundEntry { id, deleted, entry } = found;
    let sees = |part| access.sees_part(part, *deleted);
    let performer = sees(Part::Performer).then_some(entry.performer_name.as_str());
    let sentence = if sees(Part::Action) {
        sentence::of_entry(entry, performer, &visit.api.names.titles)
    } else {
        Message::new("rev-deleted-event")
    };
    let reason = if sees(Part::Comment) {
        (!entry.comment.is_empty()).then(|| sentence::plain(&entry.comment))
    } else {
        Some(Message::new("rev-deleted-comment"))
    };
    Row {
        id: *id,
        kind: entry.kind.clone(),
        time: moment(entry.timestamp),
        iso: entry.timestamp.to_iso(),
        sentence,
        reason,
        address: String::new(),
        agent: String::new(),
        missing: None,
    }
}
