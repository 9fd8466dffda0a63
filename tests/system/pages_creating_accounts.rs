//! New accounts by a page.

use daemun_testkit::mail::Letters;
use daemun_testkit::visitor::{Answer, Params};
use daemun_testkit::world::World;

use crate::Tested;
use crate::forms::{field, fill_in, open};

const CREATE: &str = "/w/index.php?title=Special:CreateAccount";
const PASSWORD: &str = "right horse 1";

/// What is filled in by who makes an account, with some fields otherwise.
fn filled<'a>(other: Params<'a>) -> Vec<(&'a str, &'a str)> {
    let usual = [
        ("wpName", "Alice"),
        ("wpPassword", PASSWORD),
        ("retype", PASSWORD),
        ("email", "alice@example.org"),
        ("realname", "Alice A."),
    ];
    let is_other = |name: &str| other.iter().any(|(known, _)| *known == name);
    usual.into_iter().filter(|(name, _)| !is_other(name)).chain(other.iter().copied()).collect()
}

fn is_wrong(page: &Answer, name: &str) -> bool {
    let tag = field(page, name);
    tag.contains("aria-invalid=\"true\"") && tag.contains("-error") && tag.contains(" autofocus")
}

#[test]
fn what_is_wrong_is_said_at_the_field_that_it_is_about() -> Tested {
    let world = World::new()?;
    world.add_account("Taken", PASSWORD)?;
    for language in ["en", "ko"] {
        let path = format!("{CREATE}&uselang={language}");
        for (name, fields) in [
            ("retype", &[("retype", "right horse 2")][..]),
            ("wpPassword", &[("wpPassword", "short"), ("retype", "short")]),
            ("wpName", &[("wpName", "Taken")]),
            ("email", &[("email", "no address")]),
        ] {
            let mut visitor = world.visitor();
            let page = open(&mut visitor, &path)?;
            let again = fill_in(&mut visitor, &page, &filled(fields))?;
            assert!(is_wrong(&again, name), "{name}: {}", again.body());
            let errors = again.body().matches("role=\"alert\"").count();
            assert_eq!(errors, 1, "said once: {}", again.body());
            assert!(
                field(&again, "realname").contains("value=\"Alice A.\""),
                "what is typed stays"
            );
            assert!(!again.body().contains(PASSWORD), "but for secrets");
            assert_eq!(visitor.whoami()?, None);
        }
    }
    Ok(())
}

#[test]
fn a_new_password_is_asked_for_with_what_it_must_be_like() -> Tested {
    let world = World::new()?;
    for (language, said) in [("en", "At least 8 characters"), ("ko", "8자 이상이어야")] {
        let page = open(&mut world.visitor(), &format!("{CREATE}&uselang={language}"))?;
        assert!(page.body().contains(said), "{}", page.body());
        let password = field(&page, "wpPassword");
        assert!(password.contains("autocomplete=\"new-password\""), "{password}");
        assert!(password.contains("aria-describedby=\"wpPassword2-help\""), "{password}");
        assert!(field(&page, "retype").contains("autocomplete=\"new-password\""));
        let email = field(&page, "email");
        assert!(email.contains("type=\"email\"") && !email.contains(" required"), "{email}");
    }
    Ok(())
}

#[test]
fn whoever_makes_an_account_for_somebody_else_can_have_its_password_mailed() -> Tested {
    let letters = Letters::default();
    let world = World::with(|rules| rules.mailer = letters.mailer())?;
    world.add_account("Admin", PASSWORD)?;
    let mut admin = world.visitor();
    admin.log_in("Admin", PASSWORD)?;
    let page = open(&mut admin, CREATE)?;
    assert!(!field(&page, "wpPassword").contains(" required"), "{}", page.body());
    let fields = [
        ("wpName", "New user"),
        ("wpPassword", ""),
        ("retype", ""),
        ("email", "new@example.org"),
        ("realname", ""),
        ("reason", "a colleague"),
        ("wpCreateaccountMail", "1"),
    ];
    let done = fill_in(&mut admin, &page, &fields)?;
    assert!(done.body().contains("New user") && done.body().contains("new@example.org"));
    assert!(done.body().contains("role=\"status\""), "{}", done.body());
    assert_eq!(letters.take()?.to, "new@example.org");
    assert_eq!(admin.whoami()?.as_deref(), Some("Admin"));
    let reason = world.value("SELECT comment_text FROM comment")?;
    assert_eq!(reason, "a colleague");
    Ok(())
}

#[test]
fn a_new_account_goes_on_to_where_its_maker_wanted() -> Tested {
    let world = World::new()?;
    let mut visitor = world.visitor();
    // MediaWiki's older address of the page.
    let path = "/w/index.php?title=Special:UserLogin/signup&returnto=Some_page&uselang=ko";
    let page = open(&mut visitor, path)?;
    assert!(page.body().contains("<h1 id=\"firstHeading\">계정 만들기</h1>"), "{}", page.body());
    let answer = fill_in(&mut visitor, &page, &filled(&[]))?;
    let expected = format!("{}/w/index.php?title=Some_page&uselang=ko", world.origin());
    assert_eq!(answer.header("location").as_deref(), Some(expected.as_str()), "{}", answer.body());
    assert_eq!(visitor.whoami()?.as_deref(), Some("Alice"));
    Ok(())
}

#[test]
fn a_wiki_without_real_names_asks_for_none() -> Tested {
    let world = World::with(|rules| rules.settings.real_names = false)?;
    let mut visitor = world.visitor();
    let page = open(&mut visitor, CREATE)?;
    assert_eq!(field(&page, "realname"), "");
    let answer = fill_in(&mut visitor, &page, &filled(&[("realname", "Alice A.")]))?;
    assert_eq!(answer.reply.status, 302, "{}", answer.body());
    assert_eq!(world.value("SELECT user_real_name FROM user")?, "", "nor does it take one");
    Ok(())
}
