//! The same requests on a real MediaWiki, side by side.

use anyhow::Result;

use super::{Aim, Row};
use crate::http::Place;
use crate::load::Load;
use crate::mediawiki::MediaWiki;
use crate::statistics::Rounds;
use crate::wiki;

/// Accounts on each.
const ACCOUNTS: u64 = 200;
/// Requests under way at a time.
const CONNECTIONS: usize = 8;
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
        row.remarks.push(format!("Beside {}; {CONNECTIONS} connections.", theirs.what));
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
    send(place, &[place.get(wiki::TOKEN, "")], false, "\"logintoken\":\"")
}

fn logins(place: &Place) -> Result<f64> {
    send(place, &wiki::logins(place, 1500, ACCOUNTS)?, true, wiki::PASS)
}

fn send(place: &Place, requests: &[Vec<u8>], once: bool, expect: &str) -> Result<f64> {
    let load = Load {
        address: &place.address,
        requests,
        once,
        expect,
        connections: CONNECTIONS,
        seconds: SECONDS,
        pause: None,
    };
    Ok(load.send()?.rate())
}
