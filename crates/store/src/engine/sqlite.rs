//! SQLite: one writing connection, a few reading ones, WAL. Look-ups by key have their own
//! (`lookup`).
//!
//! sqlx runs a thread per connection and every call to it is a round trip between threads, so a
//! transaction whose statements are known beforehand goes over as one text. Its own pool pings a
//! connection at each return; connections to a file do not break, so plain mutexes (which are fair)
//! do the pool's work.

use std::future::poll_fn;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous,
    SqliteValueRef,
};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Decode, Either, Executor, Row as _,
    Sqlite as Driver, SqliteConnection, TypeInfo, ValueRef,
};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::lookup::LookUps;
use super::{Outcome, Row, Value};
use crate::error::StoreError;

/// How many reads run beside each other.
const READERS: usize = 4;
/// How long to wait for another process (MediaWiki, a backup) that holds the lock.
const BUSY: Duration = Duration::from_secs(5);

type Named = (&'static str, Arc<str>, Vec<Value>);

/// How much a commit waits for the disk.
#[derive(Clone, Copy)]
pub(crate) enum Durability {
    /// A commit outlives a power cut.
    Full,
    /// A commit outlives the process; a power cut may take the last ones, never the file's order.
    Process,
}

/// The connections to one file.
pub(crate) struct Sqlite {
    writer: Arc<Mutex<Slot>>,
    readers: Vec<Mutex<Slot>>,
    turn: AtomicUsize,
    look_ups: LookUps,
}

/// A connection, `None` once closed.
struct Slot {
    connection: Option<SqliteConnection>,
    /// A transaction may be open on it although nobody is at work: its future was dropped.
    unfinished: bool,
}

impl Sqlite {
    /// Opens the file, which must exist.
    pub(crate) async fn open(path: &Path, durability: Durability) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(false)
            .foreign_keys(false)
            .busy_timeout(BUSY)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(match durability {
                Durability::Full => SqliteSynchronous::Full,
                Durability::Process => SqliteSynchronous::Normal,
            })
            .disable_statement_logging();
        let writer = Slot::open(&options).await?;
        let reading = options.pragma("query_only", "1");
        let mut readers = Vec::with_capacity(READERS);
        for _ in 0..READERS {
            readers.push(Mutex::new(Slot::open(&reading).await?));
        }
        Ok(Self {
            writer: Arc::new(Mutex::new(writer)),
            readers,
            turn: AtomicUsize::new(0),
            look_ups: LookUps::open(path, READERS),
        })
    }

    /// As [`Self::read`], for what a key finds at once.
    pub(crate) async fn look_up(
        &self,
        what: &'static str,
        text: Arc<str>,
        args: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        match self.look_ups.rows(what, &text, &args) {
            Some(rows) => Ok(rows),
            None => self.read(what, text, args).await,
        }
    }

    pub(crate) async fn read(
        &self,
        what: &'static str,
        text: Arc<str>,
        args: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let free = self.readers.iter().find_map(|reader| reader.try_lock().ok());
        let mut slot = match free {
            Some(slot) => slot,
            None => {
                let turn = self.turn.fetch_add(1, Ordering::Relaxed) % READERS;
                match self.readers.get(turn) {
                    Some(reader) => reader.lock().await,
                    None => return Err(StoreError::Closed),
                }
            }
        };
        let outcomes = slot.run(text, args).await?;
        Ok(outcomes
            .into_iter()
            .flat_map(|outcome| outcome.rows)
            .map(|row| Row { what, ..row })
            .collect())
    }

    pub(crate) async fn begin(&self) -> Result<Lease, StoreError> {
        let mut lease = self.lease().await?;
        let slot = lease.slot()?;
        slot.unfinished = true;
        slot.run("BEGIN IMMEDIATE".into(), vec![]).await?;
        Ok(lease)
    }

    /// All statements in one transaction, sent in one text.
    pub(crate) async fn write(&self, statements: Vec<Named>) -> Result<Vec<Outcome>, StoreError> {
        let mut text = String::from("BEGIN IMMEDIATE");
        let mut values = Vec::new();
        let mut names = Vec::with_capacity(statements.len());
        for (what, sql, args) in statements {
            text.push_str(";\n");
            text.push_str(&sql);
            values.extend(args);
            names.push(what);
        }
        text.push_str(";\nCOMMIT");
        let mut lease = self.lease().await?;
        let slot = lease.slot()?;
        slot.unfinished = true;
        let outcomes = slot.run(text.into(), values).await?;
        slot.unfinished = false;
        Ok(outcomes
            .into_iter()
            .skip(1) // BEGIN
            .zip(names)
            .map(|(outcome, what)| Outcome {
                rows: outcome.rows.into_iter().map(|row| Row { what, ..row }).collect(),
                ..outcome
            })
            .collect())
    }

    /// Statements as they stand, in one transaction.
    pub(crate) async fn script(&self, sql: Arc<str>) -> Result<Vec<Outcome>, StoreError> {
        let mut lease = self.begin().await?;
        let outcomes = lease.slot()?.run(sql, vec![]).await?;
        lease.commit().await?;
        Ok(outcomes)
    }

    async fn lease(&self) -> Result<Lease, StoreError> {
        let mut guard = Arc::clone(&self.writer).lock_owned().await;
        guard.roll_back().await?;
        Ok(Lease { guard: Some(guard) })
    }

    pub(crate) async fn close(&self) {
        self.look_ups.close();
        for reader in &self.readers {
            reader.lock().await.close().await;
        }
        let mut writer = self.writer.lock().await;
        // Rolls back by itself what is open.
        writer.close().await;
    }
}

impl Slot {
    async fn open(options: &SqliteConnectOptions) -> Result<Self, StoreError> {
        Ok(Self { connection: Some(options.connect().await?), unfinished: false })
    }

    /// Runs the statements of a text; one outcome each.
    async fn run(&mut self, text: Arc<str>, args: Vec<Value>) -> Result<Vec<Outcome>, StoreError> {
        let connection = self.connection.as_mut().ok_or(StoreError::Closed)?;
        let mut bound = SqliteArguments::default();
        for value in args {
            bind(&mut bound, value)?;
        }
        let mut stream = connection.fetch_many(sqlx::query_with(AssertSqlSafe(text), bound));
        let mut outcomes = Vec::new();
        let mut rows = Vec::new();
        while let Some(item) = poll_fn(|context| stream.as_mut().poll_next(context)).await {
            match item? {
                Either::Right(row) => rows.push(read_row(&row)?),
                Either::Left(done) => outcomes.push(Outcome {
                    rows: std::mem::take(&mut rows),
                    affected: done.rows_affected(),
                    inserted: u64::try_from(done.last_insert_rowid()).unwrap_or_default(),
                }),
            }
        }
        Ok(outcomes)
    }

    async fn roll_back(&mut self) -> Result<(), StoreError> {
        if self.unfinished {
            // Fails when the transaction never began or has ended: then there is nothing to undo.
            let outcome = self.run("ROLLBACK".into(), vec![]).await;
            self.unfinished = false;
            if let Err(error @ StoreError::Closed) = outcome {
                return Err(error);
            }
        }
        Ok(())
    }

    async fn close(&mut self) {
        if let Some(connection) = self.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "a database connection did not close cleanly");
        }
    }
}

/// The writing connection, held. When it goes with a transaction open, that is rolled back.
pub(crate) struct Lease {
    guard: Option<OwnedMutexGuard<Slot>>,
}

impl Lease {
    fn slot(&mut self) -> Result<&mut Slot, StoreError> {
        self.guard.as_deref_mut().ok_or(StoreError::Closed)
    }

    pub(crate) async fn run(
        &mut self,
        what: &'static str,
        text: Arc<str>,
        args: Vec<Value>,
    ) -> Result<Outcome, StoreError> {
        let outcomes = self.slot()?.run(text, args).await?;
        let outcome = outcomes.into_iter().next().unwrap_or_default();
        let rows = outcome.rows.into_iter().map(|row| Row { what, ..row }).collect();
        Ok(Outcome { rows, ..outcome })
    }

    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        let slot = self.slot()?;
        slot.run("COMMIT".into(), vec![]).await?;
        slot.unfinished = false;
        Ok(())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(mut guard) = self.guard.take() else { return };
        if !guard.unfinished {
            return;
        }
        // At once and not at the next write: other processes wait for this lock.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let _nothing_more_to_do = guard.roll_back().await;
            });
        }
    }
}

fn bind(bound: &mut SqliteArguments, value: Value) -> Result<(), StoreError> {
    use sqlx::Arguments;
    let added = match value {
        Value::Null => bound.add(None::<i64>),
        Value::Int(number) => bound.add(number),
        Value::Text(text) => bound.add(text),
        Value::Bytes(bytes) => bound.add(bytes),
    };
    added.map_err(StoreError::Engine)
}

fn read_row(row: &SqliteRow) -> Result<Row, StoreError> {
    let mut values = Vec::with_capacity(row.len());
    for column in 0..row.len() {
        values.push(read_value(row.try_get_raw(column)?)?);
    }
    Ok(Row { what: "", values })
}

fn read_value(value: SqliteValueRef<'_>) -> Result<Value, StoreError> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    let integer = value.type_info().name() == "INTEGER";
    if integer {
        let number = <i64 as Decode<'_, Driver>>::decode(value).map_err(StoreError::Engine)?;
        return Ok(Value::Int(number));
    }
    let bytes = <Vec<u8> as Decode<'_, Driver>>::decode(value).map_err(StoreError::Engine)?;
    Ok(Value::Bytes(bytes))
}
