//! Measures every width that this processor has, for every number of jobs:
//! `cargo run --release -p daemun-lanes --example speed`.
//!
//! Times are the best of many short pieces, since whatever else runs on the machine can only add.

use std::hint::black_box;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use aws_lc_rs::pbkdf2::{PBKDF2_HMAC_SHA256, PBKDF2_HMAC_SHA512, derive};
use daemun_lanes::{Job, Sha256Batch, Sha512Batch, Width};
use pbkdf2::pbkdf2_hmac;
use sha2::{Sha256, Sha512};

/// Rounds in a piece.
const PIECE: NonZeroU32 = NonZeroU32::new(1000).unwrap();
/// Pieces of which the best counts.
const PIECES: u32 = 300;

/// One hash, with all widths.
macro_rules! measure {
    ($name:literal, $rounds:literal, $Hash:ident, $Batch:ident, $AwsLc:ident, $length:literal) => {
        let shown = |what: &str, jobs: usize, time: Duration, alone: Duration| {
            let together = time.as_secs_f64() * 1e3 * f64::from($rounds / PIECE.get());
            let gain = alone.as_secs_f64() / time.as_secs_f64() * count(jobs);
            let each = together / count(jobs);
            println!("{what:20}{together:8.2} ms {each:8.3} ms a hash {gain:7.2} ×");
        };
        println!("{}, {} rounds", $name, $rounds);
        let mut output = [0; $length];
        let alone = best(|| pbkdf2_hmac::<$Hash>(b"password", b"salt", PIECE.get(), &mut output));
        shown("RustCrypto", 1, alone, alone);
        let other = best(|| derive($AwsLc, PIECE, b"salt", b"password", &mut output));
        shown("AWS-LC", 1, other, alone);
        for width in Width::available() {
            let mut batch = $Batch::new(width);
            let job =
                Job { password: b"password", salt: b"salt", rounds: u32::MAX, length: $length };
            while batch.load(job, ()).is_ok() {
                let time = best(|| drop(black_box(batch.advance(PIECE.get()))));
                shown(&format!("{}, {}", width.name(), batch.len()), batch.len(), time, alone);
            }
        }
    };
}

fn main() {
    // MediaWiki's default rounds, of today and of once.
    measure!("SHA-512", 30_000, Sha512, Sha512Batch, PBKDF2_HMAC_SHA512, 64);
    measure!("SHA-256", 10_000, Sha256, Sha256Batch, PBKDF2_HMAC_SHA256, 32);
}

fn best(mut work: impl FnMut()) -> Duration {
    let timed = (0..PIECES).map(|_| {
        let begun = Instant::now();
        work();
        begun.elapsed()
    });
    timed.min().unwrap_or_default()
}

fn count(jobs: usize) -> f64 {
    u32::try_from(jobs).map_or(f64::NAN, f64::from)
}
