//! `Special:ChangeCredentials`.

use daemun_messages::Language;

use super::*;
use crate::Tested;

#[test]
fn a_new_password_ends_all_other_sessions_and_this_one_goes_on() -> Tested {
    let world = World::new()?;
    world.add_account("William", PASSWORD)?;
    let (mut here, mut elsewhere) = (signed_in(&world, "William")?, signed_in(&world, "William")?);
    let before = here.cookie("wiki_session");
    let form = open(&mut here, CHANGE_PASSWORD)?;
    let filled = [("wpPassword", NEW), ("retype", NEW)];
    let done = fill_in(&mut here, &form, &filled)?;
    assert!(done.body().contains("role=\"status\""), "{}", done.body());
    assert_eq!(here.whoami()?.as_deref(), Some("William"));
    assert_ne!(here.cookie("wiki_session"), before, "under another id");
    assert_eq!(elsewhere.whoami()?, None);
    assert_eq!(world.visitor().log_in("William", PASSWORD)?.status(), "FAIL");
    assert_eq!(world.visitor().log_in("William", NEW)?.status(), "PASS");
    assert_eq!(open(&mut here, CHANGE_PASSWORD)?.reply.status, 200, "when was not forgotten");
    Ok(())
}

#[test]
fn what_the_policy_says_stands_at_the_field_and_nothing_is_changed() -> Tested {
    let world = World::new()?;
    world.add_account("William", PASSWORD)?;
    let mut william = signed_in(&world, "William")?;
    for (new, retyped, field, en, ko) in [
        ("short", "short", "wpPassword", "8", "8"),
        (NEW, "another", "wpRetype", "not the same", "비밀번호"),
        ("password", "password", "wpPassword", "many people use", "많은 사람"),
        ("", "", "wpPassword", "fill in", "채워"),
    ] {
        for (language, part) in [("en", en), ("ko", ko)] {
            let form = open(&mut william, &format!("{CHANGE_PASSWORD}?uselang={language}"))?;
            let filled = [("wpPassword", new), ("retype", retyped)];
            let refused = fill_in(&mut william, &form, &filled)?;
            let said = error_at(&refused, field);
            assert!(said.contains(part), "{new} in {language}: {said}");
            assert!(!refused.body().contains(&format!("value=\"{NEW}\"")), "no secret comes back");
        }
    }
    assert_eq!(world.visitor().log_in("William", PASSWORD)?.status(), "PASS");
    Ok(())
}

#[test]
fn without_the_token_nothing_is_changed() -> Tested {
    let world = World::new()?;
    world.add_account("William", PASSWORD)?;
    let mut william = signed_in(&world, "William")?;
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    for token in ["", "+\\"] {
        let filled = [("wpPassword", NEW), ("retype", NEW), ("wpAuthToken", token)];
        let body = encode(&filled);
        let refused = william.send_to("POST", CHANGE_PASSWORD, Some(body.as_bytes()), &kind)?;
        assert!(refused.body().contains("role=\"alert\""), "{}", refused.body());
    }
    assert_eq!(world.visitor().log_in("William", PASSWORD)?.status(), "PASS");
    Ok(())
}

#[test]
fn the_list_names_what_one_signs_in_with_and_leads_there() -> Tested {
    let world = World::new()?;
    world.add_account("William", PASSWORD)?;
    world.sql("UPDATE user SET user_email = 'w@example.org'")?;
    for (language, title, said) in [
        ("en", "Special:ChangeCredentials", "A password is set."),
        (
            "ko",
            "%ED%8A%B9%EC%88%98:%EC%9E%90%EA%B2%A9%EC%A6%9D%EB%AA%85%EB%B0%94%EA%BE%B8%EA%B8%B0",
            "비밀번호가 있습니다.",
        ),
    ] {
        let mut william = signed_in(&world, "William")?;
        let list = open(&mut william, &format!("/wiki/{title}?uselang={language}"))?;
        let html = list.body();
        assert_eq!(list.reply.status, 200, "{html}");
        for part in [said, "w@example.org", "Special:ChangeEmail", "PasswordAuthenticationRequest"]
        {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!html.contains("TemporaryPassword"), "nobody chooses that one: {html}");
    }
    Ok(())
}

#[test]
fn an_account_without_a_password_gets_one() -> Tested {
    let world = World::new()?;
    world.add_account("William", PASSWORD)?;
    let mut william = signed_in(&world, "William")?;
    world.sql("UPDATE user SET user_password = ''")?;
    let form = open(&mut william, CHANGE_PASSWORD)?;
    assert!(form.body().contains("Set a password"), "{}", form.body());
    fill_in(&mut william, &form, &[("wpPassword", NEW), ("retype", NEW)])?;
    assert_eq!(world.visitor().log_in("William", NEW)?.status(), "PASS");
    Ok(())
}

#[test]
fn older_pages_lead_here_and_a_return_title_leads_on() -> Tested {
    let world = World::new()?;
    world.add_account("William", PASSWORD)?;
    let mut william = signed_in(&world, "William")?;
    let old = open(&mut william, "/w/index.php?title=Special:ChangePassword&returnto=A_page")?;
    let form = follow(&mut william, &old)?;
    let done = fill_in(&mut william, &form, &[("wpPassword", NEW), ("retype", NEW)])?;
    assert_eq!(done.header("location"), Some(format!("{}/wiki/A_page", world.origin())));
    let preferences = open(&mut william, "/wiki/Special:Preferences")?;
    let target = preferences.header("location").unwrap_or_default();
    assert!(target.ends_with("/wiki/Special:ChangeCredentials"), "{target}");
    Ok(())
}

#[test]
fn what_is_not_on_offer_is_not_there() -> Tested {
    let world = World::new()?;
    world.add_account("William", PASSWORD)?;
    let mut william = signed_in(&world, "William")?;
    for page in [
        "ChangeCredentials/nosuch",
        "ChangeCredentials/MediaWiki%5CAuth%5CTemporaryPasswordAuthenticationRequest",
        "RemoveCredentials/MediaWiki%5CAuth%5CPasswordAuthenticationRequest",
        "UnlinkAccounts/%3Cscript%3E",
    ] {
        let answer = open(&mut william, &format!("/wiki/Special:{page}"))?;
        assert_eq!(answer.reply.status, 404, "{page}: {}", answer.body());
        assert!(!answer.body().contains("<script>"), "{}", answer.body());
    }
    Ok(())
}

#[test]
fn on_a_korean_wiki_the_addresses_are_korean_too() -> Tested {
    let world = World::with(|rules| rules.site.language = Language::KO)?;
    world.add_account("William", PASSWORD)?;
    let mut william = signed_in(&world, "William")?;
    let old = open(&mut william, "/wiki/특수:비밀번호변경")?;
    let form = follow(&mut william, &old)?;
    let html = form.body();
    assert_eq!(form.reply.status, 200, "{html}");
    assert!(html.contains("<h1 id=\"firstHeading\">비밀번호 바꾸기</h1>"), "{html}");
    let done = fill_in(&mut william, &form, &[("wpPassword", NEW), ("retype", NEW)])?;
    assert!(done.body().contains("role=\"status\""), "{}", done.body());
    assert_eq!(world.visitor().log_in("William", NEW)?.status(), "PASS");
    world.pass_seconds(301);
    let sent_away = open(&mut william, "/wiki/특수:이메일변경")?;
    let login = follow(&mut william, &sent_away)?;
    let filled = [("wpName", "William"), ("wpPassword", NEW)];
    let back = fill_in(&mut william, &login, &filled)?;
    assert_eq!(follow(&mut william, &back)?.reply.status, 200, "{}", back.body());
    Ok(())
}
