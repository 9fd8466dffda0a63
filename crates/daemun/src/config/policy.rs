//! `password-policy.…`: checks by MediaWiki's names, on top of its defaults.

use std::collections::BTreeMap;

use daemun_auth::policy::{Check, Rule};
use toml::Value;

use super::key::Given;
use super::problem::{Refusals, nearest};

const FORMS: &str = "a number, true, false, or a table such as \
                     { value = 8, suggest-change = true, force-change = false }";

/// Applies `{ MinimalPasswordLength = 12, … }` to one group's checks. What a check does not say
/// stays as it was.
pub(super) fn apply(
    rules: &mut BTreeMap<Check, Rule>,
    checks: &[(&String, &Value)],
    path: &str,
    refusals: &mut Refusals,
) {
    for (name, value) in checks {
        let path = format!("{path}.{name}");
        let Some((check, _)) = Check::ALL.iter().find(|(_, known)| known == name) else {
            let names = || Check::ALL.iter().map(|(_, name)| *name);
            let allowed = match nearest(name, names()) {
                Some(near) => format!("a check that there is; did you mean {near}?"),
                None => format!("one of {}", names().collect::<Vec<_>>().join(", ")),
            };
            refusals.add(path, allowed, "no check");
            continue;
        };
        let rule = rules.entry(*check).or_default();
        match value {
            Value::Table(parts) => {
                for (part, value) in parts {
                    let path = format!("{path}.{part}");
                    match (part.as_str(), value) {
                        ("value", value) => set_value(*check, rule, value, path, refusals),
                        ("suggest-change", Value::Boolean(flag)) => rule.suggest_change = *flag,
                        ("force-change", Value::Boolean(flag)) => rule.force_change = *flag,
                        ("suggest-change" | "force-change", other) => {
                            refusals.add(path, "true or false", other);
                        }
                        (_, other) => {
                            refusals.add(path, "value, suggest-change or force-change", other);
                        }
                    }
                }
            }
            other => set_value(*check, rule, other, path, refusals),
        }
    }
}

fn set_value(check: Check, rule: &mut Rule, value: &Value, path: String, refusals: &mut Refusals) {
    // A longest length of nothing would refuse every password and with it every login.
    let least = u32::from(check == Check::MaximalPasswordLength);
    let number = match value {
        Value::Boolean(flag) => Some(u32::from(*flag)),
        Value::Integer(number) => u32::try_from(*number).ok(),
        _ => None,
    };
    match number.filter(|number| *number >= least) {
        Some(number) => rule.value = number,
        None if least > 0 => refusals.add(path, "1 or more", value),
        None => refusals.add(path, FORMS, value),
    }
}

/// Applies `{ sysop = { MinimalPasswordLength = 12 } }`.
pub(super) fn apply_groups(
    groups: &mut BTreeMap<String, BTreeMap<Check, Rule>>,
    given: &Given<'_>,
) -> Result<(), Refusals> {
    let mut refusals = Refusals::default();
    for (group, checks) in given.entries() {
        let path = format!(".{group}");
        match checks {
            Value::Table(checks) => {
                let checks: Vec<(&String, &Value)> = checks.iter().collect();
                apply(groups.entry(group.clone()).or_default(), &checks, &path, &mut refusals);
            }
            other => refusals.add(path, "a table such as { MinimalPasswordLength = 12 }", other),
        }
    }
    refusals.into_result()
}
