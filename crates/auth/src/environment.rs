//! Time, randomness and what else a decision needs from outside, as parameters.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use daemun_mediawiki::timestamp::Timestamp;
use daemun_store::Store;
use rustix::time::{ClockId, clock_gettime};
use zeroize::Zeroizing;

use crate::hashing::Hasher;
use crate::mail::Mailer;
use crate::passwords::Decoys;
use crate::private_log::PrivateLog;
use crate::settings::Settings;

/// Tells the time. Tests set their own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::from_fn(|| {
            // A few milliseconds late at most, which seconds do not show, and several times as fast.
            #[cfg(target_os = "linux")]
            let seconds = clock_gettime(ClockId::RealtimeCoarse).tv_sec;
            #[cfg(not(target_os = "linux"))]
            let seconds = clock_gettime(ClockId::Realtime).tv_sec;
            Timestamp(seconds)
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

/// Random bytes that a thread has ready, so that most requests need not ask the system for any.
struct Block {
    bytes: Zeroizing<[u8; 512]>,
    /// Those before this were given away, and wiped.
    used: usize,
}

thread_local! {
    static BLOCK: RefCell<Block> =
        RefCell::new(Block { bytes: Zeroizing::new([0; 512]), used: 512 });
}

impl Block {
    fn take(&mut self, wanted: &mut [u8]) {
        if self.bytes.len() - self.used < wanted.len() {
            if wanted.len() > self.bytes.len() {
                return ask_system(wanted);
            }
            ask_system(self.bytes.as_mut_slice());
            self.used = 0;
        }
        for (to, from) in wanted.iter_mut().zip(self.bytes.iter_mut().skip(self.used)) {
            *to = std::mem::take(from);
        }
        self.used += wanted.len();
    }
}

fn ask_system(bytes: &mut [u8]) {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads it")]
    if let Err(error) = getrandom::fill(bytes) {
        tracing::error!(%error, "the system gives no random bytes: stopping");
        std::process::abort();
    }
}

/// Gives random bytes fit for secrets. Tests give their own.
#[derive(Clone)]
pub struct Random(Arc<Fill>);

impl Random {
    /// The operating system's generator. Without it nothing here is safe, so its failure ends the
    /// process.
    pub fn system() -> Self {
        Self::from_fn(|bytes| {
            // While a thread ends its block may be gone already.
            if BLOCK.try_with(|block| block.borrow_mut().take(bytes)).is_err() {
                ask_system(bytes);
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

/// Where work is done that outlives the answer to a request: a runtime that goes on until all else
/// has stopped.
#[derive(Clone, Debug)]
pub struct Background(tokio::runtime::Handle);

impl Background {
    /// The runtime that calls this.
    ///
    /// # Panics
    /// Outside a runtime.
    pub fn here() -> Self {
        Self(tokio::runtime::Handle::current())
    }

    /// This runtime.
    pub fn of(runtime: &tokio::runtime::Runtime) -> Self {
        Self(runtime.handle().clone())
    }

    /// Begins a piece of work.
    pub fn begin(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn(work);
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
    /// What has letters carried.
    pub mailer: Mailer,
    /// What takes logins down.
    pub private_log: PrivateLog,
    /// Does what outlives the answer to a request.
    pub background: Background,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn random_bytes_are_never_given_twice_also_where_a_block_ends() {
        let random = Random::system();
        let all: HashSet<[u8; 12]> = (0..1000).map(|_| random.bytes()).collect();
        assert_eq!(all.len(), 1000);
        let long = random.bytes::<1000>();
        assert!(long.chunks(8).all(|part| part != [0; 8]));
    }

    #[test]
    fn what_was_given_away_is_wiped() {
        let mut block = Block { bytes: Zeroizing::new([0; 512]), used: 512 };
        let mut wanted = [0; 100];
        block.take(&mut wanted);
        assert!(block.bytes.iter().take(100).all(|byte| *byte == 0));
        assert!(block.bytes.iter().skip(100).any(|byte| *byte != 0));
        assert!(wanted.iter().any(|byte| *byte != 0));
    }
}
