//! `cargo xtask common-passwords`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, Result};
use daemun_auth::policy::common_password_filter;

use crate::root;

/// Bits for each password: with twenty hashes one in a million others is taken for listed.
const BITS: usize = 29;

/// What to do.
#[derive(clap::Subcommand)]
pub(crate) enum CommonPasswords {
    /// Write crates/auth/src/policy/common-passwords.bloom
    Write {
        /// Lists of passwords, one a line
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
            passwords.extend(text.lines().filter(|line| !line.is_empty()).map(str::to_owned));
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
