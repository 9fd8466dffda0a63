//! Ids of anonymous sessions, which need no record.
//!
//! MediaWiki writes a session record for everybody who asks for a login token. Ours authenticate
//! themselves: 160 bits in MediaWiki's 32 characters of `[0-9a-v]`, made of
//!
//! | bytes | what |
//! |---|---|
//! | 8 | random: the *seed*, from which the session's token secrets are derived |
//! | 4 | minutes since 1970 at which the id was issued, masked so that ids look random |
//! | 8 | HMAC-SHA256 over both, cut off |
//!
//! The mask is a part of the digest that the secret of login tokens is made of, since whoever gets an
//! id is about to get such a token: so there is one digest less to compute.
//!
//! An id is good for as long as a record would be. In the second half of that time it is issued
//! anew with the same seed, so the tokens of a busy visitor stay good.

use daemun_mediawiki::session_id;
use daemun_mediawiki::timestamp::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::environment::Random;
use crate::settings::SecretKey;

/// Issues and recognises ids of anonymous sessions.
#[derive(Clone)]
pub(crate) struct AnonymousIds {
    /// HMAC under our key, ready for what is to be authenticated.
    keyed: Hmac<Sha256>,
    lifetime: i64,
}

/// A session id that we issued to somebody anonymous.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct AnonymousId {
    seed: [u8; 8],
    minute: u32,
    /// What is derived of the seed for [`AT_ONCE`].
    derived: [u8; 32],
}

/// The kind of tokens that most sessions are begun for.
const AT_ONCE: &str = "login";

impl std::fmt::Debug for AnonymousId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AnonymousId").field("minute", &self.minute).finish_non_exhaustive()
    }
}

impl AnonymousIds {
    pub(crate) fn new(secret: &SecretKey, lifetime: i64) -> Self {
        Self { keyed: keyed(&secret.derive("anonymous session")), lifetime }
    }

    /// A new session.
    pub(crate) fn issue(&self, random: &Random, now: Timestamp) -> AnonymousId {
        self.id(random.bytes(), minute(now))
    }

    fn id(&self, seed: [u8; 8], minute: u32) -> AnonymousId {
        AnonymousId { seed, minute, derived: self.derive(&seed, AT_ONCE) }
    }

    /// The id in MediaWiki's form.
    pub(crate) fn write(&self, id: AnonymousId) -> String {
        let mut bytes = [0; 20];
        let stamp = (id.minute ^ mask(&id.derived)).to_be_bytes();
        let parts = id.seed.into_iter().chain(stamp).chain(self.mac(&id.seed, stamp));
        for (to, from) in bytes.iter_mut().zip(parts) {
            *to = from;
        }
        session_id::from_random(bytes)
    }

    /// Recognises an id that we issued and that has not expired.
    pub(crate) fn read(&self, text: &str, now: Timestamp) -> Option<AnonymousId> {
        let bytes = session_id::to_bytes(text)?;
        let (seed, rest) = bytes.split_first_chunk::<8>()?;
        let (stamp, mac) = rest.split_first_chunk::<4>()?;
        if !bool::from(self.mac(seed, *stamp).as_slice().ct_eq(mac)) {
            return None;
        }
        let derived = self.derive(seed, AT_ONCE);
        let minute = u32::from_be_bytes(*stamp) ^ mask(&derived);
        let id = AnonymousId { seed: *seed, minute, derived };
        // A minute of grace, because the stamp is cut to the minute.
        (age(id, now) <= self.lifetime + 60).then_some(id)
    }

    /// The same session under a fresh id, when half of its time is over.
    pub(crate) fn renewed(&self, id: AnonymousId, now: Timestamp) -> Option<AnonymousId> {
        (age(id, now) > self.lifetime / 2).then_some(AnonymousId { minute: minute(now), ..id })
    }

    /// The secret behind the session's tokens of one kind: 32 hexadecimal digits.
    pub(crate) fn token_secret(&self, id: AnonymousId, kind: &str) -> String {
        let derived = if kind == AT_ONCE { id.derived } else { self.derive(&id.seed, kind) };
        session_id::hex(derived.get(..16).unwrap_or_default())
    }

    fn derive(&self, seed: &[u8; 8], kind: &str) -> [u8; 32] {
        self.hmac(&[b"token", seed, kind.as_bytes()])
    }

    fn mac(&self, seed: &[u8; 8], stamp: [u8; 4]) -> [u8; 8] {
        self.hmac(&[b"mac", seed, &stamp]).first_chunk().copied().unwrap_or_default()
    }

    fn hmac(&self, parts: &[&[u8]]) -> [u8; 32] {
        finished(self.keyed.clone(), parts)
    }
}

/// HMAC-SHA256 (RFC 2104) over the parts, one after the other.
pub(crate) fn hmac_sha256(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    finished(keyed(key), parts)
}

fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    // A key shorter than a block is filled up with zeros (RFC 2104 §2).
    let mut block = [0; 64];
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    <Hmac<Sha256> as KeyInit>::new(&block.into())
}

fn finished(mut mac: Hmac<Sha256>, parts: &[&[u8]]) -> [u8; 32] {
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// The part of what is derived that no token secret is made of.
fn mask(derived: &[u8; 32]) -> u32 {
    derived.last_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes))
}

fn minute(now: Timestamp) -> u32 {
    u32::try_from(now.0.max(0) / 60).unwrap_or(u32::MAX)
}

fn age(id: AnonymousId, now: Timestamp) -> i64 {
    now.0.saturating_sub(i64::from(id.minute) * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids() -> AnonymousIds {
        AnonymousIds::new(&SecretKey::new(b"a secret of the server".to_vec()), 3600)
    }

    fn random() -> Random {
        Random::from_fn(|bytes| bytes.fill(0x5a))
    }

    const NOW: Timestamp = Timestamp(1_795_325_407);

    #[test]
    fn an_id_has_mediawikis_form_and_is_recognised() {
        let (ids, id) = (ids(), ids().issue(&random(), NOW));
        let text = ids.write(id);
        assert_eq!(text.len(), 32);
        assert!(text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'v').contains(&b)));
        assert_eq!(ids.read(&text, NOW), Some(id));
    }

    #[test]
    fn an_id_changed_in_any_place_is_a_strangers() {
        let ids = ids();
        let text = ids.write(ids.issue(&random(), NOW));
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(ids.read(std::str::from_utf8(&changed).unwrap(), NOW), None, "{at}");
        }
    }

    #[test]
    fn an_id_expires_like_a_record_and_is_renewed_before_with_the_same_secrets() {
        let (ids, id) = (ids(), ids().issue(&random(), NOW));
        let text = ids.write(id);
        assert!(ids.renewed(id, NOW.plus(1700)).is_none());
        let renewed = ids.renewed(id, NOW.plus(2000)).unwrap();
        assert_ne!(ids.write(renewed), text);
        assert_eq!(ids.token_secret(renewed, "login"), ids.token_secret(id, "login"));
        assert!(ids.read(&text, NOW.plus(3590)).is_some());
        assert!(ids.read(&text, NOW.plus(3700)).is_none());
    }

    #[test]
    fn secrets_differ_by_kind_and_by_session_and_by_server() {
        let ids = ids();
        let (a, b) = (ids.id([1; 8], 5), ids.id([2; 8], 5));
        assert_eq!(ids.token_secret(a, "login").len(), 32);
        assert_ne!(ids.token_secret(a, "login"), ids.token_secret(a, "createaccount"));
        assert_ne!(ids.token_secret(a, "login"), ids.token_secret(b, "login"));
        let other = AnonymousIds::new(&SecretKey::new(b"another".to_vec()), 3600);
        let theirs = other.id([1; 8], 5);
        assert_ne!(ids.token_secret(a, "login"), other.token_secret(theirs, "login"));
        assert_eq!(other.read(&ids.write(a), Timestamp(300)), None);
    }
}
