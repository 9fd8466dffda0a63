//! All of it at once, against the program itself: it lives, stays small, and serves whoever behaves.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{Scope, ScopedJoinHandle, scope};
use std::time::{Duration, Instant};

use daemun_testkit::dice::Dice;
use daemun_testkit::program::{Home, Server};
use daemun_testkit::visitor::encode;

use super::strange::{names, strange, to_page};
use super::{MODEST, assert_log_in, exchange, peak_memory, show, statuses};
use crate::Tested;

/// How long it blows.
const LENGTH: Duration = Duration::from_secs(10);
const THREADS: u64 = 4;

#[test]
fn in_a_storm_of_broken_requests_a_login_works() -> Tested {
    let home = Home::new()?;
    home.add_account("William", "William-pass-1!")?;
    let server = home.serve()?;
    let (over, thrown) = (AtomicBool::new(false), AtomicUsize::new(0));
    let logins = scope(|scope| -> anyhow::Result<usize> {
        let blowing: Vec<_> =
            (0..THREADS).map(|seed| blow(scope, seed, &server, &over, &thrown)).collect();
        let begun = Instant::now();
        let mut logins = 0;
        let mut done = Ok(());
        while done.is_ok() && begun.elapsed() < LENGTH {
            done = assert_log_in(server.visitor(), "William", "William-pass-1!");
            logins += 1;
        }
        over.store(true, Ordering::SeqCst);
        for thread in blowing {
            thread.join().expect("a thread that throws")?;
        }
        done.map(|()| logins)
    })?;
    let thrown = thrown.into_inner();
    assert!(logins > 3 && thrown > 100, "{logins} logins beside {thrown} broken requests");
    assert!(peak_memory(server.id()) < MODEST, "{} MiB", peak_memory(server.id()));
    assert_log_in(server.visitor(), "William", "William-pass-1!")?;
    assert!(server.stop()?.success());
    Ok(())
}

fn blow<'s>(
    scope: &'s Scope<'s, '_>,
    seed: u64,
    server: &'s Server,
    over: &'s AtomicBool,
    thrown: &'s AtomicUsize,
) -> ScopedJoinHandle<'s, Tested> {
    scope.spawn(move || {
        let mut dice = Dice::new(seed);
        let names = names();
        while !over.load(Ordering::SeqCst) {
            let bytes = match dice.below(4) {
                0 => to_page(&mut dice, &names),
                _ => broken(&mut dice, &names),
            };
            let answer = exchange(server.address(), &bytes, true)?;
            for status in statuses(&answer) {
                assert!((100..500).contains(&status), "{status} for {}", show(&bytes));
            }
            thrown.fetch_add(1, Ordering::SeqCst);
        }
        Ok(())
    })
}

/// A request with strange values, in which then a few bytes are turned, doubled or lost.
fn broken(dice: &mut Dice, names: &[String]) -> Vec<u8> {
    let mut pairs = vec![("action".to_owned(), dice.of(&ACTIONS).to_owned())];
    for _ in 0..dice.below(6) {
        pairs.push((names[dice.below(names.len())].clone(), strange(dice)));
    }
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let body = encode(&pairs);
    let method = dice.of(&["GET", "POST", "POST", "HEAD", "OPTIONS", "PUT"]);
    let kind =
        dice.of(&["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x"]);
    let length = match dice.below(4) {
        0 => format!("Content-Length: {}\r\n", dice.below(3_000_000)),
        1 => "Transfer-Encoding: chunked\r\n".to_owned(),
        _ => format!("Content-Length: {}\r\n", body.len()),
    };
    let query = if body.len() < 3000 { body.as_str() } else { "action=query" };
    let mut bytes = format!(
        "{method} /w/api.php?{query} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n{length}"
    )
    .into_bytes();
    for _ in 0..dice.below(5) {
        bytes.extend_from_slice(
            dice.of(&["Cookie: wiki_session=", "Origin: ", "X: ", "Expect: "]).as_bytes(),
        );
        bytes.extend(dice.line(200));
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body.as_bytes());
    if dice.below(8) == 0 {
        bytes.extend(std::iter::repeat_n(b'x', dice.below(3_000_000)));
    }
    for _ in 0..dice.below(4) {
        let at = dice.below(bytes.len());
        match dice.below(3) {
            0 => bytes[at] = dice.byte(),
            1 => drop(bytes.drain(at..(at + 10).min(bytes.len()))),
            _ => {
                let again = bytes[at..(at + 10).min(bytes.len())].to_vec();
                bytes.splice(at..at, again);
            }
        }
    }
    bytes
}

const ACTIONS: [&str; 17] = [
    "query",
    "login",
    "clientlogin",
    "help",
    "paraminfo",
    "checktoken",
    "logout",
    "createaccount",
    "linkaccount",
    "unlinkaccount",
    "changeauthenticationdata",
    "removeauthenticationdata",
    "resetpassword",
    "validatepassword",
    "fancycaptchareload",
    "oathvalidate",
    "nosuch",
];
