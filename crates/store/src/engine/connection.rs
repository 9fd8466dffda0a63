//! One connection to a SQLite file.

use std::cell::Cell;
use std::ffi::c_int;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Batch, Connection as Raw, OpenFlags, Statement};

use super::{Outcome, Row, Value};
use crate::error::StoreError;

/// Statements that each connection keeps prepared.
const PREPARED: usize = 64;

/// Pages after which the write-ahead log of what is written all the time is brought into its file:
/// 32 MB. With SQLite's usual 1000 a crowd of logins has the same pages copied, and the disk waited
/// for, more than ten times a second.
const SELDOM: c_int = 8000;

thread_local! {
    static LONG: Cell<bool> = const { Cell::new(false) };
}

/// How long to wait for another process (MediaWiki, a backup) that holds the lock.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Reading and writing; commits wait for the disk as far as this says.
    Write(Durability),
    /// Reading alone.
    Read,
}

/// How much a commit waits for the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// A commit outlives a power cut.
    Full,
    /// A commit outlives the process; a power cut may take the last ones, never the file's order.
    Process,
}

/// A connection that waits so long for another process (MediaWiki, a backup) that holds the lock.
pub(super) struct Connection(Raw);

impl Connection {
    /// Opens a file, which must exist.
    pub(super) fn open(path: &Path, purpose: Purpose, busy: Duration) -> Result<Self, StoreError> {
        // To read a file with a write-ahead log is to write beside it.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let raw = Raw::open_with_flags(path, flags)?;
        raw.busy_timeout(busy)?;
        raw.set_prepared_statement_cache_capacity(PREPARED);
        raw.pragma_update(None, "foreign_keys", false)?;
        // Or statements with a bound LIMIT are compiled anew each time that it is bound.
        raw.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        match purpose {
            Purpose::Read => raw.pragma_update(None, "query_only", true)?,
            Purpose::Write(durability) => {
                raw.pragma_update(None, "journal_mode", "WAL")?;
                // What a part of a transaction needs to be undone by itself would else be written to
                // a file. Readers, who may sort much, go on doing that in files.
                raw.pragma_update(None, "temp_store", "MEMORY")?;
                let synchronous = match durability {
                    Durability::Full => "FULL",
                    Durability::Process => "NORMAL",
                };
                raw.pragma_update(None, "synchronous", synchronous)?;
                if durability == Durability::Process {
                    // In place of SQLite's own hook, which does it in the middle of a commit.
                    raw.wal_hook(Some(|_log, pages| {
                        LONG.set(pages >= SELDOM);
                        Ok(())
                    }));
                }
            }
        }
        Ok(Self(raw))
    }

    /// Opens the file indeed, which SQLite does at the first question alone.
    pub(super) fn touch(&self) -> Result<(), StoreError> {
        self.run("schema", "SELECT 1 FROM sqlite_master LIMIT 1", &[]).map(drop)
    }

    /// Runs one statement.
    pub(super) fn run(
        &self,
        what: &'static str,
        text: &str,
        args: &[Value],
    ) -> Result<Outcome, StoreError> {
        let mut statement = self.0.prepare_cached(text)?;
        for (index, arg) in args.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, arg)?;
        }
        let rows = rows(&mut statement, what)?;
        Ok(self.outcome(rows))
    }

    /// Runs the statements of a text; the rows are those of the last.
    pub(super) fn run_all(&self, text: &str) -> Result<Outcome, StoreError> {
        let mut batch = Batch::new(&self.0, text);
        let mut last = Vec::new();
        while let Some(mut statement) = batch.next()? {
            last = rows(&mut statement, "")?;
        }
        Ok(self.outcome(last))
    }

    fn outcome(&self, rows: Vec<Row>) -> Outcome {
        Outcome {
            rows,
            affected: self.0.changes(),
            inserted: u64::try_from(self.0.last_insert_rowid()).unwrap_or_default(),
        }
    }

    /// Begins a transaction that has the write lock from its start.
    pub(super) fn begin(&self) -> Result<(), StoreError> {
        self.run("", "BEGIN IMMEDIATE", &[]).map(drop)
    }

    /// As [`Self::begin`], or not at all while another process has the lock.
    pub(super) fn begin_at_once(&self) -> Result<(), StoreError> {
        self.0.busy_timeout(Duration::ZERO)?;
        let begun = self.begin();
        self.0.busy_timeout(BUSY)?;
        begun
    }

    /// Ends a transaction for good.
    pub(super) fn commit(&self) -> Result<(), StoreError> {
        self.run("", "COMMIT", &[]).map(drop)
    }

    /// Whether the last commit of the calling thread left a log behind that is to be brought into its
    /// file ([`Self::checkpoint`]); it is told once. SQLite sees to a log of its own accord where
    /// commits wait for the disk anyway.
    pub(super) fn has_left_much() -> bool {
        LONG.replace(false)
    }

    /// Brings the log into its file, as far as nobody reads what is older. Waits for the disk.
    pub(super) fn checkpoint(&self) {
        if let Err(error) = self.run("", "PRAGMA wal_checkpoint(PASSIVE)", &[]) {
            let cause = error.cause();
            tracing::warn!(%error, cause, "the log of a file could not be brought into it");
        }
    }

    /// Does a part of a transaction that is undone by itself when it fails.
    pub(super) fn apart<T>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if self.0.is_autocommit() {
            // The transaction could not begin, and whoever tried says why.
            return Err(StoreError::Busy);
        }
        self.run("", "SAVEPOINT part", &[])?;
        let done = work(self);
        if done.is_err() {
            self.run("", "ROLLBACK TO part", &[])?;
        }
        self.run("", "RELEASE part", &[])?;
        done
    }

    /// Undoes a transaction, if there is one: an error may have ended it already.
    pub(super) fn roll_back(&self) {
        if !self.0.is_autocommit()
            && let Err(error) = self.run("", "ROLLBACK", &[])
        {
            let cause = error.cause();
            tracing::warn!(%error, cause, "a transaction could not be undone");
        }
    }
}

fn rows(statement: &mut Statement<'_>, what: &'static str) -> Result<Vec<Row>, StoreError> {
    let columns = statement.column_count();
    let mut found = Vec::new();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        let mut values = Vec::with_capacity(columns);
        for column in 0..columns {
            values.push(match row.get_ref(column)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => Value::Int(number),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
                // Nothing of MediaWiki's is a fraction; as SQLite would show it.
                ValueRef::Real(number) => Value::Text(format!("{number:?}")),
            });
        }
        found.push(Row { what, values });
    }
    Ok(found)
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn a_bound_limit_does_not_compile_a_statement_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite");
        std::fs::write(&path, b"").unwrap();
        let connection = Connection::open(&path, Purpose::Read, Duration::ZERO).unwrap();
        let text = "SELECT name FROM sqlite_master WHERE type = ? ORDER BY name LIMIT ?";
        for most in [5_i64, 6, 7] {
            connection.run("names", text, &["table".into(), most.into()]).unwrap();
        }
        let statement = connection.0.prepare_cached(text).unwrap();
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
        assert!(statement.get_status(StatementStatus::VmStep) > 0, "it is the one that ran");
    }
}
