//! Whether something sensitive may be done: only shortly after a login
//! (`AuthManager::securitySensitiveOperationStatus`).

use std::collections::BTreeMap;

use daemun_mediawiki::php::Value;

use super::AuthManager;
use crate::session::Session;

/// Where a session's data say who logged in last, as in MediaWiki.
pub(crate) const LAST_ID: &str = "AuthManager:lastAuthId";
/// Where they say when, in seconds since 1970.
pub(crate) const LAST_TIMESTAMP: &str = "AuthManager:lastAuthTimestamp";

/// Whether a sensitive operation may go ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecurityStatus {
    /// It may.
    Ok,
    /// After another login.
    Reauthenticate,
    /// Never in this session.
    Fail,
}

impl SecurityStatus {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Reauthenticate => "reauth",
            Self::Fail => "fail",
        }
    }
}

/// When sensitive operations need another login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReauthenticationSettings {
    /// Seconds since the last login after which one is asked for again
    /// (`$wgReauthenticateTime['default']`); fewer than none: never.
    pub time: i64,
    /// Whether a session that cannot log in again, such as a bot password's, may go ahead
    /// (`$wgAllowSecuritySensitiveOperationIfCannotReauthenticate['default']`).
    pub by_bots: bool,
    /// What holds for single operations instead, by their names (`ChangeCredentials`, …).
    pub operations: BTreeMap<String, OperationSettings>,
}

/// What holds for one operation. What is not said is as for the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OperationSettings {
    /// Seconds since the last login.
    pub time: Option<i64>,
    /// Whether sessions that cannot log in again may go ahead.
    pub by_bots: Option<bool>,
}

impl Default for ReauthenticationSettings {
    fn default() -> Self {
        Self { time: 300, by_bots: false, operations: BTreeMap::new() }
    }
}

impl ReauthenticationSettings {
    fn of(&self, operation: &str) -> (i64, bool) {
        let own = self.operations.get(operation).copied().unwrap_or_default();
        (own.time.unwrap_or(self.time), own.by_bots.unwrap_or(self.by_bots))
    }
}

impl AuthManager {
    /// Whether the session may do something sensitive, by the operation's name.
    pub fn security_status(&self, session: &Session, operation: &str) -> SecurityStatus {
        let can_log_in = self.can_authenticate_now(session);
        let user = session.user();
        let otherwise =
            if can_log_in { SecurityStatus::Reauthenticate } else { SecurityStatus::Fail };
        if !user.is_registered() {
            return otherwise;
        }
        let (limit, by_bots) = self.environment.settings.reauthentication.of(operation);
        if !can_log_in {
            return if by_bots { SecurityStatus::Ok } else { SecurityStatus::Fail };
        }
        let number = |key: &str| match session.get(key) {
            Some(Value::Int(number)) => Some(*number),
            _ => None,
        };
        let same = number(LAST_ID) == i64::try_from(user.id()).ok();
        let now = self.environment.clock.now().0;
        let recent =
            number(LAST_TIMESTAMP).is_some_and(|at| limit < 0 || now.saturating_sub(at) <= limit);
        if same && recent { SecurityStatus::Ok } else { otherwise }
    }
}
