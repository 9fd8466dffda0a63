//! Rows of `logging`, in the forms of MediaWiki 1.45.

use daemun_auth::Environment;
use daemun_mediawiki::php::{self, PhpArray, Value};
use daemun_store::{GroupMembership, LogEntry};

use super::{AccountsError, MAINTENANCE_SCRIPT, system_user};

/// Something that the command line did to an account.
pub(super) async fn by_maintenance(
    environment: &Environment,
    (kind, action): (&str, &str),
    target: &str,
    comment: &str,
    params: PhpArray,
) -> Result<LogEntry, AccountsError> {
    Ok(LogEntry {
        kind: kind.to_owned(),
        action: action.to_owned(),
        performer_id: system_user::maintenance_script(environment).await?,
        performer_name: MAINTENANCE_SCRIPT.to_owned(),
        namespace: 2,
        title: target.replace(' ', "_"),
        comment: comment.to_owned(),
        params: serialised(params),
        timestamp: environment.clock.now(),
    })
}

/// The parameters of `block`/`block`.
pub(super) fn block_params(duration: &str, flags: &[&str]) -> PhpArray {
    let mut params = PhpArray::new();
    params.set("5::duration", duration);
    params.set("6::flags", flags.join(","));
    params.set("sitewide", true);
    params
}

/// The parameters of `rights`/`rights`: groups by name, and of each when it ends.
pub(super) fn rights_params(old: &[GroupMembership], new: &[GroupMembership]) -> PhpArray {
    let names = |groups: &[GroupMembership]| {
        let mut list = PhpArray::new();
        groups.iter().for_each(|membership| list.push(membership.group.as_str()));
        list
    };
    let metadata = |groups: &[GroupMembership]| {
        let mut list = PhpArray::new();
        for membership in groups {
            let mut entry = PhpArray::new();
            entry.set("expiry", membership.expiry.map(|expiry| expiry.to_mw()));
            list.push(entry);
        }
        list
    };
    let mut params = PhpArray::new();
    params.set("4::oldgroups", names(old));
    params.set("5::newgroups", names(new));
    params.set("oldmetadata", metadata(old));
    params.set("newmetadata", metadata(new));
    params
}

fn serialised(params: PhpArray) -> String {
    let bytes = php::serialize(&Value::Array(params));
    // Names are UTF-8, and so is all that surrounds them.
    String::from_utf8_lossy(&bytes).into_owned()
}
