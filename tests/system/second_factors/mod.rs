//! Logging in with a second factor: the code of an authenticator app, or a recovery code.

mod administrators;
mod guessing;
mod logging_in;
mod rows;

use std::sync::{Arc, Barrier};

use daemun_auth::second_factor::{self, Enrolled};
use daemun_mediawiki::second_factor::{FactorKey, TotpSecret, window_of};
use daemun_testkit::visitor::{Answer, Visitor};
use daemun_testkit::world::{Rules, World};

const PASSWORD: &str = "William-pass-1!";
const TOTP: &str = "MediaWiki\\Extension\\OATHAuth\\Auth\\TOTPAuthenticationRequest";
const RECOVERY: &str = "MediaWiki\\Extension\\OATHAuth\\Auth\\RecoveryCodesAuthenticationRequest";
const SELECT: &str =
    "MediaWiki\\Extension\\OATHAuth\\Auth\\TwoFactorModuleSelectAuthenticationRequest";

/// A world in which William has an app and recovery codes.
struct Wiki {
    world: World,
    id: u64,
    secret: TotpSecret,
    codes: Vec<String>,
}

impl Wiki {
    fn new() -> anyhow::Result<Self> {
        Self::with(|_| {})
    }

    fn with(tweak: impl FnOnce(&mut Rules)) -> anyhow::Result<Self> {
        let world = World::with(|rules| {
            // Many a password is given here, from one address.
            rules.settings.password_attempt_throttle.clear();
            tweak(rules);
        })?;
        let id = world.add_account("William", PASSWORD)?;
        let enrolled = enrol(&world, id)?;
        Ok(Self {
            id,
            secret: TotpSecret::from_base32(&enrolled.secret).unwrap(),
            codes: enrolled.recovery_codes.iter().map(|code| code.reveal().to_owned()).collect(),
            world,
        })
    }

    /// The code that the app shows so many windows from now.
    fn code(&self, offset: i64) -> String {
        format!("{:06}", self.secret.code(window_of(self.world.now()) + offset))
    }

    /// A code that is not right in any window around now.
    fn wrong_code(&self) -> String {
        let right: Vec<String> = (-4..=4).map(|offset| self.code(offset)).collect();
        (0..).map(|n| format!("{n:06}")).find(|code| !right.contains(code)).unwrap()
    }

    /// Somebody who has given the password, and is asked for more.
    fn asked(&self) -> anyhow::Result<Visitor> {
        let mut visitor = self.world.visitor();
        let answer = visitor.log_in("William", PASSWORD)?;
        assert_eq!(answer.status(), "UI", "{}", answer.body());
        Ok(visitor)
    }

    /// How a login ends with this code.
    fn enter(&self, code: &str) -> anyhow::Result<Answer> {
        self.asked()?.go_on(&[("OATHToken", code)])
    }

    /// What the row of a kind holds.
    fn row(&self, kind: &str) -> anyhow::Result<String> {
        let sql = format!(
            "SELECT oad_data FROM oathauth_devices JOIN oathauth_types ON oat_id = oad_type \
             WHERE oat_name = '{kind}' AND oad_user = {}",
            self.id
        );
        Ok(self.world.sql(&sql)?[0][0].clone().unwrap())
    }

    /// How many of these fields, sent by as many people at the same time, end how.
    fn at_once(&self, fields: &[(&str, String)]) -> anyhow::Result<Vec<Answer>> {
        let start = Arc::new(Barrier::new(fields.len()));
        let mut people = Vec::new();
        for (name, value) in fields {
            let mut visitor = self.asked()?;
            if *name == "RecoveryCode" {
                visitor.go_on(&[("newModule", "recoverycodes")])?;
            }
            people.push((visitor, (*name).to_owned(), value.clone()));
        }
        let threads: Vec<_> = people
            .into_iter()
            .map(|(mut visitor, name, value)| {
                let start = Arc::clone(&start);
                std::thread::spawn(move || {
                    start.wait();
                    visitor.go_on(&[(name.as_str(), value.as_str())])
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    }
}

fn enrol(world: &World, id: u64) -> anyhow::Result<Enrolled> {
    let account = world.run(world.store().accounts.by_id(id, world.now()))?.unwrap();
    Ok(world.run(second_factor::enrol(&world.environment, &account))?)
}

fn key() -> Option<FactorKey> {
    FactorKey::from_hex(&"5c".repeat(32))
}

fn assert_in(answer: &Answer) {
    assert_eq!(answer.status(), "PASS", "{}", answer.body());
}

fn assert_asked_again(answer: &Answer, why: &str) {
    assert_eq!((answer.status(), answer.message_code()), ("UI", why), "{}", answer.body());
}

fn count(answers: &[Answer], is: impl Fn(&Answer) -> bool) -> usize {
    answers.iter().filter(|answer| is(answer)).count()
}
