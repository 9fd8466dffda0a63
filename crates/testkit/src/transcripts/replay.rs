//! Holds a transcript's conversation with a wiki under test.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use super::client::Jar;
use super::compare::compare;
use super::format::{Case, Step, read_cases};
use super::json;
use super::report::{Difference, Lists, Outcome, Report};
use super::send::{Past, Unsendable, request};
use super::values::Memory;
use super::wire::{Reply, exchange};

/// What the replayer needs of a wiki under test.
pub trait Wiki {
    /// Puts a wiki of this kind (`base`, `private`, …) back to the world's rows, with no
    /// sessions and no counters.
    fn reset(&self, kind: &str) -> Result<()>;
    /// The origin of a server with these settings in force, over the database last reset.
    fn origin(&self, kind: &str, settings: &[String]) -> Result<String>;
    /// Runs a statement of MariaDB's dialect on that database; see [`super::to_sqlite`].
    fn sql(&self, statement: &str) -> Result<()>;
    /// Unix time by the wiki's clock; one-time codes are made from it.
    fn now(&self) -> i64 {
        system_time()
    }
}

#[expect(clippy::disallowed_methods, reason = "the default for servers that run by the real clock")]
fn system_time() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.ok().and_then(|since| i64::try_from(since.as_secs()).ok()).unwrap_or_default()
}

/// Resets the wiki, holds the conversation, and compares every reply.
pub fn replay(wiki: &dyn Wiki, case: &Case) -> Outcome {
    match conversation(wiki, case) {
        Ok(differences) if differences.is_empty() => Outcome::Equal,
        Ok(differences) => Outcome::Differs(differences),
        Err(Stop::Unsupported(what)) => Outcome::Unsupported(what),
        Err(Stop::Error(error)) => Outcome::Error(format!("{error:#}")),
    }
}

enum Stop {
    Unsupported(String),
    Error(anyhow::Error),
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Self::Error(error)
    }
}

fn conversation(wiki: &dyn Wiki, case: &Case) -> Result<Vec<Difference>, Stop> {
    wiki.reset(&case.wiki).with_context(|| format!("reset {}", case.wiki))?;
    let mut jars: HashMap<&str, Jar> = HashMap::new();
    let mut replies: Vec<Option<Value>> = Vec::new();
    let mut memory = Memory::default();
    let mut found = Vec::new();
    for (number, step) in case.steps.iter().enumerate() {
        let jar = jars.entry(&step.client).or_default();
        let past = Past { replies: &replies, now: wiki.now() };
        let (origin, reply) = match asked(wiki, case, step, jar, &past) {
            Ok(answer) => answer,
            Err(Unasked::Lost(why)) => {
                // The rest of the conversation has lost its footing.
                let problem = Difference::at("request", "an earlier reply to send from", why);
                found.push(Difference { step: number, ..problem });
                return Ok(found);
            }
            Err(Unasked::Unsupported(what)) => return Err(Stop::Unsupported(what)),
            Err(Unasked::Error(error)) => {
                return Err(error.context(format!("step {number}")).into());
            }
        };
        jar.take(&reply);
        let differences = compare(&step.expect, &reply, &origin, &mut memory);
        found.extend(differences.into_iter().map(|one| Difference { step: number, ..one }));
        replies.push(json::parse(&reply.body).ok());
    }
    Ok(found)
}

enum Unasked {
    Lost(String),
    Unsupported(String),
    Error(anyhow::Error),
}

fn asked(
    wiki: &dyn Wiki,
    case: &Case,
    step: &Step,
    jar: &Jar,
    past: &Past<'_>,
) -> Result<(String, Reply), Unasked> {
    let request = request(step, jar, past).map_err(|problem| match problem {
        Unsendable::Unsupported(what) => Unasked::Unsupported(what),
        Unsendable::Lost(error) => Unasked::Lost(format!("{error:#}")),
    })?;
    for statement in &step.sql_first {
        let done = wiki.sql(statement).with_context(|| statement.clone());
        done.map_err(Unasked::Error)?;
    }
    let origin = wiki.origin(&case.wiki, &step.settings).map_err(Unasked::Error)?;
    let reply = exchange(&origin, &request).map_err(Unasked::Error)?;
    Ok((origin, reply))
}

/// Replays every case of the files and folders that `filter` lets through.
pub fn run(
    paths: &[PathBuf],
    wiki: &dyn Wiki,
    lists: Lists,
    filter: &dyn Fn(&Case) -> bool,
) -> Result<Report> {
    let mut cases = Vec::new();
    for path in paths {
        cases.extend(read_cases(path)?);
    }
    let mut report = Report::new(lists);
    report.check_names(&cases);
    for case in cases.iter().filter(|case| filter(case)) {
        report.add(&case.case, replay(wiki, case));
    }
    Ok(report)
}

#[cfg(test)]
#[path = "replay_tests.rs"]
mod tests;
