//! What clients send: now this, now that, often what is asked for.

use daemun_testkit::openid_provider::Person;
use daemun_testkit::visitor::Answer;
use serde_json::json;

use super::accounts::{Account, PEOPLE};
use super::{Need, Play, Stage};

/// What a client answers with, and what it proves.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub(super) fields: Vec<(&'static str, String)>,
    /// A name, and whether the password was right; with one that was mailed, `temporary`.
    pub(super) login: Option<(usize, bool)>,
    pub(super) temporary: bool,
    /// The captcha is right and was shown to this client.
    pub(super) captcha: bool,
    /// Somebody's code that the provider gave out for what this client waits for.
    pub(super) subject: Option<String>,
    /// Some code was sent.
    pub(super) is_back: bool,
    /// The code that was mailed.
    pub(super) email_code: Option<String>,
    /// A code of this account that was not accepted before.
    pub(super) code: Option<(usize, String)>,
    /// A password that the policy accepts.
    pub(super) password: Option<String>,
    /// Links that are confirmed.
    pub(super) links: Vec<String>,
}

impl Play {
    fn clientlogin(&mut self, client: usize, first: bool, sent: &Sent) -> anyhow::Result<Answer> {
        let visitor = &mut self.clients[client].visitor;
        let token = visitor.token("login")?;
        let mut params = vec![("action", "clientlogin"), ("logintoken", token.as_str())];
        params.push(match first {
            true => ("loginreturnurl", "https://app.example/"),
            false => ("logincontinue", "1"),
        });
        params.extend(sent.fields.iter().map(|(name, value)| (*name, value.as_str())));
        visitor.post(&params)
    }

    pub(super) fn begin(&mut self, client: usize) -> anyhow::Result<()> {
        let mut sent = Sent::default();
        self.name_or_button(client, &mut sent)?;
        if let Some((number, _)) = sent.login
            && let Some((_, code)) = self.code(number)
        {
            // A code sent along with the first step proves nothing.
            sent.fields.push(("OATHToken", code));
        }
        if self.dice.below(2) == 0 {
            sent.fields.push(("loginpreservestate", "1".to_owned()));
        }
        self.tell(format!("client {client} begins with {:?}", sent.fields));
        let answer = self.clientlogin(client, true, &sent)?;
        self.clients[client].pending = None;
        self.judge_primary(client, &sent, &answer, self.now())
    }

    pub(super) fn go_on(&mut self, client: usize) -> anyhow::Result<()> {
        let sent = self.sent(client)?;
        self.tell(format!("client {client} goes on with {:?}", sent.fields));
        let answer = self.clientlogin(client, false, &sent)?;
        let pending = self.clients[client].pending.clone();
        self.judge(client, pending, &sent, &answer)
    }

    /// The token is right, but of another session.
    pub(super) fn go_on_with_anothers_token(&mut self, client: usize) -> anyhow::Result<()> {
        let other = (client + 1) % super::CLIENTS;
        let token = self.clients[other].visitor.token("login")?;
        let sent = self.sent(client)?;
        self.tell(format!("client {client} takes the token of client {other}"));
        let mut params =
            vec![("action", "clientlogin"), ("logincontinue", "1"), ("logintoken", token.as_str())];
        params.extend(sent.fields.iter().map(|(name, value)| (*name, value.as_str())));
        let answer = self.clients[client].visitor.post(&params)?;
        self.check(answer.error() == "badtoken", "another session's token was good", &answer);
        Ok(())
    }

    /// Says who somebody is: by name and password, or by the provider's button.
    fn name_or_button(&mut self, client: usize, sent: &mut Sent) -> anyhow::Result<()> {
        if self.asks_captcha {
            self.answer_captcha(client, "login", sent)?;
        }
        if self.dice.below(3) == 0 {
            sent.fields.push(("pluggableauthlogin0", "1".to_owned()));
            return Ok(());
        }
        let number = self.dice.below(self.accounts.len());
        let account = &self.accounts[number];
        sent.fields.push(("username", account.name.clone()));
        let temporary = account.temporary.clone().filter(|_| self.dice.below(2) == 0);
        sent.temporary = temporary.is_some();
        let right = temporary.or_else(|| account.password.clone());
        let right = right.filter(|_| self.dice.below(4) > 0);
        sent.login = Some((number, right.is_some()));
        sent.fields.push(("password", right.unwrap_or_else(|| "wrong".to_owned())));
        Ok(())
    }

    /// An answer to a captcha: mostly the right one to one that was shown just now.
    fn answer_captcha(&mut self, client: usize, to: &str, sent: &mut Sent) -> anyhow::Result<()> {
        let ask = [("action", "query"), ("meta", "authmanagerinfo"), ("amirequestsfor", to)];
        let listed = self.clients[client].visitor.get(&ask)?;
        let requests = listed.at("/query/authmanagerinfo/requests").as_array().cloned();
        let id = requests.unwrap_or_default().into_iter().find_map(|request| {
            Some(request.pointer("/fields/captchaId/value")?.as_str()?.to_owned())
        });
        self.clients[client].captchas.extend(id);
        let other = (client + 1) % super::CLIENTS;
        let whose = if self.dice.below(8) == 0 { other } else { client };
        let shown = &mut self.clients[whose].captchas;
        let id = match self.dice.below(8) {
            // One that was answered before, or never was one.
            0 => "17".to_owned(),
            _ => shown.last().cloned().unwrap_or_default(),
        };
        if whose == client {
            // Whatever is answered, it is used up.
            shown.retain(|known| *known != id);
        }
        let is_right = self.dice.below(8) > 0;
        sent.captcha = is_right && whose == client && id != "17" && !id.is_empty();
        sent.fields.push(("captchaId", id));
        sent.fields.push(("captchaWord", if is_right { "Seoul" } else { "Busan" }.to_owned()));
        Ok(())
    }

    /// What comes back from the provider: mostly what this client waits for.
    fn come_back(
        &mut self,
        client: usize,
        own: Option<&str>,
        sent: &mut Sent,
    ) -> anyhow::Result<()> {
        let person = PEOPLE[self.dice.below(PEOPLE.len())];
        let mut others = self.clients.iter().enumerate().filter(|(other, _)| *other != client);
        let others = others.find_map(|(_, other)| match &other.pending.as_ref()?.stage {
            Stage::Away(target) => Some(target.clone()),
            _ => None,
        });
        let own = own.map(str::to_owned);
        let mut targets = Vec::new();
        for _ in ["code", "state"] {
            let is_own = others.is_none() || self.dice.below(5) > 0;
            targets.push(if is_own { own.clone() } else { others.clone() });
        }
        let mut parts = Vec::new();
        for (name, target) in ["code", "state"].into_iter().zip(&targets) {
            let Some(target) = target else {
                sent.fields.push((name, "made up".to_owned()));
                continue;
            };
            let back = self.provider.sign_in(target, &Person::new(person, &json!({})))?;
            let value = back.query_pairs().find(|(known, _)| known == name);
            sent.fields.push((name, value.unwrap().1.into_owned()));
            parts.push(target.clone());
        }
        sent.is_back = true;
        let is_right = parts.len() == 2 && parts.iter().all(|target| Some(target) == own.as_ref());
        sent.subject = is_right.then(|| person.to_owned());
        Ok(())
    }

    pub(super) fn sent(&mut self, client: usize) -> anyhow::Result<Sent> {
        let mut sent = Sent::default();
        let pending = self.clients[client].pending.clone();
        let stage = pending.as_ref().map(|pending| pending.stage.clone());
        // Mostly what is asked for, and now and then anything else beside it.
        let wants = |play: &mut Self, is_asked: bool| match is_asked {
            true => play.dice.below(4) > 0,
            false => play.dice.below(8) == 0,
        };
        let asked = |need| stage == Some(Stage::Asked(need));
        let restarted = stage == Some(Stage::Restarted);
        if wants(self, restarted) {
            self.name_or_button(client, &mut sent)?;
        }
        let target = match &stage {
            Some(Stage::Away(target)) => Some(target.as_str()),
            _ => None,
        };
        if wants(self, target.is_some()) {
            self.come_back(client, target, &mut sent)?;
        }
        if wants(self, asked(Need::EmailCode)) {
            self.mailed_code(client, &mut sent);
        }
        if wants(self, asked(Need::Factor)) {
            let own = pending.as_ref().and_then(|pending| pending.account);
            let number = match own {
                Some(number) if self.dice.below(8) > 0 => number,
                _ => self.dice.below(self.accounts.len()),
            };
            let field = ["OATHToken", "RecoveryCode"][self.dice.below(2)];
            sent.code = self.code(number);
            let code = sent.code.clone().map_or_else(|| "000000".to_owned(), |(_, code)| code);
            sent.fields.push((field, code));
            if self.dice.below(4) == 0 {
                let module = self.dice.of(&["recoverycodes", "totp", "x"]).to_owned();
                sent.fields.push(("newModule", module));
            }
        }
        if wants(self, asked(Need::NewPassword)) && sent.login.is_none() {
            let password = format!("New-pass-{}!", self.dice.roll());
            let is_same = self.dice.below(4) > 0;
            let retyped = if is_same { password.clone() } else { "another".to_owned() };
            sent.password = is_same.then(|| password.clone());
            sent.fields.push(("password", password));
            sent.fields.push(("retype", retyped));
        }
        if wants(self, asked(Need::Link)) {
            let person = match self.clients[client].proved.last() {
                Some(last) if self.dice.below(4) > 0 => last.clone(),
                _ => PEOPLE[self.dice.below(PEOPLE.len())].to_owned(),
            };
            sent.fields.push(("confirmedLinkIDs", format!("OpenIDConnect:example:{person}")));
            sent.links.push(person);
        }
        if self.dice.below(8) == 0 {
            sent.fields.push((["skipReset", "linkOk"][self.dice.below(2)], "1".to_owned()));
        }
        Ok(sent)
    }

    /// The code that was mailed to this client, to another one, or none.
    fn mailed_code(&mut self, client: usize, sent: &mut Sent) {
        let whose = match self.dice.below(4) {
            0 => self.dice.below(super::CLIENTS),
            _ => client,
        };
        let code = self.clients[whose].pending.as_ref().and_then(|own| own.email_code.clone());
        let code = code.unwrap_or_else(|| "000000".to_owned());
        sent.fields.push(("token", code.clone()));
        sent.email_code = Some(code);
    }

    pub(super) fn create(&mut self, client: usize) -> anyhow::Result<()> {
        let mut sent = Sent::default();
        if self.asks_captcha {
            self.answer_captcha(client, "create", &mut sent)?;
        }
        let name = match self.dice.below(4) {
            0 => self.accounts[self.dice.below(self.accounts.len())].name.clone(),
            _ => format!("Nora {}", self.dice.below(1000)),
        };
        let is_new = self.accounts.iter().all(|account| account.name != name);
        let password = format!("{name}-pass-1!");
        let is_same = self.dice.below(4) > 0;
        let preserves = self.dice.below(2) == 0;
        let visitor = &mut self.clients[client].visitor;
        let token = visitor.token("createaccount")?;
        let mut params = vec![
            ("action", "createaccount"),
            ("createreturnurl", "https://app.example/"),
            ("createtoken", token.as_str()),
            ("username", name.as_str()),
            ("password", password.as_str()),
            ("retype", if is_same { password.as_str() } else { "another" }),
        ];
        params.extend(sent.fields.iter().map(|(name, value)| (*name, value.as_str())));
        if preserves {
            params.push(("createpreservestate", "1"));
        }
        let answer = visitor.post(&params)?;
        self.tell(format!("client {client} creates {params:?}"));
        if answer.text_at("/createaccount/status") != "PASS" {
            return Ok(());
        }
        self.passes.accounts += 1;
        self.check(is_new, "an account was made that was there", &answer);
        self.check(sent.captcha || !self.asks_captcha, "no captcha was solved", &answer);
        let row =
            format!("SELECT user_id, user_password = '' FROM user WHERE user_name = '{name}'");
        let row = self.world.sql(&row)?;
        let id = row[0][0].as_deref().unwrap_or_default().parse()?;
        let has_password = row[0][1].as_deref() == Some("0");
        let number = self.accounts.len();
        self.accounts.push(Account::new(&name, id, has_password.then_some(password)));
        let new: Vec<_> =
            self.stored_links()?.into_iter().filter(|(owner, _)| *owner == number).collect();
        let proved = &self.clients[client].proved;
        let is_proved = new.iter().all(|(_, subject)| proved.contains(subject));
        self.check(is_proved && (new.is_empty() || preserves), "linked unasked", &answer);
        self.check(has_password || !new.is_empty(), "an account of nobody", &answer);
        self.check(!has_password || is_same, "a password mistyped", &answer);
        self.links.extend(new);
        Ok(())
    }
}
