//! Password hashes as MediaWiki stores them in `user_password`, `user_newpassword` and
//! `bp_password` (<https://www.mediawiki.org/wiki/Manual:$wgPasswordConfig>).
//!
//! | form | kind |
//! |---|---|
//! | `:A:MD5` | [`StoredPassword::UnsaltedMd5`] |
//! | `:B:SALT:MD5`, `:A:SALT:MD5`, bare `MD5` (the user's id is the salt) | [`StoredPassword::SaltedMd5`] |
//! | `:pbkdf2:ALGO:ROUNDS:LENGTH:SALT:HASH` | [`StoredPassword::Pbkdf2`] |
//! | `:pbkdf2-legacyA:!ALGO:ROUNDS:LENGTH!!SALT!HASH` | [`StoredPassword::Pbkdf2LegacyA`] |
//! | `:pbkdf2-legacyB:!ALGO:ROUNDS:LENGTH!MD5SALT!SALT!HASH` | [`StoredPassword::Pbkdf2LegacyB`] |
//! | `:bcrypt:COST$SALT$HASH` | [`StoredPassword::Bcrypt`] |
//! | `:argon2:$argon2id$v=19$m=…,t=…,p=…$SALT$HASH` | [`StoredPassword::Argon2`] |
//! | anything else | [`StoredPassword::Invalid`] |

mod argon2;
mod bcrypt;
mod md5;
mod parse;
mod pbkdf2;
mod spec;

use zeroize::Zeroizing;

pub use self::argon2::{Argon2Hash, Argon2Kind};
pub use self::bcrypt::BcryptHash;
pub use self::md5::Md5Hex;
pub use self::pbkdf2::{Pbkdf2Algo, Pbkdf2Hash};
pub use self::spec::{HashError, HashSpec};

/// Bounds on parameters read from a stored hash: whoever may write a row must not be able to stop
/// the server with it. What lies beyond is [`StoredPassword::Invalid`].
pub mod limits {
    /// Most rounds of PBKDF2.
    pub const PBKDF2_ROUNDS: u32 = 10_000_000;
    /// Longest salt or output, in bytes.
    pub const BYTES: usize = 1024;
    /// Most memory of Argon2, in KiB (1 GiB).
    pub const ARGON2_MEMORY_KIB: u32 = 1024 * 1024;
    /// Most passes of Argon2.
    pub const ARGON2_TIME: u32 = 64;
    /// Most lanes of Argon2.
    pub const ARGON2_LANES: u32 = 64;
    /// Costs of bcrypt (log₂ of its rounds).
    pub const BCRYPT_COST: std::ops::RangeInclusive<u32> = 4..=20;
}

/// A password as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredPassword {
    /// No password: empty, of an unknown type, malformed, or beyond the [`limits`]. Never verifies;
    /// a bot password of this kind "needs reset".
    Invalid,
    /// Type A: MD5 of the password.
    UnsaltedMd5 {
        /// The digest.
        hash: Md5Hex,
    },
    /// Type B: MD5 of salt, `-` and the MD5 of the password in hexadecimal.
    SaltedMd5 {
        /// The salt as text; a decimal user id in rows of before 2005.
        salt: String,
        /// The digest.
        hash: Md5Hex,
    },
    /// PBKDF2-HMAC of the password.
    Pbkdf2(Pbkdf2Hash),
    /// PBKDF2-HMAC of the hexadecimal digits of type A.
    Pbkdf2LegacyA(Pbkdf2Hash),
    /// PBKDF2-HMAC of the hexadecimal digits of type B.
    Pbkdf2LegacyB {
        /// The salt of type B.
        md5_salt: String,
        /// The outer layer.
        outer: Pbkdf2Hash,
    },
    /// bcrypt, as PHP's `crypt` with `$2y$`.
    Bcrypt(BcryptHash),
    /// Argon2i or Argon2id, as PHP's `password_verify`.
    Argon2(Argon2Hash),
}

/// The type of a stored password, parameters apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PasswordKind {
    /// See [`StoredPassword::Invalid`].
    Invalid,
    /// See [`StoredPassword::UnsaltedMd5`].
    UnsaltedMd5,
    /// See [`StoredPassword::SaltedMd5`].
    SaltedMd5,
    /// See [`StoredPassword::Pbkdf2`].
    Pbkdf2,
    /// See [`StoredPassword::Pbkdf2LegacyA`].
    Pbkdf2LegacyA,
    /// See [`StoredPassword::Pbkdf2LegacyB`].
    Pbkdf2LegacyB,
    /// See [`StoredPassword::Bcrypt`].
    Bcrypt,
    /// See [`StoredPassword::Argon2`].
    Argon2,
}

/// What a verification costs. Two passwords of equal cost take the same time, whatever else
/// differs (the MD5 inside of a layered one is not worth counting).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cost {
    /// Nothing is computed.
    Nothing,
    /// One or two MD5 digests.
    Md5,
    /// PBKDF2.
    Pbkdf2 {
        /// Digest of the HMAC.
        algo: Pbkdf2Algo,
        /// Rounds for each block of output.
        rounds: u32,
        /// Bytes of output.
        length: usize,
    },
    /// bcrypt.
    Bcrypt {
        /// log₂ of the rounds.
        cost: u32,
    },
    /// Argon2.
    Argon2 {
        /// Memory in KiB.
        memory_kib: u32,
        /// Passes.
        time: u32,
        /// Lanes.
        lanes: u32,
    },
}

impl StoredPassword {
    /// A password that nobody knows and whose check costs this much.
    pub fn dummy(cost: &Cost) -> Self {
        match *cost {
            Cost::Nothing => Self::Invalid,
            Cost::Md5 => Self::SaltedMd5 { salt: String::new(), hash: Md5Hex::unsalted(b"nobody") },
            Cost::Pbkdf2 { algo, rounds, length } => Self::Pbkdf2(Pbkdf2Hash {
                algo,
                rounds,
                length,
                salt: vec![0; 16],
                hash: vec![0; length],
            }),
            Cost::Bcrypt { cost } => {
                Self::Bcrypt(BcryptHash { cost, salt: [0; 16], hash: [0; 23] })
            }
            Cost::Argon2 { memory_kib, time, lanes } => {
                Self::Argon2(Argon2Hash::dummy(memory_kib, time, lanes))
            }
        }
    }

    /// Reads a stored password of any table. Never fails: what cannot be read is
    /// [`Self::Invalid`], a bare MD5 included.
    pub fn parse(stored: &str) -> Self {
        parse::tagged(stored).unwrap_or(Self::Invalid)
    }

    /// As [`Self::parse`] for a row of the user table, where 32 bare hexadecimal digits are type B
    /// with the user's id as salt.
    pub fn parse_for_user(stored: &str, user_id: u64) -> Self {
        match Md5Hex::parse(stored) {
            Some(hash) => Self::SaltedMd5 { salt: user_id.to_string(), hash },
            None => Self::parse(stored),
        }
    }

    /// Whether this is the password, compared in constant time. Takes as long as
    /// [`Self::cost`] says. The password is the UTF-8 of the request's text in NFC, untrimmed.
    pub fn verify(&self, password: &[u8]) -> bool {
        match self {
            Self::Invalid => false,
            Self::UnsaltedMd5 { hash } => *hash == Md5Hex::unsalted(password),
            Self::SaltedMd5 { salt, hash } => *hash == Md5Hex::salted(salt, password),
            Self::Pbkdf2(hash) => hash.verify(password),
            Self::Pbkdf2LegacyA(outer) => outer.verify(Md5Hex::unsalted(password).as_bytes()),
            Self::Pbkdf2LegacyB { md5_salt, outer } => {
                outer.verify(Md5Hex::salted(md5_salt, password).as_bytes())
            }
            Self::Bcrypt(hash) => hash.verify(password),
            Self::Argon2(hash) => hash.verify(password),
        }
    }

    /// For hashing many at once: the bytes that go into PBKDF2, and the parameters and expected
    /// output ([`Pbkdf2Hash::matches`]). `None` when this is not PBKDF2 at its outside.
    pub fn pbkdf2_input(&self, password: &[u8]) -> Option<(Zeroizing<Vec<u8>>, &Pbkdf2Hash)> {
        let input = match self {
            Self::Pbkdf2LegacyA(_) => Md5Hex::unsalted(password).as_bytes().to_vec(),
            Self::Pbkdf2LegacyB { md5_salt, .. } => {
                Md5Hex::salted(md5_salt, password).as_bytes().to_vec()
            }
            _ => password.to_vec(),
        };
        Some((Zeroizing::new(input), self.pbkdf2()?))
    }

    /// PBKDF2 at the outside, if it is.
    pub fn pbkdf2(&self) -> Option<&Pbkdf2Hash> {
        match self {
            Self::Pbkdf2(hash)
            | Self::Pbkdf2LegacyA(hash)
            | Self::Pbkdf2LegacyB { outer: hash, .. } => Some(hash),
            _ => None,
        }
    }

    /// Whether no password can ever match.
    pub fn is_invalid(&self) -> bool {
        matches!(self, Self::Invalid)
    }

    /// The type.
    pub fn kind(&self) -> PasswordKind {
        match self {
            Self::Invalid => PasswordKind::Invalid,
            Self::UnsaltedMd5 { .. } => PasswordKind::UnsaltedMd5,
            Self::SaltedMd5 { .. } => PasswordKind::SaltedMd5,
            Self::Pbkdf2(_) => PasswordKind::Pbkdf2,
            Self::Pbkdf2LegacyA(_) => PasswordKind::Pbkdf2LegacyA,
            Self::Pbkdf2LegacyB { .. } => PasswordKind::Pbkdf2LegacyB,
            Self::Bcrypt(_) => PasswordKind::Bcrypt,
            Self::Argon2(_) => PasswordKind::Argon2,
        }
    }

    /// What [`Self::verify`] costs, for choosing a dummy hash that takes as long.
    pub fn cost(&self) -> Cost {
        match self {
            Self::Invalid => Cost::Nothing,
            Self::UnsaltedMd5 { .. } | Self::SaltedMd5 { .. } => Cost::Md5,
            Self::Pbkdf2(hash)
            | Self::Pbkdf2LegacyA(hash)
            | Self::Pbkdf2LegacyB { outer: hash, .. } => {
                Cost::Pbkdf2 { algo: hash.algo, rounds: hash.rounds, length: hash.length }
            }
            Self::Bcrypt(hash) => Cost::Bcrypt { cost: hash.cost },
            Self::Argon2(hash) => {
                Cost::Argon2 { memory_kib: hash.memory_kib, time: hash.time, lanes: hash.lanes }
            }
        }
    }
}

#[cfg(test)]
mod tests;
