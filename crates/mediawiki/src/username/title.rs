//! As much of MediaWiki's title rules as a user name meets.

use super::NameRules;

/// Where a title leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Namespace {
    /// No prefix.
    Main,
    /// A user's page.
    User,
    /// Any other namespace, or another wiki.
    Elsewhere,
}

/// Longest title in bytes, prefix apart.
const MAX_BYTES: usize = 255;

/// Reads a title: its namespace, and its text with single spaces. `None` for a bad title. `start`
/// is the namespace of a title without prefix.
pub(super) fn parse_title(
    text: &str,
    start: Namespace,
    rules: &NameRules,
) -> Option<(Namespace, String)> {
    let clean = clean_spaces(text);
    if clean.is_empty() || clean.contains('\u{FFFD}') || clean.starts_with(':') {
        return None; // a leading colon says namespace Main, which no user name is in
    }
    let (namespace, rest) = match split_prefix(&clean) {
        Some((prefix, rest)) if rules.is_user_namespace(prefix) => (Namespace::User, rest),
        Some((prefix, rest)) if rules.is_elsewhere(prefix) => (Namespace::Elsewhere, rest),
        _ => (start, clean.as_str()),
    };
    let bad = rest.is_empty()
        || rest.starts_with(':')
        || rest.chars().any(is_illegal)
        || has_percent_escape(rest)
        || has_entity(rest)
        || has_path_part(rest)
        || rest.contains("~~~")
        || rest.len() > MAX_BYTES;
    (!bad).then(|| (namespace, rules.upper_case_first(rest)))
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

fn split_prefix(clean: &str) -> Option<(&str, &str)> {
    let (prefix, rest) = clean.split_once(':')?;
    Some((prefix.trim_end_matches(' '), rest.trim_start_matches(' ')))
}

fn is_illegal(c: char) -> bool {
    c.is_ascii_control() || matches!(c, '#' | '<' | '>' | '[' | ']' | '{' | '|' | '}')
}

/// `%41`: a browser would make another title of it.
fn has_percent_escape(text: &str) -> bool {
    text.as_bytes()
        .windows(3)
        .any(|part| matches!(part, [b'%', a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit()))
}

/// `&amp;` or anything of its form.
fn has_entity(text: &str) -> bool {
    text.split('&').skip(1).any(|after| {
        let name = after.find(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric());
        name.is_some_and(|end| end > 0 && after.get(end..).is_some_and(|t| t.starts_with(';')))
    })
}

/// `.` or `..` as a step of a path.
fn has_path_part(text: &str) -> bool {
    text.split('/').any(|part| part == "." || part == "..")
}
