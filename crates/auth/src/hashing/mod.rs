//! The service for password work.
//!
//! A password check costs milliseconds of CPU by design, so all of it (checks, new hashes, the
//! pretended checks of unknown users) goes through one bounded queue with one thread a processor.
//! A thread takes as many waiting hashes as the processor has lanes and does them at once
//! (`daemun-lanes`); it never waits for more to come. Whoever finds no place is refused at once
//! instead of waiting for an answer that nobody wants any more.

mod courtesy;
mod job;
mod lanes;
mod places;
mod queue;
mod worker;

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use courtesy::yield_to_others;
pub use daemun_lanes::Width;
use daemun_mediawiki::ip;
use daemun_mediawiki::password::{HashSpec, StoredPassword};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::error::AuthError;
use job::{Done, Job, Task};
pub use job::{HashOutcome, Measured};
pub use places::Place;
use places::Places;
use queue::Queue;

/// How long somebody waits for a hash before being told to come again.
const DEADLINE: Duration = Duration::from_secs(15);

/// How the service is set up.
#[derive(Clone, Copy, Debug)]
pub struct HashingOptions {
    /// Threads, at least one.
    pub workers: usize,
    /// Attempts at a time, at least one.
    pub places: usize,
    /// How many hashes a thread does at once where it can.
    pub width: Width,
    /// Memory that running hashes may take together, in KiB: what only Argon2 needs.
    pub memory_kib: u32,
}

impl HashingOptions {
    /// So many threads and attempts; the widest lanes that there are, and 256 MiB.
    pub fn new(workers: usize, places: usize) -> Self {
        Self { workers, places, width: Width::best(), memory_kib: 256 * 1024 }
    }
}

/// For whom a hash is computed. Where several wait they take turns, so that a flood from one of
/// them makes itself wait and nobody else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Asker(Who);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Who {
    Address(String),
    Nobody,
    Operator,
}

impl Asker {
    /// Work that nobody's request waits for, or somebody who is in.
    pub const NOBODY: Self = Self(Who::Nobody);
    /// Whoever runs a command, or starts the server. What is begun so is finished, however long a
    /// busy machine takes for it.
    pub const OPERATOR: Self = Self(Who::Operator);
}

impl From<IpAddr> for Asker {
    /// An address; of IPv6 its network of 64 bits.
    fn from(address: IpAddr) -> Self {
        Self(Who::Address(ip::throttle_key(address)))
    }
}

/// A handle to the service. The threads end when the last handle is gone and all is done.
#[derive(Clone)]
pub struct Hasher {
    shared: Arc<Shared>,
    places: Places,
    observer: Option<HashObserver>,
}

/// Told of every hash that was computed.
pub type HashObserver = Arc<dyn Fn(&Measured) + Send + Sync>;

/// How much there is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Places that login attempts have taken.
    pub places: usize,
    /// Hashes that wait for a thread.
    pub waiting: usize,
}

struct Shared {
    queue: Arc<Queue>,
}

/// What a request has paid for already when its login begins.
#[derive(Debug, Default)]
pub struct Paid {
    /// Hashes computed.
    pub(crate) hashes: u32,
    /// The place in the queue that it holds.
    pub(crate) place: Option<Place>,
    /// When the login began, if that was before it came to the manager.
    pub(crate) began: Option<tokio::time::Instant>,
}

impl Hasher {
    /// Starts the threads.
    ///
    /// # Errors
    /// When the system gives none.
    pub fn start(options: HashingOptions) -> io::Result<Self> {
        let queue = Arc::new(Queue::new(options.memory_kib));
        // From here on the threads that there are end with this.
        let shared = Arc::new(Shared { queue: Arc::clone(&queue) });
        for number in 0..options.workers.max(1) {
            let queue = Arc::clone(&queue);
            let work = move || {
                // Requests that need no hash must stay fast, so this work yields to theirs.
                yield_to_others();
                worker::run(&queue, options.width);
            };
            std::thread::Builder::new().name(format!("hash-{number}")).spawn(work)?;
        }
        Ok(Self { shared, places: Places::new(options.places), observer: None })
    }

    /// The same service, with somebody who is told of what is done by way of this handle and those
    /// cloned from it.
    #[must_use]
    pub fn observed_by(mut self, observer: HashObserver) -> Self {
        self.observer = Some(observer);
        self
    }

    /// How much there is to do at this moment.
    pub fn load(&self) -> Load {
        Load { places: self.places.taken(), waiting: self.shared.queue.waiting() }
    }

    /// Takes a place for an attempt.
    ///
    /// # Errors
    /// [`AuthError::Busy`] when there is none for this asker.
    pub fn place(&self, asker: impl Into<Asker>) -> Result<Place, AuthError> {
        self.places.take(asker.into()).ok_or(AuthError::Busy)
    }

    /// Whether the password is the stored one.
    ///
    /// # Errors
    /// [`AuthError::Busy`] when it was not done in time, [`AuthError::Hashing`] when the stored
    /// form asks for more memory than there may be.
    pub async fn verify(
        &self,
        asker: impl Into<Asker>,
        stored: StoredPassword,
        password: Zeroizing<String>,
    ) -> Result<bool, AuthError> {
        match self.run(asker.into(), Task::Check { stored, password }).await? {
            Done::Checked(fits) => Ok(fits),
            Done::Made(_) => Err(AuthError::Busy),
        }
    }

    /// A new stored form of a password.
    ///
    /// # Errors
    /// As for [`Self::verify`], and when the method fails.
    pub async fn hash(
        &self,
        asker: impl Into<Asker>,
        spec: HashSpec,
        password: Zeroizing<String>,
        salt: [u8; 16],
    ) -> Result<String, AuthError> {
        match self.run(asker.into(), Task::Make { spec, password, salt }).await? {
            Done::Made(made) => made.map_err(|error| AuthError::Hashing(error.to_string())),
            Done::Checked(_) => Err(AuthError::Busy),
        }
    }

    async fn run(&self, asker: Asker, task: Task) -> Result<Done, AuthError> {
        let needed = task.memory_kib();
        let most = self.shared.queue.memory_kib();
        if needed > most {
            let text = format!("a hash needs {needed} KiB of memory, and may have {most}");
            return Err(AuthError::Hashing(text));
        }
        let (answer, answered) = oneshot::channel();
        let observer = self.observer.clone();
        let is_patient = asker == Asker::OPERATOR;
        self.shared.queue.push(Job { asker, task, pushed: Instant::now(), answer, observer });
        // What nobody waits for any more is passed over.
        let answer = if is_patient {
            Ok(answered.await)
        } else {
            tokio::time::timeout(DEADLINE, answered).await
        };
        match answer {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(_)) | Err(_) => Err(AuthError::Busy),
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.queue.close();
    }
}

#[cfg(test)]
mod tests;
