//! Group memberships.

use daemun_mediawiki::timestamp::Timestamp;

use super::Accounts;
use crate::engine::statement;
use crate::error::StoreError;
use crate::log::{self, LogEntry};

impl Accounts {
    /// Puts the account into a group until `expiry` (`None` is without end), or moves the expiry.
    /// Whether that changed anything; only then the log entry is written.
    pub async fn add_group(
        &self,
        id: u64,
        group: &str,
        expiry: Option<Timestamp>,
        log: Option<&LogEntry>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.database.begin().await?;
        let present = tx
            .one(statement!(
                "user group",
                "SELECT ug_expiry FROM {user_groups} WHERE ug_user = ? AND ug_group = ?",
                id,
                group
            ))
            .await?;
        if let Some(row) = present
            && row.opt_time(0)? == expiry
        {
            return Ok(false);
        }
        tx.run(statement!(
            "user group",
            "INSERT INTO {user_groups} (ug_user, ug_group, ug_expiry) VALUES (?, ?, ?) \
             {upsert:ug_user, ug_group} ug_expiry = {new:ug_expiry}",
            id,
            group,
            expiry
        ))
        .await?;
        if let Some(entry) = log {
            log::write(&mut tx, entry).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Takes the account out of a group and notes that it was in it (`user_former_groups`). Whether
    /// it was; only then the log entry is written.
    pub async fn remove_group(
        &self,
        id: u64,
        group: &str,
        log: Option<&LogEntry>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.database.begin().await?;
        let removed = tx
            .run(statement!(
                "user group",
                "DELETE FROM {user_groups} WHERE ug_user = ? AND ug_group = ?",
                id,
                group
            ))
            .await?;
        if removed.affected == 0 {
            return Ok(false);
        }
        tx.run(statement!(
            "former group",
            "INSERT INTO {user_former_groups} (ufg_user, ufg_group) VALUES (?, ?) \
             {ignore:ufg_user, ufg_group}",
            id,
            group
        ))
        .await?;
        if let Some(entry) = log {
            log::write(&mut tx, entry).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The groups that the account was in once, by name.
    pub async fn former_groups(&self, id: u64) -> Result<Vec<String>, StoreError> {
        let rows = self
            .database
            .read(statement!(
                "former group",
                "SELECT ufg_group FROM {user_former_groups} WHERE ufg_user = ? ORDER BY ufg_group",
                id
            ))
            .await?;
        rows.iter().map(|row| row.text(0)).collect()
    }
}
