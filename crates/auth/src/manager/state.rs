//! Dialogues between two steps: sealed, in the session.

use daemun_mediawiki::php::Value;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::AuthManager;
use crate::error::AuthError;
use crate::session::Session;

/// Where a session keeps the state of a login.
pub(super) const LOGIN: &str = "daemun:authn";
/// Where it keeps the state of an account's creation.
pub(super) const CREATION: &str = "daemun:creation";
/// Where it keeps the state of linking.
pub(super) const LINKING: &str = "daemun:linking";

/// Seconds after which a dialogue that was not finished must begin anew.
const LONGEST: i64 = 3600;

/// A dialogue that can wait for its next step.
pub(super) trait Waiting: Serialize + DeserializeOwned {
    /// Under which key.
    const KEY: &'static str;

    /// When it began, in seconds since 1970.
    fn begun(&self) -> i64;
}

impl AuthManager {
    /// The dialogue that the session is in, if it has not waited for too long.
    pub(super) fn pending<D: Waiting>(&self, session: &Session) -> Option<D> {
        let dialogue: D = self.opened(session, D::KEY)?;
        let age = self.environment.clock.now().0.saturating_sub(dialogue.begun());
        (age <= LONGEST).then_some(dialogue)
    }

    /// Keeps a dialogue for its next step.
    pub(super) async fn keep<D: Waiting>(
        &self,
        session: &mut Session,
        dialogue: &D,
    ) -> Result<(), AuthError> {
        self.seal(session, D::KEY, dialogue).await
    }

    /// Forgets what is kept under this key.
    pub(super) async fn drop_state(
        &self,
        session: &mut Session,
        key: &str,
    ) -> Result<(), AuthError> {
        self.sessions.set(session, key, None).await
    }

    /// What was sealed under this key.
    pub(super) fn opened<T: DeserializeOwned>(&self, session: &Session, key: &str) -> Option<T> {
        let sealed = session.get(key)?.as_str()?;
        // What is sealed for one purpose does not open for another.
        let opened = self.sealer.open(&bound(session.id()?, key), sealed)?;
        serde_json::from_slice(&opened).ok()
    }

    /// Seals a value under this key.
    pub(super) async fn seal<T: Serialize>(
        &self,
        session: &mut Session,
        key: &str,
        value: &T,
    ) -> Result<(), AuthError> {
        self.sessions.persist(session);
        let Some(id) = session.id() else { return Err(AuthError::Contention) };
        let nonce = self.environment.random.bytes();
        let Some(sealed) = serde_json::to_vec(value)
            .ok()
            .and_then(|state| self.sealer.seal(&bound(id, key), nonce, &state))
        else {
            return Err(AuthError::Contention);
        };
        self.sessions.set(session, key, Some(Value::from(sealed.as_str()))).await
    }
}

fn bound(session: &str, key: &str) -> String {
    format!("{session} {key}")
}
