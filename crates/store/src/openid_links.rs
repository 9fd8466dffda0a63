//! Accounts of OpenID providers and whose they are here: the table `openid_connect` of MediaWiki's
//! extension, and in the cache whose the sessions there are.

use daemun_mediawiki::timestamp::Timestamp;

use crate::engine::{Database, Transaction, statement};
use crate::error::StoreError;

/// Somebody at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenIdLink {
    /// The provider's identity (`oidc_issuer`), up to 255 bytes.
    pub issuer: String,
    /// Who it is there (`oidc_subject`), up to 255 bytes.
    pub subject: String,
}

/// What became of a new link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddLink {
    /// It is there; perhaps it was before.
    Added,
    /// It is another account's.
    SubjectTaken,
    /// The account has a link, and the table holds one for each.
    AccountHasOne,
}

/// The table `openid_connect`.
#[derive(Clone)]
pub struct OpenIdLinks {
    database: Database,
    cache: Database,
}

impl OpenIdLinks {
    pub(crate) fn new(database: Database, cache: Database) -> Self {
        Self { database, cache }
    }

    /// The account of somebody at a provider.
    pub async fn user_of(&self, issuer: &str, subject: &str) -> Result<Option<u64>, StoreError> {
        let row = self
            .database
            .read_one(statement!(
                "OpenID link",
                "SELECT oidc_user FROM {openid_connect} \
                 WHERE oidc_subject = ? AND oidc_issuer = ? ORDER BY oidc_user",
                subject,
                issuer
            ))
            .await?;
        row.map(|row| row.id(0)).transpose()
    }

    /// The links of an account.
    pub async fn of_user(&self, user: u64) -> Result<Vec<OpenIdLink>, StoreError> {
        let rows = self
            .database
            .read(statement!(
                "OpenID link",
                "SELECT oidc_issuer, oidc_subject FROM {openid_connect} \
                 WHERE oidc_user = ? ORDER BY oidc_issuer, oidc_subject",
                user
            ))
            .await?;
        let read = |row: &crate::engine::Row| {
            Ok(OpenIdLink { issuer: row.text(0)?, subject: row.text(1)? })
        };
        rows.iter().map(read).collect()
    }

    /// Links somebody at a provider to an account.
    pub async fn add(&self, user: u64, link: &OpenIdLink) -> Result<AddLink, StoreError> {
        let mut tx = self.database.begin().await?;
        let added = insert(&mut tx, user, link).await?;
        if added == AddLink::Added {
            tx.commit().await?;
        }
        Ok(added)
    }

    /// Removes a link; whether it was there.
    pub async fn remove(&self, user: u64, link: &OpenIdLink) -> Result<bool, StoreError> {
        let [removed] = self
            .database
            .write([statement!(
                "OpenID link",
                "DELETE FROM {openid_connect} WHERE oidc_user = ? \
                 AND oidc_subject = ? AND oidc_issuer = ?",
                user,
                &link.subject,
                &link.issuer
            )])
            .await?;
        Ok(removed.affected > 0)
    }

    /// The accounts with just this address, confirmed; two at most are listed.
    pub async fn users_with_email(&self, email: &str) -> Result<Vec<u64>, StoreError> {
        let rows = self
            .database
            .read(statement!(
                "user",
                "SELECT user_id FROM {user} WHERE user_email = ? \
                 AND user_email_authenticated IS NOT NULL ORDER BY user_id LIMIT 2",
                email
            ))
            .await?;
        rows.iter().map(|row| row.id(0)).collect()
    }

    /// Notes whose a session at a provider is, under the whole cache key.
    pub async fn note_session(
        &self,
        key: &str,
        user: u64,
        expires: Timestamp,
    ) -> Result<(), StoreError> {
        self.cache
            .write([statement!(
                "OpenID session",
                "INSERT INTO {objectcache} (keyname, value, exptime) VALUES (?, ?, ?) \
                 {upsert:keyname} value = {new:value}, exptime = {new:exptime}",
                key,
                user.to_string(),
                expires
            )])
            .await?;
        Ok(())
    }

    /// Whose a session at a provider is.
    pub async fn user_of_session(
        &self,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<u64>, StoreError> {
        let row = self
            .cache
            .read_one(statement!(
                "OpenID session",
                "SELECT {int:value} FROM {objectcache} WHERE keyname = ? AND {text:exptime} >= ?",
                key,
                now
            ))
            .await?;
        row.map(|row| row.id(0)).transpose()
    }
}

/// Links within a transaction, which is to be dropped where it is not [`AddLink::Added`].
pub(crate) async fn insert(
    tx: &mut Transaction,
    user: u64,
    link: &OpenIdLink,
) -> Result<AddLink, StoreError> {
    let owner = tx
        .one(statement!(
            "OpenID link",
            "SELECT oidc_user FROM {openid_connect} WHERE oidc_subject = ? AND oidc_issuer = ?",
            &link.subject,
            &link.issuer
        ))
        .await?;
    if let Some(row) = owner {
        return Ok(match row.id(0)? == user {
            true => AddLink::Added,
            false => AddLink::SubjectTaken,
        });
    }
    let added = tx
        .run(statement!(
            "OpenID link",
            "INSERT INTO {openid_connect} (oidc_user, oidc_subject, oidc_issuer) VALUES (?, ?, ?)",
            user,
            &link.subject,
            &link.issuer
        ))
        .await;
    match added {
        Ok(_) => Ok(AddLink::Added),
        // In newer tables of the extension an account may have several.
        Err(StoreError::Conflict) => Ok(AddLink::AccountHasOne),
        Err(error) => Err(error),
    }
}
