//! Blocking accounts.

use daemun_auth::Environment;
use daemun_mediawiki::php::PhpArray;
use daemun_store::{Account, BlockTarget, NewBlock};

use super::{AccountsError, Expiry, MAINTENANCE_SCRIPT, end_sessions, log, system_user};

/// Blocks an account on the whole site, account creation included, as `Special:Block` proposes.
///
/// # Errors
/// When it is blocked already, and when something below fails.
pub async fn block(
    environment: &Environment,
    account: &Account,
    reason: &str,
    expiry: &Expiry,
) -> Result<(), AccountsError> {
    let now = environment.clock.now();
    if !environment.store.blocks.of_user(account.id, now).await?.is_empty() {
        return Err(AccountsError::AlreadyBlocked(account.name.clone()));
    }
    // The addresses of a blocked user are not blocked along: nobody keeps a list of them here.
    let params = log::block_params(&expiry.words, &["nocreate", "noautoblock"]);
    let entry =
        log::by_maintenance(environment, ("block", "block"), &account.name, reason, params).await?;
    let block = NewBlock {
        by_id: entry.performer_id,
        by_name: MAINTENANCE_SCRIPT.to_owned(),
        reason: reason.to_owned(),
        expiry: expiry.at,
        ..NewBlock::usual(BlockTarget::User { id: account.id, name: account.name.clone() }, now)
    };
    environment.store.blocks.insert(&block, Some(&entry)).await?;
    if environment.settings.block_disables_login && !system_user::is_system(account) {
        end_sessions(environment, account).await?;
    }
    Ok(())
}

/// Lifts all blocks of an account.
///
/// # Errors
/// When it is not blocked, and when something below fails.
pub async fn unblock(environment: &Environment, account: &Account) -> Result<(), AccountsError> {
    let now = environment.clock.now();
    if environment.store.blocks.of_user(account.id, now).await?.is_empty() {
        return Err(AccountsError::NotBlocked(account.name.clone()));
    }
    let action = ("block", "unblock");
    let entry =
        log::by_maintenance(environment, action, &account.name, "", PhpArray::new()).await?;
    if environment.store.blocks.remove(account.id, Some(&entry)).await? {
        Ok(())
    } else {
        Err(AccountsError::NotBlocked(account.name.clone()))
    }
}
