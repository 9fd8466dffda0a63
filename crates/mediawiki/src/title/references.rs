//! Character references of HTML in titles (`&eacute;`, `&#233;`, `&#xE9;`): who copies a title out
//! of a page's source gets the page that it names.

use std::borrow::Cow;

use html_escape::NAMED_ENTITIES;
use unicode_normalization::UnicodeNormalization;

/// The text with its references replaced by their characters, once, and in NFC again. Names that
/// HTML does not know stay; numbers of no character become U+FFFD.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        decoded.push_str(before);
        rest = match reference(after) {
            Some((character, after)) => {
                decoded.push_str(&character);
                after
            }
            None => {
                decoded.push('&');
                after
            }
        };
    }
    decoded.push_str(rest);
    Cow::Owned(decoded.nfc().collect())
}

/// What stands for the reference at the beginning of a text, its `&` taken off, and what follows.
fn reference(text: &str) -> Option<(Cow<'static, str>, &str)> {
    // The next `&` ends the search, so that many of them cost no more than few.
    let end = text.find(|c: char| c.is_ascii() && c != '#' && !c.is_ascii_alphanumeric())?;
    let (name, after) = text.split_at_checked(end)?;
    let after = after.strip_prefix(';')?;
    let meaning = match name.strip_prefix('#') {
        Some(number) => Cow::Owned(numbered(number)?.to_string()),
        None => Cow::Borrowed(named(name)?),
    };
    Some((meaning, after))
}

/// `None` where it is no number at all.
fn numbered(number: &str) -> Option<char> {
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let character = u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    Some(character.filter(|&c| is_of_html(c)).unwrap_or('\u{FFFD}'))
}

/// Whether both HTML and XML allow it.
fn is_of_html(c: char) -> bool {
    matches!(c, '\t' | '\n' | ' '..='~' | '\u{A0}'..='\u{FFFD}' | '\u{10000}'..)
}

fn named(name: &str) -> Option<&'static str> {
    // MediaWiki has these besides, for those who write from right to left.
    if matches!(name, "רלמ" | "رلم") {
        return Some("\u{200F}");
    }
    let at = NAMED_ENTITIES.binary_search_by(|(known, _)| (*known).cmp(name.as_bytes())).ok()?;
    NAMED_ENTITIES.get(at).map(|(_, meaning)| *meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_become_their_characters() {
        for (text, decoded) in [
            ("&eacute;", "é"),
            ("&#233;", "é"),
            ("&#xE9;&#Xe9;", "éé"),
            ("R&amp;D", "R&D"),
            ("&NotEqualTilde;", "≂\u{338}"),
            ("a&رلم;b", "a\u{200F}b"),
            ("e&#x301;", "é"),
        ] {
            assert_eq!(decode(text), decoded, "{text}");
        }
    }

    #[test]
    fn what_is_no_reference_stays() {
        for text in ["R&D", "&", "&;", "&nosuch;", "&eacute", "&#;", "&#x;", "&#12a;", "&#+1;"] {
            assert_eq!(decode(text), text);
        }
        assert_eq!(decode("&a&amp;"), "&a&");
    }

    #[test]
    fn references_are_decoded_once() {
        assert_eq!(decode("&amp;amp;"), "&amp;");
    }

    #[test]
    fn numbers_of_no_character_are_marked() {
        for text in
            ["&#0;", "&#13;", "&#x7F;", "&#xD800;", "&#xFFFE;", "&#x110000;", "&#99999999999;"]
        {
            assert_eq!(decode(text), "\u{FFFD}", "{text}");
        }
    }

    #[test]
    fn the_table_of_names_can_be_searched() {
        assert!(NAMED_ENTITIES.is_sorted_by_key(|(name, _)| *name));
    }
}
