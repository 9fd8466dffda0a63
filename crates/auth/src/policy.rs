//! What passwords must be like (`$wgPasswordPolicy`).
//!
//! A policy is a set of checks for a group of users. An account is held to the strictest value
//! that any of its groups asks for.

mod common;

use std::collections::BTreeMap;

use daemun_messages::Message;

pub use common::{filter as common_password_filter, is_common};

/// One check and what follows from breaking it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Rule {
    /// The length for the length checks, 1 or 0 for the others.
    pub value: u32,
    /// Breaking it makes the login ask for a new password, which can be skipped.
    pub suggest_change: bool,
    /// Breaking it makes the login ask for a new password, which cannot be skipped.
    pub force_change: bool,
}

impl Rule {
    const fn suggested(value: u32) -> Self {
        Self { value, suggest_change: true, force_change: false }
    }

    const fn plain(value: u32) -> Self {
        Self { value, suggest_change: false, force_change: false }
    }

    fn merge(self, other: Self) -> Self {
        Self {
            value: self.value.max(other.value),
            suggest_change: self.suggest_change || other.suggest_change,
            force_change: self.force_change || other.force_change,
        }
    }
}

/// The checks, by MediaWiki's names and in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// Bytes that a password must have at least.
    MinimalPasswordLength,
    /// Bytes without which the login itself is refused.
    MinimumPasswordLengthToLogin,
    /// The password must not be part of the name, in any case.
    PasswordCannotBeSubstringInUsername,
    /// The pair must not be one of MediaWiki's own examples.
    PasswordCannotMatchDefaults,
    /// Bytes beyond which nothing is hashed.
    MaximalPasswordLength,
    /// The password must not be one of the most used.
    PasswordNotInCommonList,
}

impl Check {
    /// All checks in order, with the names of `$wgPasswordPolicy`.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::MinimalPasswordLength, "MinimalPasswordLength"),
        (Self::MinimumPasswordLengthToLogin, "MinimumPasswordLengthToLogin"),
        (Self::PasswordCannotBeSubstringInUsername, "PasswordCannotBeSubstringInUsername"),
        (Self::PasswordCannotMatchDefaults, "PasswordCannotMatchDefaults"),
        (Self::MaximalPasswordLength, "MaximalPasswordLength"),
        (Self::PasswordNotInCommonList, "PasswordNotInCommonList"),
    ];

    fn broken_by(self, value: u32, name: &str, password: &str) -> Option<Message> {
        let length = u32::try_from(password.len()).unwrap_or(u32::MAX);
        match self {
            Self::MinimalPasswordLength | Self::MinimumPasswordLengthToLogin if length < value => {
                Some(Message::new("passwordtooshort").with(i64::from(value)))
            }
            Self::MaximalPasswordLength if length > value => {
                Some(Message::new("passwordtoolong").with(i64::from(value)))
            }
            Self::PasswordCannotBeSubstringInUsername
                if value > 0 && name.to_lowercase().contains(&password.to_lowercase()) =>
            {
                Some(Message::new("password-substring-username-match"))
            }
            Self::PasswordCannotMatchDefaults if value > 0 && is_example(name, password) => {
                Some(Message::new("password-login-forbidden"))
            }
            Self::PasswordNotInCommonList if value > 0 && is_common(password) => {
                Some(Message::new("passwordincommonlist"))
            }
            _ => None,
        }
    }

    /// Whether breaking it refuses the login outright.
    fn is_fatal(self) -> bool {
        matches!(self, Self::MinimumPasswordLengthToLogin | Self::MaximalPasswordLength)
    }
}

/// Passwords of MediaWiki's documentation and tests.
fn is_example(name: &str, password: &str) -> bool {
    matches!(
        (name, password),
        (_, "ExamplePassword")
            | ("Useruser", "Passpass")
            | ("Useruser1", "Passpass1")
            | ("Apitestsysop" | "Apitestuser", "testpass")
    )
}

/// `$wgPasswordPolicy`: rules for everybody and for groups.
#[derive(Clone, Debug, PartialEq)]
pub struct PasswordPolicy {
    /// For every account.
    pub default: BTreeMap<Check, Rule>,
    /// For the members of groups, besides.
    pub groups: BTreeMap<String, BTreeMap<Check, Rule>>,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        use Check::{
            MaximalPasswordLength, MinimalPasswordLength, MinimumPasswordLengthToLogin,
            PasswordCannotBeSubstringInUsername, PasswordCannotMatchDefaults,
            PasswordNotInCommonList,
        };
        let privileged = BTreeMap::from([
            (MinimalPasswordLength, Rule::plain(10)),
            (MinimumPasswordLengthToLogin, Rule::plain(1)),
        ]);
        Self {
            default: BTreeMap::from([
                (MinimalPasswordLength, Rule::suggested(8)),
                (PasswordCannotBeSubstringInUsername, Rule::suggested(1)),
                (PasswordCannotMatchDefaults, Rule::suggested(1)),
                (MaximalPasswordLength, Rule::suggested(4096)),
                (PasswordNotInCommonList, Rule::suggested(1)),
            ]),
            groups: ["bureaucrat", "sysop", "interface-admin", "bot"]
                .into_iter()
                .map(|group| (group.to_owned(), privileged.clone()))
                .collect(),
        }
    }
}

/// What a password's check found.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Validity {
    /// Each broken rule, in order.
    pub problems: Vec<Message>,
    /// At least one refuses the login outright.
    pub fatal: bool,
    /// At least one suggests a change at login.
    pub suggest_change: bool,
    /// At least one demands it.
    pub force_change: bool,
}

impl Validity {
    /// Whether no rule is broken.
    pub fn is_good(&self) -> bool {
        self.problems.is_empty()
    }

    /// The problems as one message; several become a list.
    pub fn message(&self) -> Option<Message> {
        match self.problems.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            several => Some(Message::bullets(several.to_vec())),
        }
    }
}

impl PasswordPolicy {
    /// Checks a password for an account of this name in these groups. A fatal problem ends the
    /// check: a password too long is not compared with anything.
    pub fn check(&self, name: &str, groups: &[String], password: &str) -> Validity {
        let mut validity = Validity::default();
        let mut found = Vec::new();
        for (check, _) in Check::ALL {
            let Some(rule) = self.rule(check, groups) else { continue };
            if check != Check::MaximalPasswordLength && password.len() > MOST_COMPARED {
                continue;
            }
            if let Some(problem) = check.broken_by(rule.value, name, password) {
                validity.fatal |= check.is_fatal();
                validity.suggest_change |= rule.suggest_change;
                validity.force_change |= rule.force_change;
                found.push(problem);
            }
        }
        validity.problems = found;
        validity
    }

    fn rule(&self, check: Check, groups: &[String]) -> Option<Rule> {
        groups
            .iter()
            .filter_map(|group| self.groups.get(group)?.get(&check))
            .chain(self.default.get(&check))
            .copied()
            .reduce(Rule::merge)
    }
}

/// Bytes up to which a password is compared with names and lists; longer ones are in neither.
const MOST_COMPARED: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(name: &str, groups: &[&str], password: &str) -> Vec<String> {
        let groups: Vec<String> = groups.iter().map(|g| (*g).to_owned()).collect();
        let validity = PasswordPolicy::default().check(name, &groups, password);
        validity.problems.iter().map(|m| m.key.to_string()).collect()
    }

    #[test]
    fn a_good_password_breaks_nothing() {
        assert!(keys("William", &[], "William-pass-1!").is_empty());
    }

    #[test]
    fn every_broken_rule_is_named_in_order() {
        assert_eq!(
            keys("Weak", &[], "Weak"),
            ["passwordtooshort", "password-substring-username-match"]
        );
        assert_eq!(keys("Weak", &[], "password"), ["passwordincommonlist"]);
        assert_eq!(keys("X", &[], &"x".repeat(4097)), ["passwordtoolong"]);
    }

    #[test]
    fn members_of_a_group_are_held_to_the_longer_length() {
        assert!(keys("A", &[], "ninechars").is_empty());
        assert_eq!(keys("A", &["sysop"], "ninechars"), ["passwordtooshort"]);
    }

    #[test]
    fn a_password_too_long_is_fatal_and_a_short_one_is_not() {
        let policy = PasswordPolicy::default();
        assert!(policy.check("A", &[], &"x".repeat(4097)).fatal);
        let short = policy.check("A", &[], "x1!");
        assert!(!short.fatal && short.suggest_change && !short.force_change);
    }
}
