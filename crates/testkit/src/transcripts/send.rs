//! From a step to the request that it says.

use std::fmt::Write as _;

use anyhow::{Context, Result, anyhow};
use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use super::client::Jar;
use super::format::{Encoding, Field, Place, Step};
use super::totp;
use super::wire::Request;

const AGENT: &str = "daemun-testkit/0.1 (transcript replay)";
const FORM: &str = "application/x-www-form-urlencoded";
const BOUNDARY: &str = "daemun-testkit-7c1b0f5e2a9d4836";

/// Why a step cannot be sent.
#[derive(Debug)]
pub(crate) enum Unsendable {
    /// Nothing in this library can make such a value.
    Unsupported(String),
    /// The conversation has gone another way: what the step sends was never answered.
    Lost(anyhow::Error),
}

impl From<anyhow::Error> for Unsendable {
    fn from(error: anyhow::Error) -> Self {
        Self::Lost(error)
    }
}

/// What a step may refer to.
#[derive(Debug)]
pub(crate) struct Past<'a> {
    /// The JSON of every reply before, by step; `None` where there was none.
    pub(crate) replies: &'a [Option<Value>],
    /// Unix time by the clock of the wiki under test.
    pub(crate) now: i64,
}

/// The request of a step, with the jar's cookies.
pub(crate) fn request(step: &Step, jar: &Jar, past: &Past<'_>) -> Result<Request, Unsendable> {
    let mut target = step.send.path.clone();
    let mut query = encode(&step.query, past)?;
    if let Some(raw) = &step.raw_query {
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(raw);
    }
    if !query.is_empty() {
        target.push('?');
        target.push_str(&query);
    }
    let mut headers =
        vec![("User-Agent".to_owned(), AGENT.to_owned()), ("Accept".to_owned(), "*/*".to_owned())];
    if let Some(cookies) = jar.header() {
        headers.push(("Cookie".to_owned(), cookies));
    }
    if let Some(address) = &step.address {
        headers.push(("X-Forwarded-For".to_owned(), address.clone()));
    }
    let (body, kind) = body(step, past)?;
    if let Some(kind) = kind {
        headers.push(("Content-Type".to_owned(), kind));
    }
    for (name, value) in &step.headers {
        headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        headers.push((name.clone(), value.clone()));
    }
    Ok(Request { method: step.send.method.clone(), target, headers, body })
}

type Bodied = (Option<Vec<u8>>, Option<String>);

fn body(step: &Step, past: &Past<'_>) -> Result<Bodied, Unsendable> {
    if let Some(raw) = &step.raw_body {
        let kind = step.content_type.clone().unwrap_or_else(|| FORM.to_owned());
        return Ok((Some(raw.clone().into_bytes()), Some(kind)));
    }
    let Some(form) = &step.form else {
        // A POST without a form still has a body, an empty one.
        let empty = step.send.method == "POST";
        return Ok((empty.then(Vec::new), step.content_type.clone()));
    };
    if step.encoding == Some(Encoding::Multipart) {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        return Ok((Some(multipart(form, past)?), Some(kind)));
    }
    let kind = step.content_type.clone().unwrap_or_else(|| FORM.to_owned());
    Ok((Some(encode(form, past)?.into_bytes()), Some(kind)))
}

fn encode(pairs: &[(String, Field)], past: &Past<'_>) -> Result<String, Unsendable> {
    let mut text = String::new();
    for (name, field) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        text.extend(byte_serialize(name.as_bytes()));
        text.push('=');
        text.extend(byte_serialize(&value(field, past)?));
    }
    Ok(text)
}

fn multipart(pairs: &[(String, Field)], past: &Past<'_>) -> Result<Vec<u8>, Unsendable> {
    let mut body = Vec::new();
    for (name, field) in pairs {
        let mut head = String::new();
        let name = name.replace('"', "%22");
        let _ =
            write!(head, "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(&value(field, past)?);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    Ok(body)
}

fn value(field: &Field, past: &Past<'_>) -> Result<Vec<u8>, Unsendable> {
    match field {
        Field::Text(text) => Ok(text.clone().into_bytes()),
        Field::Bytes(bytes) => Ok(bytes.clone()),
        Field::From { step, path } => Ok(found(*step, path, past)?.into_bytes()),
        Field::Totp { shown_as: Some(shown), .. } => {
            Err(Unsendable::Unsupported(format!("a one-time code shown as `{shown}`")))
        }
        Field::Totp { account, offset, shown_as: None } => {
            Ok(totp::code_of(account, past.now, *offset)?.into_bytes())
        }
        Field::Webauthn(_) => Err(Unsendable::Unsupported("a passkey's answer".to_owned())),
    }
}

fn found(step: usize, path: &[Place], past: &Past<'_>) -> Result<String> {
    let reply = past.replies.get(step).and_then(Option::as_ref);
    let mut at = reply.with_context(|| format!("step {step} was not answered with JSON"))?;
    let mut way = String::new();
    for place in path {
        let next = match place {
            Place::Key(key) => {
                let _ = write!(way, ".{key}");
                at.get(key)
            }
            Place::Index(index) => {
                let _ = write!(way, "[{index}]");
                at.get(index)
            }
        };
        at = next.ok_or_else(|| anyhow!("the reply to step {step} has no json{way}"))?;
    }
    match at {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        other => Err(anyhow!("json{way} of step {step} is no text: {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn step(value: Value) -> Step {
        let mut value = value;
        value["as"] = json!("c1");
        value["expect"] = json!({"status": 200});
        serde_json::from_value(value).unwrap()
    }

    fn sent(value: Value, replies: &[Option<Value>]) -> Result<Request, Unsendable> {
        request(&step(value), &Jar::default(), &Past { replies, now: 59 })
    }

    fn text(request: &Request) -> String {
        String::from_utf8(request.body.clone().unwrap()).unwrap()
    }

    #[test]
    fn query_and_form_keep_their_order_and_are_encoded() {
        let request = sent(
            json!({"send": "POST /w/api.php", "query": [["b", "1|2"], ["a", "서울 +"]],
                   "form": [["p", {"base64": "//4="}], ["p", "&"]]}),
            &[],
        );
        let request = request.unwrap();
        assert_eq!(request.target, "/w/api.php?b=1%7C2&a=%EC%84%9C%EC%9A%B8+%2B");
        assert_eq!(text(&request), "p=%FF%FE&p=%26");
    }

    #[test]
    fn a_value_is_taken_from_an_earlier_reply() {
        let replies = [Some(json!({"query": {"requests": [{"value": 7}]}}))];
        let form = json!([["id", {"from": [0, "query", "requests", 0, "value"]}]]);
        let request = sent(json!({"send": "POST /", "form": form}), &replies).unwrap();
        assert_eq!(text(&request), "id=7");
    }

    #[test]
    fn a_value_that_was_never_answered_cannot_be_sent() {
        let form = json!([["t", {"from": [0, "query", "tokens"]}]]);
        let lost = sent(json!({"send": "POST /", "form": form}), &[Some(json!({"error": 1}))]);
        assert!(matches!(lost, Err(Unsendable::Lost(_))));
    }

    #[test]
    fn a_header_of_the_step_replaces_our_own() {
        let mut jar = Jar::default();
        jar.set(&super::super::client::SetCookie::parse("a=1"));
        let step =
            step(json!({"send": "GET /", "headers": {"cookie": "b=2", "Accept": "text/html"}}));
        let request = request(&step, &jar, &Past { replies: &[], now: 0 }).unwrap();
        let names: Vec<&str> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["User-Agent", "cookie", "Accept"]);
    }

    #[test]
    fn an_address_is_sent_as_a_trusted_proxy_would() {
        let request = sent(json!({"send": "GET /", "address": "203.0.113.7"}), &[]).unwrap();
        let wanted = ("X-Forwarded-For".to_owned(), "203.0.113.7".to_owned());
        assert!(request.headers.contains(&wanted));
    }

    #[test]
    fn a_form_can_be_sent_in_parts() {
        let step = json!({"send": "POST /", "encoding": "multipart", "form": [["a", "1"]]});
        let request = sent(step, &[]).unwrap();
        assert!(text(&request).contains("name=\"a\"\r\n\r\n1\r\n--"));
    }
}
