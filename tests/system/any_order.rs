//! Steps of logins in any order, by several clients at once, beside a model of what they have
//! proved: nobody is ever let in who has not shown all that the account asks for.

use daemun_auth::second_factor;
use daemun_mediawiki::second_factor::{TotpSecret, window_of};
use daemun_testkit::dice::Dice;
use daemun_testkit::visitor::{Answer, Visitor};
use daemun_testkit::world::World;

use crate::Tested;

/// Sequences, and steps of each.
const SEQUENCES: u64 = 25;
const STEPS: usize = 60;
const CLIENTS: usize = 3;
/// Bytes that a session may take, whatever is sent.
const LONGEST_SESSION: u64 = 16 * 1024;

const EXPIRED: &str = "20200101000000";

/// An account and what it asks for.
struct Account {
    name: &'static str,
    id: u64,
    password: String,
    secret: Option<TotpSecret>,
    recovery: Vec<String>,
    expired: bool,
}

/// A dialogue as a client has reason to see it.
#[derive(Clone)]
struct Pending {
    account: usize,
    factor_shown: bool,
    /// Its sessions were ended meanwhile.
    over: bool,
}

struct Client {
    visitor: Visitor,
    pending: Option<Pending>,
    signed_in: Option<usize>,
}

/// What a client answers with, and what it proves.
#[derive(Default)]
struct Sent {
    fields: Vec<(&'static str, String)>,
    /// A code of this account that was not accepted before.
    code: Option<(usize, String)>,
    /// A password that the policy accepts.
    password: Option<String>,
}

struct Play {
    world: World,
    dice: Dice,
    accounts: Vec<Account>,
    clients: Vec<Client>,
    /// Codes that were right, in that order.
    accepted: Vec<(usize, String)>,
    passes: usize,
    /// What was done, to be shown when something is wrong.
    story: Vec<String>,
}

impl Play {
    fn new(seed: u64) -> anyhow::Result<Self> {
        let world = World::new()?;
        let mut accounts = Vec::new();
        for (name, has_factor, expired) in [
            ("Plain", false, false),
            ("Tina", true, false),
            ("Carol", false, true),
            ("Both", true, true),
        ] {
            let password = format!("{name}-pass-1!");
            let id = world.add_account(name, &password)?;
            let mut account =
                Account { name, id, password, secret: None, recovery: Vec::new(), expired };
            if has_factor {
                let row = world.run(world.store().accounts.by_name(name, world.now()))?;
                let row = row.expect("an account");
                let enrolled = world.run(second_factor::enrol(&world.environment, &row))?;
                account.secret = TotpSecret::from_base32(&enrolled.secret);
                account.recovery =
                    enrolled.recovery_codes.iter().map(|c| c.reveal().to_owned()).collect();
            }
            if expired {
                world.sql(&format!(
                    "UPDATE user SET user_password_expires = '{EXPIRED}' WHERE user_id = {id}"
                ))?;
            }
            accounts.push(account);
        }
        let clients = (0..CLIENTS)
            .map(|number| Client {
                visitor: world.visitor().from_address(&format!("198.51.100.{number}")),
                pending: None,
                signed_in: None,
            })
            .collect();
        let (dice, accepted, story) = (Dice::new(seed), Vec::new(), vec![format!("seed {seed}")]);
        Ok(Self { world, dice, accounts, clients, accepted, passes: 0, story })
    }

    fn tell(&mut self, what: String) {
        self.story.push(what);
    }

    fn check(&self, holds: bool, why: &str, answer: &Answer) {
        assert!(holds, "{why}\n{}\n{}", self.story.join("\n"), answer.body());
    }

    fn step(&mut self) -> anyhow::Result<()> {
        let client = self.dice.below(CLIENTS);
        match self.dice.below(12) {
            0..=3 => self.begin(client)?,
            4..=8 => self.go_on(client)?,
            9 => self.go_on_with_anothers_token(client)?,
            10 => self.log_out(client)?,
            _ => match self.dice.below(3) {
                0 => self.end_sessions()?,
                _ => {
                    let seconds = i64::try_from(self.dice.below(40))?;
                    self.tell(format!("{seconds} seconds pass"));
                    self.world.pass_seconds(seconds);
                }
            },
        }
        self.everybody_is_who_they_should_be()
    }

    fn begin(&mut self, client: usize) -> anyhow::Result<()> {
        let number = self.dice.below(self.accounts.len());
        let right = self.dice.below(4) > 0;
        // A code sent along with the first step proves nothing.
        let early = self.code(number).map(|(_, code)| code).unwrap_or_default();
        let account = &self.accounts[number];
        let password = if right { account.password.clone() } else { "wrong".to_owned() };
        let (name, simple) = (account.name, account.secret.is_none() && !account.expired);
        self.tell(format!("client {client} begins as {name}, right password: {right}"));
        let visitor = &mut self.clients[client].visitor;
        let answer = visitor.log_in_with(name, &password, &[("OATHToken", &early)])?;
        match answer.status() {
            "PASS" => {
                self.check(right && simple, "let in by a first step", &answer);
                self.sign_in(client, number);
            }
            "UI" => {
                self.check(right && !simple, "asked for more without the password", &answer);
                let pending = Pending { account: number, factor_shown: false, over: false };
                self.clients[client].pending = Some(pending);
            }
            "FAIL" => self.clients[client].pending = None,
            _ => self.check(false, "no answer of a dialogue", &answer),
        }
        Ok(())
    }

    /// A code of an account: one that could be right now, or one that was right before, the last
    /// most often.
    fn code(&mut self, number: usize) -> Option<(usize, String)> {
        let used: Vec<&String> =
            self.accepted.iter().filter(|(owner, _)| *owner == number).map(|(_, c)| c).collect();
        if let Some(last) = used.last()
            && self.dice.below(3) == 0
        {
            return Some((number, (*last).clone()));
        }
        let account = &self.accounts[number];
        let secret = account.secret.as_ref()?;
        if self.dice.below(2) == 0 {
            let offset = i64::try_from(self.dice.below(3)).unwrap_or_default() - 1;
            let window = window_of(self.world.now()) + offset;
            return Some((number, format!("{:06}", secret.code(window))));
        }
        let code = account.recovery.get(self.dice.below(account.recovery.len()))?;
        Some((number, code.clone()))
    }

    fn sent(&mut self, client: usize) -> Sent {
        let number = match &self.clients[client].pending {
            Some(pending) if self.dice.below(8) > 0 => pending.account,
            _ => self.dice.below(self.accounts.len()),
        };
        let mut sent = Sent::default();
        if self.dice.below(3) > 0 {
            let code = self.code(number);
            let field = ["OATHToken", "RecoveryCode"][self.dice.below(2)];
            match code {
                Some(code) => {
                    sent.fields.push((field, code.1.clone()));
                    sent.code = Some(code);
                }
                None => sent.fields.push((field, "000000".to_owned())),
            }
        }
        if self.dice.below(4) == 0 {
            sent.fields
                .push(("newModule", self.dice.of(&["recoverycodes", "totp", "x"]).to_owned()));
        }
        if self.dice.below(2) == 0 {
            let password = format!("New-pass-{}!", self.dice.roll());
            let retyped =
                if self.dice.below(4) == 0 { "another".to_owned() } else { password.clone() };
            if retyped == password {
                sent.password = Some(password.clone());
            }
            sent.fields.push(("password", password));
            sent.fields.push(("retype", retyped));
        }
        if self.dice.below(6) == 0 {
            sent.fields.push(("skipReset", "1".to_owned()));
        }
        sent
    }

    fn go_on(&mut self, client: usize) -> anyhow::Result<()> {
        let sent = self.sent(client);
        self.tell(format!("client {client} goes on with {:?}", sent.fields));
        let fields: Vec<(&str, &str)> =
            sent.fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = self.clients[client].visitor.go_on(&fields)?;
        self.judge(client, &sent, &answer)
    }

    fn judge(&mut self, client: usize, sent: &Sent, answer: &Answer) -> anyhow::Result<()> {
        let pending = self.clients[client].pending.clone();
        let asked_for_code = answer.body().contains("OATHAuth");
        let Some(mut pending) = pending else {
            self.check(answer.status() == "FAIL", "a step where nothing was begun", answer);
            return Ok(());
        };
        let (number, was_shown) = (pending.account, pending.factor_shown);
        let account = &self.accounts[number];
        let needs_code = account.secret.is_some() && !was_shown;
        let progressed = answer.status() == "PASS" || (answer.status() == "UI" && !asked_for_code);
        if needs_code && progressed {
            self.check(!pending.over, "a dialogue went on after its end", answer);
            let code = sent.code.clone().filter(|(owner, _)| *owner == number);
            let Some(code) = code else {
                self.check(false, "the second factor was passed over", answer);
                return Ok(());
            };
            let fresh = !self.accepted.contains(&code);
            self.accepted.push(code);
            self.check(fresh, "a code was good twice", answer);
            pending.factor_shown = true;
        }
        match answer.status() {
            "PASS" => {
                self.check(!pending.over, "let in by a dialogue that was over", answer);
                if self.accounts[number].expired {
                    let Some(password) = sent.password.clone() else {
                        self.check(false, "the new password was passed over", answer);
                        return Ok(());
                    };
                    self.accounts[number].password = password;
                    self.accounts[number].expired = false;
                    // Whoever else was asked for a new password is past the old one.
                }
                self.sign_in(client, number);
            }
            "UI" => {
                self.check(!pending.over, "a dialogue went on after its end", answer);
                self.clients[client].pending = Some(pending);
            }
            "FAIL" => self.clients[client].pending = None,
            _ => self.check(false, "no answer of a dialogue", answer),
        }
        Ok(())
    }

    /// The token is right, but of another session.
    fn go_on_with_anothers_token(&mut self, client: usize) -> anyhow::Result<()> {
        let other = (client + 1) % CLIENTS;
        let token = self.clients[other].visitor.token("login")?;
        let sent = self.sent(client);
        self.tell(format!("client {client} takes the token of client {other}"));
        let mut params =
            vec![("action", "clientlogin"), ("logincontinue", "1"), ("logintoken", token.as_str())];
        params.extend(sent.fields.iter().map(|(name, value)| (*name, value.as_str())));
        let answer = self.clients[client].visitor.post(&params)?;
        self.check(answer.error() == "badtoken", "another session's token was good", &answer);
        Ok(())
    }

    fn log_out(&mut self, client: usize) -> anyhow::Result<()> {
        self.tell(format!("client {client} logs out"));
        let answer = self.clients[client].visitor.log_out()?;
        self.check(answer.error().is_empty(), "a logout failed", &answer);
        if self.clients[client].signed_in.take().is_some() {
            self.clients[client].pending = None;
        }
        Ok(())
    }

    fn end_sessions(&mut self) -> anyhow::Result<()> {
        let number = self.dice.below(self.accounts.len());
        let (name, id) = (self.accounts[number].name, self.accounts[number].id);
        self.tell(format!("the sessions of {name} are ended"));
        let token = format!("{:016x}{:016x}", self.dice.roll(), self.dice.roll());
        self.world.sql(&format!("UPDATE user SET user_token = '{token}' WHERE user_id = {id}"))?;
        for client in &mut self.clients {
            if client.signed_in == Some(number) {
                client.signed_in = None;
                // Its dialogue was in the session.
                client.pending = None;
            }
            if let Some(pending) = &mut client.pending
                && pending.account == number
            {
                pending.over = true;
            }
        }
        Ok(())
    }

    fn sign_in(&mut self, client: usize, number: usize) {
        self.passes += 1;
        self.clients[client].pending = None;
        self.clients[client].signed_in = Some(number);
    }

    fn everybody_is_who_they_should_be(&mut self) -> anyhow::Result<()> {
        for client in 0..CLIENTS {
            let who = self.clients[client].visitor.whoami()?;
            let expected = self.clients[client].signed_in.map(|number| self.accounts[number].name);
            assert_eq!(who.as_deref(), expected, "client {client}\n{}", self.story.join("\n"));
        }
        let longest = self.world.cache_sql("SELECT MAX(LENGTH(value)) FROM objectcache")?;
        let longest: u64 = match longest.first().and_then(|row| row.first()) {
            Some(Some(length)) => length.parse()?,
            _ => 0,
        };
        assert!(longest < LONGEST_SESSION, "{longest}\n{}", self.story.join("\n"));
        let living = self.world.living_sessions()?.len();
        assert!(living <= 2 * CLIENTS, "{living} sessions\n{}", self.story.join("\n"));
        Ok(())
    }
}

#[test]
fn in_whatever_order_steps_come_nobody_is_let_in_without_all_that_is_asked_for() -> Tested {
    let mut passes = 0;
    for seed in 0..SEQUENCES {
        let mut play = Play::new(seed)?;
        for _ in 0..STEPS {
            play.step()?;
        }
        passes += play.passes;
    }
    // Otherwise nothing was shown.
    assert!(passes > 60, "only {passes} logins came to an end");
    Ok(())
}
