//! One key of the configuration: all that is known of it stands in one place.

use toml::Value;

use super::draft::Draft;
use super::kind::Kind;
use super::problem::Refusals;
use super::values::Values;

/// A key, declared once in [`super::keys`]. Parsing, environment, flags, `daemun config show` and
/// the reference come from it.
pub struct Key {
    /// The dotted name in `daemun.toml`.
    pub name: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// What it is when nobody says.
    pub default: Default,
    /// MediaWiki's setting of the same meaning.
    pub mediawiki: Option<&'static str>,
    /// One sentence or two.
    pub doc: &'static str,
    /// Whether there is a flag for it.
    pub flag: bool,
    /// Whether its value is never shown.
    pub secret: bool,
    /// Puts a value of the right kind to its place.
    pub apply: fn(&mut Draft, &Given<'_>) -> Result<(), Refusals>,
}

/// What a key is when nobody says.
#[derive(Clone, Copy)]
pub enum Default {
    /// This, in TOML.
    Is(&'static str),
    /// What the function makes of the keys before it; the text says so.
    Computed(&'static str, fn(&Values) -> Value),
    /// Nothing: it is not applied at all.
    Absent(&'static str),
}

pub(super) const fn key(
    name: &'static str,
    kind: Kind,
    default: Default,
    doc: &'static str,
    apply: fn(&mut Draft, &Given<'_>) -> Result<(), Refusals>,
) -> Key {
    Key { name, kind, default, mediawiki: None, doc, flag: false, secret: false, apply }
}

impl Key {
    pub(super) const fn mediawiki(mut self, setting: &'static str) -> Self {
        self.mediawiki = Some(setting);
        self
    }

    pub(super) const fn flag(mut self) -> Self {
        self.flag = true;
        self
    }

    pub(super) const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// Its environment variable: `cookie.same-site` is `DAEMUN_COOKIE_SAME_SITE`.
    pub fn variable(&self) -> String {
        format!("DAEMUN_{}", self.name.to_uppercase().replace(['.', '-'], "_"))
    }

    /// Its flag without the dashes in front. Only keys without dots have one.
    pub fn flag_name(&self) -> &'static str {
        self.name
    }
}

/// A value of the kind that the key asks for.
pub struct Given<'a>(pub(super) &'a Value);

impl Given<'_> {
    /// Of [`Kind::Text`] and [`Kind::Word`].
    pub fn text(&self) -> &str {
        self.0.as_str().unwrap_or_default()
    }

    /// The text, or `None` when it is empty.
    pub fn some_text(&self) -> Option<String> {
        Some(self.text()).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// Of [`Kind::Flag`].
    pub fn flag(&self) -> bool {
        self.0.as_bool().unwrap_or_default()
    }

    /// Of [`Kind::Whole`].
    pub fn whole(&self) -> i64 {
        self.0.as_integer().unwrap_or_default()
    }

    /// Of [`Kind::Whole`] whose bounds fit.
    pub fn number<T: TryFrom<i64> + std::default::Default>(&self) -> T {
        T::try_from(self.whole()).unwrap_or_default()
    }

    /// Of [`Kind::Texts`].
    pub fn texts(&self) -> Vec<&str> {
        self.0.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// Of [`Kind::Tables`].
    pub fn tables(&self) -> Vec<&toml::Table> {
        self.0.as_array().into_iter().flatten().filter_map(Value::as_table).collect()
    }

    /// Of [`Kind::Table`].
    pub fn entries(&self) -> Vec<(&String, &Value)> {
        self.0.as_table().into_iter().flatten().collect()
    }
}
