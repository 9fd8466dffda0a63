//! What a RESTART or a failure leaves for the next attempt: somebody has proved to hold an account
//! elsewhere, and may now log in here to link it, or have an account made for it.

use serde::{Deserialize, Serialize};

use super::AuthManager;
use crate::creation::ExternalAccount;
use crate::error::AuthError;
use crate::request::AuthAction;
use crate::session::Session;

/// Where a session keeps it.
const KEY: &str = "daemun:preserved";

/// Seconds for which it is kept: somebody else may sit at the same browser afterwards.
const LONGEST: i64 = 900;

/// What was left.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Preserved {
    /// An account may be made for this one.
    pub external: Option<ExternalAccount>,
    /// These may be linked after a login.
    pub maybe_link: Vec<ExternalAccount>,
}

impl Preserved {
    /// Whether there is anything to go on from for this purpose.
    pub fn serves(&self, action: AuthAction) -> bool {
        match action {
            AuthAction::Login => !self.maybe_link.is_empty(),
            AuthAction::Create => self.external.is_some() || !self.maybe_link.is_empty(),
            _ => false,
        }
    }

    /// Whether it spares the answer to a primary provider.
    pub fn serves_as_primary(&self, action: AuthAction) -> bool {
        action == AuthAction::Create && self.external.is_some()
    }
}

impl AuthManager {
    /// What a failed attempt left in the session.
    pub fn preserved(&self, session: &Session) -> Preserved {
        let now = self.environment.clock.now().0;
        let (left, preserved): (i64, Preserved) = self.opened(session, KEY).unwrap_or_default();
        if now.saturating_sub(left) <= LONGEST { preserved } else { Preserved::default() }
    }

    /// Leaves this for the next attempt, or nothing.
    pub(super) async fn preserve(
        &self,
        session: &mut Session,
        preserved: Option<&Preserved>,
    ) -> Result<(), AuthError> {
        match preserved {
            Some(preserved) => {
                let now = self.environment.clock.now().0;
                self.seal(session, KEY, &(now, preserved)).await
            }
            None => self.drop_state(session, KEY).await,
        }
    }
}
