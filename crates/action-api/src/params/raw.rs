//! Parameters as they came, by PHP's rules: a body's win over a query's, the last of a name wins,
//! and dots and spaces in names are underscores.

use std::borrow::Cow;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode, percent_encode};
use smallvec::SmallVec;

/// Most fields that count; PHP's `max_input_vars`.
pub(crate) const MOST_FIELDS: usize = 1000;

/// Fields that most requests do with.
const USUAL_FIELDS: usize = 8;

/// Longest name that counts, in bytes; no module has one that comes near.
const LONGEST_NAME: usize = 256;

/// A value as it came.
#[derive(Clone, PartialEq, Eq)]
pub enum Raw {
    /// Bytes; a short value, as most are, needs no memory of its own.
    Bytes(SmallVec<[u8; 32]>),
    /// PHP's array syntax, `name[]=…`: the API has no use for it.
    Array,
}

/// All parameters of a request, in the order in which they came: so few that looking through them
/// costs less than an index.
#[derive(Clone, Default)]
pub struct RawParams {
    fields: Vec<Field>,
    /// Which lengths their names have, a bit each: most questions are for what did not come, and
    /// end here.
    lengths: u64,
}

/// The bit of names of this length; very long ones share some.
fn length(bytes: usize) -> u64 {
    1 << (bytes % 64)
}

/// One parameter.
#[derive(Clone)]
struct Field {
    name: Name,
    value: Raw,
    posted: bool,
    /// The query string's value, where a body's counts: hardly ever.
    overridden: Option<Box<Raw>>,
}

/// A name; short ones need no memory of their own.
#[derive(Clone, PartialEq, Eq)]
struct Name(SmallVec<[u8; 24]>);

impl Name {
    fn is(&self, prefix: &str, name: &str) -> bool {
        self.0.len() == prefix.len() + name.len()
            && self.0.ends_with(name.as_bytes())
            && (prefix.is_empty() || self.0.starts_with(prefix.as_bytes()))
    }

    fn text(&self) -> &str {
        // It was made of a text.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Field {
    /// Whether the value that counts is the query string's.
    fn is_from_query(&self) -> bool {
        !self.posted || self.overridden.as_deref() == Some(&self.value)
    }
}

/// A parameter that was given.
pub(super) struct Given<'a> {
    /// How many came before it.
    pub(super) place: usize,
    pub(super) value: &'a Raw,
    /// Whether the value is the query string's.
    pub(super) from_query: bool,
}

impl RawParams {
    /// Takes a query string.
    pub fn query(&mut self, query: &[u8]) {
        self.fields.reserve(USUAL_FIELDS);
        for (name, value) in pairs(query).take(MOST_FIELDS) {
            self.add(&name, value, false);
        }
    }

    /// Takes a body of `application/x-www-form-urlencoded`.
    pub fn form(&mut self, body: &[u8]) {
        for (name, value) in pairs(body).take(MOST_FIELDS) {
            self.add(&name, value, true);
        }
    }

    /// Takes one field of a body.
    pub fn field(&mut self, name: &str, value: Vec<u8>) {
        self.add(name.as_bytes(), SmallVec::from_vec(value), true);
    }

    fn add(&mut self, name: &[u8], value: SmallVec<[u8; 32]>, posted: bool) {
        let Some((name, is_array)) = php_name(name) else { return };
        let value = if is_array { Raw::Array } else { Raw::Bytes(value) };
        if let Some(field) = self.fields.iter_mut().find(|field| field.name == name) {
            let before = std::mem::replace(&mut field.value, value);
            if posted && !field.posted {
                field.overridden = Some(Box::new(before));
            }
            field.posted = posted;
        } else if self.fields.len() < MOST_FIELDS {
            self.lengths |= length(name.0.len());
            self.fields.push(Field { name, value, posted, overridden: None });
        }
    }

    fn field_of(&self, name: &str) -> Option<&Field> {
        self.place_of("", name).and_then(|place| self.fields.get(place))
    }

    fn place_of(&self, prefix: &str, name: &str) -> Option<usize> {
        if self.lengths & length(prefix.len() + name.len()) == 0 {
            return None;
        }
        self.fields.iter().position(|field| field.name.is(prefix, name))
    }

    /// A parameter's value.
    pub fn get(&self, name: &str) -> Option<&Raw> {
        self.field_of(name).map(|field| &field.value)
    }

    /// A parameter's text, as far as it is one.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.get(name)? {
            Raw::Bytes(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
            Raw::Array => None,
        }
    }

    /// Whether the query string has this parameter.
    pub fn in_query(&self, name: &str) -> bool {
        self.field_of(name).is_some_and(|field| !field.posted || field.overridden.is_some())
    }

    /// Whether the value that counts is the query string's.
    pub fn is_from_query(&self, name: &str) -> bool {
        self.field_of(name).is_some_and(Field::is_from_query)
    }

    /// The parameter called this, `prefix` and then `name`, with all that is known of it.
    pub(super) fn given(&self, prefix: &str, name: &str) -> Option<Given<'_>> {
        let place = self.place_of(prefix, name)?;
        let field = self.fields.get(place)?;
        Some(Given { place, value: &field.value, from_query: field.is_from_query() })
    }

    /// The query string with another value for one parameter.
    pub fn query_with(&self, name: &str, value: &str) -> String {
        let encode = |text: &[u8]| percent_encode(text, NON_ALPHANUMERIC).to_string();
        let mut query = String::new();
        let given = self.fields.iter().filter(|field| !field.posted && !field.name.is("", name));
        for Field { name, value, .. } in given {
            if let Raw::Bytes(bytes) = value {
                query.extend([&encode(&name.0), "=", &encode(bytes), "&"]);
            }
        }
        query.extend([name, "=", value]);
        query
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    /// All names, in the order in which they came.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.name.text())
    }
}

fn pairs(text: &[u8]) -> impl Iterator<Item = (Cow<'_, [u8]>, SmallVec<[u8; 32]>)> {
    text.split(|b| *b == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        let mut parts = pair.splitn(2, |b| *b == b'=');
        let name = parts.next().unwrap_or_default();
        let value = match decode(parts.next().unwrap_or_default()) {
            Cow::Borrowed(value) => SmallVec::from_slice(value),
            Cow::Owned(value) => SmallVec::from_vec(value),
        };
        (decode(name), value)
    })
}

fn decode(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.iter().any(|b| matches!(b, b'+' | b'%')) {
        return text.into();
    }
    let spaced: Vec<u8> = text.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
    percent_decode(&spaced).collect()
}

/// A name as PHP makes a variable of it, and whether it is an array's.
fn php_name(name: &[u8]) -> Option<(Name, bool)> {
    if name.iter().all(u8::is_ascii_alphanumeric) && (1..=LONGEST_NAME).contains(&name.len()) {
        // Nearly every name.
        return Some((Name(SmallVec::from_slice(name)), false));
    }
    let name = String::from_utf8_lossy(name);
    let name = name.trim_start_matches(' ').split('\0').next().unwrap_or_default();
    let (name, is_array) = match name.split_once('[') {
        Some((name, rest)) if !name.is_empty() && rest.contains(']') => (name, true),
        _ => (name, false),
    };
    let name = name.replace(['.', ' ', '['], "_");
    let is_usable = !name.is_empty() && name.len() <= LONGEST_NAME;
    is_usable.then(|| (Name(SmallVec::from_vec(name.into_bytes())), is_array))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> RawParams {
        let mut params = RawParams::default();
        params.query(text.as_bytes());
        params
    }

    #[test]
    fn the_last_of_a_name_wins_and_a_body_wins_over_a_query() {
        let mut params = query("a=1&a=2&b=3");
        assert_eq!(params.text("a").unwrap(), "2");
        params.form(b"b=4");
        assert_eq!(params.text("b").unwrap(), "4");
        assert!(params.in_query("b"));
    }

    #[test]
    fn percent_and_plus_are_decoded_and_bytes_are_kept() {
        assert_eq!(query("a=%EA%B0%80+x%").text("a").unwrap(), "가 x%");
        assert!(query("a=%ff").get("a") == Some(&Raw::Bytes(SmallVec::from_slice(&[0xff]))));
    }

    #[test]
    fn names_follow_phps_rules() {
        assert_eq!(query("a.b=1").text("a_b").unwrap(), "1");
        assert_eq!(query("+a=1").text("a").unwrap(), "1");
        assert!(query("a[]=1").get("a") == Some(&Raw::Array));
        assert!(query("a[x]=1").get("a") == Some(&Raw::Array));
        assert_eq!(query("=1&&").names().count(), 0);
    }

    #[test]
    fn a_query_can_be_made_again_with_one_other_value() {
        assert_eq!(
            query("a=1%26&format=x&b=%ff").query_with("format", "json"),
            "a=1%26&b=%FF&format=json"
        );
    }

    #[test]
    fn a_name_without_a_value_is_there_and_empty() {
        assert_eq!(query("a").text("a").unwrap(), "");
    }

    #[test]
    fn names_that_are_too_long_are_ignored() {
        let name = "n".repeat(LONGEST_NAME);
        assert_eq!(query(&format!("{name}=1&{name}n=1")).names().count(), 1);
    }

    #[test]
    fn fields_beyond_the_limit_are_ignored() {
        let text: String = (0..5000).map(|n| format!("p{n}=1&")).collect();
        assert_eq!(query(&text).names().count(), MOST_FIELDS);
    }
}
