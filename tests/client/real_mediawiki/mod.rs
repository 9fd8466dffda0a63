//! The library and the command against a real MediaWiki (`cargo xtask oracle up`).

mod command;
mod library;

use daemun_testkit::real_wiki::{RealWiki, running};

/// The wiki; without one the test that asks is skipped, and says so.
pub(crate) fn wiki(test: &str) -> Option<RealWiki> {
    let wiki = running();
    if wiki.is_none() {
        eprintln!("SKIPPED {test}: no real MediaWiki is up (cargo xtask oracle up)");
    }
    wiki
}
