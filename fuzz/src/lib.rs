//! What must hold for any bytes that a stranger sends or a database holds.
//!
//! A target is a function of bytes that panics where something does not hold. The same functions
//! run under libFuzzer (`cargo xtask fuzz`), which looks for bytes that reach new code, and in the
//! tests (`fuzz/tests`), over the corpus and what little random changes make of it.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a target says by a panic that something does not hold"
)]

pub mod changes;
mod targets;

/// A function of bytes that panics where something does not hold.
pub struct Target {
    /// Its name, and that of its folder in `fuzz/corpus`.
    pub name: &'static str,
    /// Runs it.
    pub run: fn(&[u8]),
    /// Words of its language, for a fuzzer to put in.
    pub words: &'static [&'static str],
    /// Longest input that is worth trying, in bytes.
    pub longest: usize,
}

/// All targets.
pub static TARGETS: &[Target] = targets::ALL;

/// A target by its name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
