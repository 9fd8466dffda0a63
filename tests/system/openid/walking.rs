//! The second example of API:Login from one end to the other: a captcha and a provider, a code, a
//! second factor.

use daemun_auth::providers::captcha::settings::{CaptchaKind, Question};
use daemun_auth::second_factor;
use daemun_mediawiki::second_factor::{TotpSecret, window_of};

use super::*;
use crate::Tested;

const FACTOR: &str = "MediaWiki\\Extension\\OATHAuth\\Auth\\TOTPAuthenticationRequest";
const CAPTCHA: &str = "CaptchaAuthenticationRequest";

/// A wiki that asks for all of it, and William, who has an app.
struct Walk {
    setup: Setup,
    secret: TotpSecret,
}

impl Walk {
    /// With or without a link to Maria at the provider.
    fn new(is_linked: bool) -> Result<Self> {
        let setup = Setup::with_rules(
            |_| {},
            |rules| {
                let captcha = &mut rules.settings.captcha;
                captcha.kind = Some(CaptchaKind::Question);
                captcha.triggers.login_attempt = true;
                let (text, answers) = ("The capital of Korea?", vec!["Seoul".to_owned()]);
                captcha.questions = vec![Question { text: text.to_owned(), answers }];
            },
        )?;
        let world = &setup.world;
        let id = match is_linked {
            true => setup.linked("William", "maria-1")?,
            false => world.add_account("William", PASSWORD)?,
        };
        let account = world.run(world.store().accounts.by_id(id, world.now()))?;
        let account = account.context("an account")?;
        let enrolled = world.run(second_factor::enrol(&world.environment, &account))?;
        let secret = TotpSecret::from_base32(&enrolled.secret).context("a secret")?;
        Ok(Self { setup, secret })
    }

    fn code(&self, offset: i64) -> String {
        format!("{:06}", self.secret.code(window_of(self.setup.world.now()) + offset))
    }

    /// Presses the button, with the captcha answered so.
    fn choose(&self, client: &mut Visitor, word: &str) -> Result<Answer> {
        let id = captcha(client)?;
        press(client, 0, RETURN, &[("captchaId", &id), ("captchaWord", word)])
    }

    /// Signs Maria in where the redirect leads, in another browser, which is asked and agrees;
    /// what the client's own page is given at the end.
    fn come_back(&self, redirect: &Answer) -> Result<HashMap<String, String>> {
        let target = redirect.text_at("/clientlogin/redirecttarget");
        let back = self.setup.provider.sign_in(target, &maria())?;
        let mut browser = self.setup.world.visitor();
        let page = open(&mut browser, &back)?;
        let on = submit(&mut browser, &page)?;
        let location = url::Url::parse(&on.header("location").context("sent on")?)?;
        anyhow::ensure!(location.as_str().starts_with(RETURN), "{location}");
        Ok(fields(&location))
    }
}

fn requests(answer: &Answer) -> Vec<&str> {
    let all = answer.at("/clientlogin/requests").as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().filter_map(|request| request["id"].as_str()).collect()
}

/// The id of the captcha that is listed beside the provider's button.
fn captcha(client: &mut Visitor) -> Result<String> {
    let params = [("action", "query"), ("meta", "authmanagerinfo"), ("amirequestsfor", "login")];
    let listed = client.get(&params)?;
    let all = listed.at("/query/authmanagerinfo/requests").as_array().cloned().unwrap_or_default();
    let request = all.iter().find(|request| request["id"] == CAPTCHA);
    let value = request.and_then(|request| request.pointer("/fields/captchaId/value")?.as_str());
    Ok(value.with_context(|| listed.body())?.to_owned())
}

#[test]
fn a_captcha_a_provider_and_a_second_factor_let_their_holder_in() -> Tested {
    let walk = Walk::new(true)?;
    let mut client = walk.setup.world.visitor();

    let refused = walk.choose(&mut client, "Busan")?;
    assert_eq!(refused.status(), "FAIL", "nobody is sent away without the captcha");
    let redirect = walk.choose(&mut client, "Seoul")?;
    assert_eq!(redirect.status(), "REDIRECT", "{}", redirect.body());
    assert_eq!(requests(&redirect), ["OpenIdConnectResponseAuthenticationRequest"]);

    let told = walk.come_back(&redirect)?;
    let relay = [("code", told["code"].as_str()), ("state", told["state"].as_str())];
    let asked = client.go_on(&relay)?;
    assert_eq!((asked.status(), asked.message_code()), ("UI", "oathauth-auth-ui"));
    assert_eq!(requests(&asked)[0], FACTOR);
    assert!(asked.at("/clientlogin/requests/0/fields/OATHToken").is_object(), "{}", asked.body());
    assert_eq!(client.whoami()?, None, "nobody is in yet");

    let wrong = client.go_on(&[("OATHToken", &walk.code(9))])?;
    assert_eq!((wrong.status(), wrong.message_code()), ("UI", "oathauth-login-failed"));
    let again = client.go_on(&relay)?;
    assert_eq!(again.message_code(), "oathauth-login-failed", "the code does not stand in for it");
    let done = client.go_on(&[("OATHToken", &walk.code(0))])?;
    assert_eq!(done.json, json!({"clientlogin": {"status": "PASS", "username": "William"}}));
    assert_eq!(client.whoami()?.as_deref(), Some("William"));
    assert_eq!(walk.setup.provider.token_requests(), 1, "the code was exchanged once");
    Ok(())
}

#[test]
fn whoever_has_no_account_there_restarts_and_links_after_password_and_code() -> Tested {
    let walk = Walk::new(false)?;
    let mut client = walk.setup.world.visitor();
    let redirect = walk.choose(&mut client, "Seoul")?;
    let told = walk.come_back(&redirect)?;
    let restart = client.go_on(&[("code", &told["code"]), ("state", &told["state"])])?;
    assert_eq!(restart.status(), "RESTART", "{}", restart.body());
    assert_eq!(restart.message_code(), "authmanager-authn-no-local-user-link");

    let id = captcha(&mut client)?;
    let more = [("loginpreservestate", "1"), ("captchaId", &id), ("captchaWord", "Seoul")];
    let asked = client.log_in_with("William", PASSWORD, &more)?;
    assert_eq!((asked.status(), asked.message_code()), ("UI", "oathauth-auth-ui"));

    let confirm = client.go_on(&[("OATHToken", &walk.code(0))])?;
    let message = "authprovider-confirmlink-message";
    assert_eq!((confirm.status(), confirm.message_code()), ("UI", message), "{}", confirm.body());
    assert!(walk.setup.links()?.is_empty(), "it is asked before it is done");
    assert_eq!(client.whoami()?, None);

    let done = client.go_on(&[("confirmedLinkIDs", "OpenIDConnect:example:maria-1")])?;
    assert_eq!(done.json, json!({"clientlogin": {"status": "PASS", "username": "William"}}));
    assert_eq!(walk.setup.links()?, [("William".to_owned(), "maria-1".to_owned())]);

    // From now on the provider leads to the second factor, without a password.
    let mut client = walk.setup.world.visitor();
    let redirect = walk.choose(&mut client, "Seoul")?;
    let told = walk.come_back(&redirect)?;
    let asked = client.go_on(&[("code", &told["code"]), ("state", &told["state"])])?;
    assert_eq!(asked.message_code(), "oathauth-auth-ui", "{}", asked.body());
    walk.setup.world.pass_seconds(60);
    assert_eq!(client.go_on(&[("OATHToken", &walk.code(0))])?.status(), "PASS");
    Ok(())
}
