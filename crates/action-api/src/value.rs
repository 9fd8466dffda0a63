//! Results as a tree, before any format.
//!
//! MediaWiki's results are PHP arrays with hints for the formats (`ApiResult`). The hints that a
//! format can need are part of the tree: what a list's elements are called in XML, which member of
//! an object is its content, what an empty object looks like in JSON.

use std::borrow::Cow;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// True or false. In format version 1 true is an empty text and false is left out.
    Bool(bool),
    /// True or false in every version.
    Flag(bool),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// A text.
    Text(Cow<'static, str>),
    /// Values in order.
    List(List),
    /// Named values in order.
    Object(Object),
}

/// A list.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// Its elements.
    pub items: Vec<Value>,
    /// What an element is called in XML.
    pub tag: &'static str,
}

/// How an object without a list's keys appears where a format or version has no objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Kind {
    /// Always an object.
    #[default]
    Object,
    /// An empty list where no member is left.
    ListIfEmpty,
    /// The list of its values in format version 1.
    ListInVersion1,
    /// The list of its values in format version 2, in the order of the numbers that name them.
    ListInVersion2,
}

/// An object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// Its members.
    pub members: Vec<(Cow<'static, str>, Value)>,
    /// The member that is the content: `*` and last in format version 1, the text in XML.
    pub content: Option<&'static str>,
    /// How it appears when it could be taken for a list.
    pub kind: Kind,
    /// Members that are elements in XML even where a single value would be an attribute.
    pub elements: &'static [&'static str],
    /// What members that are numbered rather than named are called in XML.
    pub tag: Option<&'static str>,
}

impl Object {
    /// An object without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same object with one more member.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    /// The same object, if there is a value with one more member.
    #[must_use]
    pub fn with_some(
        self,
        name: impl Into<Cow<'static, str>>,
        value: Option<impl Into<Value>>,
    ) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Names the member that is the content.
    #[must_use]
    pub fn content(mut self, name: &'static str) -> Self {
        self.content = Some(name);
        self
    }

    /// Says which single values are elements in XML.
    #[must_use]
    pub fn elements(mut self, names: &'static [&'static str]) -> Self {
        self.elements = names;
        self
    }

    /// Says that its members are numbered, and what each is called in XML.
    #[must_use]
    pub fn numbered(mut self, tag: &'static str) -> Self {
        self.tag = Some(tag);
        self
    }

    /// Sets how it appears when it could be taken for a list.
    #[must_use]
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// Sets a member: in its place if it is there, else at the end.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        match self.members.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.members.push((name, value)),
        }
    }

    /// Puts a member first.
    pub fn set_first(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        self.members.insert(0, (name.into(), value.into()));
    }

    /// A member.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.members.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The values of numbered members, the lowest number first.
    pub fn by_number(&self) -> Vec<&Value> {
        let mut members: Vec<_> = self.members.iter().collect();
        members.sort_by_key(|(name, _)| name.parse::<i64>().unwrap_or_default());
        members.into_iter().map(|(_, value)| value).collect()
    }

    /// A member, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.members.iter_mut().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

/// A list of values that are called `tag` in XML.
pub fn list<T: Into<Value>>(tag: &'static str, items: impl IntoIterator<Item = T>) -> Value {
    Value::List(List { items: items.into_iter().map(Into::into).collect(), tag })
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<u64> for Value {
    fn from(value: u64) -> Self {
        Self::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Int(i64::from(value))
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&'static str> for Value {
    fn from(value: &'static str) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(Cow::Owned(value))
    }
}

impl From<Cow<'static, str>> for Value {
    fn from(value: Cow<'static, str>) -> Self {
        Self::Text(value)
    }
}

impl From<Object> for Value {
    fn from(value: Object) -> Self {
        Self::Object(value)
    }
}

/// JSON that the authentication layer hands over (metadata, raw messages) as a result.
impl From<&serde_json::Value> for Value {
    fn from(value: &serde_json::Value) -> Self {
        use serde_json::Value as Json;
        match value {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(number) => match number.as_i64() {
                Some(whole) => Self::Int(whole),
                None => Self::Float(number.as_f64().unwrap_or(0.0)),
            },
            Json::String(text) => Self::Text(Cow::Owned(text.clone())),
            Json::Array(items) => list("_v", items.iter().map(Self::from)),
            Json::Object(map) => Self::Object(Object {
                members: map.iter().map(|(k, v)| (Cow::Owned(k.clone()), v.into())).collect(),
                ..Object::default()
            }),
        }
    }
}
