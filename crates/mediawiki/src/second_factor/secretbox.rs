//! `$wgOATHSecretKey`: libsodium's secretbox (XSalsa20-Poly1305), ciphertext and nonce in Base32.

use crypto_secretbox::aead::{Aead as _, KeyInit as _};
use crypto_secretbox::{Key, Nonce, XSalsa20Poly1305};
use zeroize::Zeroizing;

use super::base32;

/// Bytes of a nonce.
pub const NONCE_BYTES: usize = 24;

/// The key that rows are encrypted with.
#[derive(Clone, PartialEq, Eq)]
pub struct FactorKey(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for FactorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FactorKey(…)")
    }
}

impl FactorKey {
    /// Reads the setting: 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut key = Zeroizing::new([0; 32]);
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|n| u8::try_from(n).ok());
        for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
            let [high, low] = pair.try_into().ok()?;
            *byte = nibble(high)? << 4 | nibble(low)?;
        }
        Some(Self(key))
    }

    fn cipher(&self) -> XSalsa20Poly1305 {
        XSalsa20Poly1305::new(Key::from_slice(&*self.0))
    }

    /// The text in a box, in Base32; `None` where it is longer than any box.
    pub(super) fn seal(&self, text: &str, nonce: &[u8; NONCE_BYTES]) -> Option<String> {
        let sealed = self.cipher().encrypt(Nonce::from_slice(nonce), text.as_bytes()).ok()?;
        Some(base32::padded(&sealed))
    }

    /// The text in a box; `None` where it was sealed with another key or changed.
    pub(super) fn open(&self, sealed: &str, nonce: &str) -> Option<Zeroizing<String>> {
        let nonce: [u8; NONCE_BYTES] = base32::decode(nonce)?.as_slice().try_into().ok()?;
        let sealed = base32::decode(sealed)?;
        let text = self.cipher().decrypt(Nonce::from_slice(&nonce), sealed.as_slice()).ok()?;
        String::from_utf8(text).ok().map(Zeroizing::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_libsodiums() {
        // The example of NaCl's own tests (`secretbox.c`): its key, its nonce, and the beginning of
        // its message. A stream cipher gives the same first bytes for any length.
        let key = "1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389";
        let key = FactorKey::from_hex(key).unwrap();
        let nonce = b"\x69\x69\x6e\xe9\x55\xb6\x2b\x73\xcd\x62\xbd\xa8\x75\xfc\x73\xd6\
                      \x82\x19\xe0\x03\x6b\x7a\x0b\x37";
        let message = b"\xbe\x07\x5f\xc5\x3c\x81\xf2\xd5\xcf\x14\x13\x16\xeb\xeb\x0c\x7b";
        let sealed = key.cipher().encrypt(Nonce::from_slice(nonce), message.as_slice()).unwrap();
        let expected = b"\x8e\x99\x3b\x9f\x48\x68\x12\x73\xc2\x96\x50\xba\x32\xfc\x76\xce";
        assert_eq!(sealed.get(16..), Some(expected.as_slice()));
    }

    #[test]
    fn what_was_sealed_opens_with_its_key_and_nonce_only() {
        let key = FactorKey::from_hex(&"ab".repeat(32)).unwrap();
        let other = FactorKey::from_hex(&"AC".repeat(32)).unwrap();
        let nonce = base32::padded(&[7; 24]);
        let sealed = key.seal("ALICESCRATCHAAAA", &[7; 24]).unwrap();
        assert_eq!(&**key.open(&sealed, &nonce).as_ref().unwrap(), "ALICESCRATCHAAAA");
        assert!(other.open(&sealed, &nonce).is_none());
        assert!(key.open(&sealed, &base32::padded(&[8; 24])).is_none());
        assert!(key.open(&sealed, "").is_none());
        assert!(key.open("MZXW6", &nonce).is_none());
    }

    #[test]
    fn a_key_is_sixty_four_hexadecimal_digits() {
        assert!(FactorKey::from_hex(&"0aF".repeat(21)).is_none());
        assert!(FactorKey::from_hex(&"+1".repeat(32)).is_none());
        assert!(FactorKey::from_hex(&"0F".repeat(32)).is_some());
        assert_eq!(format!("{:?}", FactorKey::from_hex(&"0F".repeat(32)).unwrap()), "FactorKey(…)");
    }
}
