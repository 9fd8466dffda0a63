//! A module's call: what it may know and do.

use daemun_auth::AuthManager;
use daemun_auth::session::{Session, TokenType};
use daemun_mediawiki::timestamp::Timestamp;
use daemun_messages::{Language, Message, Param as MessageParam};

use crate::error::{ApiError, Failure};
use crate::explain;
use crate::http::{Api, Request};
use crate::module::Module;
use crate::output::{ErrorFormatter, Output};
use crate::params::{Limits, Param, Reading, Values};

/// What a module gets.
pub struct Call<'a> {
    /// The API.
    pub api: &'a Api,
    /// The request as it came.
    pub request: &'a Request,
    /// The session of the request.
    pub session: &'a mut Session,
    /// The result.
    pub output: &'a mut Output,
    /// What was read of the parameters, to read more.
    pub reading: &'a mut Reading,
    /// Languages and formats that hold for the whole request.
    pub presentation: &'a Presentation,
    /// The running module.
    pub module: &'static Module,
    /// Its parameters' values.
    pub values: Values,
    /// How many values a parameter may have.
    pub limits: Limits,
}

/// Languages and formats that hold for a whole request.
#[derive(Clone, Debug)]
pub struct Presentation {
    /// `uselang`: the language of results.
    pub language: Language,
    /// How errors are written.
    pub errors: ErrorFormatter,
    /// The request must not act for whoever the cookies say.
    pub lacks_same_origin_security: bool,
}

impl<'a> Call<'a> {
    /// The authentication manager.
    pub fn manager(&self) -> &'a AuthManager {
        &self.api.manager
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.manager().environment().clock.now()
    }

    /// Whether the user has a right.
    pub fn is_allowed(&self, right: &str) -> bool {
        let settings = &self.manager().environment().settings;
        self.session.user().is_allowed(right, &settings.rights, self.now())
    }

    /// A token of the session.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn token(&mut self, kind: TokenType) -> Result<String, Failure> {
        let sessions = self.manager().sessions();
        let key = sessions.token_key(self.session, kind).await?;
        Ok(key.make(kind.salt(), self.now()))
    }

    /// Refuses parameters that stand in the address, where they get into logs.
    ///
    /// # Errors
    /// `mustpostparams`.
    pub fn require_posted(&self, names: &[&str]) -> Result<(), ApiError> {
        let raw = self.reading.raw();
        let found: Vec<String> =
            names.iter().filter(|name| raw.in_query(name)).map(|name| (*name).to_owned()).collect();
        if found.is_empty() {
            return Ok(());
        }
        let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
        let names = found.join(", ");
        self.request.journal.explain(|| {
            Message::new("daemun-explain-in-address").with(MessageParam::plaintext(names.as_str()))
        });
        Err(ApiError::new(Message::new("apierror-mustpostparams").with(names).with(count)))
    }

    fn explain_missing_token(&self) {
        let name = format!("{}token", self.module.prefix);
        let raw = self.reading.raw();
        if self.module.token.is_some() && raw.text(&name).is_none_or(|token| token.is_empty()) {
            self.request.journal.explain(|| explain::missing_token(&name, raw));
        }
    }

    /// Reads this module's parameters.
    ///
    /// # Errors
    /// The first that cannot be accepted.
    pub fn read_values(&mut self) -> Result<(), ApiError> {
        let mut notices = Vec::new();
        let token = self.module.token.map(|_| Param::token());
        let params = self.module.params.iter().chain(&token);
        let values = self.reading.values(self.module.prefix, params, self.limits, &mut notices);
        if !notices.is_empty() {
            self.output.notices(&self.module.path(), notices);
        }
        self.values = values.inspect_err(|_| self.explain_missing_token())?;
        Ok(())
    }
}
