//! From bytes to a value.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use thiserror::Error;

use super::{Key, PhpArray, Value, float};

/// Deepest nesting of arrays and objects.
const MAX_DEPTH: usize = 64;

/// Longest input in bytes.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Most values in one input, keys apart.
const MAX_VALUES: usize = 100_000;

/// Why bytes could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PhpError {
    /// Not PHP's format, cut short, or with something after its end.
    #[error("malformed PHP serialisation")]
    Malformed,
    /// References to other values (`R:`, `r:`): their numbers would be wrong after any change.
    #[error("PHP serialisation with references")]
    Reference,
    /// Nested too deeply, too long, or of too many values.
    #[error("PHP serialisation beyond the bounds")]
    TooLarge,
}

/// PHP's `unserialize`, for up to 16 MiB, 100 000 values and 64 levels.
///
/// # Errors
/// [`PhpError`]; nothing is read of input that is wrong anywhere.
pub fn unserialize(bytes: &[u8]) -> Result<Value, PhpError> {
    if bytes.len() > MAX_BYTES {
        return Err(PhpError::TooLarge);
    }
    let mut reader = Reader { rest: bytes, values: 0 };
    let value = reader.value(0)?;
    if reader.rest.is_empty() { Ok(value) } else { Err(PhpError::Malformed) }
}

struct Reader<'a> {
    rest: &'a [u8],
    values: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Result<Value, PhpError> {
        self.values += 1;
        if depth > MAX_DEPTH || self.values > MAX_VALUES {
            return Err(PhpError::TooLarge);
        }
        let start = self.rest;
        let kind = self.byte()?;
        if kind == b'N' {
            self.expect(b";")?;
            return Ok(Value::Null);
        }
        self.expect(b":")?;
        match kind {
            b'b' => match self.until(b';')? {
                "0" => Ok(Value::Bool(false)),
                "1" => Ok(Value::Bool(true)),
                _ => Err(PhpError::Malformed),
            },
            b'i' => self.number(b';').map(Value::Int),
            b'd' => float::parse(self.until(b';')?).map(Value::Float).ok_or(PhpError::Malformed),
            b's' => {
                let bytes = self.string()?.to_vec();
                self.expect(b";")?;
                Ok(Value::Bytes(bytes))
            }
            b'a' => self.array(depth).map(Value::Array),
            b'O' | b'C' | b'E' => {
                let class = self.string()?.to_vec();
                self.object_body(kind, depth)?;
                let length = start.len() - self.rest.len();
                let raw = start.get(..length).unwrap_or_default().to_vec();
                Ok(Value::Object { class, raw })
            }
            b'R' | b'r' => Err(PhpError::Reference),
            _ => Err(PhpError::Malformed),
        }
    }

    /// After the name of the class: members, opaque bytes, or nothing.
    fn object_body(&mut self, kind: u8, depth: usize) -> Result<(), PhpError> {
        match kind {
            b'O' => {
                self.expect(b":")?;
                self.array(depth).map(drop)
            }
            b'C' => {
                self.expect(b":")?;
                let length = self.length(b':')?;
                self.expect(b"{")?;
                self.take(length)?;
                self.expect(b"}")
            }
            _ => self.expect(b";"),
        }
    }

    /// `COUNT:{KEY VALUE …}`
    fn array(&mut self, depth: usize) -> Result<PhpArray, PhpError> {
        let count = self.length(b':')?;
        self.expect(b"{")?;
        let mut array = PhpArray::new();
        let mut places = HashMap::new();
        for _ in 0..count {
            let key = self.key()?;
            let value = self.value(depth + 1)?;
            // Of a repeated key the last value counts, in the first one's place. The place is
            // remembered: to look for each would take the square of their number.
            match places.entry(key.clone()) {
                Entry::Vacant(entry) => {
                    entry.insert(array.len());
                    array.append(key, value);
                }
                Entry::Occupied(entry) => array.replace(*entry.get(), value),
            }
        }
        self.expect(b"}")?;
        Ok(array)
    }

    fn key(&mut self) -> Result<Key, PhpError> {
        let kind = self.byte()?;
        self.expect(b":")?;
        match kind {
            b'i' => self.number(b';').map(Key::Int),
            b's' => {
                let key = Key::of_bytes(self.string()?);
                self.expect(b";")?;
                Ok(key)
            }
            _ => Err(PhpError::Malformed),
        }
    }

    /// `LENGTH:"BYTES"`
    fn string(&mut self) -> Result<&'a [u8], PhpError> {
        let length = self.length(b':')?;
        self.expect(b"\"")?;
        let bytes = self.take(length)?;
        self.expect(b"\"")?;
        Ok(bytes)
    }

    fn number(&mut self, end: u8) -> Result<i64, PhpError> {
        self.until(end)?.parse().map_err(|_| PhpError::Malformed)
    }

    fn length(&mut self, end: u8) -> Result<usize, PhpError> {
        usize::try_from(self.number(end)?).map_err(|_| PhpError::Malformed)
    }

    /// What stands before `end`, which is passed over. No number is longer than 400 characters.
    fn until(&mut self, end: u8) -> Result<&'a str, PhpError> {
        let place = self.rest.iter().take(400).position(|&c| c == end);
        let text = self.take(place.ok_or(PhpError::Malformed)?)?;
        self.take(1)?;
        std::str::from_utf8(text).map_err(|_| PhpError::Malformed)
    }

    fn byte(&mut self) -> Result<u8, PhpError> {
        self.take(1)?.first().copied().ok_or(PhpError::Malformed)
    }

    fn expect(&mut self, bytes: &[u8]) -> Result<(), PhpError> {
        self.rest = self.rest.strip_prefix(bytes).ok_or(PhpError::Malformed)?;
        Ok(())
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], PhpError> {
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(PhpError::Malformed)?;
        self.rest = rest;
        Ok(bytes)
    }
}
