//! What a run found, and how it is told.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::format::Case;
use super::waiting::CaseList;

/// One thing in which a reply differs from MediaWiki's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The step, from 0; set by the replayer.
    pub step: usize,
    /// `status`, `header NAME`, `cookie NAME.attribute` or a path into the body.
    pub place: String,
    pub wanted: String,
    pub got: String,
}

impl Difference {
    /// A difference at a place of the reply; long values are cut.
    #[expect(clippy::needless_pass_by_value, reason = "numbers, texts and what lends them alike")]
    pub fn at(place: &str, wanted: impl ToString, got: impl ToString) -> Self {
        let (wanted, got) = (short(&wanted.to_string()), short(&got.to_string()));
        Self { step: 0, place: place.to_owned(), wanted, got }
    }
}

fn short(text: &str) -> String {
    const MOST: usize = 400;
    let mut short: String = text.chars().take(MOST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Equal,
    Differs(Vec<Difference>),
    /// The case needs something that the replayer cannot do.
    Unsupported(String),
    /// The wiki under test could not be asked.
    Error(String),
}

/// The lists of cases that a run treats apart.
#[derive(Debug, Clone, Default)]
pub struct Lists {
    /// Cases that wait for a feature: not counted.
    pub waiting: CaseList,
    /// Cases accepted to differ: counted, and not as equal.
    pub others: CaseList,
}

/// The outcomes of a run.
#[derive(Debug, Clone, Default)]
pub struct Report {
    lists: Lists,
    outcomes: Vec<(String, Outcome)>,
    /// Listed names that no case has.
    unknown: Vec<String>,
}

#[derive(Default)]
struct Count {
    equal: usize,
    of: usize,
    waiting: usize,
}

impl Report {
    /// An empty report for a run with these lists.
    pub fn new(lists: Lists) -> Self {
        Self { lists, ..Self::default() }
    }

    /// Adds a case's outcome.
    pub fn add(&mut self, case: &str, outcome: Outcome) {
        self.outcomes.push((case.to_owned(), outcome));
    }

    /// Notes the listed names that no case has, in the groups that were read whole.
    pub fn check_names(&mut self, cases: &[Case]) {
        let names: BTreeSet<&str> = cases.iter().map(|case| case.case.as_str()).collect();
        let groups: BTreeSet<&str> = cases.iter().map(Case::group).collect();
        let listed = self.lists.waiting.names().chain(self.lists.others.names());
        let in_group = |name: &&str| name.split_once('/').is_some_and(|(g, _)| groups.contains(g));
        let unknown = listed.filter(in_group).filter(|name| !names.contains(name));
        self.unknown = unknown.map(str::to_owned).collect();
    }

    /// The outcomes in the order in which they came.
    pub fn outcomes(&self) -> &[(String, Outcome)] {
        &self.outcomes
    }

    /// How many cases count: all that do not wait.
    pub fn counted(&self) -> usize {
        self.outcomes.iter().filter(|(case, _)| !self.lists.waiting.contains(case)).count()
    }

    /// How many of those are equal.
    pub fn equal(&self) -> usize {
        let counted = self.outcomes.iter().filter(|(case, _)| !self.lists.waiting.contains(case));
        counted.filter(|(_, outcome)| *outcome == Outcome::Equal).count()
    }

    /// How many differ, may differ, and do.
    pub fn excused(&self) -> usize {
        let others = self
            .outcomes
            .iter()
            .filter(|(case, outcome)| *outcome != Outcome::Equal && self.excuses(case));
        others.count()
    }

    fn excuses(&self, case: &str) -> bool {
        self.lists.others.contains(case) && !self.lists.waiting.contains(case)
    }

    /// Whether every counted case is equal or excused and the excused are at most 2 %.
    pub fn is_good(&self) -> bool {
        self.equal() + self.excused() == self.counted() && self.excused() * 50 <= self.counted()
    }

    /// Entries of the lists that are out of date, each with what to do.
    pub fn stale(&self) -> Vec<String> {
        let unknown = self.unknown.iter().map(|name| format!("{name}: no such case: remove it"));
        let mut stale: Vec<String> = unknown.collect();
        for (case, outcome) in &self.outcomes {
            if *outcome != Outcome::Equal {
                continue;
            }
            if self.lists.waiting.contains(case) {
                stale.push(format!("{case}: no longer waiting: remove it"));
            } else if self.lists.others.contains(case) {
                stale.push(format!("{case}: no longer differs: remove it"));
            }
        }
        stale
    }

    fn groups(&self) -> BTreeMap<&str, Count> {
        let mut groups: BTreeMap<&str, Count> = BTreeMap::new();
        for (case, outcome) in &self.outcomes {
            let group = case.split_once('/').map_or(case.as_str(), |(group, _)| group);
            let count = groups.entry(group).or_default();
            if self.lists.waiting.contains(case) {
                count.waiting += 1;
            } else {
                count.of += 1;
                count.equal += usize::from(*outcome == Outcome::Equal);
            }
        }
        groups
    }
}

impl fmt::Display for Report {
    /// Groups, differences, totals; the last line is `N of M equal`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (group, count) in self.groups() {
            write!(f, "{group:28} {:4} of {:4} equal", count.equal, count.of)?;
            if count.waiting > 0 {
                write!(f, ", {} waiting", count.waiting)?;
            }
            writeln!(f)?;
        }
        writeln!(f)?;
        for (case, outcome) in &self.outcomes {
            if self.lists.waiting.contains(case) {
                continue;
            }
            if let (Some(reason), true) =
                (self.lists.others.reason(case), *outcome != Outcome::Equal)
            {
                writeln!(f, "{case}: excused: {reason}")?;
            }
            match outcome {
                Outcome::Equal => {}
                Outcome::Unsupported(what) => writeln!(f, "{case}: cannot be replayed: {what}")?,
                Outcome::Error(error) => writeln!(f, "{case}: error: {error}")?,
                Outcome::Differs(differences) => {
                    for Difference { step, place, wanted, got } in differences {
                        writeln!(f, "{case} step {step}: {place}")?;
                        writeln!(f, "    wanted {wanted}\n    got    {got}")?;
                    }
                }
            }
        }
        for line in self.stale() {
            writeln!(f, "{line}")?;
        }
        let waiting = self.outcomes.iter().filter(|(case, _)| self.lists.waiting.contains(case));
        let (waiting, now): (Vec<_>, Vec<_>) = (
            waiting.clone().collect(),
            waiting.filter(|(_, outcome)| *outcome == Outcome::Equal).collect(),
        );
        writeln!(f, "waiting {} (of them now equal: {})", waiting.len(), now.len())?;
        writeln!(f, "excused {}", self.excused())?;
        writeln!(f, "{} of {} equal", self.equal(), self.counted())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let lists = Lists {
            waiting: CaseList::parse("a/late # captcha\na/early # captcha").unwrap(),
            others: CaseList::parse("b/odd # PHP's own\nb/even # was odd").unwrap(),
        };
        let mut report = Report::new(lists);
        let differs = || Outcome::Differs(vec![Difference::at("json.x", 1, 2)]);
        report.add("a/late", differs());
        report.add("a/early", Outcome::Equal);
        report.add("a/one", Outcome::Equal);
        report.add("b/odd", differs());
        report.add("b/even", Outcome::Equal);
        report.add("b/bad", differs());
        report
    }

    #[test]
    fn the_last_line_counts_what_does_not_wait() {
        let text = report().to_string();
        assert_eq!(text.lines().last(), Some("2 of 4 equal"));
        assert!(text.contains("waiting 2 (of them now equal: 1)\nexcused 1\n"));
    }

    #[test]
    fn a_difference_is_told_with_case_step_place_and_both_values() {
        let text = report().to_string();
        assert!(text.contains("b/bad step 0: json.x\n    wanted 1\n    got    2\n"));
        assert!(text.contains("b/odd: excused: PHP's own\n"));
        assert!(!text.contains("a/late step"));
    }

    #[test]
    fn a_listed_case_that_is_equal_is_to_be_removed() {
        let wanted =
            ["a/early: no longer waiting: remove it", "b/even: no longer differs: remove it"];
        assert_eq!(report().stale(), wanted);
    }

    #[test]
    fn a_listed_name_that_no_case_has_is_told() {
        let mut report = report();
        let read = |name: &str| serde_json::json!({"case": name, "wiki": "base", "steps": []});
        let read = |name: &str| serde_json::from_value::<Case>(read(name)).unwrap();
        report.check_names(&[read("b/odd"), read("b/bad")]);
        assert_eq!(report.stale().first().unwrap(), "b/even: no such case: remove it");
        assert!(!report.stale().contains(&"a/late: no such case: remove it".to_owned()));
    }

    #[test]
    fn a_run_is_good_only_without_unexcused_differences_and_with_few_excuses() {
        assert!(!report().is_good());
        let others = CaseList::parse("x/1 # why").unwrap();
        let mut report = Report::new(Lists { waiting: CaseList::default(), others });
        report.add("x/1", Outcome::Error("x".into()));
        for number in 2..=49 {
            report.add(&format!("x/{number}"), Outcome::Equal);
        }
        assert!(!report.is_good());
        report.add("x/50", Outcome::Equal);
        assert!(report.is_good());
    }
}
