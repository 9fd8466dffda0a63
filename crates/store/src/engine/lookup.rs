//! Look-ups by a key, done on the thread that asks.
//!
//! sqlx hands each question to a thread of its connection. To wake that thread and to be woken by
//! it costs several times what SQLite takes to find a row by its key, so the few questions that
//! nearly every request asks go to connections of their own. What does not go at once (all are in
//! use, the file is locked, anything is wrong) is not waited for here: it is asked the usual way.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags};

use super::{Row, Value};

/// Statements that each connection keeps prepared.
const PREPARED: usize = 16;

/// Connections that only read; `None` once closed.
pub(super) struct LookUps(Vec<Mutex<Option<Connection>>>);

impl LookUps {
    /// Opens so many connections to a file that is in use already. One that cannot be opened is
    /// done without.
    pub(super) fn open(path: &Path, count: usize) -> Self {
        Self((0..count).map(|_| Mutex::new(connection(path).ok())).collect())
    }

    /// The rows, if they can be had at once.
    pub(super) fn rows(&self, what: &'static str, text: &str, args: &[Value]) -> Option<Vec<Row>> {
        let guard = self.0.iter().find_map(|slot| slot.try_lock().ok())?;
        rows(guard.as_ref()?, what, text, args).ok()?
    }

    pub(super) fn close(&self) {
        for slot in &self.0 {
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }
}

fn connection(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::ZERO)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    Ok(connection)
}

fn rows(
    connection: &Connection,
    what: &'static str,
    text: &str,
    args: &[Value],
) -> rusqlite::Result<Option<Vec<Row>>> {
    let mut statement = connection.prepare_cached(text)?;
    for (index, arg) in args.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, arg)?;
    }
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
                // Nothing of MediaWiki's is a fraction; the usual way knows what to do.
                ValueRef::Real(_) => return Ok(None),
            });
        }
        found.push(Row { what, values });
    }
    Ok(Some(found))
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
