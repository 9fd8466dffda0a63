//! The passwords that everybody tries first, as a Bloom filter.
//!
//! `common-passwords.bloom` is made by `cargo xtask common-passwords write LIST…` from lists of leaked
//! passwords; CONTRIBUTING says which. A filter is a hundredth of the lists' size, needs no memory
//! of its own and finds every listed password; one in a million others is taken for listed.

use sha2::{Digest, Sha256};

static FILTER: &[u8] = include_bytes!("common-passwords.bloom");

/// Bits set for each password.
const HASHES: u64 = 20;

/// Whether a password is among the most used ones. Case counts.
pub fn is_common(password: &str) -> bool {
    positions(password, FILTER.len())
        .all(|(byte, mask)| FILTER.get(byte).is_some_and(|bits| bits & mask != 0))
}

/// A filter of `bytes` bytes that contains these passwords.
pub fn filter<'a>(passwords: impl IntoIterator<Item = &'a str>, bytes: usize) -> Vec<u8> {
    let mut filter = vec![0; bytes];
    for password in passwords {
        for (byte, mask) in positions(password, bytes) {
            if let Some(bits) = filter.get_mut(byte) {
                *bits |= mask;
            }
        }
    }
    filter
}

/// Double hashing (Kirsch and Mitzenmacher): the n-th position is `a + n·b`.
fn positions(password: &str, bytes: usize) -> impl Iterator<Item = (usize, u8)> {
    let digest = Sha256::digest(password.as_bytes());
    let number = |from: usize| {
        digest.iter().skip(from).take(8).fold(0_u64, |n, byte| n << 8 | u64::from(*byte))
    };
    let (a, b) = (number(0), number(8) | 1);
    let bits = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(8).max(1);
    (0..HASHES).map(move |n| {
        let bit = a.wrapping_add(n.wrapping_mul(b)) % bits;
        (usize::try_from(bit / 8).unwrap_or(0), 1 << (bit % 8))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_passwords_are_common_and_random_ones_are_not() {
        for password in ["password", "123456", "qwerty", "letmein", "iloveyou"] {
            assert!(is_common(password), "{password}");
        }
        for number in 0..2000 {
            assert!(!is_common(&format!("aW9-{number}-k2Vq")), "{number}");
        }
    }

    #[test]
    fn case_counts() {
        assert!(!is_common("pAsSwOrD-1x"));
        assert!(!is_common("passworD"));
    }

    #[test]
    fn a_capital_at_the_beginning_hides_nothing() {
        for password in ["Password", "William", "Qwerty"] {
            assert!(is_common(password), "{password}");
        }
    }

    #[test]
    fn one_or_two_characters_are_too_short_and_not_common() {
        for password in ["", "x", "12", "가나"] {
            assert!(!is_common(password), "{password}");
        }
    }
}
