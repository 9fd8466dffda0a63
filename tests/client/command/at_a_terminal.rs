//! At a terminal, where the wiki's questions are asked.

use daemun_testkit::demo::{Demo, totp};
use daemun_testkit::program::Home;
use daemun_testkit::world::World;

use super::terminal::Terminal;
use super::{home, session};
use crate::Tested;

const PASSWORD: &str = "demo-password-1";

/// Starts a login at the demo; `None` where there can be no terminal.
fn begin(home: &Home, demo: &Demo, args: &[&str]) -> anyhow::Result<Option<Terminal>> {
    let mut all = vec!["login", demo.url()?];
    all.extend(args);
    Terminal::start(home, &all)
}

#[test]
fn a_person_is_asked_in_english_and_secrets_are_not_shown() -> Tested {
    let (demo, home) = (Demo::start()?, home()?);
    let Some(mut terminal) = begin(&home, &demo, &[])? else { return Ok(()) };
    terminal.sees("Looking for the wiki's API")?;
    terminal.sees("How do you want to log in?")?;
    terminal.sees("1  User name, Password")?;
    terminal.sees("2  Demo ID")?;
    terminal.sees("Number [1]: ")?;
    terminal.types("")?;
    terminal.sees("User name: ")?;
    terminal.types("Twofactor")?;
    terminal.sees("Password: ")?;
    terminal.types_hidden(PASSWORD)?;
    terminal.sees("[y/N]: ")?;
    terminal.types("y")?;
    terminal.sees("1  Code")?;
    terminal.sees("2  Recovery codes")?;
    terminal.sees("Number [1]: ")?;
    terminal.types("")?;
    terminal.sees("Code: ")?;
    terminal.types("000000")?;
    terminal.sees("Number [1]: ")?;
    terminal.types("1")?;
    terminal.sees("Code: ")?;
    terminal.types(&totp(demo.secret("two-factor", "totp-secret")?)?)?;
    terminal.sees("You are logged in as Twofactor.")?;
    let (status, screen) = terminal.ends()?;
    assert_eq!(status.code(), Some(0), "{screen}");
    assert!(!screen.contains(PASSWORD), "{screen}");
    assert!(session(&home).contains("wikiUserName"), "{}", session(&home));
    Ok(())
}

#[test]
fn a_person_is_asked_in_korean_and_may_try_again() -> Tested {
    let demo = Demo::start()?;
    let mut home = home()?;
    home.set("LC_ALL", "ko_KR.UTF-8");
    let Some(mut terminal) = begin(&home, &demo, &[])? else { return Ok(()) };
    terminal.sees("위키의 API를 찾는 중입니다")?;
    terminal.sees("어떤 방법으로 로그인할까요?")?;
    terminal.sees("번호 [1]: ")?;
    terminal.types("1")?;
    for (name, password) in [("윌리엄", "틀린 비밀번호"), ("윌리엄", PASSWORD)] {
        terminal.sees("사용자 이름: ")?;
        terminal.types(name)?;
        terminal.sees("비밀번호: ")?;
        terminal.types_hidden(password)?;
        terminal.sees("[y/N]: ")?;
        terminal.types("")?;
        if password != PASSWORD {
            terminal.sees("다시 시도해 주세요.")?;
            terminal.sees("번호 [1]: ")?;
            terminal.types("1")?;
        }
    }
    terminal.sees("윌리엄 계정으로 로그인했습니다.")?;
    let (status, screen) = terminal.ends()?;
    assert_eq!(status.code(), Some(0), "{screen}");
    assert!(!screen.contains(PASSWORD) && !screen.contains("틀린 비밀번호"), "{screen}");
    Ok(())
}

#[test]
fn another_second_factor_is_offered() -> Tested {
    let (demo, home) = (Demo::start()?, home()?);
    let args = ["--user", "Recovery", "--password-command", "echo demo-password-1"];
    let Some(mut terminal) = begin(&home, &demo, &args)? else { return Ok(()) };
    terminal.sees("[y/N]: ")?;
    terminal.types("")?;
    terminal.sees("Number [1]: ")?;
    terminal.types("2")?;
    terminal.sees("1  Recovery code")?;
    terminal.sees("Number [1]: ")?;
    terminal.types("")?;
    terminal.sees(": ")?;
    terminal.types(demo.field("recovery-code", "RecoveryCode")?)?;
    terminal.sees("You are logged in as Recovery.")?;
    Ok(())
}

/// A browser that has none of our cookies: it is asked whether it wants to go back, and does.
fn walks(target: &str, subject: &str) -> anyhow::Result<String> {
    let folder = tempfile::tempdir()?;
    let curl = |args: &[&str]| {
        let mut curl = std::process::Command::new("curl");
        curl.args(["-s", "-b", "cookies", "-c", "cookies"]).args(args).current_dir(&folder);
        anyhow::Ok(String::from_utf8(curl.output()?.stdout)?)
    };
    let elsewhere = ["-o", "/dev/null", "-w", "%{redirect_url}"];
    let back = curl(&[&elsewhere[..], &[&format!("{target}&as={subject}")]].concat())?;
    let page = curl(&[&back])?;
    let value = |part: &str, name: &str| -> Option<String> {
        let value = part.split(&format!("{name}=\"")).nth(1)?.split('"').next()?;
        Some(value.replace("&amp;", "&").replace("&#039;", "'"))
    };
    let fields: Vec<String> = page
        .split("<input ")
        .skip(1)
        .filter_map(|part| Some(format!("{}={}", value(part, "name")?, value(part, "value")?)))
        .collect();
    let mut args = elsewhere.to_vec();
    for field in &fields {
        args.extend(["--data-urlencode", field]);
    }
    args.push(back.split('?').next().unwrap());
    curl(&args)
}

#[test]
fn who_has_no_account_here_goes_elsewhere_makes_one_and_is_in() -> Tested {
    let (demo, home) = (Demo::start()?, home()?);
    // A browser that does not come by itself: the address is read from the screen.
    let Some(mut terminal) = begin(&home, &demo, &[])? else { return Ok(()) };
    terminal.sees("Number [1]: ")?;
    terminal.types("2")?;
    terminal.sees("Please go on in your browser: ")?;
    terminal.sees("Waiting until you are back")?;
    let screen = terminal.screen();
    let target = screen.split("in your browser: ").nth(1).and_then(|rest| rest.lines().next());
    let back = walks(target.unwrap().trim(), "nora")?;
    let answer = std::process::Command::new("curl").args(["-s", &back]).output()?;
    let said = String::from_utf8(answer.stdout)?;
    assert!(said.contains("You may close this page"), "{said}");
    terminal.sees("Make an account")?;
    terminal.sees("Number [1]: ")?;
    terminal.types("2")?;
    terminal.sees("User name: ")?;
    terminal.types("Nora of elsewhere")?;
    for label in ["Password", "Repeat the password"] {
        // Who comes from elsewhere needs none.
        terminal.sees(label)?;
        terminal.sees("(may stay empty): ")?;
        terminal.types_hidden("")?;
    }
    for _ in 0..2 {
        // Mail and real name need not be given.
        terminal.sees("(may stay empty): ")?;
        terminal.types("")?;
    }
    terminal.sees("The account Nora of elsewhere was made.")?;
    terminal.sees("Number [1]: ")?;
    Ok(())
}

#[test]
fn a_captchas_picture_is_drawn_in_the_terminal() -> Tested {
    use daemun_auth::providers::captcha::settings::CaptchaKind;
    let world = World::with(|rules| {
        rules.settings.captcha.kind = Some(CaptchaKind::Image { text_alternative: false });
        rules.settings.captcha.triggers.login_attempt = true;
    })?;
    world.add_account("William", "William-pass-1!")?;
    for (how, begins) in [
        ("blocks", "\u{1b}[38;2;"),
        ("kitty", "\u{1b}_Ga=T,f=100"),
        ("iterm", "\u{1b}]1337;File=inline=1"),
        ("sixel", "\u{1b}Pq"),
    ] {
        let home = home()?;
        let args = ["login", world.origin(), "--user", "William", "--password-command", "echo x"];
        let args = [&args[..], &["--pictures", how, "--no-browser"]].concat();
        let Some(mut terminal) = Terminal::start(&home, &args)? else { return Ok(()) };
        terminal.sees(begins)?;
        terminal.sees("press Enter alone to open it in a window): ")?;
        terminal.types("")?;
        terminal.sees("The picture is in ")?;
        terminal.sees(".png.")?;
        terminal.sees(": ")?;
        terminal.types("wrong")?;
        terminal.sees("[y/N]: ")?;
        terminal.types("")?;
        terminal.sees("Please try again.")?;
    }
    Ok(())
}
