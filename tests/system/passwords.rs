//! Passwords: how they are stored, what they must be like, and when a new one is asked for.

use std::collections::BTreeMap;
use std::path::Path;

use daemun_auth::policy::{Check, Rule};
use daemun_mediawiki::password::Md5Hex;
use daemun_testkit::transcripts::{Cell, read_world};
use daemun_testkit::visitor::{Answer, Visitor};
use daemun_testkit::waiting::wait_until;
use daemun_testkit::world::{HashCount, Rules, World, pbkdf2};

use crate::Tested;

const HASHED: &str = "Hash-pass-1!";
const NEW: &str = "a wholly new Passphrase 7";

/// Ids, names and stored passwords of the recorded wiki's accounts `Hash…`.
fn recorded_hashes() -> anyhow::Result<Vec<(i64, String, String)>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("transcripts/world.json");
    let tables = read_world(&path)?;
    let users = tables.iter().find(|table| table.name == "user").expect("users");
    let mut found = Vec::new();
    for row in &users.rows {
        let cells: BTreeMap<_, _> = row.iter().map(|(name, cell)| (name.as_str(), cell)).collect();
        if let (Cell::Integer(id), Cell::Text(name), Cell::Text(stored)) =
            (cells["user_id"], cells["user_name"], cells["user_password"])
            && name.starts_with("Hash")
        {
            found.push((*id, name.clone(), stored.clone()));
        }
    }
    Ok(found)
}

/// All of them as accounts of a world, and of which a password is known.
fn world_of_hashes(tweak: impl FnOnce(&mut Rules)) -> anyhow::Result<(World, Vec<String>)> {
    let world = World::with(tweak)?;
    let mut known = Vec::new();
    for (id, name, stored) in recorded_hashes()? {
        world.add_account_hashed(&name, &stored)?;
        world.sql(&format!("UPDATE user SET user_id = {id} WHERE user_name = '{name}'"))?;
        if !["HashNone", "HashGarbage"].contains(&name.as_str()) {
            known.push(name);
        }
    }
    let variant = Md5Hex::salted("0a1b", HASHED.as_bytes());
    let variant = format!(":A:0a1b:{}", std::str::from_utf8(variant.as_bytes())?);
    world.add_account_hashed("HashSaltedA", &variant)?;
    known.push("HashSaltedA".to_owned());
    assert_eq!(known.len(), 10, "{known:?}");
    Ok((world, known))
}

fn stored(world: &World, name: &str) -> anyhow::Result<String> {
    world.value(&format!("SELECT user_password FROM user WHERE user_name = '{name}'"))
}

#[test]
fn every_kind_of_hash_lets_in_and_is_renewed() -> Tested {
    let (world, known) = world_of_hashes(|_| {})?;
    for name in &known {
        let before = stored(&world, name)?;
        let answer = world.visitor().log_in(name, HASHED)?;
        assert_eq!(answer.status(), "PASS", "{name}: {}", answer.body());
        wait_until(&format!("a new hash for {name}"), || {
            Ok(stored(&world, name)?.starts_with(":pbkdf2:sha512:10:64:"))
        })?;
        assert_ne!(stored(&world, name)?, before);
        assert_eq!(world.visitor().log_in(name, HASHED)?.status(), "PASS", "{name} again");
        let answer = world.visitor().log_in(name, "hash-pass-1!")?;
        assert_eq!(answer.message_code(), "wrongpassword", "{name}");
    }
    Ok(())
}

#[test]
fn a_wrong_password_renews_no_hash() -> Tested {
    // One worker takes one job after the other.
    let (world, known) = world_of_hashes(|rules| rules.hash_workers = 1)?;
    let before: Vec<_> = known.iter().map(|name| stored(&world, name)).collect::<Result<_, _>>()?;
    for name in &known {
        assert_eq!(world.visitor().log_in(name, "wrong")?.message_code(), "wrongpassword");
    }
    world.add_account_hashed("Last", &format!(":A:{}", md5("Last-pass-1!")))?;
    assert_eq!(world.visitor().log_in("Last", "Last-pass-1!")?.status(), "PASS");
    wait_until("the last hash", || Ok(stored(&world, "Last")?.starts_with(":pbkdf2:")))?;
    let after: Vec<_> = known.iter().map(|name| stored(&world, name)).collect::<Result<_, _>>()?;
    assert_eq!(after, before);
    Ok(())
}

fn md5(text: &str) -> String {
    String::from_utf8_lossy(Md5Hex::unsalted(text.as_bytes()).as_bytes()).into_owned()
}

#[test]
fn hashes_that_are_none_let_nobody_in() -> Tested {
    let world = World::with(|rules| rules.settings.password_attempt_throttle.clear())?;
    let md5 = md5("x");
    for (number, stored) in [
        "",
        "*",
        ":nosuchtype:abc",
        ":A:",
        ":A::",
        ":pbkdf2:sha512:0:64::",
        ":pbkdf2:sha512:4000000000:64:AAAA:AAAA",
        ":bcrypt:31$aaaaaaaaaaaaaaaaaaaaaa$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ":argon2:$argon2id$v=19$m=4194304,t=1,p=1$AAAAAAAA$AAAAAAAA",
        &format!(":B:{md5}"),
    ]
    .iter()
    .enumerate()
    {
        let name = format!("Nohash{number}");
        world.add_account_hashed(&name, stored)?;
        for password in ["x", stored, "*"].into_iter().filter(|password| !password.is_empty()) {
            let answer = world.visitor().log_in(&name, password)?;
            assert_eq!(answer.message_code(), "wrongpassword", "{stored} {}", answer.body());
        }
        let answer = world.visitor().log_in(&name, "")?;
        assert_eq!(answer.message_code(), "authmanager-authn-no-primary", "{stored}");
    }
    Ok(())
}

#[test]
fn new_hashes_are_of_the_kind_that_is_configured() -> Tested {
    use daemun_mediawiki::password::HashSpec;
    for (spec, beginning) in [
        (HashSpec::Bcrypt { cost: 4 }, ":bcrypt:4$"),
        (HashSpec::Argon2id { memory_kib: 64, time: 1, lanes: 1 }, ":argon2:$argon2id$v=19$m=64,"),
        (pbkdf2(20), ":pbkdf2:sha512:20:64:"),
    ] {
        let world = World::with(|rules| rules.settings.password_default = spec)?;
        world.add_account_hashed("Old", &format!(":A:{}", md5(HASHED)))?;
        assert_eq!(world.visitor().log_in("Old", HASHED)?.status(), "PASS");
        wait_until(beginning, || Ok(stored(&world, "Old")?.starts_with(beginning)))?;
        assert_eq!(world.visitor().log_in("Old", HASHED)?.status(), "PASS", "{beginning}");
    }
    Ok(())
}

#[test]
fn a_password_is_compared_in_one_composition_and_to_the_last_space() -> Tested {
    let world = World::new()?;
    world.add_account("윌리엄", "pass-\u{e9}-한국 ")?;
    for (typed, status) in [
        ("pass-\u{e9}-한국 ", "PASS"),
        ("pass-e\u{301}-\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8} ", "PASS"),
        ("pass-\u{e9}-한국", "FAIL"),
    ] {
        assert_eq!(world.visitor().log_in("윌리엄", typed)?.status(), status, "{typed}");
    }
    Ok(())
}

fn asked_with(name: &str, password: &str, world: &World) -> anyhow::Result<(Visitor, Answer)> {
    let mut visitor = world.visitor();
    let answer = visitor.log_in(name, password)?;
    Ok((visitor, answer))
}

#[test]
fn a_weak_password_lets_in_but_a_better_one_is_suggested() -> Tested {
    let world = World::new()?;
    for (name, password) in [("Short", "x7!"), ("Common", "password"), ("Substringer", "substring")]
    {
        world.add_account(name, password)?;
        let (mut visitor, answer) = asked_with(name, password, &world)?;
        assert_eq!(answer.status(), "UI", "{name}: {}", answer.body());
        assert_eq!(answer.message_code(), "resetpass-validity-soft", "{name}");
        assert_eq!(visitor.whoami()?, None, "nobody is in before the end");
        let program = world.visitor().log_in_bot(name, password)?;
        assert_eq!(program.result(), "Aborted", "{}", program.body());

        assert_eq!(visitor.go_on(&[("skipReset", "1")])?.status(), "PASS");
        assert_eq!(visitor.whoami()?.as_deref(), Some(name));
    }
    Ok(())
}

#[test]
fn a_new_password_must_be_typed_twice_and_be_a_good_one() -> Tested {
    let world = World::new()?;
    world.add_account("Weak", "password")?;
    let (mut visitor, _) = asked_with("Weak", "password", &world)?;
    for (new, again, code) in [
        ("one", "two", "badretype"),
        ("x7!", "x7!", "passwordtooshort"),
        ("12345678", "12345678", "passwordincommonlist"),
        ("", "", "passwordtooshort"),
    ] {
        let answer = visitor.go_on(&[("password", new), ("retype", again)])?;
        assert_eq!(answer.status(), "UI", "{new}: {}", answer.body());
        if !new.is_empty() {
            assert_eq!(answer.message_code(), code, "{}", answer.body());
        }
    }
    let answer = visitor.go_on(&[("password", NEW), ("retype", NEW)])?;
    assert_eq!(answer.status(), "PASS", "{}", answer.body());
    assert_eq!(visitor.whoami()?.as_deref(), Some("Weak"));
    assert_eq!(world.visitor().log_in("Weak", NEW)?.status(), "PASS");
    assert_eq!(world.visitor().log_in("Weak", "password")?.message_code(), "wrongpassword");
    Ok(())
}

#[test]
fn whether_weak_passwords_are_minded_is_configured() -> Tested {
    let world = World::with(|rules| rules.settings.invalid_password_reset = false)?;
    world.add_account("Weak", "password")?;
    assert_eq!(world.visitor().log_in("Weak", "password")?.status(), "PASS");

    let world = World::with(|rules| {
        let rule = Rule { value: 1, suggest_change: true, force_change: true };
        rules.settings.password_policy.default.insert(Check::PasswordNotInCommonList, rule);
    })?;
    world.add_account("Weak", "password")?;
    let (mut visitor, answer) = asked_with("Weak", "password", &world)?;
    assert_eq!(answer.message_code(), "resetpass-validity", "{}", answer.body());
    assert_eq!(visitor.go_on(&[("skipReset", "1")])?.status(), "UI", "no skipping");
    let answer = visitor.go_on(&[("password", NEW), ("retype", NEW)])?;
    assert_eq!(answer.status(), "PASS", "{}", answer.body());
    Ok(())
}

#[test]
fn a_password_too_short_to_log_in_with_does_not() -> Tested {
    let world = World::with(|rules| {
        let rule = Rule { value: 4, ..Rule::default() };
        rules.settings.password_policy.default.insert(Check::MinimumPasswordLengthToLogin, rule);
    })?;
    world.add_account("Short", "x7!")?;
    let answer = world.visitor().log_in("Short", "x7!")?;
    assert_eq!((answer.status(), answer.message_code()), ("FAIL", "fatalpassworderror"));
    assert_eq!(world.visitor().log_in_bot("Short", "x7!")?.reason(), "fatalpassworderror");
    Ok(())
}

#[test]
fn a_password_of_more_than_4096_bytes_is_refused_unread() -> Tested {
    let world = World::with(|rules| rules.settings.password_policy.groups.clear())?;
    let long = "y".repeat(4096);
    world.add_account("Long", &long)?;
    assert_eq!(world.visitor().log_in("Long", &long)?.status(), "PASS");
    let answer = world.visitor().log_in("Long", &format!("{long}y"))?;
    assert_eq!((answer.status(), answer.message_code()), ("FAIL", "fatalpassworderror"));
    Ok(())
}

#[test]
fn an_expired_password_may_be_kept_for_a_week_and_no_longer() -> Tested {
    let world = World::new()?;
    world.add_account_with("Carol", "Carol-pass-1!", |account| {
        account.password_expires = Some(account.registration.plus(1000));
    })?;
    assert_eq!(world.visitor().log_in("Carol", "Carol-pass-1!")?.status(), "PASS");
    world.pass_seconds(1001);
    let (mut visitor, answer) = asked_with("Carol", "Carol-pass-1!", &world)?;
    assert_eq!(answer.message_code(), "resetpass-expired-soft", "{}", answer.body());
    assert_eq!(visitor.go_on(&[("skipReset", "1")])?.status(), "PASS");

    world.pass_seconds(604_800);
    let (mut visitor, answer) = asked_with("Carol", "Carol-pass-1!", &world)?;
    assert_eq!(answer.message_code(), "resetpass-expired", "{}", answer.body());
    let ids = answer.at("/clientlogin/requests").as_array().unwrap();
    assert_eq!(ids.len(), 1, "no button to skip: {ids:?}");
    assert_eq!(visitor.go_on(&[("skipReset", "1")])?.status(), "UI");
    assert_eq!(visitor.whoami()?, None);
    assert_eq!(visitor.go_on(&[("password", NEW), ("retype", NEW)])?.status(), "PASS");
    assert_eq!(world.visitor().log_in("Carol", NEW)?.status(), "PASS", "not expired any more");
    Ok(())
}

/// An account with a mailed password and a bot password.
fn world_of_a_mailed_password() -> anyhow::Result<(World, String)> {
    let world = World::new()?;
    let mailed = world.hash("mailed-9!")?;
    let id = world.add_account_with("Carol", "Carol-pass-1!", |account| {
        account.new_password = Some((mailed, account.registration));
    })?;
    let bots = world.add_bot_password(id, "tool")?;
    Ok((world, bots))
}

#[test]
fn a_mailed_password_must_be_changed_and_is_then_gone() -> Tested {
    let (world, bots) = world_of_a_mailed_password()?;
    let program = world.visitor().log_in_bot("Carol", "mailed-9!")?;
    assert_eq!(program.result(), "Aborted", "{}", program.body());
    let (mut visitor, answer) = asked_with("Carol", "mailed-9!", &world)?;
    assert_eq!(answer.message_code(), "resetpass-temp-emailed", "{}", answer.body());
    assert_eq!(visitor.go_on(&[("skipReset", "1")])?.status(), "UI");
    assert_eq!(visitor.whoami()?, None);
    assert_eq!(world.visitor().log_in_bot("Carol@tool", &bots)?.result(), "Success");

    assert_eq!(visitor.go_on(&[("password", NEW), ("retype", NEW)])?.status(), "PASS");
    assert_eq!(visitor.whoami()?.as_deref(), Some("Carol"));
    assert_eq!(world.value("SELECT user_newpassword FROM user WHERE user_name = 'Carol'")?, "");
    for old in ["mailed-9!", "Carol-pass-1!"] {
        assert_eq!(world.visitor().log_in("Carol", old)?.message_code(), "wrongpassword", "{old}");
    }
    let answer = world.visitor().log_in_bot("Carol@tool", &bots)?;
    assert_eq!(answer.reason(), "botpasswords-needs-reset", "{}", answer.body());
    assert_eq!(world.visitor().log_in("Carol", NEW)?.status(), "PASS");
    Ok(())
}

#[test]
fn the_own_password_goes_on_working_beside_a_mailed_one() -> Tested {
    let (world, _) = world_of_a_mailed_password()?;
    assert_eq!(world.visitor().log_in("Carol", "Carol-pass-1!")?.status(), "PASS");
    assert_eq!(world.visitor().log_in("Carol", "mailed-9!")?.status(), "UI");
    Ok(())
}

#[test]
fn a_mailed_password_is_good_for_a_week() -> Tested {
    let (world, _) = world_of_a_mailed_password()?;
    world.pass_seconds(604_800);
    assert_eq!(world.visitor().log_in("Carol", "mailed-9!")?.status(), "UI");
    world.pass_seconds(1);
    let answer = world.visitor().log_in("Carol", "mailed-9!")?;
    assert_eq!(answer.message_code(), "wrongpassword", "{}", answer.body());
    assert_eq!(world.visitor().log_in("Carol", "Carol-pass-1!")?.status(), "PASS");
    Ok(())
}

fn block(world: &World, id: u64, name: &str) -> Tested {
    world.sql(&format!(
        "INSERT INTO block_target (bt_id, bt_user, bt_user_text) VALUES (1, {id}, '{name}'); \
         INSERT INTO comment (comment_id, comment_hash, comment_text) VALUES (1, 0, 'spam'); \
         INSERT INTO block (bl_target, bl_by_actor, bl_reason_id, bl_timestamp, bl_expiry) \
         VALUES (1, 1, 1, '20260101000000', 'infinity')"
    ))?;
    Ok(())
}

#[test]
fn a_blocked_user_is_kept_out_only_where_that_is_configured() -> Tested {
    let world = World::new()?;
    let id = world.add_account("Dave", "Dave-pass-1!")?;
    block(&world, id, "Dave")?;
    assert_eq!(world.visitor().log_in("Dave", "Dave-pass-1!")?.status(), "PASS");
    let strict = world.another_server(|settings, _| settings.block_disables_login = true)?;
    let answer = Visitor::at(&strict).log_in("Dave", "Dave-pass-1!")?;
    assert_eq!(answer.message_code(), "login-userblocked", "{}", answer.body());
    let answer = Visitor::at(&strict).log_in("Dave", "wrong")?;
    assert_eq!(answer.message_code(), "wrongpassword", "only who knows the password is told");
    Ok(())
}

#[test]
fn a_block_takes_rights_from_who_is_in_where_it_keeps_others_out() -> Tested {
    let world = World::new()?;
    let id = world.add_account("Dave", "Dave-pass-1!")?;
    world.sql(&format!("INSERT INTO user_groups (ug_user, ug_group) VALUES ({id}, 'sysop')"))?;
    let strict = world.another_server(|settings, _| settings.block_disables_login = true)?;
    let mut mild = world.visitor();
    mild.log_in("Dave", "Dave-pass-1!")?;
    let mut dave = mild.clone().moved_to(&strict);
    let rights = |visitor: &mut Visitor| -> anyhow::Result<Vec<String>> {
        Ok(serde_json::from_value(visitor.user_info("rights")?["rights"].clone())?)
    };
    let all = rights(&mut dave)?;
    assert!(all.contains(&"delete".to_owned()), "{all:?}");
    world.sql(&format!(
        "INSERT INTO block_target (bt_id, bt_user, bt_user_text) VALUES (1, {id}, 'Dave'); \
         INSERT INTO comment (comment_id, comment_hash, comment_text) VALUES (1, 0, 'spam'); \
         INSERT INTO block (bl_target, bl_by_actor, bl_reason_id, bl_timestamp, bl_expiry) \
         VALUES (1, 1, 1, '20260101000000', 'infinity')"
    ))?;
    let everybodys = rights(&mut Visitor::at(&strict))?;
    assert_eq!(rights(&mut dave)?, everybodys);
    assert_eq!(dave.whoami()?.as_deref(), Some("Dave"), "the session stays");
    let ask = [("action", "query"), ("list", "users"), ("ususers", "Dave"), ("usprop", "rights")];
    let answer = Visitor::at(&strict).get(&ask)?;
    assert_eq!(answer.at("/query/users/0/rights"), &serde_json::json!(everybodys));
    assert_eq!(rights(&mut mild)?, all, "only where that is configured");
    Ok(())
}

/// Accounts of every kind that a refusal could tell of, and a count of hashes.
fn world_of_all_kinds() -> anyhow::Result<(World, HashCount)> {
    let mut world = World::with(|rules| {
        rules.settings.password_attempt_throttle.clear();
        rules.settings.block_disables_login = true;
    })?;
    let id = world.add_account("William", "William-pass-1!")?;
    world.add_bot_password(id, "tool")?;
    world.add_account_hashed("Nohash", "")?;
    let blocked = world.add_account("Dave", "Dave-pass-1!")?;
    block(&world, blocked, "Dave")?;
    let mailed = world.hash("mailed-9!")?;
    world.add_account_with("Carol", "Carol-pass-1!", |account| {
        account.new_password = Some((mailed, account.registration));
    })?;
    let count = world.count_hashes()?;
    Ok((world, count))
}

#[test]
fn a_refusal_costs_the_same_hashes_whatever_account_there_is() -> Tested {
    let (world, count) = world_of_all_kinds()?;
    for (name, hashes) in [
        ("William", 1),
        ("Nobody", 1),
        ("Nohash", 1),
        ("Dave", 1),
        // It may be either of two passwords, and whoever was sent a letter shall not be locked out
        // of the old one. So there are two hashes to look at, and no way to make them one.
        ("Carol", 2),
        // No bot password, and nobody is called that.
        ("William@tool", 1),
        ("William@nosuch", 1),
        ("Nobody@tool", 1),
    ] {
        let answer = world.visitor().log_in(name, "wrong-pass-1!")?;
        assert_eq!(answer.message_code(), "wrongpassword", "{name}: {}", answer.body());
        assert_eq!(count.take(), hashes, "clientlogin as {name}");
        let answer = world.visitor().log_in_bot(name, "wrong-pass-1!")?;
        assert_eq!(answer.reason(), "wrongpassword", "{name}: {}", answer.body());
        assert_eq!(count.take(), hashes, "login as {name}");
    }
    Ok(())
}

#[test]
fn a_bot_password_that_is_refused_costs_one_hash_however_it_is_named() -> Tested {
    let (world, count) = world_of_all_kinds()?;
    let wrong = "0123456789abcdefghijklmnopqrstuv";
    for (name, app) in [
        ("William", "tool"),
        ("William", "nosuch"),
        ("Nobody", "tool"),
        ("Dave", "tool"),
        ("Carol", "tool"),
    ] {
        let whole = (format!("{name}@{app}"), wrong.to_owned());
        let answer = world.visitor().log_in_bot(&whole.0, &whole.1)?;
        assert_eq!(answer.reason(), "wrongpassword", "{name}@{app}: {}", answer.body());
        assert_eq!(count.take(), 1, "{name}@{app}");
    }
    Ok(())
}
