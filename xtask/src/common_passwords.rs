//! `cargo xtask common-passwords`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, Result};
use daemun_auth::policy::common_password_filter;

use crate::root;

/// Bits for each password: with twenty hashes one in a million others is taken for listed.
const BITS: usize = 29;

/// Characters below which a password is too short rather than common.
const SHORTEST: usize = 3;

/// How many of each list are also taken with a capital at the beginning, which is the first thing
/// that people change.
const CAPITALISED: usize = 5000;

/// What to do.
#[derive(clap::Subcommand)]
pub(crate) enum CommonPasswords {
    /// Write crates/auth/src/policy/common-passwords.bloom
    Write {
        /// Lists of passwords, one a line, the most used first
        #[arg(required = true)]
        lists: Vec<PathBuf>,
    },
}

impl CommonPasswords {
    pub(crate) fn run(self) -> Result<bool> {
        let Self::Write { lists } = self;
        let mut passwords = BTreeSet::new();
        for list in lists {
            let text =
                std::fs::read_to_string(&list).with_context(|| list.display().to_string())?;
            let listed = || text.lines().filter(|line| line.chars().count() >= SHORTEST);
            passwords.extend(listed().map(str::to_owned));
            passwords.extend(listed().take(CAPITALISED).filter_map(capitalised));
        }
        let filter = common_password_filter(
            passwords.iter().map(String::as_str),
            passwords.len() * BITS / 8 + 1,
        );
        let target = root().join("crates/auth/src/policy/common-passwords.bloom");
        std::fs::write(&target, &filter).with_context(|| target.display().to_string())?;
        println!("{} passwords in {} bytes: {}", passwords.len(), filter.len(), target.display());
        Ok(true)
    }
}

fn capitalised(password: &str) -> Option<String> {
    let mut characters = password.chars();
    let first = characters.next().filter(char::is_ascii_lowercase)?;
    Some(format!("{}{}", first.to_ascii_uppercase(), characters.as_str()))
}
