//! What the program tells of its work: lines, logins, metrics, health. None of it holds a secret.

use std::collections::BTreeSet;

use daemun_testkit::program::{Home, Server};
use daemun_testkit::visitor::{Answer, Visitor};
use daemun_testkit::waiting::{wait_for, wait_until};
use serde_json::Value;

use crate::Tested;

const PASSWORD: &str = "William-pass-1!";
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// A wiki with one account, which counts and nobody is throttled in.
fn home() -> anyhow::Result<Home> {
    home_with_hashes("10")
}

/// Rounds for which a hash takes a second or a few.
const SLOW: &str = "1000000";

fn home_with_hashes(rounds: &str) -> anyhow::Result<Home> {
    let mut home = Home::new()?;
    home.set("DAEMUN_METRICS_LISTEN", "127.0.0.1:0");
    home.set("DAEMUN_PASSWORD_PBKDF2_ROUNDS", rounds);
    std::fs::write(home.path().join("daemun.toml"), "throttle.password = []\n")?;
    home.add_account("William", PASSWORD)?;
    Ok(home)
}

/// The lines of the log, each of which must be JSON.
fn lines(server: &Server) -> Vec<Value> {
    let log = server.log();
    let whole = log.rfind('\n').map_or("", |end| &log[..end]);
    whole.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

/// The line of this part of the log for which something holds.
fn line(server: &Server, target: &str, holds: impl Fn(&Value) -> bool) -> anyhow::Result<Value> {
    wait_for(&format!("a line of {target}"), || {
        Ok(lines(server).into_iter().find(|line| line["target"] == target && holds(line)))
    })
}

fn line_of(server: &Server, target: &str, answer: &Answer) -> anyhow::Result<Value> {
    let id = answer.header("x-request-id").expect("an id");
    line(server, target, |line| line["id"] == id.as_str())
}

/// Where operators look.
fn operators(server: &Server) -> Visitor {
    let banner = server.banner();
    let rest = banner.split_once("Metrics:").expect("metrics").1.trim_start();
    Visitor::at(rest.split_once("/metrics").expect("an address").0)
}

fn metrics(server: &Server) -> anyhow::Result<String> {
    let answer = operators(server).send_to("GET", "/metrics", None, &[])?;
    let kind = answer.header("content-type").unwrap_or_default();
    assert!(kind.starts_with("application/openmetrics-text; version=1.0.0"), "{kind}");
    Ok(answer.body())
}

/// The value of a series by its whole name, labels included.
fn series(text: &str, name: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
}

#[test]
fn every_request_leaves_one_line() -> Tested {
    let home = home()?;
    let server = home.serve()?;
    let mut visitor = server.visitor();
    let info = [("action", "query"), ("meta", "userinfo|tokens"), ("type", "login")];
    let request = line_of(&server, "daemun::request", &visitor.get(&info)?)?;
    for (field, value) in [
        ("method", "GET"),
        ("path", "/w/api.php"),
        ("action", "query"),
        ("modules", "userinfo|tokens"),
        ("format", "json"),
        ("address", "127.0.0.1"),
        ("level", "INFO"),
    ] {
        assert_eq!(request[field], value, "{field}: {request}");
    }
    assert_eq!(request["status"], 200);
    assert!(request["ms"].as_f64().unwrap() > 0.0 && request["bytes"].as_u64().unwrap() > 50);
    assert!(request["account"].is_null() && request["error"].is_null(), "{request}");

    let passed = visitor.log_in("William", PASSWORD)?;
    assert_eq!(line_of(&server, "daemun::request", &passed)?["account"], "William");
    let refused = visitor.get(&[("action", "clientlogin"), ("format", "xml")])?;
    let request = line_of(&server, "daemun::request", &refused)?;
    assert_eq!((&request["error"], &request["format"]), (&"missingparam".into(), &"xml".into()));
    let unknown = line_of(&server, "daemun::request", &visitor.get(&[("action", "nosuch")])?)?;
    assert_eq!((&unknown["error"], &unknown["action"]), (&"badvalue".into(), &Value::Null));

    visitor.send_to("GET", "/elsewhere?x=1", None, &[])?;
    let request = line(&server, "daemun::request", |line| line["path"] == "/elsewhere")?;
    assert_eq!(request["status"], 404);
    let before = lines(&server).len();
    visitor.send_to("GET", "/healthz", None, &[])?;
    visitor.send_to("GET", "/", None, &[])?;
    line(&server, "daemun::request", |line| line["path"] == "/")?;
    assert_eq!(lines(&server).len(), before + 1, "probes leave none");
    Ok(())
}

#[test]
fn logins_are_events_with_outcome_account_and_way() -> Tested {
    let home = home()?;
    let bot = home.add_bot_password("William", "tool", &["basic"])?;
    let server = home.serve()?;
    let event = |answer: &Answer, expected: [&str; 4]| -> Tested {
        let line = line_of(&server, "daemun::login", answer)?;
        let found = ["method", "outcome", "account", "reason"].map(|f| line[f].as_str());
        assert_eq!(found.map(Option::unwrap_or_default), expected, "{line}");
        assert_eq!(line["address"], "127.0.0.1");
        assert!(line["ms"].is_f64(), "{line}");
        Ok(())
    };
    let passed = server.visitor().log_in("william", PASSWORD)?;
    event(&passed, ["clientlogin", "PASS", "William", ""])?;
    let failed = server.visitor().log_in("William", "wrong")?;
    event(&failed, ["clientlogin", "FAIL", "William", "wrongpassword"])?;
    let bad = server.visitor().log_in_by_token("x", "William", PASSWORD, &[])?;
    event(&bad, ["clientlogin", "Error", "William", "badtoken"])?;
    let mut visitor = server.visitor();
    event(&visitor.log_in_bot("William@tool", &bot)?, ["bot-password", "Success", "William", ""])?;
    let again = visitor.log_in_bot("William@tool", &bot)?;
    event(&again, ["login", "Aborted", "William@tool", "api-login-fail-badsessionprovider"])?;
    let wrong = server.visitor().log_in_bot("William@other", &bot)?;
    event(&wrong, ["bot-password", "Failed", "William@other", "wrongpassword"])?;
    let main = server.visitor().log_in_bot("William", PASSWORD)?;
    event(&main, ["main-account", "Success", "William", ""])?;
    let mut visitor = server.visitor();
    let need = visitor.post(&[("action", "login"), ("lgname", "William")])?;
    event(&need, ["login", "NeedToken", "William", ""])?;
    visitor.token("login")?;
    let wrong = visitor.log_in_bot_by_token("x", "William", PASSWORD)?;
    event(&wrong, ["login", "WrongToken", "William", ""])?;
    let lost = server.visitor().log_in_bot_by_token("x", "William", PASSWORD)?;
    event(&lost, ["login", "Failed", "William", "sessionlost"])?;

    let mut member = server.visitor_of("William", PASSWORD)?;
    let out = line_of(&server, "daemun::login", &member.log_out()?)?;
    assert_eq!((&out["message"], &out["account"]), (&"signed out".into(), &"William".into()));
    Ok(())
}

#[test]
fn throttled_attempts_and_those_that_find_no_place_are_told_from_failed_ones() -> Tested {
    let mut home = Home::new()?;
    home.set("DAEMUN_METRICS_LISTEN", "127.0.0.1:0");
    home.set("DAEMUN_THROTTLE_PASSWORD", "[{ count = 1, seconds = 300 }]");
    home.set("DAEMUN_HASH_QUEUE", "1");
    home.set("DAEMUN_EXPLAIN", "true");
    home.set("DAEMUN_HASH_WORKERS", "1");
    home.set("DAEMUN_PASSWORD_PBKDF2_ROUNDS", SLOW);
    let server = home.serve()?;
    let mut first = server.visitor();
    let mut second = server.visitor();
    std::thread::scope(|scope| -> Tested {
        let slow = scope.spawn(move || first.log_in("Nobody", "wrong"));
        wait_until("a place taken", || {
            Ok(series(&metrics(&server)?, "daemun_hash_places") == Some(1.0))
        })?;
        let busy = second.log_in("Somebody", "wrong")?;
        assert_eq!(busy.error(), "ratelimited", "{}", busy.body());
        let event = line_of(&server, "daemun::login", &busy)?;
        assert_eq!((&event["outcome"], &event["account"]), (&"Busy".into(), &"Somebody".into()));
        assert_eq!(line_of(&server, "daemun::explain", &busy)?["why"], "busy");
        assert_eq!(slow.join().expect("a login")?.message_code(), "wrongpassword");
        Ok(())
    })?;
    let throttled = second.log_in("Nobody", "wrong")?;
    assert_eq!(line_of(&server, "daemun::login", &throttled)?["outcome"], "Throttled");
    let text = metrics(&server)?;
    for (outcome, count) in [("FAIL", 1.0), ("Busy", 1.0), ("Throttled", 1.0)] {
        let name = format!("daemun_logins_total{{method=\"clientlogin\",outcome=\"{outcome}\"}}");
        assert_eq!(series(&text, &name), Some(count), "{name}");
    }
    let hashes = series(&text, "daemun_hash_duration_seconds_count");
    assert_eq!(hashes, Some(2.0), "the administrator's and the one login's");
    Ok(())
}

#[test]
fn a_name_cannot_forge_a_line() -> Tested {
    let mut home = home()?;
    let forged = format!("x\n{{\"target\":\"forged\"}}\r\n\u{1b}[2J\u{2028}{}", "y".repeat(5000));
    for format in ["json", "text"] {
        home.set("DAEMUN_LOG_FORMAT", format);
        let server = home.serve()?;
        server.visitor().log_in(&forged, "wrong")?;
        server.visitor().log_in_bot(&forged, "wrong")?;
        wait_until("both events", || Ok(server.log().matches("daemun::login").count() == 2))?;
        let log = server.log();
        for line in log.lines() {
            assert!(!line.starts_with('{') || format == "json", "{line}");
            assert!(!line.starts_with("{\"target\":\"forged\""), "{line}");
            assert!(line.len() < 1000, "{} bytes", line.len());
        }
        assert!(!log.contains(['\u{1b}', '\u{2028}', '\r']), "{format}");
        if format == "json" {
            let event = line(&server, "daemun::login", |_| true)?;
            let account = event["account"].as_str().unwrap();
            assert!(account.starts_with("x\\u{a}") && account.ends_with('…'), "{account}");
        }
    }
    Ok(())
}

#[test]
fn no_secret_reaches_the_log() -> Tested {
    let mut home = home()?;
    home.set("DAEMUN_LOG", "trace");
    home.set("DAEMUN_EXPLAIN", "true");
    let bot = home.add_bot_password("William", "tool", &["basic"])?;
    let server = home.serve()?;
    let secret = "Sesame-5e5a3e";
    let mut secrets = BTreeSet::from([secret.to_owned(), PASSWORD.to_owned(), bot.clone()]);
    let mut visitor = server.visitor();
    let mut keep = |visitor: &mut Visitor| -> Tested {
        for kind in ["login", "csrf"] {
            let token = visitor.token(kind)?;
            secrets.extend((token.len() > 30).then(|| token[..32].to_owned()));
        }
        for cookie in ["wiki_session", "wiki_BPsession", "wikiToken"] {
            secrets.extend(visitor.cookie(cookie));
        }
        Ok(())
    };
    keep(&mut visitor)?;
    visitor.log_in("William", secret)?;
    visitor.log_in_with("William", PASSWORD, &[("rememberMe", "1")])?;
    keep(&mut visitor)?;
    let mut program = server.visitor();
    program.log_in_bot("William@tool", &bot)?;
    keep(&mut program)?;
    program.log_in_bot("William", &format!("tool@{secret}"))?;
    for name in ["password", "lgpassword", "lgtoken", "logintoken", "token", "unknown", "format"] {
        for action in ["login", "clientlogin", "logout", "checktoken", "query", secret] {
            server.visitor().get(&[("action", action), (name, secret)])?;
            server.visitor().post(&[("action", action), (name, secret)])?;
            server.visitor().post_multipart(&[("action", action), (name, secret)])?;
        }
    }
    for header in ["Cookie", "Authorization", "User-Agent", "Referer", "Origin", "Content-Type"] {
        let value = format!("wiki_session={secret}");
        server.visitor().with_header(header, &value).get(&[("action", "query")])?;
        server.visitor().with_header(header, &value).post(&[("password", secret)])?;
    }
    server.visitor().send_to("GET", &format!("/w/api.php/{secret}?{secret}"), None, &[])?;
    server.visitor().send_to("POST", "/w/api.php", Some(secret.as_bytes()), &[])?;
    server.visitor().send_to("GET", &format!("/nothing?password={secret}"), None, &[])?;
    line(&server, "daemun::request", |line| line["path"] == "/nothing")?;
    let log = server.log();
    assert!(secrets.len() > 7, "{}", secrets.len());
    for secret in &secrets {
        let found = log.lines().find(|line| line.contains(secret.as_str()));
        assert_eq!(found, None, "{secret}");
    }
    Ok(())
}

#[test]
fn metrics_are_openmetrics_with_a_bounded_number_of_series() -> Tested {
    let home = home()?;
    let server = home.serve()?;
    server.visitor_of("William", PASSWORD)?;
    for number in 0..20 {
        let name = format!("nosuch{number}");
        server.visitor().get(&[("action", &name), ("meta", &name)])?;
        server.visitor().get(&[("action", "query"), ("meta", &name), ("format", &name)])?;
        server.visitor().send_to("GET", &format!("/{name}"), None, &[])?;
        server.visitor().log_in(&name, "wrong")?;
    }
    let text = metrics(&server)?;
    assert!(text.ends_with("# EOF\n") && !text.contains("nosuch") && !text.contains("William"));
    let mut typed = BTreeSet::new();
    for line in text.lines().filter(|line| *line != "# EOF") {
        if let Some(rest) = line.strip_prefix("# ") {
            let mut words = rest.split(' ');
            let (kind, name) = (words.next().unwrap(), words.next().unwrap());
            assert!(["HELP", "TYPE", "UNIT"].contains(&kind), "{line}");
            typed.insert(name.to_owned());
            continue;
        }
        let (series, value) = line.rsplit_once(' ').expect(line);
        assert!(value.parse::<f64>().is_ok(), "{line}");
        assert!(typed.iter().any(|name| series.starts_with(name.as_str())), "{line}");
    }
    let count = |name: &str| series(&text, name);
    let tokens = "daemun_requests_total{module=\"query+tokens\",outcome=\"ok\"}";
    assert_eq!(count(tokens), Some(21.0));
    assert_eq!(count("daemun_requests_total{module=\"none\",outcome=\"refused\"}"), Some(20.0));
    let duration = "daemun_request_duration_seconds_count{module=\"query+tokens\"}";
    assert_eq!(count(duration), Some(21.0));
    assert_eq!(count("daemun_store_errors_total"), Some(0.0));
    assert!(text.contains("daemun_build_info{version=\""), "{text}");
    assert!(count("process_start_time_seconds").unwrap() > 1_700_000_000.0);
    assert!(text.lines().count() < 200, "{}", text.lines().count());
    Ok(())
}

#[test]
fn readiness_follows_the_store_and_health_the_process() -> Tested {
    let home = home()?;
    let server = home.serve()?;
    server.visitor_of("William", PASSWORD)?;
    drop(server);
    let server = home.serve()?;
    // Sessions are counted at the end of the first housekeeping, which is no part of what is tested.
    wait_until("the sessions are counted", || {
        Ok(series(&metrics(&server)?, "daemun_sessions") == Some(1.0))
    })?;
    let probe = |visitor: &mut Visitor, path: &str| -> anyhow::Result<(u16, String)> {
        let answer = visitor.send_to("GET", path, None, &[])?;
        Ok((answer.reply.status, answer.body()))
    };
    let (mut inside, mut outside) = (operators(&server), server.visitor());
    for visitor in [&mut inside, &mut outside] {
        for path in ["/healthz", "/readyz"] {
            assert_eq!(probe(visitor, path)?, (200, "ok\n".to_owned()), "{path}");
        }
    }
    home.sql("ALTER TABLE user RENAME COLUMN user_id TO user_id_away")?;
    let (status, why) = probe(&mut inside, "/readyz")?;
    assert!(status == 503 && why.starts_with("not ready: the store fails"), "{status} {why}");
    assert_eq!(probe(&mut outside, "/readyz")?, (503, "not ready\n".to_owned()));
    assert_eq!(probe(&mut outside, "/healthz")?.0, 200);
    let failed = outside.log_in("William", PASSWORD)?;
    assert_eq!(failed.reply.status, 500, "{}", failed.body());
    assert_eq!(series(&metrics(&server)?, "daemun_store_errors_total"), Some(1.0));
    home.sql("ALTER TABLE user RENAME COLUMN user_id_away TO user_id")?;
    assert_eq!(probe(&mut inside, "/readyz")?.0, 200);
    Ok(())
}

#[test]
fn a_server_that_stops_is_not_ready_while_it_finishes_what_it_began() -> Tested {
    let home = home_with_hashes(SLOW)?;
    let mut server = home.serve()?;
    let mut operators = operators(&server);
    let mut visitor = server.visitor();
    let token = visitor.token("login")?;
    let answer = std::thread::scope(|scope| -> anyhow::Result<Answer> {
        let login = scope.spawn(move || visitor.log_in_by_token(&token, "Nobody", "x", &[]));
        wait_until("a login under way", || {
            Ok(series(&metrics(&server)?, "daemun_hash_places") == Some(1.0))
        })?;
        server.signal("TERM")?;
        wait_until("no readiness", || {
            let answer = operators.send_to("GET", "/readyz", None, &[])?;
            Ok(answer.reply.status == 503 && answer.body().contains("stopping"))
        })?;
        login.join().expect("a login")
    })?;
    assert_eq!(answer.message_code(), "wrongpassword", "{}", answer.body());
    assert!(server.wait()?.success());
    Ok(())
}

#[test]
fn a_client_that_goes_away_is_noticed() -> Tested {
    let home = home_with_hashes(SLOW)?;
    std::fs::write(
        home.path().join("daemun.toml"),
        "throttle.password = [{ count = 1, seconds = 300 }]\n",
    )?;
    let server = home.serve()?;
    let mut visitor = server.visitor();
    let token = visitor.token("login")?;
    let body = daemun_testkit::visitor::encode(&[
        ("action", "clientlogin"),
        ("loginreturnurl", "http://x/"),
        ("username", "Nobody"),
        ("password", "x"),
        ("logintoken", &token),
    ]);
    let cookie = visitor.cookie("wiki_session").expect("a session");
    let mut stream = std::net::TcpStream::connect(server.address())?;
    let request = format!(
        "POST /w/api.php HTTP/1.1\r\nHost: x\r\nCookie: wiki_session={cookie}\r\n{}: {}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        FORM.0,
        FORM.1,
        body.len()
    );
    std::io::Write::write_all(&mut stream, request.as_bytes())?;
    wait_until("a login under way", || {
        Ok(series(&metrics(&server)?, "daemun_hash_places") == Some(1.0))
    })?;
    drop(stream);
    let gone = line(&server, "daemun::request", |line| line["message"] != "request")?;
    assert_eq!((&gone["message"], &gone["status"]), (&"the client went away".into(), &Value::Null));
    let login = line(&server, "daemun::login", |_| true)?;
    let found = ["method", "outcome", "account", "address"].map(|field| login[field].as_str());
    assert_eq!(found, ["clientlogin", "Abandoned", "Nobody", "127.0.0.1"].map(Some), "{login}");
    assert!(login["id"].is_string(), "{login}");
    let name = "daemun_logins_total{method=\"clientlogin\",outcome=\"Abandoned\"}";
    assert_eq!(series(&metrics(&server)?, name), Some(1.0));
    let again = server.visitor().log_in("Nobody", "x")?;
    assert_eq!(again.message_code(), "login-throttled", "it was counted: {}", again.body());
    Ok(())
}

#[test]
fn a_log_that_cannot_be_written_keeps_nobody_out() -> Tested {
    let home = home()?;
    // As on a disk that is full.
    let script = "exec \"$0\" \"$@\" 2>/dev/full";
    let command = home.command_by(script, &["serve", "--listen", "127.0.0.1:0"])?;
    let server = Server::start(command)?;
    let mut visitor = server.visitor_of("William", PASSWORD)?;
    assert_eq!(visitor.whoami()?.as_deref(), Some("William"));
    Ok(())
}
