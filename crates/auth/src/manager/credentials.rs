//! Changing and removing what an account proves itself with.

use daemun_messages::Message;
use daemun_store::Account;

use super::AuthManager;
use crate::creation::CredentialChange;
use crate::error::AuthError;
use crate::providers::{password, temporary_password};
use crate::request::{AuthAction, AuthenticationRequest};
use crate::session::Session;

/// What became of a change of credentials.
#[derive(Debug, PartialEq)]
pub enum ChangeOutcome {
    /// It is done.
    Done,
    /// These speak against it.
    Refused(Vec<Message>),
    /// No provider has such credentials.
    NobodysBusiness,
}

impl AuthManager {
    /// The credentials that the holder of the session may change, remove or unlink.
    ///
    /// # Errors
    /// When something below fails.
    pub async fn credentials(
        &self,
        session: &mut Session,
        action: AuthAction,
        answering: bool,
    ) -> Result<Vec<AuthenticationRequest>, AuthError> {
        let excluded = match action {
            // MediaWiki's `$wgChangeCredentialsBlacklist`: a temporary password is not chosen by
            // its holder.
            AuthAction::Change => temporary_password::ID,
            // MediaWiki's `$wgRemoveCredentialsBlacklist`: an account keeps its password.
            _ => password::ID,
        };
        let mut offered = self.requests(session, action, answering).await?;
        offered.retain(|request| request.id != excluded);
        Ok(offered)
    }

    /// Changes or removes credentials of an account. All providers must agree before any of them
    /// does something.
    ///
    /// # Errors
    /// When something below fails.
    pub async fn change_credentials(
        &self,
        account: &Account,
        change: CredentialChange<'_>,
    ) -> Result<ChangeOutcome, AuthError> {
        let mut concerned = Vec::new();
        for provider in &self.providers.primary {
            match provider.test_change(&self.environment, account, &change).await? {
                None => {}
                Some(problems) if problems.is_empty() => concerned.push(provider),
                Some(problems) => return Ok(ChangeOutcome::Refused(problems)),
            }
        }
        if concerned.is_empty() {
            return Ok(ChangeOutcome::NobodysBusiness);
        }
        for provider in concerned {
            provider.change(&self.environment, account, &change).await?;
        }
        Ok(ChangeOutcome::Done)
    }
}
