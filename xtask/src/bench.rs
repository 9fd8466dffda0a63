//! `cargo xtask bench` and `cargo xtask timing`.

use std::process::Command;

use anyhow::{Context, Result};

use crate::root;

/// The arguments, which are those of `daemun-bench table`.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Bench {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// The arguments, which are those of `daemun-bench timing`.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Timing {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

impl Timing {
    pub(crate) fn run(self) -> Result<bool> {
        run("timing", &self.arguments)
    }
}

impl Bench {
    pub(crate) fn run(self) -> Result<bool> {
        run("table", &self.arguments)
    }
}

fn run(command: &str, arguments: &[String]) -> Result<bool> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(program)
        .args(["run", "--release", "--locked", "--quiet", "--package", "daemun-bench", "--"])
        .arg(command)
        .args(arguments)
        .current_dir(root())
        .status()
        .context("running cargo")?;
    Ok(status.success())
}
