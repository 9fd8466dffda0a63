//! Moments in words.

use crate::language::{Language, Tongue};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A moment (`2026-01-31T09:30:00Z`) as the language writes it, in UTC. What is no moment is
/// returned as it is.
pub(crate) fn format_moment(iso: &str, language: &Language) -> String {
    let Some([year, month, day, hour, minute]) = parse(iso) else { return iso.to_owned() };
    if language.tongue() == Tongue::Korean {
        return format!("{year}년 {month}월 {day}일 {hour:02}:{minute:02}");
    }
    let index = usize::try_from(month).ok().and_then(|m| m.checked_sub(1));
    let name = index.and_then(|i| MONTHS.get(i)).copied().unwrap_or_default();
    format!("{hour:02}:{minute:02}, {day} {name} {year}")
}

/// An expiry: `infinity` or a moment.
pub(crate) fn format_expiry(expiry: &str, language: &Language) -> String {
    match (expiry, language.tongue()) {
        ("infinity" | "infinite" | "indefinite" | "never", Tongue::Korean) => "무기한".to_owned(),
        ("infinity" | "infinite" | "indefinite" | "never", _) => "indefinite".to_owned(),
        _ => format_moment(expiry, language),
    }
}

fn parse(iso: &str) -> Option<[u32; 5]> {
    let number = |from: usize, to: usize| -> Option<u32> {
        let digits = iso.get(from..to)?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let shape = iso.len() == 20 && iso.ends_with('Z') && iso.get(10..11) == Some("T");
    let month = number(5, 7).filter(|m| (1..=12).contains(m))?;
    shape.then_some([number(0, 4)?, month, number(8, 10)?, number(11, 13)?, number(14, 16)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_the_language_does() {
        let moment = "2026-01-31T09:30:00Z";
        assert_eq!(format_moment(moment, &Language::EN), "09:30, 31 January 2026");
        assert_eq!(format_moment(moment, &Language::KO), "2026년 1월 31일 09:30");
        assert_eq!(format_moment("soon", &Language::EN), "soon");
        assert_eq!(format_expiry("infinity", &Language::KO), "무기한");
    }
}
