//! Logins, which are hashes and little else.

use std::time::Duration;

use anyhow::Result;
use daemun_testkit::program::Server;

use super::{Aim, Row};
use crate::bare::Bare;
use crate::hashing;
use crate::http::Connection;
use crate::load::{Load, Outcome, Sender};
use crate::statistics::{Rounds, short};
use crate::{process, wiki};

/// Accounts that log in.
const ACCOUNTS: u64 = 1000;
/// Logins under way at a time.
const CONNECTIONS: usize = 16;
/// The same in a flood that others must not feel.
const CROWD: usize = 64;
/// Rounds of each contender, in turn.
const ROUNDS: usize = 5;
/// Seconds of a round.
const SECONDS: f64 = 5.0;
/// Between two requests whose latency is measured.
const PAUSE: Duration = Duration::from_millis(2);
/// Logins in a row, for the time of one.
const ONE_BY_ONE: usize = 30;

/// All that has to do with logins on few accounts.
pub(crate) fn measure() -> Result<Vec<Row>> {
    let mut home = wiki::home(ACCOUNTS)?;
    let server = home.serve()?;
    let mut rows = latency(&server)?;
    rows.push(one(&server)?);
    home.set("DAEMUN_HASH_LANES", "1");
    rows.push(rate(&home.serve()?)?);
    Ok(rows)
}

/// Memory, of a server that has just been started.
pub(crate) fn memory() -> Result<Vec<Row>> {
    let home = wiki::home(ACCOUNTS)?;
    let server = home.serve()?;
    let place = wiki::place(&server);
    wiki::session(&place, 1)?;
    let (idle, _) = process::megabytes(server.id())?;
    let most = hashing::rate_in_lanes(hashing::ROUNDS, 1.0)?;
    flood(&server, &Flood { clients: CROWD, seconds: SECONDS * 2.0, most })?.finish()?;
    let (after, most) = process::megabytes(server.id())?;
    let row = |what: &str, value: f64, aim| Row {
        what: what.to_owned(),
        ours: String::new(),
        theirs: String::new(),
        figure: Rounds::new([value]),
        unit: "MB",
        aim: Aim::AtMost(aim),
        remarks: Vec::new(),
    };
    let mut during = row("Memory (resident), at most during a flood of logins", most, 60.0);
    during.remarks.push(format!("After the flood it was {} MB.", short(after)));
    Ok(vec![row("Memory (resident), after the first login", idle, 20.0), during])
}

/// A flood of logins.
pub(super) struct Flood {
    /// How many are under way at a time.
    pub(super) clients: usize,
    /// For how long.
    pub(super) seconds: f64,
    /// How many a second there can be at most.
    pub(super) most: f64,
}

/// Logins for so long, as many as there is time for.
pub(super) fn flood(server: &Server, flood: &Flood) -> Result<Sender> {
    let Flood { clients, seconds, most } = *flood;
    let place = wiki::place(server);
    // Some more than can be done.
    let count = seconds * most * 1.5;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few thousand")]
    let count = count as u64 + clients as u64;
    let requests = wiki::logins(&place, count, ACCOUNTS)?;
    let load = Load {
        address: server.address(),
        requests: &requests,
        once: true,
        expect: wiki::PASS,
        connections: clients,
        seconds,
        pause: None,
    };
    load.start()
}

fn rate(server: &Server) -> Result<Row> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let (mut costs, mut shares) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let most = hashing::rate(hashing::ROUNDS, SECONDS)?;
        theirs.push(most);
        let sender = flood(server, &Flood { clients: CONNECTIONS, seconds: SECONDS, most })?;
        let before = process::cpu_seconds(server.id())?;
        let outcome = sender.finish()?;
        let cpu = process::cpu_seconds(server.id())? - before;
        ours.push(outcome.rate());
        costs.push(outcome.answers as f64 / cpu);
        shares.push(outcome.cpu_seconds / (cpu + outcome.cpu_seconds) * 100.0);
    }
    let processors = hashing::processors() as f64;
    let alone = Rounds::new(theirs.iter().map(|rate| rate / processors));
    Ok(Row {
        what: "Password logins a second with one lane, PBKDF2-HMAC-SHA512 with 30 000 rounds"
            .to_owned(),
        ours: Rounds::new(ours.clone()).to_string(),
        theirs: format!("hashes alone: {}", Rounds::new(theirs.clone())),
        figure: Rounds::ratios(&ours, &theirs),
        unit: "×",
        aim: Aim::AtLeast(0.95),
        remarks: vec![format!(
            "{} logins for a second of the server's CPU, beside {alone} hashes for a second of one \
             processor; the load took {} % of all CPU used.",
            Rounds::new(costs),
            Rounds::new(shares)
        )],
    })
}

/// A kind of request that needs no hash, asked for while nothing else happens and during a flood.
struct Probe<'a> {
    what: &'static str,
    address: &'a str,
    requests: [Vec<u8>; 1],
    expect: &'static str,
    idle: Vec<Outcome>,
    busy: Vec<Outcome>,
}

impl<'a> Probe<'a> {
    fn new(what: &'static str, address: &'a str, request: Vec<u8>, expect: &'static str) -> Self {
        Self { what, address, requests: [request], expect, idle: Vec::new(), busy: Vec::new() }
    }

    fn ask(&self) -> Result<Outcome> {
        let load = Load {
            address: self.address,
            requests: &self.requests,
            once: false,
            expect: self.expect,
            connections: 1,
            seconds: SECONDS,
            pause: Some(PAUSE),
        };
        load.send()
    }

    fn row(&self) -> Row {
        let p99 = |all: &[Outcome]| all.iter().map(|outcome| outcome.p99).collect::<Vec<_>>();
        let (busy, idle) = (p99(&self.busy), p99(&self.idle));
        Row {
            what: format!("Latency of {} during a flood of logins, p99 in µs", self.what),
            ours: Rounds::new(busy.clone()).to_string(),
            theirs: format!("idle: {}", Rounds::new(idle.clone())),
            figure: Rounds::ratios(&busy, &idle),
            unit: "×",
            aim: Aim::AtMost(2.0),
            remarks: vec![self.remark()],
        }
    }

    /// All quantiles.
    fn remark(&self) -> String {
        let text = |all: &[Outcome], quantile: fn(&Outcome) -> f64| {
            Rounds::new(all.iter().map(quantile)).to_string()
        };
        let both = |name: &str, quantile: fn(&Outcome) -> f64| {
            let (busy, idle) = (text(&self.busy, quantile), text(&self.idle, quantile));
            format!("{name} is {busy} µs during the flood, {idle} µs idle")
        };
        let quantiles = [
            both("p50", |outcome| outcome.p50),
            both("p95", |outcome| outcome.p95),
            both("p99", |outcome| outcome.p99),
        ];
        format!("{}: {}.", self.what, quantiles.join("; "))
    }
}

fn latency(server: &Server) -> Result<Vec<Row>> {
    let place = wiki::place(server);
    let token = place.get(wiki::TOKEN, "");
    let userinfo = place.get(wiki::USERINFO, &wiki::session(&place, 1)?);
    let bare = Bare::start(Connection::open(&place.address)?.ask(&token)?)?;
    let mut probes = [
        Probe::new("a token request", &place.address, token.clone(), "\"logintoken\":\""),
        Probe::new("`meta=userinfo`", &place.address, userinfo, "\"name\":\"Account "),
        Probe::new("the bare handler beside it", &bare.address, token, "\"logintoken\":\""),
    ];
    let most = hashing::rate_in_lanes(hashing::ROUNDS, 1.0)?;
    for _ in 0..ROUNDS {
        for probe in &mut probes {
            let outcome = probe.ask()?;
            probe.idle.push(outcome);
        }
        let seconds = SECONDS * probes.len() as f64 + 1.5;
        let sender = flood(server, &Flood { clients: CROWD, seconds, most })?;
        std::thread::sleep(Duration::from_millis(500));
        for probe in &mut probes {
            let outcome = probe.ask()?;
            probe.busy.push(outcome);
        }
        sender.finish()?;
    }
    let [token, userinfo, bare] = &probes;
    let mut rows = vec![token.row(), userinfo.row()];
    if let Some(row) = rows.first_mut() {
        row.remarks.push(bare.remark());
    }
    Ok(rows)
}

fn one(server: &Server) -> Result<Row> {
    let place = wiki::place(server);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        theirs.push(Rounds::new(hashing::times(ONE_BY_ONE)?).median());
        ours.push(one_by_one(server, &wiki::logins(&place, ONE_BY_ONE as u64, ACCOUNTS)?)?);
    }
    let ratio = Rounds::ratios(&ours, &theirs);
    let overhead = Rounds::new(ours.iter().zip(&theirs).map(|(a, b)| (a - b) * 1000.0));
    Ok(Row {
        what: "One login, nothing else running, in ms".to_owned(),
        ours: Rounds::new(ours.clone()).to_string(),
        theirs: format!("the hash alone: {}", Rounds::new(theirs.clone())),
        figure: ratio,
        unit: "×",
        aim: Aim::AtMost(1.05),
        remarks: vec![if overhead.median() < 0.0 {
            let less = Rounds::new(theirs.iter().zip(&ours).map(|(a, b)| (a - b) * 1000.0));
            format!(
                "It takes {less} µs less than the hash alone, the way to the server and back \
                 included: the server computes one hash in a faster way."
            )
        } else {
            format!(
                "All but the hash takes {overhead} µs, the way to the server and back included."
            )
        }],
    })
}

/// The time of half of these logins at most, one after the other, in milliseconds.
pub(super) fn one_by_one(server: &Server, requests: &[Vec<u8>]) -> Result<f64> {
    let load = Load {
        address: server.address(),
        requests,
        once: true,
        expect: wiki::PASS,
        connections: 1,
        seconds: 60.0,
        pause: Some(Duration::ZERO),
    };
    Ok(load.send()?.p50 / 1000.0)
}
