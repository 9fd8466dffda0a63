//! What mail does to accounts: temporary passwords, and addresses that are confirmed.

use daemun_mediawiki::timestamp::Timestamp;

use super::{Account, Accounts, account_query};
use crate::engine::statement;
use crate::error::StoreError;

impl Accounts {
    /// Accounts with just this address, the oldest first, at most `limit`.
    pub async fn by_email(
        &self,
        email: &str,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<Account>, StoreError> {
        let query = account_query!(
            "(SELECT * FROM {user} WHERE user_email = ? ORDER BY user_id LIMIT ?) u",
            "ORDER BY u.user_id, g.ug_group"
        );
        self.read(statement!("user", query, email, limit, now)).await
    }

    /// Sets the hash of a temporary password sent at `now`, unless one was sent after
    /// `not_since`; whether it did. Of several at a time one succeeds.
    pub async fn offer_temporary_password(
        &self,
        id: u64,
        hash: &str,
        now: Timestamp,
        not_since: Timestamp,
    ) -> Result<bool, StoreError> {
        let [offered] = self
            .database
            .write([statement!(
                "user",
                "UPDATE {user} SET user_newpassword = ?, user_newpass_time = ? WHERE user_id = ? \
                 AND (user_newpass_time IS NULL OR {text:user_newpass_time} <= ?)",
                hash,
                now,
                id,
                not_since
            )])
            .await?;
        Ok(offered.affected > 0)
    }

    /// Forgets a temporary password if it is still this one.
    pub async fn withdraw_temporary_password(&self, id: u64, hash: &str) -> Result<(), StoreError> {
        self.database
            .write([statement!(
                "user",
                "UPDATE {user} SET user_newpassword = '', user_newpass_time = NULL \
                 WHERE user_id = ? AND {bytes:user_newpassword} = ?",
                id,
                hash.as_bytes()
            )])
            .await?;
        Ok(())
    }

    /// Sets the digest of the token that confirms the address, and until when it does.
    pub async fn set_email_token(
        &self,
        id: u64,
        digest: &str,
        expires: Timestamp,
    ) -> Result<(), StoreError> {
        self.database
            .write([statement!(
                "user",
                "UPDATE {user} SET user_email_token = ?, user_email_token_expires = ? \
                 WHERE user_id = ?",
                digest,
                expires,
                id
            )])
            .await?;
        Ok(())
    }

    /// The account whose address the token of this digest confirms at `now`.
    pub async fn by_email_token(
        &self,
        digest: &str,
        now: Timestamp,
    ) -> Result<Option<Account>, StoreError> {
        let query = account_query!(
            "{user} u",
            "WHERE u.user_email_token = ? AND {text:u.user_email_token_expires} > ? \
             ORDER BY u.user_id, g.ug_group"
        );
        Ok(self.read(statement!("user", query, now, digest, now)).await?.into_iter().next())
    }

    /// Confirms the address of the account if the token of this digest still does, and ends the
    /// token; whether it did.
    pub async fn confirm_email(
        &self,
        id: u64,
        digest: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let [confirmed] = self
            .database
            .write([statement!(
                "user",
                "UPDATE {user} SET user_email_authenticated = ?, user_email_token = NULL, \
                 user_email_token_expires = NULL, user_touched = ? WHERE user_id = ? \
                 AND user_email_token = ? AND {text:user_email_token_expires} > ?",
                now,
                now,
                id,
                digest,
                now
            )])
            .await?;
        Ok(confirmed.affected > 0)
    }
}
