//! Values on their way in and out: the same for every engine.

use daemun_mediawiki::timestamp::Timestamp;

use crate::error::StoreError;

/// One bound or read value.
///
/// Text goes in as text, because MediaWiki writes its text so and SQLite's untyped columns hold
/// `'a'` and `x'61'` for different. Text comes out as [`Value::Bytes`], from whichever class.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(i64::from(number))
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Int(i64::from(number))
    }
}

/// Ids: MediaWiki's are 32 or 64 bit; what does not fit names no row.
impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Int(i64::from(flag))
    }
}

impl From<Timestamp> for Value {
    fn from(time: Timestamp) -> Self {
        Self::Text(time.to_mw())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One row; columns by position, so that the text of the query and its reader stand together.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) what: &'static str,
    pub(crate) values: Vec<Value>,
}

impl Row {
    fn wrong(&self, column: usize, expected: &'static str) -> StoreError {
        StoreError::Column { column, what: self.what, expected }
    }

    pub(crate) fn opt_bytes(&self, column: usize) -> Result<Option<Vec<u8>>, StoreError> {
        match self.values.get(column) {
            Some(Value::Null) => Ok(None),
            Some(Value::Bytes(bytes)) => Ok(Some(bytes.clone())),
            Some(Value::Text(text)) => Ok(Some(text.clone().into_bytes())),
            // A number in an untyped column: MediaWiki's counters in some versions.
            Some(Value::Int(number)) => Ok(Some(number.to_string().into_bytes())),
            None => Err(self.wrong(column, "there")),
        }
    }

    pub(crate) fn bytes(&self, column: usize) -> Result<Vec<u8>, StoreError> {
        Ok(self.opt_bytes(column)?.unwrap_or_default())
    }

    pub(crate) fn opt_text(&self, column: usize) -> Result<Option<String>, StoreError> {
        self.opt_bytes(column)?
            .map(|bytes| String::from_utf8(bytes).map_err(|_| self.wrong(column, "UTF-8 text")))
            .transpose()
    }

    /// NULL reads as the empty text.
    pub(crate) fn text(&self, column: usize) -> Result<String, StoreError> {
        Ok(self.opt_text(column)?.unwrap_or_default())
    }

    pub(crate) fn opt_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.values.get(column) {
            Some(Value::Int(number)) => Ok(Some(*number)),
            Some(Value::Null) => Ok(None),
            _ => {
                let text = self.text(column)?;
                text.trim().parse().map(Some).map_err(|_| self.wrong(column, "a number"))
            }
        }
    }

    /// NULL reads as 0.
    pub(crate) fn int(&self, column: usize) -> Result<i64, StoreError> {
        Ok(self.opt_int(column)?.unwrap_or_default())
    }

    pub(crate) fn opt_id(&self, column: usize) -> Result<Option<u64>, StoreError> {
        self.opt_int(column)?
            .map(|number| {
                u64::try_from(number).map_err(|_| self.wrong(column, "an unsigned number"))
            })
            .transpose()
    }

    pub(crate) fn id(&self, column: usize) -> Result<u64, StoreError> {
        Ok(self.opt_id(column)?.unwrap_or_default())
    }

    pub(crate) fn flag(&self, column: usize) -> Result<bool, StoreError> {
        Ok(self.int(column)? != 0)
    }

    /// NULL, the empty text and anything that is no 14 digits (`infinity`) read as `None`.
    pub(crate) fn opt_time(&self, column: usize) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.opt_text(column)?.and_then(|text| Timestamp::parse_mw(&text)))
    }
}
