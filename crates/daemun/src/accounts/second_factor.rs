//! Second factors of accounts.

use daemun_auth::Environment;
use daemun_auth::second_factor::{self, Enrolled};
use daemun_mediawiki::php::PhpArray;
use daemun_mediawiki::second_factor::RecoveryCode;
use daemun_store::Account;

use super::{AccountsError, log, system_user};

/// Gives an account the secret of an authenticator app, and recovery codes where it has none.
///
/// # Errors
/// When nobody can log in as it, and when the store fails.
pub async fn add_second_factor(
    environment: &Environment,
    account: &Account,
) -> Result<Enrolled, AccountsError> {
    if system_user::is_system(account) {
        return Err(AccountsError::SystemUser(account.name.clone()));
    }
    Ok(second_factor::enrol(environment, account).await?)
}

/// Gives an account new recovery codes in the place of those it has.
///
/// # Errors
/// When it has no second factor, and when the store fails.
pub async fn renew_recovery_codes(
    environment: &Environment,
    account: &Account,
) -> Result<Vec<RecoveryCode>, AccountsError> {
    let codes = second_factor::renew_recovery_codes(environment, account).await?;
    codes.ok_or_else(|| AccountsError::NoSecondFactor(account.name.clone()))
}

/// Takes all second factors from an account; how many there were.
///
/// # Errors
/// When it has none, and when the store fails.
pub async fn disable_second_factor(
    environment: &Environment,
    account: &Account,
) -> Result<u64, AccountsError> {
    let removed = second_factor::disable(environment, account).await?;
    if removed == 0 {
        return Err(AccountsError::NoSecondFactor(account.name.clone()));
    }
    let what = ("oath", "disable-other");
    let entry = log::by_maintenance(environment, what, &account.name, "", PhpArray::new()).await?;
    environment.store.log.add(&entry).await?;
    Ok(removed)
}
