//! Threads that wait for a SQLite file, so that nobody else has to.

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::connection::{Connection, Purpose};
use crate::error::StoreError;

/// Something for a thread to do.
enum Job {
    /// Work for the connection.
    Work(Box<dyn FnOnce(&Connection) + Send>),
    /// Work inside of a transaction, which others may share.
    Part(Part),
    /// As `Part`, for the next transaction that somebody waits for, or for one of its own after
    /// [`PUT_OFF`].
    Later(Part),
    /// To end.
    End,
}

/// Gives what tells whoever waits whether it was committed.
type Part = Box<dyn FnOnce(&Connection) -> Tell + Send>;
type Tell = Box<dyn FnOnce(&Result<(), StoreError>)>;

/// Most parts of one transaction: whoever came first waits for all of them.
const PARTS: usize = 32;

/// How long work that nobody waits for is put off, for a transaction that it can share.
const PUT_OFF: Duration = Duration::from_millis(20);

/// How long to wait for another process (MediaWiki, a backup) that holds the lock.
const BUSY: Duration = Duration::from_secs(5);

/// Threads with a connection each, and one queue of work for them. They end when this is gone and
/// all is done.
pub(super) struct Workers {
    jobs: Sender<Job>,
    /// One for each thread: they fail when it has ended.
    running: tokio::sync::Mutex<Vec<oneshot::Receiver<()>>>,
}

impl Workers {
    /// Starts so many.
    pub(super) fn start(path: &Path, purpose: Purpose, count: usize) -> Result<Self, StoreError> {
        let (jobs, queue) = channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        let mut running = Vec::with_capacity(count);
        for _ in 0..count {
            let connection = Connection::open(path, purpose, BUSY)?;
            connection.touch()?;
            let queue = Arc::clone(&queue);
            let (ends, end) = oneshot::channel::<()>();
            let work = move || {
                if matches!(purpose, Purpose::Write(_)) {
                    yield_to_readers();
                }
                Worker { connection, queue, put_off: Vec::new(), since: None }.run();
                drop(ends);
            };
            let started = thread::Builder::new().name("sqlite".to_owned()).spawn(work);
            started.map_err(|source| StoreError::Files { path: path.to_owned(), source })?;
            running.push(end);
        }
        Ok(Self { jobs, running: running.into() })
    }

    /// Hands work over, and gives what will bring its answer. It is done in the order in which it
    /// came, and to its end, whether or not somebody waits for the answer.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Answer<T> {
        let (sender, answer) = oneshot::channel();
        let job = Job::Work(Box::new(move |connection| {
            let _nobody_waits = sender.send(work(connection));
        }));
        // Where the thread is gone, so is the sender.
        let _answered_below = self.jobs.send(job);
        Answer(answer)
    }

    /// As [`Self::ask`], in a transaction. What several ask for at the same time shares one, so that
    /// its end is paid for once; each part is kept or undone by itself.
    pub(super) fn transact<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Answer<T> {
        let (sender, answer) = oneshot::channel();
        let job = Job::Part(part(work, move |done| {
            let _nobody_waits = sender.send(done);
        }));
        // Where the thread is gone, so is the sender.
        let _answered_below = self.jobs.send(job);
        Answer(answer)
    }

    /// As [`Self::transact`], some time soon and with nobody who waits: `ended` is told. What is
    /// handed over later is done after it.
    pub(super) fn transact_later<T: 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
        ended: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) {
        // Where the thread is gone, the store is closed.
        let _too_late = self.jobs.send(Job::Later(part(work, ended)));
    }

    /// Closes all connections, after what was asked before.
    pub(super) async fn close(&self) {
        let mut running = self.running.lock().await;
        for _ in running.iter() {
            let _ended_already = self.jobs.send(Job::End);
        }
        for end in running.drain(..) {
            let _ended = end.await;
        }
    }
}

/// Makes the calling thread one that yields to those that only read: what writes most is a flood of
/// logins, which has its hashes to wait for anyway. Less so than hashes do (`nice` 10), since others
/// wait for the lock that it holds.
fn yield_to_readers() {
    #[cfg(target_os = "linux")]
    let _best_effort = rustix::process::nice(5);
}

/// What will bring an answer.
pub(super) struct Answer<T>(oneshot::Receiver<Result<T, StoreError>>);

impl<T> Answer<T> {
    /// Waits for it.
    pub(super) async fn get(self) -> Result<T, StoreError> {
        self.0.await.unwrap_or(Err(StoreError::Closed))
    }
}

fn part<T: 'static>(
    work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ended: impl FnOnce(Result<T, StoreError>) + Send + 'static,
) -> Part {
    Box::new(move |connection| {
        let done = connection.apart(work);
        Box::new(move |committed| {
            ended(match committed {
                Ok(()) => done,
                Err(error) => Err(error.again()),
            });
        })
    })
}

/// What a thread has.
struct Worker {
    connection: Connection,
    queue: Arc<Mutex<Receiver<Job>>>,
    /// Work that nobody waits for, and since when it is there.
    put_off: Vec<Part>,
    since: Option<Instant>,
}

impl Worker {
    fn run(mut self) {
        let mut held = None;
        loop {
            match held.take().or_else(|| self.wait()) {
                Some(Job::Part(part)) => held = self.share(part),
                Some(Job::Later(part)) => {
                    self.since.get_or_insert_with(Instant::now);
                    self.put_off.push(part);
                    if self.put_off.len() >= PARTS {
                        self.catch_up();
                    }
                }
                Some(Job::Work(work)) => {
                    self.catch_up();
                    work(&self.connection);
                }
                Some(Job::End) | None => break,
            }
        }
        self.catch_up();
    }

    /// The next job. Does what was put off when none comes in time.
    fn wait(&mut self) -> Option<Job> {
        if let Some(since) = self.since {
            let left = PUT_OFF.saturating_sub(since.elapsed());
            match self.queue().recv_timeout(left) {
                Err(RecvTimeoutError::Timeout) => {}
                next => return next.ok(),
            }
            self.catch_up();
        }
        self.queue().recv().ok()
    }

    fn queue(&self) -> MutexGuard<'_, Receiver<Job>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does a part and those that wait behind it in one transaction, and before them what was put
    /// off; gives what else was taken from the queue.
    fn share(&mut self, first: Part) -> Option<Job> {
        let begun = self.connection.begin();
        let mut told = self.begin_with_put_off();
        told.push(first(&self.connection));
        let mut next = None;
        // Where it could not begin, all who waited meanwhile are told so.
        while told.len() < PARTS {
            next = self.queue().try_recv().ok();
            let Some(Job::Part(part) | Job::Later(part)) = next else { break };
            next = None;
            told.push(part(&self.connection));
        }
        self.end(begun, told);
        next
    }

    /// Does what was put off in a transaction of its own.
    fn catch_up(&mut self) {
        if self.since.is_some() {
            let begun = self.connection.begin();
            let told = self.begin_with_put_off();
            self.end(begun, told);
        }
    }

    fn begin_with_put_off(&mut self) -> Vec<Tell> {
        self.since = None;
        self.put_off.drain(..).map(|part| part(&self.connection)).collect()
    }

    fn end(&self, begun: Result<(), StoreError>, told: Vec<Tell>) {
        let committed = begun.and_then(|()| self.connection.commit());
        // Nothing is left to undo where all went well.
        self.connection.roll_back();
        told.into_iter().for_each(|tell| tell(&committed));
    }
}
