//! Session records: `objectcache` rows `<wiki id>:MWSession:<session id>`, and our index from
//! accounts to them.
//!
//! A row lives as long as its `exptime` has not passed, that second included, as in MediaWiki.

pub mod codec;
mod index;

use std::sync::Arc;

use daemun_mediawiki::timestamp::Timestamp;

pub use index::{Holder, SessionEntry};

use index::note;

use crate::engine::{Database, Row, Statement, statement};
use crate::error::StoreError;

/// Fails when a column that we read is not there.
pub(crate) const PROBE: &str = "SELECT o.value, o.exptime, i.user_id, i.began, i.used, i.address, i.agent FROM {objectcache} o, {daemun_session_index} i WHERE 1 = 0";

/// The value of an id that is dead: PHP's serialisation of null.
pub const TOMBSTONE: &[u8] = b"N;";

/// The identity of a stored record: two are equal when the stored bytes are.
#[derive(Clone, PartialEq, Eq)]
pub struct Version(Vec<u8>);

impl std::fmt::Debug for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Version").finish_non_exhaustive()
    }
}

/// A session record.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    /// The PHP serialisation.
    pub value: Vec<u8>,
    /// The last second of its life.
    pub expires: Timestamp,
    /// For [`Sessions::compare_and_swap`] and [`Sessions::renew`].
    pub version: Version,
}

impl std::fmt::Debug for Stored {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stored").field("expires", &self.expires).finish_non_exhaustive()
    }
}

/// A session that takes the place of another.
#[derive(Clone, Copy)]
pub struct Replace<'a> {
    /// The id before, if there was one.
    pub old: Option<&'a str>,
    /// Until when [`TOMBSTONE`] stands at the old id; `None` removes the record.
    pub old_tombstone: Option<Timestamp>,
    /// The id from now on.
    pub new_id: &'a str,
    /// Its PHP serialisation.
    pub value: &'a [u8],
    /// The last second of its life.
    pub expires: Timestamp,
    /// Who is logged in, and from where.
    pub holder: Option<Holder<'a>>,
}

/// The session records.
#[derive(Clone)]
pub struct Sessions {
    database: Database,
    prefix: Arc<str>,
}

impl Sessions {
    pub(crate) fn new(database: Database, wiki_id: &str) -> Self {
        Self { database, prefix: format!("{wiki_id}:MWSession:").into() }
    }

    fn key(&self, id: &str) -> String {
        format!("{}{id}", self.prefix)
    }

    /// The live record of this id. One that is too long to be a session counts as absent.
    pub async fn get(&self, id: &str, now: Timestamp) -> Result<Option<Stored>, StoreError> {
        let row = self.database.look_up(select(&self.key(id), now)).await?.into_iter().next();
        row.map_or(Ok(None), |row| read(&row))
    }

    /// Writes the record, whether or not there was one.
    pub async fn put(
        &self,
        id: &str,
        value: &[u8],
        expires: Timestamp,
        holder: Option<Holder<'_>>,
    ) -> Result<(), StoreError> {
        let key = self.key(id);
        let packed = codec::pack(value);
        self.database.write([upsert(&key, &packed, expires), note(&key, expires, holder)]).await?;
        Ok(())
    }

    /// Writes the record if the stored one is still of this version; its new version if it was.
    pub async fn compare_and_swap(
        &self,
        id: &str,
        version: &Version,
        value: &[u8],
        expires: Timestamp,
        holder: Option<Holder<'_>>,
    ) -> Result<Option<Version>, StoreError> {
        let key = self.key(id);
        let packed = codec::pack(value);
        let swap = statement!(
            "session",
            "UPDATE {objectcache} SET value = ?, exptime = ? \
             WHERE keyname = ? AND {bytes:value} = ?",
            packed.as_slice(),
            expires,
            &key,
            version.0.as_slice()
        );
        let note = index::note_swapped(&key, &packed, expires, holder);
        let [swapped, _] = self.database.write([swap, note]).await?;
        Ok((swapped.affected > 0).then_some(Version(packed)))
    }

    /// Writes the record unless a live one is there; its version if it was written.
    pub async fn insert(
        &self,
        id: &str,
        value: &[u8],
        expires: Timestamp,
        holder: Option<Holder<'_>>,
        now: Timestamp,
    ) -> Result<Option<Version>, StoreError> {
        let key = self.key(id);
        let mut tx = self.database.begin().await?;
        if tx.one(select(&key, now)).await?.is_some() {
            return Ok(None);
        }
        let packed = codec::pack(value);
        tx.run(upsert(&key, &packed, expires)).await?;
        tx.run(note(&key, expires, holder)).await?;
        tx.commit().await?;
        Ok(Some(Version(packed)))
    }

    /// Deletes the record, if there is one.
    pub async fn delete(&self, id: &str) -> Result<(), StoreError> {
        let key = self.key(id);
        self.database.write([remove(&key), note(&key, Timestamp(0), None)]).await?;
        Ok(())
    }

    /// Reads and deletes at once: of several that try, one gets the record.
    pub async fn take(&self, id: &str, now: Timestamp) -> Result<Option<Stored>, StoreError> {
        let key = self.key(id);
        let [found, _, _] = self
            .database
            .write([select(&key, now), remove(&key), note(&key, Timestamp(0), None)])
            .await?;
        found.rows.first().map_or(Ok(None), read)
    }

    /// Ends one session and begins another, in one transaction; the new one's version.
    pub async fn replace(&self, change: &Replace<'_>) -> Result<Version, StoreError> {
        let new = self.key(change.new_id);
        let packed = codec::pack(change.value);
        let write = upsert(&new, &packed, change.expires);
        let keep = note(&new, change.expires, change.holder);
        // An id that stays is only written.
        let Some(old) = change.old.filter(|old| *old != change.new_id) else {
            self.database.write([write, keep]).await?;
            return Ok(Version(packed));
        };
        let old = self.key(old);
        let end = match change.old_tombstone {
            Some(expires) => upsert(&old, &codec::pack(TOMBSTONE), expires),
            None => remove(&old),
        };
        self.database.write([end, note(&old, Timestamp(0), None), write, keep]).await?;
        Ok(Version(packed))
    }

    /// Lets the record live until `expires` if it is still of this version; whether it was. Who uses
    /// it, and from where, is noted with it.
    pub async fn renew(
        &self,
        id: &str,
        version: &Version,
        expires: Timestamp,
        holder: Option<Holder<'_>>,
    ) -> Result<bool, StoreError> {
        let key = self.key(id);
        let renewal = statement!(
            "session",
            "UPDATE {objectcache} SET exptime = ? WHERE keyname = ? AND {bytes:value} = ?",
            expires,
            &key,
            version.0.as_slice()
        );
        let [renewed, _] =
            self.database.write([renewal, index::note_renewed(&key, holder)]).await?;
        Ok(renewed.affected > 0)
    }
}

fn select(key: &str, now: Timestamp) -> Statement {
    statement!(
        "session",
        "SELECT value, exptime FROM {objectcache} WHERE keyname = ? AND {text:exptime} >= ?",
        key,
        now
    )
}

fn upsert(key: &str, packed: &[u8], expires: Timestamp) -> Statement {
    statement!(
        "session",
        "INSERT INTO {objectcache} (keyname, value, exptime) VALUES (?, ?, ?) \
         {upsert:keyname} value = {new:value}, exptime = {new:exptime}",
        key,
        packed,
        expires
    )
}

fn remove(key: &str) -> Statement {
    statement!("session", "DELETE FROM {objectcache} WHERE keyname = ?", key)
}

fn read(row: &Row) -> Result<Option<Stored>, StoreError> {
    let stored = row.bytes(0)?;
    let Some(value) = codec::unpack(&stored) else {
        tracing::warn!("a session record is too long to be read");
        return Ok(None);
    };
    // `infinity`, or another form of no end.
    let expires = row.opt_time(1)?.unwrap_or(Timestamp(i64::MAX));
    Ok(Some(Stored { value, expires, version: Version(stored) }))
}
