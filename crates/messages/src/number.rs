//! Numbers and durations in words.

use crate::language::{Language, Tongue};

/// A number with the language's separators; English and Korean write `4,096` alike.
pub fn format_number(number: i64, _language: &Language) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        // MediaWiki writes a real minus sign.
        out.push('\u{2212}');
    }
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

const UNITS: [(i64, &str, &str, &str); 5] = [
    (31_536_000, "year", "years", "년"),
    (86_400, "day", "days", "일"),
    (3_600, "hour", "hours", "시간"),
    (60, "minute", "minutes", "분"),
    (1, "second", "seconds", "초"),
];

/// A number of seconds in words: `1 hour and 5 minutes`, `1시간 5분`.
pub fn format_duration(seconds: i64, language: &Language) -> String {
    let korean = language.tongue() == Tongue::Korean;
    let mut left = seconds.max(0);
    let mut words = Vec::new();
    for (size, one, many, ko) in UNITS {
        let count = left / size;
        left %= size;
        // Nothing at all is still "0 seconds".
        if count == 0 && !(size == 1 && words.is_empty()) {
            continue;
        }
        let number = format_number(count, language);
        words.push(match (korean, count) {
            (true, _) => format!("{number}{ko}"),
            (false, 1) => format!("{number} {one}"),
            (false, _) => format!("{number} {many}"),
        });
    }
    if korean { words.join(" ") } else { join_text(&words, ", ", " and ") }
}

/// `a, b and c`
pub(crate) fn join_text(items: &[String], comma: &str, and: &str) -> String {
    match items.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{}{and}{last}", before.join(comma)),
        _ => items.join(comma),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_commas() {
        for (number, text) in
            [(0, "0"), (999, "999"), (4096, "4,096"), (1_234_567, "1,234,567"), (-1000, "−1,000")]
        {
            assert_eq!(format_number(number, &Language::EN), text);
        }
    }

    #[test]
    fn durations_are_words() {
        for (seconds, en, ko) in [
            (0, "0 seconds", "0초"),
            (1, "1 second", "1초"),
            (90, "1 minute and 30 seconds", "1분 30초"),
            (300, "5 minutes", "5분"),
            (3900, "1 hour and 5 minutes", "1시간 5분"),
            (172_800, "2 days", "2일"),
            (90_061, "1 day, 1 hour, 1 minute and 1 second", "1일 1시간 1분 1초"),
        ] {
            assert_eq!(format_duration(seconds, &Language::EN), en);
            assert_eq!(format_duration(seconds, &Language::KO), ko);
        }
    }
}
