//! Answers: each captcha takes one, in its own session.

use std::sync::Barrier;

use daemun_auth::providers::captcha::settings::CaptchaKind;

use super::*;

#[test]
fn the_right_answer_lets_the_password_be_looked_at() -> Tested {
    let world = world()?;
    let mut visitor = visitor_who_failed(&world)?;
    let id = shown(&mut visitor)?;
    let wrong = visitor.log_in_with(
        "William",
        "wrong-pass",
        &[("captchaId", id.as_str()), ("captchaWord", "Seoul")],
    )?;
    assert_refused(&wrong);
    for word in ["Seoul", " sEOUL ", "서울"] {
        let mut visitor = world.visitor().from_address(HERE);
        let id = shown(&mut visitor)?;
        assert_eq!(answer(&mut visitor, &id, word)?.status(), "PASS", "{word}");
    }
    Ok(())
}

#[test]
fn an_answer_uses_the_captcha_up_whether_right_or_wrong() -> Tested {
    let world = world()?;
    let mut visitor = visitor_who_failed(&world)?;
    let id = shown(&mut visitor)?;
    assert_refused(&answer(&mut visitor, &id, "Busan")?);
    assert_refused(&answer(&mut visitor, &id, "Seoul")?);
    let id = shown(&mut visitor)?;
    let fields = [("captchaId", id.as_str()), ("captchaWord", "Seoul")];
    assert_refused(&visitor.log_in_with("William", "wrong-pass", &fields)?);
    assert_refused(&answer(&mut visitor, &id, "Seoul")?);
    Ok(())
}

#[test]
fn an_older_captcha_of_the_session_stays_good_and_an_empty_answer_is_none() -> Tested {
    let world = world()?;
    let mut visitor = visitor_who_failed(&world)?;
    let first = shown(&mut visitor)?;
    let second = shown(&mut visitor)?;
    assert_ne!(first, second);
    assert_refused(&answer(&mut visitor, &second, "")?);
    assert_eq!(answer(&mut visitor, &first, "Seoul")?.status(), "PASS");
    Ok(())
}

#[test]
fn of_simultaneous_answers_to_one_captcha_one_counts() -> Tested {
    let world = world()?;
    let mut visitor = visitor_who_failed(&world)?;
    let id = shown(&mut visitor)?;
    let token = visitor.token("login")?;
    let together = Barrier::new(8);
    let passed = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let (mut visitor, together) = (visitor.clone(), &together);
                let fields = [("captchaId", id.as_str()), ("captchaWord", "Seoul")];
                let token = token.as_str();
                scope.spawn(move || {
                    together.wait();
                    let answer = visitor.log_in_by_token(token, "William", PASSWORD, &fields);
                    answer.map(|answer| answer.status() == "PASS")
                })
            })
            .collect();
        let answers = threads.into_iter().map(|thread| thread.join().expect("an answer"));
        answers.collect::<anyhow::Result<Vec<bool>>>()
    })?;
    assert_eq!(passed.iter().filter(|passed| **passed).count(), 1, "{passed:?}");
    Ok(())
}

#[test]
fn a_captcha_of_another_session_is_none() -> Tested {
    let world = world_with(CaptchaKind::Question, |rules| {
        rules.settings.password_attempt_throttle.clear();
    })?;
    let mut visitor = visitor_who_failed(&world)?;
    let mut other = world.visitor().from_address(HERE);
    let (own, others) = (shown(&mut visitor)?, shown(&mut other)?);
    assert_refused(&answer(&mut visitor, &others, "Seoul")?);
    assert_eq!(answer(&mut other, &others, "Seoul")?.status(), "PASS", "it is not used up");
    for id in ["", "0", "-1", "x", "99999999999999999999999999", &format!("0{own}")] {
        assert_refused(&answer(&mut visitor, id, "Seoul")?);
    }
    Ok(())
}

#[test]
fn a_thousand_captchas_and_logins_begun_leave_nothing_but_the_marks_of_answers() -> Tested {
    let world = world_with(CaptchaKind::Question, |rules| {
        rules.settings.password_attempt_throttle.clear();
    })?;
    fail(&world, HERE, 3)?;
    let rows = || anyhow::Ok(world.cache_sql("SELECT keyname FROM objectcache")?.len());
    let before = rows()?;
    let mut visitor = world.visitor().from_address(HERE);
    let first = shown(&mut visitor)?;
    for _ in 0..1000 {
        shown(&mut visitor)?;
    }
    for _ in 0..20 {
        let mut stranger = world.visitor().from_address(HERE);
        shown(&mut stranger)?;
        assert_refused(&stranger.log_in("William", PASSWORD)?);
    }
    assert_eq!(rows()?, before + 2, "failures with the name, over a short and over a long time");
    assert_refused(&answer(&mut visitor, &first, "Busan")?);
    assert_eq!(rows()?, before + 4, "the answer's mark, and a count of wrong answers");
    assert_eq!(world.recorded_sessions()?, Vec::<String>::new());
    Ok(())
}

#[test]
fn a_name_that_fails_often_fills_the_store_no_more_than_its_failures_allow() -> Tested {
    let world = world()?;
    for place in 1..=20 {
        let mut visitor = world.visitor().from_address(&format!("198.51.100.{place}"));
        assert_refused(&visitor.log_in("William", "wrong-pass")?);
    }
    for _ in 0..10 {
        let mut stranger = world.visitor().from_address(HERE);
        stranger.log_in("William", "wrong-pass")?;
    }
    assert_eq!(world.living_sessions()?.len(), 3, "after three one is due at that address anyway");
    Ok(())
}

#[test]
fn a_captcha_can_be_answered_for_an_hour() -> Tested {
    let world = world_that_asks(CaptchaKind::Question)?;
    let (mut early, mut late) = (world.visitor(), world.visitor());
    let ids = (shown(&mut early)?, shown(&mut late)?);
    // In the middle of its time the id of a session is renewed, and its captchas stay.
    world.pass_minutes(40);
    let before = early.cookie("wiki_session");
    early.whoami()?;
    late.whoami()?;
    assert_ne!(early.cookie("wiki_session"), before);
    world.pass_minutes(19);
    assert_eq!(answer(&mut early, &ids.0, "Seoul")?.status(), "PASS");
    world.pass_minutes(3);
    assert_refused(&answer(&mut late, &ids.1, "Seoul")?);
    Ok(())
}

#[test]
fn after_a_login_the_captchas_of_before_are_none() -> Tested {
    let world = world_that_asks(CaptchaKind::Question)?;
    let mut visitor = world.visitor();
    let (first, second) = (shown(&mut visitor)?, shown(&mut visitor)?);
    assert_eq!(answer(&mut visitor, &first, "Seoul")?.status(), "PASS");
    assert_refused(&answer(&mut visitor, &second, "Seoul")?);
    Ok(())
}

#[test]
fn after_fifteen_wrong_answers_none_counts_for_a_minute() -> Tested {
    let world = world_with(CaptchaKind::Question, |rules| {
        rules.settings.captcha.triggers.login_attempt = true;
        rules.settings.password_attempt_throttle.clear();
    })?;
    let mut visitor = world.visitor().from_address(HERE);
    for _ in 0..15 {
        let id = shown(&mut visitor)?;
        assert_refused(&answer(&mut visitor, &id, "Busan")?);
    }
    let id = shown(&mut visitor)?;
    assert_refused(&answer(&mut visitor, &id, "Seoul")?);
    let mut elsewhere = world.visitor().from_address("192.0.2.2");
    let other = shown(&mut elsewhere)?;
    assert_eq!(answer(&mut elsewhere, &other, "Seoul")?.status(), "PASS");
    world.pass_seconds(61);
    assert_eq!(answer(&mut visitor, &id, "Seoul")?.status(), "PASS", "it was not used up");
    Ok(())
}

#[test]
fn a_sum_is_asked_and_taken() -> Tested {
    let world = world_that_asks(CaptchaKind::Arithmetic)?;
    let mut visitor = world.visitor();
    let request = listed(&mut visitor, "login")?.expect("a captcha");
    assert_eq!(request["metadata"], serde_json::json!({"type": "simple", "mime": "text/plain"}));
    let sum = request["fields"]["captchaInfo"]["value"].as_str().expect("a sum");
    let id = request["fields"]["captchaId"]["value"].as_str().expect("an id");
    assert!(id.parse::<i64>().is_ok(), "{id}");
    assert_eq!(answer(&mut visitor, id, &solve(sum))?.status(), "PASS", "{sum}");
    Ok(())
}

/// What `86+6 =` or `98−5 =` makes.
pub(super) fn solve(sum: &str) -> String {
    let (sum, _) = sum.split_once(" =").expect("an equals sign");
    let number = |text: &str| text.parse::<i64>().expect("a number");
    let result = match (sum.split_once('+'), sum.split_once('−')) {
        (Some((a, b)), _) => number(a) + number(b),
        (_, Some((a, b))) => number(a) - number(b),
        _ => panic!("{sum}"),
    };
    result.to_string()
}

#[test]
fn texts_are_in_the_language_asked_for() -> Tested {
    let world = world_that_asks(CaptchaKind::Question)?;
    let mut visitor = world.visitor();
    let request = listed_in(&mut visitor, "login", "ko")?.expect("a captcha");
    for field in ["captchaId", "captchaInfo", "captchaWord"] {
        for text in ["label", "help"] {
            let text = request["fields"][field][text].as_str().expect("a text");
            assert!(text.chars().any(|c| ('가'..='힣').contains(&c)), "{field}: {text}");
        }
    }
    let id = request["fields"]["captchaId"]["value"].as_str().expect("an id");
    assert_eq!(answer(&mut visitor, id, "서울")?.status(), "PASS");
    Ok(())
}
