//! The public log: who did what to which page or account.

use daemun_mediawiki::timestamp::Timestamp;

mod search;

pub use search::{FindLog, FoundEntry, Place};
pub(crate) use search::{in_time, newest_first};

use crate::comment::{actor_id, comment_id};
use crate::engine::{Database, Row, Transaction, statement};
use crate::error::StoreError;

/// One entry of `logging`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// `log_type`, such as `newusers`.
    pub kind: String,
    /// `log_action`, such as `create`.
    pub action: String,
    /// The account that did it; 0 for a name without account. In the entry that goes with a new
    /// account, 0 together with the account's own name means that account.
    pub performer_id: u64,
    /// Its name, or an address.
    pub performer_name: String,
    /// Namespace of the target; 2 for accounts.
    pub namespace: i32,
    /// Name of the target without its namespace, with underscores.
    pub title: String,
    /// The reason given, at most 500 characters by MediaWiki's rule (not enforced here).
    pub comment: String,
    /// `log_params`, PHP serialised. In the entry that goes with a new account,
    /// [`LogEntry::NEW_ID`] stands for its id.
    pub params: String,
    /// When.
    pub timestamp: Timestamp,
}

impl LogEntry {
    /// Stands for the id of the account that is being made, which nobody knows before:
    /// `a:1:{s:9:"4::userid";i:{userid};}`.
    pub const NEW_ID: &'static str = "{userid}";
}

/// The table `logging`.
#[derive(Clone)]
pub struct Log {
    database: Database,
}

impl Log {
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }

    /// Writes an entry and answers its id.
    pub async fn add(&self, entry: &LogEntry) -> Result<u64, StoreError> {
        let mut tx = self.database.begin().await?;
        let id = write(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The newest entries of a kind, the newest first.
    pub async fn list(&self, kind: &str, limit: u32) -> Result<Vec<LogEntry>, StoreError> {
        let rows = self
            .database
            .read(statement!(
                "log",
                "SELECT log_type, log_action, actor_user, actor_name, log_namespace, log_title, \
                 comment_text, log_params, log_timestamp FROM {logging} \
                 JOIN {actor} ON actor_id = log_actor \
                 JOIN {comment} ON comment_id = log_comment_id \
                 WHERE log_type = ? ORDER BY log_timestamp DESC, log_id DESC LIMIT ?",
                kind,
                limit
            ))
            .await?;
        rows.iter().map(read).collect()
    }
}

/// Reads the columns that [`Log::list`] asks for, in their order.
fn read(row: &Row) -> Result<LogEntry, StoreError> {
    Ok(LogEntry {
        kind: row.text(0)?,
        action: row.text(1)?,
        performer_id: row.id(2)?,
        performer_name: row.text(3)?,
        namespace: i32::try_from(row.int(4)?).unwrap_or_default(),
        title: row.text(5)?,
        comment: row.text(6)?,
        params: row.text(7)?,
        timestamp: row.opt_time(8)?.unwrap_or_default(),
    })
}

/// Writes an entry within a transaction.
pub(crate) async fn write(tx: &mut Transaction, entry: &LogEntry) -> Result<u64, StoreError> {
    let comment = comment_id(tx, &entry.comment).await?;
    let actor = actor_id(tx, entry.performer_id, &entry.performer_name).await?;
    let made = tx
        .run(statement!(
            "log",
            "INSERT INTO {logging} (log_type, log_action, log_timestamp, log_actor, \
             log_namespace, log_title, log_page, log_comment_id, log_params) \
             VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)",
            &entry.kind,
            &entry.action,
            entry.timestamp,
            actor,
            entry.namespace,
            &entry.title,
            comment,
            &entry.params
        ))
        .await?;
    Ok(made.inserted)
}
