//! `Special:OpenIDConnectReturn`.

use super::*;
use crate::Tested;

#[test]
fn the_browser_that_began_goes_on_by_itself() -> Tested {
    let setup = Setup::new()?;
    let mut client = setup.world.visitor();
    let back = setup.provider.sign_in(&begin(&mut client)?, &maria())?;
    let answer = open(&mut client, &back)?;
    assert_eq!(answer.reply.status, 302);
    let location = answer.header("location").unwrap();
    let sent = fields(&back);
    assert!(location.starts_with("https://app.example/return?x=1&code="), "{location}");
    let told = fields(&url::Url::parse(&location)?);
    assert_eq!((&told["code"], &told["state"]), (&sent["code"], &sent["state"]));
    assert!(!told.contains_key("iss"));
    Ok(())
}

#[test]
fn another_browser_is_asked_and_told_where_it_leads() -> Tested {
    let setup = Setup::new()?;
    setup.linked("William", "maria-1")?;
    let mut client = setup.world.visitor();
    let back = setup.provider.sign_in(&begin(&mut client)?, &maria())?;
    let mut browser = setup.world.visitor();
    let page = open(&mut browser, &back)?;
    assert_eq!((page.reply.status, page.header("location")), (200, None));
    let html = page.body();
    assert!(html.contains("app.example") && html.contains("Sign in with example"), "{html}");
    assert!(page.header("cache-control").unwrap().contains("no-store"));
    assert_eq!(page.header("x-frame-options").as_deref(), Some("DENY"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.ends_with("form-action 'self' https://app.example"), "{policy}");
    let on = submit(&mut browser, &page)?;
    assert_eq!(on.reply.status, 302);
    let told = fields(&url::Url::parse(&on.header("location").unwrap())?);
    let answer = client.go_on(&[("code", &told["code"]), ("state", &told["state"])])?;
    assert_eq!(answer.status(), "PASS", "{}", answer.body());
    Ok(())
}

#[test]
fn nobody_can_answer_the_question_for_somebody_else() -> Tested {
    let setup = Setup::new()?;
    let mut client = setup.world.visitor();
    let back = setup.provider.sign_in(&begin(&mut client)?, &maria())?;
    let page = open(&mut setup.world.visitor(), &back)?;
    // Another site sends the form in the name of a third browser.
    let sent = submit(&mut setup.world.visitor(), &page)?;
    assert_eq!((sent.reply.status, sent.header("location")), (200, None), "it is asked itself");
    Ok(())
}

#[test]
fn a_host_that_the_operator_trusts_is_gone_to_without_a_question() -> Tested {
    let setup = Setup::with(|provider| provider.return_hosts = vec!["app.example".to_owned()])?;
    for (url, asked) in [
        ("https://app.example/x", false),
        ("http://app.example/x", true),
        ("https://app.example.evil.example/x", true),
        ("https://evil.example/?app.example", true),
        ("app.example://x/", true),
    ] {
        let answer = press(&mut setup.world.visitor(), 0, url, &[])?;
        let target = answer.text_at("/clientlogin/redirecttarget");
        let back = setup.provider.sign_in(target, &maria())?;
        let opened = open(&mut setup.world.visitor(), &back)?;
        assert_eq!(opened.header("location").is_none(), asked, "{url}");
    }
    Ok(())
}

#[test]
fn nobody_is_led_to_an_address_that_no_client_gave() -> Tested {
    let setup = Setup::new()?;
    let mut client = setup.world.visitor();
    let back = setup.provider.sign_in(&begin(&mut client)?, &maria())?;
    let good = fields(&back);
    let page = "/wiki/Special:OpenIDConnectReturn";
    let (state, code) = (good["state"].as_str(), good["code"].as_str());
    let cut = &state[..state.len() - 1];
    for query in [
        vec![("code", code)],
        vec![("state", state)],
        vec![("state", "x"), ("code", code)],
        vec![("state", cut), ("code", code), ("iss", setup.provider.issuer())],
        vec![("state", state), ("code", code), ("error", "x"), ("iss", setup.provider.issuer())],
        vec![("returnurl", "https://evil.example/"), ("code", code)],
    ] {
        let opened = client.send_to("GET", &format!("{page}?{}", encode(&query)), None, &[])?;
        assert_eq!((opened.reply.status, opened.header("location")), (400, None), "{query:?}");
    }
    assert_eq!(open(&mut client, &back)?.reply.status, 302, "the real one still works");
    Ok(())
}

#[test]
fn an_answer_of_another_provider_is_not_passed_on() -> Tested {
    let other = TestProvider::start()?;
    let second = other.settings("second");
    let setup = Setup::with_rules(|_| {}, |rules| rules.settings.openid.providers.push(second))?;
    let mut client = setup.world.visitor();
    let target = begin(&mut client)?;
    let back = setup.provider.sign_in(&target, &maria())?;
    assert!(back.path().ends_with("/Special:OpenIDConnectReturn/example"), "one path for each");
    // By the way of the other, or of none.
    for path in ["/Special:OpenIDConnectReturn/second", "/Special:OpenIDConnectReturn"] {
        let mut astray = back.clone();
        astray.set_path(&format!("/wiki{path}"));
        assert_eq!(open(&mut client, &astray)?.reply.status, 400, "{path}");
    }
    // In the name of the other, or of none although it always says.
    let sent = fields(&back);
    for issuer in [Some(other.issuer()), None] {
        let mut lying = back.clone();
        lying.set_query(None);
        lying
            .query_pairs_mut()
            .append_pair("code", &sent["code"])
            .append_pair("state", &sent["state"]);
        if let Some(issuer) = issuer {
            lying.query_pairs_mut().append_pair("iss", issuer);
        }
        assert_eq!(open(&mut client, &lying)?.reply.status, 400, "{issuer:?}");
    }
    assert_eq!(open(&mut client, &back)?.reply.status, 302);
    Ok(())
}

#[test]
fn a_provider_that_never_names_itself_is_believed() -> Tested {
    let setup = Setup::new()?;
    setup.provider.stays_anonymous();
    let mut client = setup.world.visitor();
    let back = setup.provider.sign_in(&begin(&mut client)?, &maria())?;
    assert_eq!(open(&mut client, &back)?.reply.status, 302);
    Ok(())
}

#[test]
fn the_page_speaks_korean_too() -> Tested {
    let setup = Setup::new()?;
    let mut client = setup.world.visitor();
    let mut address = setup.provider.sign_in(&begin(&mut client)?, &maria())?;
    address.query_pairs_mut().append_pair("uselang", "ko");
    let page = open(&mut setup.world.visitor(), &address)?;
    assert!(page.body().contains("앱으로 계속할까요?"), "{}", page.body());
    Ok(())
}
