//! What values a key takes, and how a text from the environment or a flag becomes one.

use toml::Value;

use super::openid::Part;

/// The kinds of values.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Any text; the key itself may ask for more.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number between two others, both included.
    Whole(i64, i64),
    /// One of these words. `true` and `false` among them may be written without quotes.
    Word(&'static [&'static str]),
    /// A list of texts.
    Texts,
    /// A list of tables, in the form that the example shows.
    Tables(&'static str),
    /// A table with keys of its own, in the form that the example shows.
    Table(&'static str),
    /// A section for each of several named things, in which these keys may stand.
    Sections(&'static [Part]),
}

impl Kind {
    /// What the reference calls it.
    pub fn name(self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Flag => "true or false".to_owned(),
            Self::Whole(..) => "whole number".to_owned(),
            Self::Word(words) => {
                words.iter().map(|word| format!("`{word:?}`")).collect::<Vec<_>>().join(", ")
            }
            Self::Texts => "list of texts".to_owned(),
            Self::Tables(example) => format!("list of tables: `{example}`"),
            Self::Table(example) => format!("table: `{example}`"),
            Self::Sections(_) => "a section for each, with the keys below".to_owned(),
        }
    }

    /// The end of the sentence "it must be …".
    pub fn allowed(self) -> String {
        match self {
            Self::Text => "a text in quotes".to_owned(),
            Self::Flag => "true or false".to_owned(),
            Self::Whole(least, i64::MAX) => format!("a whole number, {least} or more"),
            Self::Whole(least, most) => format!("a whole number from {least} to {most}"),
            Self::Word(words) => {
                let quoted: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
                match quoted.split_last() {
                    Some((last, others)) if !others.is_empty() => {
                        format!("{} or {last}", others.join(", "))
                    }
                    _ => quoted.concat(),
                }
            }
            Self::Texts => "a list of texts, such as [\"a\", \"b\"]".to_owned(),
            Self::Tables(example) => format!("a list of tables such as {example}"),
            Self::Table(example) => format!("a table such as {example}"),
            Self::Sections(_) => "a section for each, such as { NAME = { … } }".to_owned(),
        }
    }

    /// Whether a value is of this kind, the value in its plainest form if so.
    pub fn accept(self, value: Value) -> Result<Value, Value> {
        match (self, value) {
            (Self::Word(words), Value::Boolean(flag))
                if words.contains(&flag.to_string().as_str()) =>
            {
                Ok(Value::String(flag.to_string()))
            }
            (Self::Word(words), Value::String(word)) if words.contains(&word.as_str()) => {
                Ok(Value::String(word))
            }
            (Self::Whole(least, most), Value::Integer(number))
                if (least..=most).contains(&number) =>
            {
                Ok(Value::Integer(number))
            }
            (Self::Texts, Value::Array(items)) if items.iter().all(Value::is_str) => {
                Ok(Value::Array(items))
            }
            (Self::Tables(_), Value::Array(items)) if items.iter().all(Value::is_table) => {
                Ok(Value::Array(items))
            }
            (Self::Text, value @ Value::String(_))
            | (Self::Flag, value @ Value::Boolean(_))
            | (Self::Table(_) | Self::Sections(_), value @ Value::Table(_)) => Ok(value),
            (_, value) => Err(value),
        }
    }

    /// A value from a text without TOML's quotes. What cannot be read as this kind stays a text,
    /// which [`Self::accept`] then refuses.
    pub fn read(self, text: &str) -> Value {
        let as_text = || Value::String(text.to_owned());
        match self {
            Self::Text | Self::Word(_) => as_text(),
            Self::Flag => match text {
                "true" | "1" => Value::Boolean(true),
                "false" | "0" => Value::Boolean(false),
                _ => as_text(),
            },
            Self::Whole(..) => text.trim().parse().map_or_else(|_| as_text(), Value::Integer),
            Self::Texts if !text.trim_start().starts_with('[') => {
                let items = text.split([',', ' ', '\n']).map(str::trim);
                Value::Array(
                    items.filter(|s| !s.is_empty()).map(|s| Value::String(s.to_owned())).collect(),
                )
            }
            Self::Texts | Self::Tables(_) | Self::Table(_) | Self::Sections(_) => {
                as_toml(text).unwrap_or_else(as_text)
            }
        }
    }
}

impl Kind {
    /// A default as the table of keys writes it, in TOML.
    pub(super) fn read_default(self, text: &str) -> Value {
        as_toml(text).unwrap_or_else(|| self.read(text))
    }
}

/// A TOML value that stands alone.
fn as_toml(text: &str) -> Option<Value> {
    let mut table: toml::Table = format!("value = {text}").parse().ok()?;
    // Text with line ends could bring more keys along.
    if table.len() == 1 { table.remove("value") } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_from_the_environment_needs_no_brackets() {
        let list = |items: &[&str]| Value::Array(items.iter().map(|s| Value::from(*s)).collect());
        assert_eq!(Kind::Texts.read("10.0.0.0/8, ::1"), list(&["10.0.0.0/8", "::1"]));
        assert_eq!(Kind::Texts.read("[\"a b\"]"), list(&["a b"]));
        assert_eq!(Kind::Texts.read(""), list(&[]));
    }

    #[test]
    fn a_value_of_another_kind_is_refused() {
        assert!(Kind::Whole(1, 9).accept(Value::Integer(10)).is_err());
        assert!(Kind::Whole(1, 9).accept(Kind::Whole(1, 9).read("nine")).is_err());
        assert!(Kind::Flag.accept(Kind::Flag.read("maybe")).is_err());
        assert!(Kind::Text.accept(Value::Integer(1)).is_err());
        assert!(Kind::Table("{}").accept(Kind::Table("{}").read("{ broken")).is_err());
    }

    #[test]
    fn a_word_may_be_a_bare_truth_value() {
        let kind = Kind::Word(&["detect", "true", "false"]);
        assert_eq!(kind.accept(Value::Boolean(true)), Ok(Value::from("true")));
        assert!(kind.accept(Value::from("maybe")).is_err());
        assert_eq!(kind.allowed(), "\"detect\", \"true\" or \"false\"");
    }
}
