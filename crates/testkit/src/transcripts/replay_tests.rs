//! The comparer against a server that answers what it is told to.
#![expect(clippy::needless_pass_by_value, reason = "so that json!(…) reads well")]

use std::cell::RefCell;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;

use serde_json::{Value, json};

use super::*;

const TOKEN: &str = "0123456789abcdef0123456789abcdef01234567+\\";
const SESSION: &str = "0123456789abcdefghijklmnopqrstuv";

/// Answers one canned reply a connection and hands over what it was sent.
struct Fake {
    origin: String,
    requests: mpsc::Receiver<String>,
    done: RefCell<Vec<String>>,
}

impl Fake {
    fn new(replies: Vec<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (sender, requests) = mpsc::channel();
        let own = origin.clone();
        std::thread::spawn(move || {
            for reply in replies {
                let (mut stream, _) = listener.accept().unwrap();
                sender.send(read_request(&mut stream)).unwrap();
                stream.write_all(reply.replace("{origin}", &own).as_bytes()).unwrap();
            }
        });
        Self { origin, requests, done: RefCell::default() }
    }
}

fn read_request(stream: &mut impl Read) -> String {
    let (mut text, mut buffer) = (String::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut buffer).unwrap();
        text.push_str(&String::from_utf8_lossy(&buffer[..count]));
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
        if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            return text;
        }
    }
}

impl Wiki for Fake {
    fn reset(&self, kind: &str) -> Result<()> {
        self.done.borrow_mut().push(format!("reset {kind}"));
        Ok(())
    }
    fn origin(&self, _: &str, settings: &[String]) -> Result<String> {
        self.done.borrow_mut().push(format!("settings {}", settings.join(",")));
        Ok(self.origin.clone())
    }
    fn sql(&self, statement: &str) -> Result<()> {
        self.done.borrow_mut().push(statement.to_owned());
        Ok(())
    }
    fn now(&self) -> i64 {
        59
    }
}

fn http(status: &str, headers: &[&str], body: &str) -> String {
    let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    format!("HTTP/1.1 {status}\r\n{headers}\r\n{body}")
}

fn step(expect: Value) -> Value {
    json!({"as": "c1", "send": "GET /w/api.php", "expect": expect})
}

fn played(steps: Vec<Value>, replies: Vec<String>) -> (Outcome, Fake) {
    let case = json!({"case": "x/y", "wiki": "base", "steps": steps});
    let fake = Fake::new(replies);
    (replay(&fake, &serde_json::from_value(case).unwrap()), fake)
}

/// Where one reply differs from what is expected.
fn places(expect: Value, reply: String) -> Vec<String> {
    match played(vec![step(expect)], vec![reply]).0 {
        Outcome::Equal => Vec::new(),
        Outcome::Differs(found) => found.into_iter().map(|found| found.place).collect(),
        other => vec![format!("{other:?}")],
    }
}

fn body(expect: Value, body: &str) -> Vec<String> {
    places(json!({"status": 200, "json": expect}), http("200 OK", &[], body))
}

fn cookie(expect: Value, line: &str) -> Vec<String> {
    let line = format!("Set-Cookie: {line}");
    places(json!({"status": 200, "cookies": [expect]}), http("200 OK", &[&line], ""))
}

#[test]
fn a_reply_as_expected_is_equal() {
    let expect = json!({"status": 301, "headers": {"location": "{origin}/w/", "vary": "a, b"},
        "json": {"token": {"any": "token"}, "text": {"any": "text"}, "base": "{origin}"}});
    let text = json!({"token": TOKEN, "text": "x", "base": "{origin}"}).to_string();
    let headers = ["Location: {origin}/w/", "Vary: a", "vary: b", "Server: free"];
    assert!(places(expect, http("301 Moved", &headers, &text)).is_empty());
}

#[test]
fn a_difference_in_status_or_header_is_found() {
    let expect = json!({"status": 200, "headers": {"a": "1", "b": "2"}});
    assert_eq!(places(expect, http("403 No", &["A: x"], "")), ["status", "header a", "header b"]);
}

#[test]
fn an_expiry_that_was_computed_is_computed_again_and_a_fixed_one_is_not() {
    let found = |wanted: &str, got: &str| {
        let expires = format!("Expires: {got}");
        let headers = [
            "Date: Fri, 01 Jan 2027 00:00:00 GMT",
            &expires,
            "Cache-Control: s-maxage=300, max-age=100, public",
        ];
        let expect = json!({"status": 200, "headers": {"expires": wanted}});
        places(expect, http("200 OK", &headers, "")).len()
    };
    let (recorded, fixed) = ("Sun, 22 Nov 2026 03:33:11 GMT", "Thu, 01 Jan 1970 00:00:00 GMT");
    assert_eq!(found(recorded, "Fri, 01 Jan 2027 00:01:40 GMT"), 0);
    assert_eq!(found(recorded, "Fri, 01 Jan 2027 00:01:39 GMT"), 0);
    assert_eq!(found(recorded, "Fri, 01 Jan 2027 00:05:00 GMT"), 1);
    assert_eq!(found(recorded, recorded), 1);
    assert_eq!(found(recorded, fixed), 1);
    assert_eq!(found(fixed, fixed), 0);
    assert_eq!(found(fixed, "Fri, 01 Jan 2027 00:01:40 GMT"), 1);
}

#[test]
fn a_difference_in_the_order_of_keys_is_found() {
    assert_eq!(body(json!({"a": 1, "b": 2}), r#"{"b":2,"a":1}"#), ["json (order of keys)"]);
}

#[test]
fn a_missing_an_extra_and_a_repeated_key_are_found() {
    assert_eq!(body(json!({"a": {"b": 1}}), r#"{"a":{}}"#), ["json.a.b"]);
    assert_eq!(body(json!({"a": {}}), r#"{"a":{"b":1}}"#), ["json.a.b"]);
    assert_eq!(body(json!({"a": 1}), r#"{"a":1,"a":1}"#), ["json"]);
}

#[test]
fn a_body_that_is_not_json_is_found_and_so_is_one_that_is() {
    assert_eq!(body(json!({}), "<html>"), ["json"]);
    let expect = |kind: &str| json!({"status": 200, "body": kind});
    assert_eq!(places(expect("not json"), http("200 OK", &[], "{}")), ["body"]);
    assert!(places(expect("not json"), http("200 OK", &[], "/**/cb({})")).is_empty());
    assert_eq!(places(expect("empty"), http("200 OK", &[], " ")), ["body"]);
    assert!(places(expect("empty"), http("200 OK", &[], "")).is_empty());
}

#[test]
fn xml_and_php_are_compared_as_trees() {
    let expect = json!({"status": 200, "xml": {"tag": "api", "attrs": {"a": {"any": "token"}}}});
    let reply = |token: &str| http("200 OK", &[], &format!("<api a=\"{token}\"/>"));
    assert!(places(expect.clone(), reply(TOKEN)).is_empty());
    assert_eq!(places(expect, reply("x")), ["xml.attrs.a"]);
    let expect = json!({"status": 200, "php": {"a": true}});
    assert!(places(expect.clone(), http("200 OK", &[], "a:1:{s:1:\"a\";b:1;}")).is_empty());
    assert_eq!(places(expect, http("200 OK", &[], "a:1:{s:1:\"a\";b:0;}")), ["php.a"]);
}

#[test]
fn a_difference_in_a_cookie_is_found() {
    let wanted = json!({"name": "s", "value": {"any": "session id"}, "max-age": "5", "path": "/",
        "httponly": true});
    let line = |rest: &str| format!("s={SESSION}; expires=Thu, 01 Jan 1970; {rest}");
    let found = |rest: &str| cookie(wanted.clone(), &line(rest));
    assert!(found("Max-Age=5; path=/; HttpOnly").is_empty());
    assert_eq!(found("Max-Age=6; path=/; HttpOnly"), ["cookie s.max-age"]);
    assert_eq!(found("Max-Age=5; path=/"), ["cookie s.httponly"]);
    assert_eq!(found("Max-Age=5; path=/; secure; HttpOnly"), ["cookie s.secure"]);
    assert_eq!(found("Max-Age=5; path=/w; HttpOnly"), ["cookie s.path"]);
    assert_eq!(found("path=/; Max-Age=5; HttpOnly"), ["cookie s (order of keys)"]);
    assert_eq!(cookie(wanted, "s=short; Max-Age=5; path=/; HttpOnly"), ["cookie s.value"]);
}

#[test]
fn a_cookie_too_many_too_few_or_in_another_place_is_found() {
    let named = |name: &str| json!({"name": name, "value": "1"});
    let expect = |names: &[&str]| json!({"status": 200, "cookies": names.iter().map(|n| named(n)).collect::<Vec<_>>()});
    let reply = |lines: &[&str]| http("200 OK", lines, "");
    assert_eq!(places(expect(&["a"]), reply(&[])), ["cookies"]);
    assert_eq!(places(json!({"status": 200}), reply(&["Set-Cookie: a=1"])), ["cookies"]);
    let swapped = reply(&["Set-Cookie: b=1", "Set-Cookie: a=1"]);
    assert_eq!(places(expect(&["a", "b"]), swapped), ["cookies"]);
    let replication =
        reply(&["Set-Cookie: cpPosIndex=1%40x", "Set-Cookie: a=1", "Set-Cookie: UseDC=m"]);
    assert!(places(expect(&["a"]), replication).is_empty());
}

#[test]
fn a_repeated_token_of_an_account_must_be_the_same_again() {
    let expect = json!({"status": 200, "cookies": [{"name": "wikiUserID", "value": "4"},
        {"name": "wikiToken", "value": {"any": "hex"}}]});
    let reply = |token: &str| {
        let token = format!("Set-Cookie: wikiToken={token}");
        http("200 OK", &["Set-Cookie: wikiUserID=4", &token], "")
    };
    let (one, other) = ("0".repeat(32), "1".repeat(32));
    let steps = || vec![step(expect.clone()), step(expect.clone())];
    assert_eq!(played(steps(), vec![reply(&one), reply(&one)]).0, Outcome::Equal);
    let Outcome::Differs(found) = played(steps(), vec![reply(&one), reply(&other)]).0 else {
        panic!("the other token was not found");
    };
    assert_eq!((found.len(), found[0].step), (1, 1));
    assert_eq!(found[0].place, "cookie wikiToken.value");
}

#[test]
fn a_token_that_was_handed_out_is_sent_on_with_the_cookies() {
    let first = step(json!({"status": 200, "cookies": [{"name": "s", "value": "1"}],
        "json": {"t": {"any": "token"}}}));
    let mut second = step(json!({"status": 200}));
    second["send"] = json!("POST /w/api.php");
    second["form"] = json!([["token", {"from": [0, "t"]}]]);
    let reply = http("200 OK", &["Set-Cookie: s=1"], &json!({"t": TOKEN}).to_string());
    let (outcome, fake) = played(vec![first, second], vec![reply, http("200 OK", &[], "")]);
    assert_eq!(outcome, Outcome::Equal);
    let sent: Vec<String> = fake.requests.iter().take(2).collect();
    assert!(sent[0].starts_with("GET /w/api.php HTTP/1.1\r\n") && !sent[0].contains("Cookie"));
    assert!(sent[1].contains("\r\nCookie: s=1\r\n") && sent[1].ends_with("01234567%2B%5C"));
}

#[test]
fn another_client_has_other_cookies() {
    let mut second = step(json!({"status": 200}));
    second["as"] = json!("c2");
    let first = step(json!({"status": 200, "cookies": [{"name": "s", "value": "1"}]}));
    let replies = vec![http("200 OK", &["Set-Cookie: s=1"], ""), http("200 OK", &[], "")];
    let (outcome, fake) = played(vec![first, second], replies);
    assert_eq!(outcome, Outcome::Equal);
    assert!(fake.requests.iter().all(|request| !request.contains("Cookie")));
}

#[test]
fn a_conversation_that_cannot_go_on_says_where() {
    let mut second = step(json!({"status": 200}));
    second["query"] = json!([["token", {"from": [0, "query", "t"]}]]);
    let first = step(json!({"status": 200, "json": {"query": {"t": "x"}}}));
    let (outcome, _) = played(vec![first, second], vec![http("200 OK", &[], "{\"error\":1}")]);
    let Outcome::Differs(found) = outcome else { panic!("{outcome:?}") };
    let places: Vec<_> = found.iter().map(|one| (one.step, one.place.as_str())).collect();
    assert_eq!(places, [(0, "json.query"), (0, "json.error"), (1, "request")]);
}

#[test]
fn a_wiki_is_reset_and_told_settings_and_statements() {
    let mut only = step(json!({"status": 200}));
    only["settings"] = json!(["readonly", "cors"]);
    only["sql_first"] = json!(["UPDATE x"]);
    let (outcome, fake) = played(vec![only], vec![http("200 OK", &[], "")]);
    assert_eq!(outcome, Outcome::Equal);
    assert_eq!(*fake.done.borrow(), ["reset base", "UPDATE x", "settings readonly,cors"]);
}

#[test]
fn what_cannot_be_replayed_says_so() {
    let mut only = step(json!({"status": 200}));
    only["query"] = json!([["credential", {"webauthn": "assertion", "origin": "x"}]]);
    let (outcome, _) = played(vec![only], Vec::new());
    assert_eq!(outcome, Outcome::Unsupported("a passkey's answer".to_owned()));
}

#[test]
fn a_wiki_that_does_not_answer_is_an_error() {
    let (outcome, _) = played(vec![step(json!({"status": 200}))], vec![String::new()]);
    assert!(matches!(outcome, Outcome::Error(_)));
}
