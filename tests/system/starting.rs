//! Starting the server for the first time and again, wrongly, and stopping it.

use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use daemun_store::{Store, StoreOptions};
use daemun_testkit::program::{Home, Server, free_port};
use daemun_testkit::waiting::wait_until;

use crate::Tested;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// The name and the password that a banner shows, if it shows any.
fn administrator(banner: &str) -> Option<(String, String)> {
    let after = |label: &str| {
        let rest = banner.split_once(label)?.1;
        Some(rest.lines().next()?.trim().to_owned())
    };
    Some((after("Name:")?, after("Password:")?))
}

#[test]
fn the_first_start_makes_a_private_folder() -> Tested {
    let home = Home::new()?;
    let server = home.serve()?;
    server.visitor().log_in("Admin", "wrong")?;
    assert_eq!(mode(&home.data()), 0o700);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(home.data())? {
        let path = entry?.path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        files.push(path.file_name().unwrap().to_string_lossy().into_owned());
    }
    for file in ["wiki.sqlite", "wikicache.sqlite", "secret.key"] {
        assert!(files.iter().any(|name| name == file), "no {file} in {files:?}");
    }
    Ok(())
}

#[test]
fn the_first_start_makes_an_administrator_whose_password_is_shown_once() -> Tested {
    let home = Home::new()?;
    let server = home.serve()?;
    let (name, password) = administrator(&server.banner()).expect("an administrator");
    assert_eq!(name, "Admin");
    assert!(password.len() >= 20, "{password}");
    let mut visitor = server.visitor();
    assert_eq!(visitor.log_in(&name, &password)?.status(), "PASS");
    let info = visitor.user_info("groups")?;
    for group in ["sysop", "bureaucrat", "interface-admin"] {
        assert!(info["groups"].as_array().unwrap().contains(&group.into()), "{info}");
    }
    assert!(!server.log().contains(&password), "a password does not belong into the log");
    assert!(server.stop()?.success());

    let server = home.serve()?;
    assert_eq!(administrator(&server.banner()), None);
    assert_eq!(server.visitor().log_in(&name, &password)?.status(), "PASS");
    Ok(())
}

#[test]
fn the_printed_commands_log_in_when_pasted_into_a_shell() -> Tested {
    for tool in ["bash", "curl", "sed"] {
        if Command::new(tool).arg("--version").output().is_err() {
            eprintln!("SKIPPED the_printed_commands_log_in_when_pasted_into_a_shell: no {tool}");
            return Ok(());
        }
    }
    let home = Home::new()?;
    let server = home.serve()?;
    let banner = server.banner();
    let script = banner.split_once("Log in:").unwrap().1.split_once("What next:").unwrap().0;
    let output = Command::new("bash").arg("-c").arg(script).current_dir(home.path()).output()?;
    let said = String::from_utf8(output.stdout)?;
    assert!(output.status.success(), "{script}\n{said}");
    let json: serde_json::Value = serde_json::from_str(said.trim())?;
    assert_eq!(json["clientlogin"]["status"], "PASS", "{script}\n{said}");
    assert_eq!(json["clientlogin"]["username"], "Admin");
    Ok(())
}

#[test]
fn two_servers_on_one_folder_agree() -> Tested {
    let home = Home::new()?;
    let (one, two) = (home.serve()?, home.serve()?);
    let (name, password) = administrator(&one.banner()).expect("an administrator");
    assert_eq!(administrator(&two.banner()), None);
    let mut visitor = one.visitor();
    let token = visitor.token("login")?;
    let mut visitor = visitor.moved_to(two.origin());
    assert_eq!(visitor.log_in_by_token(&token, &name, &password, &[])?.status(), "PASS");
    assert_eq!(visitor.moved_to(one.origin()).whoami()?, Some(name));
    Ok(())
}

#[test]
fn a_taken_port_is_said_in_words() -> Tested {
    let home = Home::new()?;
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let address = taken.local_addr()?.to_string();
    let said = home.run(&["serve", "--listen", &address])?;
    assert_eq!(said.code(), Some(1), "{said:?}");
    let sentence = format!("daemun: cannot listen on {address}");
    assert!(said.stderr.starts_with(&sentence), "{}", said.stderr);
    assert!(said.stderr.contains("is another daemun running?"), "{}", said.stderr);
    assert!(!home.data().join("wiki.sqlite").exists(), "nothing was begun");
    Ok(())
}

#[test]
fn an_unknown_key_stops_the_start_and_the_nearest_is_named() -> Tested {
    let home = Home::new()?;
    std::fs::write(home.path().join("daemun.toml"), "lisen = \"127.0.0.1:0\"\n")?;
    let said = home.run(&["serve"])?;
    assert_eq!(said.code(), Some(2), "{said:?}");
    for word in ["daemun.toml", "lisen", "listen"] {
        assert!(said.stderr.contains(word), "no {word} in {}", said.stderr);
    }
    assert!(!home.data().exists(), "nothing was begun");
    Ok(())
}

#[test]
fn every_wrong_value_is_told_at_once() -> Tested {
    let mut home = Home::new()?;
    home.set("DAEMUN_HASH_WORKERS", "many");
    let toml = "session-lifetime = \"long\"\n[password]\ndefault = \"md5\"\n";
    std::fs::write(home.path().join("daemun.toml"), toml)?;
    let said = home.run(&["serve", "--listen", "everywhere"])?;
    assert_eq!(said.code(), Some(2), "{said:?}");
    for word in [
        "DAEMUN_HASH_WORKERS",
        "many",
        "session-lifetime",
        "password.default",
        "argon2id",
        "--listen",
        "everywhere",
    ] {
        assert!(said.stderr.contains(word), "no {word} in {}", said.stderr);
    }
    assert!(!home.data().exists(), "nothing was begun");
    Ok(())
}

#[test]
fn arguments_that_are_none_end_with_the_code_of_wrong_use() -> Tested {
    let home = Home::new()?;
    for args in [&["serve", "--lisen", "x"][..], &["sevre"], &[]] {
        let said = home.run(args)?;
        assert_eq!(said.code(), Some(2), "{args:?}: {said:?}");
        assert!(said.stdout.is_empty() && said.stderr.contains("Usage:"), "{args:?}: {said:?}");
    }
    Ok(())
}

#[test]
fn the_address_that_people_open_is_the_one_that_is_configured() -> Tested {
    let mut home = Home::new()?;
    home.set("DAEMUN_PUBLIC_URL", "https://wiki.example.org");
    let server = home.serve()?;
    assert!(server.banner().contains("https://wiki.example.org/w/api.php"), "{}", server.banner());
    let mut visitor = server.visitor().with_header("X-Forwarded-Host", "evil.example");
    let answer = visitor.get(&[("action", "query"), ("meta", "siteinfo")])?;
    assert_eq!(answer.text_at("/query/general/server"), "https://wiki.example.org");
    let cookie = visitor.get(&[("action", "query"), ("meta", "tokens"), ("type", "login")])?;
    let cookie = cookie.header("set-cookie").expect("a cookie");
    assert!(cookie.to_ascii_lowercase().contains("; secure"), "{cookie}");
    Ok(())
}

#[test]
fn a_login_under_way_is_finished_before_the_server_stops() -> Tested {
    let mut home = Home::new()?;
    // A check that takes a third of a second or more.
    home.set("DAEMUN_PASSWORD_PBKDF2_ROUNDS", "1000000");
    home.add_account("William", "William-pass-1!")?;
    home.set("DAEMUN_PASSWORD_PBKDF2_ROUNDS", "10");
    let mut server = home.serve()?;
    let address = server.address().to_owned();
    let mut idle = server.visitor();
    idle.whoami()?;
    let mut visitor = server.visitor();
    let login = std::thread::spawn(move || visitor.log_in("William", "William-pass-1!"));
    wait_until_a_login_is_counted(&home)?;
    server.signal("TERM")?;
    wait_until("the refusal of new connections", || {
        let refused = |error: std::io::Error| error.kind() == ErrorKind::ConnectionRefused;
        Ok(TcpStream::connect(&address).err().is_some_and(refused))
    })?;
    assert!(!login.is_finished(), "the login ended before the server was asked to stop");
    let answer = login.join().unwrap()?;
    assert_eq!(answer.status(), "PASS", "{}", answer.body());
    assert_eq!(server.wait()?.code(), Some(0));
    Ok(())
}

/// A login is counted before its password is hashed.
fn wait_until_a_login_is_counted(home: &Home) -> Tested {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let options = StoreOptions {
        data_folder: home.data(),
        name: "wiki".to_owned(),
        wiki_id: "wiki".to_owned(),
        table_prefix: String::new(),
    };
    let store = runtime.block_on(Store::open(&options))?;
    wait_until("a counted login", || {
        let sql = "SELECT 1 FROM objectcache WHERE keyname LIKE '%throttler:password%'";
        Ok(!runtime.block_on(store.execute_on_cache_for_tests(sql))?.is_empty())
    })
}

#[test]
fn an_interrupt_stops_it_like_a_termination() -> Tested {
    let home = Home::new()?;
    for signal in ["INT", "TERM"] {
        let mut server = home.serve()?;
        // A connection that stays open and asks nothing holds nobody up.
        let _idle = TcpStream::connect(server.address())?;
        server.signal(signal)?;
        assert_eq!(server.wait()?.code(), Some(0), "{signal}");
    }
    Ok(())
}

#[test]
fn a_free_port_that_is_named_is_taken() -> Tested {
    let home = Home::new()?;
    let address = format!("127.0.0.1:{}", free_port()?);
    let server = Server::start(home.command(&["serve", "--listen", &address])?)?;
    assert_eq!(server.address(), address);
    assert_eq!(server.visitor().whoami()?, None);
    Ok(())
}
