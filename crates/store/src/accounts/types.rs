//! What an account is, and how its rows are read.

use std::fmt;

use daemun_mediawiki::timestamp::Timestamp;

use crate::engine::Row;
use crate::error::StoreError;

/// One row of `user` with its groups.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// `user_id`, from 1.
    pub id: u64,
    /// The canonical name, with spaces.
    pub name: String,
    /// The real name, or empty.
    pub real_name: String,
    /// The password's hash in MediaWiki's form; empty where none can match.
    pub password: String,
    /// The hash of a temporary password, or empty.
    pub new_password: String,
    /// When the temporary password was sent.
    pub new_password_time: Option<Timestamp>,
    /// The address, or empty.
    pub email: String,
    /// Since when the address is confirmed.
    pub email_authenticated: Option<Timestamp>,
    /// 32 hex digits; a change ends all sessions.
    pub token: String,
    /// When the account was made; unknown for very old ones.
    pub registration: Option<Timestamp>,
    /// Edits; unknown until counted.
    pub edit_count: Option<u64>,
    /// When the password expires; `None` is never.
    pub password_expires: Option<Timestamp>,
    /// The last change that caches should notice.
    pub touched: Timestamp,
    /// A temporary account.
    pub is_temp: bool,
    /// The language that its holder prefers, by code; `None` is the wiki's.
    pub language: Option<String>,
    /// The groups that have not expired, by name.
    pub groups: Vec<GroupMembership>,
}

/// Membership of one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupMembership {
    /// The group, such as `sysop`.
    pub group: String,
    /// The last moment of it; `None` is without end.
    pub expiry: Option<Timestamp>,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("registration", &self.registration)
            .field("password_expires", &self.password_expires)
            .field("is_temp", &self.is_temp)
            .field("groups", &self.groups)
            .finish_non_exhaustive()
    }
}

/// MariaDB pads `BINARY(32)` with NUL bytes.
pub(crate) fn unpadded(mut token: String) -> String {
    token.truncate(token.trim_end_matches('\0').len());
    token
}

/// Reads the rows of `account_query!`: those of one account follow each other.
pub(super) fn read(rows: &[Row]) -> Result<Vec<Account>, StoreError> {
    let mut accounts: Vec<Account> = Vec::new();
    for row in rows {
        let id = row.id(0)?;
        let membership = row
            .opt_text(14)?
            .map(|group| Ok::<_, StoreError>(GroupMembership { group, expiry: row.opt_time(15)? }))
            .transpose()?;
        if let Some(account) = accounts.last_mut().filter(|account| account.id == id) {
            account.groups.extend(membership);
            continue;
        }
        accounts.push(Account {
            id,
            name: row.text(1)?,
            real_name: row.text(2)?,
            password: row.text(3)?,
            new_password: row.text(4)?,
            new_password_time: row.opt_time(5)?,
            email: row.text(6)?,
            email_authenticated: row.opt_time(7)?,
            token: unpadded(row.text(8)?),
            registration: row.opt_time(9)?,
            edit_count: row.opt_id(10)?,
            password_expires: row.opt_time(11)?,
            touched: row.opt_time(12)?.unwrap_or_default(),
            is_temp: row.flag(13)?,
            language: row.opt_text(16)?.filter(|code| !code.is_empty()),
            groups: membership.into_iter().collect(),
        });
    }
    Ok(accounts)
}
