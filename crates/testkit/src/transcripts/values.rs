//! The placeholders of a transcript, and what a case remembers between its replies.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::json;

/// A place where the value may differ from MediaWiki's, but not its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Any {
    /// Wording: any text but an empty one.
    Text,
    /// Wording in Korean.
    Hangul,
    /// 40 hexadecimal digits and `+\`.
    Token,
    /// 32 characters of `[0-9a-v]`.
    SessionId,
    /// `2026-11-22T05:36:39Z`.
    Timestamp,
    /// A number, or digits as text: both were recorded so.
    Number,
    /// 32 hexadecimal digits.
    Hex,
    /// Text that is JSON.
    Json,
    /// Any text.
    String,
}

impl Any {
    /// The placeholder that an expected value is, if it is one. `Err` is one that is not known.
    pub(crate) fn of(value: &Value) -> Result<Option<Self>, String> {
        let Some(object) = value.as_object() else { return Ok(None) };
        let Some(kind) = object.get("any") else { return Ok(None) };
        let hangul = object.get("hangul");
        let plain = object.len() == 1;
        let known = match (kind.as_str(), hangul, plain) {
            (Some("text"), None, true) => Self::Text,
            (Some("text"), Some(Value::Bool(true)), _) if object.len() == 2 => Self::Hangul,
            (Some("token"), None, true) => Self::Token,
            (Some("session id"), None, true) => Self::SessionId,
            (Some("timestamp"), None, true) => Self::Timestamp,
            (Some("number"), None, true) => Self::Number,
            (Some("hex"), None, true) => Self::Hex,
            (Some("json"), None, true) => Self::Json,
            (Some("string"), None, true) => Self::String,
            _ => return Err(format!("the comparer does not know the placeholder {value}")),
        };
        Ok(Some(known))
    }

    /// Whether a value has this form.
    pub(crate) fn fits(self, got: &Value) -> bool {
        let Some(text) = got.as_str() else { return self == Self::Number && got.is_number() };
        let hex = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        };
        match self {
            Self::Text => !text.trim().is_empty(),
            Self::Hangul => text.chars().any(|c| matches!(c, '가'..='힣')),
            Self::Token => text.strip_suffix("+\\").is_some_and(|t| t.len() == 40 && hex(t)),
            Self::SessionId => {
                text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'v'))
            }
            Self::Timestamp => is_timestamp(text),
            Self::Number => !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()),
            Self::Hex => text.len() == 32 && hex(text),
            Self::Json => json::parse(text.as_bytes()).is_ok(),
            Self::String => true,
        }
    }

    /// The form in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Text => "any text",
            Self::Hangul => "any Korean text",
            Self::Token => "a token: 40 hexadecimal digits and +\\",
            Self::SessionId => "a session id: 32 of [0-9a-v]",
            Self::Timestamp => "a timestamp: 2026-01-31T23:59:59Z",
            Self::Number => "a number",
            Self::Hex => "32 hexadecimal digits",
            Self::Json => "text that is JSON",
            Self::String => "a string",
        }
    }
}

fn is_timestamp(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    if shape != "0000-00-00T00:00:00Z" {
        return false;
    }
    let parts: Vec<u32> =
        text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    matches!(parts.as_slice(),
        [_, month, day, hour, minute, second]
            if (1..=12).contains(month) && (1..=31).contains(day)
                && *hour < 24 && *minute < 60 && *second < 61)
}

/// What a case has seen so far, for values that were equal within a case.
///
/// The placeholders carry no name, so a transcript itself does not say which of them were equal.
/// One kind is certain all the same: an account's `…Token` cookie is made from its row, so two
/// replies of a case that log in the same account carry the same.
#[derive(Debug, Default)]
pub struct Memory {
    cookies: HashMap<(String, String), String>,
}

impl Memory {
    /// Remembers an account's cookie; `Some` is the other value that it had before.
    pub fn account_cookie(&mut self, name: &str, account: &str, value: &str) -> Option<String> {
        let key = (name.to_owned(), account.to_owned());
        let before = self.cookies.entry(key).or_insert_with(|| value.to_owned());
        (before != value).then(|| before.clone())
    }
}

/// Puts the wiki's own origin where the transcript says `{origin}`.
pub(crate) fn with_origin(value: &Value, origin: &str) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace("{origin}", origin)),
        Value::Array(list) => list.iter().map(|item| with_origin(item, origin)).collect(),
        Value::Object(object) => {
            let pairs = object.iter();
            let pairs = pairs.map(|(key, value)| (key.clone(), with_origin(value, origin)));
            Value::Object(pairs.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
#[expect(clippy::needless_pass_by_value, reason = "so that json!(…) reads well")]
mod tests {
    use super::*;
    use serde_json::json;

    fn fits(kind: &str, got: Value) -> bool {
        Any::of(&json!({"any": kind})).unwrap().unwrap().fits(&got)
    }

    #[test]
    fn wording_is_any_text_but_an_empty_one() {
        assert!(fits("text", json!("x")));
        assert!(!fits("text", json!("")));
        assert!(!fits("text", json!(1)));
        let hangul = Any::of(&json!({"any": "text", "hangul": true})).unwrap().unwrap();
        assert!(hangul.fits(&json!("암호")));
        assert!(!hangul.fits(&json!("password")));
    }

    #[test]
    fn a_token_has_forty_digits_and_the_ending() {
        let digits = "0123456789abcdef0123456789abcdef01234567";
        assert!(fits("token", json!(format!("{digits}+\\"))));
        assert!(!fits("token", json!(digits)));
        assert!(!fits("token", json!("+\\")));
        assert!(!fits("token", json!(format!("{}+\\", digits.to_uppercase()))));
    }

    #[test]
    fn the_other_forms_are_exact() {
        assert!(fits("session id", json!("0123456789abcdefghijklmnopqrstuv")));
        assert!(!fits("session id", json!("0123456789abcdefghijklmnopqrstuw")));
        assert!(fits("timestamp", json!("2026-11-22T05:36:39Z")));
        assert!(!fits("timestamp", json!("2026-13-22T05:36:39Z")));
        assert!(!fits("timestamp", json!("20261122053639")));
        assert!(fits("number", json!("12")) && fits("number", json!(1.5)));
        assert!(!fits("number", json!("1x")));
        assert!(fits("hex", json!("0123456789abcdef0123456789abcdef")));
        assert!(!fits("hex", json!("deleted")));
        assert!(fits("json", json!("{\"a\":[]}")));
        assert!(!fits("json", json!("{a}")));
        assert!(fits("string", json!("")) && !fits("string", json!(null)));
    }

    #[test]
    fn a_placeholder_that_is_not_known_is_an_error() {
        assert!(Any::of(&json!({"any": "uuid"})).is_err());
        assert!(Any::of(&json!({"any": "token", "same": 1})).is_err());
        assert_eq!(Any::of(&json!({"id": 1})), Ok(None));
    }

    #[test]
    fn an_origin_is_put_in_everywhere() {
        let value = with_origin(&json!({"a": ["{origin}/w"], "b": 1}), "http://h:1");
        assert_eq!(value, json!({"a": ["http://h:1/w"], "b": 1}));
    }
}
