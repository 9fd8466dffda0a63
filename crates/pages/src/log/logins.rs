//! The log of logins.

use daemun_mediawiki::{ip, username};
use daemun_messages::{Message, Param};
use daemun_store::{FindPrivateEvents, FoundPrivateEvent, StoreError};

use super::params::{Nothing, place};
use super::view::{Log, Row, moment};
use super::{LOGINS, Wanted, sentence};
use crate::page::Visit;

/// The page of the log that is wanted.
pub(super) async fn list(
    visit: &Visit<'_>,
    wanted: &Wanted,
    kinds: &[&str],
) -> Result<Log, StoreError> {
    let events = &visit.manager().environment().store.private_events;
    let are_kept = events.are_kept().await?;
    let mut found = match query(visit, wanted) {
        Ok(query) if are_kept => events.find(&query).await?,
        _ => Vec::new(),
    };
    let named =
        [("type", LOGINS), ("user", wanted.performer.as_str()), ("wpdate", wanted.date.as_str())];
    let turning =
        wanted.pager.turn(&mut found, |row| place(row.place()), visit, ("Special:Log", &named));
    let rows = found.iter().map(row).collect();
    let log = Log::new(visit, wanted, kinds, rows, turning);
    let is_on = visit.manager().environment().settings.private_log.logins;
    Ok(if are_kept && is_on { log } else { log.saying(Message::new("daemun-log-logins-none")) })
}

/// By whom and about whom are one question here: a failed login is nobody's.
fn query(visit: &Visit<'_>, wanted: &Wanted) -> Result<FindPrivateEvents, Nothing> {
    let given = wanted.performer.as_str();
    let address = ip::canonical(given);
    let target = if given.is_empty() || address.is_some() {
        None
    } else {
        let name = username::canonical(given, username::Rigor::Valid, &visit.api.names);
        Some(name.ok_or(Nothing)?)
    };
    Ok(FindPrivateEvents {
        target,
        address,
        until: wanted.until()?,
        beyond: wanted.beyond(),
        newer: wanted.pager.back,
        limit: wanted.pager.fetch(),
        ..FindPrivateEvents::default()
    })
}

fn row(event: &FoundPrivateEvent) -> Row {
    let missing = sentence::missing(&event.params);
    Row {
        id: event.id,
        kind: event.action.clone(),
        time: moment(event.timestamp),
        iso: event.timestamp.to_iso(),
        sentence: sentence::of_event(event),
        reason: None,
        address: event.address.clone(),
        agent: event.agent.clone(),
        missing: missing.map(|count| Message::new("daemun-log-missing").with(Param::Num(count))),
    }
}
