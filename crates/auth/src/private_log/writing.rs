//! Writes events, many in one transaction.

use std::sync::Arc;
use std::time::Duration;

use daemun_mediawiki::ip;
use daemun_mediawiki::php::{self, PhpArray, Value};
use daemun_mediawiki::timestamp::Timestamp;
use daemun_mediawiki::username::{self, Rigor};
use daemun_store::{PrivateEvent, Store, StoreError};
use tokio::sync::mpsc::Receiver;
use tokio::sync::oneshot;

use super::{Event, Queued, What, Work};
use crate::settings::Settings;

/// Events of one transaction.
const BATCH: usize = 256;
/// How long others are waited for before one is written: so many transactions a second at most.
const PAUSE: Duration = Duration::from_millis(250);
/// Most bytes of an agent, as in the table.
const LONGEST_AGENT: usize = 255;

/// Writes what comes, until nobody can send any more.
pub(super) async fn write(mut work: Receiver<Work>, store: Store, settings: Arc<Settings>) {
    let mut batch = Vec::with_capacity(BATCH);
    while work.recv_many(&mut batch, BATCH).await > 0 {
        let is_hurried = batch.iter().any(|work| matches!(work, Work::Tell(_)));
        if !is_hurried {
            tokio::time::sleep(PAUSE).await;
            while batch.len() < BATCH
                && let Ok(more) = work.try_recv()
            {
                batch.push(more);
            }
        }
        let mut events = Vec::with_capacity(batch.len());
        let mut waiting: Vec<oneshot::Sender<()>> = Vec::new();
        for work in batch.drain(..) {
            match work {
                Work::Write(queued) => events.push(queued),
                Work::Tell(tell) => waiting.push(tell),
            }
        }
        if let Err(error) = write_all(events, &store, &settings).await {
            tracing::warn!(target: "daemun::login", %error, "the log of logins was not written");
        }
        for tell in waiting {
            let _nobody_waits_any_more = tell.send(());
        }
    }
}

async fn write_all(
    queued: Vec<Queued>,
    store: &Store,
    settings: &Settings,
) -> Result<(), StoreError> {
    let mut events: Vec<PrivateEvent> =
        queued.into_iter().filter_map(|queued| row(queued, settings)).collect();
    if events.is_empty() || !store.private_events.are_kept().await? {
        return Ok(());
    }
    if !settings.private_log.bot_logins {
        let names = events.iter().filter(|event| event.action == What::LoggedIn.action());
        let names: Vec<String> = names.map(|event| event.target.clone()).collect();
        let now = events.last().map_or(Timestamp::default(), |event| event.timestamp);
        let accounts = store.accounts.by_names(&names, now).await?;
        let bots = accounts.into_iter().filter(|account| {
            account.groups.iter().any(|group| settings.rights.group_has(&group.group, "bot"))
        });
        let bots: Vec<String> = bots.map(|account| account.name).collect();
        events.retain(|event| {
            event.action != What::LoggedIn.action() || !bots.contains(&event.target)
        });
    }
    if events.is_empty() {
        return Ok(());
    }
    store.private_events.add(&events).await
}

/// The row of an event; `None` where no account can have the name.
fn row(Queued { event, at, missing }: Queued, settings: &Settings) -> Option<PrivateEvent> {
    let Event { what, account, performer, address, agent } = event;
    let target = username::canonical(&account, Rigor::Usable, &settings.names)?;
    let performer = match what {
        What::LoggedIn | What::LoggedOut => Some(target.clone()),
        // Whoever it was, it need not have been the account's holder.
        What::LoginFailed => None,
        What::PasswordResetSent => performer,
    };
    Some(PrivateEvent {
        action: what.action().to_owned(),
        params: params(what, &target, missing),
        target,
        performer,
        address: ip::unmap(address),
        agent: cut(agent),
        timestamp: at,
    })
}

/// What MediaWiki's messages of these events take, and our count of what is missing.
fn params(what: What, target: &str, missing: u64) -> String {
    let mut params = PhpArray::new();
    match what {
        What::LoggedIn | What::LoginFailed => params.set("4::target", target),
        What::PasswordResetSent => params.set("4::receiver", target),
        What::LoggedOut => {}
    }
    if missing > 0 {
        params.set("daemun-missing", i64::try_from(missing).unwrap_or(i64::MAX));
    }
    // Names are UTF-8, and so is all that surrounds them.
    String::from_utf8_lossy(&php::serialize(&Value::Array(params))).into_owned()
}

fn cut(mut agent: String) -> String {
    let mut end = agent.len().min(LONGEST_AGENT);
    while !agent.is_char_boundary(end) {
        end -= 1;
    }
    agent.truncate(end);
    agent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_those_of_mediawiki() {
        let params = |what, missing| params(what, "Ann", missing);
        assert_eq!(params(What::LoggedIn, 0), "a:1:{s:9:\"4::target\";s:3:\"Ann\";}");
        assert_eq!(params(What::PasswordResetSent, 0), "a:1:{s:11:\"4::receiver\";s:3:\"Ann\";}");
        assert_eq!(params(What::LoggedOut, 0), "a:0:{}");
        let two = "a:2:{s:9:\"4::target\";s:3:\"Ann\";s:14:\"daemun-missing\";i:2;}";
        assert_eq!(params(What::LoginFailed, 2), two);
    }

    #[test]
    fn a_long_agent_is_cut_between_characters() {
        assert_eq!(cut("short".to_owned()), "short");
        assert_eq!(cut("가".repeat(100)), "가".repeat(85));
        assert_eq!(cut(format!("a{}", "가".repeat(100))).len(), 253);
    }
}
