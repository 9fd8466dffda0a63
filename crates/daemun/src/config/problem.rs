//! What is wrong with a configuration, in sentences that say where and what is allowed.

use std::fmt;

/// Everything that is wrong; the program stops with exit code 2.
#[derive(Debug)]
pub struct ConfigError {
    /// One sentence each, in the order of the sources.
    pub problems: Vec<String>,
}

impl ConfigError {
    /// An error of one sentence.
    pub fn one(problem: impl Into<String>) -> Self {
        Self { problems: vec![problem.into()] }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.as_slice() {
            [one] => write!(f, "the configuration cannot be used: {one}"),
            several => {
                write!(f, "the configuration cannot be used, for {} reasons:", several.len())?;
                several.iter().try_for_each(|problem| write!(f, "\n  - {problem}"))
            }
        }
    }
}

impl std::error::Error for ConfigError {}

/// Why a value that is of the right kind is refused all the same: each reason ends the sentence
/// "it must be …".
#[derive(Debug, Default, PartialEq)]
pub struct Refusals(pub Vec<Refusal>);

/// One refusal.
#[derive(Debug, PartialEq)]
pub struct Refusal {
    /// Where within the value, such as `.bot.edit`; empty for the whole.
    pub path: String,
    /// What it must be.
    pub allowed: String,
    /// What it is, if that is not simply the value.
    pub given: Option<String>,
}

impl From<&str> for Refusals {
    fn from(allowed: &str) -> Self {
        Self(vec![Refusal { path: String::new(), allowed: allowed.to_owned(), given: None }])
    }
}

impl Refusals {
    /// Notes one more, somewhere within the value.
    pub fn add(&mut self, path: String, allowed: impl Into<String>, given: impl fmt::Display) {
        let given = Some(given.to_string());
        self.0.push(Refusal { path, allowed: allowed.into(), given });
    }

    /// `Ok` when nothing was noted.
    pub fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

/// The candidate that `name` was most likely meant to be, if any is near enough.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = name.to_lowercase();
    let limit = (folded.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .map(|candidate| (distance(&folded, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Fewest characters to insert, delete or replace to make one text of the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (line, left) in a.chars().enumerate() {
        let mut next = vec![line + 1];
        for ((right, above), diagonal) in b.chars().zip(row.iter().skip(1)).zip(&row) {
            let before = next.last().copied().unwrap_or_default();
            let replaced = diagonal + usize::from(left != right);
            next.push(replaced.min(above + 1).min(before + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_single_changes() {
        assert_eq!(distance("", ""), 0);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("cookie", ""), 6);
    }

    #[test]
    fn only_what_is_near_is_suggested() {
        let names = ["cookie.prefix", "cookie.path", "listen"];
        assert_eq!(nearest("cookie.prefx", names), Some("cookie.prefix"));
        assert_eq!(nearest("Listen", names), Some("listen"));
        assert_eq!(nearest("something-else", names), None);
    }

    #[test]
    fn several_problems_are_a_list_and_one_is_a_sentence() {
        let one = ConfigError::one("x is y");
        assert_eq!(one.to_string(), "the configuration cannot be used: x is y");
        let two = ConfigError { problems: vec!["a".to_owned(), "b".to_owned()] };
        assert_eq!(
            two.to_string(),
            "the configuration cannot be used, for 2 reasons:\n  - a\n  - b"
        );
    }
}
