//! The two oldest hashes.

use ::md5::{Digest, Md5};
use subtle::ConstantTimeEq;

use crate::session_id::hex;

/// An MD5 digest as 32 lower-case hexadecimal digits. Compared in constant time.
#[derive(Clone, Copy, Debug)]
pub struct Md5Hex([u8; 32]);

impl Md5Hex {
    /// Reads 32 lower-case hexadecimal digits. Upper case is refused: MediaWiki compares text, so
    /// it would never match.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: [u8; 32] = text.as_bytes().try_into().ok()?;
        digits.iter().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f')).then_some(Self(digits))
    }

    /// Type A of a password.
    pub fn unsalted(password: &[u8]) -> Self {
        Self::of(&[password])
    }

    /// Type B of a password.
    pub fn salted(salt: &str, password: &[u8]) -> Self {
        Self::of(&[salt.as_bytes(), b"-", Self::unsalted(password).as_bytes()])
    }

    /// The digits.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn of(parts: &[&[u8]]) -> Self {
        let mut digest = Md5::new();
        for part in parts {
            digest.update(part);
        }
        // 16 bytes always make 32 digits.
        Self(hex(&digest.finalize()).into_bytes().try_into().unwrap_or([0; 32]))
    }
}

impl PartialEq for Md5Hex {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Md5Hex {}
