//! The same requests on a real MediaWiki, side by side.

use anyhow::Result;

use super::{Aim, Row};
use crate::http::Place;
use crate::load::Load;
use crate::mediawiki::MediaWiki;
use crate::statistics::Rounds;
use crate::{hashing, wiki};

/// Accounts on each.
const ACCOUNTS: u64 = 200;
/// Requests for tokens under way at a time. Of logins there are only as many as processors: with
/// more, MediaWiki's wait for each other's writes to SQLite.
const CONNECTIONS: usize = 8;
/// Logins that are prepared for a round: more than there is time for.
const LOGINS: u64 = 1500;
/// Rounds of each contender, in turn.
const ROUNDS: usize = 3;
/// Seconds of a round.
const SECONDS: f64 = 5.0;

/// Tokens and logins.
pub(crate) fn measure() -> Result<Vec<Row>> {
    let home = wiki::home(ACCOUNTS)?;
    let server = home.serve()?;
    let theirs = MediaWiki::start(ACCOUNTS)?;
    let places = [wiki::place(&server), theirs.place.clone()];
    // The first round only warms up: opcache compiles then.
    tokens(&places[1])?;
    let mut rows = vec![
        compare("`meta=tokens&type=login`, requests a second", &places, tokens, 100.0)?,
        compare("Password logins a second, 30 000 rounds", &places, logins, 10.0)?,
    ];
    for row in &mut rows {
        row.remarks.push(format!("Beside {}.", theirs.what));
    }
    Ok(rows)
}

fn compare(
    what: &str,
    [own, other]: &[Place; 2],
    measure: fn(&Place) -> Result<f64>,
    aim: f64,
) -> Result<Row> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        theirs.push(measure(other)?);
        ours.push(measure(own)?);
    }
    Ok(Row {
        what: what.to_owned(),
        ours: Rounds::new(ours.clone()).to_string(),
        theirs: format!("MediaWiki: {}", Rounds::new(theirs.clone())),
        figure: Rounds::ratios(&ours, &theirs),
        unit: "×",
        aim: Aim::AtLeast(aim),
        remarks: Vec::new(),
    })
}

fn tokens(place: &Place) -> Result<f64> {
    let requests = [place.get(wiki::TOKEN, "")];
    rate(&Load { requests: &requests, ..load(place, "\"logintoken\":\"", CONNECTIONS) })
}

fn logins(place: &Place) -> Result<f64> {
    let requests = wiki::logins(place, LOGINS, ACCOUNTS)?;
    let load = load(place, wiki::PASS, hashing::processors());
    rate(&Load { requests: &requests, once: true, ..load })
}

fn load<'a>(place: &'a Place, expect: &'a str, connections: usize) -> Load<'a> {
    Load {
        address: &place.address,
        requests: &[],
        once: false,
        expect,
        connections,
        seconds: SECONDS,
        pause: None,
    }
}

fn rate(load: &Load<'_>) -> Result<f64> {
    Ok(load.send()?.rate())
}
