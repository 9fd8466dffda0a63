//! Measures daemun beside what it is compared to, and counts its instructions.
//!
//! `cargo xtask bench` runs `table`. The other commands are the processes that it starts: the load
//! has one of its own, so that its work is never counted as the server's.

mod bare;
mod count;
mod hashing;
mod http;
mod load;
mod machine;
mod mediawiki;
mod page;
mod process;
mod rows;
mod statistics;
mod table;
mod timing;
mod wiki;

use anyhow::Result;
use clap::Parser;

#[derive(Parser)]
#[command(name = "daemun-bench", about = "Measures daemun")]
enum Command {
    /// Measure everything and write docs/benchmarks.md
    Table(table::Options),
    /// See whether refused logins can be told apart by the time they take
    Timing(timing::Options),
    /// Send prepared requests and say how long the answers took
    Load(load::Options),
    /// Answer every request with the same bytes
    Bare(bare::Options),
    /// Do the same so many times, for a count of instructions
    Count(count::Options),
}

fn main() -> Result<()> {
    match Command::parse() {
        Command::Table(options) => options.run(),
        Command::Timing(options) => options.run(),
        Command::Load(options) => options.run(),
        Command::Bare(options) => options.run(),
        Command::Count(options) => options.run(),
    }
}
