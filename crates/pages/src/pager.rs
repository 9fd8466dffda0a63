//! Lists that are turned over a page at a time, by MediaWiki's parameters `limit`, `offset` and
//! `dir`.

use serde::Serialize;

use crate::page::Visit;

/// Rows of a page unless somebody asks for another number.
const USUAL: u32 = 50;
/// Most rows of a page: with more it would be heavier than a page may be (60 kB).
const MOST: u32 = 50;

/// Which page of a list is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pager {
    /// Rows of a page.
    pub(crate) limit: u32,
    /// The row beyond which it begins, as the list names its rows; empty for the first page.
    pub(crate) offset: String,
    /// Whether the page before that row is wanted, and not the one after it.
    pub(crate) back: bool,
}

/// Where the pages before and after are.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Turning {
    before: Option<String>,
    after: Option<String>,
    limit: u32,
}

impl Pager {
    /// What a visitor asks for.
    pub(crate) fn of(visit: &Visit<'_>) -> Self {
        let limit = visit.param("limit").and_then(|limit| limit.parse::<u32>().ok());
        Self {
            limit: limit.map_or(USUAL, |limit| limit.clamp(1, MOST)),
            offset: visit.param("offset").unwrap_or_default(),
            back: visit.param("dir").as_deref() == Some("prev"),
        }
    }

    /// How many rows to ask the store for: one more, to see whether there is another page.
    pub(crate) fn fetch(&self) -> u32 {
        self.limit.saturating_add(1)
    }

    /// Cuts rows down to the page, and answers where the others are. `name` names a row; `query` is
    /// what else the address holds.
    pub(crate) fn turn<T>(
        &self,
        rows: &mut Vec<T>,
        name: impl Fn(&T) -> String,
        visit: &Visit<'_>,
        (title, query): (&str, &[(&str, &str)]),
    ) -> Turning {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let is_more = rows.len() > limit;
        if is_more && self.back {
            rows.drain(..rows.len() - limit);
        } else {
            rows.truncate(limit);
        }
        let begins = self.offset.is_empty();
        let (is_before, is_after) = if self.back { (is_more, !begins) } else { (!begins, is_more) };
        let limit = self.limit.to_string();
        let address = |row: Option<&T>, dir: &str| {
            let offset = row.map(&name).unwrap_or_default();
            let limit = if self.limit == USUAL { "" } else { &limit };
            let mut all = query.to_vec();
            all.extend([("limit", limit), ("offset", offset.as_str()), ("dir", dir)]);
            visit.addresses.page(title, &all)
        };
        Turning {
            before: is_before.then(|| address(rows.first(), "prev")),
            after: is_after.then(|| address(rows.last(), "")),
            limit: self.limit,
        }
    }
}

#[cfg(test)]
impl Turning {
    /// Both ways open.
    pub(crate) fn sample() -> Self {
        let address = |dir| Some(format!("/w/index.php?title=Special:X{dir}"));
        Self { before: address("&dir=prev"), after: address(""), limit: USUAL }
    }
}
