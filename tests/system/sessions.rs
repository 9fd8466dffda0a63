//! How long sessions live, and what ends them. Time passes as the tests say.

use daemun_mediawiki::php::{Key, Value};
use daemun_testkit::visitor::Visitor;
use daemun_testkit::world::World;

use crate::Tested;

const PASSWORD: &str = "William-pass-1!";

fn world() -> anyhow::Result<World> {
    let world = World::new()?;
    world.add_account("William", PASSWORD)?;
    Ok(world)
}

fn signed_in(world: &World) -> anyhow::Result<Visitor> {
    let mut visitor = world.visitor();
    let answer = visitor.log_in("William", PASSWORD)?;
    assert_eq!(answer.status(), "PASS", "{}", answer.body());
    Ok(visitor)
}

fn remembered(world: &World) -> anyhow::Result<Visitor> {
    let mut visitor = world.visitor();
    let answer = visitor.log_in_with("William", PASSWORD, &[("rememberMe", "1")])?;
    assert_eq!(answer.status(), "PASS", "{}", answer.body());
    Ok(visitor)
}

#[test]
fn nothing_is_stored_for_strangers() -> Tested {
    let world = world()?;
    for address in ["192.0.2.1", "192.0.2.2", "2001:db8::1"] {
        let mut stranger = world.visitor().from_address(address);
        stranger.whoami()?;
        stranger.token("login")?;
        stranger.token("createaccount")?;
        stranger.token("csrf")?;
        assert_eq!(stranger.log_in("William", "wrong-pass")?.message_code(), "wrongpassword");
        assert_eq!(stranger.log_in("Nobody", "wrong-pass")?.message_code(), "wrongpassword");
        assert_eq!(stranger.log_in_bot("Nobody", "wrong-pass")?.reason(), "wrongpassword");
        assert_eq!(stranger.go_on(&[])?.message_code(), "authmanager-authn-not-in-progress");
        stranger.log_out()?;
        let forms = [("action", "query"), ("meta", "authmanagerinfo"), ("amirequestsfor", "login")];
        stranger.get(&forms)?;
    }
    assert_eq!(world.recorded_sessions()?, Vec::<String>::new());
    Ok(())
}

#[test]
fn a_dialogue_is_remembered_under_the_strangers_id_and_a_login_replaces_it() -> Tested {
    let world = World::new()?;
    world.add_account("Weak", "password")?;
    let mut visitor = world.visitor();
    visitor.token("login")?;
    let before = visitor.cookie("wiki_session").unwrap();
    assert_eq!(visitor.log_in("Weak", "password")?.status(), "UI");
    assert_eq!(visitor.cookie("wiki_session").as_ref(), Some(&before));
    assert_eq!(world.living_sessions()?, std::slice::from_ref(&before));
    let record = world.session_record(&before)?.unwrap();
    assert_eq!(record.metadata.user_id, 0);
    assert!(!String::from_utf8_lossy(&record.to_bytes()).contains("Weak"), "the state is sealed");

    assert_eq!(visitor.go_on(&[("skipReset", "1")])?.status(), "PASS");
    let after = visitor.cookie("wiki_session").unwrap();
    assert_ne!(after, before);
    assert_eq!(world.living_sessions()?, [after]);
    Ok(())
}

#[test]
fn the_state_of_a_dialogue_is_of_no_use_in_another_session() -> Tested {
    let world = World::new()?;
    world.add_account("Weak", "password")?;
    let (mut one, mut two) = (world.visitor(), world.visitor());
    one.log_in("Weak", "password")?;
    two.log_in("Weak", "password")?;
    let copied = format!(
        "UPDATE objectcache SET value = (SELECT value FROM objectcache WHERE keyname = \
         'wiki:MWSession:{}') WHERE keyname = 'wiki:MWSession:{}'",
        one.cookie("wiki_session").unwrap(),
        two.cookie("wiki_session").unwrap()
    );
    world.cache_sql(&copied)?;
    let token = two.token("login")?;
    let fields = [
        ("action", "clientlogin"),
        ("logincontinue", "1"),
        ("skipReset", "1"),
        ("logintoken", &token),
    ];
    assert_eq!(two.post(&fields)?.message_code(), "authmanager-authn-not-in-progress");
    assert_eq!(one.go_on(&[("skipReset", "1")])?.status(), "PASS");
    Ok(())
}

#[test]
fn a_session_that_is_used_lives_on() -> Tested {
    let world = world()?;
    let mut person = signed_in(&world)?;
    world.pass_minutes(29);
    let ask = [("action", "query"), ("meta", "userinfo")];
    assert_eq!(person.get(&ask)?.set_cookies(), Vec::<String>::new());
    world.pass_minutes(2);
    let names = ["wiki_session", "wikiUserID", "wikiUserName"];
    assert_eq!(person.get(&ask)?.set_cookies(), names);
    for _ in 0..10 {
        world.pass_minutes(59);
        assert_eq!(person.whoami()?.as_deref(), Some("William"));
    }
    Ok(())
}

#[test]
fn a_session_that_is_not_used_for_an_hour_is_gone() -> Tested {
    let world = world()?;
    let mut person = signed_in(&world)?;
    world.pass_minutes(61);
    let answer = person.get(&[("action", "query"), ("meta", "userinfo")])?;
    assert_eq!(answer.at("/query/userinfo/anon"), true);
    assert_eq!(answer.set_cookies(), ["-wiki_session", "-wikiUserID"]);
    Ok(())
}

#[test]
fn a_remembered_person_comes_back_under_a_new_id() -> Tested {
    let world = world()?;
    let mut person = remembered(&world)?;
    let before = person.cookie("wiki_session").unwrap();
    world.pass_minutes(60 * 24 * 30);
    assert_eq!(person.whoami()?.as_deref(), Some("William"));
    let after = person.cookie("wiki_session").unwrap();
    assert_ne!(after, before);
    person.lose_cookie("wiki_session");
    assert_eq!(person.whoami()?.as_deref(), Some("William"));
    assert!(![before, after].contains(&person.cookie("wiki_session").unwrap()));
    Ok(())
}

#[test]
fn a_wrong_token_cookie_ends_everything() -> Tested {
    let world = world()?;
    for token in ["", "0", "0123456789abcdef0123456789abcdef", &"f".repeat(5000)] {
        let mut person = remembered(&world)?;
        let right = person.cookie("wikiToken").unwrap();
        person.set_cookie("wikiToken", token);
        let answer = person.get(&[("action", "query"), ("meta", "userinfo")])?;
        assert_eq!(answer.at("/query/userinfo/anon"), true, "{token}");
        assert_eq!(answer.set_cookies(), ["-wiki_session", "-wikiUserID", "-wikiToken"], "{token}");
        assert_ne!(right, token);
    }
    Ok(())
}

#[test]
fn a_changed_user_token_ends_all_sessions_of_the_user() -> Tested {
    let world = world()?;
    world.add_account("Xavier", "Xavier-pass-1!")?;
    let (mut one, mut two) = (signed_in(&world)?, remembered(&world)?);
    let mut other = world.visitor();
    other.log_in("Xavier", "Xavier-pass-1!")?;
    world.sql(
        "UPDATE user SET user_token = '0123456789abcdef0123456789abcdef' \
         WHERE user_name = 'William'",
    )?;
    assert_eq!(one.whoami()?, None);
    assert_eq!(two.whoami()?, None);
    assert_eq!(other.whoami()?.as_deref(), Some("Xavier"));
    assert_eq!(world.living_sessions()?.len(), 2, "one's ended, two's cookie was refused first");
    Ok(())
}

#[test]
fn a_new_token_version_ends_all_sessions() -> Tested {
    let world = world()?;
    let (one, two) = (signed_in(&world)?, remembered(&world)?);
    let origin = world.another_server(|settings, _| {
        settings.authentication_token_version = Some("2".to_owned());
    })?;
    assert_eq!(one.moved_to(&origin).whoami()?, None);
    assert_eq!(two.moved_to(&origin).whoami()?, None);
    Ok(())
}

#[test]
fn an_id_that_was_made_up_is_nobodys_and_is_not_taken_over() -> Tested {
    let world = world()?;
    signed_in(&world)?;
    for id in ["0123456789abcdefghijklmnopqrstuv", &"A".repeat(32), &"x_-Y".repeat(16)] {
        let mut visitor = world.visitor();
        visitor.set_cookie("wiki_session", id);
        assert_eq!(visitor.whoami()?, None);
        visitor.set_cookie("wikiUserID", "1");
        assert_eq!(visitor.whoami()?, None, "{id}");
        let mut visitor = world.visitor();
        visitor.set_cookie("wiki_session", id);
        visitor.token("login")?;
        assert_ne!(visitor.cookie("wiki_session").as_deref(), Some(id), "fixation");
    }
    Ok(())
}

#[test]
fn an_id_that_is_none_is_replaced() -> Tested {
    let world = world()?;
    for id in
        ["", "short", "한글", &"a".repeat(31), &"a".repeat(4000), "..%2F..%2Fwiki.sqlite", "'; --"]
    {
        let mut visitor = world.visitor();
        visitor.set_cookie("wiki_session", id);
        assert_eq!(visitor.whoami()?, None, "{id}");
        assert_eq!(visitor.log_in("William", PASSWORD)?.status(), "PASS", "{id}");
        assert_eq!(visitor.cookie("wiki_session").unwrap().len(), 32, "{id}");
    }
    Ok(())
}

#[test]
fn an_id_of_another_server_is_a_strangers() -> Tested {
    let world = world()?;
    let elsewhere = world.another_server(|settings, _| {
        settings.secret_key = daemun_auth::settings::SecretKey::new(b"another secret".to_vec());
    })?;
    let mut visitor = Visitor::at(&elsewhere);
    let token = visitor.token("login")?;
    let theirs = visitor.cookie("wiki_session");
    let mut visitor = visitor.moved_to(world.origin());
    let answer = visitor.log_in_bot_by_token(&token, "William", PASSWORD)?;
    assert_eq!(answer.reason(), "sessionlost", "{}", answer.body());
    assert_ne!(visitor.cookie("wiki_session"), theirs);
    Ok(())
}

#[test]
fn the_cookies_of_two_users_do_not_mix() -> Tested {
    let world = world()?;
    let id = world.add_account("Xavier", "Xavier-pass-1!")?;
    let mut person = signed_in(&world)?;
    let mut mixed = person.clone();
    mixed.set_cookie("wikiUserID", &id.to_string());
    assert_eq!(mixed.whoami()?, None);
    let mut mixed = person.clone();
    mixed.set_cookie("wikiUserName", "Xavier");
    assert_eq!(mixed.whoami()?, None);
    let mut without = person.clone();
    without.lose_cookie("wikiUserID");
    assert_eq!(without.whoami()?, None, "the id alone opens nothing");
    assert_eq!(person.whoami()?.as_deref(), Some("William"));
    Ok(())
}

#[test]
fn one_person_may_have_two_sessions() -> Tested {
    let world = world()?;
    let (mut one, mut two) = (signed_in(&world)?, signed_in(&world)?);
    assert_ne!(one.cookie("wiki_session"), two.cookie("wiki_session"));
    assert_ne!(one.token("csrf")?[..32], two.token("csrf")?[..32]);
    one.log_out()?;
    assert_eq!(one.whoami()?, None);
    assert_eq!(two.whoami()?.as_deref(), Some("William"));
    Ok(())
}

#[test]
fn a_busy_strangers_token_stays_good_when_the_id_is_renewed() -> Tested {
    let world = world()?;
    let mut stranger = world.visitor();
    let token = stranger.token("login")?;
    let first = stranger.cookie("wiki_session");
    world.pass_minutes(29);
    stranger.whoami()?;
    assert_eq!(stranger.cookie("wiki_session"), first, "not renewed before half of its time");
    for minutes in [10, 40, 40] {
        world.pass_minutes(minutes);
        let before = stranger.cookie("wiki_session");
        stranger.whoami()?;
        assert_ne!(stranger.cookie("wiki_session"), before, "renewed after half of its time");
    }
    let answer = stranger.log_in_by_token(&token, "William", PASSWORD, &[])?;
    assert_eq!(answer.status(), "PASS", "{}", answer.body());
    Ok(())
}

#[test]
fn an_idle_strangers_id_is_no_good_after_an_hour() -> Tested {
    let world = world()?;
    let mut stranger = world.visitor();
    let token = stranger.token("login")?;
    let before = stranger.cookie("wiki_session");
    // A minute more than that of a record, because ids count whole minutes.
    world.pass_minutes(62);
    let answer = stranger.log_in_bot_by_token(&token, "William", PASSWORD)?;
    assert_eq!(answer.reason(), "sessionlost", "{}", answer.body());
    assert_ne!(stranger.cookie("wiki_session"), before);
    Ok(())
}

#[test]
fn a_strangers_token_outlives_a_restart() -> Tested {
    let world = world()?;
    let mut stranger = world.visitor();
    let token = stranger.token("login")?;
    let mut stranger = stranger.moved_to(&world.another_server(|_, _| {})?);
    let answer = stranger.log_in_by_token(&token, "William", PASSWORD, &[])?;
    assert_eq!(answer.status(), "PASS", "{}", answer.body());
    Ok(())
}

#[test]
fn the_id_of_before_a_login_stays_dead_as_long_as_it_could_be_mistaken_for_good() -> Tested {
    let world = world()?;
    let mut person = world.visitor();
    let token = person.token("login")?;
    let thief = person.clone();
    assert_eq!(person.log_in_by_token(&token, "William", PASSWORD, &[])?.status(), "PASS");
    for minutes in [0, 31, 28, 2] {
        world.pass_minutes(minutes);
        let answer = thief.clone().log_in_bot_by_token(&token, "William", PASSWORD)?;
        assert_eq!(answer.reason(), "sessionlost", "{}", answer.body());
    }
    Ok(())
}

#[test]
fn a_record_is_written_as_mediawiki_writes_it() -> Tested {
    let world = world()?;
    let mut person = remembered(&world)?;
    let csrf = person.token("csrf")?;
    let id = person.cookie("wiki_session").unwrap();
    let stored = world.run(world.store().sessions.get(&id, world.now()))?.unwrap();
    let Value::Array(record) = daemun_mediawiki::php::unserialize(&stored.value)? else {
        panic!("a record is an array");
    };
    let names = |array: &daemun_mediawiki::php::PhpArray| -> Vec<String> {
        let text = |key: &Key| match key {
            Key::Int(number) => number.to_string(),
            other => format!("{other:?}"),
        };
        array.iter().map(|(key, _)| text(key)).collect()
    };
    assert_eq!(record.len(), 2, "{:?}", names(&record));
    let metadata = record.get("metadata").and_then(Value::as_array).unwrap();
    let text = |key: &str| metadata.get(key).and_then(Value::as_str);
    assert_eq!(text("provider"), Some("MediaWiki\\Session\\CookieSessionProvider"));
    assert_eq!(metadata.get("providerMetadata"), Some(&Value::Null));
    assert_eq!(metadata.get("userId"), Some(&Value::Int(1)));
    assert_eq!(text("userName"), Some("William"));
    let token = world.value("SELECT user_token FROM user WHERE user_name = 'William'")?;
    assert_eq!(text("userToken"), Some(token.as_str()));
    assert_eq!(metadata.get("remember"), Some(&Value::Bool(true)));
    assert_eq!(metadata.get("forceHTTPS"), Some(&Value::Bool(false)));
    assert_eq!(metadata.get("expires"), Some(&Value::Int(0)));
    assert_eq!(metadata.get("loggedOut"), Some(&Value::Int(0)));
    assert_eq!(metadata.get("persisted"), Some(&Value::Bool(true)));
    assert_eq!(metadata.len(), 10, "{:?}", names(metadata));

    let data = record.get("data").and_then(Value::as_array).unwrap();
    assert_eq!(data.get("AuthManager:lastAuthId"), Some(&Value::Int(1)));
    let secrets = data.get("wsTokenSecrets").and_then(Value::as_array).unwrap();
    let secret = secrets.get("default").and_then(Value::as_str).unwrap();
    assert!(daemun_mediawiki::token::verify(secret, "", &csrf));
    let login = secrets.get("login");
    assert_eq!(login, None, "secrets of before the login are dropped");
    let row = world.cache_sql(&format!(
        "SELECT exptime, value = 'x', typeof(value) FROM objectcache \
         WHERE keyname = 'wiki:MWSession:{id}'"
    ))?;
    assert_eq!(row[0][0].as_deref(), Some(world.now().plus(3600).to_mw().as_str()));
    Ok(())
}

#[test]
fn a_record_that_mediawiki_wrote_lets_its_user_in() -> Tested {
    let world = world()?;
    let id = "vutsrqponmlkjihgfedcba9876543210";
    let token = world.value("SELECT user_token FROM user WHERE user_name = 'William'")?;
    let record = format!(
        "a:2:{{s:4:\"data\";a:0:{{}}s:8:\"metadata\";a:4:{{s:8:\"provider\";\
         s:39:\"MediaWiki\\Session\\CookieSessionProvider\";s:6:\"userId\";i:1;\
         s:8:\"userName\";s:7:\"William\";s:9:\"userToken\";s:32:\"{token}\";}}}}"
    );
    world.cache_sql(&format!(
        "INSERT INTO objectcache (keyname, value, exptime) \
         VALUES ('wiki:MWSession:{id}', '{record}', '{}')",
        world.now().plus(3600).to_mw()
    ))?;
    let mut visitor = world.visitor();
    visitor.set_cookie("wiki_session", id);
    visitor.set_cookie("wikiUserID", "1");
    assert_eq!(visitor.whoami()?.as_deref(), Some("William"));
    let csrf = visitor.token("csrf")?;
    assert_eq!(visitor.post(&[("action", "logout"), ("token", &csrf)])?.body(), "{}");
    Ok(())
}

#[test]
fn a_damaged_record_lets_nobody_in() -> Tested {
    let world = world()?;
    for damaged in ["", "x", "N;", "a:0:{}", "b:1;", "a:2:{s:4:\"data\";a:0:{}"] {
        let person = signed_in(&world)?;
        let key = format!("wiki:MWSession:{}", person.cookie("wiki_session").unwrap());
        world.cache_sql(&format!(
            "UPDATE objectcache SET value = '{damaged}' WHERE keyname = '{key}'"
        ))?;
        assert_eq!(person.clone().whoami()?, None, "{damaged}");
        assert_eq!(person.clone().log_in("William", PASSWORD)?.status(), "PASS", "{damaged}");
    }
    Ok(())
}

#[test]
fn an_ended_account_has_no_sessions() -> Tested {
    let world = world()?;
    let mut person = remembered(&world)?;
    world.sql("UPDATE user SET user_token = '*** INVALID ***' WHERE user_name = 'William'")?;
    assert_eq!(person.whoami()?, None);
    assert_eq!(person.cookie("wikiToken"), None);
    Ok(())
}
