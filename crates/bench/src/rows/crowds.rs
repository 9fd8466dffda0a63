//! Logins of crowds of several sizes: one hash at a time, and in lanes.

use anyhow::Result;
use daemun_lanes::Width;
use daemun_testkit::program::{Home, Server};

use super::logins::{Flood, flood};
use super::{Aim, Row};
use crate::load::Outcome;
use crate::statistics::Rounds;
use crate::{hashing, process, wiki};

/// MediaWiki's default, and daemun's for new passwords.
const HASHES: [u32; 2] = [hashing::ROUNDS, 210_000];
/// Logins under way at a time.
const CLIENTS: [usize; 4] = [1, 8, 64, 512];
/// The crowd that the aim is about.
const CROWD: usize = 64;
/// Accounts that log in.
const ACCOUNTS: u64 = 1000;
/// Rounds of each contender, in turn.
const ROUNDS: usize = 3;
/// Seconds of a round.
const SECONDS: f64 = 3.0;
/// Somebody who has waited for so long, in seconds, is sent away.
const PATIENCE: f64 = 12.0;

/// What the crowds showed.
pub(crate) struct Crowds {
    /// Lines of a table of its own.
    pub(crate) lines: Vec<String>,
    /// The one that has an aim.
    pub(crate) row: Row,
}

/// A contender: a server, and what it did for a crowd.
struct Contender {
    name: &'static str,
    server: Server,
    _home: Home,
    seen: Vec<Vec<Seen>>,
}

struct Seen {
    outcome: Outcome,
    cpu: f64,
}

impl Contender {
    fn start(name: &'static str, lanes: &str, rounds: u32) -> Result<Self> {
        let mut home = wiki::home_of(ACCOUNTS, rounds)?;
        home.set("DAEMUN_HASH_LANES", lanes);
        let server = home.serve()?;
        let seen = CLIENTS.iter().map(|_| Vec::new()).collect();
        Ok(Self { name, server, _home: home, seen })
    }

    /// Has a crowd log in.
    fn serve(&self, clients: usize, most: f64) -> Result<Seen> {
        let sender = flood(&self.server, &Flood { clients, seconds: SECONDS, most })?;
        let before = process::cpu_seconds(self.server.id())?;
        let outcome = sender.finish()?;
        Ok(Seen { outcome, cpu: process::cpu_seconds(self.server.id())? - before })
    }
}

pub(crate) fn measure() -> Result<Crowds> {
    let mut crowds = Vec::new();
    for rounds in HASHES {
        crowds.push(crowd(rounds)?);
    }
    let mut all = crowds.into_iter();
    let Some(mut first) = all.next() else { anyhow::bail!("nothing to measure") };
    first.lines.extend(all.flat_map(|more| more.lines));
    Ok(first)
}

fn crowd(rounds: u32) -> Result<Crowds> {
    let mut contenders = [
        Contender::start("one at a time", "1", rounds)?,
        Contender::start("in lanes", "auto", rounds)?,
    ];
    let (mut alone, mut lanes) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        alone.push(hashing::rate(rounds, SECONDS)?);
        lanes.push(hashing::rate_in_lanes(rounds, SECONDS)?);
        let most = [alone.last(), lanes.last()].map(|rate| rate.copied().unwrap_or(1.0));
        for (index, clients) in CLIENTS.into_iter().enumerate() {
            for (contender, most) in contenders.iter_mut().zip(most) {
                if clients as f64 / most > PATIENCE {
                    continue;
                }
                let seen = contender.serve(clients, most)?;
                if let Some(all) = contender.seen.get_mut(index) {
                    all.push(seen);
                }
            }
        }
    }
    let mut lines = vec![
        line(rounds, "hashes alone, one at a time", None, &alone, &alone),
        line(rounds, "hashes alone, in lanes", None, &lanes, &alone),
    ];
    for (index, clients) in CLIENTS.into_iter().enumerate() {
        for contender in &contenders {
            let seen = contender.seen.get(index).map(Vec::as_slice).unwrap_or_default();
            let rates: Vec<f64> = seen.iter().map(|seen| seen.outcome.rate()).collect();
            lines.push(line(rounds, contender.name, Some((clients, seen)), &rates, &alone));
        }
    }
    let [_, in_lanes] = &contenders;
    let index = CLIENTS.iter().position(|clients| *clients == CROWD).unwrap_or_default();
    let seen = in_lanes.seen.get(index).map(Vec::as_slice).unwrap_or_default();
    Ok(Crowds { lines, row: row(seen, &alone) })
}

fn row(seen: &[Seen], alone: &[f64]) -> Row {
    let ours: Vec<f64> = seen.iter().map(|seen| seen.outcome.rate()).collect();
    let width = Width::best();
    let aim = match width.lanes() {
        8 => 5.0,
        4 => 3.0,
        _ => 0.95,
    };
    Row {
        what: format!(
            "Password logins a second in lanes ({width:?}), {CROWD} at a time, 30 000 rounds"
        ),
        ours: Rounds::new(ours.clone()).to_string(),
        theirs: format!("hashes alone, one at a time: {}", Rounds::new(alone.to_vec())),
        figure: Rounds::ratios(&ours, alone),
        unit: "×",
        aim: Aim::AtLeast(aim),
        remarks: Vec::new(),
    }
}

/// A line of the table of crowds.
fn line(
    rounds: u32,
    name: &str,
    served: Option<(usize, &[Seen])>,
    rates: &[f64],
    alone: &[f64],
) -> String {
    if rates.is_empty() {
        let clients = served.map(|(clients, _)| clients.to_string()).unwrap_or_default();
        return format!("| {rounds} | {name} | {clients} | more than can be served in 15 s ||||||");
    }
    let rate = Rounds::new(rates.to_vec());
    let ratio = Rounds::ratios(rates, alone.get(..rates.len()).unwrap_or(alone));
    let Some((clients, seen)) = served else {
        return format!("| {rounds} | {name} | | {rate} | {ratio} × | | | | |");
    };
    let of = |figure: fn(&Seen) -> f64| Rounds::new(seen.iter().map(figure)).to_string();
    let per_second = of(|seen| seen.outcome.answers as f64 / seen.cpu);
    let share = of(|seen| seen.outcome.cpu_seconds / (seen.cpu + seen.outcome.cpu_seconds) * 100.0);
    let p50 = of(|seen| seen.outcome.p50 / 1000.0);
    let p99 = of(|seen| seen.outcome.p99 / 1000.0);
    format!(
        "| {rounds} | {name} | {clients} | {rate} | {ratio} × | {per_second} | {p50} | {p99} | \
         {share} % |"
    )
}
