//! The queue for password work.
//!
//! A password check costs milliseconds of CPU by design, so all of it goes through one bounded
//! queue with one worker a core. Who finds the queue full is refused at once instead of waiting
//! for an answer that nobody wants any more.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use daemun_mediawiki::password::{HashSpec, StoredPassword};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use zeroize::Zeroizing;

use crate::error::AuthError;

/// How long somebody waits for a hash before being told to come again.
const DEADLINE: Duration = Duration::from_secs(15);

/// A handle to the queue. The workers end when the last handle is gone.
#[derive(Clone)]
pub struct Hasher {
    shared: Arc<Shared>,
    places: Arc<Semaphore>,
    capacity: usize,
    observer: Option<HashObserver>,
}

/// Told of every hash that was computed: how long it waited for a thread, and how long it took.
pub type HashObserver = Arc<dyn Fn(Duration, Duration) + Send + Sync>;

/// How much there is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Places that login attempts have taken.
    pub places: usize,
    /// Hashes that wait for a thread.
    pub waiting: usize,
}

struct Shared {
    jobs: Arc<Queue>,
}

struct Queue {
    state: Mutex<State>,
    wake: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Box<dyn FnOnce() + Send>>,
    closed: bool,
}

/// A place in the queue, held for one login attempt.
#[derive(Debug)]
pub struct Place {
    _permit: OwnedSemaphorePermit,
}

/// What a request has paid for already when its login begins.
#[derive(Debug, Default)]
pub struct Paid {
    /// Hashes computed.
    pub(crate) hashes: u32,
    /// The place in the queue that it holds.
    pub(crate) place: Option<Place>,
}

impl Hasher {
    /// Starts `workers` threads (at least one) for at most `capacity` attempts at a time.
    pub fn start(workers: usize, capacity: usize) -> Self {
        let jobs = Arc::new(Queue { state: Mutex::default(), wake: Condvar::new() });
        for number in 0..workers.max(1) {
            let jobs = Arc::clone(&jobs);
            let spawned =
                std::thread::Builder::new().name(format!("hash-{number}")).spawn(move || {
                    // Requests that need no hash must stay fast, so this work yields to theirs.
                    #[cfg(target_os = "linux")]
                    let _best_effort = rustix::process::nice(10);
                    while let Some(job) = jobs.next() {
                        // A panic in a hash must not cost the worker; the caller sees its sender gone.
                        let _outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
                    }
                });
            if let Err(error) = spawned {
                tracing::error!(%error, "a hash worker could not be started");
            }
        }
        let capacity = capacity.max(1);
        Self {
            shared: Arc::new(Shared { jobs }),
            places: Arc::new(Semaphore::new(capacity)),
            capacity,
            observer: None,
        }
    }

    /// The same queue, with somebody who is told of what is done by way of this handle and those
    /// cloned from it.
    #[must_use]
    pub fn observed_by(mut self, observer: HashObserver) -> Self {
        self.observer = Some(observer);
        self
    }

    /// How much there is to do at this moment.
    pub fn load(&self) -> Load {
        let places = self.capacity.saturating_sub(self.places.available_permits());
        Load { places, waiting: self.shared.jobs.lock().jobs.len() }
    }

    /// Takes a place for a login attempt.
    ///
    /// # Errors
    /// [`AuthError::Busy`] when all are taken.
    pub fn place(&self) -> Result<Place, AuthError> {
        Arc::clone(&self.places)
            .try_acquire_owned()
            .map(|permit| Place { _permit: permit })
            .map_err(|_| AuthError::Busy)
    }

    /// Whether the password is the stored one.
    ///
    /// # Errors
    /// [`AuthError::Busy`] when the work was lost.
    pub async fn verify(
        &self,
        stored: StoredPassword,
        password: Zeroizing<String>,
    ) -> Result<bool, AuthError> {
        self.run(move || stored.verify(password.as_bytes())).await
    }

    /// A new stored form of a password.
    ///
    /// # Errors
    /// [`AuthError::Busy`] when the work was lost, [`AuthError::Hashing`] when the method fails.
    pub async fn hash(
        &self,
        spec: HashSpec,
        password: Zeroizing<String>,
        salt: [u8; 16],
    ) -> Result<String, AuthError> {
        self.run(move || spec.hash(password.as_bytes(), &salt))
            .await?
            .map_err(|error| AuthError::Hashing(error.to_string()))
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AuthError> {
        let (sender, receiver) = oneshot::channel();
        let (pushed, observer) = (Instant::now(), self.observer.clone());
        self.shared.jobs.push(Box::new(move || {
            // Whoever went away needs no answer.
            if sender.is_closed() {
                return;
            }
            let begun = Instant::now();
            let done = work();
            if let Some(observer) = observer {
                observer(begun.duration_since(pushed), begun.elapsed());
            }
            let _gone = sender.send(done);
        }));
        // Work that nobody waits for any more is passed over.
        match tokio::time::timeout(DEADLINE, receiver).await {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(_)) | Err(_) => Err(AuthError::Busy),
        }
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, job: Box<dyn FnOnce() + Send>) {
        self.lock().jobs.push_back(job);
        self.wake.notify_one();
    }

    fn next(&self) -> Option<Box<dyn FnOnce() + Send>> {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                return Some(job);
            }
            if state.closed {
                return None;
            }
            state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.jobs.lock().closed = true;
        self.jobs.wake.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Zeroizing<String> {
        Zeroizing::new(text.to_owned())
    }

    #[tokio::test]
    async fn a_hash_made_is_a_hash_recognised() {
        let hasher = Hasher::start(1, 4);
        let spec = HashSpec::Pbkdf2 {
            algo: daemun_mediawiki::password::Pbkdf2Algo::Sha512,
            rounds: 10,
            length: 64,
        };
        let stored = hasher.hash(spec, secret("right"), [7; 16]).await.unwrap();
        let stored = StoredPassword::parse(&stored);
        assert!(hasher.verify(stored.clone(), secret("right")).await.unwrap());
        assert!(!hasher.verify(stored, secret("wrong")).await.unwrap());
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once_and_admits_again_later() {
        let hasher = Hasher::start(1, 1);
        let place = hasher.place().unwrap();
        assert!(matches!(hasher.place(), Err(AuthError::Busy)));
        drop(place);
        assert!(hasher.place().is_ok());
    }

    #[tokio::test]
    async fn an_observer_is_told_how_long_each_hash_waited_and_took() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let teller = Arc::clone(&told);
        let hasher = Hasher::start(1, 4).observed_by(Arc::new(move |waited, took| {
            teller.lock().unwrap().push((waited, took));
        }));
        let pause = Duration::from_millis(20);
        let (first, second) = tokio::join!(
            hasher.run(move || std::thread::sleep(pause)),
            hasher.run(move || std::thread::sleep(pause)),
        );
        assert!(first.is_ok() && second.is_ok());
        let told = told.lock().unwrap();
        assert_eq!(told.len(), 2);
        assert!(told.iter().all(|(_, took)| *took >= pause), "{told:?}");
        assert!(told[1].0 >= pause, "the second waits for the first: {told:?}");
    }

    #[tokio::test]
    async fn the_load_counts_attempts_and_what_waits_for_a_thread() {
        let hasher = Hasher::start(1, 4);
        assert_eq!(hasher.load(), Load { places: 0, waiting: 0 });
        let _place = hasher.place().unwrap();
        assert_eq!(hasher.load().places, 1);
    }

    #[tokio::test]
    async fn a_worker_survives_a_panic() {
        let hasher = Hasher::start(1, 1);
        let lost: Result<(), _> = hasher.run(|| panic!("in a hash")).await;
        assert!(matches!(lost, Err(AuthError::Busy)));
        assert_eq!(hasher.run(|| 7).await.unwrap(), 7);
    }
}
