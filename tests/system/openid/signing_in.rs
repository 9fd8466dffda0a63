//! What a client and a person go through.

use async_trait::async_trait;
use daemun_auth::AuthError;
use daemun_auth::providers::{Attempt, Secondary, SecondaryAuthenticationProvider};
use daemun_auth::request::{AuthenticationRequest, Field, FieldKind, Required, answer_to};
use daemun_messages::Message;
use daemun_store::Account;
use serde_json::json;

use super::*;
use crate::Tested;

#[test]
fn the_login_form_has_a_button_for_each_provider_under_pluggableauths_names() -> Tested {
    let other = TestProvider::start()?;
    let second = other.settings("second");
    let setup = Setup::with_rules(|_| {}, |rules| rules.settings.openid.providers.push(second))?;
    let answer = setup.world.visitor().get(&[
        ("action", "query"),
        ("meta", "authmanagerinfo"),
        ("amirequestsfor", "login"),
    ])?;
    let ids = answer.at("/query/authmanagerinfo/requests").as_array().unwrap();
    let ids: Vec<&str> = ids.iter().filter_map(|request| request["id"].as_str()).collect();
    let button = "MediaWiki\\Extension\\PluggableAuth\\BeginAuthenticationRequest";
    assert_eq!(ids[1], format!("{button}:pluggableauthlogin0"));
    assert_eq!(ids[2], format!("{button}:pluggableauthlogin1"));
    let label = "/query/authmanagerinfo/requests/2/fields/pluggableauthlogin1/label";
    assert_eq!(answer.text_at(label), "Sign in with second");
    Ok(())
}

#[test]
fn the_redirect_is_api_logins_second_example() -> Tested {
    let setup = Setup::new()?;
    let answer = press(&mut setup.world.visitor(), 0, RETURN, &[])?;
    let mut told = answer.at("/clientlogin").clone();
    let target = told["redirecttarget"].as_str().unwrap().to_owned();
    told["redirecttarget"] = "somewhere".into();
    let text = |label: &str, help: &str| json!({"type": "string", "label": label, "help": help, "optional": false, "sensitive": false});
    assert_eq!(
        told.to_string(),
        json!({"status": "REDIRECT", "redirecttarget": "somewhere", "requests": [{
            "id": "OpenIdConnectResponseAuthenticationRequest", "metadata": {},
            "required": "required", "provider": "OpenID Connect at 127.0.0.1", "account": "",
            "fields": {
                "code": text("OpenID Code", "OpenID Connect code response"),
                "state": text("OpenID State", "OpenID Connect state response")}}]})
        .to_string()
    );
    let target = url::Url::parse(&target)?;
    let sent = fields(&target);
    assert_eq!(target.origin().ascii_serialization(), setup.provider.issuer());
    assert_eq!((target.path(), sent["tenant"].as_str()), ("/authorize", "a"));
    assert_eq!(sent["response_type"], "code");
    assert_eq!(sent["client_id"], "daemun-wiki");
    assert_eq!(sent["scope"], "openid profile email");
    assert_eq!(sent["code_challenge_method"], "S256");
    assert_eq!((sent["nonce"].len(), sent["code_challenge"].len()), (32, 43));
    let page = format!("{}/wiki/Special:OpenIDConnectReturn", setup.world.origin());
    assert_eq!(sent["redirect_uri"], page);
    assert!(sent["state"].chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)));
    assert!(!target.as_str().contains("app.example"), "where it leads is sealed");
    Ok(())
}

#[test]
fn whoever_is_linked_signs_in_with_code_and_state() -> Tested {
    let setup = Setup::new()?;
    setup.linked("William", "maria-1")?;
    let mut client = setup.world.visitor();
    let answer = setup.sign_in(&mut client, &maria())?;
    assert_eq!((answer.status(), answer.text_at("/clientlogin/username")), ("PASS", "William"));
    assert_eq!(client.whoami()?.as_deref(), Some("William"));
    Ok(())
}

#[test]
fn a_continue_without_fields_works_once_the_own_browser_was_back() -> Tested {
    let setup = Setup::new()?;
    setup.linked("William", "maria-1")?;
    let mut client = setup.world.visitor();
    let target = begin(&mut client)?;
    let early = client.go_on(&[])?;
    assert_eq!(early.status(), "REDIRECT", "{}", early.body());
    assert_eq!(early.text_at("/clientlogin/redirecttarget"), target, "the same once more");
    let back = setup.provider.sign_in(&target, &maria())?;
    assert_eq!(open(&mut client, &back)?.reply.status, 302);
    let answer = client.go_on(&[])?;
    assert_eq!((answer.status(), answer.text_at("/clientlogin/username")), ("PASS", "William"));
    Ok(())
}

#[test]
fn a_code_that_another_browser_brought_back_is_not_kept_for_the_client() -> Tested {
    let setup = Setup::new()?;
    setup.linked("William", "maria-1")?;
    let mut client = setup.world.visitor();
    let target = begin(&mut client)?;
    let back = setup.provider.sign_in(&target, &maria())?;
    let mut browser = setup.world.visitor();
    let page = open(&mut browser, &back)?;
    submit(&mut browser, &page)?;
    assert_eq!(client.go_on(&[])?.status(), "REDIRECT");
    assert_eq!(client.whoami()?, None);
    Ok(())
}

#[test]
fn the_provider_may_refuse_and_nothing_else_is_lost() -> Tested {
    let setup = Setup::new()?;
    setup.linked("William", "maria-1")?;
    for mut browser in [None, Some(setup.world.visitor())] {
        let mut client = setup.world.visitor();
        let target = begin(&mut client)?;
        let back = setup.provider.deny(&target)?;
        let opened = match &mut browser {
            None => open(&mut client, &back)?,
            Some(browser) => {
                let page = open(browser, &back)?;
                submit(browser, &page)?
            }
        };
        let location = url::Url::parse(&opened.header("location").unwrap())?;
        let told = fields(&location);
        assert_eq!((told["error"].as_str(), told["x"].as_str()), ("access_denied", "1"));
        assert_eq!(told["state"], fields(&back)["state"]);
        let answer = client.go_on(&[])?;
        assert_eq!((answer.status(), answer.message_code()), ("FAIL", "daemun-openid-denied"));
        let again = setup.sign_in(&mut client, &maria())?;
        assert_eq!(again.status(), "PASS", "{}", again.body());
    }
    Ok(())
}

/// Stands for a second factor.
struct Factor;

#[async_trait]
impl SecondaryAuthenticationProvider for Factor {
    fn id(&self) -> &'static str {
        "factor"
    }

    async fn begin(&self, attempt: &mut Attempt<'_>, _: &Account) -> Result<Secondary, AuthError> {
        let right = answer_to(attempt.answers, "Factor").and_then(|answer| answer.text("factor"));
        if right == Some("123456") {
            return Ok(Secondary::Done);
        }
        let field = Field::new(FieldKind::String, Message::new("login"), Message::new("login"));
        let request = AuthenticationRequest::new("Factor", Required::Required);
        Ok(Secondary::Ui(vec![request.field("factor", field)], Message::new("login")))
    }
}

#[test]
fn a_second_factor_is_asked_for_after_the_provider() -> Tested {
    let add = |rules: &mut Rules| {
        rules.extend = |providers| providers.secondary.insert(0, Box::new(Factor));
    };
    let setup = Setup::with_rules(|_| {}, add)?;
    setup.linked("William", "maria-1")?;
    let mut client = setup.world.visitor();
    assert_eq!(setup.sign_in(&mut client, &maria())?.status(), "UI");
    assert_eq!(client.whoami()?, None, "nobody is in yet");
    assert_eq!(client.go_on(&[("factor", "000000")])?.status(), "UI");
    assert_eq!(client.go_on(&[("factor", "123456")])?.status(), "PASS");
    Ok(())
}

#[test]
fn a_person_signs_in_by_the_page_in_a_browser() -> Tested {
    let setup = Setup::new()?;
    setup.linked("William", "maria-1")?;
    let mut browser = setup.world.visitor();
    let page = browser.send_to("GET", "/wiki/Special:UserLogin", None, &[])?;
    assert!(page.body().contains("Sign in with example"), "{}", page.body());
    let token = between(&page.body(), "name=\"wpLoginToken\" value=\"", "\"").unwrap().to_owned();
    let form = encode(&[("wpLoginToken", &token), ("wppluggableauthlogin0", "1")]);
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    let address = "/w/index.php?title=Special:UserLogin&returnto=Elsewhere";
    let sent = browser.send_to("POST", address, Some(form.as_bytes()), &kind)?;
    let refresh = sent.header("refresh").unwrap();
    let target = refresh.strip_prefix("0; url=").unwrap();
    let back = setup.provider.sign_in(target, &maria())?;
    let on = open(&mut browser, &back)?;
    let on = url::Url::parse(&on.header("location").unwrap())?;
    let done = open(&mut browser, &on)?;
    assert!(done.header("location").unwrap().ends_with("/wiki/Elsewhere"), "{}", done.body());
    assert_eq!(browser.whoami()?.as_deref(), Some("William"));
    Ok(())
}

#[test]
fn whoever_comes_back_after_an_hour_is_not_let_in_and_must_begin_anew() -> Tested {
    let setup = Setup::new()?;
    setup.linked("William", "maria-1")?;
    let mut client = setup.world.visitor();
    let back = setup.provider.sign_in(&begin(&mut client)?, &maria())?;
    let sent = fields(&back);
    setup.world.pass_seconds(3601);
    let answer = client.go_on(&[("code", &sent["code"]), ("state", &sent["state"])])?;
    assert_eq!(answer.status(), "FAIL", "{}", answer.body());
    assert_eq!(answer.message_code(), "authmanager-authn-not-in-progress");
    assert_eq!(client.whoami()?, None);
    assert_eq!(setup.provider.token_requests(), 0, "the code was not used");
    let late = open(&mut client, &back)?;
    assert_eq!((late.reply.status, late.header("location")), (400, None));
    // A state that is over is not good in a new dialogue of the same session either.
    let other = fields(&setup.provider.sign_in(&begin(&mut client)?, &maria())?);
    let answer = client.go_on(&[("code", &other["code"]), ("state", &sent["state"])])?;
    assert_eq!((answer.status(), answer.message_code()), ("FAIL", "daemun-openid-bad-state"));
    assert_eq!(setup.provider.token_requests(), 0);
    Ok(())
}

#[test]
fn a_relative_or_dangerous_return_address_is_refused() -> Tested {
    let setup = Setup::new()?;
    let long = format!("https://app.example/{}", "x".repeat(2000));
    for url in ["javascript://x/%0aalert(1)", "https://wiki@evil.example/", &long] {
        let answer = press(&mut setup.world.visitor(), 0, url, &[])?;
        let code = (answer.status(), answer.message_code());
        assert_eq!(code, ("FAIL", "daemun-openid-bad-return-url"), "{url}");
    }
    Ok(())
}
