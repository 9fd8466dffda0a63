//! Parts of a transaction that several share.

use super::connection::Connection;
use crate::error::StoreError;

/// A part of a transaction.
pub(super) trait Part: Send {
    /// Does it; whether all went well. It may be done again after the transaction was undone.
    fn run(&mut self, connection: &Connection) -> bool;
    /// As `run`, undone by itself where not all goes well.
    fn run_apart(&mut self, connection: &Connection);
    /// Tells whoever waits what came of it and whether it was committed.
    fn tell(self: Box<Self>, committed: &Result<(), StoreError>);
}

/// Work as a part; `ended` is told what came of it.
pub(super) fn part<T: Send + 'static>(
    work: impl Fn(&Connection) -> Result<T, StoreError> + Send + 'static,
    ended: impl FnOnce(Result<T, StoreError>) + Send + 'static,
) -> Box<dyn Part> {
    Box::new(Asked { work, ended, done: None })
}

/// What was asked for.
struct Asked<T, W, E> {
    work: W,
    ended: E,
    done: Option<Result<T, StoreError>>,
}

impl<T, W, E> Part for Asked<T, W, E>
where
    T: Send,
    W: Fn(&Connection) -> Result<T, StoreError> + Send,
    E: FnOnce(Result<T, StoreError>) + Send,
{
    fn run(&mut self, connection: &Connection) -> bool {
        self.done.insert((self.work)(connection)).is_ok()
    }

    fn run_apart(&mut self, connection: &Connection) {
        self.done = Some(connection.apart(&self.work));
    }

    fn tell(self: Box<Self>, committed: &Result<(), StoreError>) {
        (self.ended)(match (committed, self.done) {
            (Err(error), _) => Err(error.again()),
            (Ok(()), Some(done)) => done,
            // What was committed was done.
            (Ok(()), None) => Err(StoreError::Closed),
        });
    }
}
