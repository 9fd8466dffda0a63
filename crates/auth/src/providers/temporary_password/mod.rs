//! A password that was mailed and is good for a few days (MediaWiki's
//! `TemporaryPasswordPrimaryAuthenticationProvider`). Who comes in with it must choose a new one.

use async_trait::async_trait;
use daemun_messages::Message;

use super::password::{ResetFlag, credentials, fatal, validity};
use super::{Asking, Attempt, Primary, PrimaryAuthenticationProvider};
use crate::error::AuthError;
use crate::reason::Reason;
use crate::request::{AuthAction, AuthenticationRequest, Field, FieldKind, Required};

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
}
