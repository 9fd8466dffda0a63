//! Asks for proof of being human where logins fail often, and for new accounts (MediaWiki's
//! ConfirmEdit, `CaptchaPreAuthenticationProvider`).
//!
//! A login is refused before the password is looked at, and with the words of a wrong password, so
//! that whoever guesses does not learn which of the two it was.

mod attempts;
mod challenge;
mod image;
mod open;
mod request;
pub mod settings;
pub mod token;

use std::sync::Arc;

use async_trait::async_trait;
use daemun_mediawiki::php::Value;
use daemun_mediawiki::username::{self, Rigor};
use daemun_messages::Message;

use super::{Asking, Attempt, PreAuthenticationProvider};
use crate::creation::Creation;
use crate::environment::Environment;
use crate::error::AuthError;
use crate::reason::Reason;
use crate::request::{Answer, AuthAction, AuthenticationRequest, answer_to};
use crate::response::AuthenticationResponse;
use crate::session::{Session, Sessions};
use crate::user::User;
use attempts::Answering;
pub use challenge::Challenge;
use open::Shown;
pub use open::look;
pub use request::ID;
use settings::CaptchaKind;
use token::{TokenProblem, TokenService, TokenVerifier};

/// Longest token that a service is asked about, in bytes: several times what they give.
const LONGEST_TOKEN: usize = 16 * 1024;

/// Set in a session in which a login with a name was refused that fails often: from then on the
/// captcha is listed there. MediaWiki's own key.
const NAME_NEEDS_ONE: &str = "ConfirmEdit:loginCaptchaPerUserTriggered";

/// The provider.
pub struct Captcha {
    verifier: Arc<dyn TokenVerifier>,
}

/// What a captcha is for.
#[derive(Clone, Copy)]
enum Purpose {
    Login,
    Creation,
}

/// What became of an answer.
enum Verdict {
    Right,
    Wrong(Reason),
    /// It is not known, for what `captcha-error` says; or the service refused to look at it.
    Unknown {
        code: &'static str,
        refused: bool,
    },
}

impl Captcha {
    /// With somebody who asks the services that know which tokens are good.
    pub fn new(verifier: Arc<dyn TokenVerifier>) -> Self {
        Self { verifier }
    }

    /// Judges the answer to the captcha, which is used up by that.
    async fn judge(
        &self,
        attempt: &mut Attempt<'_>,
        purpose: Purpose,
    ) -> Result<Verdict, AuthError> {
        let environment = attempt.environment;
        let Some(kind) = &environment.settings.captcha.kind else { return Ok(Verdict::Right) };
        let Some(answer) = answer_to(attempt.answers, ID) else {
            return Ok(Verdict::Wrong(Reason::CaptchaNotAnswered));
        };
        // Who logs in is nobody yet, whoever was in before.
        let creator = match purpose {
            Purpose::Login => None,
            Purpose::Creation => Some(attempt.session.user()),
        };
        let answering = Answering::new(attempt.address, creator.map_or(0, User::id));
        let (rights, now) = (&environment.settings.rights, environment.clock.now());
        let is_limited = !creator.is_some_and(|user| user.is_allowed("noratelimit", rights, now));
        if is_limited && answering.gave_too_many(environment).await? {
            return Ok(Verdict::Wrong(Reason::CaptchaTooOften));
        }
        let verdict = match kind {
            CaptchaKind::Token(service) => self.judge_token(service, answer, attempt).await,
            _ => {
                let id = answer.text("captchaId").unwrap_or_default();
                let word = answer.text("captchaWord").unwrap_or_default();
                match open::take(attempt.sessions, attempt.session, id).await? {
                    None => Verdict::Wrong(Reason::CaptchaNotOpen),
                    Some(challenge) if challenge.accepts(word) => Verdict::Right,
                    Some(_) => Verdict::Wrong(Reason::CaptchaWrong),
                }
            }
        };
        let wrong = matches!(verdict, Verdict::Wrong(_) | Verdict::Unknown { refused: true, .. });
        if is_limited && wrong {
            answering.was_wrong(environment).await?;
        }
        Ok(verdict)
    }

    async fn judge_token(
        &self,
        service: &TokenService,
        answer: &Answer,
        attempt: &Attempt<'_>,
    ) -> Verdict {
        let token = answer.text("captchaWord").unwrap_or_default();
        if token.len() > LONGEST_TOKEN {
            return Verdict::Wrong(Reason::CaptchaWrong);
        }
        match self.verifier.verify(service, token, attempt.address).await {
            Ok(true) => Verdict::Right,
            Ok(false) => Verdict::Wrong(Reason::CaptchaWrong),
            Err(problem) => {
                // That a token is not good happens; that nobody can say it must be known.
                if problem != TokenProblem::Refused {
                    tracing::warn!(service = ?service, ?problem, "a captcha was not verified");
                }
                let refused = problem == TokenProblem::Refused;
                Verdict::Unknown { code: problem.code(service.vendor), refused }
            }
        }
    }
}

#[async_trait]
impl PreAuthenticationProvider for Captcha {
    async fn requests(
        &self,
        asking: &mut Asking<'_>,
    ) -> Result<Vec<AuthenticationRequest>, AuthError> {
        let environment = asking.environment;
        let Some(kind) = &environment.settings.captcha.kind else { return Ok(Vec::new()) };
        let purpose = match asking.action {
            AuthAction::Login if is_likely_due(environment, asking.session).await? => {
                Purpose::Login
            }
            AuthAction::Create if is_due_for_creation(environment, asking.session.user()) => {
                Purpose::Creation
            }
            _ => return Ok(Vec::new()),
        };
        let shown = match asking.answering {
            true => None,
            false => open::show(asking.sessions, asking.session).await?,
        };
        Ok(vec![request::request(kind, purpose, shown, &environment.settings.captcha.page)])
    }

    async fn test_for_authentication(
        &self,
        attempt: &mut Attempt<'_>,
    ) -> Result<Option<Message>, AuthError> {
        let environment = attempt.environment;
        let settings = &environment.settings.captcha;
        if settings.kind.is_none() {
            return Ok(None);
        }
        let name_needs_one = match name(attempt) {
            Some(name) => attempts::too_many_with(environment, &name).await?,
            None => false,
        };
        let anybody_needs_one = settings.triggers.login_attempt
            || attempts::too_many_from(environment, attempt.address).await?;
        if !name_needs_one && !anybody_needs_one {
            return Ok(None);
        }
        // Where one is listed anyway the note would only fill the store with strangers' sessions.
        if !anybody_needs_one && attempt.session.get(NAME_NEEDS_ONE).is_none() {
            let yes = Some(Value::Bool(true));
            attempt.sessions.set(attempt.session, NAME_NEEDS_ONE, yes).await?;
        }
        Ok(match self.judge(attempt, Purpose::Login).await? {
            Verdict::Right => None,
            Verdict::Wrong(reason) => {
                attempt.reason = Some(reason);
                Some(Message::new("wrongpassword"))
            }
            Verdict::Unknown { code, .. } => {
                attempt.reason = Some(Reason::CaptchaNotVerified);
                Some(Message::new("captcha-error").with(code))
            }
        })
    }

    async fn post_authentication(
        &self,
        attempt: &mut Attempt<'_>,
        response: &AuthenticationResponse,
    ) -> Result<(), AuthError> {
        if attempt.environment.settings.captcha.kind.is_none() {
            return Ok(());
        }
        match response {
            AuthenticationResponse::Fail { .. } => {
                let name = name(attempt);
                attempts::failed(attempt.environment, attempt.address, name.as_deref()).await
            }
            // After a PASS the session is another.
            AuthenticationResponse::Restart { .. } => {
                attempt.sessions.set(attempt.session, NAME_NEEDS_ONE, None).await
            }
            _ => Ok(()),
        }
    }

    async fn test_for_account_creation(
        &self,
        attempt: &mut Attempt<'_>,
        _creation: &Creation,
    ) -> Result<Option<Message>, AuthError> {
        if !is_due_for_creation(attempt.environment, attempt.session.user()) {
            return Ok(None);
        }
        Ok(match self.judge(attempt, Purpose::Creation).await? {
            Verdict::Right => None,
            Verdict::Wrong(_) => Some(Message::new("captcha-createaccount-fail")),
            Verdict::Unknown { code, .. } => Some(Message::new("captcha-error").with(code)),
        })
    }
}

/// The name that is tried, where anybody can have it.
fn name(attempt: &Attempt<'_>) -> Option<String> {
    attempt.username.as_deref().and_then(|name| attempt.usable_name(name))
}

/// Whether a captcha is to be shown before it is known who logs in.
async fn is_likely_due(environment: &Environment, session: &Session) -> Result<bool, AuthError> {
    if environment.settings.captcha.triggers.login_attempt
        || session.get(NAME_NEEDS_ONE).is_some_and(Value::is_truthy)
        || attempts::too_many_from(environment, session.user().address()).await?
    {
        return Ok(true);
    }
    // Who was in last in this browser is who comes most likely.
    let names = &environment.settings.names;
    let name = session.suggested_name();
    match name.and_then(|name| username::canonical(name, Rigor::Usable, names)) {
        Some(name) => attempts::too_many_with(environment, &name).await,
        None => Ok(false),
    }
}

fn is_due_for_creation(environment: &Environment, user: &User) -> bool {
    let captcha = &environment.settings.captcha;
    let (rights, now) = (&environment.settings.rights, environment.clock.now());
    captcha.kind.is_some()
        && captcha.triggers.create_account
        && !user.is_allowed("skipcaptcha", rights, now)
        && !captcha.bypass_addresses.iter().any(|range| range.contains(user.address()))
}

/// Another image for a session, for who cannot read the one shown: its id. `None`: the wiki has no
/// images, or too many answers were wrong of late (`action=fancycaptchareload`).
///
/// # Errors
/// When the store fails.
pub async fn another_image(
    sessions: &Sessions,
    session: &mut Session,
) -> Result<Option<String>, AuthError> {
    let environment = sessions.environment();
    if !matches!(environment.settings.captcha.kind, Some(CaptchaKind::Image { .. })) {
        return Ok(None);
    }
    let user = session.user();
    if Answering::new(user.address(), user.id()).gave_too_many(environment).await? {
        return Ok(None);
    }
    Ok(open::show(sessions, session).await?.map(|(id, _)| id))
}
