//! Changes to what an account proves itself with.

use daemun_mediawiki::timestamp::Timestamp;

use super::Accounts;
use crate::engine::statement;
use crate::error::StoreError;

impl Accounts {
    /// Puts a new hash of the same password in the place of `expected`; whether that was still
    /// there.
    pub async fn replace_password(
        &self,
        id: u64,
        expected: &str,
        new: &str,
    ) -> Result<bool, StoreError> {
        let [replaced] = self
            .database
            .write([statement!(
                "user",
                "UPDATE {user} SET user_password = ? \
                 WHERE user_id = ? AND {bytes:user_password} = ?",
                new,
                id,
                expected.as_bytes()
            )])
            .await?;
        Ok(replaced.affected > 0)
    }

    /// Sets the password's hash and when it expires (`None` is never), and forgets a temporary
    /// password. With `blank_bot_passwords` no bot password of the account matches any more.
    pub async fn set_password(
        &self,
        id: u64,
        hash: &str,
        expires: Option<Timestamp>,
        now: Timestamp,
        blank_bot_passwords: bool,
    ) -> Result<(), StoreError> {
        self.database
            .write([
                statement!(
                    "user",
                    "UPDATE {user} SET user_password = ?, user_password_expires = ?, \
                     user_newpassword = '', user_newpass_time = NULL, user_touched = ? \
                     WHERE user_id = ?",
                    hash,
                    expires,
                    now,
                    id
                ),
                statement!(
                    "bot password",
                    "UPDATE {bot_passwords} SET bp_password = '' WHERE bp_user = ? AND ? = 1",
                    id,
                    blank_bot_passwords
                ),
            ])
            .await?;
        Ok(())
    }

    /// Sets the hash of a temporary password and when it was sent; an empty hash forgets it.
    pub async fn set_temporary_password(
        &self,
        id: u64,
        hash: &str,
        time: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        self.database
            .write([statement!(
                "user",
                "UPDATE {user} SET user_newpassword = ?, user_newpass_time = ? WHERE user_id = ?",
                hash,
                time,
                id
            )])
            .await?;
        Ok(())
    }

    /// Sets the token (32 hex digits), which ends all sessions of the account.
    pub async fn set_token(&self, id: u64, token: &str, now: Timestamp) -> Result<(), StoreError> {
        self.database
            .write([statement!(
                "user",
                "UPDATE {user} SET user_token = ?, user_touched = ? WHERE user_id = ?",
                token,
                now,
                id
            )])
            .await?;
        Ok(())
    }

    /// Sets the address and since when it is confirmed; a confirmation under way is forgotten.
    pub async fn set_email(
        &self,
        id: u64,
        email: &str,
        authenticated: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.database
            .write([statement!(
                "user",
                "UPDATE {user} SET user_email = ?, user_email_authenticated = ?, \
                 user_email_token = NULL, user_email_token_expires = NULL, user_touched = ? \
                 WHERE user_id = ?",
                email,
                authenticated,
                now,
                id
            )])
            .await?;
        Ok(())
    }

    /// Sets the real name, or empties it.
    pub async fn set_real_name(
        &self,
        id: u64,
        real_name: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.database
            .write([statement!(
                "user",
                "UPDATE {user} SET user_real_name = ?, user_touched = ? WHERE user_id = ?",
                real_name,
                now,
                id
            )])
            .await?;
        Ok(())
    }
}
