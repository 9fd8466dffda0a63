//! What is wrong with the catalogues, given the keys that the sources use.

use std::collections::BTreeSet;

use crate::catalogue::{exists, keys};

/// Families whose keys are put together at run time or asked for by other parts of MediaWiki's
/// interface, so a scan of the sources does not see them.
const FAMILIES: [&str; 6] =
    ["apihelp-", "api-help-", "paramvalidator-", "grant-", "right-", "botpasswords-"];

/// One line for each key that the sources use but no catalogue has, and for each text that nothing
/// uses. Texts that other texts include with `{{int:…}}` count as used.
pub fn problems(source_keys_used: &BTreeSet<String>) -> Vec<String> {
    let missing = source_keys_used
        .iter()
        .filter(|key| !exists(key))
        .map(|key| format!("{key}: used, but no text has it"));
    let included = included();
    let mut unused: Vec<&str> = keys()
        .filter(|key| !source_keys_used.contains(*key) && !included.contains(*key))
        .filter(|key| !FAMILIES.iter().any(|family| key.starts_with(family)))
        .collect();
    unused.sort_unstable();
    missing.chain(unused.into_iter().map(|key| format!("{key}: never used"))).collect()
}

fn included() -> BTreeSet<String> {
    [crate::catalogue::EN_JSON, crate::catalogue::KO_JSON]
        .into_iter()
        .flat_map(|json| json.split("{{int:").skip(1))
        .filter_map(|rest| rest.split_once("}}"))
        .map(|(key, _)| key.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_and_unused_keys_are_found() {
        let used = BTreeSet::from(["nosuch".to_owned(), "wrongpassword".to_owned()]);
        let problems = problems(&used);
        assert!(problems.contains(&"nosuch: used, but no text has it".to_owned()));
        assert!(problems.contains(&"badretype: never used".to_owned()));
        assert!(!problems.iter().any(|p| p.starts_with("wrongpassword:")));
    }
}
