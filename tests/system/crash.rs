//! A server that dies in the middle of its work forgets nothing that it said.

use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use daemun_testkit::program::{Home, Server};
use daemun_testkit::visitor::Visitor;
use daemun_testkit::waiting::wait_until;

use crate::Tested;

const ROUNDS: usize = 20;
const PASSWORD: &str = "Member-pass-1!";

/// What was said to be done.
#[derive(Default)]
struct Acknowledged {
    accounts: Mutex<Vec<String>>,
    sessions: Mutex<Vec<Visitor>>,
    count: AtomicUsize,
    over: AtomicBool,
}

impl Acknowledged {
    fn count(&self) {
        self.count.fetch_add(1, Ordering::SeqCst);
    }

    fn goes_on(&self) -> bool {
        !self.over.load(Ordering::SeqCst)
    }
}

/// Makes accounts, one process after the other, and kills the last in the middle of its work.
fn make_accounts(home: &Home, round: usize, done: &Acknowledged) -> Tested {
    let mut number = 0;
    while done.goes_on() {
        let name = format!("Member {round} {number}");
        number += 1;
        let mut command = home.command(&["user", "add", &name, "--password-stdin"])?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            let _dead_already = std::io::Write::write_all(&mut stdin, PASSWORD.as_bytes());
        }
        wait_until("the end of `user add`", || {
            if !done.goes_on() {
                child.kill()?;
            }
            Ok(child.try_wait()?.is_some())
        })?;
        if child.wait()?.success() {
            done.accounts.lock().unwrap().push(name);
            done.count();
        }
    }
    Ok(())
}

/// Logs in again and again, until the server no longer answers.
fn log_in_often(server: &Visitor, done: &Acknowledged) {
    while done.goes_on() {
        let mut visitor = server.clone();
        let Ok(answer) = visitor.log_in("Keeper", PASSWORD) else { continue };
        assert_eq!(answer.status(), "PASS", "{}", answer.body());
        done.sessions.lock().unwrap().push(visitor);
        done.count();
    }
}

fn write_until_killed(home: &Home, server: Server, round: usize) -> anyhow::Result<Acknowledged> {
    let done = Acknowledged::default();
    let visitor = server.visitor();
    std::thread::scope(|scope| -> Tested {
        let accounts = scope.spawn(|| make_accounts(home, round, &done));
        let logins = scope.spawn(|| log_in_often(&visitor, &done));
        // Another moment in each round.
        let wanted = 5 + round * 7 % 23;
        let enough =
            wait_until("enough writes", || Ok(done.count.load(Ordering::SeqCst) >= wanted));
        server.kill()?;
        done.over.store(true, Ordering::SeqCst);
        logins.join().expect("logins");
        accounts.join().expect("accounts")?;
        enough
    })?;
    Ok(done)
}

#[test]
fn what_was_acknowledged_outlives_twenty_crashes() -> Tested {
    let mut home = Home::new()?;
    // Nobody is to be throttled here.
    std::fs::write(home.path().join("daemun.toml"), "throttle.password = []\n")?;
    home.set("DAEMUN_LOG", "warn");
    home.add_account("Keeper", PASSWORD)?;
    let mut accounts = vec!["Keeper".to_owned()];
    let (mut server, mut stranger) = (home.serve()?, None::<(Visitor, String)>);
    for round in 0..ROUNDS {
        let mut visitor = server.visitor();
        let token = visitor.token("login")?;
        let before = stranger.replace((visitor, token));
        let done = write_until_killed(&home, server, round)?;
        server = home.serve()?;

        let sessions = done.sessions.into_inner().unwrap();
        assert!(!sessions.is_empty(), "round {round}");
        for session in sessions {
            let who = session.moved_to(server.origin()).whoami()?;
            assert_eq!(who.as_deref(), Some("Keeper"), "round {round}: a session is lost");
        }
        let made = done.accounts.into_inner().unwrap();
        for name in &made {
            let answer = server.visitor().log_in(name, PASSWORD)?;
            assert_eq!(answer.status(), "PASS", "round {round}: {name}: {}", answer.body());
        }
        accounts.extend(made);
        if let Some((visitor, token)) = before {
            // A stranger's token needs no record to outlive two crashes.
            let mut visitor = visitor.moved_to(server.origin());
            let answer = visitor.log_in_by_token(&token, "Keeper", PASSWORD, &[])?;
            assert_eq!(answer.status(), "PASS", "round {round}: {}", answer.body());
        }
    }
    for name in &accounts {
        assert_eq!(server.visitor().log_in(name, PASSWORD)?.status(), "PASS", "{name}");
    }
    assert!(server.stop()?.success());
    let check = home.run(&["check", "--listen", "127.0.0.1:0"])?;
    assert_eq!(check.code(), Some(0), "{check:?}");
    Ok(())
}
