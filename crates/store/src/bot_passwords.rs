//! Bot passwords: one row per account and application.

use std::fmt;

use crate::engine::{Database, Row, statement};
use crate::error::StoreError;

/// One row of `bot_passwords`.
#[derive(Clone, PartialEq, Eq)]
pub struct BotPassword {
    /// The account.
    pub user_id: u64,
    /// The application's name, 1–32 bytes, case-sensitive.
    pub app_id: String,
    /// The hash; empty when it was made invalid and waits for a reset.
    pub password: String,
    /// 32 hex digits; changes with every edit and so ends the sessions.
    pub token: String,
    /// JSON, `{"IPAddresses":["0.0.0.0/0","::/0"]}`.
    pub restrictions: String,
    /// JSON, `["basic","editpage"]`.
    pub grants: String,
}

impl fmt::Debug for BotPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BotPassword")
            .field("user_id", &self.user_id)
            .field("app_id", &self.app_id)
            .field("restrictions", &self.restrictions)
            .field("grants", &self.grants)
            .finish_non_exhaustive()
    }
}

/// The table `bot_passwords`.
#[derive(Clone)]
pub struct BotPasswords {
    database: Database,
}

impl BotPasswords {
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }

    /// The one of this account and application.
    pub async fn get(&self, user_id: u64, app_id: &str) -> Result<Option<BotPassword>, StoreError> {
        let found = self.database.look_up(statement!(
            "bot password",
            "SELECT bp_user, bp_app_id, bp_password, bp_token, bp_restrictions, bp_grants \
             FROM {bot_passwords} WHERE bp_user = ? AND bp_app_id = ?",
            user_id,
            app_id
        ));
        found.await?.first().map(read).transpose()
    }

    /// All of this account, by application.
    pub async fn list(&self, user_id: u64) -> Result<Vec<BotPassword>, StoreError> {
        let rows = self
            .database
            .read(statement!(
                "bot password",
                "SELECT bp_user, bp_app_id, bp_password, bp_token, bp_restrictions, bp_grants \
                 FROM {bot_passwords} WHERE bp_user = ? ORDER BY bp_app_id",
                user_id
            ))
            .await?;
        rows.iter().map(read).collect()
    }

    /// Writes it, whether or not there was one.
    pub async fn insert_or_replace(&self, bot: &BotPassword) -> Result<(), StoreError> {
        self.database
            .write([statement!(
                "bot password",
                "INSERT INTO {bot_passwords} \
                 (bp_user, bp_app_id, bp_password, bp_token, bp_restrictions, bp_grants) \
                 VALUES (?, ?, ?, ?, ?, ?) {upsert:bp_user, bp_app_id} \
                 bp_password = {new:bp_password}, bp_token = {new:bp_token}, \
                 bp_restrictions = {new:bp_restrictions}, bp_grants = {new:bp_grants}",
                bot.user_id,
                &bot.app_id,
                &bot.password,
                &bot.token,
                &bot.restrictions,
                &bot.grants
            )])
            .await?;
        Ok(())
    }

    /// Writes a new one; `false`: there is one of this account and application already.
    pub async fn insert(&self, bot: &BotPassword) -> Result<bool, StoreError> {
        let [inserted] = self
            .database
            .write([statement!(
                "bot password",
                "INSERT INTO {bot_passwords} \
                 (bp_user, bp_app_id, bp_password, bp_token, bp_restrictions, bp_grants) \
                 VALUES (?, ?, ?, ?, ?, ?) {ignore:bp_user, bp_app_id}",
                bot.user_id,
                &bot.app_id,
                &bot.password,
                &bot.token,
                &bot.restrictions,
                &bot.grants
            )])
            .await?;
        Ok(inserted.affected > 0)
    }

    /// Changes one that is there; an empty password leaves the one it has. Whether it was there.
    pub async fn update(&self, bot: &BotPassword) -> Result<bool, StoreError> {
        let [updated] = self
            .database
            .write([statement!(
                "bot password",
                "UPDATE {bot_passwords} SET \
                 bp_password = CASE WHEN ? = '' THEN bp_password ELSE ? END, \
                 bp_token = ?, bp_restrictions = ?, bp_grants = ? \
                 WHERE bp_user = ? AND bp_app_id = ?",
                &bot.password,
                &bot.password,
                &bot.token,
                &bot.restrictions,
                &bot.grants,
                bot.user_id,
                &bot.app_id
            )])
            .await?;
        Ok(updated.affected > 0)
    }

    /// Removes it; whether there was one.
    pub async fn remove(&self, user_id: u64, app_id: &str) -> Result<bool, StoreError> {
        let [removed] = self
            .database
            .write([statement!(
                "bot password",
                "DELETE FROM {bot_passwords} WHERE bp_user = ? AND bp_app_id = ?",
                user_id,
                app_id
            )])
            .await?;
        Ok(removed.affected > 0)
    }

    /// Puts a new hash in the place of `expected`; whether that was still there.
    pub async fn replace_password(
        &self,
        user_id: u64,
        app_id: &str,
        expected: &str,
        new: &str,
    ) -> Result<bool, StoreError> {
        let [replaced] = self
            .database
            .write([statement!(
                "bot password",
                "UPDATE {bot_passwords} SET bp_password = ? \
                 WHERE bp_user = ? AND bp_app_id = ? AND {bytes:bp_password} = ?",
                new,
                user_id,
                app_id,
                expected.as_bytes()
            )])
            .await?;
        Ok(replaced.affected > 0)
    }
}

fn read(row: &Row) -> Result<BotPassword, StoreError> {
    Ok(BotPassword {
        user_id: row.id(0)?,
        app_id: row.text(1)?,
        password: row.text(2)?,
        token: crate::accounts::unpadded(row.text(3)?),
        restrictions: row.text(4)?,
        grants: row.text(5)?,
    })
}
