//! Sealing a dialogue's state: nobody who reads the session store learns or changes it, and it is
//! good for one session only (ChaCha20-Poly1305, RFC 8439; the session id is authenticated with it).

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use zeroize::Zeroizing;

use crate::settings::SecretKey;

/// First character of what is sealed this way; another way would get another.
const VERSION: char = '1';

/// Seals and opens with one key.
#[derive(Clone)]
pub struct Sealer {
    key: Zeroizing<[u8; 32]>,
}

impl Sealer {
    /// With a key of its own from the server's secret.
    pub fn new(secret: &SecretKey) -> Self {
        Self { key: secret.derive("login dialogue") }
    }

    /// Seals for a session. A nonce must never be used twice.
    pub fn seal(&self, session: &str, nonce: [u8; 12], state: &[u8]) -> Option<String> {
        let payload = Payload { msg: state, aad: session.as_bytes() };
        let sealed = self.cipher().encrypt(&Nonce::from(nonce), payload).ok()?;
        let bytes: Vec<u8> = nonce.into_iter().chain(sealed).collect();
        Some(format!("{VERSION}{}", STANDARD_NO_PAD.encode(bytes)))
    }

    /// What was sealed for this session; `None` for all else.
    pub fn open(&self, session: &str, sealed: &str) -> Option<Zeroizing<Vec<u8>>> {
        let bytes = STANDARD_NO_PAD.decode(sealed.strip_prefix(VERSION)?).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<12>()?;
        let payload = Payload { msg: sealed, aad: session.as_bytes() };
        self.cipher().decrypt(&Nonce::from(*nonce), payload).ok().map(Zeroizing::new)
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new((&*self.key).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_for_a_session_opens_for_it_alone() {
        let sealer = Sealer::new(&SecretKey::new(b"one".to_vec()));
        let sealed = sealer.seal("session", [3; 12], b"state").unwrap();
        assert_eq!(sealer.open("session", &sealed).unwrap().as_slice(), b"state");
        assert!(sealer.open("another", &sealed).is_none());
        let other = Sealer::new(&SecretKey::new(b"two".to_vec()));
        assert!(other.open("session", &sealed).is_none());
        assert!(sealer.open("session", &sealed.replace('1', "2")).is_none());
    }
}
