//! A code by mail at a login from a new place.

use daemun_testkit::mail::Letters;
use daemun_testkit::visitor::{Answer, Visitor};
use daemun_testkit::world::World;

use super::{PASSWORD, add, settle, world_with};
use crate::Tested;

const HOME: &str = "192.0.2.7";
const AWAY: &str = "203.0.113.9";

fn world() -> anyhow::Result<(World, Letters)> {
    let (world, letters) = world_with(|rules| rules.settings.mail.login_codes = true)?;
    add(&world, "William", "william@example.org")?;
    Ok((world, letters))
}

fn code(letters: &Letters) -> anyhow::Result<String> {
    Ok(letters.take()?.after("enter this code:")?.to_owned())
}

/// Begins a login, which must ask for a code.
fn begin(world: &World, from: &str) -> anyhow::Result<(Visitor, Answer)> {
    let mut visitor = world.visitor().from_address(from);
    let answer = visitor.log_in("William", PASSWORD)?;
    assert_eq!((answer.status(), answer.message_code()), ("UI", "emailauth-login-message"));
    Ok((visitor, answer))
}

fn another(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().expect("digits") + 1) % 1_000_000)
}

#[test]
fn a_login_from_a_new_place_asks_for_the_code_that_was_mailed() -> Tested {
    let (world, letters) = world()?;
    let (mut visitor, answer) = begin(&world, HOME)?;
    let request = answer.at("/clientlogin/requests/0");
    assert_eq!(request["id"], "MediaWiki\\Extension\\EmailAuth\\EmailAuthAuthenticationRequest");
    assert_eq!(request["fields"]["token"]["type"], "string");
    let message = answer.text_at("/clientlogin/message");
    assert!(message.contains("w•••@example.org") && !message.contains("william"), "{message}");
    assert_eq!(visitor.whoami()?, None);
    let letter = letters.take()?;
    assert_eq!(
        (letter.to.as_str(), letter.subject.as_str()),
        ("william@example.org", "Your log-in code for Test Wiki",)
    );
    let code = letter.after("enter this code:")?;
    assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()), "{code}");
    assert_eq!(visitor.go_on(&[("token", code)])?.status(), "PASS");
    assert_eq!(visitor.whoami()?.as_deref(), Some("William"));
    Ok(())
}

#[test]
fn a_place_that_is_known_asks_for_no_code_for_half_a_year() -> Tested {
    let (world, letters) = world()?;
    let (mut visitor, _) = begin(&world, HOME)?;
    assert_eq!(visitor.go_on(&[("token", &code(&letters)?)])?.status(), "PASS");
    let log_in = |from: &str| -> anyhow::Result<String> {
        let mut visitor = world.visitor().from_address(from);
        Ok(visitor.log_in("William", PASSWORD)?.status().to_owned())
    };
    assert_eq!(log_in(HOME)?, "PASS");
    assert_eq!(log_in("192.0.2.200")?, "PASS", "a neighbour in the same network");
    assert_eq!(log_in("192.0.3.7")?, "UI");
    letters.take()?;
    world.pass_seconds(100 * 86_400);
    assert_eq!(log_in(HOME)?, "PASS", "which is noted anew");
    world.pass_seconds(170 * 86_400);
    assert_eq!(log_in(HOME)?, "PASS");
    assert_eq!(world.sql("SELECT * FROM loginnotify_seen_net")?.len(), 2, "the first is forgotten");
    world.pass_seconds(200 * 86_400);
    assert_eq!(log_in(HOME)?, "UI");
    Ok(())
}

#[test]
fn a_code_may_be_wrong_three_times() -> Tested {
    let (world, letters) = world()?;
    let (mut visitor, _) = begin(&world, HOME)?;
    let right = code(&letters)?;
    for wrong in [another(&right), String::new(), format!("{right}0")] {
        let answer = visitor.go_on(&[("token", &wrong)])?;
        assert_eq!((answer.status(), answer.message_code()), ("UI", "emailauth-login-failure"));
    }
    let answer = visitor.go_on(&[("token", &another(&right))])?;
    assert_eq!((answer.status(), answer.message_code()), ("FAIL", "emailauth-login-retry-limit"));
    let answer = visitor.go_on(&[("token", &right)])?;
    assert_eq!(answer.message_code(), "authmanager-authn-not-in-progress");
    assert_eq!(visitor.whoami()?, None);
    Ok(())
}

#[test]
fn the_last_try_may_be_the_right_one() -> Tested {
    let (world, letters) = world()?;
    let (mut visitor, _) = begin(&world, HOME)?;
    let right = code(&letters)?;
    for _ in 0..3 {
        assert_eq!(visitor.go_on(&[("token", &another(&right))])?.status(), "UI");
    }
    assert_eq!(visitor.go_on(&[("token", &format!(" {right} "))])?.status(), "PASS");
    Ok(())
}

#[test]
fn many_answers_at_the_same_time_are_no_more_tries() -> Tested {
    let (world, letters) = world()?;
    let (mut visitor, _) = begin(&world, HOME)?;
    let right = code(&letters)?;
    let token = visitor.token("login")?;
    let crowd: Vec<_> = (0..12)
        .map(|_| {
            let (mut visitor, token, wrong) = (visitor.clone(), token.clone(), another(&right));
            std::thread::spawn(move || {
                visitor.post(&[
                    ("action", "clientlogin"),
                    ("logincontinue", "1"),
                    ("logintoken", &token),
                    ("token", &wrong),
                ])
            })
        })
        .collect();
    for one in crowd {
        assert_ne!(one.join().expect("no panic")?.status(), "PASS");
    }
    assert_ne!(visitor.go_on(&[("token", &right)])?.status(), "PASS", "all tries are used up");
    Ok(())
}

#[test]
fn a_code_is_good_for_ten_minutes_and_for_its_own_login() -> Tested {
    let (world, letters) = world()?;
    let (mut first, _) = begin(&world, HOME)?;
    let of_first = code(&letters)?;
    let (mut second, _) = begin(&world, HOME)?;
    let of_second = code(&letters)?;
    assert_ne!(of_first, of_second);
    assert_eq!(second.go_on(&[("token", &of_first)])?.status(), "UI");
    world.pass_seconds(601);
    let answer = first.go_on(&[("token", &of_first)])?;
    assert_eq!((answer.status(), answer.message_code()), ("FAIL", "daemun-email-code-too-old"));
    Ok(())
}

#[test]
fn a_program_with_one_step_is_told_that_it_needs_another_way() -> Tested {
    let (world, letters) = world()?;
    let answer = world.visitor().from_address(AWAY).log_in_bot("William", PASSWORD)?;
    assert_eq!((answer.result(), answer.reason()), ("Aborted", "api-login-fail-aborted"));
    letters.take()?;
    // Bot passwords are for programs, and ask for nothing.
    let bot = world.add_bot_password(1, "tool")?;
    let answer = world.visitor().from_address(AWAY).log_in_bot("William@tool", &bot)?;
    assert_eq!(answer.result(), "Success");
    Ok(())
}

#[test]
fn only_who_can_be_written_to_is_asked() -> Tested {
    let (world, letters) = world()?;
    world.add_account_with("Bob", PASSWORD, |bob| bob.email = "bob@example.org".to_owned())?;
    world.add_account("Carol", PASSWORD)?;
    for name in ["Bob", "Carol"] {
        let answer = world.visitor().from_address(AWAY).log_in(name, PASSWORD)?;
        assert_eq!(answer.status(), "PASS", "{name}");
    }
    let wrong = world.visitor().from_address(AWAY).log_in("William", "wrong")?;
    assert_eq!(wrong.message_code(), "wrongpassword");
    settle(&world);
    assert_eq!(letters.all(), []);
    Ok(())
}

#[test]
fn an_account_is_sent_a_few_codes_an_hour() -> Tested {
    let (world, letters) = world()?;
    for _ in 0..5 {
        begin(&world, AWAY)?;
        letters.take()?;
    }
    let answer = world.visitor().from_address(AWAY).log_in("William", PASSWORD)?;
    assert_eq!((answer.status(), answer.message_code()), ("FAIL", "login-throttled"));
    world.pass_minutes(61);
    begin(&world, AWAY)?;
    Ok(())
}

#[test]
fn without_a_letter_box_the_login_goes_on_and_the_code_is_not_guessed() -> Tested {
    let (world, letters) = world()?;
    letters.break_down(true);
    let (mut visitor, _) = begin(&world, HOME)?;
    assert_eq!(visitor.go_on(&[("token", "000000")])?.status(), "UI");
    Ok(())
}

#[test]
fn nothing_is_noted_where_codes_are_off() -> Tested {
    let (world, letters) = world_with(|_| {})?;
    add(&world, "William", "william@example.org")?;
    assert_eq!(world.visitor().log_in("William", PASSWORD)?.status(), "PASS");
    assert_eq!(world.sql("SELECT * FROM loginnotify_seen_net")?.len(), 0);
    settle(&world);
    assert_eq!(letters.all(), []);
    Ok(())
}
