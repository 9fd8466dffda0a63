//! One database, whichever engine holds it: statements in, rows out.
//!
//! An engine that is to follow adds a file beside `sqlite.rs`, a variant to [`Engine`], and its
//! forms to [`dialect`]; the contract suite then says whether it holds.

mod connection;
pub(crate) mod dialect;
mod lookup;
mod part;
pub(crate) mod sqlite;
mod value;
mod worker;
mod writer;

use std::sync::Arc;

use dialect::Dialect;
pub(crate) use value::{Row, Value};
pub use writer::wait_for_files_here;

use crate::error::StoreError;

/// One SQL text with its values.
pub(crate) struct Statement {
    /// What its rows are, for messages.
    pub(crate) what: &'static str,
    pub(crate) sql: Sql,
    pub(crate) args: Vec<Value>,
}

impl Statement {
    /// Lengthens a made-up text.
    pub(crate) fn push<const N: usize>(&mut self, sql: &str, args: [Value; N]) {
        if let Sql::Made(text) = &mut self.sql {
            text.push_str(sql);
            self.args.extend(args);
        }
    }
}

/// Constant texts are translated once, made-up ones each time.
pub(crate) enum Sql {
    Constant(&'static str),
    Made(String),
}

impl From<&'static str> for Sql {
    fn from(sql: &'static str) -> Self {
        Self::Constant(sql)
    }
}

impl From<String> for Sql {
    fn from(sql: String) -> Self {
        Self::Made(sql)
    }
}

/// `statement!("user", "SELECT … WHERE a = ?", value)`.
macro_rules! statement {
    ($what:literal, $sql:expr $(, $arg:expr)* $(,)?) => {
        $crate::engine::Statement {
            what: $what,
            sql: $sql.into(),
            args: vec![$($crate::engine::Value::from($arg)),*],
        }
    };
}
pub(crate) use statement;

/// What one statement did.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) rows: Vec<Row>,
    /// Rows changed; means something after INSERT, UPDATE and DELETE only.
    pub(crate) affected: u64,
    /// The id that a plain INSERT drew.
    pub(crate) inserted: u64,
}

/// The engines there are.
#[derive(Clone)]
enum Engine {
    Sqlite(Arc<sqlite::Sqlite>),
}

/// One database.
#[derive(Clone)]
pub(crate) struct Database {
    dialect: Arc<Dialect>,
    engine: Engine,
}

impl Database {
    pub(crate) fn sqlite(dialect: Dialect, engine: sqlite::Sqlite) -> Self {
        Self { dialect: Arc::new(dialect), engine: Engine::Sqlite(Arc::new(engine)) }
    }

    fn text(&self, sql: &Sql) -> Arc<str> {
        match sql {
            Sql::Constant(sql) => self.dialect.constant(sql),
            Sql::Made(sql) => self.dialect.render(sql).into(),
        }
    }

    /// One question, answered from what is committed. One round trip.
    pub(crate) async fn read(&self, statement: Statement) -> Result<Vec<Row>, StoreError> {
        let text = self.text(&statement.sql);
        match &self.engine {
            Engine::Sqlite(engine) => engine.read(statement.what, text, statement.args).await,
        }
    }

    /// The first row, if any.
    pub(crate) async fn read_one(&self, statement: Statement) -> Result<Option<Row>, StoreError> {
        Ok(self.read(statement).await?.into_iter().next())
    }

    /// As [`Self::read`], for a question that a key answers with a row or a few: it is answered on
    /// the spot where the engine can.
    pub(crate) async fn look_up(&self, statement: Statement) -> Result<Vec<Row>, StoreError> {
        let text = self.text(&statement.sql);
        match &self.engine {
            Engine::Sqlite(engine) => engine.look_up(statement.what, text, statement.args).await,
        }
    }

    /// These statements as one transaction that takes the write lock at its start; all of them or
    /// none. On SQLite one round trip. The answer has one outcome per statement.
    pub(crate) async fn write<const N: usize>(
        &self,
        statements: [Statement; N],
    ) -> Result<[Outcome; N], StoreError> {
        let mut outcomes = self.write_all(Vec::from(statements)).await?.into_iter();
        Ok(std::array::from_fn(|_| outcomes.next().unwrap_or_default()))
    }

    /// As [`Self::write`], for a number of statements that is not known beforehand.
    pub(crate) async fn write_all(
        &self,
        statements: Vec<Statement>,
    ) -> Result<Vec<Outcome>, StoreError> {
        let statements = self.named(statements);
        match &self.engine {
            Engine::Sqlite(engine) => engine.write(statements).await,
        }
    }

    /// As [`Self::write_all`], for what no answer depends on: it is not waited for, later questions
    /// see it done, and a failure is only logged.
    pub(crate) async fn write_soon(&self, statements: Vec<Statement>) {
        let statements = self.named(statements);
        match &self.engine {
            Engine::Sqlite(engine) => engine.write_soon(statements).await,
        }
    }

    fn named(&self, statements: Vec<Statement>) -> Vec<sqlite::Named> {
        statements.into_iter().map(|s| (s.what, self.text(&s.sql), s.args)).collect()
    }

    /// A transaction whose later statements depend on earlier answers. Dropped without
    /// [`Transaction::commit`] it leaves nothing behind.
    pub(crate) async fn begin(&self) -> Result<Transaction, StoreError> {
        let inner = match &self.engine {
            Engine::Sqlite(engine) => engine.begin().await?,
        };
        Ok(Transaction { database: self.clone(), inner })
    }

    /// Whether there is a table of this name, which is written without the prefix.
    pub(crate) async fn has_table(&self, name: &str) -> Result<bool, StoreError> {
        let table = self.dialect.table(name);
        let question = match &self.engine {
            Engine::Sqlite(_) => statement!(
                "table",
                "SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') AND name = ?",
                table
            ),
        };
        Ok(self.read_one(question).await?.is_some())
    }

    /// A made-up text in this engine's dialect.
    pub(crate) fn translate(&self, sql: &str) -> String {
        self.dialect.render(sql)
    }

    /// Raw SQL of one or several statements without values, as it stands, in one transaction.
    /// Answers the rows of the last statement.
    pub(crate) async fn script(&self, sql: String) -> Result<Vec<Row>, StoreError> {
        match &self.engine {
            Engine::Sqlite(engine) => Ok(engine.script(sql.into()).await?.rows),
        }
    }

    /// The engine's own quick check of its file; `None` when it is sound, else what it found.
    pub(crate) async fn damage(&self) -> Result<Option<String>, StoreError> {
        let rows = match &self.engine {
            Engine::Sqlite(engine) => {
                engine.read("check", "PRAGMA quick_check(1)".into(), vec![]).await?
            }
        };
        let answer = rows.first().map(|row| row.text(0)).transpose()?.unwrap_or_default();
        Ok((answer != "ok").then_some(answer))
    }

    pub(crate) async fn close(&self) {
        match &self.engine {
            Engine::Sqlite(engine) => engine.close().await,
        }
    }
}

/// A transaction under way.
pub(crate) struct Transaction {
    database: Database,
    inner: sqlite::Lease,
}

impl Transaction {
    pub(crate) async fn run(&mut self, statement: Statement) -> Result<Outcome, StoreError> {
        let text = self.database.text(&statement.sql);
        self.inner.run(statement.what, text, statement.args).await
    }

    /// The first row, if any.
    pub(crate) async fn one(&mut self, statement: Statement) -> Result<Option<Row>, StoreError> {
        Ok(self.run(statement).await?.rows.into_iter().next())
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        self.inner.commit().await
    }
}
