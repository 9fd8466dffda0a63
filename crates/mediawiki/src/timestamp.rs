//! Points in time in the forms that MediaWiki writes them.

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// A point in time, in whole seconds since 1970-01-01 UTC.
///
/// MediaWiki's tables hold it as 14 digits (`TS_MW`, `20261122053000`), its API prints ISO 8601
/// (`2026-11-22T05:30:00Z`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Reads MediaWiki's 14 digits in UTC. `None` for anything else, `infinity` included.
    pub fn parse_mw(text: &str) -> Option<Self> {
        let bytes: &[u8; 14] = text.as_bytes().try_into().ok()?;
        if !bytes.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i16>().ok();
        let small = |range: std::ops::Range<usize>| text.get(range)?.parse::<i8>().ok();
        let civil = DateTime::new(
            number(0..4).filter(|year| *year > 0)?,
            small(4..6)?,
            small(6..8)?,
            small(8..10)?,
            small(10..12)?,
            small(12..14)?,
            0,
        )
        .ok()?;
        Some(Self(TimeZone::UTC.to_timestamp(civil).ok()?.as_second()))
    }

    /// MediaWiki's 14 digits in UTC.
    pub fn to_mw(self) -> String {
        let t = self.civil();
        let parts = [t.month(), t.day(), t.hour(), t.minute(), t.second()];
        // One number, written at once: every row of a login has one or two.
        let number =
            parts.into_iter().fold(i64::from(t.year()), |n, part| n * 100 + i64::from(part));
        format!("{number:014}")
    }

    /// ISO 8601 in UTC with `Z`, as the API prints it.
    pub fn to_iso(self) -> String {
        let t = self.civil();
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
            t.year(),
            t.month(),
            t.day(),
            t.hour(),
            t.minute(),
            t.second()
        )
    }

    /// The date of HTTP headers and cookies (RFC 9110 §5.6.7): `Sun, 22 Nov 2026 05:30:00 GMT`.
    pub fn to_http(self) -> String {
        const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        let t = self.civil();
        let day = DAYS
            .get(usize::try_from(t.weekday().to_monday_zero_offset()).unwrap_or_default())
            .unwrap_or(&"Mon");
        let month = MONTHS
            .get(usize::try_from(t.month() - 1).unwrap_or_default())
            .and_then(|name| name.get(..3))
            .unwrap_or("Jan");
        format!(
            "{day}, {:02} {month} {:04} {:02}:{:02}:{:02} GMT",
            t.day(),
            t.year(),
            t.hour(),
            t.minute(),
            t.second()
        )
    }

    /// Year, month (1–12), day, hour, minute and second in UTC.
    pub fn parts(self) -> (i16, i8, i8, i8, i8, i8) {
        let t = self.civil();
        (t.year(), t.month(), t.day(), t.hour(), t.minute(), t.second())
    }

    /// This many seconds later (earlier where negative); stays at the ends of the range.
    #[must_use]
    pub fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Years outside of 1–9999 cannot be written in any of the forms: they become the nearest that
    /// can.
    fn civil(self) -> DateTime {
        const FIRST: i64 = -62_135_596_800;
        const LAST: i64 = 253_402_207_200;
        jiff::Timestamp::from_second(self.0.clamp(FIRST, LAST))
            .map(|t| TimeZone::UTC.to_datetime(t))
            .unwrap_or_default()
    }
}

/// English month names, January first.
pub const MONTHS: [&str; 12] = [
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

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_iso())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms_agree() {
        let t = Timestamp::parse_mw("20261122053007").unwrap();
        assert_eq!(t.0, 1_795_325_407);
        assert_eq!(t.to_mw(), "20261122053007");
        assert_eq!(t.to_iso(), "2026-11-22T05:30:07Z");
        assert_eq!(t.to_http(), "Sun, 22 Nov 2026 05:30:07 GMT");
    }

    #[test]
    fn what_is_no_timestamp_is_refused() {
        for text in
            ["", "infinity", "2026112205300", "20261322053000", "2026112205300x", "00000724122923"]
        {
            assert_eq!(Timestamp::parse_mw(text), None, "{text}");
        }
    }

    #[test]
    fn times_out_of_range_stay_printable() {
        assert_eq!(Timestamp(i64::MAX).to_mw().len(), 14);
        assert_eq!(Timestamp(i64::MIN).to_mw().len(), 14);
    }
}
