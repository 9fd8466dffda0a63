//! Second factors: `oathauth_devices` with its `oathauth_types`, a row for each; on a wiki from
//! before those, `oathauth_users`, a row for each account. A wiki that has none of these tables has
//! no second factors.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, OnceLock};

use daemun_mediawiki::timestamp::Timestamp;
use zeroize::Zeroizing;

use crate::engine::{Database, Row, dialect, statement};
use crate::error::StoreError;

/// More rows than this of one account are not looked at; MediaWiki allows 25.
const MOST: u32 = 100;
/// At most this many accounts go into one question.
const CHUNK: usize = 200;

/// A second factor of an account. What its data means is not known here.
#[derive(Clone, PartialEq, Eq)]
pub struct Factor {
    /// `oad_id`; in the old table the account's id.
    pub id: u64,
    /// The account (its central id, which is its own where nothing is shared).
    pub user_id: u64,
    /// `oat_name`, such as `totp`; empty where the type is none of the known ones.
    pub kind: String,
    /// When it was added, where that is known.
    pub created: Option<Timestamp>,
    /// JSON.
    pub data: Zeroizing<Vec<u8>>,
    /// Whether it is in the old table, whose data has another form.
    pub is_legacy: bool,
}

impl fmt::Debug for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Factor")
            .field("id", &self.id)
            .field("user_id", &self.user_id)
            .field("kind", &self.kind)
            .field("is_legacy", &self.is_legacy)
            .finish_non_exhaustive()
    }
}

/// Which tables there are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tables {
    Devices,
    Users,
}

/// The second factors.
#[derive(Clone)]
pub struct Factors {
    database: Database,
    /// Asked for again as long as there are none: the extension may be installed meanwhile.
    tables: Arc<OnceLock<Tables>>,
}

impl Factors {
    pub(crate) fn new(database: Database) -> Self {
        Self { database, tables: Arc::default() }
    }

    async fn tables(&self) -> Result<Option<Tables>, StoreError> {
        if let Some(known) = self.tables.get() {
            return Ok(Some(*known));
        }
        let found = if self.database.has_table("oathauth_devices").await? {
            Tables::Devices
        } else if self.database.has_table("oathauth_users").await? {
            Tables::Users
        } else {
            return Ok(None);
        };
        Ok(Some(*self.tables.get_or_init(|| found)))
    }

    /// All factors of an account, the oldest first.
    pub async fn list(&self, user_id: u64) -> Result<Vec<Factor>, StoreError> {
        let (statement, is_legacy) = match self.tables().await? {
            None => return Ok(Vec::new()),
            Some(Tables::Devices) => (
                statement!(
                    "second factor",
                    "SELECT oad_id, oad_user, oat_name, oad_created, oad_data \
                     FROM {oathauth_devices} LEFT JOIN {oathauth_types} ON oat_id = oad_type \
                     WHERE oad_user = ? ORDER BY oad_id LIMIT ?",
                    user_id,
                    MOST
                ),
                false,
            ),
            Some(Tables::Users) => (
                statement!(
                    "second factor",
                    "SELECT id, id, module, NULL, data FROM {oathauth_users} WHERE id = ? LIMIT ?",
                    user_id,
                    MOST
                ),
                true,
            ),
        };
        let rows = self.database.look_up(statement).await?;
        rows.iter().map(|row| read(row, is_legacy)).collect()
    }

    /// Whether an account has any factor, of whatever kind.
    pub async fn has_any(&self, user_id: u64) -> Result<bool, StoreError> {
        let statement = match self.tables().await? {
            None => return Ok(false),
            Some(Tables::Devices) => statement!(
                "second factor",
                "SELECT 1 FROM {oathauth_devices} WHERE oad_user = ? LIMIT 1",
                user_id
            ),
            Some(Tables::Users) => statement!(
                "second factor",
                "SELECT 1 FROM {oathauth_users} WHERE id = ? LIMIT 1",
                user_id
            ),
        };
        Ok(!self.database.look_up(statement).await?.is_empty())
    }

    /// Those of these accounts that have any factor, of whatever kind.
    pub async fn having_any(&self, user_ids: &[u64]) -> Result<HashSet<u64>, StoreError> {
        let select = match self.tables().await? {
            None => return Ok(HashSet::new()),
            Some(Tables::Devices) => {
                "SELECT DISTINCT oad_user FROM {oathauth_devices} WHERE oad_user IN ("
            }
            Some(Tables::Users) => "SELECT id FROM {oathauth_users} WHERE id IN (",
        };
        let mut found = HashSet::new();
        for chunk in user_ids.chunks(CHUNK) {
            let sql = select.to_owned() + &dialect::placeholders(chunk.len()) + ")";
            let mut statement = statement!("second factor", sql);
            statement.args = chunk.iter().map(|id| (*id).into()).collect();
            for row in &self.database.read(statement).await? {
                found.insert(row.id(0)?);
            }
        }
        Ok(found)
    }

    /// Gives an account factors, all or none: of each the kind and the data.
    ///
    /// # Errors
    /// [`StoreError::Options`] where there is no table for them.
    pub async fn add(
        &self,
        user_id: u64,
        factors: &[(&str, &[u8])],
        created: Timestamp,
    ) -> Result<(), StoreError> {
        if self.tables().await? != Some(Tables::Devices) {
            return Err(StoreError::Options(
                "this wiki has no table oathauth_devices: it is of MediaWiki 1.42 and later",
            ));
        }
        let mut tx = self.database.begin().await?;
        for (kind, data) in factors {
            let known = statement!(
                "kind of second factor",
                "SELECT oat_id FROM {oathauth_types} WHERE oat_name = ?",
                *kind
            );
            let kind_id = match tx.one(known).await? {
                Some(row) => row.id(0)?,
                None => {
                    let new = statement!(
                        "kind of second factor",
                        "INSERT INTO {oathauth_types} (oat_name) VALUES (?)",
                        *kind
                    );
                    tx.run(new).await?.inserted
                }
            };
            tx.run(statement!(
                "second factor",
                "INSERT INTO {oathauth_devices} (oad_user, oad_type, oad_created, oad_data) \
                 VALUES (?, ?, ?, ?)",
                user_id,
                kind_id,
                created,
                text(data)
            ))
            .await?;
        }
        tx.commit().await
    }

    /// Puts new data into a factor that still holds what was read; whether it did.
    pub async fn replace_data(&self, factor: &Factor, data: &[u8]) -> Result<bool, StoreError> {
        let old = factor.data.as_slice();
        let statement = if factor.is_legacy {
            statement!(
                "second factor",
                "UPDATE {oathauth_users} SET data = ? WHERE id = ? AND {bytes:data} = ?",
                text(data),
                factor.id,
                old
            )
        } else {
            statement!(
                "second factor",
                "UPDATE {oathauth_devices} SET oad_data = ? \
                 WHERE oad_id = ? AND oad_user = ? AND {bytes:oad_data} = ?",
                text(data),
                factor.id,
                factor.user_id,
                old
            )
        };
        let [replaced] = self.database.write([statement]).await?;
        Ok(replaced.affected > 0)
    }

    /// Whether there is a table that factors can be added to.
    pub async fn can_be_added(&self) -> Result<bool, StoreError> {
        Ok(self.tables().await? == Some(Tables::Devices))
    }

    /// Takes these factors from an account, all or none at a time; how many of them it had. An
    /// account has one row at most in the old table.
    pub async fn remove(&self, user_id: u64, ids: &[u64]) -> Result<u64, StoreError> {
        match self.tables().await? {
            None => return Ok(0),
            Some(Tables::Users) if ids.contains(&user_id) => return self.remove_all(user_id).await,
            Some(Tables::Users) => return Ok(0),
            Some(Tables::Devices) => {}
        }
        let one = |id: &u64| {
            statement!(
                "second factor",
                "DELETE FROM {oathauth_devices} WHERE oad_user = ? AND oad_id = ?",
                user_id,
                *id
            )
        };
        let removed = self.database.write_all(ids.iter().map(one).collect()).await?;
        Ok(removed.iter().map(|outcome| outcome.affected).sum())
    }

    /// Takes all factors from an account; how many there were.
    pub async fn remove_all(&self, user_id: u64) -> Result<u64, StoreError> {
        let statement = match self.tables().await? {
            None => return Ok(0),
            Some(Tables::Devices) => statement!(
                "second factor",
                "DELETE FROM {oathauth_devices} WHERE oad_user = ?",
                user_id
            ),
            Some(Tables::Users) => {
                statement!("second factor", "DELETE FROM {oathauth_users} WHERE id = ?", user_id)
            }
        };
        let [removed] = self.database.write([statement]).await?;
        Ok(removed.affected)
    }
}

fn read(row: &Row, is_legacy: bool) -> Result<Factor, StoreError> {
    Ok(Factor {
        id: row.id(0)?,
        user_id: row.id(1)?,
        kind: row.text(2)?,
        created: row.opt_time(3)?,
        data: Zeroizing::new(row.bytes(4)?),
        is_legacy,
    })
}

/// JSON is text, and MediaWiki writes it as that.
fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}
