//! Requests that need no hash, beside a handler that does nothing.

use anyhow::{Context, Result, ensure};
use daemun_testkit::program::{Home, Server};

use super::{Aim, Row};
use crate::bare::Bare;
use crate::http::{Connection, Place, form, member};
use crate::load::{Load, Outcome};
use crate::statistics::{Rounds, short};
use crate::{process, wiki};

/// Connections of the load.
const CONNECTIONS: usize = 16;
/// Rounds of each contender, in turn.
const ROUNDS: usize = 7;
/// Seconds of a round.
const SECONDS: f64 = 2.0;
/// Sessions that ask who they are.
const SESSIONS: u64 = 200;
/// Sessions that are ended, in each of the two ways, to see that they are over.
const ENDED: u64 = 10;

/// Tokens and user information.
pub(crate) fn measure() -> Result<Vec<Row>> {
    let home = wiki::home(1000)?;
    let server = home.serve()?;
    let place = wiki::place(&server);
    let mut tokens = compare(
        &server,
        "`meta=tokens&type=login`, requests a second",
        &[place.get(wiki::TOKEN, "")],
        "\"logintoken\":\"",
        0.8,
    )?;
    tokens.remarks.push(logged()?);
    let sessions = (1..=SESSIONS)
        .map(|number| Ok(place.get(wiki::USERINFO, &wiki::session(&place, number)?)))
        .collect::<Result<Vec<_>>>()?;
    let mut userinfo = compare(
        &server,
        "`meta=userinfo` with a session (SQLite), requests a second",
        &sessions,
        "\"name\":\"Account ",
        0.3,
    )?;
    ended_sessions_are_over(&home, &place)?;
    userinfo.remarks.push(format!(
        "{ENDED} sessions were logged out and {ENDED} ended by `daemun user end-sessions` from \
         another process; the next answer was nobody's each time."
    ));
    Ok(vec![tokens, userinfo])
}

/// What a line in the log for each request costs, which is the default.
fn logged() -> Result<String> {
    let mut home = wiki::home(1)?;
    home.set("DAEMUN_LOG", "info");
    let server = home.serve()?;
    let load = Load {
        address: server.address(),
        requests: &[wiki::place(&server).get(wiki::TOKEN, "")],
        once: false,
        expect: "\"logintoken\":\"",
        connections: CONNECTIONS,
        seconds: SECONDS,
        pause: None,
    };
    let before = process::cpu_seconds(server.id())?;
    let outcomes = (0..3).map(|_| load.send()).collect::<Result<Vec<_>>>()?;
    let cpu = process::cpu_seconds(server.id())? - before;
    let answers: u64 = outcomes.iter().map(|outcome| outcome.answers).sum();
    Ok(format!(
        "With a line in the log for each request, as by default, daemun answers {} requests a \
         second and uses {} µs for each; another process reads the log meanwhile.",
        Rounds::new(outcomes.iter().map(Outcome::rate)),
        short(cpu * 1e6 / answers as f64)
    ))
}

/// One side of a comparison.
#[derive(Default)]
struct Side {
    rates: Vec<f64>,
    /// Microseconds of the server's CPU for a request.
    costs: Vec<f64>,
    p50: Vec<f64>,
    p99: Vec<f64>,
    /// The load's part of the CPU that both used.
    shares: Vec<f64>,
}

impl Side {
    fn round(&mut self, load: &Load<'_>, id: u32, counts: bool) -> Result<()> {
        let before = process::cpu_seconds(id)?;
        let Outcome { answers, cpu_seconds, p50, p99, .. } = outcome(load, self, counts)?;
        let server = process::cpu_seconds(id)? - before;
        if counts {
            self.costs.push(server * 1e6 / answers as f64);
            self.p50.push(p50);
            self.p99.push(p99);
            self.shares.push(cpu_seconds / (cpu_seconds + server));
        }
        Ok(())
    }

    fn text(&self) -> String {
        Rounds::new(self.rates.iter().copied()).to_string()
    }

    fn remark(&self, who: &str) -> String {
        let median = |values: &[f64]| Rounds::new(values.iter().copied()).median();
        format!(
            "{who}: {} µs of the server's CPU a request, the load took {:.0} % of all CPU used; \
             with {CONNECTIONS} connections p50 {} µs, p99 {} µs.",
            short(median(&self.costs)),
            median(&self.shares) * 100.0,
            short(median(&self.p50)),
            short(median(&self.p99)),
        )
    }
}

fn outcome(load: &Load<'_>, side: &mut Side, counts: bool) -> Result<Outcome> {
    let outcome = load.send()?;
    if counts {
        side.rates.push(outcome.rate());
    }
    Ok(outcome)
}

fn compare(
    server: &Server,
    what: &str,
    requests: &[Vec<u8>],
    expect: &str,
    aim: f64,
) -> Result<Row> {
    let first = requests.first().context("a request")?;
    let answer = Connection::open(server.address())?.ask(first)?.to_vec();
    let bare = Bare::start(&answer)?;
    let load = |address| Load {
        address,
        requests,
        once: false,
        expect,
        connections: CONNECTIONS,
        seconds: SECONDS,
        pause: None,
    };
    let (mut ours, mut theirs) = (Side::default(), Side::default());
    // The first round only warms up.
    for round in 0..=ROUNDS {
        theirs.round(&load(&bare.address), bare.id(), round > 0)?;
        ours.round(&load(server.address()), server.id(), round > 0)?;
    }
    let costs = Rounds::ratios(&theirs.costs, &ours.costs);
    Ok(Row {
        what: what.to_owned(),
        ours: ours.text(),
        theirs: format!("bare handler: {}", theirs.text()),
        figure: Rounds::ratios(&ours.rates, &theirs.rates),
        unit: "×",
        aim: Aim::AtLeast(aim),
        remarks: vec![
            ours.remark("daemun"),
            theirs.remark("Bare handler"),
            format!("By the servers' CPU alone the quotient is {costs}."),
        ],
    })
}

/// Whoever logged out, or was logged out, is nobody in the very next answer.
fn ended_sessions_are_over(home: &Home, place: &Place) -> Result<()> {
    let mut connection = Connection::open(&place.address)?;
    for number in 1..=ENDED * 2 {
        let cookies = wiki::session(place, number)?;
        let who = place.get(wiki::USERINFO, &cookies);
        let name = format!("Account {number}");
        ensure!(member(&connection.text(&who)?, "name") == Some(&name), "{name} is in");
        if number <= ENDED {
            let query = "action=query&meta=tokens&format=json&formatversion=2";
            let answer = connection.text(&place.get(query, &cookies))?;
            let token = member(&answer, "csrftoken").context("a token")?.replace("\\\\", "\\");
            let body = form(&[("action", "logout"), ("token", &token), ("format", "json")]);
            connection.text(&place.post(&body, &cookies))?;
        } else {
            home.run(&["user", "end-sessions", &name])?.well()?;
        }
        let after = connection.text(&who)?;
        ensure!(!after.contains(&name), "a stale session: {after}");
    }
    Ok(())
}
