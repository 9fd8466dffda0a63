//! From an account to its sessions.

use daemun_mediawiki::timestamp::Timestamp;

use super::Sessions;
use crate::engine::statement;
use crate::error::StoreError;

/// A live session of an account.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionEntry {
    /// The session's id: a credential, so it is not printed.
    pub id: String,
    /// The last second of its life.
    pub expires: Timestamp,
}

impl std::fmt::Debug for SessionEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionEntry").field("expires", &self.expires).finish_non_exhaustive()
    }
}

impl Sessions {
    /// The live sessions of an account that we wrote, the one that lives longest first. A wiki that
    /// shares the store does not keep the index: sessions that it made are not among them.
    pub async fn of_user(
        &self,
        user: u64,
        now: Timestamp,
    ) -> Result<Vec<SessionEntry>, StoreError> {
        let rows = self
            .database
            .read(statement!(
                "session index",
                "SELECT o.keyname, o.exptime FROM {daemun_session_index} i \
                 JOIN {objectcache} o ON o.keyname = i.keyname \
                 WHERE i.user_id = ? AND {text:o.exptime} >= ? \
                 ORDER BY o.exptime DESC, o.keyname",
                user,
                now
            ))
            .await?;
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            let key = row.text(0)?;
            // Another wiki's session, in a cache that several share.
            let Some(id) = key.strip_prefix(&*self.prefix) else { continue };
            let expires = row.opt_time(1)?.unwrap_or(Timestamp(i64::MAX));
            entries.push(SessionEntry { id: id.to_owned(), expires });
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
