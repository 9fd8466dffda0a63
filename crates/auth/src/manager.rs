//! The authentication manager: begins a login, goes on with it, and says what to ask.
//!
//! The dialogue itself is a value (`dialogue`); this module keeps it in the session between the
//! steps and signs the person in at the end.

mod dialogue;
mod offers;
pub mod sealed;

use std::sync::Arc;

use daemun_mediawiki::php::Value;

use crate::environment::Environment;
use crate::error::AuthError;
use crate::hashing::Paid;
use crate::providers::{Attempt, Notes, Providers, remember_me, second_factor};
use crate::reason::Reason;
use crate::request::{Answer, AuthAction, AuthenticationRequest, common_username};
use crate::response::AuthenticationResponse;
use crate::session::{Session, Sessions};
use dialogue::{Dialogue, Step};
pub use offers::{Preserved, SecurityStatus};
use sealed::Sealer;

/// Where a session keeps the state of a login.
const STATE_KEY: &str = "daemun:authn";

/// Where MediaWiki notes that a session began with a second factor.
const PROVEN_KEY: &str = "OATHAuthAuthenticatedOver2FA";

/// Seconds after which a login that was not finished must begin anew.
const LONGEST: i64 = 3600;

/// See the module.
#[derive(Clone)]
pub struct AuthManager {
    environment: Environment,
    sessions: Sessions,
    providers: Arc<Providers>,
    sealer: Sealer,
}

impl AuthManager {
    /// A manager with these providers.
    pub fn new(sessions: Sessions, environment: Environment, providers: Providers) -> Self {
        Self {
            sealer: Sealer::new(&environment.settings.secret_key),
            sessions,
            providers: Arc::new(providers),
            environment,
        }
    }

    /// The sessions that it signs people in to.
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// What it decides by and with.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Begins a login with the answers to the first questions. `paid` is what this request has
    /// paid for already.
    ///
    /// # Errors
    /// [`AuthError::Busy`] when there is too much to do; others when something below fails.
    pub async fn begin(
        &self,
        session: &mut Session,
        answers: &[Answer],
        return_to: Option<String>,
        paid: Paid,
    ) -> Result<AuthenticationResponse, AuthError> {
        let Paid { hashes, place } = paid;
        let _place = match place {
            Some(place) => place,
            None => self.environment.hasher.place()?,
        };
        let username = common_username(answers).map(str::to_owned);
        let notes = Notes::default();
        let address = session.user().address();
        let mut attempt =
            Attempt::new(&self.environment, address, answers, username, notes, hashes);
        for pre in &self.providers.pre {
            if let Some(message) = pre.test_for_authentication(&mut attempt).await? {
                let response = AuthenticationResponse::refusal(message);
                return self.finish(session, attempt, None, response).await;
            }
        }
        let dialogue = Dialogue {
            return_to,
            username: attempt.username.as_deref().and_then(|name| attempt.usable_name(name)),
            begun: self.environment.clock.now().0,
            remember: remember_me::chosen(&self.environment.settings, answers),
            step: Step::Primary(None),
            requests: Vec::new(),
            notes: Notes::default(),
        };
        let (dialogue, response) = dialogue.advance(&self.providers, &mut attempt, true).await?;
        self.finish(session, attempt, Some(dialogue), response).await
    }

    /// Goes on with the login that the session is in.
    ///
    /// # Errors
    /// As for [`Self::begin`].
    pub async fn resume(
        &self,
        session: &mut Session,
        answers: &[Answer],
    ) -> Result<AuthenticationResponse, AuthError> {
        let _place = self.environment.hasher.place()?;
        let Some(mut dialogue) = self.pending(session) else {
            let reason = match session.get(STATE_KEY) {
                Some(_) => Reason::DialogueTooOld,
                None => Reason::NoDialogue,
            };
            let response = AuthenticationResponse::fail("authmanager-authn-not-in-progress");
            return Ok(response.because(Some(reason)));
        };
        let notes = std::mem::take(&mut dialogue.notes);
        let address = session.user().address();
        let username = dialogue.username.clone();
        let mut attempt = Attempt::new(&self.environment, address, answers, username, notes, 0);
        let (dialogue, response) = dialogue.advance(&self.providers, &mut attempt, false).await?;
        self.finish(session, attempt, Some(dialogue), response).await
    }

    /// Stores or drops the state, signs in after a PASS, and tells the providers.
    async fn finish(
        &self,
        session: &mut Session,
        mut attempt: Attempt<'_>,
        dialogue: Option<Dialogue>,
        response: AuthenticationResponse,
    ) -> Result<AuthenticationResponse, AuthError> {
        let response = response.because(attempt.reason);
        for pre in &self.providers.pre {
            pre.post_authentication(&mut attempt, &response).await?;
        }
        match (&response, dialogue) {
            (AuthenticationResponse::Pass { username, .. }, Some(dialogue)) => {
                let Some(account) = attempt.current_account(username).await? else {
                    let response = AuthenticationResponse::fail("wrongpassword");
                    return Ok(response.because(Some(Reason::UnknownAccount)));
                };
                self.sessions.log_in(session, account, dialogue.remember).await?;
                if second_factor::is_proven(&attempt.notes) {
                    self.sessions.set(session, PROVEN_KEY, Some(Value::Bool(true))).await?;
                }
            }
            (
                AuthenticationResponse::Ui { .. }
                | AuthenticationResponse::Redirect { .. }
                | AuthenticationResponse::Restart { .. },
                Some(mut dialogue),
            ) => {
                dialogue.notes = attempt.notes;
                self.keep(session, &dialogue).await?;
            }
            _ => self.sessions.set(session, STATE_KEY, None).await?,
        }
        Ok(response)
    }

    fn pending(&self, session: &Session) -> Option<Dialogue> {
        let sealed = session.get(STATE_KEY)?.as_str()?;
        let opened = self.sealer.open(session.id()?, sealed)?;
        let dialogue: Dialogue = serde_json::from_slice(&opened).ok()?;
        let age = self.environment.clock.now().0.saturating_sub(dialogue.begun);
        (age <= LONGEST).then_some(dialogue)
    }

    async fn keep(&self, session: &mut Session, dialogue: &Dialogue) -> Result<(), AuthError> {
        self.sessions.persist(session);
        let Some(id) = session.id().map(str::to_owned) else { return Err(AuthError::Contention) };
        let nonce = self.environment.random.bytes();
        let Some(sealed) = serde_json::to_vec(dialogue)
            .ok()
            .and_then(|state| self.sealer.seal(&id, nonce, &state))
        else {
            return Err(AuthError::Contention);
        };
        self.sessions.set(session, STATE_KEY, Some(Value::from(sealed.as_str()))).await
    }

    /// The refusal for a session that cannot take another user.
    pub fn cannot(&self, action: AuthAction) -> AuthenticationResponse {
        let key = match action {
            AuthAction::Create | AuthAction::CreateContinue => "userlogin-cannot-create",
            AuthAction::Link | AuthAction::LinkContinue => "userlogin-cannot-link",
            _ => "userlogin-cannot-login",
        };
        AuthenticationResponse::fail(key).because(Some(Reason::BotSession))
    }

    /// The questions for this purpose, as things stand.
    pub fn requests(&self, session: &Session, action: AuthAction) -> Vec<AuthenticationRequest> {
        match action {
            AuthAction::LoginContinue => {
                self.pending(session).map(|dialogue| dialogue.requests).unwrap_or_default()
            }
            AuthAction::CreateContinue | AuthAction::LinkContinue => Vec::new(),
            _ => offers::requests(self, session, action),
        }
    }
}
