//! Sensitive pages ask who it is once more.

use super::*;
use crate::Tested;

#[test]
fn whoever_is_in_for_long_shows_who_it_is_and_comes_back() -> Tested {
    let world = World::new()?;
    world.add_account("William", PASSWORD)?;
    for (language, said) in [("en", "you are William"), ("ko", "William 님 본인임")] {
        let mut william = signed_in(&world, "William")?;
        world.pass_seconds(301);
        let page = format!("{CHANGE_PASSWORD}?uselang={language}");
        let sent_away = open(&mut william, &page)?;
        assert_eq!(sent_away.reply.status, 302, "{}", sent_away.body());
        let login = follow(&mut william, &sent_away)?;
        let html = login.body();
        assert!(html.contains(said), "{html}");
        let name = between(&html, "name=\"wpName\"", ">").expect("a name");
        assert!(name.contains("value=\"William\"") && name.contains("readonly"), "{name}");
        assert!(!html.contains("wpRemember"), "that was chosen before: {html}");
        let wrong = [("wpName", "William"), ("wpPassword", "wrong")];
        let refused = fill_in(&mut william, &login, &wrong)?;
        assert!(refused.body().contains("readonly"), "{}", refused.body());
        let right = [("wpName", "William"), ("wpPassword", PASSWORD)];
        let back = fill_in(&mut william, &refused, &right)?;
        let target = back.header("location").unwrap_or_default();
        assert!(target.contains("PasswordAuthenticationRequest"), "{target}: {}", back.body());
        let form = follow(&mut william, &back)?;
        assert!(form.body().contains("name=\"retype\""), "{}", form.body());
        assert!(form.body().contains(&format!("lang=\"{language}\"")), "{}", form.body());
    }
    Ok(())
}

#[test]
fn another_person_is_refused_and_the_first_one_stays_in() -> Tested {
    let world = World::new()?;
    world.add_account("William", PASSWORD)?;
    world.add_account("Carol", PASSWORD)?;
    let mut william = signed_in(&world, "William")?;
    world.pass_seconds(301);
    let sent_away = open(&mut william, "/wiki/Special:ChangeEmail")?;
    let login = follow(&mut william, &sent_away)?;
    let carol = [("wpName", "Carol"), ("wpPassword", PASSWORD)];
    let refused = fill_in(&mut william, &login, &carol)?;
    assert_eq!(refused.reply.status, 200);
    assert!(refused.body().contains("log out first"), "{}", refused.body());
    assert_eq!(william.whoami()?.as_deref(), Some("William"));
    assert_eq!(open(&mut william, "/wiki/Special:ChangeEmail")?.reply.status, 302, "still asked");
    Ok(())
}

#[test]
fn whoever_has_just_shown_it_is_not_asked() -> Tested {
    let world = World::new()?;
    world.add_account("William", PASSWORD)?;
    let mut william = signed_in(&world, "William")?;
    assert_eq!(open(&mut william, CHANGE_PASSWORD)?.reply.status, 200);
    let login =
        "/w/index.php?title=Special:UserLogin&force=ChangeEmail&returnto=Special:ChangeEmail";
    let on = open(&mut william, login)?;
    let target = on.header("location").unwrap_or_default();
    assert_eq!(target, format!("{}/wiki/Special:ChangeEmail", world.origin()));
    Ok(())
}

#[test]
fn a_stranger_signs_in_first() -> Tested {
    let world = World::new()?;
    world.add_account("William", PASSWORD)?;
    for page in
        ["ChangeCredentials", "RemoveCredentials", "UnlinkAccounts", "LinkAccounts", "ChangeEmail"]
    {
        let mut stranger = world.visitor();
        let sent_away = open(&mut stranger, &format!("/wiki/Special:{page}"))?;
        let login = follow(&mut stranger, &sent_away)?;
        assert!(login.body().contains("Please log in to see that page"), "{}", login.body());
        let filled = [("wpName", "William"), ("wpPassword", PASSWORD)];
        let back = fill_in(&mut stranger, &login, &filled)?;
        let target = back.header("location").unwrap_or_default();
        assert_eq!(target, format!("{}/wiki/Special:{page}", world.origin()));
    }
    Ok(())
}
