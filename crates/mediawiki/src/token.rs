//! The tokens of `meta=tokens` (<https://www.mediawiki.org/wiki/API:Tokens>).
//!
//! 32 lower-case hexadecimal digits of HMAC-MD5(secret, decimal time ‖ salt), the time in
//! lower-case hexadecimal (8 digits until the year 2106), and the suffix `+\`.

use std::fmt::{self, Write};

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use crate::session_id::hex;
use crate::timestamp::Timestamp;

/// The token of an anonymous user for what is not bound to a session. Also every token's suffix:
/// clients that mangle `+` or `\` are found out by it.
pub const ANONYMOUS: &str = "+\\";

/// Bytes of the time and the suffix, which stand behind the digest.
const ROOM_BEHIND_DIGEST: usize = 16;

/// Hexadecimal digits of the digest.
const DIGEST: usize = 32;

/// The secret of a session's tokens, one for each token type's key: 32 hexadecimal characters.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenSecret([u8; 32]);

impl TokenSecret {
    /// From 128 random bits.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        // 16 bytes always make 32 digits.
        Self(hex(&bytes).into_bytes().try_into().unwrap_or([b'0'; 32]))
    }

    /// From a session's `wsTokenSecrets`. `None` unless it is 32 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 32] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f')).then_some(Self(bytes))
    }

    /// The 32 characters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for TokenSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSecret(…)")
    }
}

impl Drop for TokenSecret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// What a token is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenMatch {
    /// Made with this secret and salt, and young enough.
    Valid,
    /// Made with this secret and salt, but older than asked for.
    Expired,
    /// Anything else.
    Invalid,
}

/// Writes a token. `salt` is the token type's salt; several salts are joined with `|`. Times before
/// 1970 count as 1970.
pub fn make(secret: &str, salt: &str, now: Timestamp) -> String {
    let time = now.0.max(0);
    let digest = Hmac::<Md5>::new_from_slice(secret.as_bytes())
        .map(|mac| mac.chain_update(time.to_string()).chain_update(salt).finalize().into_bytes())
        .unwrap_or_default(); // HMAC takes keys of every length.
    let mut token = hex(&digest);
    token.reserve(ROOM_BEHIND_DIGEST);
    match u32::try_from(time) {
        // What `{:x}` would write: until 2106 the time has its highest digit.
        Ok(time) if time >> 28 != 0 => token.push_str(&hex(&time.to_be_bytes())),
        // Writing to a string cannot fail.
        _ => drop(write!(token, "{time:x}")),
    }
    token.push_str(ANONYMOUS);
    token
}

/// Whether a token was made with this secret and salt, in constant time. Tokens do not age by
/// themselves, and one of the future counts.
pub fn verify(secret: &str, salt: &str, token: &str) -> bool {
    generated(token)
        .is_some_and(|time| make(secret, salt, time).as_bytes().ct_eq(token.as_bytes()).into())
}

/// As [`verify`], with an age limit in seconds as `checktoken`'s `maxtokenage` sets it.
pub fn matches_with_age(
    secret: &str,
    salt: &str,
    token: &str,
    now: Timestamp,
    max_age: Option<i64>,
) -> TokenMatch {
    if !verify(secret, salt, token) {
        return TokenMatch::Invalid;
    }
    let oldest = max_age.map(|age| now.plus(age.saturating_neg()));
    match (oldest, generated(token)) {
        (Some(oldest), Some(time)) if time < oldest => TokenMatch::Expired,
        _ => TokenMatch::Valid,
    }
}

/// When a token says that it was made, whether or not it is valid. `None` when it is too short to
/// say (as [`ANONYMOUS`]) or says no number.
///
/// Like PHP's `hexdec`, characters that are no digits are passed over; [`verify`] is not fooled,
/// since it compares the whole.
pub fn generated(token: &str) -> Option<Timestamp> {
    let bytes = token.as_bytes();
    let digits = bytes.get(DIGEST..bytes.len().checked_sub(ANONYMOUS.len())?)?;
    if digits.is_empty() {
        return None;
    }
    let time = digits
        .iter()
        .filter_map(|&c| char::from(c).to_digit(16))
        .try_fold(0_i64, |sum, digit| sum.checked_mul(16)?.checked_add(i64::from(digit)))?;
    Some(Timestamp(time))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";
    const NOW: Timestamp = Timestamp(1_795_325_407);

    #[test]
    fn a_token_is_a_digest_a_time_and_a_suffix() {
        // python3: hmac.new(SECRET, b"1795325407" + salt, "md5").hexdigest()
        assert_eq!(make(SECRET, "", NOW), "ea447b016374a21412c83dfc445dd63b6b027ddf+\\");
        assert_eq!(make(SECRET, "watch", NOW), "707788d5e4e8b5c7fa100f69e2b6321e6b027ddf+\\");
    }

    #[test]
    fn only_the_same_secret_and_salt_make_a_token_valid() {
        let token = make(SECRET, "watch", NOW);
        assert!(verify(SECRET, "watch", &token));
        assert!(!verify(SECRET, "", &token));
        assert!(!verify("f123456789abcdef0123456789abcdef", "watch", &token));
        assert!(!verify(SECRET, "watch", &token.to_uppercase()));
        assert!(!verify(SECRET, "watch", token.trim_end_matches('\\')));
        assert!(!verify(SECRET, "watch", &token.replace('+', " ")));
        assert!(!verify(SECRET, "watch", ANONYMOUS));
        assert!(!verify(SECRET, "watch", ""));
    }

    #[test]
    fn a_token_expires_only_when_an_age_is_asked_for() {
        let token = make(SECRET, "", NOW);
        let at = |seconds, age| matches_with_age(SECRET, "", &token, NOW.plus(seconds), age);
        assert_eq!(at(1_000_000, None), TokenMatch::Valid);
        assert_eq!(at(60, Some(60)), TokenMatch::Valid);
        assert_eq!(at(61, Some(60)), TokenMatch::Expired);
        assert_eq!(at(-5, Some(0)), TokenMatch::Valid);
        assert_eq!(matches_with_age(SECRET, "", "x", NOW, Some(1)), TokenMatch::Invalid);
    }

    #[test]
    fn a_token_says_when_it_was_made_even_if_it_is_false() {
        let other = make("another", "", NOW);
        assert_eq!(generated(&other), Some(NOW));
        assert_eq!(generated(ANONYMOUS), None);
        assert_eq!(generated(&"f".repeat(34)), None);
        assert_eq!(generated(&"f".repeat(90)), None);
    }

    #[test]
    fn a_secret_keeps_its_text_out_of_debug_output() {
        let secret = TokenSecret::from_random([0xAB; 16]);
        assert_eq!(secret.as_str(), "ab".repeat(16));
        assert_eq!(TokenSecret::parse(secret.as_str()), Some(secret.clone()));
        assert_eq!(TokenSecret::parse("xyz"), None);
        assert!(!format!("{secret:?}").contains("ab"));
    }

    proptest! {
        #[test]
        fn every_token_verifies(secret in "[0-9a-f]{32}", salt in "\\PC{0,20}", time in 0_i64..5_000_000_000) {
            let token = make(&secret, &salt, Timestamp(time));
            prop_assert!(verify(&secret, &salt, &token));
            prop_assert_eq!(generated(&token), Some(Timestamp(time)));
        }

        #[test]
        fn any_text_is_read_without_panic(token in "\\PC{0,60}") {
            prop_assert!(!verify(SECRET, "", &token));
        }
    }
}
