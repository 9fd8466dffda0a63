//! Making accounts over the API.

use std::net::IpAddr;

use daemun_auth::settings::ThrottleRule;
use daemun_mediawiki::timestamp::Timestamp;
use daemun_store::{BlockTarget, NewBlock};
use daemun_testkit::visitor::{Answer, Visitor, encode};
use daemun_testkit::world::World;

use crate::Tested;

const PASSWORD: &str = "Correct-horse-9";

/// Asks for an account of this name with this password.
fn create(visitor: &mut Visitor, name: &str, password: &str) -> anyhow::Result<Answer> {
    create_with(visitor, &[("username", name), ("password", password), ("retype", password)])
}

fn create_with(visitor: &mut Visitor, fields: &[(&str, &str)]) -> anyhow::Result<Answer> {
    let token = visitor.token("createaccount")?;
    let mut params = vec![
        ("action", "createaccount"),
        ("createreturnurl", "http://localhost/"),
        ("createtoken", token.as_str()),
        ("email", ""),
        ("realname", ""),
    ];
    params.retain(|(name, _)| !fields.iter().any(|(given, _)| given == name));
    params.extend(fields);
    visitor.post(&params)
}

#[test]
fn somebody_makes_an_account_and_is_not_signed_in_by_it_but_can_log_in() -> Tested {
    let world = World::new()?;
    let mut visitor = world.visitor();
    let answer = create(&mut visitor, "william", PASSWORD)?;
    assert_eq!(answer.at("/createaccount/status"), "PASS", "{}", answer.body());
    assert_eq!(answer.at("/createaccount/username"), "William");
    assert_eq!(visitor.whoami()?, None);
    assert_eq!(visitor.log_in("William", PASSWORD)?.status(), "PASS");
    Ok(())
}

#[test]
fn a_new_account_leaves_the_rows_that_mediawikis_would() -> Tested {
    let world = World::new()?;
    let mut william = world.visitor();
    world.add_account("William", PASSWORD)?;
    create(&mut world.visitor(), "Myself", PASSWORD)?;
    william.log_in("William", PASSWORD)?;
    let fields = [
        ("username", "Somebody"),
        ("password", PASSWORD),
        ("retype", PASSWORD),
        ("email", "somebody@example.org"),
        ("realname", "Some Body"),
        ("reason", "for a friend"),
    ];
    let answer = create_with(&mut william, &fields)?;
    assert_eq!(answer.at("/createaccount/status"), "PASS", "{}", answer.body());
    let log = world.sql(
        "SELECT log_action, log_title, actor_name, comment_text, log_params FROM logging \
         JOIN actor ON actor_id = log_actor JOIN comment ON comment_id = log_comment_id \
         WHERE log_type = 'newusers' ORDER BY log_id",
    )?;
    let shown: Vec<Vec<String>> = log
        .into_iter()
        .map(|row| row.into_iter().map(Option::unwrap_or_default).collect())
        .collect();
    let id =
        |name: &str| world.value(&format!("SELECT user_id FROM user WHERE user_name = '{name}'"));
    let params = |id: &str| format!("a:1:{{s:9:\"4::userid\";i:{id};}}");
    assert_eq!(
        shown,
        [
            ["create", "Myself", "Myself", "", &params(&id("Myself")?)],
            ["create2", "Somebody", "William", "for a friend", &params(&id("Somebody")?)],
        ]
    );
    let row = "SELECT user_email || '/' || user_real_name FROM user WHERE user_name = 'Somebody'";
    assert_eq!(world.value(row)?, "somebody@example.org/Some Body");
    Ok(())
}

#[test]
fn of_two_who_want_the_same_name_at_once_one_gets_it() -> Tested {
    let world = World::new()?;
    let codes: Vec<String> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..6)
            .map(|_| {
                scope.spawn(|| {
                    let answer =
                        create(&mut world.visitor(), "William", PASSWORD).expect("an answer");
                    let code = answer.at("/createaccount/messagecode").as_str().unwrap_or("PASS");
                    code.to_owned()
                })
            })
            .collect();
        tries.into_iter().map(|one| one.join().expect("no panic")).collect()
    });
    assert_eq!(codes.iter().filter(|code| *code == "PASS").count(), 1, "{codes:?}");
    assert!(codes.iter().all(|code| code == "PASS" || code == "userexists"), "{codes:?}");
    assert_eq!(world.value("SELECT COUNT(*) FROM user WHERE user_name = 'William'")?, "1");
    Ok(())
}

#[test]
fn a_weak_password_and_a_slip_of_the_finger_make_no_account() -> Tested {
    let world = World::new()?;
    let mut visitor = world.visitor();
    for (password, retyped, code) in [
        ("password", "password", "passwordincommonlist"),
        ("short", "short", "passwordtooshort"),
        (PASSWORD, "Correct-horse-8", "badretype"),
    ] {
        let fields = [("username", "William"), ("password", password), ("retype", retyped)];
        let answer = create_with(&mut visitor, &fields)?;
        assert_eq!(answer.at("/createaccount/messagecode"), code, "{}", answer.body());
    }
    assert_eq!(world.value("SELECT COUNT(*) FROM user")?, "0");
    Ok(())
}

#[test]
fn an_address_makes_no_more_accounts_than_are_allowed() -> Tested {
    let world = World::with(|rules| {
        rules.settings.account_creation_throttle = vec![ThrottleRule { count: 2, seconds: 86_400 }];
    })?;
    let mut here = world.visitor().from_address("198.51.100.7");
    for name in ["One", "Two"] {
        assert_eq!(create(&mut here, name, PASSWORD)?.at("/createaccount/status"), "PASS");
    }
    let third = create(&mut here, "Three", PASSWORD)?;
    assert_eq!(third.at("/createaccount/messagecode"), "acct_creation_throttle_hit");
    let mut elsewhere = world.visitor().from_address("198.51.100.8");
    assert_eq!(create(&mut elsewhere, "Three", PASSWORD)?.at("/createaccount/status"), "PASS");
    world.pass_seconds(86_401);
    assert_eq!(create(&mut here, "Four", PASSWORD)?.at("/createaccount/status"), "PASS");
    Ok(())
}

/// Blocks an address, from making accounts or from other things only.
fn block(world: &World, target: BlockTarget, create_account: bool) -> anyhow::Result<()> {
    let block = NewBlock {
        by_name: "Somebody".to_owned(),
        reason: "too many".to_owned(),
        create_account,
        ..NewBlock::usual(target, Timestamp(world.now().0))
    };
    world.run(world.store().blocks.insert(&block, None))?;
    Ok(())
}

#[test]
fn from_a_blocked_address_nobody_makes_any_whether_signed_in_or_not() -> Tested {
    let world = World::new()?;
    world.add_account("William", PASSWORD)?;
    let address: IpAddr = "198.51.100.7".parse()?;
    // An older block that says nothing of accounts takes nothing from the newer one around it.
    block(&world, BlockTarget::Address(address), false)?;
    block(&world, BlockTarget::Range { address, prefix_length: 24 }, true)?;
    for name in [None, Some("William")] {
        let mut visitor = world.visitor().from_address("198.51.100.7");
        if let Some(name) = name {
            assert_eq!(visitor.log_in(name, PASSWORD)?.status(), "PASS");
        }
        let fields =
            [("username", "Another"), ("password", PASSWORD), ("retype", PASSWORD), ("reason", "")];
        let answer = create_with(&mut visitor, &fields)?;
        assert_eq!(answer.at("/createaccount/status"), "FAIL", "{}", answer.body());
        assert_eq!(answer.at("/createaccount/messagecode"), "blocked");
    }
    Ok(())
}

#[test]
fn a_password_in_the_address_is_refused_before_anything_is_made() -> Tested {
    let world = World::new()?;
    let mut visitor = world.visitor();
    let token = visitor.token("createaccount")?;
    let target = format!("/w/api.php?format=json&{}", encode(&[("password", PASSWORD)]));
    let body = encode(&[
        ("action", "createaccount"),
        ("createreturnurl", "http://localhost/"),
        ("createtoken", token.as_str()),
        ("username", "William"),
        ("retype", PASSWORD),
    ]);
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    let answer = visitor.send_to("POST", &target, Some(body.as_bytes()), &kind)?;
    assert_eq!(answer.error(), "mustpostparams", "{}", answer.body());
    assert_eq!(world.value("SELECT COUNT(*) FROM user")?, "0");
    Ok(())
}

#[test]
fn errors_of_a_creation_are_told_in_korean_too() -> Tested {
    let world = World::new()?;
    let mut visitor = world.visitor();
    create(&mut visitor, "윌리엄", PASSWORD)?;
    let fields =
        [("username", "윌리엄"), ("password", PASSWORD), ("retype", PASSWORD), ("uselang", "ko")];
    let answer = create_with(&mut visitor, &fields)?;
    assert_eq!(answer.at("/createaccount/messagecode"), "userexists");
    let text = answer.text_at("/createaccount/message").to_owned();
    assert!(text.chars().any(|c| ('가'..='힣').contains(&c)), "{text}");
    Ok(())
}
