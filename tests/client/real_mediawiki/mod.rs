//! The library and the command against a real MediaWiki (`cargo xtask oracle up`).

mod command;
mod library;

use std::time::{Duration, Instant};

use daemun_testkit::demo::totp;
use daemun_testkit::real_wiki::{RealWiki, TOTP_SECRET, running};

/// The wiki; without one the test that asks is skipped, and says so.
pub(crate) fn wiki(test: &str) -> Option<RealWiki> {
    let wiki = running();
    if wiki.is_none() {
        eprintln!("SKIPPED {test}: no real MediaWiki is up (cargo xtask oracle up)");
    }
    wiki
}

/// The code after this one, once it is time for it.
pub(crate) fn next_code(code: &str) -> anyhow::Result<String> {
    let begun = Instant::now();
    loop {
        let next = totp(TOTP_SECRET)?;
        anyhow::ensure!(begun.elapsed() < Duration::from_secs(40), "the clock stands still");
        if next != code {
            return Ok(next);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}
