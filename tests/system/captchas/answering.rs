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
fn of_two_requests_that_both_saw_a_captcha_one_takes_it() -> Tested {
    let world = world()?;
    let mut visitor = visitor_who_failed(&world)?;
    let id = shown(&mut visitor)?;
    let session = visitor.cookie("wiki_session").expect("a session");
    let cookies = CookieJar::parse(format!("wiki_session={session}").as_bytes());
    let origin = RequestOrigin { cookies: &cookies, address: [192, 0, 2, 1].into(), secure: false };
    let sessions = Sessions::new(world.environment.clone());
    let key = format!("daemun:captcha:{id}");
    world.run(async {
        let (mut one, mut other) = (sessions.load(origin).await?, sessions.load(origin).await?);
        assert!(sessions.take(&mut one, &key).await?.is_some());
        assert!(other.get(&key).is_some(), "the other has not heard of it");
        assert!(sessions.take(&mut other, &key).await?.is_none());
        anyhow::Ok(())
    })
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
fn a_thousand_captchas_leave_ten_in_the_session_and_no_answer_to_be_read() -> Tested {
    let world = world_that_asks(CaptchaKind::Question)?;
    let mut visitor = world.visitor();
    let first = shown(&mut visitor)?;
    let mut sizes = Vec::new();
    for _ in 0..1000 {
        shown(&mut visitor)?;
        if sizes.len() < 12 || sizes.len() > 990 {
            let id = visitor.cookie("wiki_session").expect("a session");
            let record = world.session_record(&id)?.expect("a record").to_bytes();
            assert!(!String::from_utf8_lossy(&record).contains("eoul"), "it is sealed");
            sizes.push(record.len());
        } else {
            sizes.push(0);
        }
    }
    assert!(sizes.last() <= sizes.get(11).map(|size| size + 30).as_ref(), "{sizes:?}");
    assert_eq!(world.living_sessions()?.len(), 1);
    assert_refused(&answer(&mut visitor, &first, "Seoul")?);
    let last = shown(&mut visitor)?;
    assert_eq!(answer(&mut visitor, &last, "Seoul")?.status(), "PASS");
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
