//! Measures every width that this processor has, for every number of jobs:
//! `cargo run --release -p daemun-lanes --example speed`.
//!
//! Times are of 30 000 rounds, and the best of many short pieces, since whatever else runs on the
//! machine can only add.

use std::time::{Duration, Instant};

use daemun_lanes::{Batch, Job, Width};

/// MediaWiki's default.
const ROUNDS: u32 = 30_000;
/// Rounds in a piece.
const PIECE: u32 = 1000;
/// Pieces of which the best counts.
const PIECES: u32 = 300;

fn main() {
    let alone = best(|| {
        let mut output = [0; 64];
        pbkdf2::pbkdf2_hmac::<sha2::Sha512>(b"password", b"salt", PIECE, &mut output);
    });
    println!("{:24}{}", "pbkdf2, one", shown(alone, 1, alone));
    let piece = std::num::NonZeroU32::new(PIECE).unwrap_or(std::num::NonZeroU32::MIN);
    let other = best(|| {
        let mut output = [0; 64];
        let algorithm = aws_lc_rs::pbkdf2::PBKDF2_HMAC_SHA512;
        aws_lc_rs::pbkdf2::derive(algorithm, piece, b"salt", b"password", &mut output);
    });
    println!("{:24}{}", "aws-lc-rs, one", shown(other, 1, alone));
    for width in Width::available() {
        for jobs in 1..=width.lanes() {
            let mut batch = Batch::new(width);
            for _ in 0..jobs {
                let job =
                    Job { password: b"password", salt: b"salt", rounds: u32::MAX, length: 64 };
                let _room = batch.load(job, ());
            }
            let time = best(|| drop(batch.advance(PIECE)));
            println!("{:24}{}", format!("{width:?}, {jobs}"), shown(time, jobs, alone));
        }
    }
}

fn best(mut work: impl FnMut()) -> Duration {
    let timed = (0..PIECES).map(|_| {
        let begun = Instant::now();
        work();
        begun.elapsed()
    });
    timed.min().unwrap_or_default() * (ROUNDS / PIECE)
}

#[expect(clippy::cast_precision_loss, reason = "jobs are few")]
fn shown(time: Duration, jobs: usize, alone: Duration) -> String {
    let (all, each) = (time.as_secs_f64() * 1e3, time.as_secs_f64() * 1e3 / jobs as f64);
    let gain = alone.as_secs_f64() * 1e3 / each;
    format!("{all:8.2} ms together {each:8.2} ms a hash {gain:6.2} ×")
}
