//! `cargo xtask oracle`: a real MediaWiki that clients are tried against.

use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;
use daemun_testkit::real_wiki::{RealWiki, is_installed, version};

use crate::root;
use crate::tools::{self, Tool};

/// What is done with it.
#[derive(Clone, Copy, Subcommand)]
pub(crate) enum Oracle {
    /// Set up and start it, installing Debian's package where that is possible
    Up,
    /// Stop it
    Down,
}

const MEDIAWIKI: Tool = Tool {
    probe: &["test", "-e", "/usr/share/mediawiki/api.php"],
    package: "mediawiki php-cli php-sqlite3 php-mbstring php-xml php-intl",
    wanted_for: "the client library and the command against a real MediaWiki",
};

impl Oracle {
    pub(crate) fn run(self) -> Result<bool> {
        match self {
            Self::Up => {
                tools::provide(&[MEDIAWIKI]);
                if !is_installed() {
                    return Ok(false);
                }
                let wiki = RealWiki::up(&folder())?;
                println!("MediaWiki {} at {}/w/api.php", version()?, wiki.origin);
                println!("the same with sums as captchas at {}/w/api.php", wiki.with_sums);
            }
            Self::Down if RealWiki::down(&folder())? => println!("stopped"),
            Self::Down => println!("it was not up"),
        }
        Ok(true)
    }
}

/// Brings it up for the tests, where the package is installed; answers whether it was brought up
/// just now. That it cannot be is said, and no reason not to test the rest.
pub(crate) fn bring_up() -> bool {
    if !is_installed() {
        println!(
            "xtask: SKIPPED: {} is missing; {} is not tried",
            MEDIAWIKI.package, MEDIAWIKI.wanted_for
        );
        return false;
    }
    if RealWiki::at(&folder()).is_some() {
        return false;
    }
    match RealWiki::up(&folder()) {
        Ok(wiki) => println!("xtask: a real MediaWiki at {}", wiki.origin),
        Err(error) => println!("xtask: SKIPPED: no real MediaWiki: {error:#}"),
    }
    true
}

/// Stops what [`bring_up`] started.
pub(crate) fn take_down() {
    if let Err(error) = RealWiki::down(&folder()) {
        println!("xtask: cannot stop the real MediaWiki: {error:#}");
    }
}

/// Where it is set up: tests look for it there.
fn folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    root().join(target.unwrap_or_else(|| "target".into())).join("oracle")
}
