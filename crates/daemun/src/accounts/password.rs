//! Passwords: checked against the policy, generated, hashed, set.

use daemun_auth::Environment;
use daemun_auth::hashing::Asker;
use daemun_auth::policy::{Check, PasswordPolicy};
use daemun_messages::{Language, text_bc};
use daemun_store::Account;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::{AccountsError, sessions};

/// Characters of a generated password: 100 random bits.
const GENERATED: usize = 20;

/// A password as a person means it: in NFC, as the API reads it.
pub struct Password(Zeroizing<String>);

impl Password {
    /// From what was typed.
    pub fn new(typed: &str) -> Self {
        Self(Zeroizing::new(typed.nfc().collect()))
    }

    /// The text, to be shown once or hashed.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// A random password of `[0-9a-v]` that breaks no rule for this account.
pub fn generate_password(environment: &Environment, name: &str, groups: &[String]) -> Password {
    let policy = &environment.settings.password_policy;
    let length = GENERATED.max(longest_minimum(policy));
    let draw = || Password(Zeroizing::new(environment.random.password(length)));
    let mut password = draw();
    // A random password that is a common one, or part of a name: once in ages, but then.
    for _ in 0..8 {
        if check(environment, name, groups, &password).is_ok() {
            break;
        }
        password = draw();
    }
    password
}

fn longest_minimum(policy: &PasswordPolicy) -> usize {
    let lengths = policy
        .groups
        .values()
        .chain([&policy.default])
        .filter_map(|rules| rules.get(&Check::MinimalPasswordLength))
        .map(|rule| usize::try_from(rule.value).unwrap_or(GENERATED));
    lengths.max().unwrap_or(GENERATED).min(4096)
}

/// Holds a password to the policy for these groups.
pub(super) fn check(
    environment: &Environment,
    name: &str,
    groups: &[String],
    password: &Password,
) -> Result<(), AccountsError> {
    if password.reveal().is_empty() {
        return Err(AccountsError::Policy(vec!["A password cannot be empty.".to_owned()]));
    }
    let validity = environment.settings.password_policy.check(name, groups, password.reveal());
    if validity.is_good() {
        return Ok(());
    }
    let reasons = validity.problems.iter().map(|problem| text_bc(problem, &Language::EN));
    Err(AccountsError::Policy(reasons.collect()))
}

/// The stored form of a password, as the settings want it.
pub(crate) async fn hash(
    environment: &Environment,
    password: &Password,
) -> Result<String, AccountsError> {
    let spec = environment.settings.password_default;
    let salt = environment.random.bytes();
    Ok(environment.hasher.hash(Asker::OPERATOR, spec, password.0.clone(), salt).await?)
}

/// The groups whose policies an account is held to.
pub(super) fn policy_groups(explicit: impl IntoIterator<Item = String>) -> Vec<String> {
    explicit.into_iter().chain(["*", "user"].map(str::to_owned)).collect()
}

pub(super) fn groups_of(account: &Account) -> Vec<String> {
    policy_groups(account.groups.iter().map(|membership| membership.group.clone()))
}

/// Sets an account's password and ends its sessions. As in MediaWiki its bot passwords need a
/// reset afterwards. With `must_change` the next login asks for another one.
///
/// # Errors
/// When the policy refuses it, and when something below fails.
pub async fn set_password(
    environment: &Environment,
    account: &Account,
    password: &Password,
    must_change: bool,
) -> Result<u64, AccountsError> {
    if super::system_user::is_system(account) {
        return Err(AccountsError::SystemUser(account.name.clone()));
    }
    check(environment, &account.name, &groups_of(account), password)?;
    let hashed = hash(environment, password).await?;
    let now = environment.clock.now();
    // Within the grace after an expiry a login only suggests a change, so this one lies before.
    let expires = must_change.then(|| now.plus(-environment.settings.password_expire_grace - 1));
    environment.store.accounts.set_password(account.id, &hashed, expires, now, true).await?;
    sessions::end_sessions(environment, account).await
}
