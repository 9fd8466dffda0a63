//! Lines of the log. What clients send is bounded and escaped before it gets there.

use std::time::Duration;

use daemun_action_api::Record;
use daemun_messages::{Language, plaintext};

/// Most characters of a method.
const LONGEST_METHOD: usize = 16;
/// Most characters of a path.
const LONGEST_PATH: usize = 128;
/// Most characters of a name; no account's is longer than 255 bytes.
const LONGEST_NAME: usize = 85;

/// One line for a request. `status` is absent where the client went away before the end.
pub(super) fn request(
    method: &str,
    path: &str,
    status: Option<u16>,
    bytes: Option<u64>,
    record: &Record,
    took: Duration,
) {
    if !tracing::enabled!(target: "daemun::request", tracing::Level::INFO) {
        return;
    }
    let modules = (!record.modules.is_empty()).then(|| record.modules.join("|"));
    tracing::info!(
        target: "daemun::request",
        method = shown(method, LONGEST_METHOD),
        path = shown_path(path),
        action = record.action,
        modules,
        format = record.format,
        status,
        error = record.error.as_deref(),
        bytes,
        ms = milliseconds(took),
        address = %record.address,
        account = record.account.as_deref(),
        id = some(&record.id),
        "{}", if status.is_some() { "request" } else { "the client went away" },
    );
}

/// One line for a login or for its end; without a time where it has none.
pub(super) fn login(record: &Record, took: Option<Duration>) {
    if let Some(login) = &record.login {
        tracing::info!(
            target: "daemun::login",
            method = login.method.word(),
            outcome = login.outcome.word(),
            account = some(&shown(&login.account, LONGEST_NAME)),
            reason = login.reason.as_deref(),
            ms = took.map(milliseconds),
            address = %record.address,
            id = some(&record.id),
            "login",
        );
    }
    if let Some(account) = record.signed_out.as_deref() {
        let (address, id) = (record.address, some(&record.id));
        tracing::info!(target: "daemun::login", account, %address, id, "signed out");
    }
}

/// What the keys of explanations begin with.
const EXPLANATION: &str = "daemun-explain-";

/// One sentence on why a request did not succeed, where one was made.
pub(super) fn explanation(record: &Record, language: &Language) {
    let Some(message) = &record.explanation else { return };
    let sentence = plaintext(message, language);
    tracing::info!(
        target: "daemun::explain",
        why = message.key.strip_prefix(EXPLANATION).unwrap_or_default(),
        action = record.action,
        error = record.error.as_deref(),
        address = %record.address,
        id = some(&record.id),
        "{}", shown(&sentence, usize::MAX),
    );
}

/// The path of a request. What follows `api.php`, and the token that confirms an address, is not for
/// the log.
fn shown_path(path: &str) -> String {
    let path = path.split_inclusive("/api.php").next().unwrap_or_default();
    let path = path.split_inclusive("ConfirmEmail/").next().unwrap_or_default();
    shown(path, LONGEST_PATH)
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// Milliseconds with three digits after the point.
fn milliseconds(took: Duration) -> f64 {
    (took.as_secs_f64() * 1_000_000.0).round() / 1000.0
}

/// A text of whatever origin in a bounded number of characters, none of which ends a line, moves a
/// cursor or turns the direction of writing.
fn shown(text: &str, most: usize) -> String {
    let mut shown = String::with_capacity(text.len().min(most));
    let mut characters = text.chars();
    for character in characters.by_ref().take(most) {
        if character.is_control() || is_invisible(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

/// Ends of lines and paragraphs, marks of direction, and what has no width.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_end_a_line_or_turn_it_round() {
        assert_eq!(shown("윌리엄 \"W\" é", 85), "윌리엄 \"W\" é");
        assert_eq!(shown("a\nb\r\t\u{1b}[31m", 85), "a\\u{a}b\\u{d}\\u{9}\\u{1b}[31m");
        assert_eq!(shown("a\u{2028}b\u{202e}c", 85), "a\\u{2028}b\\u{202e}c");
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        assert_eq!(shown(&"가".repeat(100), 3), "가가가…");
        assert_eq!(shown("가가가", 3), "가가가");
    }

    #[test]
    fn what_stands_behind_the_script_is_no_part_of_a_path() {
        assert_eq!(shown_path("/w/api.php"), "/w/api.php");
        assert_eq!(shown_path("/w/api.php/secret/api.php"), "/w/api.php");
        assert_eq!(shown_path("/elsewhere"), "/elsewhere");
        assert_eq!(shown_path("/wiki/Special:ConfirmEmail/ab12"), "/wiki/Special:ConfirmEmail/");
    }

    #[test]
    fn milliseconds_have_three_digits_at_most() {
        assert_eq!(milliseconds(Duration::from_nanos(1_234_567)).to_string(), "1.235");
    }
}
