//! Changing what one logs in with, over the API.

use daemun_testkit::visitor::{Answer, Visitor};
use daemun_testkit::world::World;

use crate::Tested;

const OLD: &str = "William-pass-1!";
const NEW: &str = "William-pass-2!";
const PASSWORD_REQUEST: &str = "MediaWiki\\Auth\\PasswordAuthenticationRequest";

fn change(visitor: &mut Visitor, new: &str, retyped: &str) -> anyhow::Result<Answer> {
    let token = visitor.token("csrf")?;
    visitor.post(&[
        ("action", "changeauthenticationdata"),
        ("changeauthrequest", PASSWORD_REQUEST),
        ("changeauthtoken", &token),
        ("password", new),
        ("retype", retyped),
    ])
}

#[test]
fn a_changed_password_is_the_one_that_counts_and_sessions_go_on() -> Tested {
    let world = World::new()?;
    world.add_account("William", OLD)?;
    let (mut here, mut elsewhere) = (world.visitor(), world.visitor());
    here.log_in("William", OLD)?;
    elsewhere.log_in("William", OLD)?;
    let answer = change(&mut here, NEW, NEW)?;
    assert_eq!(answer.at("/changeauthenticationdata/status"), "success", "{}", answer.body());
    assert_eq!(here.whoami()?.as_deref(), Some("William"));
    assert_eq!(elsewhere.whoami()?.as_deref(), Some("William"));
    assert_eq!(world.visitor().log_in("William", OLD)?.status(), "FAIL");
    assert_eq!(world.visitor().log_in("William", NEW)?.status(), "PASS");
    Ok(())
}

#[test]
fn bot_passwords_end_with_the_password() -> Tested {
    let world = World::new()?;
    let id = world.add_account("William", OLD)?;
    let bot = world.add_bot_password(id, "tool")?;
    let mut william = world.visitor();
    william.log_in("William", OLD)?;
    change(&mut william, NEW, NEW)?;
    let answer = world.visitor().log_in_bot("William@tool", &bot)?;
    assert_eq!(answer.result(), "Failed", "{}", answer.body());
    Ok(())
}

#[test]
fn a_change_needs_a_login_that_is_not_long_ago() -> Tested {
    let world = World::new()?;
    world.add_account("William", OLD)?;
    let mut william = world.visitor();
    assert_eq!(change(&mut william, NEW, NEW)?.error(), "notloggedin");
    william.log_in("William", OLD)?;
    world.pass_seconds(301);
    assert_eq!(change(&mut william, NEW, NEW)?.error(), "reauthenticate");
    william.log_in("William", OLD)?;
    let answer = change(&mut william, NEW, NEW)?;
    assert_eq!(answer.at("/changeauthenticationdata/status"), "success", "{}", answer.body());
    Ok(())
}

#[test]
fn a_bot_passwords_session_changes_no_credentials_unless_the_wiki_wants_that() -> Tested {
    for (allowed, outcome) in [(false, "cannotreauthenticate"), (true, "")] {
        let world = World::with(|rules| rules.settings.reauthentication.by_bots = allowed)?;
        let id = world.add_account("William", OLD)?;
        let bot = world.add_bot_password(id, "tool")?;
        let mut tool = world.visitor();
        assert_eq!(tool.log_in_bot("William@tool", &bot)?.result(), "Success");
        let answer = change(&mut tool, NEW, NEW)?;
        assert_eq!(answer.error(), outcome, "{}", answer.body());
    }
    Ok(())
}

#[test]
fn a_password_that_the_policy_refuses_changes_nothing() -> Tested {
    let world = World::new()?;
    world.add_account("William", OLD)?;
    let mut william = world.visitor();
    william.log_in("William", OLD)?;
    assert_eq!(change(&mut william, "password", "password")?.error(), "passwordincommonlist");
    assert_eq!(change(&mut william, NEW, "another")?.error(), "badretype");
    assert_eq!(world.visitor().log_in("William", OLD)?.status(), "PASS");
    Ok(())
}

#[test]
fn what_is_not_offered_can_neither_be_changed_nor_removed() -> Tested {
    let world = World::new()?;
    world.add_account("William", OLD)?;
    let mut william = world.visitor();
    william.log_in("William", OLD)?;
    for (action, request, token) in [
        ("changeauthenticationdata", "changeauthrequest", "changeauthtoken"),
        ("removeauthenticationdata", "request", "token"),
        ("unlinkaccount", "request", "token"),
    ] {
        let csrf = william.token("csrf")?;
        let wanted = if action == "removeauthenticationdata" { PASSWORD_REQUEST } else { "nosuch" };
        let answer =
            william.post(&[("action", action), (request, wanted), (token, csrf.as_str())])?;
        assert_eq!(answer.error(), "badrequest", "{action}: {}", answer.body());
    }
    Ok(())
}

#[test]
fn a_wiki_without_providers_for_it_links_nothing_and_says_so() -> Tested {
    let world = World::new()?;
    world.add_account("William", OLD)?;
    let mut william = world.visitor();
    william.log_in("William", OLD)?;
    let token = william.token("csrf")?;
    let answer = william.post(&[
        ("action", "linkaccount"),
        ("linkreturnurl", "http://localhost/"),
        ("linktoken", &token),
    ])?;
    assert_eq!(answer.at("/linkaccount/messagecode"), "userlogin-cannot-link", "{}", answer.body());
    Ok(())
}
