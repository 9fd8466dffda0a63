//! What can go wrong below the rules: one enum for the store's boundary.

use std::error::Error as _;
use std::path::PathBuf;
use std::sync::Arc;

/// Why the store could not answer. No message holds a secret or a bound value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The data folder or a file in it could not be made or opened.
    #[error("cannot prepare {path}")]
    Files {
        /// The folder or file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
    /// An option cannot be used; the text says which and why.
    #[error("{0}")]
    Options(&'static str),
    /// A unique key is taken.
    #[error("a row with this key exists already")]
    Conflict,
    /// Another process held the database for longer than the busy timeout.
    #[error("the database is locked by another process")]
    Busy,
    /// The store has been closed.
    #[error("the store is closed")]
    Closed,
    /// A column holds something that its meaning does not allow.
    #[error("column {column} of a {what} row is not {expected}")]
    Column {
        /// Position in the query's column list, from 0.
        column: usize,
        /// Which kind of row, such as `user`.
        what: &'static str,
        /// What was expected, such as `text`.
        expected: &'static str,
    },
    /// The engine failed. All whom it struck are told the cause.
    #[error("the database failed")]
    Engine(#[source] Arc<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// What lies behind it, in the words of the engine or the operating system: for the log.
    pub(crate) fn cause(&self) -> Option<String> {
        self.source().map(ToString::to_string)
    }

    /// The same for somebody else whom it struck, too.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::Conflict => Self::Conflict,
            Self::Busy => Self::Busy,
            Self::Closed => Self::Closed,
            Self::Engine(cause) => Self::Engine(Arc::clone(cause)),
            other => Self::Engine(Arc::from(Box::<dyn std::error::Error + Send + Sync>::from(
                other.to_string(),
            ))),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
        match error.sqlite_error() {
            Some(cause)
                if [SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE]
                    .contains(&cause.extended_code) =>
            {
                Self::Conflict
            }
            Some(cause) if cause.code == rusqlite::ErrorCode::DatabaseBusy => Self::Busy,
            _ => Self::Engine(Arc::new(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn what_struck_several_is_told_to_each_with_its_cause() {
        let full = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
        let first = StoreError::from(rusqlite::Error::SqliteFailure(full, None));
        let cause = first.again().source().map(ToString::to_string);
        assert_eq!(cause.as_deref(), Some("Error code 13: database or disk is full"));
    }
}
