//! Groups that are nothing without a second factor (`$wgOATHRequiredForGroups`).

use std::net::IpAddr;

use daemun_store::Account;

use crate::environment::Environment;
use crate::error::AuthError;
use crate::user::User;

/// The holder of an account, in those groups only that give it something.
///
/// # Errors
/// When the store fails.
pub async fn user(
    environment: &Environment,
    account: Account,
    address: IpAddr,
) -> Result<User, AuthError> {
    let lost = lost_groups(environment, &account).await?;
    Ok(User::named(account, address).without_groups(lost))
}

/// The groups of an account that give it nothing, since it has no second factor. The store is asked
/// only where it is in such a group.
pub(crate) async fn lost_groups(
    environment: &Environment,
    account: &Account,
) -> Result<Vec<String>, AuthError> {
    let settings = &environment.settings.second_factor;
    if !settings.enabled || settings.required_for_groups.is_empty() {
        return Ok(Vec::new());
    }
    let groups = account.groups.iter().map(|membership| &membership.group);
    let demanding: Vec<String> =
        groups.filter(|group| settings.required_for_groups.contains(group)).cloned().collect();
    if demanding.is_empty() || environment.store.factors.has_any(account.id).await? {
        return Ok(Vec::new());
    }
    Ok(demanding)
}
