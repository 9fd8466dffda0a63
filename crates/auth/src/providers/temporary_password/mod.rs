//! A password that was mailed and is good for a few days (MediaWiki's
//! `TemporaryPasswordPrimaryAuthenticationProvider`). Who comes in with it must choose a new one.

mod letter;

use async_trait::async_trait;
use daemun_messages::Message;
use daemun_store::Account;

use super::password::{ResetFlag, credentials, fatal, validity};
use super::{Asking, Attempt, Part, Primary, PrimaryAuthenticationProvider};
use crate::creation::{AccountCreation, Creation, CredentialChange};
use crate::environment::Environment;
use crate::error::AuthError;
use crate::password_reset;
use crate::reason::Reason;
use crate::request::{
    Answer, AuthAction, AuthenticationRequest, Field, FieldKind, Required, answer_to,
};

/// MediaWiki's id of the request.
pub const ID: &str = "MediaWiki\\Auth\\TemporaryPasswordAuthenticationRequest";

/// The provider.
#[derive(Debug)]
pub struct TemporaryPassword;

#[async_trait]
impl PrimaryAuthenticationProvider for TemporaryPassword {
    fn id(&self) -> &'static str {
        "temporary-password"
    }

    async fn requests(
        &self,
        asking: &mut Asking<'_>,
    ) -> Result<Vec<AuthenticationRequest>, AuthError> {
        let account = match (asking.action, asking.username()) {
            // Only somebody who is in can have a password mailed to somebody else.
            (AuthAction::Create, Some(_)) => None,
            (AuthAction::Remove, username) => username,
            _ => return Ok(Vec::new()),
        };
        let request = AuthenticationRequest::new(ID, Required::PrimaryRequired)
            .provider(Message::new("authmanager-provider-temporarypassword"))
            .account(account.map_or_else(Message::no_text, Message::raw))
            .field(
                "mailpassword",
                Field::new(
                    FieldKind::Checkbox,
                    Message::new("createaccountmail"),
                    Message::new("createaccountmail-help"),
                ),
            );
        Ok(vec![request])
    }

    fn account_creation(&self) -> AccountCreation {
        AccountCreation::Create
    }

    async fn begin(&self, attempt: &mut Attempt<'_>) -> Result<Primary, AuthError> {
        let Some((name, password)) = credentials(attempt) else { return Ok(Primary::Abstain) };
        let Some(account) = attempt.account(&name).await? else { return Ok(Primary::Abstain) };
        let lifetime = attempt.environment.settings.new_password_expiry;
        let now = attempt.environment.clock.now();
        let expired = account.new_password_time.is_some_and(|at| at.plus(lifetime) < now);
        if account.new_password.is_empty() || expired {
            return Ok(Primary::Abstain);
        }
        let validity = validity(attempt.environment, &account, &password);
        if let Some(message) = fatal(attempt.environment, &account, &validity) {
            attempt.reason = Some(Reason::ForbiddenPassword);
            return Ok(Primary::Fail(message));
        }
        // Both at once, so that where a worker is free an account with a mailed password takes no
        // longer than others.
        attempt.check(&account, &password, &[&account.new_password, &account.password]).await?;
        if !attempt.fits(&account.new_password) {
            return Ok(Primary::Abstain);
        }
        ResetFlag::temporary().note(&mut attempt.notes);
        Ok(Primary::Pass(name))
    }

    async fn test_for_account_creation(
        &self,
        attempt: &mut Attempt<'_>,
        creation: &Creation,
    ) -> Result<Vec<Message>, AuthError> {
        if !is_wanted(attempt.answers) {
            return Ok(Vec::new());
        }
        Ok(match attempt.environment.mailer.is_on() {
            false => vec![Message::new("emaildisabled")],
            true if creation.email.is_empty() => vec![Message::new("noemailcreate")],
            true => Vec::new(),
        })
    }

    async fn begin_account_creation(
        &self,
        attempt: &mut Attempt<'_>,
        creation: &mut Creation,
    ) -> Result<Part, AuthError> {
        if !is_wanted(attempt.answers) {
            return Ok(Part::Abstain);
        }
        let (password, hash) = password_reset::draw(attempt.environment).await?;
        creation.new_password = Some(hash);
        creation.by_email = true;
        attempt.drawn_password = Some(password);
        Ok(Part::Done)
    }

    async fn account_created(
        &self,
        attempt: &mut Attempt<'_>,
        account: &Account,
    ) -> Result<(), AuthError> {
        // Accounts are made in the step in which the password is drawn.
        if let Some(password) = attempt.drawn_password.take() {
            letter::send(attempt.environment, attempt.session.user(), account, &password);
        }
        Ok(())
    }

    async fn test_change(
        &self,
        _environment: &Environment,
        _account: &Account,
        change: &CredentialChange<'_>,
    ) -> Result<Option<Vec<Message>>, AuthError> {
        Ok(removes(change).then(Vec::new))
    }

    async fn change(
        &self,
        environment: &Environment,
        account: &Account,
        change: &CredentialChange<'_>,
    ) -> Result<(), AuthError> {
        if removes(change) {
            environment.store.accounts.set_temporary_password(account.id, "", None).await?;
        }
        Ok(())
    }
}

/// Whether a password is to be mailed to the holder of a new account.
fn is_wanted(answers: &[Answer]) -> bool {
    answer_to(answers, ID).is_some_and(|answer| answer.is_pressed("mailpassword"))
}

/// Whether a temporary password is to be forgotten.
fn removes(change: &CredentialChange<'_>) -> bool {
    change.action == AuthAction::Remove && change.id == ID
}
