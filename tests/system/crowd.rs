//! Many at once.

use std::sync::Barrier;
use std::thread::scope;

use daemun_auth::hashing::{Asker, Width};
use daemun_auth::settings::ThrottleRule;
use daemun_mediawiki::password::Md5Hex;
use daemun_testkit::program::Home;
use daemun_testkit::visitor::{Answer, Visitor};
use daemun_testkit::world::{World, pbkdf2};

use crate::Tested;

fn password(number: usize) -> String {
    format!("Member{number}-pass-1!")
}

fn key(rule: usize, name: &str) -> String {
    let digest = Md5Hex::unsalted(name.as_bytes());
    let name = String::from_utf8_lossy(digest.as_bytes()).into_owned();
    format!("global:throttler:password:{rule}:127.0.0.1:{name}")
}

/// Does the same `count` times at the same moment, each with a number and a visitor of its own.
fn all_at_once<T: Send>(
    count: usize,
    visitor: impl Fn(usize) -> Visitor + Sync,
    deed: impl Fn(usize, &mut Visitor) -> anyhow::Result<T> + Sync,
) -> anyhow::Result<Vec<(Visitor, T)>> {
    let start = Barrier::new(count);
    scope(|scope| {
        let (start, visitor, deed) = (&start, &visitor, &deed);
        let threads: Vec<_> = (0..count)
            .map(|number| {
                scope.spawn(move || {
                    let mut visitor = visitor(number);
                    start.wait();
                    let done = deed(number, &mut visitor);
                    done.map(|done| (visitor, done))
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    })
}

#[test]
fn two_hundred_log_in_at_once() -> Tested {
    let world = World::with(|rules| {
        rules.settings.password_attempt_throttle =
            vec![ThrottleRule { count: 10_000, seconds: 300 }];
    })?;
    for number in 0..8 {
        world.add_account(&format!("Member{number}"), &password(number))?;
    }
    // Members 6 and 7 never get it right, so nothing clears their counts.
    let is_right = |number: usize| number % 8 < 6 && !number.is_multiple_of(3);
    let outcomes = all_at_once(
        200,
        |_| world.visitor(),
        |number, visitor| {
            let member = number % 8;
            let typed = if is_right(number) { password(member) } else { "wrong".to_owned() };
            if number.is_multiple_of(2) {
                visitor.log_in(&format!("Member{member}"), &typed)
            } else {
                visitor.log_in_bot(&format!("Member{member}"), &typed)
            }
        },
    )?;
    let mut sessions = std::collections::BTreeSet::new();
    for (number, (mut visitor, answer)) in outcomes.into_iter().enumerate() {
        let said = format!("{number}: {}", answer.body());
        assert_eq!(answer.reply.status, 200, "{said}");
        let (result, code) = if number.is_multiple_of(2) {
            (answer.status(), answer.message_code())
        } else {
            (answer.result(), answer.reason())
        };
        if is_right(number) {
            assert!(["PASS", "Success"].contains(&result), "{said}");
            assert_eq!(visitor.whoami()?, Some(format!("Member{}", number % 8)), "{said}");
            assert!(sessions.insert(visitor.cookie("wiki_session")), "a session of one's own");
        } else {
            assert_eq!(code, "wrongpassword", "{said}");
            assert_eq!(visitor.whoami()?, None, "{said}");
        }
    }
    assert_eq!(world.counter(&key(0, "Member6"))?, 25);
    assert_eq!(world.counter(&key(0, "Member7"))?, 25);
    assert_eq!(world.living_sessions()?.len(), sessions.len());
    Ok(())
}

#[test]
fn of_forty_guesses_at_once_five_are_looked_at() -> Tested {
    let world = World::new()?;
    world.add_account("William", "William-pass-1!")?;
    let outcomes = all_at_once(
        40,
        |_| world.visitor(),
        |number, visitor| visitor.log_in("William", &format!("guess {number}")),
    )?;
    let count = |code: &str| outcomes.iter().filter(|(_, a)| a.message_code() == code).count();
    assert_eq!((count("wrongpassword"), count("login-throttled")), (5, 35));
    assert_eq!(world.counter(&key(0, "William"))?, 5);
    assert_eq!(world.counter(&key(1, "William"))?, 5);
    Ok(())
}

#[test]
fn many_requests_of_one_session_get_the_same_tokens() -> Tested {
    let world = World::new()?;
    world.add_account("William", "William-pass-1!")?;
    let mut person = world.visitor();
    person.log_in("William", "William-pass-1!")?;
    let tokens = all_at_once(60, |_| person.clone(), |_, visitor| visitor.token("csrf"))?;
    for (mut visitor, token) in tokens {
        let answer =
            visitor.post(&[("action", "checktoken"), ("type", "csrf"), ("token", &token)])?;
        assert_eq!(answer.text_at("/checktoken/result"), "valid", "{}", answer.body());
    }
    Ok(())
}

#[test]
fn one_session_that_logs_in_many_times_at_once_has_one_outcome_each() -> Tested {
    let world = World::new()?;
    world.add_account("William", "William-pass-1!")?;
    let mut person = world.visitor();
    let token = person.token("login")?;
    let answers = all_at_once(
        20,
        |_| person.clone(),
        |_, visitor| visitor.log_in_by_token(&token, "William", "William-pass-1!", &[]),
    )?;
    let mut passed = 0;
    for (mut visitor, answer) in answers {
        let said = answer.body();
        assert_eq!(answer.reply.status, 200, "{said}");
        match (answer.status(), answer.error()) {
            ("PASS", _) => {
                passed += 1;
                assert_eq!(visitor.whoami()?.as_deref(), Some("William"), "{said}");
            }
            ("FAIL", _) => assert_eq!(answer.message_code(), "login-throttled", "{said}"),
            // Somebody was faster, and the session of before is over.
            (_, code) => assert_eq!(code, "badtoken", "{said}"),
        }
    }
    assert!(passed >= 1);
    Ok(())
}

fn assert_too_busy(answer: &Answer) {
    assert_eq!(answer.reply.status, 200, "{}", answer.body());
    assert_eq!(answer.error(), "ratelimited", "{}", answer.body());
    assert_eq!(answer.header("mediawiki-api-error").as_deref(), Some("ratelimited"));
    let seconds = answer.header("retry-after").expect("Retry-After");
    assert!(seconds.parse::<u32>().is_ok_and(|seconds| seconds > 0), "{seconds}");
}

#[test]
fn who_finds_the_queue_full_is_told_so_and_not_counted() -> Tested {
    let world = World::with(|rules| rules.hash_queue = 1)?;
    let id = world.add_account("William", "William-pass-1!")?;
    let secret = world.add_bot_password(id, "tool")?;
    let place = world.environment.hasher.place(Asker::NOBODY)?;
    let mut visitor = world.visitor();
    let token = visitor.token("login")?;
    let login = |name: &str, password: &str, visitor: &mut Visitor| {
        visitor.post(&[
            ("action", "login"),
            ("lgname", name),
            ("lgpassword", password),
            ("lgtoken", &token),
        ])
    };
    for _ in 0..7 {
        assert_too_busy(&visitor.log_in("William", "wrong")?);
        assert_too_busy(&login("William", "wrong", &mut visitor)?);
        assert_too_busy(&login("William@tool", &secret, &mut visitor)?);
    }
    assert_eq!(world.counters()?, 0, "what was not tried is not counted");
    assert_eq!(visitor.whoami()?, None, "what needs no hash is answered");
    drop(place);
    assert_eq!(login("William@tool", &secret, &mut visitor)?.result(), "Success");
    assert_eq!(world.visitor().log_in("William", "William-pass-1!")?.status(), "PASS");
    Ok(())
}

#[test]
fn an_address_that_takes_all_places_it_can_get_keeps_nobody_else_out() -> Tested {
    let world = World::with(|rules| rules.hash_queue = 8)?;
    world.add_account("William", "William-pass-1!")?;
    let hasher = &world.environment.hasher;
    let greedy = std::net::IpAddr::from([203, 0, 113, 9]);
    let taken: Vec<_> = std::iter::from_fn(|| hasher.place(greedy).ok()).collect();
    assert_eq!(taken.len(), 4);
    assert_eq!(world.visitor().log_in("William", "William-pass-1!")?.status(), "PASS");
    Ok(())
}

#[test]
fn a_crowd_at_a_small_queue_is_served_or_refused_and_counted_right() -> Tested {
    let world = World::with(|rules| {
        rules.hash_queue = 2;
        rules.hash_workers = 1;
        rules.settings.password_default = pbkdf2(60_000);
        rules.settings.password_attempt_throttle =
            vec![ThrottleRule { count: 10_000, seconds: 300 }];
    })?;
    world.add_account("William", "William-pass-1!")?;
    let answers =
        all_at_once(40, |_| world.visitor(), |_, visitor| visitor.log_in("William", "wrong"))?;
    let mut tried = 0;
    for (_, answer) in &answers {
        if answer.message_code() == "wrongpassword" {
            tried += 1;
        } else {
            assert_too_busy(answer);
        }
    }
    assert!((1..40).contains(&tried), "{tried} were tried");
    assert_eq!(world.counter(&key(0, "William"))?, tried);
    Ok(())
}

#[test]
fn a_crowd_logs_in_with_every_number_of_lanes_that_the_processor_has() -> Tested {
    let mut home = Home::new()?;
    // Long enough that all of them meet in the lanes.
    home.set("DAEMUN_PASSWORD_PBKDF2_ROUNDS", "30000");
    for number in 0..3 {
        home.add_account(&format!("Member{number}"), &password(number))?;
    }
    for lanes in ["1", "4", "8"] {
        if Width::of(lanes.parse()?).is_none() {
            eprintln!("skipped: this processor has no {lanes} lanes");
            continue;
        }
        home.set("DAEMUN_HASH_LANES", lanes);
        let server = home.serve()?;
        let outcomes = all_at_once(
            12,
            |_| server.visitor(),
            |number, visitor| {
                let account = number % 3;
                let typed = if number < 9 { password(account) } else { "wrong".to_owned() };
                visitor.log_in(&format!("Member{account}"), &typed)
            },
        )?;
        for (number, (_, answer)) in outcomes.iter().enumerate() {
            let status = if number < 9 { "PASS" } else { "FAIL" };
            assert_eq!(answer.status(), status, "{lanes} lanes, {number}: {}", answer.body());
        }
    }
    Ok(())
}
