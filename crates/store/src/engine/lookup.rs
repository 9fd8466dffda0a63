//! Look-ups by a key, done on the thread that asks.
//!
//! To wake a thread and to be woken by it costs several times what SQLite takes to find a row by
//! its key, so the few questions that nearly every request asks go to connections of their own.
//! What does not go at once (all are in use, the file is locked, anything is wrong) is not waited
//! for here: it is asked the usual way.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::connection::{Connection, Purpose};
use super::{Row, Value};

/// Connections that only read; `None` once closed.
pub(super) struct LookUps(Vec<Mutex<Option<Connection>>>);

impl LookUps {
    /// Opens so many connections to a file that is in use already. One that cannot be opened is
    /// done without.
    pub(super) fn open(path: &Path, count: usize) -> Self {
        let connection = || {
            let connection = Connection::open(path, Purpose::Read, Duration::ZERO).ok()?;
            let _tried_again_when_asked = connection.touch();
            Some(connection)
        };
        Self((0..count).map(|_| Mutex::new(connection())).collect())
    }

    /// The rows, if they can be had at once.
    pub(super) fn rows(&self, what: &'static str, text: &str, args: &[Value]) -> Option<Vec<Row>> {
        let guard = self.0.iter().find_map(|slot| slot.try_lock().ok())?;
        Some(guard.as_ref()?.run(what, text, args).ok()?.rows)
    }

    pub(super) fn close(&self) {
        for slot in &self.0 {
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }
}
