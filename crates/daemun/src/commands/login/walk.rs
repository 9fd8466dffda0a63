//! Walks the dialogue of `action=clientlogin` with somebody, or with what was given.

use clap::ValueEnum;
use daemun_client::{Answers, Dialogue, Step, Wiki};
use daemun_messages::{Message, Param};

use super::Login;
use super::browser;
use super::fill::{Filled, Filling, as_json};
use super::outcome::Outcome;
use super::returning::Returning;
use super::words::Words;

/// How often somebody who failed is asked again.
const ATTEMPTS: u32 = 4;

/// What to do with somebody who is known elsewhere, but has no account here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum OnRestart {
    /// Log in to an account of here, which may then be linked
    Link,
    /// Make an account
    Create,
}

/// Logs in.
pub(super) async fn log_in(login: &Login, wiki: &Wiki, words: &Words) -> anyhow::Result<Outcome> {
    let returning = Returning::start(words).await?;
    let dialogue = wiki.begin_returning_to(returning.address()).await?;
    let filling = Filling::new(login, words);
    let on_restart = login.on_restart;
    Walk { login, words, dialogue, filling, returning, on_restart, failures: 0, made: None }
        .run()
        .await
}

struct Walk<'a> {
    login: &'a Login,
    words: &'a Words,
    dialogue: Dialogue,
    filling: Filling<'a>,
    returning: Returning,
    on_restart: Option<OnRestart>,
    failures: u32,
    /// What a new account was made with, to log in to it.
    made: Option<Answers>,
}

impl Walk<'_> {
    async fn run(mut self) -> anyhow::Result<Outcome> {
        loop {
            let step = self.dialogue.step().clone();
            let ended = match step {
                Step::Fields(form) => self.answer(form, None).await?,
                Step::Captcha { form, captcha } => self.answer(form, Some(captcha)).await?,
                Step::Redirect(redirect) => {
                    self.go(redirect.target.as_str()).await?;
                    None
                }
                Step::Restart(restart) => self.restart(restart).await?,
                Step::Passed(passed) if passed.logged_in => {
                    let api = self.dialogue.wiki().api().to_string();
                    return Ok(Outcome::LoggedIn { username: passed.username, api, file: None });
                }
                Step::Passed(passed) => {
                    let name = Param::plaintext(&passed.username);
                    self.words.progress(Message::new("daemun-login-created").with(name));
                    self.log_in_to_what_was_made(&passed.username).await?
                }
                Step::Failed(failed) => self.failed(failed.code, failed.reason).await?,
            };
            if let Some(outcome) = ended {
                return Ok(outcome);
            }
        }
    }

    async fn answer(
        &mut self,
        form: daemun_client::Form,
        captcha: Option<daemun_client::Captcha>,
    ) -> anyhow::Result<Option<Outcome>> {
        self.filling.is_known = self.dialogue.purpose() == daemun_client::Purpose::Create;
        let answers = match self.filling.fill(&form, captcha.as_ref())? {
            Filled::Answers(answers) => answers,
            Filled::Missing(fields) => {
                let names = fields.iter().map(|field| field.name.clone()).collect();
                let fields = as_json(&fields, captcha.as_ref());
                return Ok(Some(Outcome::Unanswered { fields, names }));
            }
        };
        if self.dialogue.purpose() == daemun_client::Purpose::Create {
            self.made = Some(answers.clone());
        }
        self.dialogue.answer(&answers).await?;
        Ok(None)
    }

    /// Elsewhere and back.
    async fn go(&mut self, target: &str) -> anyhow::Result<()> {
        let address = Param::plaintext(target);
        self.words.note(&Message::new("daemun-login-go-to").with(address));
        let opened = !self.login.no_browser && browser::open(target);
        let returned = match (&self.filling.terminal, opened) {
            // The browser may be on another machine than this.
            (Some(terminal), false) => {
                let label = self.words.say(&Message::new("daemun-login-paste-address"));
                terminal.insist(&label, false)?.to_string()
            }
            _ => self.returning.wait(self.words).await?,
        };
        self.dialogue.returned(&returned).await?;
        Ok(())
    }

    async fn restart(
        &mut self,
        restart: daemun_client::Restart,
    ) -> anyhow::Result<Option<Outcome>> {
        let refused =
            || Outcome::Refused { code: restart.code.clone(), reason: restart.message.clone() };
        if !restart.can_preserve_state {
            return Ok(Some(refused()));
        }
        let chosen = match (self.on_restart.take(), &self.filling.terminal) {
            (Some(chosen), _) => chosen,
            (None, None) => return Ok(Some(refused())),
            (None, Some(terminal)) => {
                let choices = [
                    Message::new("daemun-login-restart-link"),
                    Message::new("daemun-login-restart-create"),
                    Message::new("daemun-login-restart-stop"),
                ];
                let choices = choices.map(|choice| self.words.say(&choice));
                match terminal.choose(&restart.message, &choices)? {
                    0 => OnRestart::Link,
                    1 => OnRestart::Create,
                    _ => return Ok(Some(refused())),
                }
            }
        };
        match chosen {
            OnRestart::Link => self.dialogue.link().await?,
            OnRestart::Create => self.dialogue.create().await?,
        };
        Ok(None)
    }

    /// A new account: what it was made with opens it. Where it was made without a password, it was
    /// linked, and the way that led here leads in.
    async fn log_in_to_what_was_made(&mut self, username: &str) -> anyhow::Result<Option<Outcome>> {
        let password = self.made.take().and_then(|made| {
            made.get("password").map(|password| zeroize::Zeroizing::new(password.to_owned()))
        });
        self.dialogue.again().await?;
        if let Some(password) = password {
            let answers = Answers::new().with("username", username).with("password", &password);
            self.dialogue.answer(&answers).await?;
        }
        Ok(None)
    }

    /// Somebody at a terminal may try again; a script is told.
    async fn failed(&mut self, code: String, reason: String) -> anyhow::Result<Option<Outcome>> {
        self.failures += 1;
        let refused = Outcome::Refused { code, reason };
        let Outcome::Refused { reason, code } = &refused else { return Ok(Some(refused)) };
        if self.filling.terminal.is_none() && code == "wrongpassword" {
            // A captcha that is due is told in the same words.
            self.dialogue.again().await?;
            if let Step::Captcha { form, captcha } = self.dialogue.step() {
                let fields: Vec<_> = form.field(&captcha.field).cloned().into_iter().collect();
                let names = vec![captcha.field.clone()];
                let fields = as_json(&fields, Some(captcha));
                return Ok(Some(Outcome::Unanswered { fields, names }));
            }
        }
        if self.filling.terminal.is_none() || self.failures >= ATTEMPTS || code == "login-throttled"
        {
            return Ok(Some(refused));
        }
        let message = Message::new("daemun-login-again").with(Param::plaintext(reason));
        self.words.note(&message);
        self.dialogue.again().await?;
        Ok(None)
    }
}
