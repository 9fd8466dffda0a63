//! When a captcha is due, and when no longer.

use daemun_auth::providers::captcha::settings::CaptchaKind;
use daemun_mediawiki::password::Md5Hex;

use super::*;

fn user_key(span: &str, name: &str) -> String {
    let digest = Md5Hex::unsalted(name.as_bytes());
    format!("global:captcha:badlogin:user{span}:{}", String::from_utf8_lossy(digest.as_bytes()))
}

#[test]
fn after_three_failures_a_captcha_is_due_at_that_address_alone() -> Tested {
    let world = world()?;
    fail(&world, HERE, 2)?;
    let mut visitor = world.visitor().from_address(HERE);
    assert_eq!(listed(&mut visitor, "login")?, None);
    fail(&world, HERE, 1)?;
    assert!(listed(&mut visitor, "login")?.is_some());
    assert_refused(&visitor.log_in("William", PASSWORD)?);
    let mut elsewhere = world.visitor().from_address("192.0.2.2");
    assert_eq!(listed(&mut elsewhere, "login")?, None);
    assert_eq!(elsewhere.log_in("William", PASSWORD)?.status(), "PASS");
    assert_eq!(world.counter("global:captcha:badlogin:ip:192.0.2.1")?, 4);
    assert_eq!(world.counter("global:captcha:badlogin:ip:long:192.0.2.1")?, 4);
    Ok(())
}

#[test]
fn without_a_kind_none_is_ever_due_and_nothing_is_counted() -> Tested {
    let world = world_with(CaptchaKind::Question, |rules| rules.settings.captcha.kind = None)?;
    let mut visitor = visitor_who_failed(&world)?;
    assert_eq!(listed(&mut visitor, "login")?, None);
    assert_eq!(listed(&mut visitor, "create")?, None);
    assert_eq!(visitor.log_in("William", PASSWORD)?.status(), "PASS");
    assert_eq!(world.counter("global:captcha:badlogin:ip:192.0.2.1")?, 0);
    Ok(())
}

#[test]
fn five_minutes_after_the_first_failure_it_is_due_no_longer() -> Tested {
    let world = world()?;
    fail(&world, HERE, 2)?;
    world.pass_seconds(200);
    fail(&world, HERE, 1)?;
    world.pass_seconds(101);
    let mut visitor = world.visitor().from_address(HERE);
    assert_eq!(listed(&mut visitor, "login")?, None);
    assert_eq!(visitor.log_in("William", PASSWORD)?.status(), "PASS");
    Ok(())
}

#[test]
fn ninety_failures_make_it_due_for_a_day() -> Tested {
    let world = world()?;
    fail(&world, HERE, 90)?;
    let mut visitor = world.visitor().from_address(HERE);
    world.pass_seconds(301);
    assert!(listed(&mut visitor, "login")?.is_some());
    world.pass_seconds(90_000);
    assert_eq!(listed(&mut visitor, "login")?, None);
    Ok(())
}

#[test]
fn twenty_failures_with_a_name_make_it_due_for_that_name_wherever_they_came_from() -> Tested {
    let world = world()?;
    world.add_account("Xavier", "Xavier-pass-1!")?;
    for place in 1..=20 {
        let mut visitor = world.visitor().from_address(&format!("198.51.100.{place}"));
        assert_refused(&visitor.log_in("william", "wrong-pass")?);
    }
    assert_eq!(world.counter(&user_key("", "William"))?, 20);
    assert_eq!(world.counter(&user_key(":long", "William"))?, 20);
    let mut visitor = world.visitor().from_address(HERE);
    // Nobody can know yet who comes.
    assert_eq!(listed(&mut visitor, "login")?, None);
    assert_refused(&visitor.log_in("William", PASSWORD)?);
    let id = shown(&mut visitor)?;
    let mut other = world.visitor().from_address(HERE);
    assert_eq!(listed(&mut other, "login")?, None, "another session does not know");
    let xavier = other.log_in("Xavier", "Xavier-pass-1!")?;
    assert_eq!(xavier.status(), "PASS");
    assert_eq!(answer(&mut visitor, &id, "Seoul")?.status(), "PASS");
    assert_eq!(world.counter(&user_key("", "William"))?, 21, "a success does not clear it");
    // The next visit of this browser begins with the name that it remembers.
    visitor.log_out()?;
    assert_eq!(visitor.cookie("wikiUserName").as_deref(), Some("William"));
    assert!(listed(&mut visitor, "login")?.is_some());
    world.pass_seconds(601);
    assert_eq!(listed(&mut visitor, "login")?, None);
    Ok(())
}

#[test]
fn a_solved_captcha_does_not_clear_the_address() -> Tested {
    let world = world()?;
    let mut visitor = visitor_who_failed(&world)?;
    let id = shown(&mut visitor)?;
    assert_eq!(answer(&mut visitor, &id, "Seoul")?.status(), "PASS");
    assert!(listed(&mut world.visitor().from_address(HERE), "login")?.is_some());
    Ok(())
}

#[test]
fn action_login_cannot_answer_one_and_bot_passwords_need_none() -> Tested {
    let world = world()?;
    let id = world.add_account("Bob", "Bob-pass-1!")?;
    let secret = world.add_bot_password(id, "tool")?;
    fail(&world, HERE, 3)?;
    let mut visitor = world.visitor().from_address(HERE);
    let refused = visitor.log_in_bot("Bob", "Bob-pass-1!")?;
    assert_eq!((refused.result(), refused.reason()), ("Failed", "wrongpassword"));
    assert_eq!(visitor.log_in_bot("Bob@tool", &secret)?.result(), "Success");
    Ok(())
}

#[test]
fn for_new_accounts_it_is_always_due_except_for_those_who_may_skip_it() -> Tested {
    let world = world_with(CaptchaKind::Question, |rules| {
        rules.settings.rights.set("sysop", "skipcaptcha", true);
    })?;
    let create = |visitor: &mut Visitor, fields: &[(&str, &str)]| {
        let token = visitor.token("createaccount")?;
        let password = "Correct-horse-9";
        let mut params = vec![
            ("action", "createaccount"),
            ("createreturnurl", "http://localhost/"),
            ("createtoken", token.as_str()),
            ("password", password),
            ("retype", password),
            ("email", ""),
            ("realname", ""),
        ];
        params.extend(fields);
        let answer = visitor.post(&params)?;
        let code = answer.text_at("/createaccount/messagecode").to_owned();
        anyhow::Ok(if code.is_empty() {
            answer.text_at("/createaccount/status").to_owned()
        } else {
            code
        })
    };
    let mut visitor = world.visitor();
    assert_eq!(create(&mut visitor, &[("username", "New")])?, "captcha-createaccount-fail");
    let id = listed(&mut visitor, "create")?.expect("a captcha")["fields"]["captchaId"]["value"]
        .as_str()
        .expect("an id")
        .to_owned();
    let with = |word| [("username", "New"), ("captchaId", id.as_str()), ("captchaWord", word)];
    assert_eq!(create(&mut visitor, &with("Busan"))?, "captcha-createaccount-fail");
    assert_eq!(create(&mut visitor, &with("Seoul"))?, "captcha-createaccount-fail", "used up");
    let id = listed(&mut visitor, "create")?.expect("a captcha")["fields"]["captchaId"]["value"]
        .as_str()
        .expect("an id")
        .to_owned();
    let right = [("username", "New"), ("captchaId", id.as_str()), ("captchaWord", "서울")];
    assert_eq!(create(&mut visitor, &right)?, "PASS");
    world.sql("INSERT INTO user_groups (ug_user, ug_group) VALUES (1, 'sysop')")?;
    let mut william = world.visitor();
    assert_eq!(william.log_in("William", PASSWORD)?.status(), "PASS");
    assert_eq!(listed(&mut william, "create")?, None);
    assert_eq!(create(&mut william, &[("username", "Friend"), ("reason", "")])?, "PASS");
    Ok(())
}

#[test]
fn from_some_addresses_accounts_are_made_without_one_but_failed_logins_count_there_too() -> Tested {
    let world = world_with(CaptchaKind::Question, |rules| {
        let ranges = ["198.51.100.0/24", "2001:db8::/32", "192.0.2.1"];
        rules.settings.captcha.bypass_addresses =
            ranges.into_iter().filter_map(daemun_mediawiki::ip::Range::parse).collect();
    })?;
    for (address, is_due) in [
        ("198.51.100.7", false),
        ("::ffff:198.51.100.7", false),
        ("2001:db8:5::1", false),
        ("198.51.101.7", true),
        ("2001:db9::1", true),
    ] {
        let mut visitor = world.visitor().from_address(address);
        assert_eq!(listed(&mut visitor, "create")?.is_some(), is_due, "{address}");
        let token = visitor.token("createaccount")?;
        let password = "Correct-horse-9";
        let answer = visitor.post(&[
            ("action", "createaccount"),
            ("createreturnurl", "http://localhost/"),
            ("createtoken", &token),
            ("username", &format!("From {}", address.replace(['.', ':'], " "))),
            ("password", password),
            ("retype", password),
            ("email", ""),
            ("realname", ""),
        ])?;
        let expected = if is_due { "FAIL" } else { "PASS" };
        assert_eq!(answer.text_at("/createaccount/status"), expected, "{}", answer.body());
    }
    let mut visitor = visitor_who_failed(&world)?;
    assert!(listed(&mut visitor, "create")?.is_none() && listed(&mut visitor, "login")?.is_some());
    Ok(())
}
