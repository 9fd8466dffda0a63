//! Time-based one-time passwords (RFC 6238) with OATHAuth's parameters: HMAC-SHA1, six digits,
//! windows of 30 seconds.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};
use zeroize::Zeroizing;

use super::{base32, without_blanks};
use crate::timestamp::Timestamp;

/// Seconds in which a code is shown.
pub const STEP: i64 = 30;

/// The secret that a person's app shares with the wiki.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret(Zeroizing<Vec<u8>>);

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

/// The number of the window that a time lies in.
pub fn window_of(time: Timestamp) -> i64 {
    time.0.div_euclid(STEP)
}

impl TotpSecret {
    /// Bytes of a new secret.
    pub const BYTES: usize = 26;

    /// A secret of these random bytes.
    pub fn new(random: [u8; Self::BYTES]) -> Self {
        Self(Zeroizing::new(random.to_vec()))
    }

    /// Reads Base32 with or without padding. `None` where it is none, or holds nothing.
    pub fn from_base32(text: &str) -> Option<Self> {
        base32::decode(text).filter(|bytes| !bytes.is_empty()).map(Self)
    }

    /// Base32 without padding, as apps read it.
    pub fn to_base32(&self) -> Zeroizing<String> {
        base32::unpadded(&self.0)
    }

    /// The code of a window; zero before 1970.
    pub fn code(&self, window: i64) -> u32 {
        let Ok(window) = u64::try_from(window) else { return 0 };
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(&self.0) else { return 0 };
        mac.update(&window.to_be_bytes());
        let digest: [u8; 20] = mac.finalize().into_bytes().into();
        // RFC 4226, section 5.3: the last four bits say which four bytes count.
        let start = usize::from(digest[19] & 0x0f);
        let number = (0..4).fold(0_u32, |number, place| {
            (number << 8) | u32::from(digest.get(start + place).copied().unwrap_or_default())
        });
        (number & 0x7fff_ffff) % 1_000_000
    }

    /// The oldest window whose code this is, of those from `radius` before to `radius` after `now`
    /// that come after `last`. Takes as long whichever it is, or none.
    pub fn find(&self, typed: &str, now: Timestamp, radius: u32, last: i64) -> Option<i64> {
        let given = digits(&without_blanks(typed))?;
        let (now, radius) = (window_of(now), i64::from(radius));
        let (mut found, mut any) = (0_i64, Choice::from(0));
        for window in now.saturating_sub(radius)..=now.saturating_add(radius) {
            let fresh = Choice::from(u8::from(window > last && window >= 0));
            let here = self.code(window).ct_eq(&given) & fresh & !any;
            found.conditional_assign(&window, here);
            any |= here;
        }
        bool::from(any).then_some(found)
    }
}

/// Six ASCII digits as a number.
fn digits(code: &str) -> Option<u32> {
    (code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| code.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rfc() -> TotpSecret {
        TotpSecret(Zeroizing::new(b"12345678901234567890".to_vec()))
    }

    fn typed(window: i64) -> String {
        format!("{:06}", rfc().code(window))
    }

    #[test]
    fn the_codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B, the last six of its eight digits.
        for (time, code) in [
            (59, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ] {
            assert_eq!(rfc().code(window_of(Timestamp(time))), code, "{time}");
        }
        // RFC 4226, appendix D.
        let counts = [755_224, 287_082, 359_152, 969_429, 338_314, 254_676];
        for (count, code) in counts.into_iter().enumerate() {
            assert_eq!(rfc().code(i64::try_from(count).unwrap()), code, "{count}");
        }
    }

    #[test]
    fn a_code_is_good_in_the_windows_around_now_and_no_further() {
        let now = Timestamp(1_795_325_407);
        let here = window_of(now);
        for offset in -6..=6 {
            let found = rfc().find(&typed(here + offset), now, 4, 0);
            assert_eq!(found, (offset.abs() <= 4).then_some(here + offset), "{offset}");
        }
        assert_eq!(rfc().find(&typed(here), now, 0, 0), Some(here));
        assert_eq!(rfc().find(&typed(here + 1), now, 0, 0), None);
    }

    #[test]
    fn what_was_accepted_and_what_came_before_it_is_not_accepted_again() {
        let now = Timestamp(1_795_325_407);
        let here = window_of(now);
        assert_eq!(rfc().find(&typed(here), now, 4, here - 1), Some(here));
        assert_eq!(rfc().find(&typed(here), now, 4, here), None);
        assert_eq!(rfc().find(&typed(here - 1), now, 4, here), None);
        assert_eq!(rfc().find(&typed(here + 1), now, 4, here), Some(here + 1));
    }

    #[test]
    fn blanks_are_skipped_and_only_six_ascii_digits_are_a_code() {
        let now = Timestamp(59);
        for good in ["287082", " 287 082 ", "287\t082\n", "2\u{b}87082"] {
            assert_eq!(rfc().find(good, now, 4, -1), Some(1), "{good:?}");
        }
        for bad in ["", "28708", "2870820", "+87082", "２８７０８２", "287-082", "28708a"] {
            assert_eq!(rfc().find(bad, now, 4, -1), None, "{bad:?}");
        }
    }

    #[test]
    fn of_two_windows_with_one_code_the_oldest_counts() {
        let now = Timestamp(30 * 600_000);
        // Among so many windows some code comes twice.
        let mut seen = std::collections::HashMap::new();
        let here = window_of(now);
        let twice = (here - 3000..=here + 3000).find_map(|window| {
            seen.insert(rfc().code(window), window).map(|first| (first, window))
        });
        let (first, second) = twice.unwrap();
        assert_eq!(rfc().find(&typed(second), now, 3000, 0), Some(first));
        assert_eq!(rfc().find(&typed(second), now, 3000, first), Some(second));
    }

    #[test]
    fn secrets_of_every_age_are_read() {
        for length in [10_usize, 16, 26] {
            let bytes = vec![7_u8; length];
            let padded = base32::padded(&bytes);
            let secret = TotpSecret::from_base32(&padded).unwrap();
            assert_eq!(*secret.0, bytes);
            assert_eq!(TotpSecret::from_base32(&secret.to_base32()), Some(secret));
        }
        assert_eq!(TotpSecret::new([1; 26]).to_base32().len(), 42);
        assert!(TotpSecret::from_base32("").is_none());
        assert!(TotpSecret::from_base32("====").is_none());
        assert!(!format!("{:?}", rfc()).contains("49"));
    }
}
