//! Compares a reply with the one that a transcript expects.

use serde_json::{Map, Value};

use super::client::SetCookie;
use super::format::{Body, Expect};
use super::report::Difference;
use super::values::{Memory, with_origin};
use super::wire::Reply;
use super::{json, phpvalue, tree, xml};

/// Everything in which a reply differs. `memory` belongs to the case and outlives the step.
pub fn compare(
    expect: &Expect,
    reply: &Reply,
    origin: &str,
    memory: &mut Memory,
) -> Vec<Difference> {
    let mut found = Vec::new();
    if expect.status != reply.status {
        found.push(Difference::at("status", expect.status, reply.status));
    }
    for (name, wanted) in &expect.headers {
        let wanted = wanted.replace("{origin}", origin);
        let place = format!("header {name}");
        let wanted = match name.eq_ignore_ascii_case("expires") {
            true => expiry(&wanted, reply),
            false => wanted,
        };
        match reply.header(&name.to_ascii_lowercase()) {
            None => found.push(Difference::at(&place, wanted, "no such header")),
            Some(got) if got != wanted => found.push(Difference::at(&place, wanted, got)),
            Some(_) => {}
        }
    }
    cookies(expect, reply, &mut found);
    remembered(expect, reply, memory, &mut found);
    bodies(expect, reply, origin, &mut found);
    found
}

/// The `Expires` that a reply must have. A fixed one in the past is wanted as it stands. One that
/// was computed when it was recorded is computed again, by the relation that every recorded one
/// has to its `Cache-Control`: the time of the reply and the lesser of both ages.
fn expiry(wanted: &str, reply: &Reply) -> String {
    if wanted.ends_with("1970 00:00:00 GMT") {
        return wanted.to_owned();
    }
    let caching = reply.header("cache-control").unwrap_or_default();
    let age = |name: &str| {
        let pairs = caching.split(',').filter_map(|part| part.trim().split_once('='));
        pairs.filter(|(key, _)| *key == name).find_map(|(_, value)| value.parse::<i64>().ok())
    };
    let ages = [age("s-maxage"), age("max-age")];
    let date = reply.header("date").and_then(|date| httpdate::parse_http_date(&date).ok());
    let (Some(least), Some(date)) = (ages.into_iter().flatten().min(), date) else {
        return format!("a Date and an age in Cache-Control, to compute it from ({wanted})");
    };
    let expected = |later: i64| {
        let seconds = u64::try_from(least + later).unwrap_or_default();
        httpdate::fmt_http_date(date + std::time::Duration::from_secs(seconds))
    };
    // The header may be made in one second and the date in the next.
    let got = reply.header("expires").unwrap_or_default();
    if got == expected(-1) { got } else { expected(0) }
}

/// The cookies of a reply in a transcript's form, without those of database replication.
fn set_cookies(reply: &Reply) -> Vec<Map<String, Value>> {
    let cookies = reply.headers_named("set-cookie").map(SetCookie::parse);
    let cookies = cookies.filter(|cookie| !is_of_replication(&cookie.name));
    let form = |cookie: SetCookie| {
        let mut object = Map::new();
        object.insert("name".to_owned(), Value::String(cookie.name));
        object.insert("value".to_owned(), Value::String(cookie.value));
        for (name, value) in cookie.attributes.into_iter().filter(|(name, _)| name != "expires") {
            object.insert(name, value.map_or(Value::Bool(true), Value::String));
        }
        object
    };
    cookies.map(form).collect()
}

fn is_of_replication(name: &str) -> bool {
    ["cpPosIndex", "UseDC"].iter().any(|suffix| name.ends_with(suffix))
}

fn cookies(expect: &Expect, reply: &Reply, found: &mut Vec<Difference>) {
    let got = set_cookies(reply);
    let name = |cookie: &Map<String, Value>| {
        cookie.get("name").and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let names = |list: &[Map<String, Value>]| list.iter().map(name).collect::<Vec<_>>();
    let (wanted_names, got_names) = (names(&expect.cookies), names(&got));
    if wanted_names != got_names {
        let list = |names: Vec<String>| match names.as_slice() {
            [] => "none".to_owned(),
            names => names.join(", "),
        };
        found.push(Difference::at("cookies", list(wanted_names), list(got_names)));
        return;
    }
    for (wanted, got) in expect.cookies.iter().zip(got) {
        let place = format!("cookie {}", name(wanted));
        let (wanted, got) = (Value::Object(wanted.clone()), Value::Object(got));
        found.extend(tree::differences(&place, &wanted, &got));
    }
}

/// An account's `…Token` cookie is the same whenever it comes in a case.
fn remembered(expect: &Expect, reply: &Reply, memory: &mut Memory, found: &mut Vec<Difference>) {
    let hex = serde_json::json!({"any": "hex"});
    let got = set_cookies(reply);
    let text = |cookie: &Map<String, Value>, key: &str| {
        cookie.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let account = got.iter().find(|cookie| text(cookie, "name").ends_with("UserID"));
    let Some(account) = account.map(|cookie| text(cookie, "value")) else { return };
    for wanted in expect.cookies.iter().filter(|cookie| cookie.get("value") == Some(&hex)) {
        let name = text(wanted, "name");
        let same = got.iter().find(|cookie| text(cookie, "name") == name);
        let Some(value) = same.map(|cookie| text(cookie, "value")) else { continue };
        if let Some(before) = memory.account_cookie(&name, &account, &value) {
            let place = format!("cookie {name}.value");
            found.push(Difference::at(&place, format!("{before}, as before"), value));
        }
    }
}

fn bodies(expect: &Expect, reply: &Reply, origin: &str, found: &mut Vec<Difference>) {
    let text = || String::from_utf8_lossy(&reply.body).into_owned();
    let mut tree = |place: &str, wanted: &Value, got: Result<Value, String>| match got {
        Ok(got) => found.extend(tree::differences(place, &with_origin(wanted, origin), &got)),
        Err(problem) => {
            let got = format!("{problem}: {}", text());
            found.push(Difference::at(place, "a body in this format", got));
        }
    };
    if let Some(wanted) = &expect.json {
        tree("json", wanted, json::parse(&reply.body).map_err(|error| error.to_string()));
    }
    if let Some(wanted) = &expect.xml {
        tree("xml", wanted, xml::parse(&reply.body).map_err(|error| error.to_string()));
    }
    if let Some(wanted) = &expect.php {
        tree("php", wanted, phpvalue::parse(&reply.body).map_err(|error| error.to_string()));
    }
    match expect.body {
        Some(Body::Empty) if !reply.body.is_empty() => {
            found.push(Difference::at("body", "an empty body", text()));
        }
        Some(Body::NotJson) if json::parse(&reply.body).is_ok() => {
            found.push(Difference::at("body", "a body that is not JSON", text()));
        }
        _ => {}
    }
}
