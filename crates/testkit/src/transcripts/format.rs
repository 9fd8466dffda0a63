//! The transcripts' file format as types. Nothing is skipped silently: a key that is not known
//! here is an error, so that a new kind of step cannot pass unchecked.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// One conversation with a fresh wiki.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// `group/name`.
    pub case: String,
    /// Which configuration, e.g. `base`.
    pub wiki: String,
    /// What the case is there to show.
    pub about: Option<String>,
    pub steps: Vec<Step>,
}

impl Case {
    /// The part of the name before the slash.
    pub fn group(&self) -> &str {
        self.case.split_once('/').map_or(self.case.as_str(), |(group, _)| group)
    }
}

/// One request and the reply that MediaWiki gave.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The client; each has its own cookie jar.
    #[serde(rename = "as")]
    pub client: String,
    pub send: Send,
    #[serde(default)]
    pub query: Vec<(String, Field)>,
    pub raw_query: Option<String>,
    pub form: Option<Vec<(String, Field)>>,
    pub encoding: Option<Encoding>,
    pub raw_body: Option<String>,
    pub content_type: Option<String>,
    #[serde(default, deserialize_with = "string_pairs")]
    pub headers: Vec<(String, String)>,
    pub address: Option<String>,
    #[serde(default)]
    pub settings: Vec<String>,
    #[serde(default)]
    pub sql_first: Vec<String>,
    pub expect: Expect,
}

/// Method and path, written `GET /w/api.php`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Send {
    pub method: String,
    pub path: String,
}

impl TryFrom<String> for Send {
    type Error = String;
    fn try_from(line: String) -> Result<Self, String> {
        match line.split_once(' ') {
            Some((method, path)) if path.starts_with('/') => {
                Ok(Self { method: method.to_owned(), path: path.to_owned() })
            }
            _ => Err(format!("`{line}` is not `METHOD /path`")),
        }
    }
}

/// How a form is encoded when not as a URL-encoded form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    Multipart,
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Field {
    Text(String),
    /// Bytes that are no text.
    Bytes(Vec<u8>),
    /// The value at `path` in the JSON of the reply to `step`.
    From {
        step: usize,
        path: Vec<Place>,
    },
    /// A one-time code of an account, `offset` windows from now.
    Totp {
        account: String,
        offset: i64,
        shown_as: Option<String>,
    },
    /// A software authenticator's answer: what the object says.
    Webauthn(Map<String, Value>),
}

/// One element of a path into JSON.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Place {
    Index(usize),
    Key(String),
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let object = match Value::deserialize(deserializer)? {
            Value::String(text) => return Ok(Self::Text(text)),
            Value::Object(object) => object,
            other => return Err(D::Error::custom(format!("no value of a field: {other}"))),
        };
        field(object).map_err(D::Error::custom)
    }
}

fn field(object: Map<String, Value>) -> Result<Field> {
    let keys: Vec<&str> = object.keys().map(String::as_str).collect();
    if keys.contains(&"webauthn") {
        return Ok(Field::Webauthn(object));
    }
    if let (["from"], Some(Value::Array(list))) = (keys.as_slice(), object.get("from")) {
        let mut list = list.iter();
        let step = list.next().and_then(Value::as_u64).context("`from` starts with a step")?;
        let path = list.map(|place| Ok(serde_json::from_value(place.clone())?));
        return Ok(Field::From {
            step: usize::try_from(step)?,
            path: path.collect::<Result<_>>()?,
        });
    }
    if let (["base64"], Some(Value::String(text))) = (keys.as_slice(), object.get("base64")) {
        return Ok(Field::Bytes(from_base64(text)?));
    }
    if let Some(Value::String(account)) = object.get("totp")
        && keys.iter().all(|key| ["totp", "offset", "shown_as"].contains(key))
    {
        let shown_as = match object.get("shown_as") {
            None => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(other) => bail!("`shown_as` is no text: {other}"),
        };
        let offset = match object.get("offset") {
            None => 0,
            Some(offset) => offset.as_i64().context("`offset` is a whole number")?,
        };
        return Ok(Field::Totp { account: account.clone(), offset, shown_as });
    }
    bail!("no value of a field that is known here: {}", Value::Object(object))
}

pub(super) fn from_base64(text: &str) -> Result<Vec<u8>> {
    use base64::Engine as _;
    Ok(base64::engine::general_purpose::STANDARD.decode(text)?)
}

/// The reply to compare with.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    pub status: u16,
    /// The headers to compare; others are free.
    #[serde(default, deserialize_with = "string_pairs")]
    pub headers: Vec<(String, String)>,
    /// `Set-Cookie` in order; none at all when left out.
    #[serde(default)]
    pub cookies: Vec<Map<String, Value>>,
    #[serde(default, deserialize_with = "present")]
    pub json: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub xml: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    pub php: Option<Value>,
    pub body: Option<Body>,
}

/// What is said of a body that is no data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Body {
    #[serde(rename = "empty")]
    Empty,
    #[serde(rename = "not json")]
    NotJson,
}

/// Keeps a `null` that was written apart from a key that was not.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

fn string_pairs<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(String, String)>, D::Error> {
    let object = Map::<String, Value>::deserialize(deserializer)?;
    let pairs = object.into_iter().map(|(name, value)| match value {
        Value::String(text) => Ok((name, text)),
        other => Err(D::Error::custom(format!("header {name} is no text: {other}"))),
    });
    pairs.collect()
}

/// The cases of a file, or of all `.jsonl` files of a folder in the order of their names.
pub fn read_cases(path: &Path) -> Result<Vec<Case>> {
    if path.is_dir() {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(path)? {
            let file = entry?.path();
            if file.extension().is_some_and(|extension| extension == "jsonl") {
                files.push(file);
            }
        }
        files.sort();
        let mut cases = Vec::new();
        for file in files {
            cases.extend(read_cases(&file)?);
        }
        return Ok(cases);
    }
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            serde_json::from_str(line)
                .with_context(|| format!("{}, line {}", path.display(), number + 1))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parsed(value: Value) -> Result<Field, serde_json::Error> {
        serde_json::from_value(value)
    }

    #[test]
    fn a_field_is_text_bytes_a_reference_or_a_code() {
        assert_eq!(parsed(json!("a")).unwrap(), Field::Text("a".into()));
        assert_eq!(parsed(json!({"base64": "//4="})).unwrap(), Field::Bytes(vec![255, 254]));
        let path = vec![Place::Key("requests".into()), Place::Index(0)];
        let from = parsed(json!({"from": [3, "requests", 0]})).unwrap();
        assert_eq!(from, Field::From { step: 3, path });
        let code = parsed(json!({"totp": "alice", "offset": -1})).unwrap();
        let wanted = Field::Totp { account: "alice".into(), offset: -1, shown_as: None };
        assert_eq!(code, wanted);
    }

    #[test]
    fn a_kind_of_field_that_is_not_known_is_refused() {
        assert!(parsed(json!({"hotp": "alice"})).is_err());
        assert!(parsed(json!({"from": ["x"]})).is_err());
        assert!(parsed(json!(7)).is_err());
    }

    #[test]
    fn a_key_that_is_not_known_is_refused() {
        let step =
            json!({"as": "c1", "send": "GET /w/api.php", "delay": 3, "expect": {"status": 200}});
        assert!(serde_json::from_value::<Step>(step).is_err());
    }

    #[test]
    fn a_json_null_is_not_the_same_as_no_json() {
        let with: Expect = serde_json::from_value(json!({"status": 200, "json": null})).unwrap();
        let without: Expect = serde_json::from_value(json!({"status": 200})).unwrap();
        assert_eq!(with.json, Some(Value::Null));
        assert_eq!(without.json, None);
    }
}
