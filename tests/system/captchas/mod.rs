//! Showing that one is human.

mod answering;
mod due;
mod images;
mod pages;
mod services;

use daemun_auth::Sessions;
use daemun_auth::providers::captcha::settings::{CaptchaKind, Question};
use daemun_auth::providers::captcha::{self, Challenge};
use daemun_auth::session::RequestOrigin;
use daemun_mediawiki::cookie::CookieJar;
use daemun_testkit::visitor::{Answer, Visitor};
use daemun_testkit::world::{Rules, World};
use serde_json::Value;

use crate::Tested;

const PASSWORD: &str = "William-pass-1!";
const HERE: &str = "192.0.2.1";
const QUESTION: &str = "What is the capital of Korea?";

/// A wiki with William and this captcha, and with more of its own.
fn world_with(kind: CaptchaKind, tweak: impl FnOnce(&mut Rules)) -> anyhow::Result<World> {
    let world = World::with(|rules| {
        let captcha = &mut rules.settings.captcha;
        captcha.kind = Some(kind);
        captcha.questions = vec![Question {
            text: QUESTION.to_owned(),
            answers: vec!["Seoul".to_owned(), "서울".to_owned()],
        }];
        tweak(rules);
    })?;
    world.add_account("William", PASSWORD)?;
    Ok(world)
}

fn world() -> anyhow::Result<World> {
    world_with(CaptchaKind::Question, |_| {})
}

/// A wiki that asks at every login.
fn world_that_asks(kind: CaptchaKind) -> anyhow::Result<World> {
    world_with(kind, |rules| rules.settings.captcha.triggers.login_attempt = true)
}

/// Somebody at an address from which three logins failed just now.
fn visitor_who_failed(world: &World) -> anyhow::Result<Visitor> {
    fail(world, HERE, 3)?;
    Ok(world.visitor().from_address(HERE))
}

/// Fails to log in so often, each time with another name.
fn fail(world: &World, address: &str, times: usize) -> Tested {
    for time in 0..times {
        let mut visitor = world.visitor().from_address(address);
        let answer = visitor.log_in(&format!("Nobody {time}"), "wrong-pass")?;
        assert_eq!(answer.message_code(), "wrongpassword", "{}", answer.body());
    }
    Ok(())
}

/// The request for a captcha, where one is listed.
fn listed(visitor: &mut Visitor, purpose: &str) -> anyhow::Result<Option<Value>> {
    listed_in(visitor, purpose, "en")
}

fn listed_in(
    visitor: &mut Visitor,
    purpose: &str,
    language: &str,
) -> anyhow::Result<Option<Value>> {
    let answer = visitor.get(&[
        ("action", "query"),
        ("meta", "authmanagerinfo"),
        ("amirequestsfor", purpose),
        ("uselang", language),
    ])?;
    let requests = answer.at("/query/authmanagerinfo/requests").as_array().cloned();
    let mut requests = requests.unwrap_or_default().into_iter();
    Ok(requests.find(|request| request["id"] == "CaptchaAuthenticationRequest"))
}

/// The id of the captcha that is listed for a login.
fn shown(visitor: &mut Visitor) -> anyhow::Result<String> {
    let request = listed(visitor, "login")?.expect("a captcha is due");
    Ok(request["fields"]["captchaId"]["value"].as_str().expect("an id").to_owned())
}

/// Logs in as William with an answer to a captcha.
fn answer(visitor: &mut Visitor, id: &str, word: &str) -> anyhow::Result<Answer> {
    let fields = [("captchaId", id), ("captchaWord", word)];
    visitor.log_in_with("William", PASSWORD, &fields)
}

fn assert_refused(answer: &Answer) {
    assert_eq!((answer.status(), answer.message_code()), ("FAIL", "wrongpassword"));
}

/// A captcha that is open in a visitor's session, as the server knows it.
fn open(world: &World, visitor: &Visitor, id: &str) -> anyhow::Result<Option<Challenge>> {
    let session = visitor.cookie("wiki_session").unwrap_or_default();
    let cookies = CookieJar::parse(format!("wiki_session={session}").as_bytes());
    let origin = RequestOrigin {
        cookies: &cookies,
        address: [192, 0, 2, 1].into(),
        secure: false,
        agent: "",
    };
    let sessions = Sessions::new(world.environment.clone());
    let mut session = world.run(sessions.load(origin))?;
    Ok(world.run(captcha::look(&sessions, &mut session, id))?)
}
