//! Values as text: cleaned, split, read as numbers.

use std::ops::Deref;

use encoding_rs::WINDOWS_1252;
use unicode_normalization::{UnicodeNormalization, is_nfc};
use zeroize::Zeroizing;

/// Starts a list whose values may contain `|`, and separates them.
pub(super) const SEPARATOR: char = '\u{1f}';

/// The values of a list.
pub(super) fn split(given: &str) -> impl Iterator<Item = &str> + Clone {
    let (given, separator) = match given.strip_prefix(SEPARATOR) {
        Some(rest) => (Some(rest), SEPARATOR),
        None => (Some(given).filter(|given| !given.is_empty()), '|'),
    };
    given.into_iter().flat_map(move |given| given.split(separator))
}

/// A text that was looked through.
pub(super) enum Clean<'a> {
    /// It may stay as it was sent.
    AsSent(&'a str),
    /// It had to be changed.
    Changed(Zeroizing<String>),
}

impl Deref for Clean<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::AsSent(text) => text,
            Self::Changed(text) => text,
        }
    }
}

/// Text as MediaWiki takes it: UTF-8, NFC, no control characters but tab and line ends. The flag
/// says that it was not so. What is no UTF-8 in an address is taken for Windows-1252, which old
/// browsers sent.
pub(super) fn clean(bytes: &[u8], from_query: bool) -> (Clean<'_>, bool) {
    let is_bad = |c: char| {
        (c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{7f}'))
            || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    if let Ok(text) = std::str::from_utf8(bytes) {
        let inner = text.strip_prefix(SEPARATOR).unwrap_or(text);
        let separated = inner.len() != text.len();
        let bad = |c: char| is_bad(c) && !(separated && c == SEPARATOR);
        if (text.is_ascii() || is_nfc(text)) && !inner.contains(bad) {
            return (Clean::AsSent(text), false);
        }
        let cleaned: String = text
            .chars()
            .map(|c| if c != SEPARATOR && bad(c) { '\u{fffd}' } else { c })
            .nfc()
            .collect();
        let changed = cleaned != text;
        return (Clean::Changed(Zeroizing::new(cleaned)), changed);
    }
    let lossy = if from_query {
        WINDOWS_1252.decode_without_bom_handling(bytes).0
    } else {
        String::from_utf8_lossy(bytes)
    };
    let cleaned: String =
        lossy.chars().map(|c| if is_bad(c) { '\u{fffd}' } else { c }).nfc().collect();
    (Clean::Changed(Zeroizing::new(cleaned)), true)
}

pub(super) fn integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}
