//! Dates of cookies, in the many ways in which they are written (RFC 6265, 5.1.1).

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Seconds since 1970; `None` for what is no date.
pub(super) fn parse(text: &str) -> Option<i64> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for word in text.split(|c: char| !c.is_ascii_alphanumeric() && c != ':') {
        let start = word.get(..3).map(str::to_ascii_lowercase).unwrap_or_default();
        if time.is_none() && word.contains(':') {
            time = Some(clock(word)?);
        } else if let Some(found) = MONTHS.iter().position(|name| *name == start) {
            month = i64::try_from(found + 1).ok();
        } else if let Ok(number) = word.parse::<i64>() {
            match word.len() {
                1 | 2 if day.is_none() => day = Some(number),
                2 if year.is_none() => year = Some(number + if number < 70 { 2000 } else { 1900 }),
                4 if year.is_none() => year = Some(number),
                _ => {}
            }
        }
    }
    let (day, month, year) = (day?, month?, year?);
    let possible = (1..=31).contains(&day) && (1601..=9999).contains(&year);
    possible.then(|| days(year, month, day) * 86_400 + time.unwrap_or(0))
}

fn clock(word: &str) -> Option<i64> {
    let mut parts = word.split(':').map(str::parse::<i64>);
    let (hours, minutes, seconds) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    let possible =
        (0..24).contains(&hours) && (0..60).contains(&minutes) && (0..61).contains(&seconds);
    possible.then_some(hours * 3600 + minutes * 60 + seconds)
}

/// Days since 1970 of a day of the Gregorian calendar, counted in years that begin in March, so
/// that the day that some years have more is the last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn dates_are_read_however_they_are_written() {
        for text in [
            "Wed, 09 Jun 2021 10:18:14 GMT",
            "Wed, 09-Jun-2021 10:18:14 GMT",
            "Wednesday, 09-Jun-21 10:18:14 GMT",
            "Wed Jun  9 10:18:14 2021",
        ] {
            assert_eq!(parse(text), Some(1_623_233_894), "{text}");
        }
        assert_eq!(parse("Thu, 01-Jan-1970 00:00:01 GMT"), Some(1));
        assert_eq!(parse("29 Feb 2024 00:00:00"), Some(1_709_164_800));
        for text in ["", "soon", "99 Jun 2021 10:18:14", "9 Jun 2021 25:00:00", "Jun 2021"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
