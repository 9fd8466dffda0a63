//! When an account's sessions are ended, nothing that rests on its old credentials goes on.

use daemun_testkit::world::World;

use crate::Tested;

const PASSWORD: &str = "William-pass-1!";

/// A world in which William's password has just expired, so that a login asks for a new one.
fn expired() -> anyhow::Result<(World, u64)> {
    let world = World::new()?;
    let id = world.add_account("William", PASSWORD)?;
    let yesterday = world.now().plus(-86_400).to_mw();
    world.sql(&format!(
        "UPDATE user SET user_password_expires = '{yesterday}' WHERE user_id = {id}"
    ))?;
    Ok((world, id))
}

fn end_sessions(world: &World, id: u64) -> anyhow::Result<()> {
    world
        .sql(&format!("UPDATE user SET user_token = '{}' WHERE user_id = {id}", "b".repeat(32)))?;
    Ok(())
}

#[test]
fn a_login_that_waits_for_an_answer_can_be_finished() -> Tested {
    let (world, _) = expired()?;
    let mut visitor = world.visitor();
    assert_eq!(visitor.log_in("William", PASSWORD)?.message_code(), "resetpass-expired-soft");
    assert_eq!(visitor.go_on(&[("skipReset", "1")])?.status(), "PASS");
    Ok(())
}

#[test]
fn a_login_that_waits_for_an_answer_ends_with_the_accounts_sessions() -> Tested {
    let (world, id) = expired()?;
    let mut visitor = world.visitor();
    assert_eq!(visitor.log_in("William", PASSWORD)?.status(), "UI");
    end_sessions(&world, id)?;
    let answer = visitor.go_on(&[("skipReset", "1")])?;
    assert_eq!(answer.status(), "FAIL", "{}", answer.body());
    assert_eq!(answer.message_code(), "authmanager-authn-not-in-progress");
    assert_eq!(visitor.whoami()?, None);
    Ok(())
}

#[test]
fn a_login_cannot_wait_for_ever() -> Tested {
    let (world, _) = expired()?;
    let mut visitor = world.visitor();
    assert_eq!(visitor.log_in("William", PASSWORD)?.status(), "UI");
    // Every request within the session's life keeps it alive, but not the login.
    for _ in 0..3 {
        world.pass_minutes(25);
        visitor.token("login")?;
    }
    let answer = visitor.go_on(&[("skipReset", "1")])?;
    assert_eq!(answer.message_code(), "authmanager-authn-not-in-progress", "{}", answer.body());
    Ok(())
}

#[test]
fn a_bots_session_ends_with_the_accounts_sessions() -> Tested {
    let world = World::new()?;
    let id = world.add_account("William", PASSWORD)?;
    let secret = world.add_bot_password(id, "tool")?;
    let mut bot = world.visitor();
    assert_eq!(bot.log_in_bot("William@tool", &secret)?.result(), "Success");
    assert_eq!(bot.whoami()?.as_deref(), Some("William"));
    end_sessions(&world, id)?;
    assert_eq!(bot.whoami()?, None);
    Ok(())
}

#[test]
fn a_request_that_must_act_for_nobody_leaves_the_session_listed() -> Tested {
    let world = World::new()?;
    let id = world.add_account("William", PASSWORD)?;
    let mut visitor = world.visitor();
    assert_eq!(visitor.log_in("William", PASSWORD)?.status(), "PASS");
    let mut untrusted = world.visitor().with_header("Treat-as-Untrusted", "1");
    for name in ["wiki_session", "wikiUserID", "wikiUserName"] {
        if let Some(value) = visitor.cookie(name) {
            untrusted.set_cookie(name, &value);
        }
    }
    untrusted.get(&[("action", "checktoken"), ("type", "login"), ("token", "x")])?;
    let sessions = world.run(world.store().sessions.of_user(id, world.now()))?;
    assert_eq!(sessions.len(), 1);
    assert_eq!(visitor.whoami()?.as_deref(), Some("William"));
    Ok(())
}

#[test]
fn a_lifetime_of_zero_is_until_the_browser_closes() -> Tested {
    let world = World::with(|rules| rules.settings.cookies.expiration = 0)?;
    world.add_account("William", PASSWORD)?;
    let mut visitor = world.visitor();
    assert_eq!(visitor.log_in("William", PASSWORD)?.status(), "PASS");
    assert_eq!(visitor.whoami()?.as_deref(), Some("William"));
    Ok(())
}

#[test]
fn what_a_client_forwards_does_not_hide_where_it_comes_from() -> Tested {
    let world = World::new()?;
    // As a proxy does: what came, a comma, where it came from. The first part is no text.
    let mut visitor = world.visitor().with_header("X-Forwarded-For", "\u{ff}\u{fe}, 203.0.113.9");
    let info = visitor.user_info("")?;
    assert_eq!(info["name"], "203.0.113.9");
    Ok(())
}

#[test]
fn a_login_that_waits_for_an_answer_ends_when_the_password_is_changed_elsewhere() -> Tested {
    let (world, _) = expired()?;
    let (mut thief, mut william) = (world.visitor(), world.visitor());
    assert_eq!(thief.log_in("William", PASSWORD)?.status(), "UI");
    world.pass_seconds(1);
    william.log_in("William", PASSWORD)?;
    let fields = [("password", "William-pass-2!"), ("retype", "William-pass-2!")];
    assert_eq!(william.go_on(&fields)?.status(), "PASS");
    let fields = [("password", "Thief-pass-1!"), ("retype", "Thief-pass-1!")];
    let answer = thief.go_on(&fields)?;
    assert_eq!(answer.message_code(), "authmanager-authn-not-in-progress", "{}", answer.body());
    assert_eq!(world.visitor().log_in("William", "William-pass-2!")?.status(), "PASS");
    Ok(())
}
