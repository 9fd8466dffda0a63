//! Lists of cases: those that wait for a feature, and those accepted to differ.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Names of cases, each with its reason, one a line: `group/name  # reason`. A line may be empty
/// or a comment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseList {
    entries: BTreeMap<String, String>,
}

impl CaseList {
    /// Reads a list; one without a reason or with a name twice is refused.
    pub fn parse(text: &str) -> Result<Self> {
        let mut entries = BTreeMap::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let number = number + 1;
            let (name, reason) =
                line.split_once(" #").with_context(|| format!("line {number}: no ` # reason`"))?;
            let (name, reason) = (name.trim(), reason.trim());
            if name.is_empty() || name.contains(char::is_whitespace) {
                bail!("line {number}: `{name}` is no name of a case");
            }
            if reason.is_empty() {
                bail!("line {number}: {name} has no reason");
            }
            if entries.insert(name.to_owned(), reason.to_owned()).is_some() {
                bail!("line {number}: {name} stands twice");
            }
        }
        Ok(Self { entries })
    }

    /// As [`CaseList::parse`], from a file.
    pub fn load(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        Self::parse(&text).with_context(|| path.display().to_string())
    }

    pub fn contains(&self, case: &str) -> bool {
        self.entries.contains_key(case)
    }

    pub fn reason(&self, case: &str) -> Option<&str> {
        self.entries.get(case).map(String::as_str)
    }

    /// Every name, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_case_and_its_reason() {
        let list = CaseList::parse("# head\n\nlogin/a+fv1  # second factor\n").unwrap();
        assert_eq!(list.reason("login/a+fv1"), Some("second factor"));
        assert!(!list.contains("login/a"));
    }

    #[test]
    fn a_case_without_a_reason_or_twice_is_refused() {
        for text in ["login/a", "login/a #", "login/a b # x", "login/a # x\nlogin/a # y"] {
            assert!(CaseList::parse(text).is_err(), "{text}");
        }
    }
}
