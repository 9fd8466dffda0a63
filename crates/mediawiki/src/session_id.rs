//! Session ids, generated passwords and the base 32 that both are written in.
//!
//! The alphabet is that of a number in base 32: `0`–`9`, then `a`–`v`
//! (<https://www.mediawiki.org/wiki/Manual:SessionManager_and_AuthManager>).

/// No MediaWiki writes an id longer than this; longer ones are not worth a look-up.
pub const MAX_BYTES: usize = 128;

/// A session id of 32 characters of `[0-9a-v]`: 160 bits as a big-endian number in base 32.
pub fn from_random(bytes: [u8; 20]) -> String {
    base32(&bytes)
}

/// The 160 bits of an id made by [`from_random`]. `None` for ids of any other form, which may
/// still be [acceptable](is_acceptable).
pub fn to_bytes(id: &str) -> Option<[u8; 20]> {
    if id.len() != 32 {
        return None;
    }
    let mut out = Vec::with_capacity(20);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for &character in id.as_bytes() {
        let digit = match character {
            b'0'..=b'9' => character - b'0',
            b'a'..=b'v' => character - b'a' + 10,
            _ => return None,
        };
        held = (held << 5) | u32::from(digit);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push(low_byte(u64::from(held >> bits)));
        }
    }
    out.try_into().ok()
}

/// Whether a client's session cookie may be looked up: 32 to 128 characters of `[a-zA-Z0-9_-]`.
/// Anything else starts a new anonymous session.
pub fn is_acceptable(id: &str) -> bool {
    (32..=MAX_BYTES).contains(&id.len())
        && id.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-')
}

/// As many digits as the bytes have whole groups of 5 bits, most significant first. Bits left over
/// at the end are dropped.
pub fn base32(bytes: &[u8]) -> String {
    let mut text = vec![0; bytes.len() * 8 / 5];
    // Five bytes are eight digits.
    let (groups, rest) = bytes.as_chunks::<5>();
    let (eights, last) = text.as_chunks_mut::<8>();
    for (eight, group) in eights.iter_mut().zip(groups) {
        let [a, b, c, d, e] = group.map(u64::from);
        let held = a << 32 | b << 24 | c << 16 | d << 8 | e;
        *eight = std::array::from_fn(|n| low_byte(held >> (35 - 5 * n)));
    }
    let (mut held, mut bits) = (0_u64, 0_u32);
    let mut rest = rest.iter();
    for place in last {
        if bits < 5 {
            held = (held << 8) | rest.next().copied().map_or(0, u64::from);
            bits += 8;
        }
        bits -= 5;
        *place = low_byte(held >> bits);
    }
    digits(text)
}

/// A password of `length` characters of `[0-9a-v]`, 5 bits each, without bias.
///
/// Takes ⌈`length` × 5 ∕ 8⌉ random bytes; fewer bytes give a shorter password, never a weaker
/// character. MediaWiki uses 32 characters for bot passwords and 10 for temporary passwords.
pub fn random_password(random: &[u8], length: usize) -> String {
    let mut text = base32(random);
    text.truncate(length);
    text
}

/// Lower-case hexadecimal, two digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = vec![0; bytes.len() * 2];
    let (pairs, _) = text.as_chunks_mut::<2>();
    for (pair, &byte) in pairs.iter_mut().zip(bytes) {
        *pair = [byte >> 4, byte & 15];
    }
    digits(text)
}

/// The digits of the five lowest bits of each. Computed rather than looked up, so that no place in
/// memory that is touched depends on a secret, and many at once.
fn digits(mut values: Vec<u8>) -> String {
    for value in &mut values {
        let five = *value & 31;
        *value = five + if five < 10 { b'0' } else { b'a' - 10 };
    }
    // All of the alphabet is ASCII.
    String::from_utf8(values).unwrap_or_default()
}

fn low_byte(value: u64) -> u8 {
    value.to_le_bytes().first().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_id_is_a_big_endian_number_in_base_32() {
        assert_eq!(from_random([0; 20]), "0".repeat(32));
        assert_eq!(from_random([255; 20]), "v".repeat(32));
        let mut one = [0; 20];
        one[19] = 1;
        assert_eq!(from_random(one), format!("{}1", "0".repeat(31)));
        one[19] = 0;
        one[0] = 0x08;
        assert_eq!(from_random(one), format!("1{}", "0".repeat(31)));
    }

    #[test]
    fn only_ids_of_the_cookie_alphabet_are_acceptable() {
        assert!(is_acceptable(&"A_-9".repeat(8)));
        assert!(!is_acceptable(&"a".repeat(31)));
        assert!(is_acceptable(&"a".repeat(128)));
        assert!(!is_acceptable(&"a".repeat(129)));
        assert!(!is_acceptable(&format!("{}.", "a".repeat(32))));
        assert!(!is_acceptable(&format!("{}é", "a".repeat(32))));
    }

    #[test]
    fn an_id_of_another_form_has_no_bytes() {
        assert_eq!(to_bytes(&"w".repeat(32)), None);
        assert_eq!(to_bytes(&"A".repeat(32)), None);
        assert_eq!(to_bytes("0"), None);
    }

    #[test]
    fn a_password_takes_five_bits_a_character() {
        assert_eq!(random_password(&[0xFF; 7], 10), "v".repeat(10));
        assert_eq!(random_password(&[0; 20], 32).len(), 32);
        assert_eq!(random_password(&[0; 2], 32).len(), 3);
    }

    #[test]
    fn hexadecimal_is_lower_case() {
        assert_eq!(hex(&[0, 0xAB, 255]), "00abff");
    }

    proptest! {
        #[test]
        fn an_id_gives_its_bytes_back(bytes: [u8; 20]) {
            let id = from_random(bytes);
            prop_assert!(is_acceptable(&id));
            prop_assert_eq!(to_bytes(&id), Some(bytes));
        }

        #[test]
        fn any_text_is_read_without_panic(id in "\\PC{0,40}") {
            let _ = (to_bytes(&id), is_acceptable(&id));
        }
    }
}
