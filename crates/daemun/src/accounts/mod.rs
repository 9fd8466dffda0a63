//! What an administrator does to accounts, behind the commands and the first start.
//!
//! Each change leaves the row in `logging` that MediaWiki's would.

mod block;
mod bot_passwords;
mod create;
mod error;
mod groups;
mod log;
mod password;
mod second_factor;
mod sessions;
mod system_user;
#[cfg(test)]
mod tests;
mod when;

use daemun_auth::Environment;
use daemun_mediawiki::username::{self, Rigor};
use daemun_store::Account;
use unicode_normalization::UnicodeNormalization;

pub use block::{block, unblock};
pub use bot_passwords::{NewBotPassword, add_bot_password, remove_bot_password};
pub use create::{FirstAdministrator, NewUser, create, create_first_administrator};
pub use error::AccountsError;
pub use groups::change_groups;
pub(crate) use password::hash;
pub use password::{Password, generate_password, set_password};
pub use second_factor::{add_second_factor, disable_second_factor, renew_recovery_codes};
pub use sessions::end_sessions;
pub use system_user::MAINTENANCE_SCRIPT;
pub use when::Expiry;

/// The account that a name as typed stands for.
///
/// # Errors
/// When the name is none or nobody has it.
pub async fn find(environment: &Environment, typed: &str) -> Result<Account, AccountsError> {
    let name = canonical(environment, typed, Rigor::Valid)?;
    let found = environment.store.accounts.by_name(&name, environment.clock.now()).await?;
    found.ok_or(AccountsError::NoSuchAccount(name))
}

/// The canonical form of a name as typed.
fn canonical(
    environment: &Environment,
    typed: &str,
    rigor: Rigor,
) -> Result<String, AccountsError> {
    let composed: String = typed.nfc().collect();
    username::canonical(&composed, rigor, &environment.settings.names).ok_or_else(|| {
        let is_valid =
            username::canonical(&composed, Rigor::Valid, &environment.settings.names).is_some();
        if is_valid {
            AccountsError::ReservedName(composed.clone())
        } else {
            AccountsError::BadName(composed.clone())
        }
    })
}
