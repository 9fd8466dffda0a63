//! Wikitext made plain.

use crate::wikitext::{entity, tag};

/// Tags that break a line, so that the words around them stay apart.
const BREAKS: [&str; 9] = ["br", "p", "div", "li", "ul", "ol", "td", "tr", "hr"];

/// What `bc` and `plaintext` show: `<var>`, `<kbd>`, `<samp>` and `<code>` become `"`, other tags
/// go, entities are decoded, and runs of white space are one space.
pub(crate) fn strip_markup(wikitext: &str) -> String {
    let mut out = String::with_capacity(wikitext.len());
    for (i, word) in untag(wikitext).split_whitespace().enumerate() {
        if i > 0 {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Tags and entities as above, white space kept.
fn untag(wikitext: &str) -> String {
    let mut out = String::with_capacity(wikitext.len());
    let mut rest = wikitext;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        if let Some((name, after)) = tag(from) {
            match name.as_str() {
                "var" | "kbd" | "samp" | "code" => out.push('"'),
                name if BREAKS.contains(&name) => out.push(' '),
                _ => {}
            }
            rest = after;
        } else if let Some((c, after)) = entity(from) {
            out.push(c);
            rest = after;
        } else {
            let mut chars = from.chars();
            out.extend(chars.next());
            rest = chars.as_str();
        }
    }
    out.push_str(rest);
    out
}

/// Wikitext for a reader without any markup: links are their labels, quotes for bold and italics
/// are gone, and lines stay lines.
pub(crate) fn plain(wikitext: &str) -> String {
    untag(&unlink(wikitext))
}

fn unlink(wikitext: &str) -> String {
    let mut out = String::with_capacity(wikitext.len());
    let mut rest = wikitext;
    while let Some(at) = rest.find(['[', '\'']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        if let Some((inside, after)) = from.strip_prefix("[[").and_then(|s| s.split_once("]]")) {
            out.push_str(inside.split_once('|').map_or(inside, |(_, label)| label));
            rest = after;
        } else if let Some((url, label, after)) = external_link(from) {
            out.push_str(if label.is_empty() { url } else { label });
            if !label.is_empty() {
                out.extend([" (", url, ")"]);
            }
            rest = after;
        } else if from.starts_with("''") {
            rest = from.trim_start_matches('\'');
        } else {
            let mut chars = from.chars();
            out.extend(chars.next());
            rest = chars.as_str();
        }
    }
    out.push_str(rest);
    out
}

/// `[https://url label]rest` → url, label, rest.
pub(crate) fn external_link(text: &str) -> Option<(&str, &str, &str)> {
    let inside = text.strip_prefix('[')?;
    let known = ["https://", "http://", "//", "mailto:"].iter().any(|s| inside.starts_with(s));
    let (inside, rest) = if known { inside.split_once(']')? } else { return None };
    let (url, label) = inside.split_once(' ').unwrap_or((inside, ""));
    Some((url, label.trim(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn semantic_tags_are_quotes_and_white_space_is_one_space() {
        assert_eq!(
            strip_markup("The <var>p</var>  <b>x</b>\n\nmust &lt;be&#62;<br />set. [[A|b]] a < b"),
            "The \"p\" x must <be> set. [[A|b]] a < b"
        );
    }

    #[test]
    fn a_terminal_sees_no_markup() {
        assert_eq!(
            plain("'''Bold''' [[A|b]] [[C]]\n[https://x.org here] it's <kbd>k</kbd>"),
            "Bold b C\nhere (https://x.org) it's \"k\""
        );
    }
}
