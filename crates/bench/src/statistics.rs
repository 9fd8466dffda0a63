//! Several rounds as one figure.

use std::fmt;

/// The figures of several rounds.
#[derive(Clone, Debug)]
pub(crate) struct Rounds(Vec<f64>);

impl Rounds {
    pub(crate) fn new(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    /// The quotient of each round.
    pub(crate) fn ratios(ours: &[f64], theirs: &[f64]) -> Self {
        Self::new(ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs))
    }

    /// The one in the middle.
    pub(crate) fn median(&self) -> f64 {
        let upper = self.0.get(self.0.len() / 2).copied().unwrap_or(f64::NAN);
        let lower = self.0.get(self.0.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN);
        f64::midpoint(lower, upper)
    }

    fn least(&self) -> f64 {
        self.0.first().copied().unwrap_or(f64::NAN)
    }

    fn most(&self) -> f64 {
        self.0.last().copied().unwrap_or(f64::NAN)
    }
}

/// The median, with the least and the most in parentheses.
impl fmt::Display for Rounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}–{})", short(self.median()), short(self.least()), short(self.most()))
    }
}

/// A number with as many digits as say something.
pub(crate) fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 1000.0 => thousands(value),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_stands_in_the_middle() {
        assert_eq!(Rounds::new([3.0, 1.0, 2.0]).median(), 2.0);
        assert_eq!(Rounds::new([4.0, 1.0, 2.0, 3.0]).median(), 2.5);
        assert_eq!(Rounds::ratios(&[1.0, 4.0], &[2.0, 2.0]).to_string(), "1.25 (0.50–2.00)");
    }

    #[test]
    fn numbers_have_the_digits_that_say_something() {
        let texts = [0.987, 12.34, 123.4, 1234.5, 1_234_567.0].map(short);
        assert_eq!(texts, ["0.99", "12.3", "123", "1 234", "1 234 567"]);
    }
}
