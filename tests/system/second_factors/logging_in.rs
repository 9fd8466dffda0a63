//! What a person with a second factor goes through.

use daemun_mediawiki::php::Value;
use daemun_testkit::visitor::Visitor;

use super::{PASSWORD, RECOVERY, SELECT, TOTP, Wiki, assert_asked_again, assert_in};
use crate::Tested;

#[test]
fn the_code_of_the_app_lets_its_holder_in_after_the_password() -> Tested {
    let wiki = Wiki::new()?;
    let mut visitor = wiki.world.visitor();
    let answer = visitor.log_in("William", PASSWORD)?;
    assert_asked_again(&answer, "oathauth-auth-ui");
    assert_eq!(answer.text_at("/clientlogin/requests/0/id"), TOTP);
    assert_eq!(answer.text_at("/clientlogin/requests/1/id"), SELECT);
    assert!(answer.set_cookies().is_empty(), "nobody is in yet");
    assert_eq!(visitor.whoami()?, None);
    let code = wiki.code(0);
    assert_in(&visitor.go_on(&[("OATHToken", &format!(" {} {}", &code[..3], &code[3..]))])?);
    assert_eq!(visitor.whoami()?.as_deref(), Some("William"));
    let sessions = wiki.world.living_sessions()?;
    let proven = sessions.iter().filter_map(|id| wiki.world.session_record(id).unwrap());
    let proven = proven.filter(|record| {
        record.data.get("OATHAuthAuthenticatedOver2FA") == Some(&Value::Bool(true))
    });
    assert_eq!(proven.count(), 1, "a wiki beside us sees that a second factor was proven");
    Ok(())
}

#[test]
fn a_wrong_or_missing_code_is_asked_for_again_and_lets_nobody_in() -> Tested {
    let wiki = Wiki::new()?;
    let mut visitor = wiki.asked()?;
    let wrong = wiki.wrong_code();
    for code in [wrong.as_str(), "", "abc", "12345", "１２３４５６"] {
        let answer = visitor.go_on(&[("OATHToken", code)])?;
        assert_asked_again(&answer, "oathauth-login-failed");
    }
    assert_asked_again(&visitor.go_on(&[])?, "oathauth-login-failed");
    assert_asked_again(&wiki.enter(&wiki.code(5))?, "oathauth-login-failed");
    assert_asked_again(&wiki.enter(&wiki.code(-5))?, "oathauth-login-failed");
    assert_eq!(visitor.whoami()?, None);
    assert_in(&visitor.go_on(&[("OATHToken", &wiki.code(0))])?);
    Ok(())
}

#[test]
fn a_wrong_password_is_refused_before_any_code_is_asked_for() -> Tested {
    let wiki = Wiki::new()?;
    let answer = wiki.world.visitor().log_in("William", "wrong")?;
    assert_eq!((answer.status(), answer.message_code()), ("FAIL", "wrongpassword"));
    let answer = wiki.world.visitor().go_on(&[("OATHToken", &wiki.code(0))])?;
    assert_eq!(answer.message_code(), "authmanager-authn-not-in-progress");
    Ok(())
}

#[test]
fn a_recovery_code_is_good_once_in_either_field() -> Tested {
    let wiki = Wiki::new()?;
    assert_in(&wiki.enter(&wiki.codes[0])?);
    assert_asked_again(&wiki.enter(&wiki.codes[0])?, "oathauth-login-failed");
    assert_asked_again(&wiki.enter(&wiki.codes[1].to_lowercase())?, "oathauth-login-failed");
    let mut visitor = wiki.asked()?;
    let answer = visitor.go_on(&[("newModule", "recoverycodes")])?;
    assert_asked_again(&answer, "oathauth-auth-recovery-code-help");
    let answer = visitor.go_on(&[("RecoveryCode", &wiki.codes[0])])?;
    assert_asked_again(&answer, "oathauth-recovery-code-login-failed");
    let (first, rest) = wiki.codes[1].split_at(4);
    assert_in(&visitor.go_on(&[("RecoveryCode", &format!(" {first} {rest} "))])?);
    Ok(())
}

#[test]
fn after_the_last_recovery_code_there_are_new_ones() -> Tested {
    let wiki = Wiki::with(|rules| rules.settings.second_factor.recovery_codes = 2)?;
    assert_eq!(wiki.codes.len(), 2);
    assert_in(&wiki.enter(&wiki.codes[0])?);
    assert_in(&wiki.enter(&wiki.codes[1])?);
    let row: serde_json::Value = serde_json::from_str(&wiki.row("recoverycodes")?)?;
    let new: Vec<&str> =
        row["recoverycodekeys"].as_array().unwrap().iter().map(|c| c.as_str().unwrap()).collect();
    assert_eq!(new.len(), 2);
    assert!(new.iter().all(|code| code.len() == 16 && !wiki.codes.iter().any(|old| old == code)));
    assert_in(&wiki.enter(new[0])?);
    Ok(())
}

#[test]
fn a_person_may_change_to_another_kind_and_back() -> Tested {
    let wiki = Wiki::new()?;
    let mut visitor = wiki.asked()?;
    let answer = visitor.go_on(&[("newModule", "recoverycodes"), ("OATHToken", &wiki.code(0))])?;
    assert_asked_again(&answer, "oathauth-auth-recovery-code-help");
    assert_eq!(answer.text_at("/clientlogin/requests/0/id"), RECOVERY);
    let metadata = answer.at("/clientlogin/requests/1/metadata");
    assert_eq!(metadata["currentModule"], "recoverycodes");
    assert_eq!(metadata["allowedModules"], serde_json::json!(["totp", "recoverycodes"]));
    let options = answer.at("/clientlogin/requests/1/fields/newModule/options");
    let options: Vec<&String> = options.as_object().unwrap().keys().collect();
    assert_eq!(options, ["", "totp"]);
    let answer = visitor.go_on(&[("newModule", "totp")])?;
    assert_asked_again(&answer, "oathauth-auth-ui");
    visitor.go_on(&[("newModule", "recoverycodes")])?;
    // What is none of the options takes the whole choice away, and with it the present kind.
    let answer = visitor.go_on(&[("newModule", "nosuch"), ("RecoveryCode", &wiki.codes[0])])?;
    assert_asked_again(&answer, "oathauth-login-failed");
    assert_eq!(answer.text_at("/clientlogin/requests/0/id"), TOTP);
    assert_in(&visitor.go_on(&[("OATHToken", &wiki.code(0))])?);
    Ok(())
}

#[test]
fn who_has_one_kind_only_has_no_choice() -> Tested {
    let wiki = Wiki::new()?;
    let delete = |kind: &str| {
        format!(
            "DELETE FROM oathauth_devices WHERE oad_type = \
             (SELECT oat_id FROM oathauth_types WHERE oat_name = '{kind}')"
        )
    };
    wiki.world.sql(&delete("totp"))?;
    let answer = wiki.world.visitor().log_in("William", PASSWORD)?;
    assert_asked_again(&answer, "oathauth-auth-recovery-code-help");
    assert_eq!(answer.at("/clientlogin/requests").as_array().unwrap().len(), 1);
    Ok(())
}

#[test]
fn bots_are_not_asked_and_programs_without_a_bot_password_are_sent_away() -> Tested {
    let wiki = Wiki::new()?;
    let bot = wiki.world.add_bot_password(wiki.id, "tool")?;
    let answer = wiki.world.visitor().log_in_bot("William@tool", &bot)?;
    assert_eq!(answer.result(), "Success", "{}", answer.body());
    let mut program = wiki.world.visitor();
    let answer = program.log_in_bot("William", PASSWORD)?;
    assert_eq!((answer.result(), answer.reason()), ("Aborted", "api-login-fail-aborted"));
    assert_eq!(program.whoami()?, None);
    let answer = wiki.world.visitor().log_in_bot("William", "wrong")?;
    assert_eq!(answer.result(), "Failed");
    Ok(())
}

#[test]
fn everything_is_asked_in_korean_where_that_is_spoken() -> Tested {
    let wiki = Wiki::new()?;
    let korean = |text: &str| text.chars().any(|c| ('가'..='힣').contains(&c));
    let mut visitor = wiki.world.visitor();
    let answer = visitor.log_in_with("William", PASSWORD, &[("uselang", "ko")])?;
    for pointer in [
        "/message",
        "/requests/0/provider",
        "/requests/0/fields/OATHToken/label",
        "/requests/0/fields/OATHToken/help",
        "/requests/1/fields/newModule/label",
        "/requests/1/fields/newModule/help",
        "/requests/1/fields/newModule/options/",
        "/requests/1/fields/newModule/options/recoverycodes",
        "/requests/1/metadata/moduleDescriptions/totp",
    ] {
        let text = answer.text_at(&format!("/clientlogin{pointer}"));
        assert!(korean(text), "{pointer}: {text}");
    }
    let answer = visitor.go_on(&[("OATHToken", "000000"), ("uselang", "ko")])?;
    assert!(korean(answer.text_at("/clientlogin/message")), "{}", answer.body());
    Ok(())
}

#[test]
fn an_expired_password_is_changed_only_after_the_second_factor() -> Tested {
    let wiki = Wiki::new()?;
    wiki.world.sql("UPDATE user SET user_password_expires = '20200101000000'")?;
    let mut visitor = wiki.asked()?;
    let change = [("password", "Another-pass-2!"), ("retype", "Another-pass-2!")];
    assert_asked_again(&visitor.go_on(&change)?, "oathauth-login-failed");
    let answer = visitor.go_on(&[("OATHToken", &wiki.code(0))])?;
    assert_asked_again(&answer, "resetpass-expired");
    assert_in(&visitor.go_on(&change)?);
    Ok(())
}

#[test]
fn factors_that_are_taken_away_during_a_login_end_it() -> Tested {
    let wiki = Wiki::new()?;
    let mut visitor = wiki.asked()?;
    wiki.world.sql("DELETE FROM oathauth_devices")?;
    let answer = visitor.go_on(&[("OATHToken", &wiki.code(0))])?;
    assert_eq!((answer.status(), answer.message_code()), ("FAIL", "oathauth-invalidrequest"));
    assert_in(&wiki.world.visitor().log_in("William", PASSWORD)?);
    Ok(())
}

#[test]
fn nobody_is_asked_where_second_factors_are_off() -> Tested {
    let wiki = Wiki::new()?;
    let off = wiki.world.another_server(|settings, _| settings.second_factor.enabled = false)?;
    assert_in(&Visitor::at(&off).log_in("William", PASSWORD)?);
    Ok(())
}
