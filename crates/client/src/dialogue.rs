//! `action=clientlogin`, for programs that a person uses, and `action=createaccount` where it leads
//! there.

use serde_json::Value;
use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::answers::Answers;
use crate::call::Method;
use crate::error::Error;
use crate::form::{FieldKind, Form};
use crate::params::Params;
use crate::step::{self, Passed, Step};
use crate::wiki::Wiki;

/// What a dialogue is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To log in.
    Login,
    /// To make an account.
    Create,
}

impl Purpose {
    /// The action, the token's kind, and what parameters begin with.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Login => ("clientlogin", "login", "login"),
            Self::Create => ("createaccount", "createaccount", "create"),
        }
    }
}

/// A login step by step. Where it stands says [`Dialogue::step`]; what one does about it are the
/// other methods, each of which leads to the next step.
#[derive(Debug)]
pub struct Dialogue {
    wiki: Wiki,
    purpose: Purpose,
    return_url: String,
    /// Whether the next attempt goes on from what was proved.
    preserve: bool,
    /// Whether the wiki has begun, so that the next answer continues.
    begun: bool,
    token: Option<Token>,
    steps: u32,
    step: Step,
}

struct Token(Zeroizing<String>);

impl std::fmt::Debug for Token {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("…")
    }
}

impl Wiki {
    /// Begins to log in: asks the wiki which fields there are.
    ///
    /// # Errors
    /// When the wiki lets nobody log in in this way.
    pub async fn begin(&self) -> Result<Dialogue, Error> {
        let here = self.inner.api.join("/").map(String::from);
        self.begin_returning_to(&here.unwrap_or_default()).await
    }

    /// The same, for who can wait at an address for a person that is sent elsewhere.
    ///
    /// # Errors
    /// As [`Wiki::begin`].
    pub async fn begin_returning_to(&self, return_url: &str) -> Result<Dialogue, Error> {
        self.check_privacy()?;
        let mut dialogue = Dialogue {
            wiki: self.clone(),
            purpose: Purpose::Login,
            return_url: return_url.to_owned(),
            preserve: false,
            begun: false,
            token: None,
            steps: 0,
            step: Step::Fields(Form::default()),
        };
        match dialogue.start(Purpose::Login, false).await {
            // A bot's session logs nobody in: another one may.
            Err(Error::CannotLogIn { .. }) => {
                self.state().leave();
                dialogue.start(Purpose::Login, false).await?;
            }
            Err(error) => return Err(error),
            Ok(_) => {}
        }
        Ok(dialogue)
    }

    /// What the wiki asks for at the beginning.
    pub(crate) async fn offered(&self, purpose: &str) -> Result<Form, Error> {
        let params = Params::of(&[
            ("action", "query"),
            ("meta", "authmanagerinfo"),
            ("amirequestsfor", purpose),
            ("amimessageformat", "html"),
        ]);
        let answer = self.raw(Method::Get, params).await?;
        let info = answer.pointer("/query/authmanagerinfo");
        let info = info.ok_or(Error::Unexpected { what: "authmanagerinfo" })?;
        let may = if purpose == "login" { "canauthenticatenow" } else { "cancreateaccounts" };
        if info.get(may).and_then(Value::as_bool) == Some(false) {
            let text = if purpose == "login" {
                "the wiki allows it to nobody, or it is a bot's session"
            } else {
                "accounts are not made here"
            };
            return Err(Error::CannotLogIn { text: text.to_owned() });
        }
        let requests = info.get("requests").unwrap_or(&Value::Null);
        Form::read(String::new(), String::new(), requests)
    }
}

impl Dialogue {
    /// Where it stands.
    pub fn step(&self) -> &Step {
        &self.step
    }

    /// What it is for at this step: after [`Dialogue::create`] it makes an account.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The wiki.
    pub fn wiki(&self) -> &Wiki {
        &self.wiki
    }

    /// The fields of this step, if it has some.
    pub fn form(&self) -> Option<&Form> {
        match &self.step {
            Step::Fields(form) | Step::Captcha { form, .. } => Some(form),
            _ => None,
        }
    }

    /// Answers the fields of this step and goes on. Hidden fields need no answer.
    ///
    /// # Errors
    /// [`Error::UnknownField`], [`Error::WrongStep`], and what goes wrong on the way. The dialogue
    /// stays where it was.
    pub async fn answer(&mut self, answers: &Answers) -> Result<&Step, Error> {
        let form = self.form().ok_or(Error::WrongStep { attempt: "answer fields" })?;
        if let Some((name, _)) = answers.pairs().find(|(name, _)| form.field(name).is_none()) {
            return Err(Error::UnknownField { name: name.to_owned() });
        }
        let mut fields = Params::default();
        for field in form.fields().filter(|field| field.kind == FieldKind::Hidden) {
            if answers.get(&field.name).is_none() {
                fields.push(&field.name, field.value.as_deref().unwrap_or_default());
            }
        }
        for (name, value) in answers.pairs() {
            fields.push(name, value);
        }
        self.post(fields).await
    }

    /// Goes on with what came back from elsewhere: the whole address to which the person was
    /// returned, or its query. Of that, what the wiki asks for is passed on.
    ///
    /// # Errors
    /// [`Error::WrongStep`], and what goes wrong on the way.
    pub async fn returned(&mut self, address: &str) -> Result<&Step, Error> {
        let Step::Redirect(redirect) = &self.step else {
            return Err(Error::WrongStep { attempt: "come back from elsewhere" });
        };
        let query = address.split_once('?').map_or(address, |(_, query)| query);
        let query = query.split('#').next().unwrap_or_default();
        let mut fields = Params::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if redirect.form.field(&name).is_some() {
                fields.or(&name, &value);
            }
        }
        // Who said no there brings back an error instead: to go on with nothing says just that.
        let brought = |name: &str| fields.pairs().any(|(known, _)| known == name);
        let all = redirect.form.fields().all(|field| field.optional || brought(&field.name));
        if !all {
            fields = Params::default();
        }
        self.post(fields).await
    }

    /// Begins anew, after a failure or whenever somebody thinks better of it.
    ///
    /// # Errors
    /// What goes wrong on the way.
    pub async fn again(&mut self) -> Result<&Step, Error> {
        self.start(Purpose::Login, false).await
    }

    /// After a restart: logs in with an account of here, to which what was proved may then be linked.
    ///
    /// # Errors
    /// [`Error::WrongStep`] where nothing was preserved.
    pub async fn link(&mut self) -> Result<&Step, Error> {
        self.preserved("link")?;
        self.start(Purpose::Login, true).await
    }

    /// After a restart: makes an account that is linked with what was proved. Nobody is in then: the
    /// next thing is to log in.
    ///
    /// # Errors
    /// [`Error::WrongStep`] where nothing was preserved.
    pub async fn create(&mut self) -> Result<&Step, Error> {
        self.preserved("create an account")?;
        self.start(Purpose::Create, true).await
    }

    fn preserved(&self, attempt: &'static str) -> Result<(), Error> {
        let preserved = match &self.step {
            Step::Restart(restart) => restart.can_preserve_state,
            Step::Failed(failed) => failed.can_preserve_state,
            // Somebody who chose one of the two may choose the other.
            Step::Fields(_) | Step::Captcha { .. } => self.preserve && !self.begun,
            _ => false,
        };
        if preserved { Ok(()) } else { Err(Error::WrongStep { attempt }) }
    }

    async fn start(&mut self, purpose: Purpose, preserve: bool) -> Result<&Step, Error> {
        self.count()?;
        let (_, _, prefix) = purpose.words();
        let form = self.wiki.offered(prefix).await?;
        self.step = self.shown(Step::Fields(form)).await?;
        (self.purpose, self.preserve, self.begun, self.token) = (purpose, preserve, false, None);
        Ok(&self.step)
    }

    async fn post(&mut self, mut params: Params) -> Result<&Step, Error> {
        self.count()?;
        let (action, kind, prefix) = self.purpose.words();
        let token = match &self.token {
            Some(Token(token)) => token.clone(),
            None => self.wiki.fetch_token(kind).await?,
        };
        self.token = Some(Token(token.clone()));
        params.push("action", action);
        params.push(&format!("{prefix}token"), &token);
        params.push(&format!("{prefix}messageformat"), "html");
        if self.begun {
            params.push(&format!("{prefix}continue"), "1");
        } else {
            params.push(&format!("{prefix}returnurl"), &self.return_url);
        }
        if self.preserve && !self.begun {
            params.push(&format!("{prefix}preservestate"), "1");
        }
        let mut answer = match self.wiki.raw(Method::Post, params).await {
            Ok(answer) => answer,
            Err(error) => return Err(self.lost(error)),
        };
        let result = answer.get_mut(action).map(Value::take).unwrap_or_default();
        let next = step::read(&result, self.purpose == Purpose::Login)?;
        if let Step::Failed(failed) = &next
            && matches!(failed.code.as_str(), "authmanager-authn-not-in-progress" | "sessionlost")
            && self.begun
        {
            self.begun = false;
            return Err(Error::DialogueLost);
        }
        self.begun = !matches!(next, Step::Passed(_) | Step::Failed(_) | Step::Restart(_));
        if let Step::Passed(Passed { username, logged_in: true }) = &next {
            let mut state = self.wiki.state();
            state.user = Some(username.clone());
            state.bot = None;
            state.begin_session();
        }
        self.step = self.shown(next).await?;
        Ok(&self.step)
    }

    /// A token that was good a moment ago is refused: the session is another one.
    fn lost(&mut self, error: Error) -> Error {
        if error.code() != Some("badtoken") {
            return error;
        }
        self.token = None;
        if self.begun { Error::DialogueLost } else { self.wiki.cookies_lost() }
    }

    /// Looks whether a captcha is among the fields.
    async fn shown(&self, step: Step) -> Result<Step, Error> {
        let Step::Fields(form) = step else { return Ok(step) };
        Ok(match self.wiki.captcha(&form).await? {
            Some(captcha) => Step::Captcha { form, captcha },
            None => Step::Fields(form),
        })
    }

    fn count(&mut self) -> Result<(), Error> {
        let most = self.wiki.inner.limits.steps;
        if self.steps >= most {
            return Err(Error::TooManySteps { steps: most });
        }
        self.steps += 1;
        Ok(())
    }
}
