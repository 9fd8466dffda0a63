//! The log of logins: who logged in, failed to, or logged out, from where and with what, for those
//! few who have the right `checkuser`. Its table is that of MediaWiki's extension CheckUser.
//!
//! Nobody waits for it. An event is counted against its budget, put into a bounded queue, and
//! written with others after the answer has gone out. What exceeds the budget or the queue is
//! counted, and the next event that is written tells how many are missing before it.

mod budget;
mod writing;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use daemun_mediawiki::timestamp::Timestamp;
use daemun_store::Store;
use tokio::sync::{mpsc, oneshot};

use crate::environment::{Background, Clock};
use crate::settings::Settings;
use budget::{Budget, Most};

/// Events that may wait to be written.
const QUEUE: usize = 1024;

/// Failed logins that are written: 20 000 a day are 1.8 million rows in 90 days, some 400 MB.
const FAILURES: Most = Most { minute: 300, day: 20_000, of_one: 30 };
/// All else, which costs whoever causes it a right password. Many may come from one address.
const SUCCESSES: Most = Most { minute: 1200, day: 100_000, of_one: 1200 };

/// What is decided about the log of logins. Each field names the setting of CheckUser.
#[derive(Clone, Debug)]
pub struct PrivateLogSettings {
    /// Whether there is one (`$wgCheckUserLogLogins`).
    pub logins: bool,
    /// Whether successful logins of accounts with the right `bot` are in it
    /// (`$wgCheckUserLogSuccessfulBotLogins`).
    pub bot_logins: bool,
    /// Seconds after which events are cleared away (`$wgCUDMaxAge`).
    pub max_age: i64,
}

impl Default for PrivateLogSettings {
    fn default() -> Self {
        Self { logins: true, bot_logins: true, max_age: 90 * 86_400 }
    }
}

/// What happened, by the names of `cupe_log_action`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// `login-success`
    LoggedIn,
    /// `login-failure`
    LoginFailed,
    /// `user-logout`
    LoggedOut,
    /// `password-reset-email-sent`
    PasswordResetSent,
}

impl What {
    /// All that is written.
    pub const ALL: [Self; 4] =
        [Self::LoggedIn, Self::LoginFailed, Self::LoggedOut, Self::PasswordResetSent];

    /// Its word in the table.
    pub fn action(self) -> &'static str {
        match self {
            Self::LoggedIn => "login-success",
            Self::LoginFailed => "login-failure",
            Self::LoggedOut => "user-logout",
            Self::PasswordResetSent => "password-reset-email-sent",
        }
    }
}

/// Something to be noted.
#[derive(Clone, Debug)]
pub struct Event {
    /// What happened.
    pub what: What,
    /// The account that it is about, as it was named; names that no account can have are left out.
    pub account: String,
    /// The account that did it, where it was not who logged in or out.
    pub performer: Option<String>,
    /// Where it came from.
    pub address: IpAddr,
    /// What the browser or program calls itself, of any length; or empty.
    pub agent: String,
}

/// An event on its way to the table.
struct Queued {
    event: Event,
    at: Timestamp,
    /// Events of its kind that went unwritten before it.
    missing: u64,
}

/// What the writer is sent.
enum Work {
    Write(Queued),
    /// Tells when all before it is written.
    Tell(oneshot::Sender<()>),
}

/// Takes events. Cheap to clone.
#[derive(Clone)]
pub struct PrivateLog(Option<Arc<Taking>>);

struct Taking {
    queue: mpsc::Sender<Work>,
    clock: Clock,
    failures: Mutex<Budget>,
    successes: Mutex<Budget>,
}

impl PrivateLog {
    /// A log that takes nothing.
    pub fn off() -> Self {
        Self(None)
    }

    /// The log of this store, if the settings want one. Whether the store has a table for it is
    /// asked when there is something to write.
    pub fn start(
        store: &Store,
        settings: &Arc<Settings>,
        clock: &Clock,
        background: &Background,
    ) -> Self {
        if !settings.private_log.logins || settings.read_only.is_some() {
            return Self::off();
        }
        let (queue, work) = mpsc::channel(QUEUE);
        background.begin(writing::write(work, store.clone(), Arc::clone(settings)));
        Self(Some(Arc::new(Taking {
            queue,
            clock: clock.clone(),
            failures: Mutex::new(Budget::new(FAILURES)),
            successes: Mutex::new(Budget::new(SUCCESSES)),
        })))
    }

    /// Whether anything is noted.
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Notes an event, now. Never waits.
    pub fn note(&self, event: Event) {
        let Some(taking) = &self.0 else { return };
        let at = taking.clock.now();
        let budget = match event.what {
            What::LoginFailed => &taking.failures,
            _ => &taking.successes,
        };
        let mut budget = budget.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(missing) = budget.admit(event.address, at) else { return };
        let queued = Queued { event, at, missing };
        if taking.queue.try_send(Work::Write(queued)).is_err() {
            budget.take_back(missing);
        }
    }

    /// Waits until all that was noted is written, but not longer than this; whether it is.
    pub async fn finish(&self, patience: Duration) -> bool {
        let Some(taking) = &self.0 else { return true };
        let written = async {
            let (tell, told) = oneshot::channel();
            taking.queue.send(Work::Tell(tell)).await.is_ok() && told.await.is_ok()
        };
        tokio::time::timeout(patience, written).await.unwrap_or(false)
    }
}
