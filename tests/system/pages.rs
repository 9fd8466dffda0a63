//! People in a browser, without scripts.

use daemun_auth::second_factor;
use daemun_testkit::visitor::{Answer, Params, Visitor, encode};
use daemun_testkit::world::World;

use crate::Tested;

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const LOGIN: &str = "/w/index.php?title=Special:UserLogin";

fn open(visitor: &mut Visitor, path: &str) -> anyhow::Result<Answer> {
    visitor.send_to("GET", path, None, &[])
}

fn submit(visitor: &mut Visitor, path: &str, fields: Params<'_>) -> anyhow::Result<Answer> {
    visitor.send_to("POST", path, Some(encode(fields).as_bytes()), &[FORM])
}

/// The value of a hidden field.
fn hidden(page: &Answer, name: &str) -> String {
    let html = page.body();
    let mark = format!("name=\"{name}\" value=\"");
    let (_, rest) = html.split_once(&mark).unwrap_or_else(|| panic!("no {name}: {html}"));
    rest.split_once('"').expect("its end").0.replace("&amp;", "&")
}

/// Fills in the form that a page shows, and sends it.
fn sign_in(visitor: &mut Visitor, path: &str, fields: Params<'_>) -> anyhow::Result<Answer> {
    let page = open(visitor, path)?;
    go_on(visitor, &page, path, fields)
}

fn go_on(
    visitor: &mut Visitor,
    page: &Answer,
    path: &str,
    fields: Params<'_>,
) -> anyhow::Result<Answer> {
    let (token, step) = (hidden(page, "wpLoginToken"), hidden(page, "authAction"));
    let mut all = vec![("wpLoginToken", token.as_str()), ("authAction", step.as_str())];
    all.extend(fields);
    submit(visitor, path, &all)
}

#[test]
fn somebody_signs_in_and_out_with_forms() -> Tested {
    let world = World::new()?;
    world.add_account("Alice", "right horse 1")?;
    let mut visitor = world.visitor();
    let filled = [("wpName", "Alice"), ("wpPassword", "right horse 1"), ("wpRemember", "1")];
    let answer = sign_in(&mut visitor, &format!("{LOGIN}&returnto=Special:ApiHelp"), &filled)?;
    assert_eq!(answer.reply.status, 302, "{}", answer.body());
    let target = answer.header("location").expect("a target");
    assert_eq!(target, format!("{}/wiki/Special:ApiHelp", world.origin()));
    assert_eq!(visitor.whoami()?.as_deref(), Some("Alice"));
    assert!(visitor.cookie("wikiToken").is_some(), "to stay signed in was ticked");
    let page = open(&mut visitor, "/wiki/Special:UserLogout")?;
    let token = hidden(&page, "wpEditToken");
    let wrong = submit(&mut visitor, "/wiki/Special:UserLogout", &[("wpEditToken", "+\\")])?;
    assert_eq!(wrong.reply.status, 200);
    assert_eq!(visitor.whoami()?.as_deref(), Some("Alice"), "without the token nothing happens");
    let in_address = format!("/wiki/Special:UserLogout?{}", encode(&[("wpEditToken", &token)]));
    submit(&mut visitor, &in_address, &[])?;
    assert_eq!(visitor.whoami()?.as_deref(), Some("Alice"), "a token in the address is none");
    submit(&mut visitor, "/wiki/Special:UserLogout", &[("wpEditToken", &token)])?;
    assert_eq!(visitor.whoami()?, None);
    Ok(())
}

#[test]
fn the_session_of_a_bot_password_is_nobodys_in_a_browser() -> Tested {
    let world = World::new()?;
    let id = world.add_account("Alice", "right horse 1")?;
    let password = world.add_bot_password(id, "tool")?;
    let mut visitor = world.visitor();
    assert_eq!(visitor.log_in_bot("Alice@tool", &password)?.result(), "Success");
    let page = open(&mut visitor, "/wiki/Special:UserLogout")?;
    assert!(!page.body().contains("wpEditToken"), "{}", page.body());
    assert_eq!(visitor.whoami()?.as_deref(), Some("Alice"), "the bot is still in");
    Ok(())
}

#[test]
fn while_the_wiki_is_read_only_nobody_signs_in_by_a_page() -> Tested {
    let world = World::with(|rules| rules.settings.read_only = Some("Upkeep".to_owned()))?;
    world.add_account("Alice", "right horse 1")?;
    let mut visitor = world.visitor();
    let filled = [("wpName", "Alice"), ("wpPassword", "right horse 1")];
    let answer = sign_in(&mut visitor, LOGIN, &filled)?;
    assert!(answer.body().contains("Upkeep"), "{}", answer.body());
    assert_eq!(visitor.whoami()?, None);
    Ok(())
}

#[test]
fn a_wrong_password_is_told_above_the_form_and_the_name_is_not_a_script() -> Tested {
    let world = World::new()?;
    world.add_account("Alice", "right horse 1")?;
    let mut visitor = world.visitor();
    for name in ["Alice", "<script>alert(1)</script>"] {
        let answer = sign_in(&mut visitor, LOGIN, &[("wpName", name), ("wpPassword", "wrong")])?;
        assert_eq!(answer.reply.status, 200);
        assert!(answer.body().contains("role=\"alert\""), "{}", answer.body());
        assert!(!answer.body().contains("<script>"), "{}", answer.body());
        assert!(!hidden(&answer, "wpLoginToken").is_empty());
    }
    assert_eq!(visitor.whoami()?, None);
    Ok(())
}

#[test]
fn an_expired_password_is_changed_in_the_next_form() -> Tested {
    let world = World::new()?;
    world.add_account("Carol", "right horse 1")?;
    world.sql("UPDATE user SET user_password_expires = '20200101000000'")?;
    let mut visitor = world.visitor();
    let filled = [("wpName", "Carol"), ("wpPassword", "right horse 1")];
    let step = sign_in(&mut visitor, LOGIN, &filled)?;
    assert_eq!(hidden(&step, "authAction"), "login-continue", "{}", step.body());
    assert_eq!(visitor.whoami()?, None, "not signed in between the steps");
    let filled = [("wpPassword", "another horse 2"), ("retype", "another horse 2")];
    let answer = go_on(&mut visitor, &step, LOGIN, &filled)?;
    assert_eq!(answer.reply.status, 302, "{}", answer.body());
    assert_eq!(visitor.whoami()?.as_deref(), Some("Carol"));
    Ok(())
}

#[test]
fn a_form_of_another_session_does_not_sign_in() -> Tested {
    let world = World::new()?;
    world.add_account("Alice", "right horse 1")?;
    let (mut one, mut other) = (world.visitor(), world.visitor());
    let page = open(&mut one, LOGIN)?;
    let filled = [("wpName", "Alice"), ("wpPassword", "right horse 1")];
    let answer = go_on(&mut other, &page, LOGIN, &filled)?;
    assert_eq!(answer.reply.status, 200);
    assert!(answer.body().contains("role=\"alert\""));
    assert_eq!(other.whoami()?, None);
    Ok(())
}

#[test]
fn nobody_is_led_away_from_the_wiki() -> Tested {
    let world = World::new()?;
    world.add_account("Alice", "right horse 1")?;
    for target in
        ["//evil.example/", "https://evil.example/", "\\\\evil", "/../../x", "javascript:1"]
    {
        let mut visitor = world.visitor();
        let path = format!("{LOGIN}&{}", encode(&[("returnto", target)]));
        let filled = [("wpName", "Alice"), ("wpPassword", "right horse 1")];
        let answer = sign_in(&mut visitor, &path, &filled)?;
        let location = answer.header("location").expect("a target");
        assert!(location.starts_with(&format!("{}/wiki/", world.origin())), "{location}");
    }
    Ok(())
}

#[test]
fn pages_are_in_korean_at_korean_titles() -> Tested {
    let world = World::new()?;
    let mut visitor = world.visitor();
    let path = format!("/w/index.php?{}&uselang=ko", encode(&[("title", "특수:로그인")]));
    let page = open(&mut visitor, &path)?;
    assert!(page.body().contains("<h1 id=\"firstHeading\">로그인</h1>"), "{}", page.body());
    assert!(page.body().contains("lang=\"ko\""));
    Ok(())
}

#[test]
fn a_private_wiki_asks_to_sign_in_whatever_the_title() -> Tested {
    let world = World::with(|rules| rules.settings.rights.set("*", "read", false))?;
    let mut visitor = world.visitor();
    for path in ["/wiki/Main_Page", "/w/index.php?title=Secret", "/wiki/"] {
        let page = open(&mut visitor, path)?;
        assert_eq!(page.reply.status, 200, "{path}");
        assert!(page.body().contains("Special:UserLogin&amp;returnto="), "{}", page.body());
        assert_eq!(page.set_cookies(), Vec::<String>::new());
    }
    let world = World::new()?;
    let mut visitor = world.visitor();
    assert_eq!(open(&mut visitor, "/wiki/Main_Page")?.reply.status, 200);
    assert_eq!(open(&mut visitor, "/wiki/Nothing")?.reply.status, 404);
    Ok(())
}

const CREATE: &str = "/w/index.php?title=Special:CreateAccount";

/// Fills in the form for a new account, and sends it.
fn create(visitor: &mut Visitor, fields: Params<'_>) -> anyhow::Result<Answer> {
    let page = open(visitor, CREATE)?;
    let (token, step) = (hidden(&page, "wpCreateaccountToken"), hidden(&page, "authAction"));
    let mut all = vec![
        ("wpCreateaccountToken", token.as_str()),
        ("authAction", step.as_str()),
        ("email", ""),
        ("realname", ""),
    ];
    all.extend(fields);
    submit(visitor, CREATE, &all)
}

#[test]
fn somebody_makes_an_account_with_a_form_and_is_in() -> Tested {
    let world = World::new()?;
    let mut visitor = world.visitor();
    let fields =
        [("wpName", "alice"), ("wpPassword", "right horse 1"), ("retype", "right horse 2")];
    let slip = create(&mut visitor, &fields)?;
    assert!(slip.body().contains("not the same"), "{}", slip.body());
    assert_eq!(visitor.whoami()?, None);
    let fields =
        [("wpName", "alice"), ("wpPassword", "right horse 1"), ("retype", "right horse 1")];
    let answer = create(&mut visitor, &fields)?;
    assert_eq!(answer.reply.status, 302, "{}", answer.body());
    assert_eq!(visitor.whoami()?.as_deref(), Some("Alice"));
    assert_eq!(world.visitor().log_in("Alice", "right horse 1")?.status(), "PASS");
    Ok(())
}

#[test]
fn an_account_made_for_somebody_else_leaves_its_maker_in() -> Tested {
    let world = World::new()?;
    world.add_account("Alice", "right horse 1")?;
    let mut alice = world.visitor();
    alice.log_in("Alice", "right horse 1")?;
    let fields = [
        ("wpName", "Bob"),
        ("wpPassword", "right horse 1"),
        ("retype", "right horse 1"),
        ("reason", "a friend"),
    ];
    let answer = create(&mut alice, &fields)?;
    assert!(answer.body().contains("Bob"), "{}", answer.body());
    assert_eq!(alice.whoami()?.as_deref(), Some("Alice"));
    Ok(())
}

#[test]
fn who_may_make_no_account_is_shown_no_form() -> Tested {
    let world = World::with(|rules| rules.settings.rights.set("*", "createaccount", false))?;
    let page = open(&mut world.visitor(), CREATE)?;
    assert_eq!(page.reply.status, 200);
    assert!(!page.body().contains("wpCreateaccountToken"), "{}", page.body());
    let mut visitor = world.visitor();
    let token = visitor.token("createaccount")?;
    let fields = [
        ("wpCreateaccountToken", token.as_str()),
        ("wpName", "Bob"),
        ("wpPassword", "right horse 1"),
        ("retype", "right horse 1"),
        ("email", ""),
        ("realname", ""),
    ];
    submit(&mut visitor, CREATE, &fields)?;
    assert_eq!(world.value("SELECT COUNT(*) FROM user")?, "0");
    Ok(())
}

#[test]
fn a_second_factor_is_asked_for_and_another_kind_can_be_chosen() -> Tested {
    let world = World::new()?;
    let id = world.add_account("Alice", "right horse 1")?;
    let account = world.run(world.store().accounts.by_id(id, world.now()))?.expect("an account");
    let new = world.run(second_factor::enrol(&world.environment, &account))?;
    let mut visitor = world.visitor();
    let filled = [("wpName", "Alice"), ("wpPassword", "right horse 1")];
    let asked = sign_in(&mut visitor, LOGIN, &filled)?;
    assert!(
        asked.body().contains("autocomplete=\"one-time-code\" inputmode=\"numeric\""),
        "{}",
        asked.body()
    );
    let code = new.recovery_codes[0].reveal();
    let wrong = [("OATHToken", "000000"), ("newModule", "")];
    let again = go_on(&mut visitor, &asked, LOGIN, &wrong)?;
    assert_eq!(visitor.whoami()?, None);
    let change = [("OATHToken", ""), ("newModule", "recoverycodes")];
    let other = go_on(&mut visitor, &again, LOGIN, &change)?;
    let filled = [("RecoveryCode", code), ("newModule", "")];
    let answer = go_on(&mut visitor, &other, LOGIN, &filled)?;
    assert_eq!(answer.reply.status, 302, "{}", answer.body());
    assert_eq!(visitor.whoami()?.as_deref(), Some("Alice"));
    Ok(())
}

#[test]
fn a_page_that_cannot_be_made_shows_the_number_under_which_the_log_has_the_reason() -> Tested {
    let world = World::new()?;
    world.sql("DROP TABLE user")?;
    let mut visitor = world.visitor();
    let page = open(&mut visitor, LOGIN)?;
    let (token, step) = (hidden(&page, "wpLoginToken"), hidden(&page, "authAction"));
    let fields = [
        ("wpLoginToken", token.as_str()),
        ("authAction", step.as_str()),
        ("wpName", "Alice"),
        ("wpPassword", "right horse 1"),
    ];
    let failed = submit(&mut visitor, &format!("{LOGIN}&uselang=ko"), &fields)?;
    assert_eq!(failed.reply.status, 500, "{}", failed.body());
    let number = failed.header("x-request-id").expect("a number");
    assert!(failed.body().contains(&format!("<code>{number}</code>")), "{}", failed.body());
    assert!(failed.body().contains("번호"), "{}", failed.body());
    Ok(())
}
