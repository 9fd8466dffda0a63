//! `cargo xtask test`: everything that must hold, in one command.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::instructions::Instructions;
use crate::{oracle, root, tools};

/// The arguments.
#[derive(clap::Args)]
pub(crate) struct Test {
    /// Leave out formatting, lints and documentation
    #[arg(long)]
    only_tests: bool,
    /// Leave out the published clients and browsers, which are installed from PyPI and npm
    #[arg(long)]
    no_clients: bool,
    /// Leave out the count of instructions, which needs valgrind
    #[arg(long)]
    no_instructions: bool,
}

impl Test {
    pub(crate) fn run(self) -> Result<bool> {
        let mut steps: Vec<(&str, Vec<&str>)> = Vec::new();
        if !self.only_tests {
            steps.push(("formatting", vec!["fmt", "--all", "--check"]));
            steps.push((
                "lints",
                vec!["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
            ));
            steps.push(("documentation", vec!["doc", "--workspace", "--no-deps", "--locked"]));
        }
        steps.push(("tests", vec!["test", "--workspace", "--locked"]));
        if !self.no_clients {
            tools::provide(&tools::TOOLS);
        }
        let brought_up = oracle::bring_up();
        let mut failed = Vec::new();
        for (name, arguments) in steps {
            println!("xtask: {name}");
            let begun = Instant::now();
            let good = cargo(&arguments, !self.no_clients)?;
            println!("xtask: {name}: {} ({} s)", word(good), begun.elapsed().as_secs());
            if !good {
                failed.push(name);
            }
        }
        if brought_up {
            oracle::take_down();
        }
        if !self.no_instructions {
            println!("xtask: instructions");
            let begun = Instant::now();
            let good = Instructions::default().run()?;
            println!("xtask: instructions: {} ({} s)", word(good), begun.elapsed().as_secs());
            if !good {
                failed.push("instructions");
            }
        }
        if failed.is_empty() {
            println!("xtask: all good");
        } else {
            println!("xtask: FAILED: {}", failed.join(", "));
        }
        Ok(failed.is_empty())
    }
}

fn word(good: bool) -> &'static str {
    if good { "good" } else { "FAILED" }
}

fn cargo(arguments: &[&str], clients: bool) -> Result<bool> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root()).env("RUSTDOCFLAGS", "-D warnings");
    if clients {
        command.env("DAEMUN_TEST_CLIENTS", "1");
    }
    let status =
        command.status().with_context(|| format!("running cargo {}", arguments.join(" ")))?;
    Ok(status.success())
}
