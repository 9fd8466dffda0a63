//! Bot passwords.

use daemun_auth::Environment;
use daemun_auth::bot_passwords::{self, Limits, Refusal};
use daemun_auth::grants::grant_names;
use daemun_auth::hashing::Asker;
use daemun_store::Account;
use unicode_normalization::UnicodeNormalization;

use super::AccountsError;
use super::password::Password;
use crate::config::nearest;

/// A bot password to be.
#[derive(Clone, Debug, Default)]
pub struct NewBotPassword {
    /// The application's name.
    pub app: String,
    /// Grants besides `basic`.
    pub grants: Vec<String>,
    /// Ranges that it may be used from; none: anywhere.
    pub restrictions: Vec<String>,
}

/// Makes a bot password and answers the application's name and the password, which is shown once.
///
/// # Errors
/// When there is one of this name, when a grant or range is none, and when something below fails.
pub async fn add_bot_password(
    environment: &Environment,
    account: &Account,
    new: &NewBotPassword,
) -> Result<(String, Password), AccountsError> {
    let app: String = new.app.nfc().collect();
    let limits = Limits {
        grants: new.grants.clone(),
        addresses: new.restrictions.clone(),
        pages: Vec::new(),
    };
    match bot_passwords::create(environment, Asker::OPERATOR, account, &app, &limits).await? {
        Ok(secret) => Ok((app, Password::new(&secret))),
        Err(refusal) => Err(refused(refusal, account, app)),
    }
}

fn refused(refusal: Refusal, account: &Account, app: String) -> AccountsError {
    let user = account.name.clone();
    match refusal {
        Refusal::BadApp => AccountsError::BadApp,
        Refusal::NoSuchGrant(name) => no_such_grant(name),
        Refusal::BadAddresses(all) => AccountsError::BadRange(all.join(", ")),
        Refusal::TooManyRestrictions => AccountsError::TooManyRestrictions,
        Refusal::TooMany => AccountsError::TooManyApps(user),
        Refusal::Taken => AccountsError::AppTaken { user, app },
        Refusal::Gone => AccountsError::NoSuchApp { user, app },
        Refusal::SystemUser => AccountsError::SystemUser(user),
    }
}

fn no_such_grant(name: String) -> AccountsError {
    let advice = match nearest(&name, grant_names()) {
        Some(near) => format!("did you mean {near:?}?"),
        None => format!("those that there are: {}", grant_names().collect::<Vec<_>>().join(", ")),
    };
    AccountsError::NoSuchGrant { name, advice }
}

/// Removes a bot password, which ends its sessions.
///
/// # Errors
/// When there is none, and when the store fails.
pub async fn remove_bot_password(
    environment: &Environment,
    account: &Account,
    app: &str,
) -> Result<(), AccountsError> {
    let app: String = app.nfc().collect();
    if bot_passwords::remove(environment, account, &app).await? {
        Ok(())
    } else {
        Err(AccountsError::NoSuchApp { user: account.name.clone(), app })
    }
}
