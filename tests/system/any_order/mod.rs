//! Steps of logins in any order, by several clients at once and at two servers, beside a model of
//! what they have proved: nobody is ever let in who has not shown all that the account asks for,
//! nothing is linked that was not confirmed, and nothing is good twice.
//!
//! `DAEMUN_ANY_ORDER_COUNT` says how many plays there are and `DAEMUN_ANY_ORDER_SEED` which is the
//! first; a play that fails names its seed.

mod accounts;
mod judging;
mod sending;
mod together;

use daemun_auth::providers::captcha::settings::{CaptchaKind, Question};
use daemun_testkit::dice::Dice;
use daemun_testkit::mail::Letters;
use daemun_testkit::openid_provider::TestProvider;
use daemun_testkit::visitor::{Answer, Visitor};
use daemun_testkit::world::World;

use self::accounts::Account;
use crate::Tested;

/// Plays, and steps of each.
const PLAYS: u64 = 40;
const STEPS: usize = 70;
const CLIENTS: usize = 3;
/// Bytes that a session may take, whatever is sent.
const LONGEST_SESSION: u64 = 24 * 1024;
/// Seconds after which a dialogue that is not at its end must begin anew.
const LONGEST_DIALOGUE: i64 = 3600;

/// What an account may ask for after its password, in the order in which it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    EmailCode,
    Factor,
    NewPassword,
    /// Which is only a question.
    Link,
}

/// Where a dialogue stands.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stage {
    /// The person is at the provider, sent there by this address.
    Away(String),
    /// Somebody is known elsewhere, and must say who they are here.
    Restarted,
    Asked(Need),
}

/// A dialogue as a client has reason to see it.
#[derive(Clone, Debug)]
struct Pending {
    stage: Stage,
    /// Whose password or link was shown.
    account: Option<usize>,
    begun: i64,
    /// The password that was shown must be changed.
    outworn: bool,
    /// What was mailed.
    email_code: Option<String>,
    /// The account's sessions were ended meanwhile, or its password was changed.
    over: bool,
}

struct Client {
    visitor: Visitor,
    pending: Option<Pending>,
    signed_in: Option<usize>,
    /// Who the provider said it was, at some time.
    proved: Vec<String>,
    /// Captchas that were shown to it and not answered yet.
    captchas: Vec<String>,
}

struct Play {
    world: World,
    origins: [String; 2],
    provider: TestProvider,
    letters: Letters,
    dice: Dice,
    accounts: Vec<Account>,
    clients: Vec<Client>,
    asks_captcha: bool,
    mails_codes: bool,
    /// Codes that were right, in that order.
    accepted: Vec<(usize, String)>,
    /// Accounts that were used by clients, so that their places are known.
    seen: Vec<(usize, usize)>,
    /// Accounts and whom they are linked to.
    links: Vec<(usize, String)>,
    passes: Passes,
    /// What was done, to be shown when something is wrong.
    story: Vec<String>,
}

/// How often things went well: otherwise nothing was shown.
#[derive(Default, Debug)]
struct Passes {
    logins: usize,
    email_codes: usize,
    factors: usize,
    new_passwords: usize,
    by_provider: usize,
    links: usize,
    accounts: usize,
    pairs: usize,
}

impl Passes {
    fn add(&mut self, other: &Self) {
        self.logins += other.logins;
        self.email_codes += other.email_codes;
        self.factors += other.factors;
        self.new_passwords += other.new_passwords;
        self.by_provider += other.by_provider;
        self.links += other.links;
        self.accounts += other.accounts;
        self.pairs += other.pairs;
    }
}

impl Play {
    fn new(seed: u64) -> anyhow::Result<Self> {
        let (provider, letters) = (TestProvider::start()?, Letters::default());
        let mut settings = provider.settings("example");
        settings.label = "elsewhere".to_owned();
        let (asks_captcha, mails_codes) = (seed % 2 == 1, seed % 3 != 2);
        let world = World::with(|rules| {
            rules.mailer = letters.mailer();
            let all = &mut rules.settings;
            all.mail.login_codes = mails_codes;
            all.openid.providers = vec![settings];
            all.confirm_link = true;
            all.block_disables_login = true;
            if !seed.is_multiple_of(5) {
                all.password_attempt_throttle.clear();
            }
            if asks_captcha {
                all.captcha.kind = Some(CaptchaKind::Question);
                all.captcha.triggers.login_attempt = true;
                let (text, answers) = ("Korea's capital?".to_owned(), vec!["Seoul".to_owned()]);
                all.captcha.questions = vec![Question { text, answers }];
            }
            all.captcha.wrong_answers.clear();
            all.captcha.wrong_answers_per_user.clear();
        })?;
        let origins = [world.origin().to_owned(), world.server_behind_the_same_address()?];
        let accounts = accounts::all(&world)?;
        let clients = (0..CLIENTS)
            .map(|number| Client {
                visitor: world.visitor().from_address(&format!("198.51.{number}.1")),
                pending: None,
                signed_in: None,
                proved: Vec::new(),
                captchas: Vec::new(),
            })
            .collect();
        let mut play = Self {
            world,
            origins,
            provider,
            letters,
            dice: Dice::new(seed),
            accounts,
            clients,
            asks_captcha,
            mails_codes,
            accepted: Vec::new(),
            seen: Vec::new(),
            links: Vec::new(),
            passes: Passes::default(),
            story: vec![format!("DAEMUN_ANY_ORDER_SEED={seed} DAEMUN_ANY_ORDER_COUNT=1")],
        };
        play.link_two()?;
        Ok(play)
    }

    fn tell(&mut self, what: String) {
        self.story.push(what);
    }

    fn check(&self, holds: bool, why: &str, answer: &Answer) {
        assert!(holds, "{why}\n{}\n{}", self.story.join("\n"), answer.body());
    }

    fn now(&self) -> i64 {
        self.world.now().0
    }

    fn step(&mut self) -> anyhow::Result<()> {
        // What happens in one second cannot be told apart by what the store remembers.
        self.pass(1);
        let client = self.dice.below(CLIENTS);
        if self.dice.below(8) == 0 {
            let origin = self.origins[self.dice.below(2)].clone();
            self.tell(format!("client {client} goes to {origin}"));
            let visitor = self.clients[client].visitor.clone();
            self.clients[client].visitor = visitor.moved_to(&origin);
        }
        // Who restarted has only begun, and few come as far as a link.
        let stage = self.clients[client].pending.as_ref().map(|pending| &pending.stage);
        let is_between = matches!(stage, Some(Stage::Restarted | Stage::Asked(Need::Link)));
        match self.dice.below(16) {
            0..=3 | 12..=13 if is_between => self.go_on(client)?,
            0..=3 => self.begin(client)?,
            4..=9 => self.go_on(client)?,
            10..=11 => self.two_at_once(client)?,
            12 => self.create(client)?,
            13 => match self.dice.below(2) {
                0 => self.go_on_with_anothers_token(client)?,
                _ => self.log_out(client)?,
            },
            _ => self.something_happens()?,
        }
        self.everybody_is_who_they_should_be()
    }

    fn pass(&mut self, seconds: i64) {
        self.world.pass_seconds(seconds);
        self.provider.is_at(self.world.now());
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

    fn everybody_is_who_they_should_be(&mut self) -> anyhow::Result<()> {
        for client in 0..CLIENTS {
            let who = self.clients[client].visitor.whoami()?;
            let expected = self.clients[client].signed_in.map(|number| &self.accounts[number].name);
            assert_eq!(who.as_ref(), expected, "client {client}\n{}", self.story.join("\n"));
        }
        let longest = self.world.cache_sql("SELECT MAX(LENGTH(value)) FROM objectcache")?;
        let longest: u64 = match longest.first().and_then(|row| row.first()) {
            Some(Some(length)) => length.parse()?,
            _ => 0,
        };
        assert!(longest < LONGEST_SESSION, "{longest}\n{}", self.story.join("\n"));
        let living = self.world.living_sessions()?.len();
        assert!(living <= 2 * CLIENTS, "{living} sessions\n{}", self.story.join("\n"));
        let links = self.stored_links()?;
        assert_eq!(links, self.links, "what was not confirmed\n{}", self.story.join("\n"));
        Ok(())
    }
}

/// A number that the environment sets.
fn given(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn in_whatever_order_steps_come_nobody_is_let_in_without_all_that_is_asked_for() -> Tested {
    let first = given("DAEMUN_ANY_ORDER_SEED", 0);
    let plays = given("DAEMUN_ANY_ORDER_COUNT", PLAYS);
    let mut passes = Passes::default();
    for seed in first..first + plays {
        let mut play = Play::new(seed)?;
        for _ in 0..STEPS {
            play.step()?;
        }
        passes.add(&play.passes);
    }
    println!("{passes:?}");
    if plays >= PLAYS {
        assert!(passes.logins > 60, "{passes:?}");
        for (what, count) in [
            ("codes by mail", passes.email_codes),
            ("second factors", passes.factors),
            ("new passwords", passes.new_passwords),
            ("logins by the provider", passes.by_provider),
            ("links", passes.links),
            ("accounts", passes.accounts),
            ("pairs", passes.pairs),
        ] {
            assert!(count > 3, "hardly any {what}: {passes:?}");
        }
    }
    Ok(())
}
