//! Captchas that were shown and not answered yet: sealed in the session, a few at a time, each
//! taken out by the first answer.

use daemun_mediawiki::php::Value;
use zeroize::Zeroizing;

use super::challenge::Challenge;
use crate::environment::Environment;
use crate::error::AuthError;
use crate::manager::sealed::Sealer;
use crate::session::{Session, Sessions};

/// Where a session keeps one, with its id behind. MediaWiki's own key is without `daemun:`; its
/// captchas are not sealed, so neither could read the other's.
const PREFIX: &str = "daemun:captcha:";

/// How many a session may have; with one more the oldest goes.
const MOST: usize = 10;

/// Keeps a challenge; answers the id that it was given: a number below 2^63.
pub(super) async fn keep(
    sessions: &Sessions,
    session: &mut Session,
    challenge: &Challenge,
) -> Result<String, AuthError> {
    let environment = sessions.environment();
    sessions.persist(session);
    let Some(holder) = session.id() else { return Err(AuthError::Contention) };
    let id = (u64::from_le_bytes(environment.random.bytes()) >> 1).to_string();
    let key = format!("{PREFIX}{id}");
    let plain = serde_json::to_vec(challenge).map(Zeroizing::new);
    let sealed = plain.ok().and_then(|plain| {
        sealer(environment).seal(&bound(holder, &key), environment.random.bytes(), &plain)
    });
    let Some(sealed) = sealed else { return Err(AuthError::Contention) };
    sessions.add_one_of(session, PREFIX, MOST, &key, &Value::from(sealed.as_str())).await?;
    Ok(id)
}

/// Takes the challenge of this id out of the session. Of several requests at the same time one gets
/// it. `None`: it was answered already, is too old, or was never shown in this session.
pub(super) async fn take(
    sessions: &Sessions,
    session: &mut Session,
    id: &str,
) -> Result<Option<Challenge>, AuthError> {
    let Some(key) = key(id) else { return Ok(None) };
    let Some(sealed) = sessions.take(session, &key).await? else { return Ok(None) };
    Ok(opened(sessions.environment(), session, &key, &sealed))
}

/// The challenge of this id, which stays to be answered.
pub fn look(environment: &Environment, session: &Session, id: &str) -> Option<Challenge> {
    let key = key(id)?;
    opened(environment, session, &key, session.get(&key)?)
}

fn opened(
    environment: &Environment,
    session: &Session,
    key: &str,
    sealed: &Value,
) -> Option<Challenge> {
    let plain = sealer(environment).open(&bound(session.id()?, key), sealed.as_str()?)?;
    serde_json::from_slice(&plain).ok()
}

/// The key of an id, where it is one that could have been given.
fn key(id: &str) -> Option<String> {
    let number: u64 = id.parse().ok()?;
    (number.to_string() == id).then(|| format!("{PREFIX}{id}"))
}

fn sealer(environment: &Environment) -> Sealer {
    Sealer::new(&environment.settings.secret_key)
}

/// What is sealed for one session and id does not open for another.
fn bound(session: &str, key: &str) -> String {
    format!("{session} {key}")
}
