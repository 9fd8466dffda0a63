//! A new account: its row, its actor, its groups, its link and its log entry, all or none.

use std::fmt;

use daemun_mediawiki::timestamp::Timestamp;

use super::{Accounts, GroupMembership};
use crate::comment::new_actor;
use crate::engine::{Transaction, statement};
use crate::error::StoreError;
use crate::log::{self, LogEntry};
use crate::openid_links::{self, AddLink, OpenIdLink};

/// What a new account begins with.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NewAccount {
    /// The canonical name.
    pub name: String,
    /// The password's hash; empty for none.
    pub password: String,
    /// The hash of a temporary password and when it was drawn.
    pub new_password: Option<(String, Timestamp)>,
    /// When the password expires; `None` is never.
    pub password_expires: Option<Timestamp>,
    /// 32 random hex digits.
    pub token: String,
    /// The address, or empty.
    pub email: String,
    /// Since when the address is confirmed.
    pub email_authenticated: Option<Timestamp>,
    /// The real name, or empty.
    pub real_name: String,
    /// Now.
    pub registration: Timestamp,
    /// A temporary account.
    pub is_temp: bool,
    /// The groups that it is in from the start.
    pub groups: Vec<GroupMembership>,
    /// Whose it is at an OpenID provider.
    pub openid_link: Option<OpenIdLink>,
}

impl fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAccount")
            .field("name", &self.name)
            .field("registration", &self.registration)
            .field("is_temp", &self.is_temp)
            .field("groups", &self.groups)
            .finish_non_exhaustive()
    }
}

/// Why an account was not made.
#[derive(Debug, thiserror::Error)]
pub enum AddAccountError {
    /// The name belongs to an account, or to the actor of one.
    #[error("the name is taken")]
    NameTaken,
    /// Whose it is at an OpenID provider has another account.
    #[error("the account elsewhere is linked to another")]
    LinkTaken,
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for AddAccountError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Self::NameTaken,
            other => Self::Store(other),
        }
    }
}

impl Accounts {
    /// Makes an account and answers its id.
    ///
    /// In `log`, performer id 0 with the account's own name means the new account, and
    /// [`LogEntry::NEW_ID`] in the parameters becomes its id.
    pub async fn add(
        &self,
        account: &NewAccount,
        log: Option<&LogEntry>,
    ) -> Result<u64, AddAccountError> {
        let mut tx = self.database.begin().await?;
        let id = insert(&mut tx, account).await?;
        new_actor(&mut tx, id, &account.name).await?;
        for membership in &account.groups {
            let group = statement!(
                "user group",
                "INSERT INTO {user_groups} (ug_user, ug_group, ug_expiry) VALUES (?, ?, ?)",
                id,
                &membership.group,
                membership.expiry
            );
            tx.run(group).await?;
        }
        if let Some(link) = &account.openid_link
            && openid_links::insert(&mut tx, id, link).await? != AddLink::Added
        {
            return Err(AddAccountError::LinkTaken);
        }
        if let Some(entry) = log {
            let mut entry = entry.clone();
            if entry.performer_id == 0 && entry.performer_name == account.name {
                entry.performer_id = id;
            }
            entry.params = entry.params.replace(LogEntry::NEW_ID, &id.to_string());
            log::write(&mut tx, &entry).await?;
        }
        tx.commit().await?;
        self.count_one_more().await;
        Ok(id)
    }
}

impl Accounts {
    /// As MediaWiki does once an account is made. That it cannot be counted undoes no account.
    async fn count_one_more(&self) {
        let counted = statement!(
            "site statistics",
            "UPDATE {site_stats} SET ss_users = ss_users + 1 WHERE ss_row_id = 1"
        );
        let _uncounted = self.database.write([counted]).await;
    }
}

async fn insert(tx: &mut Transaction, account: &NewAccount) -> Result<u64, StoreError> {
    let (new_password, new_password_time) = match &account.new_password {
        Some((hash, time)) => (hash.as_str(), Some(*time)),
        None => ("", None),
    };
    let made = tx
        .run(statement!(
            "user",
            "INSERT INTO {user} (user_name, user_real_name, user_password, user_newpassword, \
             user_newpass_time, user_email, user_touched, user_token, user_email_authenticated, \
             user_registration, user_editcount, user_password_expires, user_is_temp) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
            &account.name,
            &account.real_name,
            &account.password,
            new_password,
            new_password_time,
            &account.email,
            account.registration,
            &account.token,
            account.email_authenticated,
            account.registration,
            account.password_expires,
            account.is_temp
        ))
        .await?;
    Ok(made.inserted)
}
