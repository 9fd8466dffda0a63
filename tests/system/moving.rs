//! Dialogues that go on at another server, or after a restart: all that they remember is in the
//! session.

use anyhow::Context;
use daemun_auth::Clock;
use daemun_mediawiki::second_factor::{TotpSecret, window_of};
use daemun_store::OpenIdLink;
use daemun_testkit::openid_provider::{Person, TestProvider};
use daemun_testkit::oracle_link::OracleLink;
use daemun_testkit::program::Home;
use daemun_testkit::visitor::{Answer, Visitor};
use daemun_testkit::world::{Rules, World};
use serde_json::{Value, json};

use crate::Tested;

const PASSWORD: &str = "William-pass-1!";

/// What is asked for at this point of a dialogue: `login-continue`, `create-continue`, …
fn asked(visitor: &mut Visitor, what: &str) -> anyhow::Result<Vec<String>> {
    let params = [("action", "query"), ("meta", "authmanagerinfo"), ("amirequestsfor", what)];
    let answer = visitor.get(&params)?;
    let requests = answer.at("/query/authmanagerinfo/requests").as_array().cloned();
    let ids = requests.unwrap_or_default().into_iter();
    Ok(ids.filter_map(|request| Some(request["id"].as_str()?.to_owned())).collect())
}

#[test]
fn a_code_is_asked_for_at_another_server_and_given_to_a_third_that_started_later() -> Tested {
    let home = Home::new()?;
    home.add_account("William", PASSWORD)?;
    let said = home.run(&["user", "second-factor", "William", "add"])?.well()?;
    let secret = said.split_once("secret=").context("an address")?.1.split_once('&').unwrap().0;
    let secret = TotpSecret::from_base32(secret).context("a secret")?;
    let code = |offset| secret.code(window_of(Clock::system().now()) + offset);
    let (one, two) = (home.serve()?, home.serve()?);
    let mut visitor = one.visitor();
    assert_eq!(visitor.log_in("William", PASSWORD)?.status(), "UI");

    let mut visitor = visitor.moved_to(two.origin());
    let ids = asked(&mut visitor, "login-continue")?;
    assert!(ids.iter().any(|id| id.ends_with("TOTPAuthenticationRequest")), "{ids:?}");
    let right = [code(-1), code(0), code(1), code(2)];
    let wrong = (0..).find(|wrong| !right.contains(wrong)).context("a wrong code")?;
    let again = visitor.go_on(&[("OATHToken", &format!("{wrong:06}"))])?;
    assert_eq!((again.status(), again.message_code()), ("UI", "oathauth-login-failed"));
    assert!(one.stop()?.success() && two.stop()?.success());

    let three = home.serve()?;
    let mut visitor = visitor.moved_to(three.origin());
    let answer = visitor.go_on(&[("OATHToken", &format!("{:06}", code(0)))])?;
    assert_eq!(answer.status(), "PASS", "{}\n{}", answer.body(), three.log());
    assert_eq!(visitor.whoami()?.as_deref(), Some("William"));
    Ok(())
}

#[test]
fn a_captcha_that_one_server_shows_is_answered_at_another() -> Tested {
    let home = Home::new()?;
    std::fs::write(
        home.path().join("daemun.toml"),
        "[captcha]\nkind = \"question\"\ntriggers = [\"loginattempt\", \"createaccount\"]\n\
         questions = [{ question = \"The capital of Korea?\", answers = [\"Seoul\"] }]\n",
    )?;
    home.add_account("William", PASSWORD)?;
    let one = home.serve()?;
    let (mut visitor, mut newcomer) = (one.visitor(), one.visitor());
    let (to_log_in, to_create) =
        (captcha(&mut visitor, "login")?, captcha(&mut newcomer, "create")?);
    assert!(one.stop()?.success());

    let two = home.serve()?;
    let mut visitor = visitor.moved_to(two.origin());
    let seoul = |id| [("captchaId", id), ("captchaWord", "Seoul")];
    let answer = visitor.log_in_with("William", PASSWORD, &seoul(&to_log_in))?;
    assert_eq!(answer.status(), "PASS", "{}", answer.body());
    // What was used up at one is used up at all.
    let three = home.serve()?;
    let mut replay = visitor.moved_to(three.origin());
    replay.log_out()?;
    let answer = replay.log_in_with("William", PASSWORD, &seoul(&to_log_in))?;
    assert_eq!(answer.status(), "FAIL", "{}", answer.body());

    let mut newcomer = newcomer.moved_to(three.origin());
    let fields = [("username", "Nora"), ("password", PASSWORD), ("retype", PASSWORD)];
    let made = create(&mut newcomer, &[&fields[..], &seoul(&to_create)].concat())?;
    assert_eq!(made.text_at("/createaccount/status"), "PASS", "{}", made.body());
    Ok(())
}

/// The id of the captcha that is listed.
fn captcha(visitor: &mut Visitor, what: &str) -> anyhow::Result<String> {
    let params = [("action", "query"), ("meta", "authmanagerinfo"), ("amirequestsfor", what)];
    let answer = visitor.get(&params)?;
    let requests = answer.at("/query/authmanagerinfo/requests").as_array().cloned();
    let id =
        |request: &Value| Some(request.pointer("/fields/captchaId/value")?.as_str()?.to_owned());
    requests.unwrap_or_default().iter().find_map(id).with_context(|| answer.body())
}

fn create(visitor: &mut Visitor, fields: &[(&str, &str)]) -> anyhow::Result<Answer> {
    let token = visitor.token("createaccount")?;
    let mut params = vec![("action", "createaccount"), ("createtoken", token.as_str())];
    if !fields.iter().any(|(name, _)| *name == "createcontinue") {
        params.push(("createreturnurl", "https://app.example/"));
    }
    params.extend(fields);
    visitor.post(&params)
}

/// A wiki with a provider.
fn openid(rules: impl FnOnce(&mut Rules)) -> anyhow::Result<(World, TestProvider)> {
    let provider = TestProvider::start()?;
    let settings = provider.settings("example");
    let world = World::with(|all| {
        all.settings.openid.providers = vec![settings];
        all.settings.confirm_link = true;
        rules(all);
    })?;
    Ok((world, provider))
}

/// Signs in at the provider what this redirect asks for; the fields that come back.
fn sign_in(provider: &TestProvider, redirect: &Answer) -> anyhow::Result<[(String, String); 2]> {
    anyhow::ensure!(redirect.status() == "REDIRECT", "{}", redirect.body());
    let person = Person::new("maria-1", &json!({"preferred_username": "Maria"}));
    let back = provider.sign_in(redirect.text_at("/clientlogin/redirecttarget"), &person)?;
    let field = |name: &str| {
        let mut pairs = back.query_pairs();
        let value = pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
        Ok::<_, anyhow::Error>((name.to_owned(), value.with_context(|| back.to_string())?))
    };
    Ok([field("code")?, field("state")?])
}

fn press(visitor: &mut Visitor, more: &[(&str, &str)]) -> anyhow::Result<Answer> {
    let token = visitor.token("login")?;
    let mut params = vec![
        ("action", "clientlogin"),
        ("loginreturnurl", "https://app.example/"),
        ("logintoken", token.as_str()),
        ("pluggableauthlogin0", "1"),
    ];
    params.extend(more);
    visitor.post(&params)
}

fn go_on(visitor: &mut Visitor, fields: &[(String, String)]) -> anyhow::Result<Answer> {
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    visitor.go_on(&fields)
}

#[test]
fn whoever_was_sent_to_a_provider_by_one_server_comes_back_to_another() -> Tested {
    let (world, provider) = openid(|_| {})?;
    let id = world.add_account("William", PASSWORD)?;
    let link = OpenIdLink { issuer: provider.issuer().to_owned(), subject: "maria-1".to_owned() };
    world.run(world.store().openid_links.add(id, &link))?;
    let mut client = world.visitor();
    let redirect = press(&mut client, &[])?;
    let back = sign_in(&provider, &redirect)?;
    // The second server has never heard of the provider before, nor of this dialogue.
    let mut client = client.moved_to(&world.server_behind_the_same_address()?);
    let early = client.go_on(&[])?;
    let target = "/clientlogin/redirecttarget";
    assert_eq!(early.text_at(target), redirect.text_at(target), "{}", early.body());
    let mut client = client.moved_to(&world.server_behind_the_same_address()?);
    let answer = go_on(&mut client, &back)?;
    assert_eq!(answer.status(), "PASS", "{}", answer.body());
    assert_eq!(client.moved_to(world.origin()).whoami()?.as_deref(), Some("William"));
    Ok(())
}

#[test]
fn what_a_restart_left_at_one_server_makes_an_account_or_a_link_at_another() -> Tested {
    let (world, provider) = openid(|_| {})?;
    world.add_account("William", PASSWORD)?;
    let mut client = world.visitor();
    let redirect = press(&mut client, &[])?;
    let restart = go_on(&mut client, &sign_in(&provider, &redirect)?)?;
    assert_eq!(restart.status(), "RESTART", "{}", restart.body());
    let mut newcomer = client.clone().moved_to(&world.server_behind_the_same_address()?);
    let made = create(&mut newcomer, &[("username", "Maria"), ("createpreservestate", "1")])?;
    assert_eq!(made.text_at("/createaccount/status"), "PASS", "{}", made.body());
    let links = "SELECT user_name FROM openid_connect JOIN user ON user_id = oidc_user";
    assert_eq!(world.value(links)?, "Maria");

    world.sql("DELETE FROM openid_connect")?;
    let mut client = world.visitor();
    let redirect = press(&mut client, &[])?;
    go_on(&mut client, &sign_in(&provider, &redirect)?)?;
    let mut client = client.moved_to(&world.server_behind_the_same_address()?);
    let asks = client.log_in_with("William", PASSWORD, &[("loginpreservestate", "1")])?;
    assert_eq!(asks.message_code(), "authprovider-confirmlink-message", "{}", asks.body());
    let mut client = client.moved_to(&world.server_behind_the_same_address()?);
    let done = client.go_on(&[("confirmedLinkIDs", "OpenIDConnect:example:maria-1")])?;
    assert_eq!(done.status(), "PASS", "{}", done.body());
    assert_eq!(world.value(links)?, "William");
    Ok(())
}

#[test]
fn an_account_is_made_in_steps_at_one_server_after_the_other() -> Tested {
    let world = World::with(|rules| {
        rules.extend = |providers| {
            providers.primary.push(Box::new(OracleLink::new("https://elsewhere.example")));
        };
    })?;
    let mut client = world.visitor();
    let away = create(&mut client, &[("username", "Nora"), ("oraclelink", "1")])?;
    assert_eq!(away.text_at("/createaccount/status"), "REDIRECT", "{}", away.body());
    let mut client = client.moved_to(&world.server_behind_the_same_address()?);
    assert_eq!(asked(&mut client, "create-continue")?.len(), 1);
    let asks = create(&mut client, &[("createcontinue", "1"), ("code", "pin")])?;
    assert_eq!(asks.text_at("/createaccount/status"), "UI", "{}", asks.body());
    assert_eq!(world.value("SELECT COUNT(*) FROM user")?, "0", "nothing is made halfway");
    let mut client = client.moved_to(&world.server_behind_the_same_address()?);
    let made = create(&mut client, &[("createcontinue", "1"), ("pin", "1234"), ("color", "red")])?;
    assert_eq!(made.text_at("/createaccount/status"), "PASS", "{}", made.body());
    assert_eq!(made.text_at("/createaccount/username"), "Nora");
    Ok(())
}
