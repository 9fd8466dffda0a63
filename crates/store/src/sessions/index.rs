//! From an account to its sessions.

use daemun_mediawiki::timestamp::Timestamp;

use super::{Sessions, codec};
use crate::engine::{Statement, statement};
use crate::error::StoreError;

/// Most sessions of one account that are listed.
const MOST: u32 = 500;

/// Who uses a session, when, and from where.
#[derive(Clone, Copy)]
pub struct Holder<'a> {
    /// The account.
    pub user: u64,
    /// Now.
    pub at: Timestamp,
    /// The address as text, at most 45 bytes.
    pub address: &'a str,
    /// What the client calls itself; the caller bounds its length.
    pub agent: &'a str,
}

/// A live session of an account.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionEntry {
    /// The session's id: a credential, so it is not printed.
    pub id: String,
    /// The last second of its life.
    pub expires: Timestamp,
    /// When somebody logged in; `None` where that was before it was noted.
    pub began: Option<Timestamp>,
    /// When its record was written or prolonged last, if that was noted.
    pub used: Option<Timestamp>,
    /// From where that was; empty where it was not noted.
    pub address: String,
    /// With which client that was; empty where it was not noted.
    pub agent: String,
    /// The record, a PHP serialisation; empty for one that is too long to be read.
    pub value: Vec<u8>,
}

impl std::fmt::Debug for SessionEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionEntry").field("expires", &self.expires).finish_non_exhaustive()
    }
}

impl Sessions {
    /// The live sessions of an account that we wrote, the one that lives longest first, 500 at most.
    /// A wiki that shares the store does not keep the index: sessions that it made are not among
    /// them.
    pub async fn of_user(
        &self,
        user: u64,
        now: Timestamp,
    ) -> Result<Vec<SessionEntry>, StoreError> {
        let rows = self
            .database
            .read(statement!(
                "session index",
                "SELECT o.keyname, o.exptime, i.began, i.used, i.address, i.agent, o.value FROM {daemun_session_index} i \
                 JOIN {objectcache} o ON o.keyname = i.keyname \
                 WHERE i.user_id = ? AND {text:o.exptime} >= ? \
                 ORDER BY o.exptime DESC, o.keyname LIMIT ?",
                user,
                now,
                MOST
            ))
            .await?;
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            let key = row.text(0)?;
            // Another wiki's session, in a cache that several share.
            let Some(id) = key.strip_prefix(&*self.prefix) else { continue };
            let expires = row.opt_time(1)?.unwrap_or(Timestamp(i64::MAX));
            entries.push(SessionEntry {
                id: id.to_owned(),
                expires,
                began: row.opt_time(2)?,
                used: row.opt_time(3)?,
                address: row.text(4)?,
                agent: row.text(5)?,
                value: codec::unpack(&row.bytes(6)?).unwrap_or_default(),
            });
        }
        Ok(entries)
    }

    /// How many live sessions of accounts the index knows.
    pub async fn count(&self, now: Timestamp) -> Result<u64, StoreError> {
        let row = self
            .database
            .read_one(statement!(
                "session index",
                "SELECT COUNT(*) FROM {daemun_session_index} WHERE {text:exptime} >= ?",
                now
            ))
            .await?;
        let count = row.map(|row| row.int(0)).transpose()?.unwrap_or_default();
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// Ends all sessions of an account but one; answers how many records went.
    pub async fn end_all(&self, user: u64, except: Option<&str>) -> Result<u64, StoreError> {
        // No session has an empty key.
        let except = except.map(|id| self.key(id)).unwrap_or_default();
        // Only this wiki's sessions: from the prefix up to its last `:` made the next byte, `;`.
        let (from, to) =
            (self.prefix.to_string(), self.prefix.replacen("MWSession:", "MWSession;", 1));
        let [ended, _] = self
            .database
            .write([
                statement!(
                    "session",
                    "DELETE FROM {objectcache} WHERE keyname IN (SELECT keyname \
                     FROM {daemun_session_index} WHERE user_id = ? AND keyname <> ? \
                     AND keyname >= ? AND keyname < ?)",
                    user,
                    &except,
                    &from,
                    &to
                ),
                statement!(
                    "session index",
                    "DELETE FROM {daemun_session_index} WHERE user_id = ? AND keyname <> ? \
                     AND keyname >= ? AND keyname < ?",
                    user,
                    &except,
                    &from,
                    &to
                ),
            ])
            .await?;
        Ok(ended.affected)
    }
}

/// Notes whose session this is, or that it is nobody's. When it began is noted once.
pub(super) fn note(key: &str, expires: Timestamp, holder: Option<Holder<'_>>) -> Statement {
    match holder {
        Some(Holder { user, at, address, agent }) => statement!(
            "session index",
            "INSERT INTO {daemun_session_index} \
             (keyname, user_id, exptime, began, used, address, agent) \
             VALUES (?, ?, ?, ?, ?, ?, ?) {upsert:keyname} \
             user_id = {new:user_id}, exptime = {new:exptime}, used = {new:used}, \
             address = {new:address}, agent = {new:agent}",
            key,
            user,
            expires,
            at,
            at,
            address,
            agent
        ),
        None => {
            statement!("session index", "DELETE FROM {daemun_session_index} WHERE keyname = ?", key)
        }
    }
}

/// The same after a swap, which may have failed: only where its value stands.
pub(super) fn note_swapped(
    key: &str,
    packed: &[u8],
    expires: Timestamp,
    holder: Option<Holder<'_>>,
) -> Statement {
    match holder {
        Some(Holder { user, at, address, agent }) => statement!(
            "session index",
            "INSERT INTO {daemun_session_index} \
             (keyname, user_id, exptime, began, used, address, agent) \
             SELECT o.keyname, ?, ?, ?, ?, ?, ? FROM {objectcache} o \
             WHERE o.keyname = ? AND {bytes:o.value} = ? {upsert:keyname} \
             user_id = {new:user_id}, exptime = {new:exptime}, used = {new:used}, \
             address = {new:address}, agent = {new:agent}",
            user,
            expires,
            at,
            at,
            address,
            agent,
            key,
            packed
        ),
        None => statement!(
            "session index",
            "DELETE FROM {daemun_session_index} WHERE keyname = ? AND EXISTS \
             (SELECT 1 FROM {objectcache} o WHERE o.keyname = ? AND {bytes:o.value} = ?)",
            key,
            key,
            packed
        ),
    }
}

/// Notes that a session lives as long as its record, and who used it. Nobody's is not in the index.
pub(super) fn note_renewed(key: &str, holder: Option<Holder<'_>>) -> Statement {
    statement!(
        "session index",
        "UPDATE {daemun_session_index} SET exptime = \
         (SELECT o.exptime FROM {objectcache} o WHERE o.keyname = ?), \
         used = ?, address = ?, agent = ? \
         WHERE keyname = ? AND EXISTS (SELECT 1 FROM {objectcache} o WHERE o.keyname = ?)",
        key,
        holder.map(|holder| holder.at),
        holder.map(|holder| holder.address),
        holder.map(|holder| holder.agent),
        key,
        key
    )
}
