//! A question to the providers: what fields do you need?

use daemun_store::Account;

use crate::environment::Environment;
use crate::request::AuthAction;
use crate::session::{Session, Sessions};

/// For what and for whom requests are made.
pub struct Asking<'a> {
    /// What they are wanted for.
    pub action: AuthAction,
    /// Store, settings, time, randomness.
    pub environment: &'a Environment,
    /// How the session is changed.
    pub sessions: &'a Sessions,
    /// The session that asks.
    pub session: &'a mut Session,
    /// Whether the fields are wanted to read answers that were sent, not to be shown: then nothing
    /// need be made for the person to look at.
    pub answering: bool,
}

impl Asking<'_> {
    /// The account of the session, if somebody is in.
    pub fn account(&self) -> Option<&Account> {
        self.session.user().account()
    }

    /// Its name.
    pub fn username(&self) -> Option<&str> {
        self.account().map(|account| account.name.as_str())
    }
}
