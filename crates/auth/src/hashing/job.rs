//! One hash to be computed.

use std::time::{Duration, Instant};

use daemun_mediawiki::password::{Cost, HashError, HashSpec, Pbkdf2Algo, StoredPassword};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::{Asker, HashObserver};

/// One hash to be computed, for somebody who waits for it.
pub(super) struct Job {
    pub(super) asker: Asker,
    pub(super) task: Task,
    pub(super) pushed: Instant,
    pub(super) answer: oneshot::Sender<Done>,
    pub(super) observer: Option<HashObserver>,
}

/// What is to be done.
pub(super) enum Task {
    /// Whether a password is the stored one.
    Check { stored: StoredPassword, password: Zeroizing<String> },
    /// A new stored form.
    Make { spec: HashSpec, password: Zeroizing<String>, salt: [u8; 16] },
}

/// What was done.
pub(super) enum Done {
    Checked(bool),
    Made(Result<String, HashError>),
}

/// Which work can be done together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// PBKDF2-HMAC-SHA512, in lanes.
    Sha512,
    /// PBKDF2-HMAC-SHA256, in twice as many.
    Sha256,
    /// All else, one after the other.
    Alone,
}

impl Kind {
    pub(super) const ALL: [Self; 3] = [Self::Sha512, Self::Sha256, Self::Alone];
}

/// A hash that was computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Which: `pbkdf2-sha512`, `argon2`, `bcrypt`, `md5`, `none`.
    pub algorithm: &'static str,
    /// What came of it.
    pub outcome: HashOutcome,
    /// From the question to the beginning.
    pub waited: Duration,
    /// From the beginning to the end.
    pub took: Duration,
    /// Hashes that were computed together at its end, itself included.
    pub together: usize,
}

/// What came of a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashOutcome {
    /// The password is the stored one.
    Fits,
    /// It is another.
    Differs,
    /// A new hash.
    Made,
    /// None, because the parameters cannot be followed.
    Failed,
}

/// What goes into PBKDF2.
pub(super) struct Pbkdf2Input {
    pub(super) password: Zeroizing<Vec<u8>>,
    pub(super) salt: Vec<u8>,
    pub(super) rounds: u32,
    pub(super) length: usize,
}

impl Task {
    fn cost(&self) -> Cost {
        match self {
            Self::Check { stored, .. } => stored.cost(),
            Self::Make { spec, .. } => spec.cost(),
        }
    }

    pub(super) fn kind(&self) -> Kind {
        match self.cost() {
            Cost::Pbkdf2 { algo: Pbkdf2Algo::Sha512, .. } => Kind::Sha512,
            Cost::Pbkdf2 { algo: Pbkdf2Algo::Sha256, .. } => Kind::Sha256,
            _ => Kind::Alone,
        }
    }

    /// Memory that is taken while it is done, where that is worth counting.
    pub(super) fn memory_kib(&self) -> u32 {
        match self.cost() {
            Cost::Argon2 { memory_kib, .. } => memory_kib,
            _ => 0,
        }
    }

    fn algorithm(&self) -> &'static str {
        match self.cost() {
            Cost::Nothing => "none",
            Cost::Md5 => "md5",
            Cost::Pbkdf2 { algo, .. } => match algo {
                Pbkdf2Algo::Sha512 => "pbkdf2-sha512",
                Pbkdf2Algo::Sha384 => "pbkdf2-sha384",
                Pbkdf2Algo::Sha256 => "pbkdf2-sha256",
                Pbkdf2Algo::Sha224 => "pbkdf2-sha224",
                Pbkdf2Algo::Sha1 => "pbkdf2-sha1",
                Pbkdf2Algo::Md5 => "pbkdf2-md5",
                Pbkdf2Algo::Whirlpool => "pbkdf2-whirlpool",
            },
            Cost::Bcrypt { .. } => "bcrypt",
            Cost::Argon2 { .. } => "argon2",
        }
    }

    /// What goes into PBKDF2, where this is PBKDF2 that can be followed.
    pub(super) fn pbkdf2(&self) -> Option<Pbkdf2Input> {
        match self {
            Self::Check { stored, password } => {
                let (password, hash) = stored.pbkdf2_input(password.as_bytes())?;
                let (salt, rounds, length) = (hash.salt.clone(), hash.rounds, hash.length);
                Some(Pbkdf2Input { password, salt, rounds, length })
            }
            Self::Make { spec, password, salt } => match *spec {
                HashSpec::Pbkdf2 { rounds, length, .. } if spec.is_within_limits() => {
                    let password = Zeroizing::new(password.as_bytes().to_vec());
                    Some(Pbkdf2Input { password, salt: salt.to_vec(), rounds, length })
                }
                _ => None,
            },
        }
    }

    /// The end of PBKDF2 that was computed elsewhere.
    pub(super) fn end(&self, derived: &[u8]) -> Done {
        match self {
            Self::Check { stored, .. } => {
                Done::Checked(stored.pbkdf2().is_some_and(|hash| hash.matches(derived)))
            }
            Self::Make { spec, salt, .. } => {
                Done::Made(spec.pbkdf2_text(salt, derived).ok_or(HashError::Parameters))
            }
        }
    }

    /// All of it, here and now.
    pub(super) fn run(&self) -> Done {
        match self {
            Self::Check { stored, password } => Done::Checked(stored.verify(password.as_bytes())),
            Self::Make { spec, password, salt } => Done::Made(spec.hash(password.as_bytes(), salt)),
        }
    }
}

impl Job {
    /// Whether nobody waits for it any more.
    pub(super) fn is_unwanted(&self) -> bool {
        self.answer.is_closed()
    }

    /// Says what was done, with so many others.
    pub(super) fn finish(self, done: Done, begun: Instant, together: usize) {
        if let Some(observer) = &self.observer {
            observer(&Measured {
                algorithm: self.task.algorithm(),
                outcome: match &done {
                    Done::Checked(true) => HashOutcome::Fits,
                    Done::Checked(false) => HashOutcome::Differs,
                    Done::Made(Ok(_)) => HashOutcome::Made,
                    Done::Made(Err(_)) => HashOutcome::Failed,
                },
                waited: begun.duration_since(self.pushed),
                took: begun.elapsed(),
                together,
            });
        }
        let _gone = self.answer.send(done);
    }
}
