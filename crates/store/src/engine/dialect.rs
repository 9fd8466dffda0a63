//! The thin layer between one SQL text and several engines.
//!
//! Queries are written once, with these marks in braces:
//!
//! | mark | meaning | SQLite |
//! |---|---|---|
//! | `{user}` | the table, prefixed and quoted | `"mw_user"` |
//! | `{upsert:a,b}` | after `VALUES (…)`: on a conflict of these columns, set … | `ON CONFLICT (a,b) DO UPDATE SET` |
//! | `{ignore:a,b}` | after `VALUES (…)`: on a conflict of these columns, nothing | `ON CONFLICT (a,b) DO NOTHING` |
//! | `{new:a}` | in an upsert, the value that was to be inserted | `excluded.a` |
//! | `{int:a}` | the column's digits as a number | `CAST(a AS INTEGER)` |
//! | `{next:a}` | the column's digits plus one, as digits | `CAST(CAST(a AS INTEGER) + 1 AS TEXT)` |
//! | `{previous:a}` | the column's digits less one, as digits | `CAST(CAST(a AS INTEGER) - 1 AS TEXT)` |
//! | `{bytes:a}` | the column as bytes, whatever class holds it | `CAST(a AS BLOB)` |
//! | `{text:a}` | the column as text, whatever class holds it | `CAST(a AS TEXT)` |
//!
//! Placeholders are `?`; an engine that numbers them does so here.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::error::StoreError;

/// How one engine spells things, for one table prefix.
pub(crate) struct Dialect {
    prefix: String,
    /// Rendered texts. Only the constant ones are kept: they are few.
    rendered: RwLock<HashMap<&'static str, Arc<str>>>,
}

impl Dialect {
    /// SQLite's forms. The prefix becomes part of SQL text, so it is ASCII letters, digits and `_`.
    pub(crate) fn sqlite(prefix: &str) -> Result<Self, StoreError> {
        if !prefix.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(StoreError::Options(
                "the table prefix may hold letters, digits and _ only",
            ));
        }
        Ok(Self { prefix: prefix.to_owned(), rendered: RwLock::default() })
    }

    /// A constant text in this dialect.
    pub(crate) fn constant(&self, sql: &'static str) -> Arc<str> {
        let known =
            self.rendered.read().unwrap_or_else(PoisonError::into_inner).get(sql).map(Arc::clone);
        known.unwrap_or_else(|| {
            let text: Arc<str> = self.render(sql).into();
            let mut rendered = self.rendered.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(rendered.entry(sql).or_insert(text))
        })
    }

    /// A table's name with the prefix, not quoted.
    pub(crate) fn table(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Any text in this dialect.
    pub(crate) fn render(&self, sql: &str) -> String {
        let mut out = String::with_capacity(sql.len() + 32);
        let mut rest = sql;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let Some((mark, after)) = after.split_once('}') else {
                rest = after;
                break;
            };
            self.mark(mark, &mut out);
            rest = after;
        }
        out.push_str(rest);
        out
    }

    fn mark(&self, mark: &str, out: &mut String) {
        let parts: [&str; 3] = match mark.split_once(':') {
            None => ["\"", mark, "\""],
            Some(("upsert", keys)) => ["ON CONFLICT (", keys, ") DO UPDATE SET"],
            Some(("ignore", keys)) => ["ON CONFLICT (", keys, ") DO NOTHING"],
            Some(("new", column)) => ["excluded.", column, ""],
            Some(("int", column)) => ["CAST(", column, " AS INTEGER)"],
            Some(("next", column)) => ["CAST(CAST(", column, " AS INTEGER) + 1 AS TEXT)"],
            Some(("previous", column)) => ["CAST(CAST(", column, " AS INTEGER) - 1 AS TEXT)"],
            Some(("bytes", column)) => ["CAST(", column, " AS BLOB)"],
            Some(("text", column)) => ["CAST(", column, " AS TEXT)"],
            Some((_, other)) => ["", other, ""],
        };
        let [open, middle, close] = parts;
        out.push_str(open);
        if !mark.contains(':') {
            out.push_str(&self.prefix);
        }
        out.push_str(middle);
        out.push_str(close);
    }
}

/// `?, ?, ?` for an IN list.
pub(crate) fn placeholders(count: usize) -> String {
    vec!["?"; count].join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_sqlite() {
        let dialect = Dialect::sqlite("mw_").unwrap();
        assert_eq!(
            dialect.render("INSERT INTO {t} (a) VALUES (?) {upsert:a} b = {new:b}, c = {next:c}"),
            "INSERT INTO \"mw_t\" (a) VALUES (?) ON CONFLICT (a) DO UPDATE SET b = excluded.b, \
             c = CAST(CAST(c AS INTEGER) + 1 AS TEXT)"
        );
        assert_eq!(&*dialect.constant("{user}"), "\"mw_user\"");
        assert_eq!(&*dialect.constant("{user}"), "\"mw_user\"");
    }

    #[test]
    fn a_prefix_that_would_change_the_sql_is_refused() {
        assert!(Dialect::sqlite("a\"; DROP").is_err());
    }
}
