//! What a page for people costs the server, beside a handler that sends the same bytes.

use anyhow::{Context, Result, ensure};
use daemun_testkit::program::Server;

use super::{Aim, Row};
use crate::bare::Bare;
use crate::http::{Connection, Place};
use crate::load::Load;
use crate::statistics::{Rounds, short};
use crate::{process, wiki};

/// Rounds of each contender, in turn.
const ROUNDS: usize = 5;
/// Seconds of a round: a hundred times the unit in which Linux counts CPU, and more.
const SECONDS: f64 = 1.5;
/// Milliseconds of CPU that a page may take.
const AIM: f64 = 1.0;

/// The pages, by title; whether somebody must be in; and how the row calls it.
const PAGES: [(&str, bool, &str); 5] = [
    ("Special:UserLogin", false, "the form to log in"),
    ("Special:CreateAccount", false, "the form for new accounts"),
    ("Special:BotPasswords", true, "the own bot passwords"),
    ("Special:ApiSandbox", false, "the form to try the API"),
    ("Special:ListUsers", false, "50 accounts of 1000"),
];

/// One row for each page.
pub(crate) fn measure() -> Result<Vec<Row>> {
    let home = wiki::home(1000)?;
    let server = home.serve()?;
    // Whoever changes credentials must have logged in lately: the session is new.
    let cookies = wiki::session(&wiki::place(&server), 1)?;
    let place = Place { address: server.address().to_owned(), path: "/w/index.php".to_owned() };
    let rows = PAGES.iter().map(|(title, is_in, what)| {
        let cookies = if *is_in { cookies.as_str() } else { "" };
        let request = place.get(&format!("title={title}"), cookies);
        let what = format!("`{title}`, {what}: the server's CPU for a page, ms");
        compare(&server, what, &[request]).with_context(|| (*title).to_owned())
    });
    rows.collect()
}

fn compare(server: &Server, what: String, requests: &[Vec<u8>]) -> Result<Row> {
    let first = requests.first().context("a request")?;
    let answer = Connection::open(server.address())?.ask(first)?.to_vec();
    let head = String::from_utf8_lossy(answer.get(..120.min(answer.len())).unwrap_or_default());
    ensure!(head.starts_with("HTTP/1.1 200"), "no page: {head}");
    let bare = Bare::start(&answer)?;
    let (mut ours, mut theirs, mut p50) = (Vec::new(), Vec::new(), Vec::new());
    // The first round only warms up.
    for round in 0..=ROUNDS {
        let bare_cost = cost(&bare.address, bare.id(), requests)?.0;
        let (cost, median) = cost(server.address(), server.id(), requests)?;
        if round > 0 {
            ours.push(cost);
            theirs.push(bare_cost);
            p50.push(median);
        }
    }
    let more = ours.iter().zip(&theirs).map(|(ours, theirs)| ours - theirs);
    Ok(Row {
        what,
        ours: Rounds::new(ours.iter().copied()).to_string(),
        theirs: format!("bare handler: {}", Rounds::new(theirs.iter().copied())),
        figure: Rounds::new(ours.iter().copied()),
        unit: "ms",
        aim: Aim::AtMost(AIM),
        remarks: vec![format!(
            "{} kB; on one connection half of all answers came within {} ms; without what the bare \
             handler costs it is {} ms.",
            short(answer.len() as f64 / 1000.0),
            short(Rounds::new(p50).median() / 1000.0),
            Rounds::new(more)
        )],
    })
}

/// Milliseconds of a server's CPU for an answer on one connection, and the median of microseconds
/// from request to answer.
fn cost(address: &str, id: u32, requests: &[Vec<u8>]) -> Result<(f64, f64)> {
    let load = Load {
        address,
        requests,
        once: false,
        expect: "id=\"firstHeading\"",
        connections: 1,
        seconds: SECONDS,
        pause: None,
    };
    let before = process::cpu_seconds(id)?;
    let outcome = load.send()?;
    let cpu = process::cpu_seconds(id)? - before;
    Ok((cpu * 1000.0 / outcome.answers as f64, outcome.p50))
}
