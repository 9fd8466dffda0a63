//! Ending sessions.

use daemun_auth::Environment;
use daemun_store::Account;

use super::{AccountsError, system_user};

/// Ends all sessions of an account, answers how many records went. The account's token changes
/// too, so that nobody stays signed in by a cookie.
///
/// # Errors
/// When the store fails.
pub async fn end_sessions(
    environment: &Environment,
    account: &Account,
) -> Result<u64, AccountsError> {
    let store = &environment.store;
    // A system user's token must stay the one that matches nothing.
    if !system_user::is_system(account) {
        let token = environment.random.hex32();
        store.accounts.set_token(account.id, &token, environment.clock.now()).await?;
    }
    Ok(store.sessions.end_all(account.id, None).await?)
}
