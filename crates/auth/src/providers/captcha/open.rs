//! Captchas that were shown: nothing is stored of them until they are answered.
//!
//! Whoever keeps a captcha for everybody who asks lets strangers fill the store, and whoever limits
//! how many a place may ask for locks out those who share it. So a challenge is *derived*, from its
//! id and the secret behind the session's login tokens, which is itself derived while the session
//! has no record, stays when the session's id is renewed, and is another after a login. To see or to
//! answer a captcha it is drawn again. The first answer leaves a mark, so that it is the only one;
//! marks cost an answer each, of which an address has few that are wrong.
//!
//! An id is a number below 2^63, from the top: 11 bits of the minute in which it was given, 20 that
//! are random, 32 that authenticate them. Nobody can answer what was not shown to them.

use std::sync::atomic::{AtomicU32, Ordering};

use daemun_mediawiki::session_id::hex;
use daemun_mediawiki::timestamp::Timestamp;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::challenge::Challenge;
use crate::environment::{Environment, Random};
use crate::error::AuthError;
use crate::session::{Session, Sessions, TokenKey, TokenType, hmac_sha256};

/// For how many minutes a captcha can be answered: as long as a dialogue waits.
const MINUTES: u32 = 60;

/// For how many seconds the mark of an answer stands: longer than the captcha would be good.
const MARK_SECONDS: u32 = (MINUTES + 2) * 60;

/// A captcha as it is shown: its id and what it asks.
pub(super) type Shown = (String, Challenge);

/// A new captcha for a session, which begins with it if there is none; `None` where the wiki's kind
/// is not judged here.
pub(super) async fn show(
    sessions: &Sessions,
    session: &mut Session,
) -> Result<Option<Shown>, AuthError> {
    let environment = sessions.environment();
    let secret = secret(sessions, session).await?;
    let random = u32::from_le_bytes(environment.random.bytes()) & 0xf_ffff;
    let ticket = Ticket { minute: minute(environment.clock.now()), random };
    let seed = ticket.seed(environment, &secret);
    let id = ticket.id(&seed).to_string();
    Ok(draw(environment, seed).map(|challenge| (id, challenge)))
}

/// Takes the challenge of this id. Of several requests at the same time one gets it. `None`: it was
/// answered already, is too old, or was never shown in this session.
pub(super) async fn take(
    sessions: &Sessions,
    session: &mut Session,
    id: &str,
) -> Result<Option<Challenge>, AuthError> {
    let Some(seed) = shown(sessions, session, id).await? else { return Ok(None) };
    let environment = sessions.environment();
    let (key, now) = (mark(&seed), environment.clock.now());
    let is_first = environment.store.counters.raise_to(&key, 1, MARK_SECONDS, now).await?;
    Ok(if is_first { draw(environment, seed) } else { None })
}

/// The challenge of this id, which stays to be answered.
///
/// # Errors
/// When the store fails.
pub async fn look(
    sessions: &Sessions,
    session: &mut Session,
    id: &str,
) -> Result<Option<Challenge>, AuthError> {
    let Some(seed) = shown(sessions, session, id).await? else { return Ok(None) };
    let environment = sessions.environment();
    let answers = environment.store.counters.get(&mark(&seed), environment.clock.now()).await?;
    Ok(if answers == 0 { draw(environment, seed) } else { None })
}

/// What is derived from an id that was given in this session and is not too old.
async fn shown(
    sessions: &Sessions,
    session: &mut Session,
    id: &str,
) -> Result<Option<Seed>, AuthError> {
    // To ask begins no session.
    if !session.is_persistent() {
        return Ok(None);
    }
    let Some(number) = id.parse().ok().filter(|number: &u64| number.to_string() == id) else {
        return Ok(None);
    };
    let environment = sessions.environment();
    let ticket = Ticket::read(number, minute(environment.clock.now()));
    let seed = ticket.seed(environment, &secret(sessions, session).await?);
    let is_ours = bool::from(ticket.id(&seed).to_be_bytes().ct_eq(&number.to_be_bytes()));
    Ok(is_ours.then_some(seed))
}

async fn secret(
    sessions: &Sessions,
    session: &mut Session,
) -> Result<Zeroizing<String>, AuthError> {
    match sessions.token_key(session, TokenType::Login).await? {
        TokenKey::Secret(secret) => Ok(Zeroizing::new(secret.value)),
        // Tokens to log in by are never those of everybody.
        TokenKey::Anonymous => Err(AuthError::Contention),
    }
}

/// What all of a captcha is derived from.
type Seed = Zeroizing<[u8; 32]>;

/// What tells the captchas of a session apart.
struct Ticket {
    /// Minutes since 1970.
    minute: u32,
    /// 20 bits.
    random: u32,
}

impl Ticket {
    /// What an id says, if it was given in the last [`MINUTES`]; otherwise something else.
    fn read(id: u64, now: u32) -> Self {
        let bits = |from: u32, count: u32| {
            u32::try_from((id >> from) & ((1 << count) - 1)).unwrap_or_default()
        };
        // The latest minute with these last bits that is not after now, but for clocks that differ.
        let ahead = now.saturating_add(1);
        let age = ahead.wrapping_sub(bits(52, 11)) & 0x7ff;
        let minute = if age <= MINUTES + 1 { ahead.saturating_sub(age) } else { 0 };
        Self { minute, random: bits(32, 20) }
    }

    fn seed(&self, environment: &Environment, secret: &str) -> Seed {
        let key = environment.settings.secret_key.derive("captcha");
        let (minute, random) = (self.minute.to_be_bytes(), self.random.to_be_bytes());
        Zeroizing::new(hmac_sha256(&key, &[&minute, &random, secret.as_bytes()]))
    }

    fn id(&self, seed: &Seed) -> u64 {
        let proof = hmac_sha256(seed, &[b"id"]);
        let proof = proof.first_chunk().copied().map_or(0, u32::from_be_bytes);
        (u64::from(self.minute & 0x7ff) << 52) | (u64::from(self.random) << 32) | u64::from(proof)
    }
}

/// The mark that a captcha was answered.
fn mark(seed: &Seed) -> String {
    let name = hmac_sha256(seed, &[b"mark"]);
    format!("daemun:captcha:{}", hex(name.get(..16).unwrap_or_default()))
}

/// The challenge that belongs to a seed, the same each time.
fn draw(environment: &Environment, seed: Seed) -> Option<Challenge> {
    let block = AtomicU32::new(0);
    let random = Random::from_fn(move |bytes| {
        for chunk in bytes.chunks_mut(32) {
            let number = block.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            let derived = Zeroizing::new(hmac_sha256(&seed, &[b"draw", &number]));
            for (to, from) in chunk.iter_mut().zip(derived.iter()) {
                *to = *from;
            }
        }
    });
    Challenge::draw(&environment.settings.captcha, &random)
}

fn minute(now: Timestamp) -> u32 {
    u32::try_from(now.0.max(0) / 60).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_says_when_it_was_given_for_an_hour_and_then_something_else() {
        for given in [2047, 2048, 29_922_090_u32] {
            let ticket = Ticket { minute: given, random: 0xf_fff1 };
            let id = ticket.id(&Zeroizing::new([7; 32]));
            assert!(id < 1 << 63);
            for now in [given - 1, given, given + 1, given + MINUTES] {
                let read = Ticket::read(id, now);
                assert_eq!((read.minute, read.random), (given, 0xf_fff1), "{now}");
            }
            for now in [given - 2, given + MINUTES + 1, given + 2048, given + 4096] {
                assert_ne!(Ticket::read(id, now).minute, given, "{now}");
            }
        }
    }
}
