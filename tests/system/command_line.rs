//! What an administrator types.

use std::os::unix::fs::PermissionsExt;

use daemun_mediawiki::php::{PhpArray, Value, unserialize};
use daemun_testkit::program::{Home, Said};

use crate::Tested;

const PASSWORD: &str = "William-pass-1!";

fn home() -> anyhow::Result<Home> {
    let home = Home::new()?;
    home.add_account("William", PASSWORD)?;
    Ok(home)
}

fn json(said: Said) -> anyhow::Result<serde_json::Value> {
    Ok(serde_json::from_str(&said.well()?)?)
}

/// The parts of a PHP array that stands in `log_params`.
fn params(text: &str) -> PhpArray {
    match unserialize(text.as_bytes()) {
        Ok(Value::Array(array)) => array,
        other => panic!("{text} is no array: {other:?}"),
    }
}

fn list(value: Option<&Value>) -> Vec<&str> {
    let array = value.and_then(Value::as_array).expect("a list");
    array.iter().filter_map(|(_, value)| value.as_str()).collect()
}

/// The newest row of `logging`, with the names of who did it and why in place of numbers.
fn last_log(home: &Home) -> anyhow::Result<Vec<String>> {
    let rows = home.sql(
        "SELECT log_type, log_action, log_namespace, log_title, actor_name, comment_text, \
         log_params FROM logging JOIN actor ON actor_id = log_actor \
         JOIN comment ON comment_id = log_comment_id ORDER BY log_id DESC LIMIT 1",
    )?;
    Ok(rows.into_iter().flatten().map(Option::unwrap_or_default).collect())
}

fn log_rows(home: &Home) -> anyhow::Result<String> {
    Ok(home.sql("SELECT count(*) FROM logging")?[0][0].clone().unwrap())
}

#[test]
fn every_command_explains_itself() -> Tested {
    let home = Home::new()?;
    for command in [
        "",
        "serve",
        "check",
        "user",
        "user add",
        "user list",
        "user show",
        "user set-password",
        "user block",
        "user unblock",
        "user groups",
        "user second-factor",
        "user end-sessions",
        "bot-password",
        "bot-password add",
        "bot-password list",
        "bot-password remove",
        "mail",
        "mail test",
        "config",
        "config show",
        "config reference",
    ] {
        let mut args: Vec<&str> = command.split_whitespace().collect();
        args.push("--help");
        let help = home.run(&args)?.well()?;
        assert!(help.contains(format!("Usage: daemun {command}").trim()), "{help}");
        assert!(help.contains("--config <FILE>"), "{help}");
        assert!(!help.contains("--password <"), "{help}");
        assert!(!home.data().exists(), "help touches nothing");
    }
    let version = home.run(&["--version"])?.well()?;
    assert_eq!(version, format!("daemun {}\n", env!("CARGO_PKG_VERSION")));
    Ok(())
}

#[test]
fn an_account_is_made_with_a_password_from_standard_input() -> Tested {
    let home = Home::new()?;
    let args = ["user", "add", "frank castle", "--group", "bot", "--password-stdin"];
    let said = home.run_with(&args, "Frank-pass-1!\nmore\n")?.well()?;
    assert_eq!(said, "Made \"Frank castle\" with id 1.\n");
    let server = home.serve()?;
    let mut visitor = server.visitor_of("Frank castle", "Frank-pass-1!")?;
    assert_eq!(visitor.whoami()?.as_deref(), Some("Frank castle"));

    let log = last_log(&home)?;
    let row = ["newusers", "create", "2", "Frank_castle", "Frank castle", ""];
    assert_eq!(log[..6], row);
    assert_eq!(params(&log[6]).get("4::userid"), Some(&Value::Int(1)));
    Ok(())
}

#[test]
fn a_password_is_never_an_argument() -> Tested {
    let home = Home::new()?;
    for args in [
        &["user", "add", "William", PASSWORD][..],
        &["user", "add", "William", "--password", PASSWORD],
        &["user", "set-password", "William", PASSWORD],
        &["bot-password", "add", "William", "tool", PASSWORD],
        &["serve", "--secret-key", PASSWORD],
    ] {
        let said = home.run(args)?;
        assert_eq!(said.code(), Some(2), "{args:?}: {said:?}");
    }
    assert!(!home.data().exists(), "nothing was done");
    Ok(())
}

#[test]
fn an_account_that_cannot_be_made_is_not() -> Tested {
    let home = home()?;
    for (name, password, word) in [
        ("william", PASSWORD, "William"),
        ("127.0.0.1", PASSWORD, "127.0.0.1"),
        ("a|b", PASSWORD, "a|b"),
        ("Short", "x7!", "8 characters"),
        ("Common", "12345678", "list of passwords"),
        ("Nothing", "", "no password"),
    ] {
        let said = home.run_with(&["user", "add", name, "--password-stdin"], password)?;
        assert_eq!(said.code(), Some(1), "{name}: {said:?}");
        assert!(said.stderr.starts_with("daemun: "), "{name}: {}", said.stderr);
        assert!(said.stderr.contains(word), "{name}: {}", said.stderr);
        assert!(password.is_empty() || !said.stderr.contains(password), "{}", said.stderr);
    }
    assert_eq!(json(home.run(&["user", "list", "--json"])?)?.as_array().unwrap().len(), 1);
    Ok(())
}

#[test]
fn accounts_are_listed_and_shown() -> Tested {
    let home = home()?;
    let add = ["user", "add", "Xavier", "--email", "x@example.org", "--generate"];
    let said = home.run(&add)?.well()?;
    assert!(said.contains("Password: ") && said.contains("not shown again"), "{said}");
    let listed = json(home.run(&["user", "list", "--json"])?)?;
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|a| a["name"].as_str()).collect();
    assert_eq!(names, [Some("William"), Some("Xavier")]);
    let listed = home.run(&["user", "list", "--prefix", "X"])?.well()?;
    assert!(listed.contains("Xavier") && !listed.contains("William"), "{listed}");
    let shown = json(home.run(&["user", "show", "xavier", "--json"])?)?;
    assert_eq!((&shown["id"], &shown["email"]), (&2.into(), &"x@example.org".into()));
    assert!(!shown.to_string().contains("pbkdf2:"), "{shown}");
    let said = home.run(&["user", "show", "Nobody"])?;
    assert_eq!(said.code(), Some(1), "{said:?}");
    Ok(())
}

#[test]
fn a_new_password_ends_sessions_and_old_bot_passwords() -> Tested {
    let home = home()?;
    let bot = home.add_bot_password("William", "tool", &[])?;
    let server = home.serve()?;
    let mut visitor = server.visitor_of("William", PASSWORD)?;
    let args = ["user", "set-password", "William", "--password-stdin"];
    let said = home.run_with(&args, "another Passphrase 7\n")?.well()?;
    assert!(said.contains("ended 1 sessions"), "{said}");
    assert_eq!(visitor.whoami()?, None);
    let answer = visitor.log_in("William", PASSWORD)?;
    assert_eq!(answer.message_code(), "wrongpassword");
    let answer = server.visitor().log_in_bot("William@tool", &bot)?;
    assert_eq!(answer.reason(), "botpasswords-needs-reset");
    server.visitor_of("William", "another Passphrase 7")?;

    let args = ["user", "set-password", "William", "--generate", "--expire-now"];
    let said = home.run(&args)?.well()?;
    let password = said.split("Password: ").nth(1).unwrap().lines().next().unwrap();
    let answer = server.visitor().log_in("William", password)?;
    assert_eq!(answer.message_code(), "resetpass-expired", "{}", answer.body());
    Ok(())
}

#[test]
fn a_block_is_seen_and_logged_and_lifted() -> Tested {
    let home = home()?;
    home.run(&["user", "block", "William", "--reason", "runs wild"])?.well()?;
    let log = last_log(&home)?;
    let row = ["block", "block", "2", "William", "Maintenance script", "runs wild"];
    assert_eq!(log[..6], row);
    let logged = params(&log[6]);
    let text = |key: &str| logged.get(key).and_then(Value::as_str);
    assert_eq!(text("5::duration"), Some("infinity"));
    assert_eq!(text("6::flags"), Some("nocreate,noautoblock"));
    assert_eq!(logged.get("sitewide"), Some(&Value::Bool(true)));

    let server = home.serve()?;
    let mut visitor = server.visitor_of("William", PASSWORD)?;
    let info = visitor.user_info("blockinfo")?;
    assert_eq!(info["blockreason"], "runs wild", "{info}");
    assert_eq!(home.run(&["user", "block", "William", "--reason", "x"])?.code(), Some(1));

    home.run(&["user", "unblock", "William"])?.well()?;
    assert_eq!(last_log(&home)?[..5], ["block", "unblock", "2", "William", "Maintenance script"]);
    assert_eq!(visitor.user_info("blockinfo")?["blockreason"], serde_json::Value::Null);
    assert_eq!(home.run(&["user", "unblock", "William"])?.code(), Some(1));
    Ok(())
}

#[test]
fn groups_change_at_once_and_are_logged() -> Tested {
    let home = home()?;
    let server = home.serve()?;
    let mut visitor = server.visitor_of("William", PASSWORD)?;
    home.run(&["user", "groups", "William", "--add", "bot"])?.well()?;
    home.run(&["user", "groups", "William", "--add", "sysop", "--remove", "bot"])?.well()?;
    assert_eq!(visitor.get(&[("action", "query"), ("assert", "bot")])?.error(), "assertbotfailed");
    let groups = visitor.user_info("groups")?;
    assert!(groups["groups"].as_array().unwrap().contains(&"sysop".into()), "{groups}");
    let log = last_log(&home)?;
    assert_eq!(log[..6], ["rights", "rights", "2", "William", "Maintenance script", ""]);
    let logged = params(&log[6]);
    assert_eq!(list(logged.get("4::oldgroups")), ["bot"]);
    assert_eq!(list(logged.get("5::newgroups")), ["sysop"]);
    for key in ["oldmetadata", "newmetadata"] {
        assert_eq!(logged.get(key).and_then(Value::as_array).unwrap().len(), 1, "{key}");
    }
    let said = home.run(&["user", "groups", "William", "--add", "sysops"])?;
    assert_eq!(said.code(), Some(1));
    assert!(said.stderr.contains("did you mean \"sysop\""), "{}", said.stderr);
    Ok(())
}

#[test]
fn all_sessions_of_an_account_can_be_ended() -> Tested {
    let home = home()?;
    let server = home.serve()?;
    let mut one = server.visitor_of("William", PASSWORD)?;
    let mut two = server.visitor();
    two.log_in_with("William", PASSWORD, &[("rememberMe", "1")])?;
    let said = home.run(&["user", "end-sessions", "William"])?.well()?;
    assert!(said.contains("Ended 2 sessions"), "{said}");
    assert_eq!((one.whoami()?, two.whoami()?), (None, None));
    server.visitor_of("William", PASSWORD)?;
    Ok(())
}

#[test]
fn a_login_leaves_no_row_in_the_public_log() -> Tested {
    let home = home()?;
    let bot = home.add_bot_password("William", "tool", &[])?;
    let before = log_rows(&home)?;
    let server = home.serve()?;
    server.visitor_of("William", PASSWORD)?.log_out()?;
    server.visitor().log_in("William", "wrong")?;
    assert_eq!(server.visitor().log_in_bot("William@tool", &bot)?.result(), "Success");
    assert_eq!(log_rows(&home)?, before);
    let log = server.log();
    assert!(log.contains("login") && log.contains("William"), "it is in the server's: {log}");
    for secret in [PASSWORD, &bot] {
        assert!(!log.contains(secret), "{log}");
    }
    Ok(())
}

#[test]
fn bot_passwords_come_and_go() -> Tested {
    let home = home()?;
    let secret = home.add_bot_password("William", "tool", &["editpage"])?;
    let listed = json(home.run(&["bot-password", "list", "William", "--json"])?)?;
    assert_eq!(listed[0]["app"], "tool");
    assert_eq!(listed[0]["grants"], serde_json::json!(["basic", "editpage"]));
    let server = home.serve()?;
    let mut bot = server.visitor();
    assert_eq!(bot.log_in_bot("William@tool", &secret)?.result(), "Success");
    home.run(&["bot-password", "remove", "William", "tool"])?.well()?;
    assert_eq!(bot.whoami()?, None);
    for args in [
        &["bot-password", "remove", "William", "tool"][..],
        &["bot-password", "add", "William", "x", "--grant", "edit-page"],
        &["bot-password", "add", "William", "x", "--restrict", "here"],
        &["bot-password", "add", "Nobody", "x"],
    ] {
        assert_eq!(home.run(args)?.code(), Some(1), "{args:?}");
    }
    assert_eq!(
        json(home.run(&["bot-password", "list", "William", "--json"])?)?,
        serde_json::json!([])
    );
    Ok(())
}

#[test]
fn a_check_says_whether_all_is_well() -> Tested {
    let home = home()?;
    let server = home.serve()?;
    let said = home.run(&["check", "--listen", server.address()])?;
    assert_eq!(said.code(), Some(0), "{said:?}");
    assert!(said.stdout.contains("MediaWiki 1.45.0") && !said.stdout.contains('✗'), "{said:?}");

    let key = home.data().join("secret.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644))?;
    let said = home.run(&["check", "--listen", server.address()])?;
    assert_eq!(said.code(), Some(1), "{said:?}");
    assert!(said.stdout.contains("chmod 600"), "{said:?}");

    let nothing = Home::new()?;
    let said = nothing.run(&["check", "--listen", "127.0.0.1:0"])?;
    assert_eq!(said.code(), Some(0), "{said:?}");
    assert!(!nothing.data().exists(), "a check makes nothing");
    Ok(())
}

#[test]
fn the_configuration_that_is_shown_can_be_used() -> Tested {
    let mut home = Home::new()?;
    home.set("DAEMUN_SESSION_LIFETIME", "1234");
    home.set("DAEMUN_SECRET_KEY", "0123456789abcdef0123456789abcdef");
    let shown = home.run(&["config", "show"])?.well()?;
    assert!(shown.contains("1234") && shown.contains("DAEMUN_SESSION_LIFETIME"), "{shown}");
    let as_json = home.run(&["config", "show", "--json"])?;
    for text in [&shown, &as_json.stdout] {
        assert!(!text.contains("0123456789abcdef"), "a secret is not shown: {text}");
    }
    json(as_json)?;
    let other = Home::new()?;
    std::fs::write(other.path().join("daemun.toml"), &shown)?;
    let again = other.run(&["config", "show", "--json"])?;
    assert!(json(again)?.to_string().contains("1234"));
    assert_eq!(other.serve()?.visitor().whoami()?, None);
    Ok(())
}

#[test]
fn the_reference_names_every_key_with_its_variable() -> Tested {
    let reference = Home::new()?.run(&["config", "reference"])?.well()?;
    for key in daemun::config::keys::all() {
        let (name, variable) = (format!("`{}`", key.name), key.variable());
        assert!(reference.contains(&name), "{name}");
        assert!(reference.contains(&variable), "{variable}");
    }
    Ok(())
}

#[test]
fn the_reference_of_the_configuration_is_the_one_that_the_program_prints() -> Tested {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/configuration.md");
    assert_eq!(
        std::fs::read_to_string(file)?,
        daemun::config::reference(),
        "run: cargo run -- config reference > docs/configuration.md"
    );
    Ok(())
}

#[test]
fn check_names_the_settings_whose_tables_are_not_there() -> Tested {
    let home = Home::new()?;
    home.add_account("William", PASSWORD)?;
    let settings = "mail.transport = 'file'\nmail.login-codes = true\n\
        second-factor.required-for-groups = ['sysop']\n\
        [openid.example]\nissuer = 'http://127.0.0.1:9'\nclient-id = 'wiki'\n";
    std::fs::write(home.path().join("daemun.toml"), settings)?;
    let tables = || {
        let said = home.run(&["check", "--listen", "127.0.0.1:0"])?.stdout;
        let lines: Vec<String> = said.lines().map(str::to_owned).collect();
        let about = lines.iter().enumerate().filter(|(_, line)| line.contains(" tables:"));
        let found = about.map(|(at, line)| {
            let advice = lines.get(at + 1).filter(|line| line.starts_with("  "));
            format!("{line} {}", advice.map(|line| line.trim()).unwrap_or_default())
        });
        anyhow::Ok(found.collect::<Vec<_>>())
    };
    let all = "✓ tables:         those of second-factor.required-for-groups, openid, \
        mail.login-codes are there";
    assert_eq!(tables()?.iter().map(|line| line.trim()).collect::<Vec<_>>(), [all]);
    home.sql("DROP TABLE oathauth_types")?;
    home.sql("DROP TABLE openid_connect")?;
    home.sql("DROP TABLE loginnotify_seen_net")?;
    let missing = tables()?;
    assert_eq!(missing.len(), 3, "{missing:?}");
    for (line, [setting, table, extension]) in missing.iter().zip([
        ["`second-factor.required-for-groups`", "oathauth_types", "OATHAuth"],
        ["`openid`", "openid_connect", "OpenIDConnect"],
        ["`mail.login-codes`", "loginnotify_seen_net", "LoginNotify"],
    ]) {
        assert!(line.starts_with('✗') && line.contains(&format!("{setting} needs")), "{line}");
        assert!(line.contains(&format!("the table {table}")) && line.contains(extension), "{line}");
    }
    Ok(())
}
