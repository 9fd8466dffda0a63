//! Logging in with a second factor: the code of an authenticator app, or a recovery code.

use std::process::Command;
use std::sync::{Arc, Barrier};

use daemun_auth::second_factor::{self, Enrolled};
use daemun_mediawiki::php::Value;
use daemun_mediawiki::second_factor::{FactorKey, TotpSecret, window_of};
use daemun_testkit::program::Home;
use daemun_testkit::visitor::{Answer, Visitor};
use daemun_testkit::world::{Rules, World};

use crate::Tested;

const PASSWORD: &str = "William-pass-1!";
const TOTP: &str = "MediaWiki\\Extension\\OATHAuth\\Auth\\TOTPAuthenticationRequest";
const RECOVERY: &str = "MediaWiki\\Extension\\OATHAuth\\Auth\\RecoveryCodesAuthenticationRequest";
const SELECT: &str =
    "MediaWiki\\Extension\\OATHAuth\\Auth\\TwoFactorModuleSelectAuthenticationRequest";

/// A world in which William has an app and recovery codes.
struct Wiki {
    world: World,
    id: u64,
    secret: TotpSecret,
    codes: Vec<String>,
}

impl Wiki {
    fn new() -> anyhow::Result<Self> {
        Self::with(|_| {})
    }

    fn with(tweak: impl FnOnce(&mut Rules)) -> anyhow::Result<Self> {
        let world = World::with(|rules| {
            // Many a password is given here, from one address.
            rules.settings.password_attempt_throttle.clear();
            tweak(rules);
        })?;
        let id = world.add_account("William", PASSWORD)?;
        let enrolled = enrol(&world, id)?;
        Ok(Self {
            id,
            secret: TotpSecret::from_base32(&enrolled.secret).unwrap(),
            codes: enrolled.recovery_codes.iter().map(|code| code.reveal().to_owned()).collect(),
            world,
        })
    }

    /// The code that the app shows so many windows from now.
    fn code(&self, offset: i64) -> String {
        format!("{:06}", self.secret.code(window_of(self.world.now()) + offset))
    }

    /// A code that is not right in any window around now.
    fn wrong_code(&self) -> String {
        let right: Vec<String> = (-4..=4).map(|offset| self.code(offset)).collect();
        (0..).map(|n| format!("{n:06}")).find(|code| !right.contains(code)).unwrap()
    }

    /// Somebody who has given the password, and is asked for more.
    fn asked(&self) -> anyhow::Result<Visitor> {
        let mut visitor = self.world.visitor();
        let answer = visitor.log_in("William", PASSWORD)?;
        assert_eq!(answer.status(), "UI", "{}", answer.body());
        Ok(visitor)
    }

    /// How a login ends with this code.
    fn enter(&self, code: &str) -> anyhow::Result<Answer> {
        self.asked()?.go_on(&[("OATHToken", code)])
    }

    /// What the row of a kind holds.
    fn row(&self, kind: &str) -> anyhow::Result<String> {
        let sql = format!(
            "SELECT oad_data FROM oathauth_devices JOIN oathauth_types ON oat_id = oad_type \
             WHERE oat_name = '{kind}' AND oad_user = {}",
            self.id
        );
        Ok(self.world.sql(&sql)?[0][0].clone().unwrap())
    }

    /// How many of these fields, sent by as many people at the same time, end how.
    fn at_once(&self, fields: &[(&str, String)]) -> anyhow::Result<Vec<Answer>> {
        let start = Arc::new(Barrier::new(fields.len()));
        let mut people = Vec::new();
        for (name, value) in fields {
            let mut visitor = self.asked()?;
            if *name == "RecoveryCode" {
                visitor.go_on(&[("newModule", "recoverycodes")])?;
            }
            people.push((visitor, (*name).to_owned(), value.clone()));
        }
        let threads: Vec<_> = people
            .into_iter()
            .map(|(mut visitor, name, value)| {
                let start = Arc::clone(&start);
                std::thread::spawn(move || {
                    start.wait();
                    visitor.go_on(&[(name.as_str(), value.as_str())])
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    }
}

fn enrol(world: &World, id: u64) -> anyhow::Result<Enrolled> {
    let account = world.run(world.store().accounts.by_id(id, world.now()))?.unwrap();
    Ok(world.run(second_factor::enrol(&world.environment, &account))?)
}

fn key() -> Option<FactorKey> {
    FactorKey::from_hex(&"5c".repeat(32))
}

fn assert_in(answer: &Answer) {
    assert_eq!(answer.status(), "PASS", "{}", answer.body());
}

fn assert_asked_again(answer: &Answer, why: &str) {
    assert_eq!((answer.status(), answer.message_code()), ("UI", why), "{}", answer.body());
}

fn count(answers: &[Answer], is: impl Fn(&Answer) -> bool) -> usize {
    answers.iter().filter(|answer| is(answer)).count()
}

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
fn rows_are_encrypted_where_there_is_a_key_and_lost_without_it() -> Tested {
    let wiki = Wiki::with(|rules| rules.settings.second_factor.secret_key = key())?;
    for kind in ["totp", "recoverycodes"] {
        let row = wiki.row(kind)?;
        assert!(row.contains("\"nonce\":"), "{row}");
        assert!(!row.contains(wiki.secret.to_base32().as_str()) && !row.contains(&wiki.codes[0]));
    }
    assert_in(&wiki.enter(&wiki.code(0))?);
    assert_in(&wiki.enter(&wiki.codes[0])?);
    assert_asked_again(&wiki.enter(&wiki.codes[0])?, "oathauth-login-failed");
    for other in [None, FactorKey::from_hex(&"00".repeat(32))] {
        let elsewhere =
            wiki.world.another_server(|settings, _| settings.second_factor.secret_key = other)?;
        let mut visitor = Visitor::at(&elsewhere);
        let answer = visitor.log_in("William", PASSWORD)?;
        assert_eq!(answer.error(), "internal_api_error_UnexpectedValueException");
        assert_eq!(visitor.whoami()?, None);
    }
    Ok(())
}

#[test]
fn plain_rows_are_encrypted_when_they_are_used_once_there_is_a_key() -> Tested {
    let wiki = Wiki::new()?;
    let with_key = wiki.world.another_server(|settings, _| {
        settings.second_factor.secret_key = key();
    })?;
    for (code, kind) in [(wiki.code(0), "totp"), (wiki.codes[0].clone(), "recoverycodes")] {
        assert!(!wiki.row(kind)?.contains("\"nonce\":"));
        let mut visitor = Visitor::at(&with_key);
        visitor.log_in("William", PASSWORD)?;
        assert_in(&visitor.go_on(&[("OATHToken", &code)])?);
        assert!(wiki.row(kind)?.contains("\"nonce\":"), "{kind}");
    }
    let mut visitor = Visitor::at(&with_key);
    visitor.log_in("William", PASSWORD)?;
    assert_in(&visitor.go_on(&[("OATHToken", &wiki.code(1))])?);
    Ok(())
}

#[test]
fn keys_of_old_wikis_are_good_with_their_recovery_codes() -> Tested {
    for tokens in [r#"["AAAABBBBCCCCDDDD","EEEEFFFFGGGGHHHH"]"#, r#""AAAABBBBCCCCDDDD,EEEE""#] {
        let world = World::new()?;
        let id = world.add_account("William", PASSWORD)?;
        let secret = TotpSecret::new([7; 26]);
        let wiki = Wiki { world, id, secret, codes: Vec::new() };
        let secret = wiki.secret.to_base32();
        let data =
            format!(r#"{{"keys":[{{"secret":"{}","scratch_tokens":{tokens}}}]}}"#, secret.as_str());
        wiki.world.sql(&format!(
            "DROP TABLE oathauth_devices; DROP TABLE oathauth_types; \
             CREATE TABLE oathauth_users (id INTEGER NOT NULL, module VARCHAR(255) NOT NULL, \
             data BLOB DEFAULT NULL, PRIMARY KEY(id)); \
             INSERT INTO oathauth_users VALUES ({}, 'totp', '{data}')",
            wiki.id
        ))?;
        let answer = wiki.world.visitor().log_in("William", PASSWORD)?;
        assert_asked_again(&answer, "oathauth-auth-ui");
        assert_eq!(answer.at("/clientlogin/requests").as_array().unwrap().len(), 1);
        assert_in(&wiki.enter(&wiki.code(0))?);
        assert_asked_again(&wiki.enter(&wiki.code(0))?, "oathauth-login-failed");
        assert_in(&wiki.enter("AAAA BBBB CCCC DDDD")?);
        assert_asked_again(&wiki.enter("AAAABBBBCCCCDDDD")?, "oathauth-login-failed");
        let stored = wiki.world.sql("SELECT data FROM oathauth_users")?[0][0].clone().unwrap();
        assert!(!stored.contains("AAAA") && stored.contains("EEEE"), "{stored}");
    }
    Ok(())
}

#[test]
fn scratch_tokens_that_were_left_in_a_new_row_are_not_codes() -> Tested {
    let wiki = Wiki::new()?;
    wiki.world.sql("DELETE FROM oathauth_devices")?;
    let data = format!(
        r#"{{"secret":"{}","scratch_tokens":["AAAABBBBCCCCDDDD"]}}"#,
        wiki.secret.to_base32().as_str()
    );
    wiki.world.sql(&format!(
        "INSERT INTO oathauth_devices (oad_user, oad_type, oad_data) VALUES ({}, \
         (SELECT oat_id FROM oathauth_types WHERE oat_name = 'totp'), '{data}')",
        wiki.id
    ))?;
    assert_asked_again(&wiki.enter("AAAABBBBCCCCDDDD")?, "oathauth-login-failed");
    assert_in(&wiki.enter(&wiki.code(0))?);
    Ok(())
}

#[test]
fn a_factor_of_an_unknown_kind_is_left_alone_and_never_lets_in_without() -> Tested {
    let wiki = Wiki::new()?;
    wiki.world.sql(&format!(
        "INSERT INTO oathauth_types (oat_name) VALUES ('webauthn'); \
         INSERT INTO oathauth_devices (oad_user, oad_type, oad_data) VALUES ({}, \
         (SELECT oat_id FROM oathauth_types WHERE oat_name = 'webauthn'), '{{\"counter\":7}}')",
        wiki.id
    ))?;
    assert_in(&wiki.enter(&wiki.code(0))?);
    wiki.world.sql(
        "DELETE FROM oathauth_devices WHERE oad_type <> \
         (SELECT oat_id FROM oathauth_types WHERE oat_name = 'webauthn')",
    )?;
    let mut visitor = wiki.world.visitor();
    let answer = visitor.log_in("William", PASSWORD)?;
    assert_eq!(answer.error(), "internal_api_error_InvalidArgumentException");
    assert_eq!(visitor.whoami()?, None);
    assert_eq!(wiki.row("webauthn")?, "{\"counter\":7}");
    // A type that is not there is no way around it either.
    wiki.world.sql("DELETE FROM oathauth_types")?;
    let answer = wiki.world.visitor().log_in("William", PASSWORD)?;
    assert_eq!(answer.error(), "internal_api_error_InvalidArgumentException");
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
    for _ in 0..8 {
        check("William", r#"{"token":"1"}"#)?;
    }
    assert_eq!(check("William", &recovery)?.error(), "ratelimited");
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
    let Ok(made) = Command::new("oathtool").args(["--totp", "--base32", secret]).output() else {
        eprintln!("skipped: oathtool is not installed");
        return Ok(());
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
        '▀' => y % 2 == 1,
        '▄' => y % 2 == 0,
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
