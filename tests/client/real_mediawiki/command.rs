//! The command.

use daemun_testkit::demo::totp;
use daemun_testkit::program::Home;
use daemun_testkit::real_wiki::{BOT_PASSWORD, PASSWORD, TOTP_SECRET, name};
use serde_json::Value;

use crate::Tested;
use crate::command::{home, session};

#[test]
fn a_bot_and_a_person_log_in_and_use_their_session() -> Tested {
    let Some(real) = super::wiki("a_bot_and_a_person_log_in_and_use_their_session") else {
        return Ok(());
    };
    let home = home()?;
    let user = name("William", 3);
    let bot = format!("{user}@tool");
    let (as_bot, as_person) = (["--bot", bot.as_str()], ["--user", user.as_str()]);
    for (how, secret) in [(as_bot, BOT_PASSWORD), (as_person, PASSWORD)] {
        let mut args = vec!["login", real.origin.as_str(), "--password-stdin"];
        args.extend(how);
        let said = home.run_with(&args, secret)?.well()?;
        assert!(said.contains(&user), "{said}");
        assert!(session(&home).contains("_session"), "{}", session(&home));
        let who: Value = serde_json::from_str(&home.run(&["whoami", "--json"])?.well()?)?;
        assert_eq!(who["name"], user.as_str(), "{who}");
        let call = ["call", "--token", "csrf", "action=checktoken", "type=csrf"];
        let answer: Value = serde_json::from_str(&home.run(&call)?.well()?)?;
        assert_eq!(answer["checktoken"]["result"], "valid", "{answer}");
        home.run(&["logout"])?.well()?;
    }
    Ok(())
}

fn login(
    home: &Home,
    origin: &str,
    user: &str,
    more: &[&str],
    input: &str,
) -> anyhow::Result<(Option<i32>, Value)> {
    let mut args = vec!["login", origin, "--json", "--password-stdin", "--user", user];
    args.extend(more);
    let said = home.run_with(&args, input)?;
    let json = serde_json::from_str(&said.stdout).map_err(|_| anyhow::anyhow!("{said:?}"))?;
    Ok((said.code(), json))
}

#[test]
fn a_script_gives_what_the_wiki_asks_for_or_is_told_what_that_is() -> Tested {
    let test = "a_script_gives_what_the_wiki_asks_for_or_is_told_what_that_is";
    let Some(real) = super::wiki(test) else { return Ok(()) };
    let home = home()?;
    let user = name("Twofactor", 2);
    let (code, said) = login(&home, &real.origin, &user, &[], PASSWORD)?;
    assert_eq!((code, &said["fields"][0]["name"]), (Some(3), &"OATHToken".into()), "{said}");
    let both = format!("{PASSWORD}\n{}\n", totp(TOTP_SECRET)?);
    let (code, said) = login(&home, &real.origin, &user, &[], &both)?;
    assert_eq!((code, &said["username"]), (Some(0), &user.as_str().into()), "{said}");
    let (code, said) = login(&home, &real.origin, &name("Wrong", 2), &[], "wrong")?;
    assert_eq!((code, &said["code"]), (Some(1), &"wrongpassword".into()), "{said}");
    let more = ["--method", "login"];
    let (code, said) = login(&home, &real.origin, &user, &more, PASSWORD)?;
    assert_eq!(code, Some(1), "{said}");
    assert!(said["reason"].as_str().unwrap().contains("BotPasswords"), "{said}");
    Ok(())
}
