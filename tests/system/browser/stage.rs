//! The worlds of the scenarios, and what a person would know of them: what a letter says, what an
//! app shows, what can be read in an image.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use daemun_auth::providers::captcha::settings::{CaptchaKind, CaptchaTriggers, Question};
use daemun_auth::providers::captcha::{self, Challenge};
use daemun_auth::session::RequestOrigin;
use daemun_auth::{Clock, Sessions, second_factor};
use daemun_mediawiki::cookie::CookieJar;
use daemun_mediawiki::second_factor::{TotpSecret, window_of};
use daemun_mediawiki::timestamp::Timestamp;
use daemun_messages::{Language, Message, Param};
use daemun_store::OpenIdLink;
use daemun_testkit::mail::Letters;
use daemun_testkit::openid_provider::{Person, TestProvider};
use daemun_testkit::world::{BEGINNING, Rules, World};
use serde_json::{Value, json};

use super::asked::{Account, Asked, Wanted};

/// All worlds of one caller.
#[derive(Default)]
pub(super) struct Stage {
    scenes: HashMap<usize, Scene>,
    next: usize,
}

/// A world with what belongs to it.
struct Scene {
    world: World,
    letters: Letters,
    provider: Option<TestProvider>,
}

impl Stage {
    /// Does what is asked.
    pub(super) fn answer(&mut self, asked: Asked) -> Result<Value> {
        Ok(match asked {
            Asked::World(wanted) => {
                let scene = Scene::new(&wanted)?;
                let origin = scene.world.origin().to_owned();
                let issuer = scene.provider.as_ref().map(TestProvider::issuer);
                let answer = json!({"world": self.next, "origin": origin, "issuer": issuer});
                self.scenes.insert(self.next, scene);
                self.next += 1;
                answer
            }
            Asked::End { world } => self.scenes.remove(&world).map(|_| true).into(),
            Asked::Account(account) => self.scene(account.world)?.add(account)?.into(),
            Asked::App { world, name } => self.scene(world)?.enrol(&name)?,
            Asked::Code { world, secret } => self.scene(world)?.code(&secret)?.into(),
            Asked::BotPassword { world, id, app } => {
                self.scene(world)?.world.add_bot_password(id, &app)?.into()
            }
            Asked::Letters { world, count } => {
                let letters = self.scene(world)?.letters.take_all(count)?;
                let told = letters.iter().map(|letter| {
                    json!({"to": letter.to, "subject": letter.subject, "text": letter.text})
                });
                told.collect()
            }
            Asked::Settle { world } => {
                let world = &self.scene(world)?.world;
                world.run(world.environment.private_log.finish(Duration::from_secs(10))).into()
            }
            Asked::Pass { world, seconds } => {
                self.scene(world)?.world.pass_seconds(seconds);
                Value::Null
            }
            Asked::Captcha { world, id, session } => self.scene(world)?.read(&id, &session)?.into(),
            Asked::Sql { world, sql } => serde_json::to_value(self.scene(world)?.world.sql(&sql)?)?,
            Asked::Text { language, key, params } => {
                let language = Language::sanitise(&language).context("a language")?;
                let params = params.into_iter().map(Param::plaintext);
                let message = params.fold(Message::new(key), Message::with);
                daemun_messages::html(&message, &language, &links()).into()
            }
        })
    }

    fn scene(&self, number: usize) -> Result<&Scene> {
        self.scenes.get(&number).with_context(|| format!("there is no world {number}"))
    }
}

/// Links of texts are compared by their words alone.
fn links() -> daemun_messages::HtmlLinks {
    daemun_action_api::Site::at("http://localhost", "wiki").links()
}

impl Scene {
    fn new(wanted: &Wanted) -> Result<Self> {
        let letters = Letters::default();
        let provider = wanted.openid.then(TestProvider::start).transpose()?;
        let world = World::with(|rules| {
            rules.mailer = letters.mailer();
            wanted.ask(rules);
            if let Some(provider) = &provider {
                let mut settings = provider.settings("example");
                settings.label = "Example ID".to_owned();
                settings.creates_accounts = wanted.openid_creates;
                rules.settings.openid.providers = vec![settings];
                rules.settings.confirm_link = true;
            }
        })?;
        // Browsers drop cookies by their own clock.
        world.pass_seconds(Clock::system().now().0 - BEGINNING.0);
        if let Some(provider) = &provider {
            provider.goes_by(world.environment.clock.clone());
            for (subject, name) in [("maria-1", "Maria"), ("nora-1", "Nora")] {
                let claims = json!({"preferred_username": name, "name": format!("{name} M.")});
                provider.knows(Person::new(subject, &claims));
            }
        }
        Ok(Self { world, letters, provider })
    }

    fn add(&self, wanted: Account) -> Result<u64> {
        let now = self.world.now();
        let id = self.world.add_account_with(&wanted.name, &wanted.password, |account| {
            account.email_authenticated = wanted.confirmed.then_some(now);
            account.email = wanted.email;
            account.password_expires = wanted.expires_in.map(|seconds| Timestamp(now.0 + seconds));
        })?;
        for group in wanted.groups {
            let sql =
                format!("INSERT INTO user_groups (ug_user, ug_group) VALUES ({id}, '{group}')");
            self.world.sql(&sql)?;
        }
        if let Some(subject) = wanted.subject {
            let issuer = self.provider.as_ref().context("a provider")?.issuer().to_owned();
            let link = OpenIdLink { issuer, subject };
            self.world.run(self.world.store().openid_links.add(id, &link))?;
        }
        Ok(id)
    }

    fn enrol(&self, name: &str) -> Result<Value> {
        let world = &self.world;
        let account = world.run(world.store().accounts.by_name(name, world.now()))?;
        let account = account.with_context(|| format!("no account {name}"))?;
        let enrolled = world.run(second_factor::enrol(&world.environment, &account))?;
        let codes: Vec<&str> = enrolled.recovery_codes.iter().map(|code| code.reveal()).collect();
        Ok(json!({"secret": *enrolled.secret, "recoveryCodes": codes}))
    }

    fn code(&self, secret: &str) -> Result<String> {
        let secret = TotpSecret::from_base32(secret).context("a secret in Base32")?;
        Ok(format!("{:06}", secret.code(window_of(self.world.now()))))
    }

    /// What is right for a captcha that is open in this session.
    fn read(&self, id: &str, session: &str) -> Result<String> {
        let world = &self.world;
        let cookies = CookieJar::parse(format!("wiki_session={session}").as_bytes());
        let address = [127, 0, 0, 1].into();
        let sessions = Sessions::new(world.environment.clone());
        let origin = RequestOrigin { cookies: &cookies, address, secure: false, agent: "" };
        let mut session = world.run(sessions.load(origin))?;
        match world.run(captcha::look(&sessions, &mut session, id))? {
            Some(Challenge::Image { letters, .. }) => Ok(letters.to_string()),
            Some(Challenge::Arithmetic { answer, .. }) => Ok(answer.to_string()),
            Some(Challenge::Question { answers, .. }) => {
                Ok(answers.first().context("an answer")?.to_string())
            }
            None => bail!("no captcha {id} is open in this session"),
        }
    }
}

impl Wanted {
    fn ask(&self, rules: &mut Rules) {
        let settings = &mut rules.settings;
        rules.site.name = "Example Wiki".to_owned();
        settings.rights.add_second_factors();
        settings.rights.add_private_log();
        settings.captcha.kind = match self.captcha.as_deref() {
            Some("image") => Some(CaptchaKind::Image { text_alternative: true }),
            Some("sum") => Some(CaptchaKind::Arithmetic),
            Some(_) => Some(CaptchaKind::Question),
            None => None,
        };
        settings.captcha.questions = vec![Question {
            text: "What is the capital of Korea?".to_owned(),
            answers: vec!["Seoul".to_owned()],
        }];
        if !self.captcha_when.is_empty() {
            settings.captcha.triggers = CaptchaTriggers::NONE;
        }
        for name in &self.captcha_when {
            if let Some(trigger) = settings.captcha.triggers.named(name) {
                *trigger = true;
            }
        }
        settings.read_only.clone_from(&self.read_only);
        if self.unthrottled {
            settings.password_attempt_throttle.clear();
        }
        if self.private {
            settings.rights.set("*", "read", false);
        }
    }
}
