//! Until when, as a person writes it.

use daemun_mediawiki::timestamp::Timestamp;

use super::AccountsError;

/// An end, and the words for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// The last moment; `None` is without end.
    pub at: Option<Timestamp>,
    /// As MediaWiki's log has it: `infinity`, `7 days`, or a time in ISO 8601.
    pub words: String,
}

impl Expiry {
    /// Reads `infinity`, `7d`, `12 hours`, `2027-01-31` or `2027-01-31T12:00:00Z`.
    ///
    /// # Errors
    /// For anything else and for what is past.
    pub fn parse(text: &str, now: Timestamp) -> Result<Self, AccountsError> {
        let plain = text.trim().to_ascii_lowercase();
        // The words that MediaWiki takes for it.
        if ["infinity", "infinite", "indefinite", "never"].contains(&plain.as_str()) {
            return Ok(Self { at: None, words: "infinity".to_owned() });
        }
        relative(&plain, now)
            .or_else(|| absolute(&plain))
            .filter(|expiry| expiry.at.is_some_and(|at| at > now))
            .ok_or_else(|| AccountsError::BadExpiry(text.to_owned()))
    }
}

fn relative(text: &str, now: Timestamp) -> Option<Expiry> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let number: i64 = number.parse().ok()?;
    let unit = unit.trim();
    let (word, seconds) = match unit.strip_suffix('s').filter(|rest| rest.len() > 1).unwrap_or(unit)
    {
        "min" | "minute" => ("minute", 60),
        "h" | "hour" => ("hour", 3600),
        "d" | "day" => ("day", 86_400),
        "w" | "week" => ("week", 7 * 86_400),
        // PHP, which reads the log, knows no shorter name.
        "y" | "year" => ("year", 365 * 86_400),
        _ => return None,
    };
    // A thousand years are beyond any plan, and within what a table can hold.
    let length = number.checked_mul(seconds).filter(|length| *length <= 1000 * 365 * 86_400)?;
    let plural = if number == 1 { "" } else { "s" };
    Some(Expiry { at: Some(now.plus(length)), words: format!("{number} {word}{plural}") })
}

fn absolute(text: &str) -> Option<Expiry> {
    let well_formed = text.bytes().all(|b| b.is_ascii_digit() || b"-t:z".contains(&b));
    let mut digits: String = text.chars().filter(char::is_ascii_digit).collect();
    match (text.len(), digits.len()) {
        (10, 8) => digits.push_str("000000"),
        (19 | 20, 14) => {}
        _ => return None,
    }
    let at = Timestamp::parse_mw(&digits).filter(|_| well_formed)?;
    Some(Expiry { at: Some(at), words: at.to_iso() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000); // 2027-01-15T08:00:00Z

    fn words(text: &str) -> Option<(Option<i64>, String)> {
        let expiry = Expiry::parse(text, NOW).ok()?;
        Some((expiry.at.map(|at| at.0 - NOW.0), expiry.words))
    }

    #[test]
    fn lengths_dates_and_eternity_are_read() {
        assert_eq!(words("infinity"), Some((None, "infinity".to_owned())));
        assert_eq!(words("7d"), Some((Some(604_800), "7 days".to_owned())));
        assert_eq!(words("1 week"), Some((Some(604_800), "1 week".to_owned())));
        assert_eq!(words("2027-01-16"), Some((Some(57_600), "2027-01-16T00:00:00Z".to_owned())));
        assert_eq!(words("2027-01-15T08:00:01Z").unwrap().0, Some(1));
    }

    #[test]
    fn what_is_past_or_no_time_is_refused() {
        for text in
            ["", "d", "7", "7x", "s", "2027-01-15", "2027-13-01", "0d", "99999999999999y", "٣d"]
        {
            assert_eq!(words(text), None, "{text}");
        }
    }
}
