//! Stored passwords: what a row may demand of the server is bounded.

use daemun_mediawiki::password::{
    Cost, HashSpec, PasswordKind, Pbkdf2Algo, StoredPassword, limits,
};

use super::{lines, text};
use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "passwords",
    run,
    words: &[
        ":A:",
        ":B:",
        ":pbkdf2:",
        ":pbkdf2-legacyA:",
        ":pbkdf2-legacyB:",
        ":bcrypt:",
        ":argon2:",
        "sha512:30000:64:",
        "sha256:1:32:",
        "sha1:1:20:",
        "!",
        "$2y$",
        "$argon2id$v=19$m=8,t=1,p=1$",
        "$argon2i$v=16$",
        "05$",
        "4294967295",
        "==",
    ],
    longest: 1024,
};

fn run(bytes: &[u8]) {
    let [stored, password] = lines(bytes);
    let stored_text = text(stored);
    for stored in [
        StoredPassword::parse(&stored_text),
        StoredPassword::parse_for_user(&stored_text, u64::MAX),
    ] {
        check(&stored, password);
    }
    if let Some(salt) = bytes.first_chunk::<16>() {
        for spec in [
            HashSpec::Pbkdf2 { algo: Pbkdf2Algo::Sha256, rounds: 1, length: 32 },
            HashSpec::Argon2id { memory_kib: 8, time: 1, lanes: 1 },
        ] {
            let hashed = spec.hash(password, salt).expect("within the limits");
            let stored = StoredPassword::parse(&hashed);
            assert!(spec.matches(&stored) && stored.cost() == spec.cost(), "{hashed}");
            assert!(stored.verify(password), "{hashed}");
            assert!(!stored.verify(&[password, b"!"].concat()), "{hashed}");
        }
    }
}

fn check(stored: &StoredPassword, password: &[u8]) {
    assert_eq!(stored.is_invalid(), stored.kind() == PasswordKind::Invalid);
    let is_cheap = match stored.cost() {
        Cost::Nothing | Cost::Md5 => true,
        Cost::Pbkdf2 { rounds, length, .. } => {
            assert!((1..=limits::PBKDF2_ROUNDS).contains(&rounds), "{rounds}");
            assert!((1..=limits::BYTES).contains(&length), "{length}");
            rounds <= 10
        }
        Cost::Bcrypt { cost } => {
            assert!(limits::BCRYPT_COST.contains(&cost), "{cost}");
            false
        }
        Cost::Argon2 { memory_kib, time, lanes } => {
            assert!(memory_kib <= limits::ARGON2_MEMORY_KIB && time <= limits::ARGON2_TIME);
            assert!(lanes <= limits::ARGON2_LANES);
            memory_kib <= 64 && time <= 2
        }
    };
    if is_cheap {
        // Nobody finds the password of a digest that they made up.
        let right = stored.verify(password);
        assert_eq!(stored.verify(password), right, "twice the same");
        assert!(!right || !stored.is_invalid());
    }
    let dummy = StoredPassword::dummy(&stored.cost());
    assert_eq!(dummy.cost(), stored.cost(), "a dummy costs the same");
    if is_cheap {
        assert!(!dummy.verify(password), "nobody knows a dummy's password");
    }
}
