//! PHP's ordered arrays.

use super::Value;

/// A key of an array.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A number.
    Int(i64),
    /// A text that is no decimal number in its shortest form.
    Bytes(Vec<u8>),
}

impl Key {
    /// The key that PHP makes of a string: `"5"` and `"-5"` are numbers; `"05"`, `"-0"`, `"+5"` and
    /// what exceeds 64 bits are texts.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let number = std::str::from_utf8(bytes).ok().and_then(|text| text.parse::<i64>().ok());
        match number {
            // PHP leaves the lowest number a text.
            Some(number) if number != i64::MIN && number.to_string().as_bytes() == bytes => {
                Self::Int(number)
            }
            _ => Self::Bytes(bytes.to_vec()),
        }
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self::of_bytes(text.as_bytes())
    }
}

impl From<i64> for Key {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

/// An array in the order of insertion. Each key is there once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PhpArray(Vec<(Key, Value)>);

impl PhpArray {
    /// An empty array.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.get_key(&Key::from(key))
    }

    /// As [`Self::get`], for a key of any type.
    pub fn get_key(&self, key: &Key) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// As [`Self::get`], to change the value.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let key = Key::from(key);
        self.0.iter_mut().find(|(known, _)| *known == key).map(|(_, value)| value)
    }

    /// Sets the value of a key, in its place or at the end.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.set_key(Key::from(key), value.into());
    }

    /// As [`Self::set`], for a key of any type.
    pub fn set_key(&mut self, key: Key, value: Value) {
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((key, value)),
        }
    }

    /// Takes a key out. The order of the others stays.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let key = Key::from(key);
        let place = self.0.iter().position(|(known, _)| *known == key)?;
        Some(self.0.remove(place).1)
    }

    /// Adds a value under the number after the highest (0 at first). When that number cannot be
    /// had, nothing is added, as in PHP.
    pub fn push(&mut self, value: impl Into<Value>) {
        let highest = self.0.iter().filter_map(|(key, _)| match key {
            Key::Int(number) => Some(*number),
            Key::Bytes(_) => None,
        });
        if let Some(next) = highest.max().map_or(Some(0), |n| n.max(-1).checked_add(1)) {
            self.0.push((Key::Int(next), value.into()));
        }
    }

    /// Keys and values in order.
    pub fn iter(&self) -> impl Iterator<Item = &(Key, Value)> {
        self.0.iter()
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// For a reader that has seen to it that the key is new.
    pub(super) fn append(&mut self, key: Key, value: Value) {
        self.0.push((key, value));
    }

    /// For a reader that knows where the key stands.
    pub(super) fn replace(&mut self, place: usize, value: Value) {
        if let Some((_, known)) = self.0.get_mut(place) {
            *known = value;
        }
    }
}

impl IntoIterator for PhpArray {
    type Item = (Key, Value);
    type IntoIter = std::vec::IntoIter<(Key, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<(Key, Value)> for PhpArray {
    fn from_iter<T: IntoIterator<Item = (Key, Value)>>(pairs: T) -> Self {
        let mut array = Self::new();
        for (key, value) in pairs {
            array.set_key(key, value);
        }
        array
    }
}
