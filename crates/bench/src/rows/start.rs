//! From the start of the process to the first answer.

use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use daemun_testkit::program::{Home, free_port};

use super::{Aim, Row};
use crate::http::{Connection, Place};
use crate::statistics::Rounds;
use crate::wiki;

/// Starts that are measured.
const STARTS: usize = 20;

pub(crate) fn measure() -> Result<Vec<Row>> {
    let home = wiki::home(1000)?;
    let times = (0..STARTS).map(|_| once(&home)).collect::<Result<Vec<_>>>()?;
    Ok(vec![Row {
        what: "Start of the program to its first answer".to_owned(),
        ours: String::new(),
        theirs: String::new(),
        figure: Rounds::new(times),
        unit: "ms",
        aim: Aim::AtMost(50.0),
        remarks: vec![format!(
            "{STARTS} starts on a data folder that is there, with 1000 accounts."
        )],
    }])
}

fn once(home: &Home) -> Result<f64> {
    let address = format!("127.0.0.1:{}", free_port()?);
    let place = Place { address, path: "/w/api.php".to_owned() };
    let request = place.get(wiki::TOKEN, "");
    let mut command = home.command(&["serve", "--listen", &place.address])?;
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let begun = Instant::now();
    let mut child = command.spawn()?;
    let answered = loop {
        let answer = Connection::open(&place.address).and_then(|mut line| line.text(&request));
        if let Ok(answer) = answer {
            break answer;
        }
        if begun.elapsed() > Duration::from_secs(10) {
            break String::new();
        }
        std::thread::sleep(Duration::from_micros(200));
    };
    let time = begun.elapsed().as_secs_f64() * 1000.0;
    child.kill()?;
    child.wait()?;
    if !answered.contains("logintoken") {
        bail!("no answer after the start: {answered}");
    }
    Ok(time)
}
