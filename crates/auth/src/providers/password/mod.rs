//! Name and password of a local account (MediaWiki's `LocalPasswordPrimaryAuthenticationProvider`).

mod refusal;
mod request;
mod reset_flag;

use async_trait::async_trait;
use daemun_mediawiki::password::StoredPassword;
use daemun_messages::Message;
use daemun_store::Account;
use zeroize::Zeroizing;

use super::{Asking, Attempt, Part, Primary, PrimaryAuthenticationProvider};
use crate::creation::{AccountCreation, Creation, CredentialChange};
use crate::environment::Environment;
use crate::error::AuthError;
use crate::hashing::Asker;
use crate::policy::Validity;
use crate::reason::Reason;
use crate::request::{Answer, AuthAction, AuthenticationRequest, answer_to};
pub use request::{ID, change_request, request, username};
pub use reset_flag::ResetFlag;

/// The provider.
#[derive(Debug)]
pub struct Password;

#[async_trait]
impl PrimaryAuthenticationProvider for Password {
    fn id(&self) -> &'static str {
        "password"
    }

    async fn requests(
        &self,
        asking: &mut Asking<'_>,
    ) -> Result<Vec<AuthenticationRequest>, AuthError> {
        Ok(request(asking.action, asking.username()).into_iter().collect())
    }

    fn account_creation(&self) -> AccountCreation {
        AccountCreation::Create
    }

    async fn begin(&self, attempt: &mut Attempt<'_>) -> Result<Primary, AuthError> {
        let Some((name, password)) = credentials(attempt) else {
            attempt.reason = Some(refusal::unanswered(attempt));
            return Ok(Primary::Abstain);
        };
        let wrong = || Ok(Primary::Fail(Message::new("wrongpassword")));
        let Some(account) = attempt.account(&name).await? else {
            attempt.reason = Some(refusal::unknown(&name));
            attempt.pretend(&name, &password).await?;
            return wrong();
        };
        let validity = validity(attempt.environment, &account, &password);
        if let Some(message) = fatal(attempt.environment, &account, &validity) {
            attempt.reason = Some(Reason::ForbiddenPassword);
            return Ok(Primary::Fail(message));
        }
        attempt.check(&account, &password, &[&account.password]).await?;
        if !attempt.fits(&account.password) {
            attempt.reason = Some(refusal::wrong(attempt, &account, &password));
            return wrong();
        }
        if let Some(flag) = ResetFlag::of(attempt.environment, &account, &validity) {
            flag.note(&mut attempt.notes);
        }
        rehash_later(attempt.environment, &account, password);
        Ok(Primary::Pass(name))
    }

    async fn test_for_account_creation(
        &self,
        attempt: &mut Attempt<'_>,
        creation: &Creation,
    ) -> Result<Vec<Message>, AuthError> {
        let Some((new, retyped)) = answer_to(attempt.answers, ID).and_then(chosen) else {
            return Ok(Vec::new());
        };
        if new != retyped {
            return Ok(vec![Message::new("badretype")]);
        }
        let policy = &attempt.environment.settings.password_policy;
        Ok(policy.check(&creation.username, &[], new).problems)
    }

    async fn begin_account_creation(
        &self,
        attempt: &mut Attempt<'_>,
        creation: &mut Creation,
    ) -> Result<Part, AuthError> {
        let Some((new, _)) = answer_to(attempt.answers, ID).and_then(chosen) else {
            return Ok(Part::Abstain);
        };
        let (environment, new) = (attempt.environment, Zeroizing::new(new.to_owned()));
        let (spec, salt) = (environment.settings.password_default, environment.random.bytes());
        creation.password = environment.hasher.hash(attempt.address, spec, new, salt).await?;
        Ok(Part::Done)
    }

    async fn test_change(
        &self,
        environment: &Environment,
        account: &Account,
        change: &CredentialChange<'_>,
    ) -> Result<Option<Vec<Message>>, AuthError> {
        let Some((new, retyped)) = new_password(change) else { return Ok(None) };
        if new != retyped {
            return Ok(Some(vec![Message::new("badretype")]));
        }
        Ok(Some(validity(environment, account, new).problems))
    }

    async fn change(
        &self,
        environment: &Environment,
        account: &Account,
        change: &CredentialChange<'_>,
    ) -> Result<(), AuthError> {
        let Some((new, _)) = new_password(change) else { return Ok(()) };
        let _place = environment.hasher.place(Asker::NOBODY)?;
        set(environment, account, Zeroizing::new(new.to_owned())).await
    }
}

/// The new password of a change, twice, if it is one of a password.
fn new_password<'c>(change: &CredentialChange<'c>) -> Option<(&'c str, &'c str)> {
    let is_mine = change.action == AuthAction::Change && change.id == ID;
    is_mine.then_some(change.answer).flatten().and_then(chosen)
}

/// A password that somebody chose, as typed the first and the second time.
pub(super) fn chosen(answer: &Answer) -> Option<(&str, &str)> {
    Some((answer.text("password")?, answer.text("retype")?))
}

/// Gives the account another password; bot passwords and a temporary one end with the old one.
pub(super) async fn set(
    environment: &Environment,
    account: &Account,
    new: Zeroizing<String>,
) -> Result<(), AuthError> {
    let spec = environment.settings.password_default;
    let salt = environment.random.bytes();
    let hash = environment.hasher.hash(Asker::NOBODY, spec, new, salt).await?;
    let now = environment.clock.now();
    Ok(environment.store.accounts.set_password(account.id, &hash, None, now, true).await?)
}

/// The usable name and the password that were answered, if both were.
pub(super) fn credentials(attempt: &Attempt<'_>) -> Option<(String, Zeroizing<String>)> {
    let answer = answer_to(attempt.answers, ID)?;
    let (name, password) = (answer.text("username")?, answer.text("password")?);
    if password.is_empty() {
        return None;
    }
    Some((attempt.usable_name(name)?, Zeroizing::new(password.to_owned())))
}

/// How a password stands to the policy for this account.
pub(super) fn validity(environment: &Environment, account: &Account, password: &str) -> Validity {
    let mut groups: Vec<String> = account.groups.iter().map(|m| m.group.clone()).collect();
    let rights = &environment.settings.rights;
    groups.extend(rights.implicit_groups(Some(account), environment.clock.now()));
    environment.settings.password_policy.check(&account.name, &groups, password)
}

/// The refusal of a password that may not even be tried.
pub(super) fn fatal(
    environment: &Environment,
    account: &Account,
    validity: &Validity,
) -> Option<Message> {
    if !validity.fatal {
        return None;
    }
    let name = daemun_mediawiki::cookie::rawurlencode(&account.name.replace(' ', "_"));
    let reset = environment.settings.password_reset_url.replace("$1", &name);
    Some(Message::new("fatalpassworderror").with(validity.message()?).with(reset))
}

/// Brings the stored hash up to date after the answer has gone out.
fn rehash_later(environment: &Environment, account: &Account, password: Zeroizing<String>) {
    let spec = environment.settings.password_default;
    if spec.matches(&StoredPassword::parse_for_user(&account.password, account.id)) {
        return;
    }
    // Not when there is too much to do: the next login will see to it.
    let Ok(place) = environment.hasher.place(Asker::NOBODY) else { return };
    let (environment, account) = (environment.clone(), account.clone());
    let background = environment.background.clone();
    background.begin(async move {
        let _place = place;
        let salt = environment.random.bytes();
        let outcome = match environment.hasher.hash(Asker::NOBODY, spec, password, salt).await {
            // Only if it is still the value that was checked: a change meanwhile wins.
            Ok(hash) => environment
                .store
                .accounts
                .replace_password(account.id, &account.password, &hash)
                .await
                .map_err(AuthError::from),
            Err(error) => Err(error),
        };
        match outcome {
            Ok(changed) => tracing::debug!(user = account.id, changed, "password hash renewed"),
            Err(error) => tracing::warn!(user = account.id, %error, "password hash not renewed"),
        }
    });
}
