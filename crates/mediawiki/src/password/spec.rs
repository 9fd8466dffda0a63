//! How new passwords are hashed.

use base64::Engine;
use thiserror::Error;
use zeroize::Zeroizing;

use super::pbkdf2::{BASE64, within_limits};
use super::{Argon2Hash, BcryptHash, Pbkdf2Algo, StoredPassword};

/// The type and parameters of new hashes (`$wgPasswordDefault` with its entry in
/// `$wgPasswordConfig`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HashSpec {
    /// `pbkdf2`
    Pbkdf2 {
        /// Digest of the HMAC.
        algo: Pbkdf2Algo,
        /// Rounds for each block of output.
        rounds: u32,
        /// Bytes of output.
        length: usize,
    },
    /// `argon2` with its variant `argon2id`
    Argon2id {
        /// Memory in KiB.
        memory_kib: u32,
        /// Passes.
        time: u32,
        /// Lanes.
        lanes: u32,
    },
    /// `bcrypt`
    Bcrypt {
        /// log₂ of the rounds.
        cost: u32,
    },
}

/// Why a password could not be hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HashError {
    /// The parameters are beyond the [`limits`](super::limits), or there is not enough memory for
    /// them.
    #[error("the parameters for new password hashes are out of range, or need too much memory")]
    Parameters,
}

impl HashSpec {
    /// What a check of a password hashed this way costs.
    pub fn cost(&self) -> super::Cost {
        match *self {
            Self::Pbkdf2 { algo, rounds, length } => super::Cost::Pbkdf2 { algo, rounds, length },
            Self::Argon2id { memory_kib, time, lanes } => {
                super::Cost::Argon2 { memory_kib, time, lanes }
            }
            Self::Bcrypt { cost } => super::Cost::Bcrypt { cost },
        }
    }

    /// MediaWiki's own default.
    pub const MEDIAWIKI_DEFAULT: Self =
        Self::Pbkdf2 { algo: Pbkdf2Algo::Sha512, rounds: 30_000, length: 64 };

    /// Bytes of salt of every kind.
    pub const SALT_LEN: usize = 16;

    /// Hashes a password with a random salt into the form that the tables hold.
    ///
    /// bcrypt passes over all that follows a NUL or the 72nd byte of the password, as in PHP.
    ///
    /// # Errors
    /// [`HashError::Parameters`] when this specification cannot be followed.
    pub fn hash(&self, password: &[u8], salt: &[u8; 16]) -> Result<String, HashError> {
        let hashed = match *self {
            Self::Pbkdf2 { algo, rounds, length } => within_limits(rounds, length).then(|| {
                let mut output = Zeroizing::new(vec![0; length]);
                algo.derive(password, salt, rounds, &mut output);
                self.pbkdf2_text(salt, &output).unwrap_or_default()
            }),
            Self::Argon2id { memory_kib, time, lanes } => {
                Argon2Hash::new(memory_kib, time, lanes, salt, password)
                    .map(|hash| format!(":argon2:{hash}"))
            }
            Self::Bcrypt { cost } => {
                BcryptHash::new(cost, *salt, password).map(|hash| format!(":bcrypt:{hash}"))
            }
        };
        hashed.ok_or(HashError::Parameters)
    }

    /// Whether [`Self::hash`] would follow the parameters, where this is PBKDF2.
    pub fn is_within_limits(&self) -> bool {
        match *self {
            Self::Pbkdf2 { rounds, length, .. } => within_limits(rounds, length),
            _ => true,
        }
    }

    /// The stored form of an output that was computed elsewhere. `None` unless this is PBKDF2 and
    /// the output of its length.
    pub fn pbkdf2_text(&self, salt: &[u8], derived: &[u8]) -> Option<String> {
        match *self {
            Self::Pbkdf2 { algo, rounds, length } if derived.len() == length => Some(format!(
                ":pbkdf2:{}:{rounds}:{length}:{}:{}",
                algo.name(),
                BASE64.encode(salt),
                BASE64.encode(derived)
            )),
            _ => None,
        }
    }

    /// Whether a stored password is of this type with these parameters. If not, a log-in should
    /// hash it anew.
    pub fn matches(&self, stored: &StoredPassword) -> bool {
        match (*self, stored) {
            (Self::Pbkdf2 { algo, rounds, length }, StoredPassword::Pbkdf2(hash)) => {
                (algo, rounds, length) == (hash.algo, hash.rounds, hash.length)
            }
            (Self::Argon2id { memory_kib, time, lanes }, StoredPassword::Argon2(hash)) => {
                hash.is_current()
                    && (memory_kib, time, lanes) == (hash.memory_kib, hash.time, hash.lanes)
            }
            (Self::Bcrypt { cost }, StoredPassword::Bcrypt(hash)) => cost == hash.cost,
            _ => false,
        }
    }

    /// Bytes of random salt that [`Self::hash`] takes.
    pub fn salt_len(&self) -> usize {
        Self::SALT_LEN
    }
}
