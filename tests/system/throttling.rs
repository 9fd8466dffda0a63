//! Trying too often.

use daemun_auth::settings::ThrottleRule;
use daemun_mediawiki::password::Md5Hex;
use daemun_testkit::visitor::Visitor;
use daemun_testkit::world::World;

use crate::Tested;

const PASSWORD: &str = "William-pass-1!";
const HERE: &str = "192.0.2.1";

fn world() -> anyhow::Result<World> {
    let world = World::new()?;
    world.add_account("William", PASSWORD)?;
    world.add_account("Xavier", "Xavier-pass-1!")?;
    Ok(world)
}

/// The key under which MediaWiki counts.
fn key(kind: &str, rule: usize, address: &str, name: &str) -> String {
    let digest = Md5Hex::unsalted(name.as_bytes());
    let name = String::from_utf8_lossy(digest.as_bytes()).into_owned();
    format!("global:throttler:{kind}:{rule}:{address}:{name}")
}

/// Fails to log in, and says with what code.
fn fail(world: &World, address: &str, name: &str) -> anyhow::Result<String> {
    let answer = world.visitor().from_address(address).log_in(name, "wrong-pass")?;
    assert_eq!(answer.status(), "FAIL", "{}", answer.body());
    Ok(answer.message_code().to_owned())
}

fn fail_often(world: &World, address: &str, name: &str, times: usize) -> Tested {
    for _ in 0..times {
        assert_eq!(fail(world, address, name)?, "wrongpassword");
    }
    Ok(())
}

#[test]
fn the_sixth_attempt_is_refused_whatever_the_password() -> Tested {
    let world = world()?;
    fail_often(&world, HERE, "William", 5)?;
    assert_eq!(fail(&world, HERE, "William")?, "login-throttled");
    let mut visitor = world.visitor().from_address(HERE);
    assert_eq!(visitor.log_in("William", PASSWORD)?.message_code(), "login-throttled");
    assert_eq!(visitor.log_in_bot("William", PASSWORD)?.reason(), "login-throttled");
    assert_eq!(world.counter(&key("password", 0, HERE, "William"))?, 5, "refusals are not counted");
    Ok(())
}

#[test]
fn clients_read_how_long_to_wait() -> Tested {
    let world = world()?;
    fail_often(&world, HERE, "William", 5)?;
    let mut visitor = world.visitor().from_address(HERE);
    let answer = visitor.log_in("William", PASSWORD)?;
    assert!(answer.text_at("/clientlogin/message").contains("wait 5 minutes"), "{}", answer.body());
    let token = visitor.token("login")?;
    let login = [
        ("action", "login"),
        ("lgname", "William"),
        ("lgpassword", PASSWORD),
        ("lgtoken", token.as_str()),
    ];
    let answer = visitor.post(&login)?;
    assert!(answer.text_at("/login/reason").contains("wait 5 minutes"), "{}", answer.body());
    Ok(())
}

#[test]
fn a_refusal_costs_no_hash() -> Tested {
    let mut world = World::new()?;
    world.add_account("William", PASSWORD)?;
    let count = world.count_hashes()?;
    for (code, hashes) in [("wrongpassword", 1), ("login-throttled", 0)] {
        for _ in 0..5 {
            let answer = world.visitor().log_in("William", "wrong")?;
            assert_eq!(answer.message_code(), code, "{}", answer.body());
            assert_eq!(count.take(), hashes, "{code}");
        }
    }
    let answer = world.visitor().log_in_bot("William", PASSWORD)?;
    assert_eq!(answer.reason(), "login-throttled", "{}", answer.body());
    assert_eq!(count.take(), 0);
    Ok(())
}

#[test]
fn other_names_and_other_addresses_are_not_affected() -> Tested {
    let world = world()?;
    fail_often(&world, HERE, "William", 5)?;
    let mut visitor = world.visitor().from_address(HERE);
    assert_eq!(visitor.log_in("Xavier", "Xavier-pass-1!")?.status(), "PASS");
    let mut visitor = world.visitor().from_address("192.0.2.2");
    assert_eq!(visitor.log_in("William", PASSWORD)?.status(), "PASS");
    assert_eq!(
        fail(&world, HERE, "William")?,
        "login-throttled",
        "another's success clears nothing"
    );
    Ok(())
}

#[test]
fn a_name_is_one_name_however_it_is_written() -> Tested {
    let world = world()?;
    for name in ["William", "william", " William ", "User:William", "_william_"] {
        assert_eq!(fail(&world, HERE, name)?, "wrongpassword", "{name}");
    }
    assert_eq!(fail(&world, HERE, "william")?, "login-throttled");
    Ok(())
}

#[test]
fn names_that_nobody_has_are_counted_like_others() -> Tested {
    let world = world()?;
    fail_often(&world, HERE, "Nobody", 5)?;
    assert_eq!(fail(&world, HERE, "Nobody")?, "login-throttled");
    Ok(())
}

#[test]
fn a_success_begins_the_count_anew() -> Tested {
    let world = world()?;
    for _ in 0..3 {
        fail_often(&world, HERE, "William", 4)?;
        let mut visitor = world.visitor().from_address(HERE);
        assert_eq!(visitor.log_in("William", PASSWORD)?.status(), "PASS");
        assert_eq!(world.counters()?, 0);
    }
    Ok(())
}

#[test]
fn a_login_that_is_not_finished_keeps_its_count() -> Tested {
    let world = world()?;
    world.add_account("Weak", "password")?;
    let mut visitor = world.visitor().from_address(HERE);
    assert_eq!(visitor.log_in("Weak", "password")?.status(), "UI");
    assert_eq!(world.counter(&key("password", 0, HERE, "Weak"))?, 1);
    assert_eq!(visitor.go_on(&[("skipReset", "1")])?.status(), "PASS");
    assert_eq!(world.counter(&key("password", 0, HERE, "Weak"))?, 0);
    Ok(())
}

#[test]
fn after_five_minutes_one_may_try_again() -> Tested {
    let world = world()?;
    fail_often(&world, HERE, "William", 5)?;
    world.pass_seconds(299);
    assert_eq!(fail(&world, HERE, "William")?, "login-throttled");
    world.pass_seconds(2);
    fail_often(&world, HERE, "William", 5)?;
    assert_eq!(fail(&world, HERE, "William")?, "login-throttled");
    assert_eq!(world.counter(&key("password", 1, HERE, "William"))?, 10);
    Ok(())
}

#[test]
fn every_rule_must_hold() -> Tested {
    let world = World::with(|rules| {
        rules.settings.password_attempt_throttle = vec![
            ThrottleRule { count: 2, seconds: 60 },
            ThrottleRule { count: 5, seconds: 86_400 },
        ];
    })?;
    world.add_account("William", PASSWORD)?;
    for _ in 0..2 {
        fail_often(&world, HERE, "William", 2)?;
        assert_eq!(fail(&world, HERE, "William")?, "login-throttled");
        world.pass_seconds(61);
    }
    fail_often(&world, HERE, "William", 1)?;
    let answer = world.visitor().from_address(HERE).log_in("William", PASSWORD)?;
    assert!(answer.text_at("/clientlogin/message").contains("wait 1 day"), "{}", answer.body());
    Ok(())
}

#[test]
fn bot_passwords_are_counted_apart() -> Tested {
    let world = world()?;
    let id = 1;
    let secret = world.add_bot_password(id, "tool")?;
    let wrong = "0123456789abcdef0123456789abcdef";
    let mut bot = world.visitor().from_address(HERE);
    for name in ["William@tool", "William@tool", "William@noapp", "William@tool", "william@tool"] {
        assert_eq!(bot.log_in_bot(name, wrong)?.reason(), "wrongpassword", "{name}");
    }
    let answer = bot.log_in_bot("William@tool", &secret)?;
    assert_eq!(answer.reason(), "login-throttled", "{}", answer.body());
    assert_eq!(world.counter(&key("botpassword", 0, HERE, "William"))?, 5);
    assert_eq!(world.counter(&key("password", 0, HERE, "William"))?, 0);
    let mut person = world.visitor().from_address(HERE);
    assert_eq!(person.log_in("William", PASSWORD)?.status(), "PASS");
    let answer = bot.clone().from_address("192.0.2.2").log_in_bot("William@tool", &secret)?;
    assert_eq!(answer.result(), "Success");
    world.pass_seconds(301);
    assert_eq!(bot.log_in_bot("William@tool", &secret)?.result(), "Success");
    assert_eq!(world.counter(&key("botpassword", 0, HERE, "William"))?, 0);
    Ok(())
}

#[test]
fn a_bot_of_nobody_is_not_counted_as_a_bot() -> Tested {
    let world = world()?;
    let wrong = "0123456789abcdef0123456789abcdef";
    let mut bot = world.visitor().from_address(HERE);
    assert_eq!(bot.log_in_bot("Nobody@tool", wrong)?.reason(), "wrongpassword");
    assert_eq!(world.counter(&key("botpassword", 0, HERE, "Nobody"))?, 0);
    assert_eq!(world.counter(&key("password", 0, HERE, "Nobody@tool"))?, 1);
    Ok(())
}

#[test]
fn neighbours_in_a_network_of_ipv6_are_one() -> Tested {
    let world = world()?;
    for host in ["1", "2", "ffff:1", "abcd:ef01:2345:6789", "5"] {
        let address = match host {
            "abcd:ef01:2345:6789" => format!("2001:db8:1:2:{host}"),
            _ => format!("2001:db8:1:2::{host}"),
        };
        assert_eq!(fail(&world, &address, "William")?, "wrongpassword", "{address}");
    }
    assert_eq!(fail(&world, "2001:db8:1:2::6", "William")?, "login-throttled");
    assert_eq!(fail(&world, "2001:db8:1:3::1", "William")?, "wrongpassword");
    Ok(())
}

#[test]
fn an_ipv4_address_in_the_clothes_of_ipv6_is_the_same() -> Tested {
    let world = world()?;
    fail_often(&world, HERE, "William", 5)?;
    assert_eq!(fail(&world, "::ffff:192.0.2.1", "William")?, "login-throttled");
    Ok(())
}

#[test]
fn nobody_but_a_trusted_proxy_says_where_a_request_is_from() -> Tested {
    let world = world()?;
    let open = world.another_server(|_, site| site.trusted_proxies.clear())?;
    for number in 0..5 {
        let mut visitor = Visitor::at(&open).from_address(&format!("198.51.100.{number}"));
        assert_eq!(visitor.log_in("William", "wrong")?.message_code(), "wrongpassword");
    }
    let mut visitor = Visitor::at(&open).from_address("198.51.100.9");
    assert_eq!(visitor.log_in("William", "wrong")?.message_code(), "login-throttled");
    assert_eq!(world.counter(&key("password", 0, "127.0.0.1", "William"))?, 5);
    Ok(())
}

#[test]
fn forwarded_addresses_are_read_from_the_right() -> Tested {
    let world = world()?;
    let origin = world.another_server(|_, site| {
        site.trusted_proxies.extend(daemun_mediawiki::ip::Range::parse("10.0.0.0/8"));
    })?;
    for (number, forwarded) in [
        "192.0.2.1",
        "203.0.113.77, 192.0.2.1",
        "nonsense, 192.0.2.1",
        "192.0.2.1, 10.0.0.1",
        "203.0.113.78,192.0.2.1 , 10.9.9.9,10.0.0.1",
    ]
    .into_iter()
    .enumerate()
    {
        let mut visitor = Visitor::at(&origin).from_address(forwarded);
        visitor.log_in("William", "wrong")?;
        let count = world.counter(&key("password", 0, HERE, "William"))?;
        assert_eq!(usize::try_from(count)?, number + 1, "{forwarded}");
    }
    let mut visitor = Visitor::at(&origin).from_address("192.0.2.1, nonsense");
    visitor.log_in("William", "wrong")?;
    assert_eq!(world.counter(&key("password", 0, "127.0.0.1", "William"))?, 1);
    Ok(())
}
