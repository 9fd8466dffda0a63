//! The hashes alone, with no server: what logins are compared to.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use daemun_lanes::Width;
use daemun_mediawiki::password::{HashSpec, Pbkdf2Algo, StoredPassword};

/// MediaWiki's default: `$wgPasswordConfig['pbkdf2']`.
pub(crate) const ROUNDS: u32 = 30_000;
/// The password of every account.
pub(crate) const PASSWORD: &str = "Correct-horse-7!";

/// The password of every account as it is stored.
pub(crate) fn stored(rounds: u32) -> Result<String> {
    let spec = HashSpec::Pbkdf2 { algo: Pbkdf2Algo::Sha512, rounds, length: 64 };
    Ok(spec.hash(PASSWORD.as_bytes(), b"salt of the rows")?)
}

/// How long one takes, in milliseconds, each time anew.
pub(crate) fn times(count: usize) -> Result<Vec<f64>> {
    let stored = StoredPassword::parse(&stored(ROUNDS)?);
    (0..count)
        .map(|_| {
            let begun = Instant::now();
            ensure!(stored.verify(PASSWORD.as_bytes()), "the password is right");
            Ok(begun.elapsed().as_secs_f64() * 1000.0)
        })
        .collect()
}

/// How many a second all processors do, each one after the other.
pub(crate) fn rate(rounds: u32, seconds: f64) -> Result<f64> {
    let stored = StoredPassword::parse(&stored(rounds)?);
    on_all(seconds, || usize::from(stored.verify(PASSWORD.as_bytes())))
}

/// The same in lanes: as many at once as a thread can.
pub(crate) fn rate_in_lanes(rounds: u32, seconds: f64) -> Result<f64> {
    let job = daemun_lanes::Job {
        password: PASSWORD.as_bytes(),
        salt: b"salt of the rows",
        rounds,
        length: 64,
    };
    on_all(seconds, || {
        let mut batch = daemun_lanes::Sha512Batch::new(Width::best());
        while batch.load(job, ()).is_ok() {}
        let mut done = 0;
        while !batch.is_empty() {
            done += batch.advance(u32::MAX).len();
        }
        done
    })
}

/// How much is done in a second by work on all processors.
fn on_all(seconds: f64, work: impl Fn() -> usize + Sync) -> Result<f64> {
    let begun = Instant::now();
    let until = begun + Duration::from_secs_f64(seconds);
    let count: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..processors())
            .map(|_| {
                scope.spawn(|| {
                    let mut count = 0;
                    while Instant::now() < until {
                        count += work();
                    }
                    count
                })
            })
            .collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).sum()
    });
    Ok(count as f64 / begun.elapsed().as_secs_f64())
}

/// How many processors there are.
pub(crate) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
