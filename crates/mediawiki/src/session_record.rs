//! What a session's store holds under `MWSession:ID`
//! (<https://www.mediawiki.org/wiki/Manual:SessionManager_and_AuthManager>).
//!
//! A serialised PHP array of `data`, where anyone may keep anything, and `metadata`.

use thiserror::Error;

use crate::php::{self, Key, PhpArray, PhpError, Value};

/// A session as stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionRecord {
    /// Whose session it is, and how it lives.
    pub metadata: Metadata,
    /// The session's variables: `wsTokenSecrets`, `AuthManager::authnState` and others.
    pub data: PhpArray,
}

/// The part of a session record that MediaWiki's session manager reads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    /// Class name of the session provider: `MediaWiki\Session\CookieSessionProvider`.
    pub provider: String,
    /// The provider's own array.
    pub provider_metadata: Option<Value>,
    /// 0 for an anonymous user.
    pub user_id: u64,
    /// The user's canonical name.
    pub user_name: Option<String>,
    /// What the `Token` cookie would hold ([`crate::user_token::cookie_value`]). When it no longer
    /// equals the user's, the session is over; `None` is not compared.
    pub user_token: Option<String>,
    /// Whether the user is to be remembered.
    pub remember: bool,
    /// Whether cookies are for https alone.
    pub force_https: bool,
    /// When the session ends, in seconds since 1970; 0 for never.
    pub expires: i64,
    /// When the user logged out, in seconds since 1970; 0 for never.
    pub logged_out: i64,
    /// Whether the client has been given the session's id.
    pub persisted: bool,
    /// Members that this program does not know. They are written back after the known ones.
    pub other: Vec<(Key, Value)>,
}

/// Why a record cannot be a session. MediaWiki deletes such a record and goes on anonymously.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RecordError {
    /// Not PHP's format.
    #[error(transparent)]
    Php(#[from] PhpError),
    /// Not an array of the arrays `data` and `metadata`.
    #[error("a session record without data and metadata")]
    Shape,
    /// A member of `metadata` is missing or of a wrong type.
    #[error("a session record without a proper {0}")]
    Member(&'static str),
}

impl SessionRecord {
    /// Reads a record. `provider`, `userId` (a number, not a text), `userName` and `userToken` must
    /// be there.
    ///
    /// # Errors
    /// [`RecordError`]; the record is to be deleted.
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        Self::parse_noting_gaps(bytes).map(|(record, _)| record)
    }

    /// As [`Self::parse`]; also says whether other members were missing, in which case MediaWiki
    /// stores the record anew and sends the cookies again.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_noting_gaps(bytes: &[u8]) -> Result<(Self, bool), RecordError> {
        let Value::Array(mut record) = php::unserialize(bytes)? else {
            return Err(RecordError::Shape);
        };
        let (Some(Value::Array(data)), Some(Value::Array(metadata))) =
            (record.remove("data"), record.remove("metadata"))
        else {
            return Err(RecordError::Shape);
        };
        let (metadata, gaps) = Metadata::from_php(metadata)?;
        Ok((Self { metadata, data }, gaps))
    }

    /// Writes a record, members in MediaWiki's order.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut record = PhpArray::new();
        record.set("data", self.data.clone());
        record.set("metadata", self.metadata.to_php());
        php::serialize(&Value::Array(record))
    }
}

impl Metadata {
    fn from_php(mut array: PhpArray) -> Result<(Self, bool), RecordError> {
        let required =
            |array: &mut PhpArray, name| array.remove(name).ok_or(RecordError::Member(name));
        let provider = required(&mut array, "provider")?;
        let user_id = required(&mut array, "userId")?;
        let user_name = required(&mut array, "userName")?;
        let user_token = required(&mut array, "userToken")?;

        let mut gaps = false;
        let mut optional = |name| {
            array.remove(name).unwrap_or_else(|| {
                gaps = true;
                Value::Null
            })
        };
        let metadata = Self {
            provider: text("provider", provider)?.ok_or(RecordError::Member("provider"))?,
            provider_metadata: match optional("providerMetadata") {
                Value::Null => None,
                value @ Value::Array(_) => Some(value),
                _ => return Err(RecordError::Member("providerMetadata")),
            },
            user_id: user_id
                .as_int()
                .and_then(|id| u64::try_from(id).ok())
                .ok_or(RecordError::Member("userId"))?,
            user_name: text("userName", user_name)?,
            user_token: text("userToken", user_token)?,
            remember: optional("remember").is_truthy(),
            force_https: optional("forceHTTPS").is_truthy(),
            expires: time("expires", &optional("expires"))?,
            logged_out: time("loggedOut", &optional("loggedOut"))?,
            persisted: optional("persisted").is_truthy(),
            other: Vec::new(),
        };
        Ok((Self { other: array.into_iter().collect(), ..metadata }, gaps))
    }

    fn to_php(&self) -> PhpArray {
        let mut array = PhpArray::new();
        array.set("provider", self.provider.as_str());
        array.set("providerMetadata", self.provider_metadata.clone());
        array.set("userId", i64::try_from(self.user_id).unwrap_or(i64::MAX));
        array.set("userName", self.user_name.as_deref());
        array.set("userToken", self.user_token.as_deref());
        array.set("remember", self.remember);
        array.set("forceHTTPS", self.force_https);
        array.set("expires", self.expires);
        array.set("loggedOut", self.logged_out);
        array.set("persisted", self.persisted);
        for (key, value) in &self.other {
            // A known member must not be changed by the back door.
            if array.get_key(key).is_none() {
                array.set_key(key.clone(), value.clone());
            }
        }
        array
    }
}

fn text(name: &'static str, value: Value) -> Result<Option<String>, RecordError> {
    match value {
        Value::Null => Ok(None),
        Value::Bytes(bytes) => {
            String::from_utf8(bytes).map(Some).map_err(|_| RecordError::Member(name))
        }
        _ => Err(RecordError::Member(name)),
    }
}

fn time(name: &'static str, value: &Value) -> Result<i64, RecordError> {
    match value {
        Value::Null | Value::Bool(false) => Ok(0),
        Value::Int(number) => Ok(*number),
        _ => Err(RecordError::Member(name)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RECORD: &str = concat!(
        "a:2:{s:4:\"data\";a:1:{s:14:\"wsTokenSecrets\";a:1:{s:5:\"login\";s:2:\"ab\";}}",
        "s:8:\"metadata\";a:10:{s:8:\"provider\";s:39:\"MediaWiki\\Session\\CookieSessionProvider\";",
        "s:16:\"providerMetadata\";N;s:6:\"userId\";i:4;s:8:\"userName\";s:7:\"William\";",
        "s:9:\"userToken\";s:2:\"cd\";s:8:\"remember\";b:1;s:10:\"forceHTTPS\";b:0;",
        "s:7:\"expires\";i:0;s:9:\"loggedOut\";i:0;s:9:\"persisted\";b:1;}}",
    );

    fn changed(from: &str, to: &str) -> Result<(SessionRecord, bool), RecordError> {
        assert!(RECORD.contains(from), "{from}");
        SessionRecord::parse_noting_gaps(RECORD.replace(from, to).as_bytes())
    }

    #[test]
    fn a_record_of_mediawiki_is_read_and_written_back() {
        let record = SessionRecord::parse(RECORD.as_bytes()).unwrap();
        assert_eq!(record.metadata.provider, "MediaWiki\\Session\\CookieSessionProvider");
        assert_eq!(record.metadata.user_id, 4);
        assert_eq!(record.metadata.user_name.as_deref(), Some("William"));
        assert_eq!(record.metadata.user_token.as_deref(), Some("cd"));
        assert!(record.metadata.remember && record.metadata.persisted);
        let secrets = record.data.get("wsTokenSecrets").and_then(Value::as_array).unwrap();
        assert_eq!(secrets.get("login").and_then(Value::as_str), Some("ab"));
        assert_eq!(String::from_utf8(record.to_bytes()).unwrap(), RECORD);
    }

    #[test]
    fn unknown_members_are_kept() {
        let text = RECORD
            .replace("a:10:", "a:11:")
            .replace("persisted\";b:1;}", "persisted\";b:1;s:3:\"new\";i:1;}");
        let (record, gaps) = SessionRecord::parse_noting_gaps(text.as_bytes()).unwrap();
        assert!(!gaps);
        assert_eq!(record.metadata.other, [(Key::from("new"), Value::Int(1))]);
        assert_eq!(SessionRecord::parse(&record.to_bytes()), Ok(record));
    }

    #[test]
    fn a_user_id_must_be_a_number() {
        assert_eq!(
            changed("userId\";i:4;", "userId\";s:1:\"4\";"),
            Err(RecordError::Member("userId"))
        );
        assert_eq!(changed("userId\";i:4;", "userId\";i:-4;"), Err(RecordError::Member("userId")));
    }

    #[test]
    fn four_members_must_be_there() {
        for (name, from) in [
            ("userId", "userId\""),
            ("userName", "userName\""),
            ("userToken", "userToken\""),
            ("provider", "provider\""),
        ] {
            let to = format!("{}\"", "x".repeat(name.len()));
            assert_eq!(changed(from, &to), Err(RecordError::Member(name)));
        }
    }

    #[test]
    fn other_members_have_defaults_and_are_missed() {
        let (record, gaps) = changed("8:\"remember\"", "8:\"xxxxxxxx\"").unwrap();
        assert!(gaps);
        assert!(!record.metadata.remember);
    }

    #[test]
    fn an_anonymous_session_has_no_name_and_no_token() {
        let (record, gaps) =
            changed("s:9:\"userToken\";s:2:\"cd\"", "s:9:\"userToken\";N").unwrap();
        assert!(!gaps);
        assert_eq!(record.metadata.user_token, None);
    }

    #[test]
    fn what_is_no_record_is_refused() {
        for (bytes, error) in [
            ("", RecordError::Php(PhpError::Malformed)),
            ("N;", RecordError::Shape),
            ("a:0:{}", RecordError::Shape),
            ("a:2:{s:4:\"data\";N;s:8:\"metadata\";a:0:{}}", RecordError::Shape),
            ("a:2:{s:4:\"data\";a:0:{}s:8:\"metadata\";a:0:{}}", RecordError::Member("provider")),
        ] {
            assert_eq!(SessionRecord::parse(bytes.as_bytes()), Err(error), "{bytes}");
        }
    }

    proptest! {
        #[test]
        fn every_record_is_read_back(
            user_id in 0_u64..1 << 62,
            user_name in prop::option::of("\\PC{0,20}"),
            user_token in prop::option::of("[0-9a-f]{32}"),
            flags: [bool; 3],
            times: [i64; 2],
            provider_id in prop::option::of(any::<i64>()),
            variable: Vec<u8>,
        ) {
            let mut data = PhpArray::new();
            data.set("wsUserName", Value::Bytes(variable));
            let provider_metadata = provider_id.map(|id| {
                let mut array = PhpArray::new();
                array.set("centralId", id);
                Value::Array(array)
            });
            let metadata = Metadata {
                provider: "P".into(),
                provider_metadata,
                user_id,
                user_name,
                user_token,
                remember: flags[0],
                force_https: flags[1],
                expires: times[0],
                logged_out: times[1],
                persisted: flags[2],
                other: vec![(Key::Int(3), Value::Float(0.5))],
            };
            let record = SessionRecord { metadata, data };
            prop_assert_eq!(SessionRecord::parse_noting_gaps(&record.to_bytes()), Ok((record, false)));
        }
    }
}
