//! Titles of pages: how one is read, and what makes it a bad one
//! (<https://www.mediawiki.org/wiki/Help:Bad_title>).

mod namespaces;
mod parse;
mod problem;
mod references;
mod special_pages;

pub use namespaces::{Namespace, Namespaces};
pub use parse::Title;
pub use problem::TitleProblem;
pub use special_pages::{SpecialPage, SpecialPages};

/// The settings that decide how titles are read. The default is that of an English MediaWiki
/// without interwiki prefixes.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct TitleRules {
    /// The namespaces and what they are called.
    pub namespaces: Namespaces,
    /// Interwiki prefixes: before a colon they make the title a page elsewhere.
    pub interwiki_prefixes: Vec<String>,
    /// `$wgOverrideUcfirstCharacters`, and what the content language does differently (Turkish: `i`
    /// to `İ`): a first letter and what it becomes.
    pub first_letters: Vec<(char, String)>,
}

impl TitleRules {
    /// The text with its first letter in upper case: Unicode's full mapping of one character, as
    /// PHP's `mb_strtoupper` has it (`ß` becomes `SS`), save where [`Self::first_letters`] says
    /// otherwise.
    pub fn upper_case_first(&self, text: &str) -> String {
        let mut characters = text.chars();
        let Some(first) = characters.next() else {
            return String::new();
        };
        let rest = characters.as_str();
        match self.first_letters.iter().find(|(letter, _)| *letter == first) {
            Some((_, upper)) => format!("{upper}{rest}"),
            None => first.to_uppercase().chain(rest.chars()).collect(),
        }
    }

    fn is_interwiki(&self, prefix: &str) -> bool {
        let prefix = fold(prefix);
        self.interwiki_prefixes.iter().any(|known| fold(known) == prefix)
    }
}

/// Names of namespaces and pages without what makes no difference in them.
fn fold(name: &str) -> String {
    name.replace('_', " ").to_lowercase()
}

#[cfg(test)]
mod tests;
