//! Linking an account elsewhere to the account of somebody who is in.

use daemun_messages::Message;
use daemun_store::Account;
use serde::{Deserialize, Serialize};

use super::state::{self, Waiting};
use super::{AuthManager, Beginning};
use crate::creation::AccountCreation;
use crate::error::AuthError;
use crate::providers::{Attempt, Notes, Part};
use crate::request::{Answer, AuthenticationRequest};
use crate::response::AuthenticationResponse;
use crate::session::Session;

/// A link between two steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct LinkDialogue {
    pub(super) begun: i64,
    pub(super) requests: Vec<AuthenticationRequest>,
    return_to: Option<String>,
    /// The primary provider that has asked something.
    provider: String,
    notes: Notes,
    /// The account.
    user_id: u64,
}

impl Waiting for LinkDialogue {
    const KEY: &'static str = state::LINKING;

    fn begun(&self) -> i64 {
        self.begun
    }
}

impl AuthManager {
    /// Begins to link something to the account of the session.
    ///
    /// # Errors
    /// When something below fails.
    pub async fn begin_linking(
        &self,
        session: &mut Session,
        beginning: Beginning<'_>,
    ) -> Result<AuthenticationResponse, AuthError> {
        let Some(account) = session.user().account().cloned() else {
            return Ok(AuthenticationResponse::fail("authmanager-link-not-in-progress"));
        };
        let dialogue = LinkDialogue {
            begun: self.environment.clock.now().0,
            requests: Vec::new(),
            return_to: beginning.return_to,
            provider: String::new(),
            notes: Notes::default(),
            user_id: account.id,
        };
        let name = Some(account.name.clone());
        let attempt = self.attempt(session, beginning.answers, name, Notes::default());
        self.continue_linking(attempt, dialogue, &account).await
    }

    /// Goes on with the link that the session is about to make.
    ///
    /// # Errors
    /// When something below fails.
    pub async fn resume_linking(
        &self,
        session: &mut Session,
        answers: &[Answer],
    ) -> Result<AuthenticationResponse, AuthError> {
        let account = session.user().account().cloned();
        let pending = self.pending::<LinkDialogue>(session);
        let (Some(account), Some(mut dialogue)) = (account, pending) else {
            return self.linking_failed(session, "authmanager-link-not-in-progress").await;
        };
        if dialogue.user_id != account.id {
            return self.linking_failed(session, "authmanager-link-not-in-progress").await;
        }
        let notes = std::mem::take(&mut dialogue.notes);
        let attempt = self.attempt(session, answers, Some(account.name.clone()), notes);
        self.continue_linking(attempt, dialogue, &account).await
    }

    async fn continue_linking(
        &self,
        mut attempt: Attempt<'_>,
        mut dialogue: LinkDialogue,
        account: &Account,
    ) -> Result<AuthenticationResponse, AuthError> {
        attempt.return_to.clone_from(&dialogue.return_to);
        let mut outcome = (String::new(), Part::Abstain);
        for provider in &self.providers.primary {
            if provider.account_creation() != AccountCreation::Link {
                continue;
            }
            let part = match dialogue.provider.as_str() {
                "" => provider.begin_linking(&mut attempt, account).await?,
                id if id == provider.id() => provider.resume_linking(&mut attempt, account).await?,
                _ => continue,
            };
            if !matches!(part, Part::Abstain) {
                outcome = (provider.id().to_owned(), part);
                break;
            }
        }
        let (provider, part) = outcome;
        dialogue.provider = provider;
        let response = match part {
            Part::Abstain => {
                return self.linking_failed(attempt.session, "authmanager-link-no-primary").await;
            }
            Part::Fail(message) => {
                self.drop_state(attempt.session, state::LINKING).await?;
                return Ok(AuthenticationResponse::refusal(message));
            }
            Part::Done => {
                self.drop_state(attempt.session, state::LINKING).await?;
                let (username, user_id) = (account.name.clone(), account.id);
                return Ok(AuthenticationResponse::Pass { username, user_id });
            }
            Part::Ui(requests, message) => {
                AuthenticationResponse::Ui { requests, message, reason: None }
            }
            Part::Redirect(target, data, requests) => {
                AuthenticationResponse::Redirect { target, data, requests }
            }
        };
        dialogue.requests = response.requests().to_vec();
        dialogue.notes = attempt.notes;
        self.keep(attempt.session, &dialogue).await?;
        Ok(response)
    }

    async fn linking_failed(
        &self,
        session: &mut Session,
        key: &'static str,
    ) -> Result<AuthenticationResponse, AuthError> {
        self.drop_state(session, state::LINKING).await?;
        Ok(AuthenticationResponse::refusal(Message::new(key)))
    }

    /// Whether accounts of this provider can be linked.
    pub(super) fn links_with(&self, provider: &str) -> bool {
        let mut primaries = self.providers.primary.iter();
        primaries.any(|p| p.id() == provider && p.account_creation() == AccountCreation::Link)
    }
}
