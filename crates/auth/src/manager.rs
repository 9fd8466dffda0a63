//! The authentication manager: begins a login, goes on with it, and says what to ask.
//!
//! The dialogue itself is a value (`dialogue`); this module keeps it in the session between the
//! steps and signs the person in at the end. Making accounts, linking and changing credentials are
//! in files of their own.

mod auto_creation;
mod creating;
pub mod credentials;
mod dialogue;
pub mod enrolling;
mod linking;
mod offers;
mod preserved;
mod reauthentication;
pub mod sealed;
mod state;

use std::sync::Arc;

use daemun_mediawiki::php::Value;
use tokio::time::Instant;

use crate::environment::Environment;
use crate::error::AuthError;
use crate::hashing::Paid;
use crate::pace;
use crate::providers::openid_connect::OpenIdConnect;
use crate::providers::{Asking, Attempt, Notes, Providers, remember_me, second_factor};
use crate::reason::Reason;
use crate::request::{Answer, AuthAction, AuthenticationRequest, common_username};
use crate::response::AuthenticationResponse;
use crate::session::{RequestOrigin, Session, Sessions};
use dialogue::{Dialogue, Step};
pub use preserved::Preserved;
pub(crate) use reauthentication::{LAST_ID, LAST_TIMESTAMP};
pub use reauthentication::{OperationSettings, ReauthenticationSettings, SecurityStatus};
use sealed::Sealer;

/// Where MediaWiki notes that a session began with a second factor.
const PROVEN_KEY: &str = "OATHAuthAuthenticatedOver2FA";

/// See the module.
#[derive(Clone)]
pub struct AuthManager {
    environment: Environment,
    sessions: Sessions,
    providers: Arc<Providers>,
    sealer: Sealer,
}

/// What begins a dialogue.
#[derive(Default)]
pub struct Beginning<'a> {
    /// The answers to the first questions.
    pub answers: &'a [Answer],
    /// Where the client wants to be returned to from elsewhere.
    pub return_to: Option<String>,
    /// What this request has paid for already.
    pub paid: Paid,
    /// Whether to go on from what a failed attempt left.
    pub preserve: bool,
    /// Whether it is a login of somebody who is in already and must show that it is still they:
    /// nobody else is let in by it. Of a login alone, and nothing where nobody is in.
    pub reauthenticates: bool,
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

    /// The session of a request to the API, with the rights that it has.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn session(&self, origin: RequestOrigin<'_>) -> Result<Session, AuthError> {
        self.sessions.load(origin).await.map(|session| self.with_proven_rights(session))
    }

    /// The session of somebody in a browser, with the rights that it has.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn browser_session(&self, origin: RequestOrigin<'_>) -> Result<Session, AuthError> {
        self.sessions.load_browser(origin).await.map(|session| self.with_proven_rights(session))
    }

    /// Some rights are for those alone who logged in with a second factor; who has stayed signed in
    /// and comes back has not, and a bot password never asks for one.
    fn with_proven_rights(&self, mut session: Session) -> Session {
        let settings = &self.environment.settings.second_factor;
        let is_proven = session.get(PROVEN_KEY).is_some_and(Value::is_truthy);
        if settings.enabled && !settings.exclusive_rights.is_empty() && !is_proven {
            session.lose_rights(&settings.exclusive_rights);
        }
        session
    }

    /// What signs in by OpenID Connect, where that is set up.
    pub fn openid(&self) -> Option<&OpenIdConnect> {
        self.providers.openid.as_ref()
    }

    /// What it decides by and with.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Begins a login.
    ///
    /// # Errors
    /// [`AuthError::Busy`] when there is too much to do; others when something below fails.
    pub async fn begin(
        &self,
        session: &mut Session,
        beginning: Beginning<'_>,
    ) -> Result<AuthenticationResponse, AuthError> {
        let began = beginning.paid.began.unwrap_or_else(Instant::now);
        let response = self.begin_at_once(session, beginning).await?;
        if matches!(response, AuthenticationResponse::Fail { .. }) {
            pace::hold(began, self.environment.settings.refusal_step).await;
        }
        Ok(response)
    }

    async fn begin_at_once(
        &self,
        session: &mut Session,
        beginning: Beginning<'_>,
    ) -> Result<AuthenticationResponse, AuthError> {
        let Beginning { answers, return_to, paid, preserve, reauthenticates } = beginning;
        let Paid { hashes, place, .. } = paid;
        let _place = match place {
            Some(place) => place,
            None => self.environment.hasher.place(session.user().address())?,
        };
        let preserved = if preserve { self.preserved(session) } else { Preserved::default() };
        let username = common_username(answers).map(str::to_owned);
        let only = session.user().account().map(|account| account.id).filter(|_| reauthenticates);
        let remember = match only {
            // Whether they stay signed in was chosen before.
            Some(_) => session.remembers(),
            None => remember_me::chosen(&self.environment.settings, answers),
        };
        let mut attempt = self.attempt(session, answers, username, Notes::default());
        attempt.paid(hashes);
        for pre in &self.providers.pre {
            if let Some(message) = pre.test_for_authentication(&mut attempt).await? {
                return self.finish(attempt, None, AuthenticationResponse::refusal(message)).await;
            }
        }
        let dialogue = Dialogue {
            return_to,
            username: attempt.username.as_deref().and_then(|name| attempt.usable_name(name)),
            begun: self.environment.clock.now().0,
            remember,
            only,
            step: Step::Primary(None),
            requests: Vec::new(),
            notes: Notes::default(),
            maybe_link: preserved.maybe_link,
        };
        let (dialogue, response) = dialogue.advance(self, &mut attempt, true).await?;
        self.finish(attempt, Some(dialogue), response).await
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
        let _place = self.environment.hasher.place(session.user().address())?;
        let Some(mut dialogue) = self.pending::<Dialogue>(session) else {
            let reason = match session.get(state::LOGIN) {
                Some(_) => Reason::DialogueTooOld,
                None => Reason::NoDialogue,
            };
            let response = AuthenticationResponse::fail("authmanager-authn-not-in-progress");
            self.preserve(session, None).await?;
            return Ok(response.because(Some(reason)));
        };
        let notes = std::mem::take(&mut dialogue.notes);
        // After a RESTART it is the name of this step that counts.
        let typed = common_username(answers).map(str::to_owned);
        let username = dialogue.username.clone().or(typed);
        let mut attempt = self.attempt(session, answers, username, notes);
        let (dialogue, response) = dialogue.advance(self, &mut attempt, false).await?;
        self.finish(attempt, Some(dialogue), response).await
    }

    fn attempt<'a>(
        &'a self,
        session: &'a mut Session,
        answers: &'a [Answer],
        username: Option<String>,
        notes: Notes,
    ) -> Attempt<'a> {
        Attempt::new(&self.sessions, &self.providers, session, answers, username, notes)
    }

    /// Stores or drops the state, signs in after a PASS, and tells the providers.
    async fn finish(
        &self,
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
                self.sessions.log_in(attempt.session, account, dialogue.remember).await?;
                if second_factor::is_proven(&attempt.notes) {
                    let proven = Some(Value::Bool(true));
                    self.sessions.set(attempt.session, PROVEN_KEY, proven).await?;
                }
            }
            (
                AuthenticationResponse::Ui { .. } | AuthenticationResponse::Redirect { .. },
                Some(mut dialogue),
            ) => {
                dialogue.notes = attempt.notes;
                self.keep(attempt.session, &dialogue).await?;
                self.preserve(attempt.session, None).await?;
            }
            (AuthenticationResponse::Restart { preserved, .. }, Some(mut dialogue)) => {
                dialogue.notes = Notes::default();
                self.keep(attempt.session, &dialogue).await?;
                self.preserve(attempt.session, preserved.as_ref()).await?;
            }
            (AuthenticationResponse::Fail { preserved, .. }, _) => {
                self.drop_state(attempt.session, state::LOGIN).await?;
                self.preserve(attempt.session, preserved.as_ref()).await?;
            }
            _ => self.drop_state(attempt.session, state::LOGIN).await?,
        }
        Ok(response)
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

    /// The questions for this purpose, as things stand; `answering` where they are wanted to read
    /// what was sent.
    ///
    /// # Errors
    /// When something below fails.
    pub async fn requests(
        &self,
        session: &mut Session,
        action: AuthAction,
        answering: bool,
    ) -> Result<Vec<AuthenticationRequest>, AuthError> {
        Ok(match action {
            AuthAction::LoginContinue => {
                self.pending::<Dialogue>(session).map(|dialogue| dialogue.requests)
            }
            AuthAction::CreateContinue => {
                self.pending::<creating::CreationDialogue>(session).map(|d| d.requests)
            }
            AuthAction::LinkContinue => {
                self.pending::<linking::LinkDialogue>(session).map(|dialogue| dialogue.requests)
            }
            _ => {
                let mut asking = Asking {
                    action,
                    environment: &self.environment,
                    sessions: &self.sessions,
                    session,
                    answering,
                };
                return offers::requests(self, &mut asking).await;
            }
        }
        .unwrap_or_default())
    }
}
