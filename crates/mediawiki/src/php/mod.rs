//! PHP's `serialize` format (<https://www.php.net/manual/en/function.serialize.php>).

mod array;
mod float;
mod read;
mod write;

pub use array::{Key, PhpArray};
pub use read::{PhpError, unserialize};
pub use write::serialize;

/// A value of PHP.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `N;`
    Null,
    /// `b:1;`
    Bool(bool),
    /// `i:-5;`
    Int(i64),
    /// `d:0.5;`
    Float(f64),
    /// `s:3:"abc";` PHP's strings are bytes.
    Bytes(Vec<u8>),
    /// `a:1:{…}`
    Array(PhpArray),
    /// An object (`O:`, `C:`) or case of an enumeration (`E:`), which is kept to be written back
    /// unchanged and not looked into.
    Object {
        /// Name of the class; for `E:` with `:` and the name of the case.
        class: Vec<u8>,
        /// The whole serialised object.
        raw: Vec<u8>,
    },
}

impl Value {
    /// The text of a string that is UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// The number of an integer.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The truth value of a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The elements of an array.
    pub fn as_array(&self) -> Option<&PhpArray> {
        match self {
            Self::Array(array) => Some(array),
            _ => None,
        }
    }

    /// What PHP takes for true: all but null, false, zero, `""`, `"0"` and the empty array.
    pub fn is_truthy(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(value) => *value,
            Self::Int(number) => *number != 0,
            Self::Float(number) => *number != 0.0,
            Self::Bytes(bytes) => !bytes.is_empty() && bytes != b"0",
            Self::Array(array) => !array.is_empty(),
            Self::Object { .. } => true,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Bytes(text.as_bytes().to_vec())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Bytes(text.into_bytes())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<PhpArray> for Value {
    fn from(array: PhpArray) -> Self {
        Self::Array(array)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

#[cfg(test)]
mod tests;
