//! The account in whose name the command line acts.

use daemun_auth::Environment;
use daemun_mediawiki::user_token;
use daemun_store::{Account, AddAccountError, NewAccount};

use super::AccountsError;

/// MediaWiki's name for what its maintenance scripts do. Reserved: nobody can log in with it.
pub const MAINTENANCE_SCRIPT: &str = "Maintenance script";

/// Whether an account is one of the software's own.
pub(super) fn is_system(account: &Account) -> bool {
    user_token::is_invalid(&account.token)
}

/// The id of the maintenance script's account, which is made when it is not there: without
/// password, with a token that matches nothing, and, as in MediaWiki, without a log entry.
pub(super) async fn maintenance_script(environment: &Environment) -> Result<u64, AccountsError> {
    let now = environment.clock.now();
    let accounts = &environment.store.accounts;
    if let Some(account) = accounts.by_name(MAINTENANCE_SCRIPT, now).await? {
        return Ok(account.id);
    }
    let account = NewAccount {
        name: MAINTENANCE_SCRIPT.to_owned(),
        token: user_token::INVALID.to_owned(),
        registration: now,
        ..NewAccount::default()
    };
    match accounts.add(&account, None).await {
        Ok(id) => Ok(id),
        // Another process made it just now.
        Err(AddAccountError::NameTaken) => {
            let account = accounts.by_name(MAINTENANCE_SCRIPT, now).await?;
            let taken = || AccountsError::NameTaken(MAINTENANCE_SCRIPT.to_owned());
            account.map(|account| account.id).ok_or_else(taken)
        }
        Err(error) => Err(AccountsError::adding(MAINTENANCE_SCRIPT, error)),
    }
}
