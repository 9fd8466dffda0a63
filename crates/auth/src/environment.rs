//! Time, randomness and what else a decision needs from outside, as parameters.

use std::fmt;
use std::sync::Arc;

use daemun_mediawiki::timestamp::Timestamp;
use daemun_store::Store;

use crate::hashing::Hasher;
use crate::passwords::Decoys;
use crate::settings::Settings;

/// Tells the time. Tests set their own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::from_fn(|| {
            #[expect(clippy::disallowed_methods, reason = "this is the one place that reads it")]
            let now = std::time::SystemTime::now();
            let seconds = now.duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs();
            Timestamp(i64::try_from(seconds).unwrap_or(i64::MAX))
        })
    }

    /// A clock that shows what `now` returns.
    pub fn from_fn(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The present.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

type Fill = dyn Fn(&mut [u8]) + Send + Sync;

/// Gives random bytes fit for secrets. Tests give their own.
#[derive(Clone)]
pub struct Random(Arc<Fill>);

impl Random {
    /// The operating system's generator. Without it nothing here is safe, so its failure ends the
    /// process.
    pub fn system() -> Self {
        Self::from_fn(|bytes| {
            #[expect(clippy::disallowed_methods, reason = "this is the one place that reads it")]
            if let Err(error) = getrandom::fill(bytes) {
                tracing::error!(%error, "the system gives no random bytes: stopping");
                std::process::abort();
            }
        })
    }

    /// Bytes from a function.
    pub fn from_fn(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(fill))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.0)(&mut bytes);
        bytes
    }

    /// 32 hexadecimal digits: the form of MediaWiki's token secrets and `user_token`.
    pub fn hex32(&self) -> String {
        daemun_mediawiki::session_id::hex(&self.bytes::<16>())
    }

    /// A password of `length` characters of `[0-9a-v]`, as MediaWiki generates them.
    pub fn password(&self, length: usize) -> String {
        let mut bytes = vec![0; length];
        (self.0)(&mut bytes);
        daemun_mediawiki::session_id::random_password(&bytes, length)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Random")
    }
}

/// What every decision may use.
#[derive(Clone)]
pub struct Environment {
    /// What is remembered.
    pub store: Store,
    /// Rules and names of this wiki.
    pub settings: Arc<Settings>,
    /// The queue for password work.
    pub hasher: Hasher,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// What unknown users' passwords cost.
    pub decoys: Decoys,
}
