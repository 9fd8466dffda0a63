//! Argon2 (RFC 9106) in the PHC string form that PHP's `password_hash` writes.

use ::argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::limits;
use super::pbkdf2::BASE64;

/// The variants of Argon2 that PHP knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Argon2Kind {
    /// `argon2i`
    I,
    /// `argon2id`
    Id,
}

/// Parameters, salt and expected output of Argon2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argon2Hash {
    /// Variant.
    pub kind: Argon2Kind,
    /// Memory in KiB, at least 8 for each lane.
    pub memory_kib: u32,
    /// Passes.
    pub time: u32,
    /// Lanes.
    pub lanes: u32,
    /// The salt, 8 bytes or more.
    pub salt: Vec<u8>,
    /// The output, 4 bytes or more.
    pub hash: Vec<u8>,
    /// Version 1.0 (before 2016) rather than 1.3.
    old_version: bool,
}

impl Argon2Hash {
    /// From `$argon2id$v=19$m=…,t=…,p=…$SALT$HASH` (base64 without padding). `None` when malformed
    /// or beyond the [`limits`].
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix('$')?.split('$');
        let kind = match parts.next()? {
            "argon2i" => Argon2Kind::I,
            "argon2id" => Argon2Kind::Id,
            _ => return None,
        };
        let mut next = parts.next()?;
        let old_version = match next.strip_prefix("v=") {
            Some(version) => {
                next = parts.next()?;
                match version {
                    "16" => true,
                    "19" => false,
                    _ => return None,
                }
            }
            None => true,
        };
        let mut costs = next.split(',');
        let mut cost = |name| costs.next()?.strip_prefix(name)?.parse::<u32>().ok();
        let (memory_kib, time, lanes) = (cost("m=")?, cost("t=")?, cost("p=")?);
        let salt = BASE64.decode(parts.next()?).ok()?;
        let hash = BASE64.decode(parts.next()?).ok()?;
        let read = Self { kind, memory_kib, time, lanes, salt, hash, old_version };
        let whole = costs.next().is_none() && parts.next().is_none();
        (whole && read.is_within_limits()).then_some(read)
    }

    /// The hash of nobody's password.
    pub(super) fn dummy(memory_kib: u32, time: u32, lanes: u32) -> Self {
        Self {
            kind: Argon2Kind::Id,
            memory_kib,
            time,
            lanes,
            salt: vec![0; 16],
            hash: vec![0; 32],
            old_version: false,
        }
    }

    /// Hashes a password with Argon2id 1.3 into 32 bytes. `None` when the parameters are beyond
    /// the [`limits`] or the memory cannot be had.
    pub(super) fn new(
        memory_kib: u32,
        time: u32,
        lanes: u32,
        salt: &[u8],
        password: &[u8],
    ) -> Option<Self> {
        let mut new = Self {
            kind: Argon2Kind::Id,
            memory_kib,
            time,
            lanes,
            salt: salt.to_vec(),
            hash: vec![0; 32],
            old_version: false,
        };
        new.hash = new.is_within_limits().then(|| new.digest(password))??.to_vec();
        Some(new)
    }

    pub(super) fn verify(&self, password: &[u8]) -> bool {
        self.digest(password).is_some_and(|digest| digest.ct_eq(&self.hash).into())
    }

    pub(super) fn is_current(&self) -> bool {
        self.kind == Argon2Kind::Id && !self.old_version
    }

    fn is_within_limits(&self) -> bool {
        (1..=limits::ARGON2_TIME).contains(&self.time)
            && (1..=limits::ARGON2_LANES).contains(&self.lanes)
            && (8 * self.lanes..=limits::ARGON2_MEMORY_KIB).contains(&self.memory_kib)
            && (8..=limits::BYTES).contains(&self.salt.len())
            && (4..=limits::BYTES).contains(&self.hash.len())
    }

    fn digest(&self, password: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let algorithm = match self.kind {
            Argon2Kind::I => Algorithm::Argon2i,
            Argon2Kind::Id => Algorithm::Argon2id,
        };
        let version = if self.old_version { Version::V0x10 } else { Version::V0x13 };
        let params =
            Params::new(self.memory_kib, self.time, self.lanes, Some(self.hash.len())).ok()?;
        let mut output = Zeroizing::new(vec![0; self.hash.len()]);
        Argon2::new(algorithm, version, params)
            .hash_password_into(password, &self.salt, &mut output)
            .ok()?;
        Some(output)
    }
}

impl std::fmt::Display for Argon2Hash {
    /// The PHC string.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match self.kind {
            Argon2Kind::I => "argon2i",
            Argon2Kind::Id => "argon2id",
        };
        let version = if self.old_version { 16 } else { 19 };
        let Self { memory_kib, time, lanes, .. } = self;
        let (salt, hash) = (STANDARD_NO_PAD.encode(&self.salt), STANDARD_NO_PAD.encode(&self.hash));
        write!(f, "${kind}$v={version}$m={memory_kib},t={time},p={lanes}${salt}${hash}")
    }
}
