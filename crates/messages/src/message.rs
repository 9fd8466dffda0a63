//! A message and its parameters, before any language.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A message: MediaWiki's key and its parameters, not yet a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// MediaWiki's key, such as `wrongpassword`.
    pub key: Cow<'static, str>,
    /// The values for `$1`, `$2`, …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<Param>,
}

impl Message {
    /// A message without parameters.
    pub fn new(key: impl Into<Cow<'static, str>>) -> Self {
        Self { key: key.into(), params: Vec::new() }
    }

    /// The same message with one more parameter.
    #[must_use]
    pub fn with(mut self, param: impl Into<Param>) -> Self {
        self.params.push(param.into());
        self
    }

    /// A text that is no message, in the form that MediaWiki 1.45 gives it.
    pub fn raw(text: impl Into<String>) -> Self {
        Self::new("rawmessage").with(text.into())
    }

    /// No text at all, in the form that MediaWiki 1.45 gives it: a raw message of null.
    pub fn no_text() -> Self {
        Self::new("rawmessage").with(Param::Null)
    }

    /// Several messages as one bullet list, as MediaWiki 1.45 joins the errors of one answer.
    ///
    /// One message stays itself. The key of a list is its own wikitext (`"* $1\n* $2"`), so its
    /// [`code`](crate::code) is the mangled `___1____2` that clients see.
    pub fn bullets(messages: impl IntoIterator<Item = Self>) -> Self {
        let mut messages: Vec<Self> = messages.into_iter().collect();
        if messages.len() == 1
            && let Some(only) = messages.pop()
        {
            return only;
        }
        let lines: Vec<String> = (1..=messages.len()).map(|n| format!("* ${n}")).collect();
        Self {
            key: Cow::Owned(lines.join("\n")),
            params: messages.into_iter().map(Param::from).collect(),
        }
    }
}

impl From<&'static str> for Message {
    fn from(key: &'static str) -> Self {
        Self::new(key)
    }
}

/// One parameter of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Param {
    /// Wikitext; on the wire a bare string.
    Text(String),
    /// A number without formatting; on the wire a bare number.
    Int(i64),
    /// A value that is never read as wikitext, such as what a client sent.
    Plaintext(String),
    /// A number written as the language writes it (`4,096`).
    Num(i64),
    /// A number of seconds, written in words (`5 minutes`).
    Duration(i64),
    /// A time of expiry, `infinity` or `2026-01-31T00:00:00Z`.
    Expiry(String),
    /// A moment, `2026-01-31T00:00:00Z`.
    DateTime(String),
    /// Several values, joined as the language joins them.
    List {
        /// The values.
        items: Vec<Param>,
        /// What stands between them.
        kind: ListKind,
    },
    /// Another message.
    Message(Box<Message>),
    /// A name that is not there (`account` of a request without a user); on the wire `null`.
    Null,
}

impl Param {
    /// A list of plain texts with commas, the usual list of API errors.
    pub fn commas<T: Into<Param>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::list(items, ListKind::Comma)
    }

    /// A list of values.
    pub fn list<T: Into<Param>>(items: impl IntoIterator<Item = T>, kind: ListKind) -> Self {
        Self::List { items: items.into_iter().map(Into::into).collect(), kind }
    }

    /// A value that is never read as wikitext.
    pub fn plaintext(text: impl Into<String>) -> Self {
        Self::Plaintext(text.into())
    }
}

/// What stands between the values of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ListKind {
    /// `a, b, c`
    Comma,
    /// `a, b and c`
    Text,
    /// `a; b; c`
    Semicolon,
    /// `a | b | c`
    Pipe,
}

impl ListKind {
    fn name(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Text => "text",
            Self::Semicolon => "semicolon",
            Self::Pipe => "pipe",
        }
    }
}

impl From<&str> for Param {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Param {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Param {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<Message> for Param {
    fn from(message: Message) -> Self {
        Self::Message(Box::new(message))
    }
}

/// A parameter as `errorformat=raw` shows it.
pub fn param_json(param: &Param) -> Value {
    match param {
        Param::Text(text) => json!(text),
        Param::Int(number) => json!(number),
        Param::Plaintext(text) => json!({ "plaintext": text }),
        Param::Num(number) => json!({ "num": number }),
        Param::Duration(seconds) => json!({ "duration": seconds }),
        Param::Expiry(time) => json!({ "expiry": time }),
        Param::DateTime(time) => json!({ "datetime": time }),
        Param::List { items, kind } => {
            let list: Vec<Value> = items.iter().map(param_json).collect();
            json!({ "list": list, "type": kind.name() })
        }
        Param::Message(message) => json!({ "message": message_json(message) }),
        Param::Null => Value::Null,
    }
}

/// A message as `errorformat=raw` and `messageformat=raw` show it.
pub fn message_json(message: &Message) -> Value {
    let params: Vec<Value> = message.params.iter().map(param_json).collect();
    json!({ "key": message.key, "params": params })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_have_mediawikis_form_on_the_wire() {
        let message = Message::new("k")
            .with("text")
            .with(4096)
            .with(Param::plaintext("<b>"))
            .with(Param::Num(5))
            .with(Param::Duration(300))
            .with(Param::commas(["a", "b"]))
            .with(Message::new("inner").with(1));
        assert_eq!(
            message_json(&message).to_string(),
            concat!(
                r#"{"key":"k","params":["text",4096,{"plaintext":"<b>"},{"num":5},{"duration":300},"#,
                r#"{"list":["a","b"],"type":"comma"},{"message":{"key":"inner","params":[1]}}]}"#
            )
        );
    }

    #[test]
    fn a_raw_text_has_the_key_of_1_45() {
        assert_eq!(
            message_json(&Message::raw("Some\\Class")).to_string(),
            r#"{"key":"rawmessage","params":["Some\\Class"]}"#
        );
    }

    #[test]
    fn a_message_survives_storage() {
        let message = Message::bullets([
            Message::new("passwordtooshort").with(Param::Num(8)),
            Message::new("badretype"),
        ]);
        let stored = serde_json::to_string(&message).unwrap();
        assert_eq!(serde_json::from_str::<Message>(&stored).unwrap(), message);
    }

    #[test]
    fn one_bullet_is_the_message_itself() {
        assert_eq!(Message::bullets([Message::new("badretype")]), Message::new("badretype"));
    }
}
