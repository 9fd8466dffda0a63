//! Rows of second factors, plain and encrypted, new and old: what is used up stays so, and what is
//! written can be read.

use daemun_mediawiki::second_factor::{
    FactorKey, LegacyRow, NONCE_BYTES, RecoveryCode, RecoveryRow, TotpRow, TotpSecret, window_of,
};
use daemun_mediawiki::timestamp::Timestamp;

use super::{lines, text};
use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "factors",
    run,
    words: &[
        "{\"secret\":\"",
        "{\"recoverycodekeys\":[",
        "{\"keys\":[",
        "\"scratch_tokens\":[",
        "\"nonce\":\"",
        "\"friendly_name\":null",
        "JBSWY3DPEHPK3PXP",
        "ALICESCRATCHAAAA",
        "====",
        "null",
        "\\u0000",
    ],
    longest: 2048,
};

fn run(bytes: &[u8]) {
    let [typed, row] = lines(bytes);
    let typed = text(typed);
    let key = FactorKey::from_hex(&"5c".repeat(32)).expect("a key");
    let nonce = *bytes.first_chunk::<NONCE_BYTES>().unwrap_or(&[7; NONCE_BYTES]);
    for key in [None, Some(&key)] {
        if let Ok(read) = TotpRow::read(row, key) {
            totp(read, &key.map(|key| (key, nonce)), &typed);
        }
        if let Ok(read) = RecoveryRow::read(row, key) {
            recovery(read, &key.map(|key| (key, nonce)), &typed);
        }
    }
    if let Ok(mut read) = LegacyRow::read(row) {
        let before = read.count();
        let taken = read.take(&typed);
        assert_eq!(taken, read.count() < before);
        let mut again = LegacyRow::read(&read.to_bytes()).expect("what is written can be read");
        assert_eq!(again.count(), read.count());
        assert!(again.secrets() == read.secrets());
        assert!(!again.take(&typed), "a code is good once");
    }
}

type Sealing<'a> = Option<(&'a FactorKey, [u8; NONCE_BYTES])>;

fn totp(mut row: TotpRow, sealing: &Sealing<'_>, typed: &str) {
    let secret = row.secret().clone();
    let now = Timestamp(1_795_325_407);
    if let Some(window) = secret.find(typed, now, 4, 0) {
        assert!((window - window_of(now)).abs() <= 4);
        assert_ne!(secret.find(typed, now, 4, window), Some(window), "a code is good once");
    }
    assert_eq!(TotpSecret::from_base32(&secret.to_base32()), Some(secret.clone()));
    let was_encrypted = row.is_encrypted();
    if let Some((key, nonce)) = sealing {
        assert_eq!(row.encrypt(key, *nonce), !was_encrypted);
        assert!(TotpRow::read(&row.to_bytes(), None).is_err(), "no secret without the key");
    }
    let key = sealing.map(|(key, _)| key);
    let again = TotpRow::read(&row.to_bytes(), key).expect("what is written can be read");
    assert!(again.secret() == &secret);
}

fn recovery(mut row: RecoveryRow, sealing: &Sealing<'_>, typed: &str) {
    let key = sealing.map(|(key, _)| key);
    let before = row.count();
    let taken = row.take(typed);
    assert_eq!(taken, row.count() < before);
    assert!(!row.take(typed), "a code is good once");
    if let Some((key, nonce)) = sealing {
        row.encrypt(key, *nonce);
    }
    // A row that codes were added to by sealing may be longer than a column holds.
    let Ok(mut again) = RecoveryRow::read(&row.to_bytes(), key) else {
        panic!("what is written can be read");
    };
    assert_eq!(again.count(), row.count());
    assert!(!again.take(typed), "a code is good once");
    again.replace(&[RecoveryCode::new([1; 10])], *sealing);
    let mut new = RecoveryRow::read(&again.to_bytes(), key).expect("new codes can be read");
    assert!(new.count() == 1 && new.take(RecoveryCode::new([1; 10]).reveal()));
}
