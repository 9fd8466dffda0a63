//! Forgotten passwords and other addresses, in a browser.

use super::*;
use crate::Tested;
use crate::forms::{between, fill_in, follow, open};

const RESET: &str = "/wiki/Special:PasswordReset";
const CHANGE: &str = "/wiki/Special:ChangeEmail";
const NEW: &str = "another good Passphrase 8";

#[test]
fn a_forgotten_password_is_replaced_by_way_of_a_letter() -> Tested {
    for language in ["en", "ko"] {
        let (world, letters) = world_with(|_| {})?;
        add(&world, "William", "william@example.org")?;
        let mut william = world.visitor();
        let form = open(&mut william, &format!("{RESET}?uselang={language}"))?;
        let done = fill_in(&mut william, &form, &[("wpUsername", "william"), ("wpEmail", "")])?;
        assert!(done.body().contains("role=\"status\""), "{}", done.body());
        let letter = letters.take()?;
        let temporary = letter.after("Temporary password:")?.to_owned();
        let login = open(&mut william, &format!("/wiki/Special:UserLogin?uselang={language}"))?;
        let filled = [("wpName", "William"), ("wpPassword", temporary.as_str())];
        let step = fill_in(&mut william, &login, &filled)?;
        assert!(step.body().contains("name=\"retype\""), "{}", step.body());
        let filled = [("wpPassword", NEW), ("retype", NEW)];
        assert_eq!(fill_in(&mut william, &step, &filled)?.reply.status, 302);
        assert_eq!(william.whoami()?.as_deref(), Some("William"));
    }
    Ok(())
}

#[test]
fn who_asks_is_told_the_same_whether_there_is_such_an_account_or_not() -> Tested {
    let (world, letters) = world_with(|_| {})?;
    add(&world, "William", "william@example.org")?;
    let said = |fields: &[(&str, &str)]| {
        let mut visitor = world.visitor();
        let form = open(&mut visitor, RESET)?;
        let body = fill_in(&mut visitor, &form, fields)?.body();
        anyhow::Ok(between(&body, "<main", "</main>").expect("a page").to_owned())
    };
    let known = said(&[("wpUsername", "William"), ("wpEmail", "")])?;
    letters.take()?;
    assert_eq!(said(&[("wpUsername", "Nobody"), ("wpEmail", "")])?, known);
    assert_eq!(said(&[("wpUsername", ""), ("wpEmail", "nobody@example.org")])?, known);
    settle(&world);
    assert_eq!(letters.all(), []);
    Ok(())
}

#[test]
fn what_cannot_be_a_name_or_an_address_is_told_at_its_field() -> Tested {
    let (world, letters) = world_with(|_| {})?;
    for (name, address, said) in [
        ("a#b", "", "id=\"mw-input-wpUsername-error\""),
        ("", "nobody", "id=\"mw-input-wpEmail-error\""),
        ("", "", "notice-error"),
    ] {
        let mut visitor = world.visitor();
        let form = open(&mut visitor, RESET)?;
        let fields = [("wpUsername", name), ("wpEmail", address)];
        let body = fill_in(&mut visitor, &form, &fields)?.body();
        assert!(body.contains(said) && body.contains("role=\"alert\""), "{said}: {body}");
        assert!(body.contains(&format!("value=\"{name}\"")), "what was typed stays: {body}");
    }
    let mut visitor = world.visitor();
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    let body = Some(b"wpUsername=William&wpEditToken=%2B%5C".as_slice());
    let refused = visitor.send_to("POST", RESET, body, &kind)?;
    assert!(refused.body().contains("role=\"alert\""), "no token: {}", refused.body());
    settle(&world);
    assert_eq!(letters.all(), []);
    Ok(())
}

#[test]
fn a_wiki_without_mail_says_that_nothing_can_be_reset() -> Tested {
    let world = World::new()?;
    let page = open(&mut world.visitor(), RESET)?;
    assert!(page.body().contains("sends no e-mail"), "{}", page.body());
    assert!(!page.body().contains("wpUsername"), "{}", page.body());
    Ok(())
}

fn william(world: &World) -> anyhow::Result<Visitor> {
    let mut visitor = world.visitor();
    assert_eq!(visitor.log_in("William", PASSWORD)?.status(), "PASS");
    Ok(visitor)
}

#[test]
fn another_address_is_confirmed_anew_and_the_old_one_is_told() -> Tested {
    let (world, letters) = world_with(|_| {})?;
    add(&world, "William", "old@example.org")?;
    let mut william = william(&world)?;
    let form = open(&mut william, CHANGE)?;
    assert!(form.body().contains("old@example.org"), "{}", form.body());
    let done = fill_in(&mut william, &form, &[("wpNewEmail", "new@example.org")])?;
    assert!(done.body().contains("new@example.org"), "{}", done.body());
    settle(&world);
    let both = letters.all();
    let to = |address: &str| both.iter().find(|letter| letter.to == address).expect("a letter");
    assert!(to("old@example.org").text.contains("changed to new@example.org"));
    let link = between(&to("new@example.org").text, "/wiki/Special:ConfirmEmail/", "\n")
        .expect("a link")
        .to_owned();
    let of = "SELECT user_email || ' ' || (user_email_authenticated IS NULL) FROM user";
    assert_eq!(world.value(of)?, "new@example.org 1");
    let question = open(&mut william, &format!("/wiki/Special:ConfirmEmail/{link}"))?;
    fill_in(&mut william, &question, &[])?;
    assert_eq!(world.value(of)?, "new@example.org 0");
    Ok(())
}

#[test]
fn an_address_can_be_taken_away() -> Tested {
    let (world, letters) = world_with(|_| {})?;
    add(&world, "William", "old@example.org")?;
    let mut william = william(&world)?;
    let form = open(&mut william, &format!("{CHANGE}?uselang=ko"))?;
    let done = fill_in(&mut william, &form, &[("wpNewEmail", "")])?;
    assert!(done.body().contains("이메일 주소를 삭제했습니다"), "{}", done.body());
    assert_eq!(letters.take()?.to, "old@example.org");
    assert_eq!(world.value("SELECT user_email FROM user")?, "");
    Ok(())
}

#[test]
fn a_bad_address_and_the_same_one_are_told_at_the_field_and_too_many_are_refused() -> Tested {
    let (world, _letters) = world_with(|_| {})?;
    add(&world, "William", "old@example.org")?;
    let mut william = william(&world)?;
    let mut change = |address: &str| {
        let form = open(&mut william, CHANGE)?;
        anyhow::Ok(fill_in(&mut william, &form, &[("wpNewEmail", address)])?.body())
    };
    for address in ["nobody", "old@example.org"] {
        assert!(change(address)?.contains("id=\"mw-input-wpNewEmail-error\""), "{address}");
    }
    for number in 0..4 {
        assert!(change(&format!("a{number}@example.org"))?.contains("role=\"status\""), "{number}");
    }
    assert!(change("a4@example.org")?.contains("notice-error"));
    assert_eq!(world.value("SELECT user_email FROM user")?, "a3@example.org");
    Ok(())
}

#[test]
fn an_address_is_not_changed_by_a_session_of_long_ago() -> Tested {
    let (world, _letters) = world_with(|_| {})?;
    add(&world, "William", "old@example.org")?;
    let mut william = william(&world)?;
    let form = open(&mut william, CHANGE)?;
    world.pass_seconds(301);
    let sent_away = fill_in(&mut william, &form, &[("wpNewEmail", "new@example.org")])?;
    let login = follow(&mut william, &sent_away)?;
    assert!(login.body().contains("readonly"), "{}", login.body());
    assert_eq!(world.value("SELECT user_email FROM user")?, "old@example.org");
    Ok(())
}
