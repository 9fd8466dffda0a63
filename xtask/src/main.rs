//! Every chore of the project as a command: `cargo xtask --help`.

mod bench;
mod common_passwords;
mod fuzz;
mod instructions;
mod oracle;
mod test;
mod tools;
mod transcripts;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's chores")]
enum Chore {
    /// Set up all that the tests need, and run them
    Test(test::Test),
    /// Replay recorded conversations with a real MediaWiki and compare the answers
    Transcripts(transcripts::Transcripts),
    /// Measure daemun beside what it is compared to, and write docs/benchmarks.md
    Bench(bench::Bench),
    /// See whether refused logins can be told apart by the time they take
    Timing(bench::Timing),
    /// Count the instructions of a few requests and compare them to what is expected
    Instructions(instructions::Instructions),
    /// Start and stop a real MediaWiki that clients are tried against
    #[command(subcommand)]
    Oracle(oracle::Oracle),
    /// Look for input that breaks a promise, with libFuzzer
    Fuzz(fuzz::Fuzz),
    /// Make the filter of common passwords from lists, one password a line
    #[command(subcommand)]
    CommonPasswords(common_passwords::CommonPasswords),
}

fn main() -> ExitCode {
    let done = match Chore::parse() {
        Chore::Test(test) => test.run(),
        Chore::Transcripts(transcripts) => transcripts.run(),
        Chore::Bench(bench) => bench.run(),
        Chore::Timing(timing) => timing.run(),
        Chore::Instructions(instructions) => instructions.run(),
        Chore::Oracle(oracle) => oracle.run(),
        Chore::Fuzz(fuzz) => fuzz.run(),
        Chore::CommonPasswords(common) => common.run(),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace.
fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(PathBuf::from).unwrap_or(here)
}
