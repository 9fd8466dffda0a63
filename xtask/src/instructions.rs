//! `cargo xtask instructions`: how many instructions a request takes, as a guard against becoming
//! slower unnoticed.
//!
//! Times differ from machine to machine and from run to run; instructions hardly do. valgrind shows
//! every program the same old processor, so it does not matter either what the machine's own can do.
//! The program does the same thing some times and then more times; the difference is the requests.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::{root, tools};

/// The expected counts, a line each: what, and how many instructions.
const EXPECTED: &str = "crates/bench/instructions.txt";
/// By which part a count may differ before somebody must look: the allocator and the hash maps of
/// libraries do not do exactly the same each time.
const TOLERANCE: f64 = 0.04;
/// How often in the short run and in the long one.
const TIMES: [u64; 2] = [20, 120];

/// The arguments.
#[derive(clap::Args, Default)]
pub(crate) struct Instructions {
    /// Write what was counted as what is expected
    #[arg(long)]
    write: bool,
}

impl Instructions {
    pub(crate) fn run(self) -> Result<bool> {
        tools::provide(&[tools::VALGRIND]);
        if !tools::is_there(&tools::VALGRIND) {
            // Said already, and a machine without it can still run all else.
            return Ok(true);
        }
        let program = build()?;
        let file = root().join(EXPECTED);
        let text = std::fs::read_to_string(&file).with_context(|| EXPECTED.to_owned())?;
        let mut good = true;
        let mut lines = Vec::new();
        for line in text.lines() {
            let (what, expected) = line.split_once(' ').context("a line is WHAT COUNT")?;
            let expected: u64 = expected.trim().parse().with_context(|| line.to_owned())?;
            let counted = count(&program, what)?;
            good &= self.write || judge(what, counted, expected);
            lines.push(format!("{what} {counted}\n"));
        }
        ensure!(!lines.is_empty(), "{EXPECTED} expects nothing");
        if self.write {
            std::fs::write(&file, lines.concat())?;
            print!("{}", lines.concat());
        }
        Ok(good)
    }
}

/// Whether a count is what it was, told in a sentence.
fn judge(what: &str, counted: u64, expected: u64) -> bool {
    let change = counted as f64 / expected as f64 - 1.0;
    let percent = change.abs() * 100.0;
    let update = "cargo xtask instructions --write";
    if change > TOLERANCE {
        println!(
            "xtask: {what} takes {counted} instructions, {percent:.1} % more than the {expected} of \
             {EXPECTED}: make it cheaper, or say in the commit why it must cost more and run \
             `{update}`"
        );
    } else if change < -TOLERANCE {
        println!(
            "xtask: {what} takes {counted} instructions, {percent:.1} % fewer than the {expected} of \
             {EXPECTED}: well done; run `{update}` so that it stays so"
        );
    } else {
        println!("xtask: {what} takes {counted} instructions ({:+.1} %)", change * 100.0);
    }
    change.abs() <= TOLERANCE
}

/// The program, optimised. Dependencies are optimised in every build, so only the project itself
/// is compiled once more.
fn build() -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--locked", "--package", "daemun-bench"])
        .args(["--config", "profile.dev.opt-level=2", "--config", "profile.dev.incremental=false"])
        .current_dir(root())
        .status()
        .context("running cargo")?;
    ensure!(status.success(), "daemun-bench does not build");
    Ok(target.join("debug/daemun-bench"))
}

/// Instructions of doing something once.
fn count(program: &PathBuf, what: &str) -> Result<u64> {
    let [short, long] = TIMES;
    let difference =
        collected(program, what, long)?.saturating_sub(collected(program, what, short)?);
    Ok(difference / (long - short))
}

fn collected(program: &PathBuf, what: &str, times: u64) -> Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["count", what, &times.to_string()])
        .output()
        .context("running valgrind")?;
    let said = String::from_utf8_lossy(&output.stderr);
    let count =
        said.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    match count {
        Some(count) if output.status.success() => Ok(count),
        _ => bail!("counting {what}: {said}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_may_differ_a_little_either_way() {
        assert!(judge("x", 1030, 1000) && judge("x", 970, 1000));
        assert!(!judge("x", 1050, 1000) && !judge("x", 950, 1000));
    }
}
