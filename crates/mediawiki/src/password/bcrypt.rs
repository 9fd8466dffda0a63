//! bcrypt as PHP's `crypt` computes it for `$2y$`.

use base64::Engine;
use base64::alphabet::BCRYPT;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::limits;

/// bcrypt's own base64. MediaWiki cuts its salts from the usual alphabet, whose last character may
/// have bits that bcrypt passes over.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &BCRYPT,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// bcrypt takes this many bytes of a password, the final NUL among them if there is room.
const PASSWORD_BYTES: usize = 72;

/// Cost, salt and expected output of bcrypt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BcryptHash {
    /// log₂ of the rounds.
    pub cost: u32,
    /// The salt.
    pub salt: [u8; 16],
    /// The output; bcrypt leaves out the 24th byte.
    pub hash: [u8; 23],
}

impl BcryptHash {
    /// From `COST$SALT$HASH`. `None` when malformed or beyond the [`limits`].
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('$');
        let (cost, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || salt.len() != 22 || hash.len() != 31 {
            return None;
        }
        let cost = cost.parse().ok()?;
        let salt = BASE64.decode(salt).ok()?.try_into().ok()?;
        let hash = BASE64.decode(hash).ok()?.try_into().ok()?;
        limits::BCRYPT_COST.contains(&cost).then_some(Self { cost, salt, hash })
    }

    /// Hashes a password. `None` for a cost beyond the [`limits`].
    pub(super) fn new(cost: u32, salt: [u8; 16], password: &[u8]) -> Option<Self> {
        let hash = limits::BCRYPT_COST.contains(&cost).then(|| digest(cost, salt, password))?;
        Some(Self { cost, salt, hash })
    }

    pub(super) fn verify(&self, password: &[u8]) -> bool {
        digest(self.cost, self.salt, password).ct_eq(&self.hash).into()
    }
}

impl std::fmt::Display for BcryptHash {
    /// `COST$SALT$HASH`, the cost without a leading zero.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}${}${}", self.cost, BASE64.encode(self.salt), BASE64.encode(self.hash))
    }
}

fn digest(cost: u32, salt: [u8; 16], password: &[u8]) -> [u8; 23] {
    // PHP hands the password on as a C string: it ends at its first NUL.
    let ended = password.split(|&c| c == 0).next().unwrap_or_default();
    let key: Zeroizing<Vec<u8>> =
        Zeroizing::new(ended.iter().copied().chain([0]).take(PASSWORD_BYTES).collect());
    let output = ::bcrypt::bcrypt(cost, salt, &key);
    output.first_chunk().copied().unwrap_or([0; 23])
}
