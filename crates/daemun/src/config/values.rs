//! The values that are in force, each with where it comes from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use toml::Value;

use super::key::{Default, Key};
use super::keys;
use super::problem::nearest;
use super::sources::{Sources, file};
use crate::logging::{LogFormat, LogSettings};

/// Where a value comes from, the strongest last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Nobody said.
    Default,
    /// The file, at this line.
    File(PathBuf, usize),
    /// An environment variable.
    Environment(String),
    /// A flag, dashes included.
    Flag(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Environment(name) => f.write_str(name),
            Self::Flag(flag) => f.write_str(flag),
        }
    }
}

/// A value for each key that has one.
#[derive(Debug, std::default::Default)]
pub struct Values(BTreeMap<&'static str, (Value, Source)>);

/// Variables that are no keys.
pub(super) const OTHER_VARIABLES: [&str; 1] = ["DAEMUN_CONFIG"];

impl Values {
    /// Collects all sources and fills in the defaults. Problems do not stop it: they are answered
    /// beside what could be read.
    pub fn gather(sources: &Sources) -> (Self, Vec<String>) {
        let mut values = Self::default();
        let mut problems = Vec::new();
        if let Some(text) = &sources.file {
            for (key, value, source) in file::read(text, &mut problems) {
                values.put(key, value, source, &mut problems);
            }
        }
        for (name, text) in &sources.environment {
            match keys::all().find(|key| key.variable() == *name) {
                Some(key) => {
                    let source = Source::Environment(name.clone());
                    values.put(key, key.kind.read(text), source, &mut problems);
                }
                None if OTHER_VARIABLES.contains(&name.as_str()) => {}
                None => problems.push(unknown_variable(name)),
            }
        }
        for (name, text) in &sources.flags {
            if let Some(key) = keys::all().find(|key| key.name == name) {
                let source = Source::Flag(format!("--{}", key.flag_name()));
                values.put(key, key.kind.read(text), source, &mut problems);
            }
        }
        for key in keys::all() {
            let value = match key.default {
                _ if values.0.contains_key(key.name) => continue,
                Default::Is(text) => key.kind.read_default(text),
                Default::Computed(_, compute) => compute(&values),
                Default::Absent(_) => continue,
            };
            values.0.insert(key.name, (value, Source::Default));
        }
        (values, problems)
    }

    fn put(&mut self, key: &Key, value: Value, source: Source, problems: &mut Vec<String>) {
        match key.kind.accept(value) {
            Ok(value) => {
                self.0.insert(key.name, (value, source));
            }
            Err(value) => {
                problems.push(wrong(key, &source, "", &key.kind.allowed(), &value.to_string()));
            }
        }
    }

    /// The value of a key and its source.
    pub fn get(&self, name: &str) -> Option<&(Value, Source)> {
        self.0.get(name)
    }

    /// The text of a key; empty without one.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).and_then(|(value, _)| value.as_str()).unwrap_or_default()
    }

    /// What is said of the log.
    pub fn log_settings(&self) -> LogSettings {
        let filter = Some(self.text("log").trim()).filter(|filter| !filter.is_empty());
        LogSettings {
            filter: filter.map(str::to_owned),
            format: LogFormat::named(self.text("log-format")),
        }
    }

    /// Whether somebody said what it should be.
    pub fn is_given(&self, name: &str) -> bool {
        self.get(name).is_some_and(|(_, source)| *source != Source::Default)
    }
}

/// "daemun.toml:3: `listen` is "x": it must be …". Secrets are not repeated.
pub(super) fn wrong(key: &Key, source: &Source, path: &str, allowed: &str, given: &str) -> String {
    let name = key.name;
    if key.secret {
        format!("{source}: `{name}{path}` must be {allowed}")
    } else {
        format!("{source}: `{name}{path}` is {given}: it must be {allowed}")
    }
}

fn unknown_variable(name: &str) -> String {
    let known: Vec<String> =
        keys::all().map(Key::variable).chain(OTHER_VARIABLES.map(str::to_owned)).collect();
    match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => format!("unknown environment variable {name}; did you mean {near}?"),
        None => format!("unknown environment variable {name}; `daemun config reference` lists all"),
    }
}
