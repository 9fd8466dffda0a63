//! Threads that wait for a SQLite file, so that nobody else has to.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;

use super::connection::{BUSY, Connection, Purpose};
use crate::error::StoreError;

/// Something for a thread to do.
type Work = Box<dyn FnOnce(&Connection) + Send>;

/// Threads with a connection each, which only read, and one queue of work for them. They end when
/// all is done.
pub(super) struct Readers {
    /// `None` once closed.
    work: Mutex<Option<Sender<Work>>>,
    /// One for each thread.
    ends: tokio::sync::Mutex<Vec<End>>,
}

impl Readers {
    /// Starts so many.
    pub(super) fn start(path: &Path, count: usize) -> Result<Self, StoreError> {
        let (work, queue) = channel::<Work>();
        let queue = Arc::new(Mutex::new(queue));
        let mut ends = Vec::with_capacity(count);
        for _ in 0..count {
            let connection = Connection::open(path, Purpose::Read, BUSY)?;
            connection.touch()?;
            let queue = Arc::clone(&queue);
            ends.push(start(path, move || {
                while let Some(work) = next(&queue) {
                    work(&connection);
                }
            })?);
        }
        Ok(Self { work: Mutex::new(Some(work)), ends: ends.into() })
    }

    /// Hands work over, and gives what will bring its answer. It is done to its end, whether or not
    /// somebody waits for the answer.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Answer<T> {
        let (sender, answer) = oneshot::channel();
        let work: Work = Box::new(move |connection| {
            let _nobody_waits = sender.send(work(connection));
        });
        if let Some(queue) = &*self.work.lock().unwrap_or_else(PoisonError::into_inner) {
            // Where the threads are gone, so is the sender of the answer.
            let _answered_below = queue.send(work);
        }
        Answer(answer)
    }

    /// Closes all connections, after what was asked before.
    pub(super) async fn close(&self) {
        drop(self.work.lock().unwrap_or_else(PoisonError::into_inner).take());
        for end in self.ends.lock().await.drain(..) {
            end.wait().await;
        }
    }
}

fn next(queue: &Mutex<Receiver<Work>>) -> Option<Work> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

/// Starts a thread for a file.
pub(super) fn start(path: &Path, run: impl FnOnce() + Send + 'static) -> Result<End, StoreError> {
    let (ends, end) = oneshot::channel::<()>();
    let run = move || {
        run();
        drop(ends);
    };
    let started = thread::Builder::new().name("sqlite".to_owned()).spawn(run);
    started.map_err(|source| StoreError::Files { path: path.to_owned(), source })?;
    Ok(End(end))
}

/// The end of a thread.
pub(super) struct End(oneshot::Receiver<()>);

impl End {
    pub(super) async fn wait(self) {
        // The sender goes with the thread.
        let _ended = self.0.await;
    }
}

/// What will bring an answer.
pub(super) struct Answer<T>(oneshot::Receiver<Result<T, StoreError>>);

impl<T> Answer<T> {
    pub(super) fn new(receiver: oneshot::Receiver<Result<T, StoreError>>) -> Self {
        Self(receiver)
    }

    /// Waits for it.
    pub(super) async fn get(self) -> Result<T, StoreError> {
        self.0.await.unwrap_or(Err(StoreError::Closed))
    }
}
