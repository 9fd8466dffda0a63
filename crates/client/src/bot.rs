//! `action=login`, for programs that nobody sits at.

use serde_json::Value;
use zeroize::Zeroizing;

use crate::call::Method;
use crate::error::Error;
use crate::form::text;
use crate::html::plain;
use crate::params::Params;
use crate::wiki::Wiki;

/// What to log in with.
#[derive(Clone)]
pub(crate) struct Credentials {
    name: String,
    password: Zeroizing<String>,
}

/// Who has logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedIn {
    /// The account's id.
    pub id: u64,
    /// The account's name.
    pub name: String,
}

/// Why `action=login` refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of reason it is.
    pub kind: RefusalKind,
    /// MediaWiki's result: `Failed`, `Aborted`, …
    pub result: String,
    /// The code of its reason; empty where the wiki gives none.
    pub code: String,
    /// Its reason, as plain text.
    pub text: String,
}

/// Kinds of reasons to refuse a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalKind {
    /// Name or password is wrong.
    Credentials,
    /// Too many attempts.
    Throttled,
    /// The account's own password does not do: there is a second factor, or another step.
    NeedsDialogue,
    /// A captcha is due, which cannot be shown in this way.
    CaptchaDue,
    /// The bot password is void since the account's password was changed.
    NeedsReset,
    /// The bot password may not be used from here, or not for this.
    Restricted,
    /// The account is blocked.
    Blocked,
    /// Something else.
    Other,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let advice = match self.kind {
            RefusalKind::Credentials => {
                "a bot password's name is Account@app; look at name and password, and do not repeat this attempt"
            }
            RefusalKind::Throttled => "wait as long as it says before the next attempt",
            RefusalKind::NeedsDialogue => {
                "this account needs more than a password: use a bot password (Special:BotPasswords), or the dialogue (Wiki::begin)"
            }
            RefusalKind::CaptchaDue => {
                "after wrong attempts the wiki wants a captcha, which only the dialogue (Wiki::begin) can show: use that, or a bot password"
            }
            RefusalKind::NeedsReset => {
                "the account's password was changed: make the bot password anew (Special:BotPasswords)"
            }
            RefusalKind::Restricted => {
                "this bot password may not be used from this address: look at its restrictions (Special:BotPasswords)"
            }
            RefusalKind::Blocked => "the account is blocked on this wiki",
            RefusalKind::Other => "the wiki's reason says what to do",
        };
        let (text, code) = (&self.text, &self.code);
        write!(formatter, "the login was refused: {text} [{code}]: {advice}")
    }
}

impl Refusal {
    fn read(login: &Value) -> Self {
        let reason = login.get("reason").unwrap_or(&Value::Null);
        let (code, words) = match reason {
            Value::String(words) => (String::new(), words.clone()),
            other => {
                let words = ["text", "html"].map(|name| text(other, name));
                (text(other, "code"), words.into_iter().find(|t| !t.is_empty()).unwrap_or_default())
            }
        };
        let result = text(login, "result");
        let kind = match (result.as_str(), code.as_str()) {
            ("Throttled", _) | (_, "login-throttled") => RefusalKind::Throttled,
            (_, "botpasswords-needs-reset") => RefusalKind::NeedsReset,
            (_, "botpasswords-restriction-failed") => RefusalKind::Restricted,
            (_, "login-userblocked") => RefusalKind::Blocked,
            (_, "api-login-fail-badsessionprovider" | "api-login-fail-sameorigin") => {
                RefusalKind::Other
            }
            ("Aborted", _) => RefusalKind::NeedsDialogue,
            ("Failed" | "WrongPass" | "NotExists" | "EmptyPass" | "WrongPluginPass", _) => {
                match code.as_str() {
                    ""
                    | "wrongpassword"
                    | "authmanager-authn-no-primary"
                    | "fatalpassworderror"
                    | "nosuchuser"
                    | "noname"
                    | "botpasswords-not-exist" => RefusalKind::Credentials,
                    _ => RefusalKind::Other,
                }
            }
            _ => RefusalKind::Other,
        };
        Self { kind, result, code, text: plain(&words) }
    }
}

impl Wiki {
    /// Logs in by `action=login`: with a bot password (`Account@app`), or with the account's own
    /// where the wiki allows that. A session there was is left behind. Name and password are kept in
    /// memory, so that a call whose session has ended can log in anew.
    ///
    /// # Errors
    /// [`Error::Login`] with the reason.
    pub async fn login_bot(&self, name: &str, password: &str) -> Result<LoggedIn, Error> {
        let credentials =
            Credentials { name: name.to_owned(), password: Zeroizing::new(password.to_owned()) };
        self.check_privacy()?;
        let _one_at_a_time = self.inner.logging_in.lock().await;
        self.state().leave();
        self.log_in(&credentials).await
    }

    /// Logs in anew with what is known, unless somebody else has done it since that session.
    pub(crate) async fn log_in_anew(&self, session: u64) -> Result<(), Error> {
        let _one_at_a_time = self.inner.logging_in.lock().await;
        let credentials = {
            let mut state = self.state();
            if state.session != session {
                return Ok(());
            }
            let credentials = state.bot.clone().ok_or(Error::SessionEnded)?;
            // A bot's session cannot log in, and what is in the old one is of no use to a new.
            state.jar.clear();
            state.begin_session();
            credentials
        };
        let Err(error) = self.log_in(&credentials).await else { return Ok(()) };
        // What was refused once for what it is would be refused again, at every call. That somebody
        // should be in stays known: the calls that follow fail, instead of being nobody's.
        if let Error::Login(refusal) = &error
            && !matches!(refusal.kind, RefusalKind::Throttled | RefusalKind::Other)
        {
            self.state().bot = None;
        }
        Err(error)
    }

    async fn log_in(&self, credentials: &Credentials) -> Result<LoggedIn, Error> {
        let mut is_second = false;
        loop {
            let login = self.try_login(credentials).await?;
            if text(&login, "result") == "Success" {
                return Ok(self.logged_in(&login, credentials));
            }
            let refusal = Refusal::read(&login);
            let lost = matches!(refusal.result.as_str(), "NeedToken" | "WrongToken")
                || matches!(refusal.code.as_str(), "sessionlost" | "session_fail_preview");
            if lost && is_second {
                return Err(self.cookies_lost());
            }
            if !lost {
                return Err(Error::Login(self.look_closer(refusal, credentials).await));
            }
            is_second = true;
        }
    }

    async fn try_login(&self, credentials: &Credentials) -> Result<Value, Error> {
        let token = self.fetch_token("login").await?;
        let mut params = Params::of(&[("action", "login")]);
        params.push("lgname", &credentials.name);
        params.push("lgpassword", &credentials.password);
        params.push("lgtoken", &token);
        let mut answer = self.raw(Method::Post, params).await?;
        let login = answer.get_mut("login").map(Value::take).filter(Value::is_object);
        login.ok_or(Error::Unexpected { what: "the result of a login" })
    }

    fn logged_in(&self, login: &Value, credentials: &Credentials) -> LoggedIn {
        let name = text(login, "lgusername");
        let mut state = self.state();
        state.user = Some(name.clone());
        state.bot = Some(credentials.clone());
        state.begin_session();
        let id = login.get("lguserid").and_then(Value::as_u64).unwrap_or_default();
        LoggedIn { id, name }
    }

    /// A captcha that is due is told as a wrong password: the list of what is asked for says more.
    async fn look_closer(&self, mut refusal: Refusal, credentials: &Credentials) -> Refusal {
        let may_be = refusal.kind == RefusalKind::Credentials && !credentials.name.contains('@');
        if may_be
            && let Ok(form) = self.offered("login").await
            && form
                .requests
                .iter()
                .any(|request| request.short_id().ends_with("CaptchaAuthenticationRequest"))
        {
            refusal.kind = RefusalKind::CaptchaDue;
        }
        refusal
    }
}
