//! What administrators do about second factors, and other programs make of them.

use std::process::Command;

use daemun_testkit::program::Home;
use daemun_testkit::visitor::{Answer, Visitor};
use daemun_testkit::world::World;

use super::{PASSWORD, Wiki, assert_asked_again, assert_in, enrol};
use crate::Tested;

#[test]
fn a_group_that_needs_a_second_factor_gives_nothing_without() -> Tested {
    let world = World::with(|rules| {
        rules.settings.second_factor.required_for_groups = vec!["sysop".to_owned()];
    })?;
    let id = world.add_account("William", PASSWORD)?;
    world.sql(&format!(
        "INSERT INTO user_groups (ug_user, ug_group) VALUES ({id}, 'sysop'), ({id}, 'bot')"
    ))?;
    let mut visitor = world.visitor();
    assert_in(&visitor.log_in("William", PASSWORD)?);
    let props = "groups|groupmemberships|rights";
    let info = visitor.user_info(props)?;
    let list = |info: &serde_json::Value, name: &str| {
        serde_json::from_value::<Vec<String>>(info[name].clone()).unwrap()
    };
    assert!(!list(&info, "groups").contains(&"sysop".to_owned()));
    assert!(list(&info, "groups").contains(&"bot".to_owned()));
    assert!(!list(&info, "rights").contains(&"delete".to_owned()));
    assert!(info["groupmemberships"].to_string().contains("sysop"));
    enrol(&world, id)?;
    let info = visitor.user_info(props)?;
    assert!(list(&info, "groups").contains(&"sysop".to_owned()));
    assert!(list(&info, "rights").contains(&"delete".to_owned()));
    Ok(())
}

#[test]
fn others_see_the_groups_that_give_something_and_the_memberships_as_they_are() -> Tested {
    let world = World::with(|rules| {
        rules.settings.second_factor.required_for_groups = vec!["sysop".to_owned()];
    })?;
    let groups = "INSERT INTO user_groups (ug_user, ug_group) SELECT user_id, 'sysop' FROM user";
    let with = world.add_account("With", PASSWORD)?;
    let without = world.add_account("Without", PASSWORD)?;
    world.sql(groups)?;
    enrol(&world, with)?;
    let ids = format!("{with}|{without}");
    for by in [("ususers", "With|Without"), ("ususerids", ids.as_str())] {
        let props = ("usprop", "groups|groupmemberships|implicitgroups|rights");
        let list = [("action", "query"), ("list", "users"), props, by];
        let answer = world.visitor().get(&list)?;
        for (place, has) in [(0, true), (1, false)] {
            let user = answer.at(&format!("/query/users/{place}"));
            let says = |name: &str, what: &str| user[name].to_string().contains(what);
            assert_eq!(says("groups", "\"sysop\""), has, "{user}");
            assert_eq!(says("rights", "\"delete\""), has, "{user}");
            assert!(says("groupmemberships", "\"sysop\"") && says("groups", "\"user\""), "{user}");
            assert!(says("implicitgroups", "\"user\""), "{user}");
        }
    }
    Ok(())
}

#[test]
fn exclusive_rights_are_those_sessions_that_began_with_a_second_factor() -> Tested {
    let wiki = Wiki::with(|rules| {
        rules.settings.second_factor.exclusive_rights = vec!["delete".to_owned()];
    })?;
    let other = wiki.world.add_account("Other", PASSWORD)?;
    for id in [wiki.id, other] {
        let group = format!("INSERT INTO user_groups (ug_user, ug_group) VALUES ({id}, 'sysop')");
        wiki.world.sql(&group)?;
    }
    let may = |visitor: &mut Visitor| {
        let rights = visitor.user_info("rights")?["rights"].to_string();
        assert!(rights.contains("\"block\""), "the group gives the others: {rights}");
        anyhow::Ok(rights.contains("\"delete\""))
    };
    let mut visitor = wiki.asked()?;
    let code = wiki.code(0);
    assert_in(&visitor.go_on(&[("OATHToken", &code)])?);
    assert!(may(&mut visitor)?);
    let mut password_alone = wiki.world.visitor();
    assert_in(&password_alone.log_in("Other", PASSWORD)?);
    assert!(!may(&mut password_alone)?);
    let refused = [("action", "query"), ("meta", "userinfo"), ("assert", "user")];
    assert_eq!(password_alone.get(&refused)?.error(), "", "it is in all the same");
    // Who stays signed in and comes back has not shown the second factor again.
    let mut staying = wiki.world.visitor();
    staying.log_in_with("William", PASSWORD, &[("rememberMe", "1")])?;
    assert_in(&staying.go_on(&[("OATHToken", &wiki.code(1))])?);
    assert!(may(&mut staying)?);
    staying.lose_cookie("wiki_session");
    assert_eq!(staying.whoami()?.as_deref(), Some("William"));
    assert!(!may(&mut staying)?);
    let secret = wiki.world.add_bot_password_with(wiki.id, "tool", |bot| {
        r#"["basic","delete","blockusers"]"#.clone_into(&mut bot.grants);
    })?;
    let mut bot = wiki.world.visitor();
    assert_eq!(bot.log_in_bot("William@tool", &secret)?.result(), "Success");
    assert!(!may(&mut bot)?);
    Ok(())
}

#[test]
fn looking_at_another_persons_second_factor_needs_a_reason_and_is_logged() -> Tested {
    let wiki = Wiki::with(|rules| rules.settings.rights.add_second_factors())?;
    let id = wiki.world.add_account("Steward", PASSWORD)?;
    let group = format!("INSERT INTO user_groups (ug_user, ug_group) VALUES ({id}, 'sysop')");
    wiki.world.sql(&group)?;
    let mut steward = wiki.world.visitor();
    assert_in(&steward.log_in("Steward", PASSWORD)?);
    let ask = [("action", "query"), ("meta", "oath"), ("oathuser", "William")];
    assert_eq!(steward.get(&ask)?.error(), "noreason");
    let answer = steward.get(&[&ask[..], &[("oathreason", "a lost phone")]].concat())?;
    assert_eq!(answer.at("/query/oath/enabled"), true, "{}", answer.body());
    let logged = wiki.world.sql(
        "SELECT log_type, log_action, log_title, comment_text FROM logging \
         JOIN comment ON comment_id = log_comment_id",
    )?;
    let logged: Vec<String> = logged.into_iter().flatten().flatten().collect();
    assert_eq!(logged, ["oath", "verify", "William", "a lost phone"]);
    assert_eq!(wiki.world.visitor().get(&ask)?.error(), "permissiondenied");
    Ok(())
}

#[test]
fn what_other_programs_make_of_the_secret_is_accepted() -> Tested {
    let home = Home::new()?;
    home.add_account("William", PASSWORD)?;
    let said = home.run(&["user", "second-factor", "William", "add"])?.well()?;
    let uri = said.lines().find(|line| line.starts_with("otpauth://")).expect("an address");
    assert!(uri.starts_with("otpauth://totp/Daemun:William?secret="), "{uri}");
    assert_eq!(scanned(&said), uri, "what a camera reads");
    let secret = uri.split_once("secret=").unwrap().1.split_once('&').unwrap().0;
    let made = match Command::new("oathtool").args(["--totp", "--base32", secret]).output() {
        Ok(made) => made,
        // `cargo xtask test` installs it, so that there nothing is left out.
        Err(error) if std::env::var_os("DAEMUN_TEST_CLIENTS").is_some() => {
            panic!("oathtool is missing: {error}")
        }
        Err(_) => {
            eprintln!("SKIPPED codes of another program: oathtool IS MISSING HERE");
            return Ok(());
        }
    };
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let code = String::from_utf8(made.stdout)?;
    let server = home.serve()?;
    let mut visitor = server.visitor();
    assert_asked_again(&visitor.log_in("William", PASSWORD)?, "oathauth-auth-ui");
    assert_in(&visitor.go_on(&[("OATHToken", code.trim())])?);
    Ok(())
}

/// What a QR code of half blocks says.
fn scanned(text: &str) -> String {
    let drawn = |line: &&str| line.chars().count() > 20 && line.chars().all(|c| "█▀▄ ".contains(c));
    let lines: Vec<Vec<char>> =
        text.lines().filter(drawn).map(|line| line.chars().collect()).collect();
    let is_dark = |x: usize, y: usize| match lines[y / 2][x] {
        '█' => false,
        '▀' => !y.is_multiple_of(2),
        '▄' => y.is_multiple_of(2),
        _ => true,
    };
    let size = lines[0].len() - 8;
    let grid = rqrr::SimpleGrid::from_func(size, |x, y| is_dark(x + 4, y + 4));
    rqrr::Grid::new(grid).decode().expect("a QR code").1
}

#[test]
fn an_administrator_gives_second_factors_and_takes_them_away() -> Tested {
    let home = Home::new()?;
    home.add_account("William", PASSWORD)?;
    let run = |what: &str| home.run(&["user", "second-factor", "William", what]);
    assert!(run("show")?.well()?.contains("has no second factor"));
    assert!(!run("recovery-codes")?.status.success());
    assert!(!run("disable")?.status.success());
    let added = run("add")?.well()?;
    let codes = |said: &str| -> Vec<String> {
        let lines = said.lines().filter(|line| line.starts_with("  "));
        lines.map(|line| line.replace(' ', "")).collect()
    };
    let first = codes(&added);
    assert_eq!(first.len(), 10);
    let shown = run("show")?.well()?;
    assert!(shown.contains("totp") && shown.contains("10 recovery codes are left"), "{shown}");
    assert!(!shown.contains(&first[0]), "nothing secret is shown");
    let second = codes(&run("recovery-codes")?.well()?);
    assert!(second.len() == 10 && first.iter().all(|code| !second.contains(code)));
    let another = run("add")?.well()?;
    assert!(codes(&another).is_empty(), "the codes stay");
    let server = home.serve()?;
    let enter = |code: &str| {
        let mut visitor = server.visitor();
        visitor.log_in("William", PASSWORD)?;
        visitor.go_on(&[("OATHToken", code)])
    };
    assert_asked_again(&enter(&first[0])?, "oathauth-login-failed");
    assert_in(&enter(&second[0])?);
    run("disable")?.well()?;
    assert_in(&server.visitor().log_in("William", PASSWORD)?);
    let logged = home.sql("SELECT log_action, log_title FROM logging WHERE log_type = 'oath'")?;
    let logged: Vec<String> = logged.into_iter().flatten().flatten().collect();
    assert_eq!(logged, ["disable-other", "William"]);
    Ok(())
}

#[test]
fn a_wiki_without_second_factors_does_not_know_their_modules() -> Tested {
    let with = |enabled: bool| {
        World::with(|rules| {
            rules.settings.second_factor.enabled = enabled;
            rules.settings.rights.set("*", "oathauth-api-all", true);
        })
    };
    let ask = |world: &World, params: &[(&str, &str)]| world.visitor().get(params);
    let (on, off) = (with(true)?, with(false)?);
    assert_eq!(ask(&on, &[("action", "oathvalidate")])?.error(), "missingparam");
    assert_eq!(ask(&off, &[("action", "oathvalidate")])?.error(), "badvalue");
    let meta = [("action", "query"), ("meta", "oath|tokens")];
    assert_eq!(ask(&on, &meta)?.at("/query/oath/enabled"), false);
    let without = ask(&off, &meta)?;
    assert!(without.at("/query/oath").is_null() && without.at("/query/tokens").is_object());
    assert!(without.text_at("/warnings/query/warnings").contains("oath"), "{}", without.body());
    for params in [
        &[("action", "paraminfo"), ("modules", "main|query|query+**|oathvalidate|query+oath")][..],
        &[("action", "paraminfo"), ("modules", "main+**"), ("helpformat", "html")],
        &[("action", "help"), ("recursivesubmodules", "1"), ("toc", "1")],
        &[("action", "help"), ("modules", "main")],
        &[("action", "help"), ("modules", "paraminfo|query")],
    ] {
        let (on, off) = (ask(&on, params)?, ask(&off, params)?);
        // What was not known is named in a warning.
        let named = |answer: &Answer| {
            let mut json = answer.json.clone();
            json.as_object_mut().map(|json| json.remove("warnings"));
            let text = if json.is_null() { answer.body() } else { json.to_string() };
            let names = ["oathvalidate", "query+oath", "query%2Boath", "\"oath\""];
            names.iter().any(|name| text.contains(name))
        };
        assert!(named(&on), "{params:?}");
        assert!(!named(&off), "{params:?}");
    }
    let help = [("action", "help"), ("modules", "oathvalidate")];
    assert_eq!(ask(&off, &help)?.error(), "badmodule");
    Ok(())
}
