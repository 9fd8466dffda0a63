//! Special pages: the names that MediaWiki's have, in English and in Korean.

use super::fold;

/// A special page's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpecialPage {
    /// The name that never changes.
    pub real_name: &'static str,
    english: &'static str,
    korean: &'static str,
}

/// A page a line: its real name, its English names, its Korean names, as in MediaWiki 1.45's
/// interface (`MessagesEn.php`, `MessagesKo.php`).
static TABLE: &str = include_str!("special_pages.tsv");

/// The special pages of a wiki with one content language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpecialPages {
    korean: bool,
}

impl SpecialPages {
    /// Those of a wiki with this content language.
    pub fn of(language: &str) -> Self {
        Self { korean: language == "ko" }
    }

    /// All of them in MediaWiki's order.
    pub fn all(self) -> impl Iterator<Item = SpecialPage> {
        TABLE.lines().filter_map(|line| {
            let mut cells = line.split('\t');
            let (real_name, english) = (cells.next()?, cells.next()?);
            Some(SpecialPage { real_name, english, korean: cells.next().unwrap_or_default() })
        })
    }

    /// What a page is called on this wiki, its proper name first. English names work everywhere.
    pub fn names(self, page: SpecialPage) -> impl Iterator<Item = &'static str> {
        let own = if self.korean { page.korean } else { "" };
        own.split('|').chain(page.english.split('|')).filter(|name| !name.is_empty())
    }

    /// The page that a title (without its namespace) names, and what stands behind its name.
    pub fn find(self, text: &str) -> Option<(SpecialPage, Option<&str>)> {
        let (name, rest) = match text.split_once('/') {
            Some((name, rest)) => (name, Some(rest)),
            None => (text, None),
        };
        let name = fold(name);
        let called = |known: &str| fold(known) == name;
        // A real name, or the proper name of one page, comes before another name of another page.
        let page = self
            .all()
            .find(|page| called(page.real_name))
            .or_else(|| self.all().find(|page| self.names(*page).next().is_some_and(called)))
            .or_else(|| self.all().find(|page| self.names(*page).any(called)))?;
        Some((page, rest))
    }

    /// The proper form of a special page's title (without its namespace), whatever stands behind
    /// its name kept; `None` when there is no such page.
    pub fn proper(self, text: &str) -> Option<String> {
        let (page, rest) = self.find(text)?;
        let proper = self.names(page).next()?;
        Some(match rest {
            Some(rest) => format!("{proper}/{rest}"),
            None => proper.to_owned(),
        })
    }
}
