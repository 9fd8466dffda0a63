//! `siprop=languages` and `siprop=languagevariants`.

use crate::value::{Object, Value, list};

/// A language a line: MediaWiki's code, the tag of BCP 47 where that is another, its name in itself.
static TABLE: &str = include_str!("languages.tsv");

/// The languages that can be asked for. Their names come in themselves, whatever
/// `siinlanguagecode` says: names in other languages come with extensions.
pub(super) fn all() -> Value {
    let entries = TABLE.lines().filter_map(|line| {
        let mut cells = line.split('\t');
        let (code, tag, name) = (cells.next()?, cells.next()?, cells.next()?);
        let tag = if tag.is_empty() { code } else { tag };
        Some(Object::new().with("code", code).with("bcp47", tag).with("name", name).content("name"))
    });
    list("lang", entries)
}
