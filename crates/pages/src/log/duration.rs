//! How long a block lasts, which the log has in English words (`3 days`, `infinite`) or as a moment.

use daemun_messages::{Message, Param};

/// Seconds of the units that have always the same.
const UNITS: [(&str, i64); 7] = [
    ("second", 1),
    ("minute", 60),
    ("hour", 3600),
    ("day", 86_400),
    ("week", 7 * 86_400),
    ("fortnight", 14 * 86_400),
    ("year", 365 * 86_400),
];

/// The duration in the reader's words, where it has a form that is known.
pub(super) fn in_words(text: &str) -> Param {
    if matches!(text, "infinite" | "infinity" | "indefinite" | "never") {
        return Message::new("infiniteblock").into();
    }
    if text.len() == 20 && text.ends_with('Z') {
        return Param::DateTime(text.to_owned());
    }
    of_units(text).unwrap_or_else(|| Param::plaintext(text))
}

fn of_units(text: &str) -> Option<Param> {
    let (number, unit) = text.trim().split_once(' ')?;
    let number: i64 = number.parse().ok().filter(|number| (0..100_000).contains(number))?;
    let unit = unit.strip_suffix('s').unwrap_or(unit);
    if unit == "month" {
        return Some(Message::new("daemun-log-months").with(Param::Num(number)).into());
    }
    let (_, seconds) = UNITS.iter().find(|(name, _)| *name == unit)?;
    Some(Param::Duration(number * seconds))
}

#[cfg(test)]
mod tests {
    use daemun_messages::{Language, plaintext};

    use super::*;

    #[test]
    fn durations_are_said_in_both_languages() {
        for (text, english, korean) in [
            ("infinite", "infinite", "무기한"),
            ("3 days", "3 days", "3일"),
            ("1 week", "7 days", "7일"),
            ("1 month", "one month", "1개월"),
            ("2 years", "2 years", "2년"),
            ("2026-01-31T09:30:00Z", "09:30, 31 January 2026", "2026년 1월 31일 09:30"),
            ("next '''Tuesday'''", "next '''Tuesday'''", "next '''Tuesday'''"),
            ("9999999999999999999 years", "9999999999999999999 years", "9999999999999999999 years"),
        ] {
            let said = Message::new("rawmessage").with(in_words(text));
            let said = |language| plaintext(&said, &language);
            assert_eq!((said(Language::EN), said(Language::KO)), (english.into(), korean.into()));
        }
    }
}
