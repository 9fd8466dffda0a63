//! What a page of help has, in order.

use crate::help::Extent;
use crate::module::{Group, Module};
use crate::modules::{self, Absent};

/// A heading and what stands below it.
pub(super) struct Entry {
    /// The heading's id.
    pub anchor: String,
    /// The heading's level: 2 for `h2`.
    pub level: usize,
    /// Its number in the table of contents, such as 1.2.
    pub number: Vec<usize>,
    /// What it is.
    pub part: Part,
}

/// What stands below a heading.
#[derive(Clone, Copy)]
pub(super) enum Part {
    /// A module; alone if it is all that was asked for.
    Module {
        /// The module.
        module: &'static Module,
        /// Whether there is nothing else on the page.
        is_alone: bool,
    },
    /// What some kinds of parameters mean.
    DataTypes,
    /// What templated parameters are.
    TemplatedParameters,
    /// Who made it.
    Credits,
}

/// The page about these modules.
pub(super) fn of(modules: &[&'static Module], extent: Extent, absent: Absent) -> Vec<Entry> {
    let mut outline = Outline { absent, ..Outline::default() };
    outline.add(modules, extent.submodules || extent.recursive, extent.recursive);
    outline.entries
}

#[derive(Default)]
struct Outline {
    entries: Vec<Entry>,
    number: Vec<usize>,
    absent: Absent,
}

impl Outline {
    fn add(&mut self, modules: &[&'static Module], submodules: bool, recursive: bool) {
        self.number.push(0);
        for module in modules {
            let parts =
                if submodules { modules::submodules(module, self.absent) } else { Vec::new() };
            let is_alone = modules.len() == 1 && parts.is_empty();
            self.entry(self.free_anchor(&module.path()), Part::Module { module, is_alone });
            if !parts.is_empty() {
                self.add(&parts, recursive, recursive);
            }
            if module.group == Group::Main {
                let extras = [
                    ("main/datatypes", Part::DataTypes),
                    ("main/templatedparams", Part::TemplatedParameters),
                    ("main/credits", Part::Credits),
                ];
                let next = self.entries.iter().rev().find(|entry| {
                    entry.number.len() == self.number.len() + 1
                        && entry.number.starts_with(&self.number)
                });
                let last = next.and_then(|entry| entry.number.last().copied()).unwrap_or(0);
                self.number.push(last);
                for (anchor, part) in extras {
                    self.entry(anchor.to_owned(), part);
                }
                self.number.pop();
            }
        }
        self.number.pop();
    }

    fn entry(&mut self, anchor: String, part: Part) {
        if let Some(last) = self.number.last_mut() {
            *last += 1;
        }
        let number = self.number.clone();
        self.entries.push(Entry { anchor, level: number.len() + 1, number, part });
    }

    /// A module that comes up again gets an id of its own: `login|2`.
    fn free_anchor(&self, path: &str) -> String {
        let is_taken = |anchor: &str| self.entries.iter().any(|entry| entry.anchor == anchor);
        if !is_taken(path) {
            return path.to_owned();
        }
        let numbered = (2..).map(|number| format!("{path}|{number}"));
        numbered.into_iter().find(|anchor| !is_taken(anchor)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchors(paths: &[&str], extent: Extent) -> Vec<String> {
        let modules: Vec<_> = paths.iter().map(|path| modules::by_path(path).unwrap()).collect();
        let shown = |entry: Entry| {
            let number: Vec<String> = entry.number.iter().map(ToString::to_string).collect();
            format!("{} {}", number.join("."), entry.anchor)
        };
        of(&modules, extent, Absent::default()).into_iter().map(shown).collect()
    }

    #[test]
    fn the_main_module_comes_with_explanations() {
        assert_eq!(
            anchors(&["main"], Extent::default()),
            ["1 main", "1.1 main/datatypes", "1.2 main/templatedparams", "1.3 main/credits"]
        );
    }

    #[test]
    fn submodules_stand_below_their_module_and_deeper_ones_only_if_asked_for() {
        let submodules = Extent { submodules: true, ..Extent::default() };
        let all = anchors(&["main"], submodules);
        assert_eq!(all.first().unwrap(), "1 main");
        assert!(all.contains(&"1.2 checktoken".to_owned()), "{all:?}");
        assert!(!all.iter().any(|entry| entry.contains("query+")), "{all:?}");
        let recursive = Extent { recursive: true, ..Extent::default() };
        let all = anchors(&["main"], recursive);
        assert!(all.iter().any(|entry| entry.ends_with("query+tokens")), "{all:?}");
        let last = all.last().unwrap();
        assert!(last.starts_with("1.") && last.ends_with("main/credits"), "{last}");
    }

    #[test]
    fn a_module_that_comes_twice_has_two_ids() {
        let submodules = Extent { submodules: true, ..Extent::default() };
        let all = anchors(&["query", "query+tokens"], submodules);
        assert_eq!(all.last().unwrap(), "2 query+tokens|2");
    }
}
