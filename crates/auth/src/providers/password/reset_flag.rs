//! A password that was right, but must or should be changed before the login is finished.

use daemun_messages::Message;
use daemun_store::Account;
use serde::{Deserialize, Serialize};

use crate::environment::Environment;
use crate::policy::Validity;
use crate::providers::Notes;

const KEY: &str = "reset-password";

/// Asks the login for a new password.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResetFlag {
    /// Whether it cannot be skipped.
    pub hard: bool,
    /// Why.
    pub message: Message,
}

impl ResetFlag {
    /// Whether this account's password, which was right, wants changing: because of its age, or
    /// else because of the policy.
    pub(super) fn of(
        environment: &Environment,
        account: &Account,
        validity: &Validity,
    ) -> Option<Self> {
        let settings = &environment.settings;
        let now = environment.clock.now();
        if let Some(expired) = account.password_expires.filter(|expires| now > *expires) {
            let hard = now > expired.plus(settings.password_expire_grace);
            let key = if hard { "resetpass-expired" } else { "resetpass-expired-soft" };
            return Some(Self { hard, message: Message::new(key) });
        }
        let hard = validity.force_change;
        if !settings.invalid_password_reset || !(hard || validity.suggest_change) {
            return None;
        }
        let key = if hard { "resetpass-validity" } else { "resetpass-validity-soft" };
        Some(Self { hard, message: Message::new(key).with(validity.message()?) })
    }

    /// The flag of somebody who came in with a temporary password.
    pub fn temporary() -> Self {
        Self { hard: true, message: Message::new("resetpass-temp-emailed") }
    }

    /// Leaves it for the step that asks.
    pub fn note(&self, notes: &mut Notes) {
        notes.set(KEY, self);
    }

    /// The flag that was left, if any.
    pub fn noted(notes: &Notes) -> Option<Self> {
        notes.get(KEY)
    }

    /// Done: nothing to ask any more.
    pub fn forget(notes: &mut Notes) {
        notes.remove(KEY);
    }
}
