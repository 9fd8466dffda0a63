//! Reading a title.

use super::{Namespaces, TitleProblem, TitleRules, references};
use crate::ip;

/// A title in its one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// The prefix of the wiki it leads to, where that is another.
    pub interwiki: Option<String>,
    /// The number of its namespace.
    pub namespace: i32,
    /// The text after the namespace, with single spaces. Empty only for a section of no page.
    pub text: String,
    /// The section after `#`.
    pub fragment: String,
}

/// Longest title in bytes, prefix apart.
const MAX_BYTES: usize = 255;

/// Longest title of a special page, which may have another title behind it.
const MAX_SPECIAL_BYTES: usize = 512;

impl Title {
    /// Reads a title; `start` is the namespace of one without prefix. Character references of HTML
    /// are decoded first. Expects text in NFC, which the request layer sees to.
    ///
    /// # Errors
    /// What is wrong with it, the first that MediaWiki would name.
    pub fn parse(text: &str, start: i32, rules: &TitleRules) -> Result<Self, TitleProblem> {
        let clean = clean_spaces(&references::decode(text));
        if clean.contains('\u{FFFD}') {
            return Err(TitleProblem::InvalidUtf8);
        }
        // A colon at the beginning leads to a plain title whatever `start` is.
        let (start, clean) = match clean.strip_prefix(':') {
            Some(rest) => (Namespaces::MAIN, rest.trim_matches(' ')),
            None => (start, clean.as_str()),
        };
        if clean.is_empty() {
            return Err(TitleProblem::Empty);
        }
        let (interwiki, namespace, rest) = prefixes(clean, start, rules)?;
        let (rest, fragment) = match rest.split_once('#') {
            Some((rest, fragment)) => (rest.trim_end_matches(' '), fragment),
            None => (rest, ""),
        };
        check(rest, namespace)?;
        let text = if interwiki.is_none() { rules.upper_case_first(rest) } else { rest.to_owned() };
        if text.is_empty() && interwiki.is_none() && namespace != Namespaces::MAIN {
            return Err(TitleProblem::Empty);
        }
        let text = match namespace {
            Namespaces::USER | Namespaces::USER_TALK => {
                ip::canonical(&text).map_or(text, ip::pretty)
            }
            _ => text,
        };
        if text.starts_with(':') {
            return Err(TitleProblem::LeadingColon);
        }
        Ok(Self { interwiki, namespace, text, fragment: fragment.to_owned() })
    }

    /// The title as one reads it, with its namespace but without a section.
    pub fn prefixed(&self, rules: &TitleRules) -> String {
        let interwiki = self.interwiki.iter().map(|prefix| format!("{prefix}:"));
        let mut prefixed: String = interwiki.collect();
        let namespace = rules.namespaces.name(self.namespace);
        if !namespace.is_empty() {
            prefixed.push_str(&namespace);
            prefixed.push(':');
        }
        prefixed + &self.text
    }
}

/// Takes the namespace, or the way to another wiki, off a title.
fn prefixes<'t>(
    clean: &'t str,
    start: i32,
    rules: &TitleRules,
) -> Result<(Option<String>, i32, &'t str), TitleProblem> {
    let Some((prefix, rest)) = split_prefix(clean) else { return Ok((None, start, clean)) };
    let leads_on =
        |prefix: &str| rules.namespaces.number(prefix).is_some() || rules.is_interwiki(prefix);
    if let Some(namespace) = rules.namespaces.number(prefix) {
        let hides_another = namespace == Namespaces::TALK
            && split_prefix(rest).is_some_and(|(second, _)| leads_on(second));
        return if hides_another {
            Err(TitleProblem::TalkNamespace)
        } else {
            Ok((None, namespace, rest))
        };
    }
    if rules.is_interwiki(prefix) {
        return Ok(match rest.strip_prefix(':') {
            Some(rest) => (Some(prefix.to_lowercase()), Namespaces::MAIN, rest.trim_matches(' ')),
            None => (Some(prefix.to_lowercase()), start, rest),
        });
    }
    Ok((None, start, clean))
}

/// What stands before the first colon, and what after. A colon at the very beginning is none.
fn split_prefix(text: &str) -> Option<(&str, &str)> {
    let (prefix, rest) = text.split_once(':')?;
    let prefix = prefix.trim_end_matches(' ');
    (!prefix.is_empty()).then(|| (prefix, rest.trim_start_matches(' ')))
}

fn check(text: &str, namespace: i32) -> Result<(), TitleProblem> {
    if let Some(found) = illegal(text) {
        return Err(TitleProblem::Characters(found.to_owned()));
    }
    if text.split('/').any(|part| part == "." || part == "..") {
        return Err(TitleProblem::Relative);
    }
    if text.contains("~~~") {
        return Err(TitleProblem::MagicTilde);
    }
    let most = if namespace == Namespaces::SPECIAL { MAX_SPECIAL_BYTES } else { MAX_BYTES };
    if text.len() > most { Err(TitleProblem::TooLong(most)) } else { Ok(()) }
}

/// Drops soft hyphens and marks of direction; makes each run of spaces and underscores one space,
/// none at the ends.
fn clean_spaces(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars().filter(|&c| !is_invisible(c)) {
        if !is_space(c) {
            clean.push(c);
        } else if !clean.is_empty() && !clean.ends_with(' ') {
            clean.push(' ');
        }
    }
    clean.truncate(clean.trim_end_matches(' ').len());
    clean
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}')
}

/// Newlines and tabs are not among them: they make a title bad.
fn is_space(c: char) -> bool {
    matches!(
        c,
        ' ' | '_' | '\u{A0}' | '\u{1680}' | '\u{180E}' | '\u{2000}'
            ..='\u{200A}' | '\u{2028}' | '\u{2029}' | '\u{202F}' | '\u{205F}' | '\u{3000}'
    )
}

/// The first thing that no title may hold: a character of markup, an escape of an address (`%41`),
/// an entity (`&amp;`).
fn illegal(text: &str) -> Option<&str> {
    text.char_indices().find_map(|(at, c)| {
        let from = text.get(at..)?;
        match c {
            '%' => from.get(..3).filter(|part| part.bytes().skip(1).all(|b| b.is_ascii_hexdigit())),
            '&' => entity(from),
            c if c.is_ascii_control()
                || matches!(c, '#' | '<' | '>' | '[' | ']' | '{' | '|' | '}') =>
            {
                from.get(..c.len_utf8())
            }
            _ => None,
        }
    })
}

/// `&amp;`, or anything of its form, at the beginning of a text.
fn entity(text: &str) -> Option<&str> {
    let name = text.strip_prefix('&')?;
    let end = name.find(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric())?;
    let ends_well = end > 0 && name.get(end..)?.starts_with(';');
    ends_well.then(|| text.get(..end + 2)).flatten()
}
