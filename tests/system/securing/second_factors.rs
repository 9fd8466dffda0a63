//! `Special:AccountSecurity`: second factors.

use daemun_mediawiki::second_factor::{TotpSecret, window_of};

use super::*;
use crate::Tested;

const ADD: &str = "/w/index.php?title=Special:AccountSecurity&action=enable&module=totp";
const OFF: &str = "/w/index.php?title=Special:AccountSecurity&action=disable";

/// What a person keeps of setting up an app.
struct Kept {
    secret: TotpSecret,
    codes: Vec<String>,
}

impl Kept {
    /// The code that the app shows so many windows from now.
    fn code(&self, world: &World, offset: i64) -> String {
        format!("{:06}", self.secret.code(window_of(world.now()) + offset))
    }
}

/// The secret that a page shows.
fn shown(page: &Answer) -> Result<TotpSecret> {
    let secret = text_of(page, "secret")?.replace(' ', "");
    let in_link = between(page, "otpauth://totp/", "\"")?;
    anyhow::ensure!(in_link.contains(&format!("secret={secret}&")), "{in_link}");
    TotpSecret::from_base32(&secret).context("a secret")
}

/// The recovery codes that a page shows.
fn codes(page: &Answer) -> Vec<String> {
    let html = page.body();
    let list = html.split("<ul id=\"codes\">").nth(1).unwrap_or_default();
    let list = list.split("</ul>").next().unwrap_or_default();
    let codes = list.split("<kbd>").skip(1).filter_map(|rest| rest.split('<').next());
    codes.map(str::to_owned).collect()
}

/// Adds an app as a person does.
fn add(world: &World, person: &mut Visitor, name: &str) -> Result<Kept> {
    let form = open(person, ADD)?;
    let secret = shown(&form)?;
    let code = format!("{:06}", secret.code(window_of(world.now())));
    let done = send_form(person, &form, ADD, &[("wpname", name), ("token", &code)])?;
    Ok(Kept { secret, codes: codes(&done) })
}

fn rows(world: &World) -> Result<String> {
    world.value("SELECT COUNT(*) FROM oathauth_devices")
}

/// Asks a visitor who has given the password for the second factor.
fn challenge(world: &World) -> Result<Visitor> {
    let mut visitor = world.visitor();
    let answer = visitor.log_in("William", PASSWORD)?;
    anyhow::ensure!(answer.status() == "UI", "{}", answer.body());
    Ok(visitor)
}

#[test]
fn an_app_that_was_set_up_is_asked_for_at_login_and_its_codes_are_good() -> Tested {
    let world = world()?;
    world.add_account("William", PASSWORD)?;
    let mut person = signed_in(&world, "William")?;
    let page = open(&mut person, SECURITY)?;
    assert_eq!(text_of(&page, "state")?, "It is off.");
    let kept = add(&world, &mut person, "Pocket phone")?;
    assert_eq!(kept.codes.len(), 10);
    let page = open(&mut person, SECURITY)?;
    assert_eq!(text_of(&page, "state")?, "It is on.");
    assert!(page.body().contains("Pocket phone"), "{}", page.body());
    let row = world.value(
        "SELECT oad_data FROM oathauth_devices JOIN oathauth_types ON oat_id = oad_type \
         WHERE oat_name = 'totp'",
    )?;
    let base32 = kept.secret.to_base32();
    let expected = format!(r#"{{"secret":"{}","friendly_name":"Pocket phone"}}"#, base32.as_str());
    assert_eq!(row, expected, "as OATHAuth writes it");
    let used = challenge(&world)?.go_on(&[("OATHToken", &kept.code(&world, 0))])?;
    assert_eq!(used.status(), "UI", "the code that confirmed it is used up");
    let next = challenge(&world)?.go_on(&[("OATHToken", &kept.code(&world, 1))])?;
    assert_eq!(next.status(), "PASS", "{}", next.body());
    Ok(())
}

#[test]
fn the_secret_stays_the_same_until_its_code_is_right_and_is_sealed_meanwhile() -> Tested {
    let world = world()?;
    world.add_account("William", PASSWORD)?;
    let mut person = signed_in(&world, "William")?;
    let form = open(&mut person, ADD)?;
    let secret = shown(&form)?;
    for wrong in ["000000", "", "12345"] {
        let again = send_form(&mut person, &form, ADD, &[("token", wrong)])?;
        assert!(again.body().contains("aria-invalid=\"true\""), "{}", again.body());
        assert!(shown(&again)? == secret, "the same one");
    }
    assert_eq!(rows(&world)?, "0");
    let records = world.cache_sql("SELECT value FROM objectcache")?;
    let base32 = secret.to_base32();
    let base32 = base32.as_str();
    assert!(!format!("{records:?}").contains(base32), "it does not stand in the session's record");
    // Another session of the same person begins with a secret of its own.
    let other = open(&mut signed_in(&world, "William")?, ADD)?;
    assert!(shown(&other)? != secret);
    Ok(())
}

#[test]
fn a_recovery_code_works_once_and_does_not_confirm_an_app() -> Tested {
    let world = world()?;
    world.add_account("William", PASSWORD)?;
    let mut person = signed_in(&world, "William")?;
    let kept = add(&world, &mut person, "")?;
    let code = kept.codes[0].as_str();
    let form = open(&mut person, ADD)?;
    let refused = send_form(&mut person, &form, ADD, &[("token", code)])?;
    assert!(refused.body().contains("This is a recovery code."), "{}", refused.body());
    assert_eq!(challenge(&world)?.go_on(&[("OATHToken", code)])?.status(), "PASS");
    assert_eq!(challenge(&world)?.go_on(&[("OATHToken", code)])?.status(), "UI");
    let page = open(&mut person, SECURITY)?;
    assert!(page.body().contains("9 are left"), "{}", page.body());
    Ok(())
}

#[test]
fn recovery_codes_can_be_downloaded_without_a_script() -> Tested {
    let world = world()?;
    world.add_account("William", PASSWORD)?;
    let mut person = signed_in(&world, "William")?;
    let form = open(&mut person, ADD)?;
    let code = format!("{:06}", shown(&form)?.code(window_of(world.now())));
    let done = send_form(&mut person, &form, ADD, &[("token", &code)])?;
    let file = between(&done, "href=\"data:text/plain;charset=utf-8,", "\"")?;
    let file = file.replace("%20", " ");
    for code in codes(&done) {
        assert!(file.contains(&code), "{code} in {file}");
    }
    assert!(done.header("cache-control").unwrap().contains("no-store"), "nobody keeps the page");
    assert!(!done.body().contains("<script"), "{}", done.body());
    Ok(())
}

#[test]
fn new_recovery_codes_take_the_place_of_the_old_ones() -> Tested {
    let world = world()?;
    world.add_account("William", PASSWORD)?;
    let mut person = signed_in(&world, "William")?;
    let old = add(&world, &mut person, "")?.codes;
    let page = open(&mut person, SECURITY)?;
    let new = codes(&send_form(&mut person, &page, SECURITY, &[("newcodes", "1")])?);
    assert_eq!(new.len(), 10);
    assert_eq!(challenge(&world)?.go_on(&[("OATHToken", &old[0])])?.status(), "UI");
    assert_eq!(challenge(&world)?.go_on(&[("OATHToken", &new[0])])?.status(), "PASS");
    Ok(())
}

#[test]
fn one_of_two_apps_is_removed_and_with_the_last_one_all_is_off() -> Tested {
    let world = world()?;
    world.add_account("William", PASSWORD)?;
    let mut person = signed_in(&world, "William")?;
    let first = add(&world, &mut person, "first")?;
    world.pass_seconds(60);
    let second = add(&world, &mut person, "second")?;
    assert!(second.codes.is_empty(), "it keeps the codes it has");
    let page = open(&mut person, SECURITY)?;
    let list = between(&page, "<ul class=\"rows\" id=\"apps\">", "</ul>")?;
    let remove = list.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let question = open(&mut person, remove)?;
    assert!(question.body().contains(": first."), "{}", question.body());
    assert_eq!(rows(&world)?, "3", "a question changes nothing");
    let removed = send_form(&mut person, &question, remove, &[])?;
    assert!(!removed.body().contains(">first<"), "{}", removed.body());
    world.pass_seconds(60);
    let code = first.code(&world, 0);
    assert_eq!(challenge(&world)?.go_on(&[("OATHToken", &code)])?.status(), "UI");
    let code = second.code(&world, 0);
    assert_eq!(challenge(&world)?.go_on(&[("OATHToken", &code)])?.status(), "PASS");
    let question = open(&mut person, OFF)?;
    let off = send_form(&mut person, &question, OFF, &[])?;
    assert_eq!(text_of(&off, "state")?, "It is off.");
    assert_eq!(rows(&world)?, "0", "recovery codes are gone, too");
    assert_eq!(world.visitor().log_in("William", PASSWORD)?.status(), "PASS");
    Ok(())
}

#[test]
fn without_the_persons_own_token_no_factor_comes_or_goes() -> Tested {
    let world = world()?;
    world.add_account("William", PASSWORD)?;
    world.add_account("Carol", PASSWORD)?;
    let (mut person, mut other) = (signed_in(&world, "William")?, signed_in(&world, "Carol")?);
    let form = open(&mut person, ADD)?;
    let code = format!("{:06}", shown(&form)?.code(window_of(world.now())));
    let foreign = between(&open(&mut other, ADD)?, "name=\"wpEditToken\" value=\"", "\"")?;
    for token in ["", "+\\", &foreign] {
        let answer = submit(&mut person, ADD, &[("wpEditToken", token), ("token", &code)])?;
        assert!(answer.body().contains("role=\"alert\""), "{}", answer.body());
    }
    assert_eq!(rows(&world)?, "0");
    add(&world, &mut person, "")?;
    for token in ["", "+\\", &foreign] {
        submit(&mut person, OFF, &[("wpEditToken", token)])?;
        submit(&mut person, SECURITY, &[("wpEditToken", token), ("newcodes", "1")])?;
    }
    open(&mut person, &format!("{SECURITY}?newcodes=1"))?;
    assert_eq!(rows(&world)?, "2");
    Ok(())
}

#[test]
fn a_group_that_needs_a_second_factor_is_told_and_who_may_not_have_one_too() -> Tested {
    let world = World::with(|rules| {
        rules.settings.rights.add_second_factors();
        rules.settings.second_factor.required_for_groups = vec!["sysop".to_owned()];
    })?;
    let id = world.add_account("William", PASSWORD)?;
    world.sql(&format!("INSERT INTO user_groups (ug_user, ug_group) VALUES ({id}, 'sysop')"))?;
    let page = open(&mut signed_in(&world, "William")?, SECURITY)?;
    assert!(page.body().contains("this group: Administrators"), "{}", page.body());
    let plain = World::new()?;
    plain.add_account("William", PASSWORD)?;
    let mut person = signed_in(&plain, "William")?;
    let page = open(&mut person, SECURITY)?;
    assert!(!page.body().contains("id=\"enable\""), "{}", page.body());
    assert!(!open(&mut person, ADD)?.body().contains("id=\"secret\""));
    Ok(())
}

#[test]
fn the_page_reads_in_korean_and_has_its_old_names() -> Tested {
    let world = world()?;
    world.add_account("William", PASSWORD)?;
    let mut person = signed_in(&world, "William")?;
    for title in ["Special:AccountSecurity", "Special:OATHManage", "특수:계정보안"] {
        let path = format!("/w/index.php?{}", encode(&[("title", title), ("uselang", "ko")]));
        let page = open(&mut person, &path)?;
        assert!(page.body().contains("2단계 인증"), "{title}: {}", page.body());
        assert!(page.body().contains("로그인한 곳"), "{title}");
    }
    let setup = open(&mut person, &format!("{ADD}&uselang=ko"))?;
    assert!(
        setup.body().contains("<svg") && setup.body().contains("스캔하세요"),
        "{}",
        setup.body()
    );
    Ok(())
}
