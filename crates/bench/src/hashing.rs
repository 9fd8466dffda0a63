//! The hashes alone, with no server: what logins are compared to.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use daemun_mediawiki::password::{HashSpec, Pbkdf2Algo, StoredPassword};

/// MediaWiki's default: `$wgPasswordConfig['pbkdf2']`.
pub(crate) const ROUNDS: u32 = 30_000;
/// The password of every account.
pub(crate) const PASSWORD: &str = "Correct-horse-7!";

/// The password of every account as it is stored.
pub(crate) fn stored() -> Result<String> {
    let spec = HashSpec::Pbkdf2 { algo: Pbkdf2Algo::Sha512, rounds: ROUNDS, length: 64 };
    Ok(spec.hash(PASSWORD.as_bytes(), b"salt of the rows")?)
}

/// How long one takes, in milliseconds, each time anew.
pub(crate) fn times(count: usize) -> Result<Vec<f64>> {
    let stored = StoredPassword::parse(&stored()?);
    (0..count)
        .map(|_| {
            let begun = Instant::now();
            ensure!(stored.verify(PASSWORD.as_bytes()), "the password is right");
            Ok(begun.elapsed().as_secs_f64() * 1000.0)
        })
        .collect()
}

/// How many a second all processors do, each one after the other.
pub(crate) fn rate(seconds: f64) -> Result<f64> {
    let stored = StoredPassword::parse(&stored()?);
    let begun = Instant::now();
    let until = begun + Duration::from_secs_f64(seconds);
    let count: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..processors())
            .map(|_| {
                scope.spawn(|| {
                    let mut count = 0;
                    while Instant::now() < until && stored.verify(PASSWORD.as_bytes()) {
                        count += 1;
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
