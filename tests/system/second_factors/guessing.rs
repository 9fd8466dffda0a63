//! Codes that are used again, at the same time, or guessed.

use daemun_mediawiki::second_factor::window_of;
use daemun_testkit::visitor::Answer;

use super::{PASSWORD, Wiki, assert_asked_again, assert_in, count, enrol};
use crate::Tested;

#[test]
fn a_code_that_was_accepted_is_not_accepted_again_nor_is_an_older_one() -> Tested {
    let wiki = Wiki::new()?;
    assert_in(&wiki.enter(&wiki.code(0))?);
    let used = window_of(wiki.world.now());
    let key = format!("wiki:oathauth-totp:usedtokens:{}", wiki.id);
    assert_eq!(i64::from(wiki.world.counter(&key)?), used, "where MediaWiki looks, too");
    assert_asked_again(&wiki.enter(&wiki.code(0))?, "oathauth-login-failed");
    assert_asked_again(&wiki.enter(&wiki.code(-1))?, "oathauth-login-failed");
    assert_in(&wiki.enter(&wiki.code(1))?);
    wiki.world.pass_seconds(30);
    assert_asked_again(&wiki.enter(&wiki.code(0))?, "oathauth-login-failed");
    assert_in(&wiki.enter(&wiki.code(1))?);
    wiki.world.pass_seconds(271);
    assert_eq!(wiki.world.counter(&key)?, 0, "by then no used code is in reach");
    assert_in(&wiki.enter(&wiki.code(0))?);
    Ok(())
}

#[test]
fn of_many_who_send_one_code_at_the_same_time_one_gets_in() -> Tested {
    let wiki = Wiki::with(|rules| rules.settings.second_factor.attempt_throttle.clear())?;
    for _ in 0..3 {
        let answers = wiki.at_once(&vec![("OATHToken", wiki.code(0)); 8])?;
        assert_eq!(count(&answers, |answer| answer.status() == "PASS"), 1);
        let failed = |answer: &Answer| answer.message_code() == "oathauth-login-failed";
        assert_eq!(count(&answers, failed), 7);
        wiki.world.pass_seconds(30);
    }
    for code in &wiki.codes[..3] {
        let answers = wiki.at_once(&vec![("RecoveryCode", code.clone()); 8])?;
        assert_eq!(count(&answers, |answer| answer.status() == "PASS"), 1);
    }
    Ok(())
}

#[test]
fn of_different_recovery_codes_at_the_same_time_each_gets_in() -> Tested {
    let wiki = Wiki::with(|rules| rules.settings.second_factor.attempt_throttle.clear())?;
    let fields: Vec<_> = wiki.codes[..6].iter().map(|c| ("RecoveryCode", c.clone())).collect();
    let answers = wiki.at_once(&fields)?;
    assert_eq!(count(&answers, |answer| answer.status() == "PASS"), 6);
    let row = wiki.row("recoverycodes")?;
    assert!(!row.contains(&wiki.codes[5]) && row.contains(&wiki.codes[6]));
    Ok(())
}

#[test]
fn the_eleventh_guess_in_a_minute_is_not_looked_at() -> Tested {
    let wiki = Wiki::new()?;
    let wrong = wiki.wrong_code();
    let mut visitor = wiki.asked()?;
    for _ in 0..6 {
        let answer = visitor.go_on(&[("OATHToken", &wrong)])?;
        assert_asked_again(&answer, "oathauth-login-failed");
    }
    // What is right, and what was not answered, is not counted.
    assert_in(&wiki.enter(&wiki.code(0))?);
    assert_asked_again(&visitor.go_on(&[])?, "oathauth-login-failed");
    visitor.go_on(&[("newModule", "recoverycodes")])?;
    for _ in 0..4 {
        let answer = visitor.go_on(&[("RecoveryCode", "WRONG")])?;
        assert_asked_again(&answer, "oathauth-recovery-code-login-failed");
    }
    assert_asked_again(&visitor.go_on(&[("RecoveryCode", &wiki.codes[0])])?, "oathauth-throttled");
    let mut other = wiki.asked()?.from_address("203.0.113.9");
    assert_asked_again(&other.go_on(&[("OATHToken", &wiki.code(1))])?, "oathauth-throttled");
    wiki.world.pass_seconds(61);
    assert_in(&other.go_on(&[("OATHToken", &wiki.code(0))])?);
    assert_in(&visitor.go_on(&[("RecoveryCode", &wiki.codes[0])])?);
    Ok(())
}

#[test]
fn many_guesses_at_the_same_time_are_no_more_than_the_limit() -> Tested {
    let wiki = Wiki::new()?;
    let answers = wiki.at_once(&vec![("OATHToken", wiki.wrong_code()); 24])?;
    let said = |code: &'static str| move |answer: &Answer| answer.message_code() == code;
    assert_eq!(count(&answers, said("oathauth-login-failed")), 10);
    assert_eq!(count(&answers, said("oathauth-throttled")), 14);
    Ok(())
}

#[test]
fn who_may_can_have_codes_checked_and_each_check_uses_the_code_up() -> Tested {
    let wiki = Wiki::with(|rules| rules.settings.rights.set("user", "oathauth-api-all", true))?;
    wiki.world.add_account("Checker", PASSWORD)?;
    let mut checker = wiki.world.visitor();
    assert_in(&checker.log_in("Checker", PASSWORD)?);
    let token = checker.token("csrf")?;
    let mut check = |user: &str, data: &str| {
        let action = [("action", "oathvalidate"), ("token", token.as_str())];
        checker.post(&[&action[..], &[("user", user), ("data", data)]].concat())
    };
    let right = format!(r#"{{"token":"{}"}}"#, wiki.code(0));
    let said = |answer: &Answer| answer.at("/oathvalidate").to_string();
    assert_eq!(said(&check("William", &right)?), r#"{"enabled":true,"valid":true}"#);
    assert_eq!(said(&check("William", &right)?), r#"{"enabled":true,"valid":false}"#);
    let recovery = format!(r#"{{"recoverycode":"{}"}}"#, wiki.codes[0]);
    assert_eq!(said(&check("William", &recovery)?), r#"{"enabled":true,"valid":true}"#);
    assert_eq!(said(&check("William", "x")?), r#"{"enabled":true,"valid":false}"#);
    assert_eq!(said(&check("Checker", &right)?), r#"{"enabled":false,"valid":false}"#);
    assert_eq!(said(&check("Nobody", &right)?), r#"{"enabled":false,"valid":false}"#);
    // To have recovery codes only is to have nothing here, and no guess at them is counted.
    let paper = wiki.world.add_account("Paper", PASSWORD)?;
    enrol(&wiki.world, paper)?;
    wiki.world.sql(&format!(
        "DELETE FROM oathauth_devices WHERE oad_user = {paper} AND oad_type = \
         (SELECT oat_id FROM oathauth_types WHERE oat_name = 'totp')"
    ))?;
    for data in [r#"{"recoverycode":"x"}"#, &right] {
        assert_eq!(said(&check("Paper", data)?), r#"{"enabled":false,"valid":false}"#);
    }
    for _ in 0..8 {
        check("William", r#"{"token":"1"}"#)?;
    }
    assert_eq!(check("William", &recovery)?.error(), "ratelimited");
    Ok(())
}
