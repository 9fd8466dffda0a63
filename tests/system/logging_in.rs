//! Logging in by every way there is, and out again.

use daemun_testkit::visitor::Visitor;
use daemun_testkit::world::World;

use crate::Tested;

const PASSWORD: &str = "William-pass-1!";

fn world() -> anyhow::Result<World> {
    let world = World::new()?;
    world.add_account("William", PASSWORD)?;
    Ok(world)
}

#[test]
fn a_bot_logs_in_with_user_at_app_and_its_password() -> Tested {
    let world = World::new()?;
    let id = world.add_account("William", PASSWORD)?;
    let secret = world.add_bot_password(id, "tool")?;
    let mut bot = world.visitor();
    let answer = bot.log_in_bot("William@tool", &secret)?;
    assert_eq!(answer.result(), "Success", "{}", answer.body());
    assert_eq!(answer.at("/login/lguserid"), id);
    assert_eq!(answer.text_at("/login/lgusername"), "William");
    assert_eq!(answer.at("/warnings"), &serde_json::Value::Null);
    assert_eq!(answer.set_cookies(), ["wiki_BPsession"]);
    assert_eq!(bot.whoami()?.as_deref(), Some("William"));
    Ok(())
}

#[test]
fn a_bot_logs_in_with_app_at_password() -> Tested {
    let world = World::new()?;
    let id = world.add_account("William", PASSWORD)?;
    let secret = world.add_bot_password(id, "my@tool")?;
    let mut bot = world.visitor();
    let answer = bot.log_in_bot("william", &format!("my@tool@{secret}"))?;
    assert_eq!(answer.result(), "Success", "{}", answer.body());
    assert_eq!(bot.whoami()?.as_deref(), Some("William"));
    Ok(())
}

#[test]
fn a_bot_password_gives_only_the_rights_of_its_grants() -> Tested {
    let world = World::new()?;
    let id = world.add_account_with("Bob", PASSWORD, |account| {
        let group = daemun_store::GroupMembership { group: "bot".to_owned(), expiry: None };
        account.groups.push(group);
    })?;
    let wide = world.add_bot_password(id, "wide")?;
    let narrow = world.add_bot_password_with(id, "narrow", |bot| {
        r#"["basic"]"#.clone_into(&mut bot.grants);
    })?;
    let (mut one, mut two) = (world.visitor(), world.visitor());
    one.log_in_bot("Bob@wide", &wide)?;
    two.log_in_bot("Bob@narrow", &narrow)?;
    assert_eq!(one.get(&[("action", "query"), ("assert", "bot")])?.error(), "");
    assert_eq!(two.get(&[("action", "query"), ("assert", "bot")])?.error(), "assertbotfailed");
    assert_eq!(two.get(&[("action", "query"), ("assert", "user")])?.error(), "");
    let rights = two.user_info("rights|groups")?;
    assert!(rights["groups"].as_array().unwrap().contains(&"bot".into()), "{rights}");
    assert!(!rights["rights"].as_array().unwrap().contains(&"edit".into()), "{rights}");
    Ok(())
}

#[test]
fn a_bot_password_that_is_wrong_falls_through_to_the_account() -> Tested {
    let world = World::new()?;
    let id = world.add_account("William", PASSWORD)?;
    let secret = world.add_bot_password(id, "tool")?;
    let wrong = secret.chars().rev().collect::<String>();
    let mut bot = world.visitor();
    let answer = bot.log_in_bot("William@tool", &wrong)?;
    assert_eq!(answer.result(), "Failed");
    assert_eq!(answer.reason(), "wrongpassword", "{}", answer.body());
    assert_eq!(bot.whoami()?, None);
    Ok(())
}

#[test]
fn the_account_itself_may_log_in_as_a_program_with_a_warning() -> Tested {
    let world = world()?;
    let mut program = world.visitor();
    let answer = program.log_in_bot("William", PASSWORD)?;
    assert_eq!(answer.result(), "Success", "{}", answer.body());
    assert_eq!(answer.text_at("/warnings/0/data/feature"), "main-account-login");
    assert_eq!(answer.text_at("/warnings/1/code"), "deprecation-help");
    let names = ["wiki_session", "wikiUserID", "wikiUserName", "wikiToken"];
    assert_eq!(answer.set_cookies(), names);
    assert_eq!(program.whoami()?.as_deref(), Some("William"));
    Ok(())
}

#[test]
fn a_person_logs_in_without_being_remembered() -> Tested {
    let world = world()?;
    let mut person = world.visitor();
    let answer = person.log_in("william", PASSWORD)?;
    assert_eq!(answer.status(), "PASS", "{}", answer.body());
    assert_eq!(answer.text_at("/clientlogin/username"), "William");
    assert_eq!(answer.set_cookies(), ["wiki_session", "wikiUserID", "wikiUserName"]);
    let cookies = answer.header("set-cookie").unwrap();
    assert_eq!(cookies.matches("Max-Age=2592000").count(), 2, "{cookies}");
    assert_eq!(cookies.matches("HttpOnly").count(), 3, "{cookies}");
    assert_eq!(person.whoami()?.as_deref(), Some("William"));
    Ok(())
}

#[test]
fn a_person_who_asks_for_it_is_remembered_for_180_days() -> Tested {
    let world = world()?;
    let mut person = world.visitor();
    let answer = person.log_in_with("William", PASSWORD, &[("rememberMe", "")])?;
    let names = ["wiki_session", "wikiUserID", "wikiUserName", "wikiToken"];
    assert_eq!(answer.set_cookies(), names);
    let cookies = answer.header("set-cookie").unwrap();
    assert_eq!(cookies.matches("Max-Age=15552000").count(), 3, "{cookies}");
    Ok(())
}

#[test]
fn a_form_with_parts_logs_in_as_well() -> Tested {
    let world = world()?;
    let mut person = world.visitor();
    let token = person.token("login")?;
    let answer = person.post_multipart(&[
        ("action", "clientlogin"),
        ("loginreturnurl", "http://localhost/"),
        ("username", "William"),
        ("password", PASSWORD),
        ("logintoken", &token),
    ])?;
    assert_eq!(answer.status(), "PASS", "{}", answer.body());
    assert_eq!(person.whoami()?.as_deref(), Some("William"));
    Ok(())
}

#[test]
fn secrets_do_not_belong_into_the_address() -> Tested {
    let world = world()?;
    let mut person = world.visitor();
    let token = person.token("login")?;
    let parts = [("loginreturnurl", "http://localhost/"), ("username", "William")];
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    let mut query = vec![("action", "clientlogin"), ("format", "json"), ("password", PASSWORD)];
    query.extend(parts);
    let body = daemun_testkit::visitor::encode(&[("logintoken", &token)]);
    let answer = person.send("POST", &query, Some(body.as_bytes()), &kind)?;
    assert_eq!(answer.error(), "mustpostparams", "{}", answer.body());
    assert!(answer.text_at("/error/info").ends_with("POST body: password."), "{}", answer.body());

    let mut query = vec![("action", "clientlogin"), ("format", "json"), ("logintoken", &token)];
    query.extend(parts);
    let body = daemun_testkit::visitor::encode(&[("password", PASSWORD)]);
    let answer = person.send("POST", &query, Some(body.as_bytes()), &kind)?;
    assert_eq!(answer.error(), "mustpostparams", "{}", answer.body());
    assert_eq!(person.whoami()?, None);
    Ok(())
}

#[test]
fn a_login_must_be_posted() -> Tested {
    let world = world()?;
    let mut person = world.visitor();
    assert_eq!(person.get(&[("action", "login"), ("lgname", "William")])?.error(), "mustbeposted");
    assert_eq!(person.get(&[("action", "clientlogin")])?.error(), "missingparam");
    Ok(())
}

#[test]
fn a_head_request_gets_the_headers_alone() -> Tested {
    let world = world()?;
    let mut person = world.visitor();
    let query = [("action", "query"), ("meta", "tokens"), ("type", "login"), ("format", "json")];
    let get = person.clone().send("GET", &query, None, &[])?;
    let head = person.send("HEAD", &query, None, &[])?;
    assert_eq!((head.reply.status, head.body().as_str()), (200, ""));
    assert_eq!(head.set_cookies(), ["wiki_session"]);
    for name in ["content-type", "content-length", "cache-control", "x-content-type-options"] {
        assert_eq!(head.header(name), get.header(name), "{name}");
    }
    Ok(())
}

#[test]
fn an_options_request_is_answered_with_nothing() -> Tested {
    let world = world()?;
    let answer = world.visitor().send("OPTIONS", &[("action", "query")], None, &[])?;
    assert_eq!((answer.reply.status, answer.body().as_str()), (200, ""));
    Ok(())
}

#[test]
fn a_login_without_a_token_is_given_one_that_works() -> Tested {
    let world = world()?;
    let mut program = world.visitor();
    let name = [("action", "login"), ("lgname", "William"), ("lgpassword", PASSWORD)];
    let answer = program.post(&name)?;
    assert_eq!(answer.result(), "NeedToken");
    let token = answer.text_at("/login/token").to_owned();
    let answer = program.log_in_bot_by_token(&token, "William", PASSWORD)?;
    assert_eq!(answer.result(), "Success", "{}", answer.body());
    Ok(())
}

#[test]
fn a_wrong_token_is_refused() -> Tested {
    let world = world()?;
    let mut program = world.visitor();
    let token = program.token("login")?;
    for wrong in [token.to_ascii_uppercase(), format!("0{token}"), "+\\".to_owned()] {
        let answer = program.log_in_bot_by_token(&wrong, "William", PASSWORD)?;
        assert_eq!(answer.result(), "WrongToken", "{wrong}: {}", answer.body());
        let answer = program.log_in_by_token(&wrong, "William", PASSWORD, &[])?;
        assert_eq!(answer.error(), "badtoken", "{wrong}: {}", answer.body());
    }
    assert_eq!(program.whoami()?, None);
    assert_eq!(program.log_in_bot_by_token(&token, "William", PASSWORD)?.result(), "Success");
    Ok(())
}

#[test]
fn a_token_of_somebody_else_is_refused() -> Tested {
    let world = world()?;
    let (mut one, mut two) = (world.visitor(), world.visitor());
    let token = one.token("login")?;
    two.token("login")?;
    assert_eq!(two.log_in_bot_by_token(&token, "William", PASSWORD)?.result(), "WrongToken");
    let other_kind = one.token("createaccount")?;
    assert_eq!(one.log_in_bot_by_token(&other_kind, "William", PASSWORD)?.result(), "WrongToken");
    Ok(())
}

fn assert_session_lost(visitor: &mut Visitor, token: &str) -> Tested {
    let answer = visitor.log_in_bot_by_token(token, "William", PASSWORD)?;
    assert_eq!(answer.result(), "Failed", "{}", answer.body());
    assert_eq!(answer.reason(), "sessionlost");
    // From then on there is a session, and the token is just none of its.
    let answer = visitor.log_in_bot_by_token(token, "William", PASSWORD)?;
    assert_eq!(answer.result(), "WrongToken", "{}", answer.body());
    Ok(())
}

#[test]
fn who_loses_the_cookie_is_told_that_the_session_is_lost() -> Tested {
    let world = world()?;
    let mut program = world.visitor();
    let token = program.token("login")?;
    program.lose_cookies();
    assert_session_lost(&mut program, &token)
}

#[test]
fn the_token_of_before_a_login_is_lost_with_the_login() -> Tested {
    let world = world()?;
    let mut program = world.visitor();
    let token = program.token("login")?;
    assert_eq!(program.log_in_bot_by_token(&token, "William", PASSWORD)?.result(), "Success");
    assert_session_lost(&mut program, &token)?;
    assert_eq!(program.whoami()?.as_deref(), Some("William"));
    Ok(())
}

#[test]
fn the_id_of_before_a_login_is_dead_after_it() -> Tested {
    let world = world()?;
    let mut person = world.visitor();
    let token = person.token("login")?;
    let thief = person.clone();
    let before = person.cookie("wiki_session");
    assert_eq!(person.log_in_by_token(&token, "William", PASSWORD, &[])?.status(), "PASS");
    assert_ne!(person.cookie("wiki_session"), before);

    // Somebody who knew it beforehand gets neither the account nor the old tokens.
    let mut fixated = thief.clone();
    fixated.set_cookie("wikiUserID", &person.cookie("wikiUserID").unwrap());
    assert_eq!(fixated.whoami()?, None);
    let answer = thief.clone().log_in_bot_by_token(&token, "William", PASSWORD)?;
    assert_eq!(answer.result(), "Failed", "{}", answer.body());
    let mut renewed = thief;
    renewed.token("login")?;
    assert_ne!(renewed.cookie("wiki_session"), before, "a dead id is not given out again");
    Ok(())
}

#[test]
fn who_logs_out_is_nobody_and_keeps_only_the_name() -> Tested {
    let world = world()?;
    let mut person = world.visitor();
    person.log_in_with("William", PASSWORD, &[("rememberMe", "1")])?;
    let before = person.clone();
    let mut other = world.visitor();
    other.log_in("William", PASSWORD)?;
    let answer = person.log_out()?;
    assert_eq!(answer.body(), "{}");
    assert_eq!(answer.set_cookies(), ["-wiki_session", "-wikiUserID", "-wikiToken"]);
    assert_eq!(person.cookie("wikiUserName").as_deref(), Some("William"));
    assert_eq!(person.whoami()?, None);
    // The session is dead for whoever kept its cookies; another of the same user is not.
    let mut kept = before;
    kept.lose_cookie("wikiToken");
    assert_eq!(kept.whoami()?, None);
    assert_eq!(other.whoami()?.as_deref(), Some("William"));
    Ok(())
}

#[test]
fn a_logout_needs_the_right_token() -> Tested {
    let world = world()?;
    let mut person = world.visitor();
    person.log_in("William", PASSWORD)?;
    let answer = person.post(&[("action", "logout"), ("token", "+\\")])?;
    assert_eq!(answer.error(), "badtoken");
    assert_eq!(person.whoami()?.as_deref(), Some("William"));
    Ok(())
}

#[test]
fn assertions_hold_for_whom_they_should() -> Tested {
    let world = world()?;
    let anonymous = world.visitor();
    let mut person = world.visitor();
    person.log_in("William", PASSWORD)?;
    for (visitor, assertion, value, code) in [
        (&anonymous, "assert", "user", "assertuserfailed"),
        (&anonymous, "assert", "bot", "assertbotfailed"),
        (&anonymous, "assert", "anon", ""),
        (&anonymous, "assertuser", "William", "assertnameduserfailed"),
        (&person, "assert", "user", ""),
        (&person, "assert", "bot", "assertbotfailed"),
        (&person, "assert", "anon", "assertanonfailed"),
        (&person, "assertuser", "william", ""),
        (&person, "assertuser", "Xavier", "assertnameduserfailed"),
    ] {
        let answer = visitor.clone().get(&[("action", "query"), (assertion, value)])?;
        assert_eq!(answer.error(), code, "{assertion}={value}: {}", answer.body());
        let header = answer.header("mediawiki-api-error").unwrap_or_default();
        assert_eq!(header, code, "{assertion}={value}");
    }
    Ok(())
}

#[test]
fn only_a_trusted_proxy_says_that_a_request_came_encrypted() -> Tested {
    let world = world()?;
    let open = world.another_server(|_, site| site.trusted_proxies.clear())?;
    for (origin, secure) in [(world.origin(), true), (open.as_str(), false)] {
        let mut person = Visitor::at(origin).with_header("X-Forwarded-Proto", "https");
        let answer = person.get(&[("action", "query"), ("meta", "tokens"), ("type", "login")])?;
        let cookie = answer.header("set-cookie").unwrap().to_ascii_lowercase();
        assert_eq!(cookie.contains("; secure"), secure, "{cookie}");
    }
    Ok(())
}

#[test]
fn another_may_log_in_where_somebody_is_in() -> Tested {
    let world = world()?;
    world.add_account("Xavier", "Xavier-pass-1!")?;
    let mut person = world.visitor();
    person.log_in("William", PASSWORD)?;
    let williams = person.cookie("wiki_session");
    let answer = person.log_in("Xavier", "Xavier-pass-1!")?;
    assert_eq!(answer.status(), "PASS", "{}", answer.body());
    assert_eq!(person.whoami()?.as_deref(), Some("Xavier"));
    assert_ne!(person.cookie("wiki_session"), williams);
    assert_eq!(world.living_sessions()?.len(), 1, "the first session ended");
    Ok(())
}
