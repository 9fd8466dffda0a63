//! PBKDF2-HMAC (RFC 8018 §5.2).

use ::pbkdf2::pbkdf2_hmac;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::limits;

/// Base64 as PHP's `base64_decode` takes it: padding or none, spare bits of any value.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The digest inside of the HMAC, by PHP's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pbkdf2Algo {
    /// `sha512`, the default.
    Sha512,
    /// `sha384`
    Sha384,
    /// `sha256`
    Sha256,
    /// `sha224`
    Sha224,
    /// `sha1`
    Sha1,
    /// `md5`
    Md5,
    /// `whirlpool`
    Whirlpool,
}

impl Pbkdf2Algo {
    const ALL: [Self; 7] = [
        Self::Sha512,
        Self::Sha384,
        Self::Sha256,
        Self::Sha224,
        Self::Sha1,
        Self::Md5,
        Self::Whirlpool,
    ];

    /// PHP's name, as it stands in a stored hash.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha512 => "sha512",
            Self::Sha384 => "sha384",
            Self::Sha256 => "sha256",
            Self::Sha224 => "sha224",
            Self::Sha1 => "sha1",
            Self::Md5 => "md5",
            Self::Whirlpool => "whirlpool",
        }
    }

    /// The algorithm of a name, in any case as in PHP.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algo| algo.name().eq_ignore_ascii_case(name))
    }

    /// Fills `output` from password and salt.
    pub fn derive(self, password: &[u8], salt: &[u8], rounds: u32, output: &mut [u8]) {
        match self {
            Self::Sha512 => pbkdf2_hmac::<sha2::Sha512>(password, salt, rounds, output),
            Self::Sha384 => pbkdf2_hmac::<sha2::Sha384>(password, salt, rounds, output),
            Self::Sha256 => pbkdf2_hmac::<sha2::Sha256>(password, salt, rounds, output),
            Self::Sha224 => pbkdf2_hmac::<sha2::Sha224>(password, salt, rounds, output),
            Self::Sha1 => pbkdf2_hmac::<sha1::Sha1>(password, salt, rounds, output),
            Self::Md5 => pbkdf2_hmac::<::md5::Md5>(password, salt, rounds, output),
            Self::Whirlpool => {
                pbkdf2_hmac::<whirlpool::Whirlpool>(password, salt, rounds, output);
            }
        }
    }
}

/// Parameters, salt and expected output of PBKDF2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pbkdf2Hash {
    /// Digest of the HMAC.
    pub algo: Pbkdf2Algo,
    /// Rounds for each block of output, from 1.
    pub rounds: u32,
    /// Bytes of output, from 1.
    pub length: usize,
    /// The salt.
    pub salt: Vec<u8>,
    /// The output, `length` bytes.
    pub hash: Vec<u8>,
}

impl Pbkdf2Hash {
    /// From `ALGO:ROUNDS:LENGTH`, and salt and hash in base64. `None` when malformed or beyond the
    /// [`limits`].
    pub(super) fn parse(parameters: &str, salt: &str, hash: &str) -> Option<Self> {
        let mut parts = parameters.split(':');
        let algo = Pbkdf2Algo::parse(parts.next()?)?;
        let rounds = parts.next()?.parse().ok()?;
        let length = parts.next()?.parse().ok()?;
        if parts.next().is_some() || !within_limits(rounds, length) {
            return None;
        }
        let (salt, hash) = (BASE64.decode(salt).ok()?, BASE64.decode(hash).ok()?);
        (salt.len() <= limits::BYTES && hash.len() == length).then_some(Self {
            algo,
            rounds,
            length,
            salt,
            hash,
        })
    }

    /// Whether an output computed elsewhere from these parameters is the expected one, in constant
    /// time.
    pub fn matches(&self, derived: &[u8]) -> bool {
        self.hash.ct_eq(derived).into()
    }

    pub(super) fn verify(&self, input: &[u8]) -> bool {
        let mut output = Zeroizing::new(vec![0; self.length]);
        self.algo.derive(input, &self.salt, self.rounds, &mut output);
        self.matches(&output)
    }
}

pub(super) fn within_limits(rounds: u32, length: usize) -> bool {
    (1..=limits::PBKDF2_ROUNDS).contains(&rounds) && (1..=limits::BYTES).contains(&length)
}
