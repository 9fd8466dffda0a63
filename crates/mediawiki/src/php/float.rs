//! Numbers with a fraction, as PHP prints them with `serialize_precision` −1: the fewest digits
//! that give the same number back.

/// `0.1`, `1`, `-0`, `1.0E+25`, `1.5E-7`, `INF`, `-INF`, `NAN`.
pub(super) fn print(number: f64) -> String {
    if number.is_nan() {
        return "NAN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "INF" } else { "-INF" }.to_owned();
    }
    // Rust's exponent form has the same shortest digits: `-1.25e-7`.
    let plain = format!("{number:e}");
    let (mantissa, exponent) = plain.split_once('e').unwrap_or((&plain, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    if (-4..17).contains(&exponent) {
        // Within this span both languages print the same plain digits.
        return format!("{number}");
    }
    let mantissa =
        if mantissa.contains('.') { mantissa.to_owned() } else { format!("{mantissa}.0") };
    format!("{sign}{mantissa}E{exponent:+}")
}

/// Reads what [`print`] writes, and any other decimal number.
pub(super) fn parse(text: &str) -> Option<f64> {
    match text {
        "NAN" => Some(f64::NAN),
        "INF" => Some(f64::INFINITY),
        "-INF" => Some(f64::NEG_INFINITY),
        // Rust reads more words than PHP.
        _ if text.bytes().any(|c| c.is_ascii_alphabetic() && c != b'e' && c != b'E') => None,
        _ => text.parse().ok(),
    }
}
