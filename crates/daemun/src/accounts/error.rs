//! Why something was not done to an account.

use daemun_auth::AuthError;
use daemun_store::{AddAccountError, StoreError};

/// One sentence each, for the person at the terminal.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// The name cannot stand in a table.
    #[error(
        "{0:?} cannot be a user name: names have no # < > [ ] | {{ }} /, are no addresses, and do not \
         begin with a namespace"
    )]
    BadName(String),
    /// The name is kept for something.
    #[error("nobody can have the name {0:?}: it is reserved, or has one of the characters @ : > =")]
    ReservedName(String),
    /// Nobody has this name.
    #[error("there is no account {0:?}")]
    NoSuchAccount(String),
    /// Somebody has it already.
    #[error("there is an account {0:?} already")]
    NameTaken(String),
    /// A system user has no password and is in no group.
    #[error("{0:?} is a system user, which nobody logs in as")]
    SystemUser(String),
    /// The policy for the account's groups, in the words of the wiki.
    #[error("the password is not good enough: {}", .0.join(" "))]
    Policy(Vec<String>),
    /// The address is none.
    #[error("{0:?} is no e-mail address")]
    BadEmail(String),
    /// A group that no setting knows.
    #[error("there is no group {name:?}; {advice}")]
    NoSuchGroup {
        /// As typed.
        name: String,
        /// What is near, or all.
        advice: String,
    },
    /// A grant that there is not.
    #[error("there is no grant {name:?}; {advice}")]
    NoSuchGrant {
        /// As typed.
        name: String,
        /// What is near, or all.
        advice: String,
    },
    /// A name of an application that cannot be.
    #[error(
        "an application's name has 1 to 32 bytes, no spaces at its ends and no control characters"
    )]
    BadApp,
    /// The account has a bot password for the application.
    #[error("{user:?} has a bot password {app:?} already: remove it first, or choose another name")]
    AppTaken {
        /// The account.
        user: String,
        /// The application.
        app: String,
    },
    /// It has none.
    #[error("{user:?} has no bot password {app:?}")]
    NoSuchApp {
        /// The account.
        user: String,
        /// The application.
        app: String,
    },
    /// It has as many as it can have.
    #[error("{0:?} has as many bot passwords as it can have: remove one first")]
    TooManyApps(String),
    /// More addresses than a row holds.
    #[error("there are more addresses than can be stored")]
    TooManyRestrictions,
    /// Text that is no range of addresses.
    #[error("{0:?} is no address or range; write 203.0.113.0/24 or 2001:db8::/32")]
    BadRange(String),
    /// A time that cannot be read or is past.
    #[error(
        "{0:?} is no time to come: write infinity, 7d (or h, w, y), 2027-01-31 or 2027-01-31T12:00:00Z"
    )]
    BadExpiry(String),
    /// The account is blocked.
    #[error("{0:?} is blocked already: unblock first")]
    AlreadyBlocked(String),
    /// It is not.
    #[error("{0:?} is not blocked")]
    NotBlocked(String),
    /// The account has no second factor.
    #[error("{0:?} has no second factor")]
    NoSecondFactor(String),
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// The password could not be hashed, or a second factor not be used.
    #[error("it could not be done")]
    Auth(#[from] AuthError),
}

impl AccountsError {
    /// Why [`daemun_store::Accounts::add`] made no account of this name.
    pub(super) fn adding(name: &str, error: AddAccountError) -> Self {
        match error {
            // Accounts that are made here are linked to nobody elsewhere.
            AddAccountError::NameTaken | AddAccountError::LinkTaken => {
                Self::NameTaken(name.to_owned())
            }
            AddAccountError::Store(error) => Self::Store(error),
        }
    }
}
