//! What is known of a request when it is over, for the log and for counting. No secrets, and no
//! values of parameters but the name that somebody wanted to log in by.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use daemun_auth::Reason;
use daemun_auth::response::AuthenticationResponse;
use daemun_auth::session::{Lost, Session};
use daemun_messages::Message;

use crate::http::Request;
use crate::module::Module;

/// What is known of a request when it is over.
#[derive(Clone, Debug)]
pub struct Record {
    /// What `X-Request-Id` says; empty where a request ended before it got one.
    pub id: String,
    /// Where it came from, behind trusted proxies.
    pub address: IpAddr,
    /// The module of `action`.
    pub action: Option<&'static str>,
    /// The submodules of `action=query`.
    pub modules: Vec<&'static str>,
    /// The format.
    pub format: Option<&'static str>,
    /// The codes of the errors that were answered.
    pub error: Option<String>,
    /// Whether something below failed: the store.
    pub failed_below: bool,
    /// The account that is in at the end.
    pub account: Option<String>,
    /// What came of an attempt to log in.
    pub login: Option<Login>,
    /// The account that signed out.
    pub signed_out: Option<String>,
    /// Why it did not succeed, for the author of the client; only where the site explains.
    pub explanation: Option<Message>,
    /// Why it found no session.
    lost: Option<Lost>,
}

/// An attempt to log in, or a step of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// By which way.
    pub method: LoginMethod,
    /// How it ended.
    pub outcome: LoginOutcome,
    /// The account: by its own name after a success, else as it was asked for. May be anything and
    /// of any length.
    pub account: String,
    /// The key of the message, or the code of the error, that says why.
    pub reason: Option<String>,
}

impl Login {
    fn is_under_way(&self) -> bool {
        self.outcome == LoginOutcome::Abandoned
    }
}

/// The ways to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LoginMethod {
    /// `action=clientlogin`.
    ClientLogin,
    /// `action=login`, ended before it was looked at what the password is.
    Login,
    /// `action=login` with a bot password.
    BotPassword,
    /// `action=login` with the account's own password.
    MainAccount,
    /// The page for people.
    Page,
}

impl LoginMethod {
    /// Its word in log and metrics.
    pub fn word(self) -> &'static str {
        match self {
            Self::ClientLogin => "clientlogin",
            Self::Login => "login",
            Self::BotPassword => "bot-password",
            Self::MainAccount => "main-account",
            Self::Page => "page",
        }
    }

    /// The way that a module stands for, and its parameter for the name.
    fn of(module: &Module) -> Option<(Self, &'static str)> {
        match module.name {
            "clientlogin" => Some((Self::ClientLogin, "username")),
            "login" => Some((Self::Login, "lgname")),
            _ => None,
        }
    }
}

/// How a step of a login ended, by the words of the API as far as it has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LoginOutcome {
    /// In, by `clientlogin`.
    Pass,
    /// Not in, by `clientlogin`.
    Fail,
    /// Another step follows.
    Ui,
    /// Another step follows elsewhere.
    Redirect,
    /// Known, but without an account.
    Restart,
    /// In, by `login`.
    Success,
    /// Not in, by `login`.
    Failed,
    /// Not to be had by `login`.
    Aborted,
    /// `login` without a token.
    NeedToken,
    /// `login` with a token of another session.
    WrongToken,
    /// Too many attempts, by either.
    Throttled,
    /// Too many logins at once: not looked at.
    Busy,
    /// Another error.
    Error,
    /// The client went away, or took too long, before it was known how the attempt ends.
    Abandoned,
}

impl LoginOutcome {
    /// Its word in log and metrics.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Fail => "FAIL",
            Self::Ui => "UI",
            Self::Redirect => "REDIRECT",
            Self::Restart => "RESTART",
            Self::Success => "Success",
            Self::Failed => "Failed",
            Self::Aborted => "Aborted",
            Self::NeedToken => "NeedToken",
            Self::WrongToken => "WrongToken",
            Self::Throttled => "Throttled",
            Self::Busy => "Busy",
            Self::Error => "Error",
            Self::Abandoned => "Abandoned",
        }
    }

    /// This outcome, unless the reason is that there were too many attempts.
    pub(crate) fn unless_throttled(self, reason: Option<Reason>) -> Self {
        if matches!(reason, Some(Reason::Throttled(_))) { Self::Throttled } else { self }
    }
}

impl Record {
    /// A request from an address, of which nothing else is known.
    pub fn of(address: IpAddr) -> Self {
        Self {
            id: String::new(),
            address,
            action: None,
            modules: Vec::new(),
            format: None,
            error: None,
            failed_below: false,
            account: None,
            login: None,
            signed_out: None,
            explanation: None,
            lost: None,
        }
    }
}

/// Told of attempts to log in that were given up while they were under way.
pub type Abandoned = Arc<dyn Fn(Record) + Send + Sync>;

/// A record in the making, which everybody who has the request can write to.
///
/// Dropped unfinished it tells of the attempt to log in that was under way. The attempt itself ends
/// there: the throttle has counted it before it was looked at and goes on counting it, and no hash
/// is computed for somebody who is gone.
pub(crate) struct Journal {
    record: Mutex<Record>,
    explains: bool,
    abandoned: Option<Abandoned>,
}

impl Journal {
    pub(crate) fn new(address: IpAddr, explains: bool, abandoned: Option<Abandoned>) -> Self {
        Self { record: Mutex::new(Record::of(address)), explains, abandoned }
    }

    pub(crate) fn finish(mut self) -> Record {
        self.abandoned = None;
        let mut record = self.take();
        // What was begun and answered without a word on its end has failed.
        if let Some(login) = record.login.as_mut().filter(|login| login.is_under_way()) {
            login.outcome = LoginOutcome::Error;
        }
        record
    }

    fn take(&mut self) -> Record {
        let record = self.record.get_mut().unwrap_or_else(PoisonError::into_inner);
        let nothing = Record::of(record.address);
        std::mem::replace(record, nothing)
    }

    /// Notes something.
    pub(crate) fn note<T>(&self, write: impl FnOnce(&mut Record) -> T) -> T {
        write(&mut self.record.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes why the request does not succeed, where anybody wants to know. The first who knows
    /// knows best.
    pub(crate) fn explain(&self, why: impl FnOnce() -> Message) {
        if !self.explains || self.note(|record| record.explanation.is_some()) {
            return;
        }
        let why = why();
        self.note(|record| record.explanation = Some(why));
    }

    /// Notes which session was found, as it was before the request changed anything.
    pub(crate) fn found(&self, session: &Session) {
        if self.explains {
            let lost = session.lost();
            self.note(|record| record.lost = lost);
        }
    }

    /// Why no session was found.
    pub(crate) fn lost(&self) -> Option<Lost> {
        self.note(|record| record.lost)
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        let Some(tell) = self.abandoned.take() else { return };
        let record = self.take();
        if record.login.is_some() {
            tell(record);
        }
    }
}

impl Request {
    /// What is known of the request, now that it is over.
    pub fn into_record(self) -> Record {
        Record { id: self.id, ..self.journal.finish() }
    }

    /// Notes that an attempt to log in begins, for the case that nobody waits for its end.
    pub fn login_begins(&self, method: LoginMethod, account: &str) {
        self.journal.note(|record| record.id.clone_from(&self.id));
        self.login_ended(method, LoginOutcome::Abandoned, account, None);
    }

    /// Notes how a step of a dialogue ended; `words` are those of a PASS and of a FAIL, `name` is
    /// who wanted to log in.
    pub fn login_answered(
        &self,
        method: LoginMethod,
        [pass, fail]: [LoginOutcome; 2],
        response: &AuthenticationResponse,
        name: &str,
    ) {
        match response {
            AuthenticationResponse::Pass { username, .. } => {
                self.login_ended(method, pass, username, None);
            }
            AuthenticationResponse::Fail { message, reason, .. } => {
                self.login_ended(method, fail.unless_throttled(*reason), name, Some(&message.key));
            }
            AuthenticationResponse::Ui { message, .. } => {
                self.login_ended(method, LoginOutcome::Ui, name, Some(&message.key));
            }
            AuthenticationResponse::Redirect { .. } => {
                self.login_ended(method, LoginOutcome::Redirect, name, None);
            }
            AuthenticationResponse::Restart { message, .. } => {
                self.login_ended(method, LoginOutcome::Restart, name, Some(&message.key));
            }
        }
    }

    /// Notes who is in, and which session was found.
    pub fn found(&self, session: &Session) {
        self.journal.found(session);
        let account = session.user().account().map(|account| account.name.clone());
        self.journal.note(|record| record.account = account);
    }

    /// Notes who signed out.
    pub fn signed_out(&self, name: &str) {
        self.journal.note(|record| {
            record.signed_out = Some(name.to_owned());
            record.account = None;
        });
    }

    /// Notes that the store failed.
    pub fn failed_below(&self) {
        self.journal.note(|record| record.failed_below = true);
    }

    /// Notes how a step of a login ended.
    pub fn login_ended(
        &self,
        method: LoginMethod,
        outcome: LoginOutcome,
        account: &str,
        reason: Option<&str>,
    ) {
        let (account, reason) = (account.to_owned(), reason.map(str::to_owned));
        let login = Login { method, outcome, account, reason };
        self.journal.note(|record| record.login = Some(login));
    }

    /// Notes that a login failed before its module had anything to say.
    pub(crate) fn login_failed(&self, module: &Module, busy: bool, code: &str) {
        let Some((method, name)) = LoginMethod::of(module) else { return };
        let is_known = |login: &Login| !login.is_under_way();
        if self.journal.note(|record| record.login.as_ref().is_some_and(is_known)) {
            return;
        }
        let outcome = if busy { LoginOutcome::Busy } else { LoginOutcome::Error };
        let account = self.params.text(name).unwrap_or_default();
        self.login_ended(method, outcome, &account, Some(code));
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn only_the_first_explanation_counts_and_none_is_made_where_nobody_wants_one() {
        let journal = Journal::new(Ipv4Addr::LOCALHOST.into(), true, None);
        journal.explain(|| Message::new("daemun-explain-no-cookies"));
        journal.explain(|| unreachable!("the first is known"));
        let record = journal.finish();
        assert_eq!(record.explanation, Some(Message::new("daemun-explain-no-cookies")));

        let journal = Journal::new(Ipv4Addr::LOCALHOST.into(), false, None);
        journal.explain(|| unreachable!("nobody wants to know"));
        assert_eq!(journal.finish().explanation, None);
    }

    #[test]
    fn a_throttled_attempt_is_told_from_a_failed_one() {
        let rule = daemun_auth::settings::ThrottleRule { count: 5, seconds: 300 };
        let outcome = |reason| LoginOutcome::Failed.unless_throttled(reason);
        assert_eq!(outcome(Some(Reason::Throttled(rule))), LoginOutcome::Throttled);
        assert_eq!(outcome(Some(Reason::WrongPassword)), LoginOutcome::Failed);
        assert_eq!(outcome(None), LoginOutcome::Failed);
    }
}
