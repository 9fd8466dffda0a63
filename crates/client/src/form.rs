//! The fields that a wiki asks for.

use serde_json::Value;

use crate::error::Error;
use crate::html::plain;

/// Most fields of a step; more are no login.
const MOST_FIELDS: usize = 200;

/// What a step asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// What the wiki says to it, as plain text; empty at the beginning.
    pub message: String,
    /// The key of that message, such as `resetpass-expired`; empty at the beginning.
    pub code: String,
    /// Authentication requests: fields that belong together.
    pub requests: Vec<Request>,
}

/// An authentication request: fields that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The name of its kind, such as `MediaWiki\Auth\PasswordAuthenticationRequest`.
    pub id: String,
    /// Whether it must be answered.
    pub required: Required,
    /// Who asks, in the reader's language.
    pub provider: String,
    /// Which account, in the reader's language.
    pub account: String,
    /// More about it, such as the type of a captcha.
    pub metadata: Value,
    /// Its fields, in the order in which they are shown.
    pub fields: Vec<Field>,
}

/// Whether a request must be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Required {
    /// Yes.
    Required,
    /// One of all that are so.
    PrimaryRequired,
    /// No.
    Optional,
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name to answer it by.
    pub name: String,
    /// What is asked for.
    pub kind: FieldKind,
    /// Its label, as plain text in the reader's language.
    pub label: String,
    /// More about it, as plain text in the reader's language.
    pub help: String,
    /// What is suggested, or what a hidden field holds.
    pub value: Option<String>,
    /// Whether it may stay empty.
    pub optional: bool,
    /// Whether nobody should see what is typed.
    pub sensitive: bool,
}

/// Kinds of fields.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldKind {
    /// A text.
    Text,
    /// A password.
    Password,
    /// Yes or no.
    Checkbox,
    /// A way to go on.
    Button,
    /// One of these: what is sent, and its label.
    Select(Vec<(String, String)>),
    /// Any of these.
    Multiselect(Vec<(String, String)>),
    /// Nothing to be seen; goes back as it is.
    Hidden,
    /// Only to be read.
    Note,
    /// A kind that is newer than this library.
    Other(String),
}

impl Form {
    /// Reads `requests` of an answer.
    pub(crate) fn read(message: String, code: String, requests: &Value) -> Result<Self, Error> {
        let list = requests.as_array().map(Vec::as_slice).unwrap_or_default();
        let requests: Vec<Request> = list.iter().take(MOST_FIELDS).map(Request::read).collect();
        let count: usize = requests.iter().map(|request| request.fields.len()).sum();
        if list.len() > MOST_FIELDS || count > MOST_FIELDS {
            return Err(Error::Unexpected { what: "a step with a sensible number of fields" });
        }
        Ok(Self { message, code, requests })
    }

    /// Its fields, each name once.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        let all = || self.requests.iter().flat_map(|request| &request.fields);
        all()
            .enumerate()
            .filter(move |(at, field)| !all().take(*at).any(|before| before.name == field.name))
            .map(|(_, field)| field)
    }

    /// A field by its name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields().find(|field| field.name == name)
    }
}

impl Request {
    fn read(value: &Value) -> Self {
        let required = match text(value, "required").as_str() {
            "optional" => Required::Optional,
            "primary-required" => Required::PrimaryRequired,
            _ => Required::Required,
        };
        // An empty list of PHP's is `[]`.
        let fields = value.get("fields").and_then(Value::as_object);
        Self {
            id: text(value, "id"),
            required,
            provider: plain(&text(value, "provider")),
            account: plain(&text(value, "account")),
            metadata: value.get("metadata").cloned().unwrap_or_default(),
            fields: fields
                .into_iter()
                .flatten()
                .take(MOST_FIELDS + 1)
                .map(|(name, field)| Field::read(name, field))
                .collect(),
        }
    }

    /// The last part of the id, such as `PasswordAuthenticationRequest`.
    pub fn short_id(&self) -> &str {
        let kind = self.id.split(':').next().unwrap_or_default();
        kind.rsplit('\\').next().unwrap_or_default()
    }
}

impl Field {
    fn read(name: &str, value: &Value) -> Self {
        let kind = match text(value, "type").as_str() {
            "string" => FieldKind::Text,
            "password" => FieldKind::Password,
            "checkbox" => FieldKind::Checkbox,
            "button" => FieldKind::Button,
            "select" => FieldKind::Select(options(value)),
            "multiselect" => FieldKind::Multiselect(options(value)),
            "hidden" => FieldKind::Hidden,
            "null" => FieldKind::Note,
            other => FieldKind::Other(other.to_owned()),
        };
        let is = |name: &str| value.get(name).and_then(Value::as_bool).unwrap_or(false);
        Self {
            name: name.to_owned(),
            sensitive: is("sensitive") || kind == FieldKind::Password,
            kind,
            label: plain(&text(value, "label")),
            help: plain(&text(value, "help")),
            value: value.get("value").map(word),
            optional: is("optional"),
        }
    }

    /// Whether a person has something to do with it.
    pub fn is_asked(&self) -> bool {
        !matches!(self.kind, FieldKind::Hidden | FieldKind::Note)
    }
}

/// Choices: what is sent, and its label.
fn options(value: &Value) -> Vec<(String, String)> {
    match value.get("options") {
        Some(Value::Object(map)) => {
            map.iter().map(|(name, label)| (name.clone(), plain(&word(label)))).collect()
        }
        // Keys that count from 0 become a list.
        Some(Value::Array(list)) => list
            .iter()
            .enumerate()
            .map(|(at, label)| (at.to_string(), plain(&word(label))))
            .collect(),
        _ => Vec::new(),
    }
}

/// A member as text; empty where there is none.
pub(crate) fn text(value: &Value, name: &str) -> String {
    value.get(name).map(word).unwrap_or_default()
}

/// What is no text, as PHP would write it.
fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "1".to_owned(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form(requests: &Value) -> Form {
        Form::read(String::new(), String::new(), requests).unwrap()
    }

    #[test]
    fn fields_are_read_in_order_and_each_name_is_shown_once() {
        let form = form(&json!([
            {"id": "MediaWiki\\Auth\\PasswordAuthenticationRequest", "required": "primary-required",
             "fields": {"username": {"type": "string", "label": "User <b>name</b>", "optional": false},
                        "password": {"type": "password", "label": "Password", "sensitive": true}}},
            {"id": "Other:x", "required": "optional",
             "fields": {"username": {"type": "string"}, "c": {"type": "select", "options": {"b": "B", "a": "A"}}}},
            {"id": "Empty", "required": "required", "metadata": [], "fields": []}
        ]));
        let names: Vec<_> = form.fields().map(|field| field.name.as_str()).collect();
        assert_eq!(names, ["username", "password", "c"]);
        assert_eq!(form.field("username").unwrap().label, "User name");
        assert!(form.field("password").unwrap().sensitive);
        let choices = vec![("b".to_owned(), "B".to_owned()), ("a".to_owned(), "A".to_owned())];
        assert_eq!(form.field("c").unwrap().kind, FieldKind::Select(choices));
        assert_eq!(form.requests[0].short_id(), "PasswordAuthenticationRequest");
        assert_eq!(form.requests[1].short_id(), "Other");
    }

    #[test]
    fn what_is_of_a_wrong_type_is_empty_and_no_reason_to_fall_over() {
        let form =
            form(&json!([5, {"id": [], "fields": {"x": 7, "y": {"type": {}, "value": {}}}}]));
        assert_eq!(form.field("x").unwrap().kind, FieldKind::Other(String::new()));
        assert_eq!(form.field("y").unwrap().value.as_deref(), Some(""));
        assert_eq!(self::form(&json!("x")).requests, []);
    }

    #[test]
    fn a_form_without_end_is_refused() {
        let fields: serde_json::Map<String, Value> =
            (0..1000).map(|n| (format!("f{n}"), json!({"type": "string"}))).collect();
        let many = json!([{"id": "x", "fields": fields}]);
        assert!(Form::read(String::new(), String::new(), &many).is_err());
    }
}
