//! The programs in `examples/`, each run against a demo.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;
use daemun_testkit::demo::{Demo, totp};
use daemun_testkit::program::Home;

use crate::Tested;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("examples")
}

/// Runs a program with this on its standard input; answers how it ended and what it said.
fn run(command: &mut Command, input: &str) -> anyhow::Result<(bool, String)> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let written = child.stdin.take().context("a pipe")?.write_all(input.as_bytes());
    let output = child.wait_with_output()?;
    let said = [output.stdout, output.stderr].concat();
    written.or_else(|error| if said.is_empty() { Err(error) } else { Ok(()) })?;
    Ok((output.status.success(), String::from_utf8(said)?))
}

/// Runs both programs of a language by each way through them.
fn both(bot: &[&str], person: &[&str], address: impl Fn(&Demo) -> String) -> Tested {
    let demo = Demo::start()?;
    let address = address(&demo);
    let program = |line: &[&str], name: &str, input: &str| {
        let mut command = Command::new(line[0]);
        command.args(&line[1..]).args([&address, name]).current_dir(examples());
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        run(&mut command, input)
    };
    let bot_name = demo.field("bot-password", "lgname")?;
    let (well, said) = program(bot, bot_name, demo.field("bot-password", "lgpassword")?)?;
    assert!(well && said.contains("You are Robot."), "{said}");
    let (well, said) = program(bot, bot_name, "wrong\n")?;
    assert!(!well && said.contains("password"), "{said}");

    let (well, said) = program(person, "Plain", "demo-password-1\n")?;
    assert!(well && said.contains("You are Plain."), "{said}");
    let code = totp(demo.secret("two-factor", "totp-secret")?)?;
    let (well, said) = program(person, "Twofactor", &format!("demo-password-1\n{code}\n"))?;
    assert!(well && said.contains("You are Twofactor."), "{said}");
    let new = "demo-password-1\ndemo-password-2\ndemo-password-2\n";
    let (well, said) = program(person, "Expired", new)?;
    assert!(well && said.contains("You are Expired."), "{said}");
    let (well, said) = program(person, "Plain", "wrong\n")?;
    assert!(!well && said.contains("password"), "{said}");
    Ok(())
}

fn api(demo: &Demo) -> String {
    format!("{}/w/api.php", demo.url().unwrap())
}

/// Whether a program is there; what is not tried without it is said.
fn is_there(test: &str, probe: &[&str]) -> bool {
    let mut command = Command::new(probe[0]);
    let there = run(command.args(&probe[1..]), "").is_ok_and(|(well, _)| well);
    if !there {
        eprintln!("SKIPPED {test}: no {}", probe.join(" "));
    }
    there
}

#[test]
fn the_python_programs_log_in() -> Tested {
    if !is_there("the_python_programs_log_in", &["python3", "--version"]) {
        return Ok(());
    }
    both(&["python3", "python/bot_login.py"], &["python3", "python/client_login.py"], api)
}

#[test]
fn the_node_programs_log_in() -> Tested {
    if !is_there("the_node_programs_log_in", &["node", "--version"]) {
        return Ok(());
    }
    both(&["node", "node/bot-login.mjs"], &["node", "node/client-login.mjs"], api)
}

#[test]
fn the_php_programs_log_in() -> Tested {
    let probe = ["php", "-r", "exit(function_exists('curl_init') ? 0 : 1);"];
    if !is_there("the_php_programs_log_in", &probe) {
        return Ok(());
    }
    both(&["php", "php/bot_login.php"], &["php", "php/client_login.php"], api)
}

#[test]
fn the_rust_programs_log_in() -> Tested {
    // TARGET/PROFILE/deps/test: cargo builds the examples of packages that are tested as well, but
    // not those of another.
    let here = std::env::current_exe()?;
    let profile = here.parent().and_then(Path::parent).context("the profile's folder")?;
    let target = profile.parent().context("the target folder")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    for (name, _) in std::env::vars() {
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            build.env_remove(name);
        }
    }
    build.args(["build", "--quiet", "--package", "daemun-client", "--examples", "--target-dir"]);
    let profile_name = match profile.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    build.arg(target).args(["--profile", profile_name]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let (well, said) = run(&mut build, "")?;
    assert!(well, "{said}");
    let program = |name: &str| profile.join("examples").join(name).display().to_string();
    let (bot, person) = (program("bot_login"), program("client_login"));
    both(&[&bot], &[&person], |demo| demo.url().unwrap().to_owned())
}

/// Serves the files of `examples/browser` as a web server would; answers where.
fn web_server() -> anyhow::Result<String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    let origin = format!("http://{}", listener.local_addr()?);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A browser opens connections that it does not use at once.
            std::thread::spawn(move || serve_file(stream));
        }
    });
    Ok(origin)
}

fn serve_file(mut stream: std::net::TcpStream) -> Option<()> {
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(&stream), &mut line).ok()?;
    let target = line.split(' ').nth(1)?;
    let name = target.split('?').next()?.trim_start_matches('/');
    let kind = if name.ends_with(".js") { "text/javascript" } else { "text/html; charset=UTF-8" };
    let files =
        ["bot-login.html", "bot-login.js", "client-login.html", "client-login.js", "wiki.js"];
    let file = files.into_iter().find(|file| *file == name);
    let (status, body) = match file {
        Some(file) => ("200 OK", std::fs::read(examples().join("browser").join(file)).ok()?),
        None => ("404 Not Found", Vec::new()),
    };
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}");
    stream.write_all(format!("{head}\r\nConnection: close\r\n\r\n").as_bytes()).ok()?;
    stream.write_all(&body).ok()
}

#[test]
fn the_pages_log_in_in_a_browser() -> Tested {
    if !is_there("the_pages_log_in_in_a_browser", &["chromium", "--version"]) {
        return Ok(());
    }
    let pages = web_server()?;
    let mut home = Home::new()?;
    home.set("DAEMUN_CORS_DOMAINS", &format!("[\"{}\"]", pages.trim_start_matches("http://")));
    home.add_account("William", "William-pass-1!")?;
    let bot = home.add_bot_password("William", "tool", &[])?;
    let server = home.serve()?;
    let (client_login, bot_login) = (
        ("client-login.html", ["username", "password"]),
        ("bot-login.html", ["lgname", "lgpassword"]),
    );
    for ((file, fields), values, outcome) in [
        (client_login, ["William", "William-pass-1!"], "Hello, William!"),
        (client_login, ["William", "x"], "(wrongpassword)"),
        (bot_login, ["William@tool", &bot], "Hello, William!"),
        (bot_login, ["William@tool", "x"], "(wrongpassword)"),
    ] {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("api", &format!("{}/w/api.php", server.origin()))
            .extend_pairs(fields.iter().zip(values))
            .finish();
        let profile = tempfile::tempdir()?;
        let mut browser = Command::new("chromium");
        browser.args(["--headless=new", "--no-sandbox", "--disable-gpu", "--dump-dom"]);
        browser.arg("--virtual-time-budget=20000").args(["--timeout=30000", "--lang=en"]);
        browser.arg(format!("--user-data-dir={}", profile.path().display()));
        browser.arg(format!("{pages}/{file}?{query}")).env("HOME", profile.path());
        let (_, said) = run(&mut browser, "")?;
        assert!(said.contains(outcome), "{file}: {said}\n{}", server.log());
    }
    Ok(())
}
