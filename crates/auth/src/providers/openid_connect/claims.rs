//! What a provider says of a person.

use serde_json::{Map, Value};

/// Longest subject and issuer that the store holds, in bytes.
const LONGEST: usize = 255;

/// Claims that were verified.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Claims {
    /// Who says it.
    pub(super) issuer: String,
    /// Who the person is there: never given to another.
    pub(super) subject: String,
    all: Map<String, Value>,
}

impl Claims {
    /// The claims of an ID token's payload; `None` where they name nobody.
    pub(super) fn of(issuer: &str, all: Map<String, Value>) -> Option<Self> {
        let subject = all.get("sub")?.as_str()?.to_owned();
        let fits = !subject.is_empty() && subject.len() <= LONGEST && issuer.len() <= LONGEST;
        fits.then(|| Self { issuer: issuer.to_owned(), subject, all })
    }

    /// Adds what the userinfo endpoint says, where it is about the same person. What the ID token
    /// says stays.
    pub(super) fn add(&mut self, more: Map<String, Value>) -> bool {
        if more.get("sub").and_then(Value::as_str) != Some(&self.subject) {
            return false;
        }
        // Whether an address was verified is said of the address beside it.
        let has_address = self.all.contains_key("email");
        for (name, value) in more {
            if has_address && name == "email_verified" {
                continue;
            }
            self.all.entry(name).or_insert(value);
        }
        true
    }

    /// A claim; a dot in the name leads into an object.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        if let Some(value) = self.all.get(name) {
            return Some(value);
        }
        let (first, rest) = name.split_once('.')?;
        rest.split('.').try_fold(self.all.get(first)?, |value, part| value.get(part))
    }

    /// A claim that is a text with something in it.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty())
    }

    /// The address, if the provider has made sure that it is the person's.
    pub(super) fn verified_email(&self) -> Option<&str> {
        let verified = match self.get("email_verified")? {
            Value::Bool(verified) => *verified,
            Value::String(text) => text == "true",
            _ => false,
        };
        self.text("email").filter(|_| verified)
    }

    /// The values of a claim that is a list of texts, or one text.
    pub(super) fn values(&self, name: &str) -> Vec<&str> {
        match self.get(name) {
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(text)) => vec![text.as_str()],
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(value: &Value) -> Option<Claims> {
        Claims::of("https://id.example", value.as_object().unwrap().clone())
    }

    #[test]
    fn claims_without_a_usable_subject_name_nobody() {
        assert!(claims(&serde_json::json!({})).is_none());
        assert!(claims(&serde_json::json!({ "sub": "" })).is_none());
        assert!(claims(&serde_json::json!({ "sub": "x".repeat(256) })).is_none());
        assert!(claims(&serde_json::json!({ "sub": "x" })).is_some());
    }

    #[test]
    fn an_address_counts_only_where_it_was_verified() {
        let with = |verified: Value| {
            let all = serde_json::json!({"sub": "x", "email": "a@b", "email_verified": verified});
            claims(&all).unwrap().verified_email().map(str::to_owned)
        };
        assert_eq!(with(true.into()), Some("a@b".to_owned()));
        assert_eq!(with("true".into()), Some("a@b".to_owned()));
        for not in [false.into(), "false".into(), 1.into(), Value::Null] {
            assert_eq!(with(not), None);
        }
        assert_eq!(
            claims(&serde_json::json!({"sub":"x","email":"a@b"})).unwrap().verified_email(),
            None
        );
    }

    #[test]
    fn userinfo_of_somebody_else_adds_nothing_and_the_token_stays_the_stronger() {
        let mut known = claims(&serde_json::json!({ "sub": "x", "name": "A" })).unwrap();
        let other = serde_json::json!({ "sub": "y", "email": "e" });
        assert!(!known.add(other.as_object().unwrap().clone()));
        assert_eq!(known.text("email"), None);
        let same = serde_json::json!({ "sub": "x", "name": "B", "email": "e" });
        assert!(known.add(same.as_object().unwrap().clone()));
        assert_eq!((known.text("name"), known.text("email")), (Some("A"), Some("e")));
    }

    #[test]
    fn a_dot_leads_into_an_object() {
        let all = serde_json::json!({"sub": "x", "realm": {"roles": ["a", 1, "b"]}, "u.v": "w"});
        let known = claims(&all).unwrap();
        assert_eq!(known.values("realm.roles"), ["a", "b"]);
        assert_eq!(known.values("u.v"), ["w"]);
        assert!(known.values("realm.none.more").is_empty());
    }
}
