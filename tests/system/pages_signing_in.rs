//! Signing in by a page, in all its steps.

use daemun_auth::providers::captcha::settings::CaptchaKind;
use daemun_auth::second_factor;
use daemun_testkit::visitor::{Answer, Visitor};
use daemun_testkit::world::World;

use crate::Tested;
use crate::forms::{field, fill_in, follow, open};

const LOGIN: &str = "/w/index.php?title=Special:UserLogin";
const PASSWORD: &str = "right horse 1";
const ALICE: &[(&str, &str)] = &[("wpName", "Alice"), ("wpPassword", PASSWORD)];

fn world() -> anyhow::Result<World> {
    let world = World::new()?;
    world.add_account("Alice", PASSWORD)?;
    Ok(world)
}

fn signed_in(world: &World) -> anyhow::Result<Visitor> {
    let mut alice = world.visitor();
    alice.log_in("Alice", PASSWORD)?;
    Ok(alice)
}

fn target(answer: &Answer) -> String {
    answer.header("location").unwrap_or_else(|| panic!("no redirect: {}", answer.body()))
}

#[test]
fn password_managers_and_phones_know_what_goes_where() -> Tested {
    let page = open(&mut world()?.visitor(), LOGIN)?;
    let name = field(&page, "wpName");
    assert!(
        name.contains("id=\"wpName1\"") && name.contains("autocomplete=\"username\""),
        "{name}"
    );
    assert!(name.contains("autocapitalize=\"none\"") && name.contains(" autofocus"), "{name}");
    let password = field(&page, "wpPassword");
    assert!(password.contains("id=\"wpPassword1\" "), "{password}");
    assert!(password.contains("autocomplete=\"current-password\""), "{password}");
    assert!(field(&page, "wpRemember").contains("id=\"wpRemember\""));
    assert!(field(&page, "wploginattempt").contains("id=\"wpLoginAttempt\""));
    Ok(())
}

#[test]
fn a_name_that_was_typed_stays_and_a_password_does_not() -> Tested {
    let world = world()?;
    for (language, said) in [("en", "not correct"), ("ko", "비밀번호가")] {
        let mut visitor = world.visitor();
        let page = open(&mut visitor, &format!("{LOGIN}&uselang={language}"))?;
        let fields = [("wpName", "Alice"), ("wpPassword", "wrong"), ("wpRemember", "1")];
        let again = fill_in(&mut visitor, &page, &fields)?;
        assert!(field(&again, "wpRemember").contains(" checked"), "{}", again.body());
        let html = again.body();
        assert!(html.contains("role=\"alert\"") && html.contains(said), "{html}");
        assert!(field(&again, "wpName").contains("value=\"Alice\""), "{html}");
        assert!(!html.contains("wrong\""), "{html}");
        assert!(field(&again, "wpPassword").contains(" autofocus"), "{html}");
        let done = fill_in(&mut visitor, &again, ALICE)?;
        assert_eq!(
            target(&done),
            format!("{}/w/index.php?title=Main_Page&uselang={language}", world.origin())
        );
    }
    Ok(())
}

#[test]
fn whoever_is_in_already_goes_on_to_where_they_wanted() -> Tested {
    let world = world()?;
    let mut alice = signed_in(&world)?;
    let answer = open(&mut alice, &format!("{LOGIN}&returnto=Some+page"))?;
    assert_eq!(target(&answer), format!("{}/wiki/Some_page", world.origin()));
    let page = open(&mut alice, LOGIN)?;
    assert!(page.body().contains("Alice is logged in"), "{}", page.body());
    Ok(())
}

#[test]
fn nobody_is_led_back_to_a_page_that_signs_in_or_out() -> Tested {
    let world = world()?;
    for title in
        ["Special:UserLogout", "특수:로그아웃", "Special:UserLogin", "special:userlogin/signup"]
    {
        let mut visitor = world.visitor();
        let page = open(&mut visitor, &format!("{LOGIN}&returnto={title}"))?;
        let answer = fill_in(&mut visitor, &page, ALICE)?;
        assert_eq!(target(&answer), format!("{}/wiki/Main_Page", world.origin()), "{title}");
    }
    Ok(())
}

#[test]
fn what_is_to_follow_the_title_cannot_name_another_one() -> Tested {
    let world = world()?;
    let mut visitor = world.visitor();
    let query = "title=Special:UserLogout%26a=%3Cb%3E%26//evil.example";
    let page = open(&mut visitor, &format!("{LOGIN}&returnto=A&returntoquery={query}"))?;
    let answer = fill_in(&mut visitor, &page, ALICE)?;
    let expected = format!("{}/w/index.php?title=A&a=%3Cb%3E&//evil.example=", world.origin());
    assert_eq!(target(&answer), expected);
    Ok(())
}

#[test]
fn only_words_of_ours_are_said_to_who_was_sent_here() -> Tested {
    let world = world()?;
    let page = open(&mut world.visitor(), &format!("{LOGIN}&warning=exception-nologin-text"))?;
    assert!(page.body().contains("Please log in to see that page."), "{}", page.body());
    for other in ["wrongpassword", "<b>hello", "readonlytext"] {
        let page = open(&mut world.visitor(), &format!("{LOGIN}&error={other}"))?;
        assert!(!page.body().contains("class=\"notice"), "{other}: {}", page.body());
    }
    Ok(())
}

#[test]
fn whoever_was_in_for_long_proves_again_who_they_are() -> Tested {
    let world = World::with(|rules| rules.settings.reauthentication.time = 300)?;
    world.add_account("Alice", PASSWORD)?;
    let mut alice = signed_in(&world)?;
    let path = format!("{LOGIN}&returnto=Special:ChangeCredentials&force=ChangeCredentials");
    let onward = format!("{}/wiki/Special:ChangeCredentials", world.origin());
    assert_eq!(target(&open(&mut alice, &path)?), onward, "she has just logged in");
    world.pass_minutes(10);
    let page = open(&mut alice, &path)?;
    assert!(page.body().contains("that you are Alice"), "{}", page.body());
    let name = field(&page, "wpName");
    assert!(name.contains("value=\"Alice\"") && name.contains(" readonly"), "{name}");
    let wrong = fill_in(&mut alice, &page, &[("wpName", "Alice"), ("wpPassword", "wrong")])?;
    assert!(field(&wrong, "wpName").contains(" readonly"), "{}", wrong.body());
    assert_eq!(target(&fill_in(&mut alice, &wrong, ALICE)?), onward);
    assert_eq!(target(&open(&mut alice, &path)?), onward, "and may go on now");
    Ok(())
}

#[test]
fn a_password_that_is_too_weak_can_be_changed_or_left() -> Tested {
    let world = World::new()?;
    world.add_account("Weak", "short1")?;
    for language in ["en", "ko"] {
        let mut visitor = world.visitor();
        let page = open(&mut visitor, &format!("{LOGIN}&uselang={language}"))?;
        let fields = [("wpName", "Weak"), ("wpPassword", "short1")];
        let asked = fill_in(&mut visitor, &page, &fields)?;
        let html = asked.body();
        assert!(field(&asked, "wpPassword").contains("autocomplete=\"new-password\""), "{html}");
        assert!(field(&asked, "wpName").contains("value=\"Weak\""), "{html}");
        assert!(field(&asked, "skipReset").contains(" formnovalidate"), "{html}");
        let submit = html.find("id=\"wpLoginAttempt\"").expect("a button");
        let skip = html.find("name=\"skipReset\"").expect("another");
        assert!(submit < skip, "the Enter key presses the first button");
        let fields = [("wpPassword", "tiny"), ("retype", "tiny")];
        let refused = fill_in(&mut visitor, &asked, &fields)?;
        let wrong = field(&refused, "wpPassword");
        assert!(wrong.contains("aria-invalid=\"true\""), "{}", refused.body());
        assert!(
            wrong.contains("aria-describedby=\"wpPassword1-error wpPassword1-help\""),
            "{wrong}"
        );
        let skip = [("wpPassword", ""), ("retype", ""), ("skipReset", "1")];
        let answer = fill_in(&mut visitor, &refused, &skip)?;
        assert_eq!(
            target(&answer),
            format!("{}/w/index.php?title=Main_Page&uselang={language}", world.origin())
        );
        assert_eq!(visitor.whoami()?.as_deref(), Some("Weak"));
    }
    Ok(())
}

#[test]
fn another_image_can_be_had_without_an_attempt() -> Tested {
    let world = World::with(|rules| {
        let captcha = &mut rules.settings.captcha;
        captcha.kind = Some(CaptchaKind::Image { text_alternative: true });
        captcha.triggers.login_attempt = true;
    })?;
    world.add_account("Alice", PASSWORD)?;
    let mut visitor = world.visitor();
    let page = open(&mut visitor, LOGIN)?;
    let counted = world.counters()?;
    let mut fields = ALICE.to_vec();
    fields.extend([("captchaWord", "abgetippt"), ("wpNewCaptcha", "1")]);
    let other = fill_in(&mut visitor, &page, &fields)?;
    assert_ne!(field(&other, "captchaId"), field(&page, "captchaId"));
    assert!(field(&other, "wpName").contains("value=\"Alice\""), "{}", other.body());
    assert!(!other.body().contains("abgetippt") && !other.body().contains(PASSWORD));
    assert!(!other.body().contains("role=\"alert\""), "{}", other.body());
    assert_eq!(world.counters()?, counted, "nothing was tried");
    assert_eq!(visitor.whoami()?, None);
    Ok(())
}

#[test]
fn the_form_leads_to_a_new_account_and_a_new_password_where_they_can_be_had() -> Tested {
    let world = world()?;
    let page = open(&mut world.visitor(), &format!("{LOGIN}&returnto=A"))?.body();
    assert!(page.contains("Special:CreateAccount&amp;returnto=A"), "{page}");
    assert!(!page.contains("Special:PasswordReset"), "no mail can be sent: {page}");
    let letters = daemun_testkit::mail::Letters::default();
    let world = World::with(|rules| rules.mailer = letters.mailer())?;
    let page = open(&mut world.visitor(), LOGIN)?.body();
    assert!(page.contains("href=\"/wiki/Special:PasswordReset\""), "{page}");
    Ok(())
}

#[test]
fn signing_out_ends_with_a_way_back_in() -> Tested {
    let world = world()?;
    for (language, said) in [("en", "You are logged out."), ("ko", "로그아웃되었습니다.")]
    {
        let mut alice = signed_in(&world)?;
        let path = format!("/w/index.php?title=Special:UserLogout&uselang={language}");
        let page = open(&mut alice, &path)?;
        assert!(page.body().contains("wpEditToken"), "{}", page.body());
        let out = fill_in(&mut alice, &page, &[])?;
        assert!(out.body().contains(said) && out.body().contains("role=\"status\""));
        assert!(out.body().contains("id=\"pt-login\""), "the head knows it: {}", out.body());
        assert_eq!(alice.whoami()?, None);
    }
    Ok(())
}

#[test]
fn a_page_that_needs_somebody_sends_strangers_to_sign_in_and_back() -> Tested {
    let world = world()?;
    let mut visitor = world.visitor();
    let sent = open(&mut visitor, "/wiki/Special:ConfirmEmail?uselang=ko")?;
    assert_eq!(sent.reply.status, 302, "{}", sent.body());
    let page = follow(&mut visitor, &sent)?;
    assert!(page.body().contains("로그인해 주세요"), "{}", page.body());
    let answer = fill_in(&mut visitor, &page, ALICE)?;
    let back = "/w/index.php?title=Special:ConfirmEmail&uselang=ko";
    assert_eq!(target(&answer), format!("{}{back}", world.origin()));
    Ok(())
}

#[test]
fn a_second_factor_is_asked_for_in_the_visitors_language_and_may_be_another() -> Tested {
    let world = World::new()?;
    let id = world.add_account("Alice", PASSWORD)?;
    let account = world.run(world.store().accounts.by_id(id, world.now()))?.expect("an account");
    let new = world.run(second_factor::enrol(&world.environment, &account))?;
    for (number, (language, said)) in
        [("en", "Enter the code"), ("ko", "인증 앱")].into_iter().enumerate()
    {
        let mut visitor = world.visitor();
        let page = open(&mut visitor, &format!("{LOGIN}&uselang={language}&returnto=A"))?;
        let asked = fill_in(&mut visitor, &page, ALICE)?;
        assert!(asked.body().contains(said), "{}", asked.body());
        assert!(!asked.body().contains("role=\"alert\""), "nothing is wrong yet");
        let code = field(&asked, "OATHToken");
        assert!(code.contains("autocomplete=\"one-time-code\" inputmode=\"numeric\""), "{code}");
        let wrong = fill_in(&mut visitor, &asked, &[("OATHToken", "000000")])?;
        let code = field(&wrong, "OATHToken");
        assert!(code.contains("aria-invalid=\"true\"") && !code.contains("000000"), "{code}");
        let other = field(&wrong, "newModule");
        assert!(other.contains("value=\"recoverycodes\" formnovalidate"), "{other}");
        let other = [("OATHToken", ""), ("newModule", "recoverycodes")];
        let asked = fill_in(&mut visitor, &wrong, &other)?;
        let code = new.recovery_codes[number].reveal();
        let done = fill_in(&mut visitor, &asked, &[("RecoveryCode", code)])?;
        assert_eq!(
            target(&done),
            format!("{}/w/index.php?title=A&uselang={language}", world.origin())
        );
        assert_eq!(visitor.whoami()?.as_deref(), Some("Alice"));
    }
    Ok(())
}

#[test]
fn a_password_that_has_expired_must_be_changed_and_cannot_be_left() -> Tested {
    for language in ["en", "ko"] {
        let world = world()?;
        world.sql("UPDATE user SET user_password_expires = '20200101000000'")?;
        let mut visitor = world.visitor();
        let page = open(&mut visitor, &format!("{LOGIN}&uselang={language}"))?;
        let asked = fill_in(&mut visitor, &page, ALICE)?;
        assert!(!asked.body().contains("skipReset"), "{}", asked.body());
        let slip = [("wpPassword", "another horse 2"), ("retype", "another horse 3")];
        let again = fill_in(&mut visitor, &asked, &slip)?;
        assert!(field(&again, "retype").contains("aria-invalid=\"true\""), "{}", again.body());
        assert_eq!(visitor.whoami()?, None, "nobody is in between the steps");
        let fields = [("wpPassword", "another horse 2"), ("retype", "another horse 2")];
        let done = fill_in(&mut visitor, &again, &fields)?;
        assert_eq!(
            target(&done),
            format!("{}/w/index.php?title=Main_Page&uselang={language}", world.origin())
        );
        assert_eq!(visitor.whoami()?.as_deref(), Some("Alice"));
    }
    Ok(())
}
