//! Authentication requests: which fields a client is to show, and what it sent back.
//!
//! <https://www.mediawiki.org/wiki/Manual:AuthManager> calls both `AuthenticationRequest`; here the
//! question is an [`AuthenticationRequest`] and the answer an [`Answer`].

use std::borrow::Cow;

use daemun_messages::Message;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// What requests are wanted for: the values of `amirequestsfor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuthAction {
    /// Begin a login.
    Login,
    /// Go on with one.
    LoginContinue,
    /// Begin to create an account.
    Create,
    /// Go on with it.
    CreateContinue,
    /// Begin to link another account to this one.
    Link,
    /// Go on with it.
    LinkContinue,
    /// Change credentials.
    Change,
    /// Remove credentials.
    Remove,
    /// Unlink an account.
    Unlink,
}

impl AuthAction {
    /// Names on the wire, in the order in which the API lists them.
    pub const NAMES: [&'static str; 9] = [
        "login",
        "login-continue",
        "create",
        "create-continue",
        "link",
        "link-continue",
        "change",
        "remove",
        "unlink",
    ];

    /// The action of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "login" => Self::Login,
            "login-continue" => Self::LoginContinue,
            "create" => Self::Create,
            "create-continue" => Self::CreateContinue,
            "link" => Self::Link,
            "link-continue" => Self::LinkContinue,
            "change" => Self::Change,
            "remove" => Self::Remove,
            "unlink" => Self::Unlink,
            _ => return None,
        })
    }
}

/// Whether a request must be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Required {
    /// It may be left out.
    Optional,
    /// It must be answered.
    Required,
    /// One of the requests of this kind must be answered.
    PrimaryRequired,
}

impl Required {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Optional => "optional",
            Self::Required => "required",
            Self::PrimaryRequired => "primary-required",
        }
    }
}

/// Texts for people, each by a name of its own.
pub type Descriptions = Vec<(String, Message)>;

/// A question: one set of fields that belong together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuthenticationRequest {
    /// Unique among the requests offered together; MediaWiki's class name, often with a suffix.
    pub id: Cow<'static, str>,
    /// More about the request for clients that know its kind.
    pub metadata: serde_json::Map<String, serde_json::Value>,
    /// A member of the metadata by its name: texts for people, each by a name of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub descriptions: Option<(Cow<'static, str>, Descriptions)>,
    /// Whether it must be answered.
    pub required: Required,
    /// Who asks.
    pub provider: Message,
    /// For which account.
    pub account: Message,
    /// The fields in order.
    pub fields: Vec<(Cow<'static, str>, Field)>,
}

impl AuthenticationRequest {
    /// A request whose provider and account show its id, MediaWiki's default.
    pub fn new(id: impl Into<Cow<'static, str>>, required: Required) -> Self {
        let id = id.into();
        let shown = Message::raw(id.to_string());
        Self {
            id,
            metadata: serde_json::Map::new(),
            descriptions: None,
            required,
            provider: shown.clone(),
            account: shown,
            fields: Vec::new(),
        }
    }

    /// Adds a field.
    #[must_use]
    pub fn field(mut self, name: impl Into<Cow<'static, str>>, field: Field) -> Self {
        self.fields.push((name.into(), field));
        self
    }

    /// Sets who asks.
    #[must_use]
    pub fn provider(mut self, provider: Message) -> Self {
        self.provider = provider;
        self
    }

    /// Sets the account that it is about.
    #[must_use]
    pub fn account(mut self, account: Message) -> Self {
        self.account = account;
        self
    }

    /// Reads the answer out of what a client sent. `None` where the request is not answered: a
    /// field is missing, or one that must have a value is empty
    /// (`AuthenticationRequest::loadFromSubmission`).
    pub fn load(&self, submission: &dyn Submission) -> Option<Answer> {
        if self.fields.is_empty() {
            return None;
        }
        let mut values = Vec::with_capacity(self.fields.len());
        for (name, field) in &self.fields {
            if let Some(value) = field.load(name, submission)? {
                values.push((name.to_string(), value));
            }
        }
        Some(Answer { id: self.id.to_string(), values })
    }
}

/// The kind of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldKind {
    /// A line of text.
    String,
    /// A line of text that is not shown.
    Password,
    /// One of the options.
    Select,
    /// Any of the options.
    Multiselect,
    /// Yes by being there.
    Checkbox,
    /// Pressed by being there.
    Button,
    /// To be sent back as it came.
    Hidden,
    /// Nothing to send: something to read.
    Null,
}

impl FieldKind {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Password => "password",
            Self::Select => "select",
            Self::Multiselect => "multiselect",
            Self::Checkbox => "checkbox",
            Self::Button => "button",
            Self::Hidden => "hidden",
            Self::Null => "null",
        }
    }
}

/// One field of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// What is entered.
    pub kind: FieldKind,
    /// What it holds at first.
    pub value: Option<String>,
    /// What can be chosen: values and what to show for them.
    pub options: Vec<(String, Message)>,
    /// Its name for people.
    pub label: Message,
    /// A sentence about it.
    pub help: Message,
    /// Whether it may stay empty.
    pub optional: bool,
    /// Whether it must not be shown, logged, or sent in a URL.
    pub sensitive: bool,
}

impl Field {
    /// A field that must be filled in.
    pub fn new(kind: FieldKind, label: Message, help: Message) -> Self {
        Self {
            kind,
            value: None,
            options: Vec::new(),
            label,
            help,
            optional: false,
            sensitive: kind == FieldKind::Password,
        }
    }

    /// The same field, which may stay empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// `None`: the whole request is not answered. `Some(None)`: nothing to note for this field.
    fn load(&self, name: &str, submission: &dyn Submission) -> Option<Option<Value>> {
        match self.kind {
            FieldKind::Null => Some(None),
            FieldKind::Checkbox | FieldKind::Button => {
                // Browsers send an image button as its coordinates.
                let pressed = submission.has(name, self.sensitive)
                    || submission.has(&format!("{name}_x"), self.sensitive);
                (pressed || self.optional).then_some(Some(Value::Pressed(pressed)))
            }
            FieldKind::Multiselect => {
                let chosen = submission.list(name, self.sensitive).unwrap_or_default();
                let known = chosen.iter().all(|c| self.options.iter().any(|(value, _)| value == c));
                (known && (self.optional || !chosen.is_empty()))
                    .then_some(Some(Value::Chosen(chosen)))
            }
            FieldKind::String | FieldKind::Password | FieldKind::Select | FieldKind::Hidden => {
                let text = match (submission.text(name, self.sensitive), &self.value) {
                    (Some(text), _) => text,
                    // What was offered stays chosen where nothing else is.
                    (None, Some(value)) if self.kind == FieldKind::Select && self.optional => {
                        Zeroizing::new(value.clone())
                    }
                    (None, _) => return None,
                };
                if text.is_empty() {
                    return self.optional.then_some(Some(Value::Text(text)));
                }
                let known = self.kind != FieldKind::Select
                    || self.options.iter().any(|(value, _)| *value == *text);
                known.then_some(Some(Value::Text(text)))
            }
        }
    }
}

/// What a client sent, asked for by field name.
///
/// Asking marks a parameter as recognised, so only fields on offer may be asked for.
pub trait Submission {
    /// The value of a text field, if it was sent.
    fn text(&self, name: &str, sensitive: bool) -> Option<Zeroizing<String>>;
    /// The values of a list field, if it was sent.
    fn list(&self, name: &str, sensitive: bool) -> Option<Vec<String>>;
    /// Whether the field was sent at all.
    fn has(&self, name: &str, sensitive: bool) -> bool;
}

/// The value of one answered field.
#[derive(Clone, PartialEq)]
enum Value {
    Text(Zeroizing<String>),
    Chosen(Vec<String>),
    Pressed(bool),
}

/// The answer to one request. Its texts are wiped from memory when it is dropped.
#[derive(Clone, PartialEq)]
pub struct Answer {
    id: String,
    values: Vec<(String, Value)>,
}

impl Answer {
    /// An answer made by the program itself (`action=login` fills in the fields it knows).
    pub fn to(id: &str) -> Self {
        Self { id: id.to_owned(), values: Vec::new() }
    }

    /// Fills in a text field.
    #[must_use]
    pub fn with_text(mut self, name: &str, text: &str) -> Self {
        self.values.push((name.to_owned(), Value::Text(Zeroizing::new(text.to_owned()))));
        self
    }

    /// Presses a button or ticks a box.
    #[must_use]
    pub fn pressed(mut self, name: &str) -> Self {
        self.values.push((name.to_owned(), Value::Pressed(true)));
        self
    }

    /// The id of the request that this answers.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A text field's value.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values.iter().find_map(|(n, value)| match value {
            Value::Text(text) if n == name => Some(text.as_str()),
            _ => None,
        })
    }

    /// A list field's values.
    pub fn chosen(&self, name: &str) -> &[String] {
        self.values
            .iter()
            .find_map(|(n, value)| match value {
                Value::Chosen(values) if n == name => Some(values.as_slice()),
                _ => None,
            })
            .unwrap_or(&[])
    }

    /// Whether a box is ticked or a button was pressed.
    pub fn is_pressed(&self, name: &str) -> bool {
        self.values.iter().any(|(n, value)| n == name && *value == Value::Pressed(true))
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.values.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Answer").field("id", &self.id).field("fields", &names).finish()
    }
}

/// Finds the answer to a request.
pub fn answer_to<'a>(answers: &'a [Answer], id: &str) -> Option<&'a Answer> {
    answers.iter().find(|answer| answer.id == id)
}

/// The user name that all answers agree on, `None` where they differ or none gives one.
pub fn common_username(answers: &[Answer]) -> Option<&str> {
    let mut names = answers.iter().filter_map(|answer| answer.text("username"));
    let first = names.next()?;
    names.all(|name| name == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    struct Form(HashMap<&'static str, &'static str>);

    impl Submission for Form {
        fn text(&self, name: &str, _: bool) -> Option<Zeroizing<String>> {
            self.0.get(name).map(|value| Zeroizing::new((*value).to_owned()))
        }
        fn list(&self, name: &str, _: bool) -> Option<Vec<String>> {
            self.0.get(name).map(|value| value.split('|').map(str::to_owned).collect())
        }
        fn has(&self, name: &str, _: bool) -> bool {
            self.0.contains_key(name)
        }
    }

    fn text(optional: bool) -> Field {
        Field { optional, ..Field::new(FieldKind::String, Message::new("a"), Message::new("b")) }
    }

    fn load(
        fields: Vec<(&'static str, Field)>,
        form: &[(&'static str, &'static str)],
    ) -> Option<Answer> {
        let mut request = AuthenticationRequest::new("r", Required::Required);
        for (name, field) in fields {
            request = request.field(name, field);
        }
        request.load(&Form(form.iter().copied().collect()))
    }

    #[test]
    fn a_request_without_fields_is_never_answered() {
        assert!(load(vec![], &[("a", "1")]).is_none());
    }

    #[test]
    fn a_missing_field_leaves_the_request_unanswered_even_if_optional() {
        assert!(load(vec![("a", text(true)), ("b", text(true))], &[("a", "1")]).is_none());
    }

    #[test]
    fn an_empty_field_counts_only_where_it_is_optional() {
        assert!(load(vec![("a", text(false))], &[("a", "")]).is_none());
        assert_eq!(load(vec![("a", text(true))], &[("a", "")]).unwrap().text("a"), Some(""));
    }

    #[test]
    fn an_image_button_is_pressed_by_its_coordinates() {
        let button = Field::new(FieldKind::Button, Message::new("a"), Message::new("b"));
        assert!(load(vec![("go", button.clone())], &[("go_x", "3")]).unwrap().is_pressed("go"));
        assert!(load(vec![("go", button)], &[]).is_none());
    }

    #[test]
    fn a_choice_must_be_among_the_options() {
        let mut select = Field::new(FieldKind::Select, Message::new("a"), Message::new("b"));
        select.options.push(("x".to_owned(), Message::new("x")));
        assert!(load(vec![("s", select.clone())], &[("s", "x")]).is_some());
        assert!(load(vec![("s", select)], &[("s", "y")]).is_none());
    }

    #[test]
    fn an_optional_choice_that_has_a_value_keeps_it_where_nothing_is_sent() {
        let new = |key| Field::new(FieldKind::Select, Message::new(key), Message::new(key));
        let select = Field { value: Some(String::new()), ..new("s").optional() };
        assert_eq!(load(vec![("s", select.clone())], &[]).unwrap().text("s"), Some(""));
        assert!(load(vec![("s", select)], &[("s", "y")]).is_none());
        assert!(load(vec![("s", new("s").optional())], &[]).is_none());
    }

    #[test]
    fn the_common_name_is_none_where_answers_differ() {
        let name = |n| Answer::to("r").with_text("username", n);
        assert_eq!(common_username(&[name("A"), name("A")]), Some("A"));
        assert_eq!(common_username(&[name("A"), name("B")]), None);
        assert_eq!(common_username(&[]), None);
    }

    #[test]
    fn what_was_answered_is_not_printed() {
        let answer = Answer::to("r").with_text("password", "hunter2");
        assert!(!format!("{answer:?}").contains("hunter2"));
    }
}
