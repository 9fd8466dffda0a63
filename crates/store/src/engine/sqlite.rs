//! SQLite: one writing connection, a few reading ones, a write-ahead log. Look-ups by key have
//! their own (`lookup`).
//!
//! A transaction whose statements are known beforehand goes to the writing thread as one piece of
//! work and comes back as one answer. One whose later statements depend on earlier answers holds
//! the turn to write meanwhile ([`Lease`]).

use std::path::Path;
use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::sync::{Mutex, OwnedMutexGuard};

use super::connection::Connection;
pub(crate) use super::connection::Durability;
use super::lookup::LookUps;
use super::worker::{Answer, Readers};
use super::writer::Writer;
use super::{Outcome, Row, Value};
use crate::error::StoreError;

/// How many reads run beside each other.
const READERS: usize = 2;

/// A statement: what it is about, its text, its values.
pub(super) type Named = (&'static str, Arc<str>, Vec<Value>);

/// The connections to one file.
pub(crate) struct Sqlite {
    writer: Arc<Writer>,
    /// Whoever has it may give the writer work (a fair lock: first come, first served).
    turn: Arc<Mutex<()>>,
    readers: Readers,
    look_ups: LookUps,
}

impl Sqlite {
    /// Opens the file, which must exist.
    pub(crate) fn open(path: &Path, durability: Durability) -> Result<Self, StoreError> {
        Ok(Self {
            writer: Arc::new(Writer::start(path, durability)?),
            turn: Arc::default(),
            readers: Readers::start(path, READERS)?,
            // As many at a time as there are threads that serve connections.
            look_ups: LookUps::open(path, available_parallelism().map_or(1, usize::from)),
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
        let read = move |connection: &Connection| connection.run(what, &text, &args);
        Ok(self.readers.ask(read).get().await?.rows)
    }

    pub(crate) async fn begin(&self) -> Result<Lease, StoreError> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        let lease = Lease { writer: Arc::clone(&self.writer), _turn: turn };
        lease.writer.ask(Connection::begin).get().await?;
        Ok(lease)
    }

    /// All statements in one transaction.
    pub(crate) async fn write(&self, statements: Vec<Named>) -> Result<Vec<Outcome>, StoreError> {
        self.transact(move |connection| run_each(connection, &statements)).await.get().await
    }

    /// As [`Self::write`], without waiting for the end. What was asked for before is done before
    /// it, and what is asked for later sees it done.
    pub(crate) async fn write_soon(&self, statements: Vec<Named>) {
        let _turn = self.turn.lock().await;
        let run = move |connection: &Connection| run_each(connection, &statements);
        self.writer.transact_later(run, |ended| {
            if let Err(error) = ended {
                let cause = error.cause();
                tracing::warn!(%error, cause, "something that nobody waited for was not written");
            }
        });
    }

    /// Statements as they stand, in one transaction; the rows are those of the last.
    pub(crate) async fn script(&self, sql: Arc<str>) -> Result<Outcome, StoreError> {
        self.transact(move |connection| connection.run_all(&sql)).await.get().await
    }

    async fn transact<T: Send + 'static>(
        &self,
        run: impl Fn(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Answer<T> {
        let _turn = self.turn.lock().await;
        self.writer.transact(run)
    }

    pub(crate) async fn close(&self) {
        self.look_ups.close();
        self.readers.close().await;
        let _turn = self.turn.lock().await;
        // Rolls back by itself what is open.
        self.writer.close().await;
    }
}

fn run_each(connection: &Connection, statements: &[Named]) -> Result<Vec<Outcome>, StoreError> {
    statements.iter().map(|(what, text, args)| connection.run(what, text, args)).collect()
}

/// The turn to write, held over several questions. What is not committed when it goes is undone.
pub(crate) struct Lease {
    writer: Arc<Writer>,
    _turn: OwnedMutexGuard<()>,
}

impl Lease {
    pub(crate) async fn run(
        &mut self,
        what: &'static str,
        text: Arc<str>,
        args: Vec<Value>,
    ) -> Result<Outcome, StoreError> {
        self.writer.ask(move |connection| connection.run(what, &text, &args)).get().await
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        self.writer.ask(Connection::commit).get().await
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        // At once and not at the next write: other processes wait for this lock.
        let _done_in_turn = self.writer.ask(|connection| {
            connection.roll_back();
            Ok(())
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite");
        std::fs::write(&path, b"").unwrap();
        (folder, path)
    }

    fn insert(number: i64) -> Vec<Named> {
        let text = |sql: &str| Arc::<str>::from(sql);
        vec![
            ("one", text("INSERT INTO one VALUES (?)"), vec![number.into()]),
            ("two", text("INSERT INTO two VALUES (?)"), vec![(number % 10).into()]),
        ]
    }

    #[tokio::test]
    async fn parts_of_one_transaction_are_kept_or_undone_each_by_itself() {
        let (_folder, path) = file();
        let sqlite = Sqlite::open(&path, Durability::Process).unwrap();
        let tables = "CREATE TABLE one (n); CREATE TABLE two (n PRIMARY KEY); SELECT 1";
        sqlite.script(tables.into()).await.unwrap();
        // The writer is kept busy until all wait, so that they share.
        let _busy = sqlite.writer.ask(|_| {
            std::thread::sleep(std::time::Duration::from_millis(100));
            Ok(())
        });
        let done = futures_of(&sqlite, 0..30).await;
        let (kept, undone): (Vec<_>, Vec<_>) = done.into_iter().partition(Result::is_ok);
        assert_eq!((kept.len(), undone.len()), (10, 20));
        assert!(undone.iter().all(|error| matches!(error, Err(StoreError::Conflict))));
        let rows = sqlite.read("n", "SELECT COUNT(*) FROM one".into(), vec![]).await.unwrap();
        assert_eq!(rows.first().unwrap().int(0).unwrap(), 10, "what failed left nothing");
    }

    async fn futures_of(
        sqlite: &Sqlite,
        numbers: std::ops::Range<i64>,
    ) -> Vec<Result<Vec<Outcome>, StoreError>> {
        let mut answers = Vec::new();
        for number in numbers {
            let statements = insert(number);
            answers.push(sqlite.writer.transact(move |c| run_each(c, &statements)));
        }
        let mut done = Vec::new();
        for answer in answers {
            done.push(answer.get().await);
        }
        done
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_done_with_the_next_transaction_or_soon_by_itself() {
        let (_folder, path) = file();
        let sqlite = Sqlite::open(&path, Durability::Process).unwrap();
        sqlite.script("CREATE TABLE one (n); CREATE TABLE two (n)".into()).await.unwrap();
        let count = || sqlite.read("n", "SELECT COUNT(*) FROM one".into(), vec![]);
        sqlite.write_soon(insert(1)).await;
        sqlite.write(insert(2)).await.unwrap();
        let rows = sqlite.read("n", "SELECT n FROM one ORDER BY rowid".into(), vec![]).await;
        let rows: Vec<i64> = rows.unwrap().iter().map(|row| row.int(0).unwrap()).collect();
        assert_eq!(rows, [1, 2], "in the order in which they were asked for");
        sqlite.write_soon(insert(3)).await;
        let done = async {
            while count().await.unwrap().first().unwrap().int(0).unwrap() < 3 {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(5), done).await.unwrap();
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_done_before_a_lease_and_before_the_end() {
        let (_folder, path) = file();
        let sqlite = Sqlite::open(&path, Durability::Process).unwrap();
        sqlite.script("CREATE TABLE one (n); CREATE TABLE two (n)".into()).await.unwrap();
        sqlite.write_soon(insert(1)).await;
        let mut lease = sqlite.begin().await.unwrap();
        let seen = lease.run("n", "SELECT COUNT(*) FROM one".into(), vec![]).await.unwrap();
        assert_eq!(seen.rows.first().unwrap().int(0).unwrap(), 1);
        drop(lease);
        sqlite.write_soon(insert(2)).await;
        sqlite.close().await;
        let raw = rusqlite::Connection::open(&path).unwrap();
        let left: i64 = raw.query_row("SELECT COUNT(*) FROM one", [], |row| row.get(0)).unwrap();
        assert_eq!(left, 2);
    }

    #[tokio::test]
    async fn where_another_process_holds_the_lock_all_parts_are_told_so() {
        let (_folder, path) = file();
        let sqlite = Sqlite::open(&path, Durability::Process).unwrap();
        sqlite.script("CREATE TABLE one (n); CREATE TABLE two (n)".into()).await.unwrap();
        let other = rusqlite::Connection::open(&path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let begun = std::time::Instant::now();
        let done = futures_of(&sqlite, 0..2).await;
        assert!(done.iter().all(|one| matches!(one, Err(StoreError::Busy))));
        assert!(begun.elapsed() >= std::time::Duration::from_secs(4), "it waited for the lock");
        other.execute_batch("ROLLBACK").unwrap();
        assert!(futures_of(&sqlite, 0..1).await.iter().all(Result::is_ok));
    }
}
