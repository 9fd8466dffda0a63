//! Putting accounts into groups and taking them out.

use daemun_auth::Environment;
use daemun_store::{Account, GroupMembership};

use super::{AccountsError, find, log, system_user};
use crate::config::nearest;

/// Whether somebody can be put into a group of this name.
pub(super) fn must_exist(environment: &Environment, name: &str) -> Result<(), AccountsError> {
    let rights = &environment.settings.rights;
    if rights.explicit_groups().any(|group| group == name) {
        return Ok(());
    }
    let advice = match nearest(name, rights.explicit_groups()) {
        Some(near) => format!("did you mean {near:?}?"),
        None => {
            let all: Vec<&str> = rights.explicit_groups().collect();
            format!(
                "those that there are: {}; more come from [groups.NAME] in daemun.toml",
                all.join(", ")
            )
        }
    };
    Err(AccountsError::NoSuchGroup { name: name.to_owned(), advice })
}

/// Adds an account to groups and removes it from others. Answers the groups that it is in then.
///
/// # Errors
/// When a group to be added is unknown, and when something below fails.
pub async fn change_groups(
    environment: &Environment,
    account: &Account,
    add: &[String],
    remove: &[String],
) -> Result<Vec<String>, AccountsError> {
    if system_user::is_system(account) {
        return Err(AccountsError::SystemUser(account.name.clone()));
    }
    for group in add {
        must_exist(environment, group)?;
    }
    let mut old = account.groups.clone();
    old.sort_by(|a, b| a.group.cmp(&b.group));
    let mut new: Vec<GroupMembership> =
        old.iter().filter(|membership| !remove.contains(&membership.group)).cloned().collect();
    for group in add {
        // What was for a time becomes for good.
        new.retain(|membership| membership.group != *group);
        new.push(GroupMembership { group: group.clone(), expiry: None });
    }
    new.sort_by(|a, b| a.group.cmp(&b.group));
    let gone = old.iter().filter(|was| !new.iter().any(|is| is.group == was.group));
    let come = new.iter().filter(|is| !old.contains(is));
    let (gone, come): (Vec<_>, Vec<_>) = (gone.collect(), come.collect());
    if !gone.is_empty() || !come.is_empty() {
        let params = log::rights_params(&old, &new);
        let entry =
            log::by_maintenance(environment, ("rights", "rights"), &account.name, "", params)
                .await?;
        // One entry tells of all changes, as in MediaWiki; it goes with the first.
        let mut entry = Some(&entry);
        let accounts = &environment.store.accounts;
        for membership in gone {
            accounts.remove_group(account.id, &membership.group, entry.take()).await?;
        }
        for membership in come {
            accounts.add_group(account.id, &membership.group, None, entry.take()).await?;
        }
    }
    let account = find(environment, &account.name).await?;
    Ok(account.groups.into_iter().map(|membership| membership.group).collect())
}
