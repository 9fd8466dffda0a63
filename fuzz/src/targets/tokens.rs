//! Session ids, tokens, timestamps and sealed dialogues.

use daemun_auth::manager::sealed::Sealer;
use daemun_auth::settings::SecretKey;
use daemun_mediawiki::timestamp::Timestamp;
use daemun_mediawiki::token::{TokenMatch, TokenSecret};
use daemun_mediawiki::{session_id, token, user_token};

use super::{lines, text};
use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "tokens",
    run,
    words: &["+\\", "20261122053007", "infinity", "0123456789abcdef0123456789abcdef", "1"],
    longest: 512,
};

const SECRET: &str = "5a0c3d77e1b94f26a8d1c04be7739f12";

fn run(bytes: &[u8]) {
    let [first, second] = lines(bytes).map(text);
    ids(&first);
    tokens(&first, &second);
    times(bytes, &first);
    sealed(bytes, &first, &second);
}

fn ids(id: &str) {
    if let Some(bytes) = session_id::to_bytes(id) {
        assert!(session_id::is_acceptable(id));
        assert_eq!(session_id::from_random(bytes), id);
    }
    if session_id::is_acceptable(id) {
        assert!((32..=session_id::MAX_BYTES).contains(&id.len()));
    }
    assert!(session_id::base32(id.as_bytes()).len() <= id.len() * 8 / 5);
    let value = user_token::cookie_value(id, Some("1"));
    assert_eq!(value.len(), 32);
}

fn tokens(given: &str, salt: &str) {
    // The secret is not among what the fuzzer knows.
    assert!(!token::verify(SECRET, salt, given), "{given:?} is forged");
    let now = Timestamp(1_795_325_407);
    let aged = token::matches_with_age(SECRET, salt, given, now, Some(i64::MIN));
    assert_eq!(aged, TokenMatch::Invalid);
    if let Some(time) = token::generated(given) {
        assert!(time.0 >= 0);
        let own = token::make(given, salt, time);
        assert!(token::verify(given, salt, &own));
        assert_eq!(token::generated(&own), Some(time));
    }
    if let Some(secret) = TokenSecret::parse(given) {
        assert_eq!(secret.as_str(), given);
    }
}

fn times(bytes: &[u8], text: &str) {
    if let Some(time) = Timestamp::parse_mw(text) {
        assert_eq!(time.to_mw(), text, "a time that was read is written the same");
    }
    if let Some(number) = bytes.first_chunk::<8>() {
        let time = Timestamp(i64::from_le_bytes(*number));
        let written = time.to_mw();
        let again = Timestamp::parse_mw(&written).expect("what is written can be read");
        assert_eq!(again.to_mw(), written);
        assert_eq!(again.to_iso(), time.to_iso());
        assert_eq!(again.to_http(), time.to_http());
        assert_eq!(time.to_http().len(), 29);
    }
}

fn sealed(bytes: &[u8], session: &str, given: &str) {
    let sealer = Sealer::new(&SecretKey::new(b"not known to the fuzzer".to_vec()));
    assert!(sealer.open(session, given).is_none(), "{given:?} is forged");
    let sealed = sealer.seal(session, [7; 12], bytes).expect("short enough");
    assert_eq!(sealer.open(session, &sealed).expect("our own").as_slice(), bytes);
    assert!(sealer.open(&format!("{session}x"), &sealed).is_none(), "another session");
}
