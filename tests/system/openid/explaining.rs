//! What authors of clients are told of logins that failed elsewhere.

use daemun_auth::Clock;
use daemun_auth::providers::openid_connect::RESPONSE;
use daemun_auth::request::Answer as Filled;
use daemun_auth::response::AuthenticationResponse;
use daemun_testkit::openid_provider::{CLIENT_ID, CLIENT_SECRET, Conduct};
use daemun_testkit::program::{Home, Server};

use super::*;
use crate::Tested;
use crate::explaining::{assert_why, home};

fn wiki(provider: &TestProvider, more: &str) -> Result<Home> {
    let issuer = provider.issuer();
    home(&format!(
        "throttle.password = []\n[openid.example]\nissuer = '{issuer}'\nclient-id = '{CLIENT_ID}'\n\
         client-secret = '{CLIENT_SECRET}'\n{more}"
    ))
}

fn sign_in(server: &Server, provider: &TestProvider, person: &Person) -> Result<Answer> {
    let mut client = server.visitor();
    let back = fields(&provider.sign_in(&begin(&mut client)?, person)?);
    client.go_on(&[("code", &back["code"]), ("state", &back["state"])])
}

#[test]
fn providers_that_do_not_prove_what_they_say() -> Tested {
    let provider = TestProvider::start_by(Clock::system())?;
    let home = wiki(&provider, "")?;
    let server = home.serve()?;
    for (conduct, sentence) in [
        (Conduct::Down, "openid-unavailable"),
        (Conduct::WrongSignature, "openid-signature"),
        (Conduct::Unsigned, "openid-signature"),
        (Conduct::WrongAudience, "openid-audience"),
        (Conduct::WrongParty, "openid-audience"),
        (Conduct::WrongNonce, "openid-nonce"),
        (Conduct::WrongIssuer, "openid-issuer"),
        (Conduct::Expired, "openid-answer"),
        (Conduct::WrongAccessToken, "openid-answer"),
    ] {
        provider.conduct(conduct);
        let answer = sign_in(&server, &provider, &maria())?;
        assert_eq!(answer.status(), "FAIL", "{conduct:?}");
        assert_why(&server, &answer, sentence)?;
    }
    drop(server);
    drop(provider);
    let server = home.serve()?;
    let gone = press(&mut server.visitor(), 0, RETURN, &[])?;
    assert_why(&server, &gone, "openid-unavailable")
}

#[test]
fn clients_that_bring_back_something_else() -> Tested {
    let provider = TestProvider::start_by(Clock::system())?;
    let home = wiki(&provider, "")?;
    let server = home.serve()?;
    let mut client = server.visitor();
    let target = begin(&mut client)?;
    open(&mut client, &provider.deny(&target)?)?;
    assert_why(&server, &client.go_on(&[])?, "openid-denied")?;
    let back = fields(&provider.sign_in(&begin(&mut client)?, &maria())?);
    let forged = client.go_on(&[("code", &back["code"]), ("state", "x")])?;
    assert_why(&server, &forged, "openid-state")?;
    let back = fields(&provider.sign_in(&begin(&mut client)?, &maria())?);
    let made_up = client.go_on(&[("code", "made up"), ("state", &back["state"])])?;
    assert_why(&server, &made_up, "openid-code")?;
    let again = client.go_on(&[("code", &back["code"]), ("state", &back["state"])])?;
    assert_why(&server, &again, "no-dialogue")
}

#[test]
fn people_for_whom_there_is_no_account() -> Tested {
    let provider = TestProvider::start_by(Clock::system())?;
    for (more, person, sentence) in [
        ("", maria(), "openid-no-account"),
        ("create-accounts = true", Person::new("x", &json!({})), "openid-no-name"),
        (
            "create-accounts = true",
            Person::new("x", &json!({"preferred_username": "William"})),
            "openid-no-name",
        ),
    ] {
        let home = wiki(&provider, more)?;
        let server = home.serve()?;
        let answer = sign_in(&server, &provider, &person)?;
        assert_eq!(answer.status(), "RESTART", "{}", answer.body());
        assert_why(&server, &answer, sentence)?;
    }
    Ok(())
}

#[test]
fn a_code_that_two_requests_bring_at_the_same_time() -> Tested {
    let setup = Setup::new()?;
    setup.linked("William", "maria-1")?;
    let manager = setup.world.manager()?;
    let mut client = setup.world.visitor();
    let back = fields(&setup.provider.sign_in(&begin(&mut client)?, &maria())?);
    let (mut one, mut other) =
        (session(&setup, &manager, &client)?, session(&setup, &manager, &client)?);
    let answer = Filled::to(RESPONSE);
    let answers = [answer.with_text("code", &back["code"]).with_text("state", &back["state"])];
    let first = setup.world.run(manager.resume(&mut one, &answers))?;
    assert_eq!(first.status(), "PASS");
    let second = setup.world.run(manager.resume(&mut other, &answers))?;
    let AuthenticationResponse::Fail { reason: Some(reason), .. } = second else {
        panic!("{second:?}")
    };
    assert_eq!(reason.explanation().key, concat!("daemun-explain-", "openid-used"));
    Ok(())
}
