//! Accounts, their groups and options: `user`, `actor`, `user_groups`, `user_properties`.

mod add;
mod credentials;
mod groups;
mod list;
mod mail;
mod types;

use std::collections::HashMap;

use daemun_mediawiki::timestamp::Timestamp;

pub use add::{AddAccountError, NewAccount};
pub use list::ListAccounts;
pub use types::{Account, GroupMembership};

use crate::engine::{Database, Statement, dialect, statement};
use crate::error::StoreError;
pub(crate) use types::unpadded;

/// Fails when a column that we read is not there.
pub(crate) const PROBE: &str = "SELECT user_is_temp, user_password_expires, ug_expiry, actor_id \
     FROM {user}, {user_groups}, {actor} WHERE 1 = 0";

/// An account with its groups in one question: a row per group, or one with NULL. The first value
/// is always the present time, for the groups' expiry. `u` is what the caller selects accounts
/// from.
macro_rules! account_query {
    ($from:literal, $rest:literal) => {
        concat!(
            "SELECT u.user_id, u.user_name, u.user_real_name, u.user_password, \
             u.user_newpassword, u.user_newpass_time, u.user_email, u.user_email_authenticated, \
             u.user_token, u.user_registration, u.user_editcount, u.user_password_expires, \
             u.user_touched, u.user_is_temp, g.ug_group, g.ug_expiry, \
             (SELECT p.up_value FROM {user_properties} p WHERE p.up_user = u.user_id \
             AND p.up_property = 'language') FROM ",
            $from,
            " LEFT JOIN {user_groups} g ON g.ug_user = u.user_id \
             AND (g.ug_expiry IS NULL OR g.ug_expiry >= ?) ",
            $rest
        )
    };
}
use account_query;

/// At most this many names or ids go into one question.
const CHUNK: usize = 200;

/// The accounts.
#[derive(Clone)]
pub struct Accounts {
    database: Database,
}

impl Accounts {
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }

    /// The account of this canonical name, with the groups that it is in at `now`. One question.
    pub async fn by_name(&self, name: &str, now: Timestamp) -> Result<Option<Account>, StoreError> {
        let query = account_query!("{user} u", "WHERE u.user_name = ? ORDER BY g.ug_group");
        self.read_one(statement!("user", query, now, name)).await
    }

    /// The account of this id, with the groups that it is in at `now`. One question.
    pub async fn by_id(&self, id: u64, now: Timestamp) -> Result<Option<Account>, StoreError> {
        let query = account_query!("{user} u", "WHERE u.user_id = ? ORDER BY g.ug_group");
        self.read_one(statement!("user", query, now, id)).await
    }

    /// Those of these names that exist, by name.
    pub async fn by_names(
        &self,
        names: &[String],
        now: Timestamp,
    ) -> Result<Vec<Account>, StoreError> {
        let mut found = Vec::with_capacity(names.len());
        for chunk in names.chunks(CHUNK) {
            let mut statement = statement!("user", in_list("u.user_name", chunk.len()), now);
            statement.args.extend(chunk.iter().map(Into::into));
            found.extend(self.read(statement).await?);
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found.dedup_by_key(|account| account.id);
        Ok(found)
    }

    /// Those of these ids that exist, by id.
    pub async fn by_ids(&self, ids: &[u64], now: Timestamp) -> Result<Vec<Account>, StoreError> {
        let mut found = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(CHUNK) {
            let mut statement = statement!("user", in_list("u.user_id", chunk.len()), now);
            statement.args.extend(chunk.iter().map(|id| (*id).into()));
            found.extend(self.read(statement).await?);
        }
        found.sort_by_key(|account| account.id);
        found.dedup_by_key(|account| account.id);
        Ok(found)
    }

    /// How many accounts there are.
    pub async fn count(&self) -> Result<u64, StoreError> {
        let row = self.database.read_one(statement!("user", "SELECT COUNT(*) FROM {user}")).await?;
        row.map_or(Ok(0), |row| row.id(0))
    }

    /// How many accounts are in a group.
    pub async fn count_in_group(&self, group: &str, now: Timestamp) -> Result<u64, StoreError> {
        let row = self
            .database
            .read_one(statement!(
                "user group",
                "SELECT COUNT(*) FROM {user_groups} WHERE ug_group = ? \
                 AND (ug_expiry IS NULL OR {text:ug_expiry} >= ?)",
                group,
                now
            ))
            .await?;
        row.map_or(Ok(0), |row| row.id(0))
    }

    /// The stored passwords of the newest accounts that have one, for learning how they are hashed.
    pub async fn password_samples(&self, limit: u32) -> Result<Vec<String>, StoreError> {
        let rows = self
            .database
            .read(statement!(
                "user",
                "SELECT user_password FROM {user} WHERE user_password <> '' \
                 ORDER BY user_id DESC LIMIT ?",
                limit
            ))
            .await?;
        rows.iter().map(|row| row.text(0)).collect()
    }

    /// What is set in `user_properties`, by name. NULL reads as the empty text.
    pub async fn options(&self, id: u64) -> Result<Vec<(String, String)>, StoreError> {
        let rows = self
            .database
            .read(statement!(
                "user property",
                "SELECT up_property, up_value FROM {user_properties} \
                 WHERE up_user = ? ORDER BY up_property",
                id
            ))
            .await?;
        rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?))).collect()
    }

    /// One option of several accounts, by account; those who did not set it are not among them.
    pub async fn option_of(
        &self,
        ids: &[u64],
        name: &str,
    ) -> Result<HashMap<u64, String>, StoreError> {
        let mut found = HashMap::new();
        for chunk in ids.chunks(CHUNK) {
            let sql = "SELECT up_user, up_value FROM {user_properties} \
                 WHERE up_property = ? AND up_user IN ("
                .to_owned()
                + &dialect::placeholders(chunk.len())
                + ")";
            let mut statement = statement!("user property", sql, name);
            statement.args.extend(chunk.iter().map(|id| (*id).into()));
            for row in &self.database.read(statement).await? {
                found.insert(row.id(0)?, row.text(1)?);
            }
        }
        Ok(found)
    }

    /// Sets an option, or with `None` goes back to its default.
    pub async fn set_option(
        &self,
        id: u64,
        name: &str,
        value: Option<&str>,
    ) -> Result<(), StoreError> {
        let statement = match value {
            Some(value) => statement!(
                "user property",
                "INSERT INTO {user_properties} (up_user, up_property, up_value) VALUES (?, ?, ?) \
                 {upsert:up_user, up_property} up_value = {new:up_value}",
                id,
                name,
                value
            ),
            None => statement!(
                "user property",
                "DELETE FROM {user_properties} WHERE up_user = ? AND up_property = ?",
                id,
                name
            ),
        };
        self.database.write([statement]).await?;
        Ok(())
    }

    async fn read(&self, statement: Statement) -> Result<Vec<Account>, StoreError> {
        types::read(&self.database.read(statement).await?)
    }

    async fn read_one(&self, statement: Statement) -> Result<Option<Account>, StoreError> {
        Ok(types::read(&self.database.look_up(statement).await?)?.into_iter().next())
    }
}

fn in_list(column: &str, count: usize) -> String {
    let marks = dialect::placeholders(count);
    let mut sql = String::from(account_query!("{user} u", "WHERE "));
    sql.push_str(column);
    sql.push_str(" IN (");
    sql.push_str(&marks);
    sql.push_str(") ORDER BY u.user_id, g.ug_group");
    sql
}
