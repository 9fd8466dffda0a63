//! Without a terminal.

use std::os::unix::fs::PermissionsExt;

use daemun_testkit::demo::{Demo, totp};
use daemun_testkit::program::{Home, Said};
use serde_json::Value;

use super::{home, session, session_file};
use crate::Tested;

const PASSWORD: &str = "demo-password-1";

fn login(home: &Home, demo: &Demo, args: &[&str], input: &str) -> anyhow::Result<Said> {
    let mut all = vec!["login", demo.url()?];
    all.extend(args);
    home.run_with(&all, input)
}

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.stdout).unwrap_or_else(|_| panic!("{said:?}"))
}

#[test]
fn a_session_is_kept_used_and_ended() -> Tested {
    let (demo, home) = (Demo::start()?, home()?);
    let said = login(&home, &demo, &["--user", "Plain", "--password-stdin"], PASSWORD)?.well()?;
    assert!(said.starts_with("You are logged in as Plain."), "{said}");
    let file = session_file(&home);
    assert_eq!(std::fs::metadata(&file)?.permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::metadata(file.parent().unwrap())?.permissions().mode() & 0o777, 0o700);
    assert!(home.run(&["whoami"])?.well()?.starts_with("Plain at http://127.0.0.1:"));
    let said = home.run(&["call", "action=query", "meta=userinfo"])?;
    assert_eq!(json(&said)["query"]["userinfo"]["name"], "Plain");
    let said = home.run(&["call", "--token", "csrf", "action=checktoken", "type=csrf"])?;
    assert_eq!(json(&said)["checktoken"]["result"], "valid");
    home.run(&["logout"])?.well()?;
    assert!(!file.exists());
    for command in [&["whoami"][..], &["logout"], &["call", "action=query"]] {
        let said = home.run(command)?;
        assert_eq!(said.code(), Some(1), "{said:?}");
        assert!(said.stderr.contains("Log in first"), "{said:?}");
    }
    Ok(())
}

#[test]
fn each_end_has_its_exit_code() -> Tested {
    let (demo, home) = (Demo::start()?, home()?);
    let with = |user: &str, input: &str| {
        login(&home, &demo, &["--user", user, "--password-stdin", "--json"], input)
    };
    let said = with("Plain", PASSWORD)?;
    assert_eq!((said.code(), &json(&said)["status"]), (Some(0), &"PASS".into()));
    assert_eq!(json(&said)["cookies"], session_file(&home).display().to_string());
    let said = with("Plain", "wrong")?;
    assert_eq!((said.code(), &json(&said)["code"]), (Some(1), &"wrongpassword".into()));
    let said = with("Blocked", PASSWORD)?;
    assert_eq!((said.code(), &json(&said)["code"]), (Some(1), &"login-userblocked".into()));
    let said = with("Twofactor", PASSWORD)?;
    assert_eq!((said.code(), &json(&said)["fields"][0]["name"]), (Some(3), &"OATHToken".into()));
    let said = home.run(&["login", "http://127.0.0.1:1/", "--json"])?;
    assert_eq!((said.code(), &json(&said)["status"]), (Some(4), &"ERROR".into()));
    for wrong in [&["login"][..], &["login", "x", "--listen", "y"], &["call", "query"]] {
        assert_eq!(home.run(wrong)?.code(), Some(2), "{wrong:?}");
    }
    Ok(())
}

#[test]
fn secrets_come_from_lines_and_commands_and_never_from_arguments() -> Tested {
    let (demo, home) = (Demo::start()?, home()?);
    let user = ["--user", "Twofactor", "--password-command", "echo demo-password-1"];
    let code = format!("OATHToken=echo {}", totp(demo.secret("two-factor", "totp-secret")?)?);
    let mut args = user.to_vec();
    args.extend(["--field-command", &code]);
    let said = login(&home, &demo, &args, "")?.well()?;
    assert!(said.contains("Twofactor"), "{said}");
    let lines = "demo-password-1\ndemo-password-2\n";
    let said = login(&home, &demo, &["--user", "Expired", "--password-stdin"], lines)?.well()?;
    assert!(said.contains("Expired"), "{said}");
    let args = ["--user", "Plain", "--field", "password=demo-password-1"];
    let said = login(&home, &demo, &args, "")?;
    assert!(said.code() == Some(1) && said.stderr.contains("is a secret"), "{said:?}");
    Ok(())
}

#[test]
fn a_bot_logs_in_and_its_refusal_says_what_to_do_in_both_languages() -> Tested {
    let (demo, home) = (Demo::start()?, home()?);
    let bot = demo.field("bot-password", "lgname")?;
    let password = demo.field("bot-password", "lgpassword")?;
    let args = ["--bot", bot, "--password-stdin"];
    login(&home, &demo, &args, password)?.well()?;
    assert!(session(&home).contains("# user: Robot"), "{}", session(&home));
    for (language, words) in [("en", "Account@app"), ("ko", "계정@앱")] {
        let mut args = args.to_vec();
        args.extend(["--language", language]);
        let said = login(&home, &demo, &args, "wrong")?;
        assert_eq!(said.code(), Some(1), "{said:?}");
        assert!(said.stderr.contains(words), "{said:?}");
    }
    let args = ["--method", "login", "--user", "Twofactor", "--password-stdin"];
    let said = login(&home, &demo, &args, PASSWORD)?;
    assert!(said.stderr.contains("without --bot"), "{said:?}");
    Ok(())
}

#[test]
fn a_captcha_that_is_due_is_told_a_script() -> Tested {
    let (demo, home) = (Demo::start()?, home()?);
    let args = ["--user", "Captcha", "--password-stdin", "--json"];
    let mut last = login(&home, &demo, &args, "wrong")?;
    for _ in 0..4 {
        last = login(&home, &demo, &args, PASSWORD.get(1..).unwrap())?;
    }
    assert_eq!(last.code(), Some(3), "{last:?}");
    let field = &json(&last)["fields"][0];
    assert_eq!(field["name"], "captchaWord", "{field}");
    assert!(field["captcha"]["question"].as_str().is_some_and(|q| q.contains("Korea")), "{field}");
    Ok(())
}

#[test]
fn a_file_of_ones_own_keeps_another_session() -> Tested {
    let (demo, home) = (Demo::start()?, home()?);
    let file = home.path().join("mine");
    let file = file.to_str().unwrap();
    let args = ["--user", "Plain", "--password-stdin", "--cookies", file];
    login(&home, &demo, &args, PASSWORD)?.well()?;
    assert!(home.run(&["whoami", "--cookies", file])?.well()?.starts_with("Plain"));
    assert_eq!(home.run(&["whoami"])?.code(), Some(1));
    Ok(())
}
