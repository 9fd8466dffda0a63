//! Few accounts and very many.

use std::time::Instant;

use anyhow::Result;

use super::logins::one_by_one;
use super::{Aim, Row};
use crate::statistics::{Rounds, short};
use crate::wiki;

/// The few.
const FEW: u64 = 1000;
/// Rounds of each contender, in turn.
const ROUNDS: usize = 5;
/// Logins of a round.
const LOGINS: u64 = 40;

/// The time of a login among `many` accounts.
pub(crate) fn measure(many: u64) -> Result<Vec<Row>> {
    let begun = Instant::now();
    let (small, large) = (wiki::home(FEW)?, wiki::home(many)?);
    let written = begun.elapsed().as_secs_f64();
    let size = std::fs::metadata(large.data().join("wiki.sqlite"))?.len() as f64 / 1e6;
    let (few, lots) = (small.serve()?, large.serve()?);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        theirs.push(one_by_one(&few, &wiki::logins(&wiki::place(&few), LOGINS, FEW)?)?);
        ours.push(one_by_one(&lots, &wiki::logins(&wiki::place(&lots), LOGINS, many)?)?);
    }
    Ok(vec![Row {
        what: format!("One login among {} accounts, in ms", short(many as f64)),
        ours: Rounds::new(ours.clone()).to_string(),
        theirs: format!("among {}: {}", short(FEW as f64), Rounds::new(theirs.clone())),
        figure: Rounds::ratios(&ours, &theirs),
        unit: "×",
        aim: Aim::AtMost(1.1),
        remarks: vec![format!(
            "The accounts' file has {} MB; writing the rows took {} s.",
            short(size),
            short(written)
        )],
    }])
}
