//! `[groups.NAME]`: rights given and taken, on top of MediaWiki's defaults.

use daemun_auth::rights::Rights;
use toml::Value;

use super::key::Given;
use super::problem::Refusals;

/// Applies `groups = { NAME = { right = true } }`.
pub(super) fn apply(rights: &mut Rights, given: &Given<'_>) -> Result<(), Refusals> {
    let mut refusals = Refusals::default();
    for (group, changes) in given.entries() {
        let path = format!(".{group}");
        let Value::Table(changes) = changes else {
            refusals.add(path, "a table such as { edit = true, upload = false }", changes);
            continue;
        };
        if group.is_empty() || group.len() > 255 || group.contains('|') {
            refusals.add(path, "a group's name of 1 to 255 bytes without |", format!("{group:?}"));
            continue;
        }
        for (right, value) in changes {
            match value {
                Value::Boolean(is_given) => rights.set(group, right, *is_given),
                other => refusals.add(format!("{path}.{right}"), "true or false", other),
            }
        }
        // A group that has no right yet exists all the same.
        if changes.is_empty() && !rights.groups.iter().any(|(name, _)| name == group) {
            rights.groups.push((group.clone(), Vec::new()));
        }
    }
    refusals.into_result()
}
