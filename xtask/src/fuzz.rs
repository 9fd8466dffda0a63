//! `cargo xtask fuzz`: long runs of the fuzz targets under libFuzzer.
//!
//! What `cargo-fuzz` does, without it and on the stable compiler: libFuzzer needs nothing but the
//! coverage that the compiler's own flags put in.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use daemun_fuzz::{TARGETS, Target};

use crate::root;

/// Counters at each edge, and what is compared with what: LLVM's `SanitizerCoverage`.
const COVERAGE: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// Longest time for one input in seconds, and most memory of the whole in MiB.
const LIMITS: [&str; 2] = ["-timeout=10", "-rss_limit_mb=2048"];

/// The arguments.
#[derive(clap::Args)]
pub(crate) struct Fuzz {
    /// The targets; all of them where none is named
    targets: Vec<String>,
    /// How long each one runs
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    minutes: u32,
}

impl Fuzz {
    pub(crate) fn run(self) -> Result<bool> {
        let targets = chosen(&self.targets)?;
        let program = build()?;
        let mut good = true;
        for target in targets {
            println!("xtask: fuzzing {} for {} min", target.name, self.minutes);
            good &= run(&program, target, self.minutes)?;
        }
        Ok(good)
    }
}

fn chosen(names: &[String]) -> Result<Vec<&'static Target>> {
    if names.is_empty() {
        return Ok(TARGETS.iter().collect());
    }
    let find = |name: &String| {
        let known = || TARGETS.iter().map(|target| target.name).collect::<Vec<_>>().join(", ");
        daemun_fuzz::target(name)
            .with_context(|| format!("no target {name}; there are {}", known()))
    };
    names.iter().map(find).collect()
}

/// The folder of everything that is not committed: the build, found inputs, the growing corpus.
fn folder() -> PathBuf {
    root().join("target/fuzz")
}

fn build() -> Result<PathBuf> {
    let host = host()?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--locked", "--package", "daemun-fuzz", "--bin", "fuzz"])
        .args(["--features", "libfuzzer", "--profile", "fuzz"])
        // With a target named, build scripts and macros are spared the flags.
        .args(["--target", &host, "--target-dir"])
        .arg(folder())
        .env("RUSTFLAGS", COVERAGE.join(" "))
        .current_dir(root())
        .status()
        .context("running cargo")?;
    if !status.success() {
        bail!("the targets do not build");
    }
    Ok(folder().join(host).join("fuzz/fuzz"))
}

/// What this machine is called: `x86_64-unknown-linux-gnu`.
fn host() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("running rustc")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}

fn run(program: &Path, target: &Target, minutes: u32) -> Result<bool> {
    let folder = folder().join(target.name);
    let (corpus, scratch) = (folder.join("corpus"), folder.join("scratch"));
    for made in [&corpus, &scratch] {
        std::fs::create_dir_all(made).with_context(|| made.display().to_string())?;
    }
    let words = folder.join("words");
    std::fs::write(&words, dictionary(target)).with_context(|| words.display().to_string())?;
    let status = Command::new(program)
        .arg(&corpus)
        .arg(root().join("fuzz/corpus").join(target.name))
        .arg(format!("-dict={}", words.display()))
        .arg(format!("-artifact_prefix={}/found-", folder.display()))
        .arg(format!("-max_total_time={}", minutes.saturating_mul(60)))
        .arg(format!("-max_len={}", target.longest))
        .args(LIMITS)
        .arg("-print_final_stats=1")
        .env("DAEMUN_FUZZ_TARGET", target.name)
        .env("TMPDIR", &scratch)
        .status()
        .with_context(|| program.display().to_string())?;
    std::fs::remove_dir_all(&scratch).with_context(|| scratch.display().to_string())?;
    if !status.success() {
        println!("xtask: {}: the input is {}/found-*", target.name, folder.display());
    }
    Ok(status.success())
}

/// The target's words in libFuzzer's form.
fn dictionary(target: &Target) -> String {
    let escaped = |word: &str| word.bytes().map(|b| format!("\\x{b:02X}")).collect::<String>();
    target.words.iter().map(|word| format!("\"{}\"\n", escaped(word))).collect()
}
