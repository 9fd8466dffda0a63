//! Threads that wait for a SQLite file, so that nobody else has to.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

use super::connection::{Connection, Purpose};
use crate::error::StoreError;

/// Something for a thread to do.
enum Job {
    /// Work for the connection.
    Work(Box<dyn FnOnce(&Connection) + Send>),
    /// Work inside of a transaction, which others may share. Gives what tells whoever waits whether
    /// it was committed.
    Part(Box<dyn FnOnce(&Connection) -> Tell + Send>),
    /// To end.
    End,
}

type Tell = Box<dyn FnOnce(&Result<(), StoreError>)>;

/// Most parts of one transaction: whoever came first waits for all of them.
const PARTS: usize = 32;

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
                let mut held = None;
                loop {
                    match held.take().or_else(|| wait(&queue)) {
                        Some(Job::Work(work)) => work(&connection),
                        Some(Job::Part(first)) => held = share(&connection, first, &queue),
                        Some(Job::End) | None => break,
                    }
                }
                drop(connection);
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
        let job = Job::Part(Box::new(move |connection| {
            let done = connection.apart(work);
            Box::new(move |committed| {
                let done = match committed {
                    Ok(()) => done,
                    Err(error) => Err(error.again()),
                };
                let _nobody_waits = sender.send(done);
            })
        }));
        // Where the thread is gone, so is the sender.
        let _answered_below = self.jobs.send(job);
        Answer(answer)
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

/// What will bring an answer.
pub(super) struct Answer<T>(oneshot::Receiver<Result<T, StoreError>>);

impl<T> Answer<T> {
    /// Waits for it.
    pub(super) async fn get(self) -> Result<T, StoreError> {
        self.0.await.unwrap_or(Err(StoreError::Closed))
    }
}

fn wait(queue: &Mutex<Receiver<Job>>) -> Option<Job> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

/// Does a part and those that wait behind it in one transaction; gives what else was taken from
/// the queue.
fn share(
    connection: &Connection,
    first: Box<dyn FnOnce(&Connection) -> Tell + Send>,
    queue: &Mutex<Receiver<Job>>,
) -> Option<Job> {
    let begun = connection.begin();
    let mut told = vec![first(connection)];
    let mut next = None;
    // Where it could not begin, all who waited meanwhile are told so.
    while told.len() < PARTS {
        next = queue.lock().unwrap_or_else(PoisonError::into_inner).try_recv().ok();
        let Some(Job::Part(part)) = next else { break };
        next = None;
        told.push(part(connection));
    }
    let committed = begun.and_then(|()| connection.commit());
    // Nothing is left to undo where all went well.
    connection.roll_back();
    told.into_iter().for_each(|tell| tell(&committed));
    next
}
