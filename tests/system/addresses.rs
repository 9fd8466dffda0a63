//! Addresses that the server gives are those that are configured: whoever sends a request may call
//! the host what they like.

use daemun_testkit::mail::Letters;
use daemun_testkit::openid_provider::TestProvider;
use daemun_testkit::visitor::{Answer, Visitor};
use daemun_testkit::world::World;

use crate::Tested;

const FOREIGN: &str = "evil.example";

/// A wiki from which letters are sent and people are sent on to a provider.
fn world() -> anyhow::Result<(World, Letters, TestProvider)> {
    let (letters, provider) = (Letters::default(), TestProvider::start()?);
    let settings = provider.settings("example");
    let world = World::with(|rules| {
        rules.mailer = letters.mailer();
        rules.settings.openid.providers = vec![settings];
    })?;
    world.add_account_with("William", "William-pass-1!", |account| {
        "william@example.org".clone_into(&mut account.email);
        account.email_authenticated = Some(account.registration);
    })?;
    Ok((world, letters, provider))
}

/// Somebody who says in every way that the host is another.
fn liar(world: &World) -> Visitor {
    let mut visitor = world.visitor();
    for (name, value) in [
        ("Host", FOREIGN),
        ("X-Forwarded-Host", FOREIGN),
        ("X-Forwarded-Server", FOREIGN),
        ("X-Forwarded-Port", "4444"),
        ("X-Host", FOREIGN),
        ("X-Original-Host", FOREIGN),
        ("Forwarded", "host=evil.example;proto=https"),
    ] {
        visitor = visitor.with_header(name, value);
    }
    visitor
}

fn assert_ours(world: &World, what: &str, answer: &Answer) {
    let head = format!("{:?}", answer.reply.headers);
    let text = answer.body() + &head;
    assert!(!text.contains(FOREIGN) && !text.contains(":4444"), "{what}: {text}");
    let links = answer.body().split("http://127.0.0.1").count();
    assert_eq!(links, answer.body().split(world.origin()).count(), "{what}: {text}");
}

#[test]
fn no_address_is_built_from_what_a_request_calls_the_host() -> Tested {
    let (world, letters, _provider) = world()?;
    let mut visitor = liar(&world);
    let info = visitor.get(&[("action", "query"), ("meta", "siteinfo")])?;
    assert_ours(&world, "siteinfo", &info);
    assert_eq!(info.text_at("/query/general/server"), world.origin());
    assert!(info.text_at("/query/general/base").starts_with(world.origin()));

    let help = visitor.get(&[("action", "help"), ("modules", "clientlogin"), ("wrap", "1")])?;
    assert_ours(&world, "help", &help);
    let page = visitor.get(&[("format", "jsonfm"), ("action", "query"), ("meta", "siteinfo")])?;
    assert_ours(&world, "a page of JSON", &page);
    let refused = visitor.get(&[("action", "nosuch")])?;
    assert_ours(&world, "an error", &refused);

    let token = visitor.token("login")?;
    let away = visitor.post(&[
        ("action", "clientlogin"),
        ("loginreturnurl", "https://app.example/"),
        ("logintoken", &token),
        ("pluggableauthlogin0", "1"),
    ])?;
    let target = url::Url::parse(away.text_at("/clientlogin/redirecttarget"))?;
    let redirect = target.query_pairs().find(|(name, _)| name == "redirect_uri");
    let redirect = redirect.expect("a redirect URI").1.into_owned();
    assert_eq!(redirect, format!("{}/wiki/Special:OpenIDConnectReturn", world.origin()));
    assert!(!target.as_str().contains("evil"), "{target}");

    let token = visitor.token("csrf")?;
    visitor.post(&[("action", "resetpassword"), ("user", "William"), ("token", &token)])?;
    let letter = letters.take()?;
    assert!(letter.text.contains(world.origin()), "{}", letter.text);
    assert!(!letter.text.contains("evil") && !letter.subject.contains("evil"), "{}", letter.text);
    Ok(())
}

#[test]
fn pages_and_redirects_stay_on_the_wiki_whatever_the_host_is_called() -> Tested {
    let (world, _, _) = world()?;
    for path in ["/", "/wiki/Special:UserLogin", "/wiki/Special:CreateAccount", "/wiki/Main_Page"] {
        let answer = liar(&world).send_to("GET", path, None, &[])?;
        let head = format!("{:?}", answer.reply.headers);
        assert!(!(answer.body() + &head).contains(FOREIGN), "{path}: {head}");
    }
    let (token, mut visitor) = (liar(&world).token("login")?, liar(&world));
    assert!(!token.is_empty());
    let answer = visitor.log_in("William", "William-pass-1!")?;
    assert_eq!(answer.status(), "PASS", "{}", answer.body());
    for cookie in answer.reply.headers_named("set-cookie") {
        assert!(!cookie.to_ascii_lowercase().contains("domain="), "{cookie}");
    }
    Ok(())
}
