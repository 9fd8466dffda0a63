//! User names in the one form that the tables hold
//! (<https://www.mediawiki.org/wiki/Manual:User_accounts>,
//! <https://www.mediawiki.org/wiki/Help:Bad_title>).
//!
//! A user name is the title of a page in namespace User, so the rules of titles hold first
//! and those of names after.

mod ip_like;
mod rules;

pub use ip_like::is_ip_like;
pub use rules::NameRules;

use crate::title::{Namespaces, Title};

/// What a name is wanted for. Each rigour holds all rules of the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rigor {
    /// May stand in a table.
    Valid,
    /// May log in.
    Usable,
    /// May be given to a new account.
    Creatable,
}

/// The canonical form of a name as typed, or `None` when it is not one of this rigour.
///
/// Expects text in NFC, which the request layer sees to; of canonically equal texts one result
/// comes only then.
pub fn canonical(name: &str, rigor: Rigor, rules: &NameRules) -> Option<String> {
    let name = rules.titles.upper_case_first(name);
    // A title would drop all that follows; a name must not lose its end silently.
    if name.contains('#') {
        return None;
    }
    let title = Title::parse(&name, Namespaces::USER, &rules.titles).ok()?;
    if title.namespace != Namespaces::USER || title.interwiki.is_some() {
        return None;
    }
    let name = title.text;
    let good = match rigor {
        Rigor::Valid => is_valid(&name, rules),
        Rigor::Usable => is_valid(&name, rules) && is_usable(&name, rules),
        Rigor::Creatable => {
            is_valid(&name, rules) && is_usable(&name, rules) && is_creatable(&name, rules)
        }
    };
    good.then_some(name)
}

fn is_valid(name: &str, rules: &NameRules) -> bool {
    !name.is_empty()
        && !is_ip_like(name)
        && !name.contains('/')
        && name.len() <= rules.max_bytes
        && name == rules.titles.upper_case_first(name)
        // The name alone must not be the title of something else, as after `User:Talk:X`.
        && Title::parse(name, Namespaces::MAIN, &rules.titles).is_ok_and(|title| {
            title.namespace == Namespaces::MAIN && title.interwiki.is_none() && title.text == name
        })
        && !name.chars().any(is_troublesome)
}

fn is_usable(name: &str, rules: &NameRules) -> bool {
    !rules.reserved.iter().any(|reserved| reserved == name) && !rules.is_temporary(name)
}

fn is_creatable(name: &str, rules: &NameRules) -> bool {
    // Room for `/common.css` after the name in a title of 255 bytes.
    const MAX_CREATABLE_BYTES: usize = 235;
    name.len() <= MAX_CREATABLE_BYTES && !name.chars().any(|c| rules.invalid_characters.contains(c))
}

/// Control characters, unusual spaces and private use: legal in titles, not in names.
fn is_troublesome(c: char) -> bool {
    matches!(
        c,
        '\u{80}'..='\u{A0}'
            | '\u{2000}'..='\u{200F}'
            | '\u{2028}'..='\u{202F}'
            | '\u{3000}'
            | '\u{E000}'..='\u{F8FF}'
    )
}

#[cfg(test)]
mod tests;
