//! The whole table.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Result, ensure};

use crate::machine;
use crate::page::Page;
use crate::rows::{Row, accounts, crowds, logins, mediawiki, pages, requests, start};

/// The arguments.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Options {
    /// How many accounts the large wiki has
    #[arg(long, default_value_t = 1_000_000)]
    accounts: u64,
    /// Set a real MediaWiki up, and send it the same requests
    #[arg(long)]
    mediawiki: bool,
    /// Measure only these; docs/benchmarks.md is then left as it is
    #[arg(long, value_delimiter = ',')]
    only: Vec<Group>,
    /// Where to write the page
    #[arg(long, default_value = "docs/benchmarks.md")]
    page: PathBuf,
}

/// Rows that are measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Group {
    /// Tokens and user information
    Requests,
    /// Logins
    Logins,
    /// Logins of crowds, one hash at a time and in lanes
    Crowds,
    /// Memory
    Memory,
    /// Pages for people
    Pages,
    /// Many accounts
    Accounts,
    /// The start
    Start,
    /// A real MediaWiki beside it (with --mediawiki)
    Mediawiki,
}

const ALL: [Group; 8] = [
    Group::Requests,
    Group::Logins,
    Group::Crowds,
    Group::Memory,
    Group::Pages,
    // Before so many accounts are written that the disk is busy with them for a while.
    Group::Mediawiki,
    Group::Accounts,
    Group::Start,
];

impl Options {
    pub(crate) fn run(self) -> Result<()> {
        ensure!(!cfg!(debug_assertions), "measuring needs a release build: cargo xtask bench");
        let groups = if self.only.is_empty() { ALL.to_vec() } else { self.only.clone() };
        daemun_testkit::program::executable()?;
        let mut page =
            Page { machine: machine::description()?, busy: machine::busy()?, ..Page::default() };
        println!("{}\n{}\n", page.machine, page.noise());
        let begun = Instant::now();
        for group in groups {
            for row in self.measure(group, &mut page)? {
                println!("{}", row.line());
                for remark in &row.remarks {
                    println!("  {remark}");
                }
                page.rows.push(row);
            }
        }
        println!("\nmeasured in {} s", begun.elapsed().as_secs());
        if self.only.is_empty() {
            std::fs::write(&self.page, page.text())?;
            println!("written: {}", self.page.display());
        }
        Ok(())
    }

    fn measure(&self, group: Group, page: &mut Page) -> Result<Vec<Row>> {
        match group {
            Group::Requests => requests::measure(),
            Group::Logins => logins::measure(),
            Group::Crowds => {
                let crowds = crowds::measure()?;
                println!("{}", crowds.lines.join("\n"));
                page.crowds = crowds.lines;
                Ok(vec![crowds.row])
            }
            Group::Memory => logins::memory(),
            Group::Pages => pages::measure(),
            Group::Accounts => accounts::measure(self.accounts),
            Group::Start => start::measure(),
            Group::Mediawiki if !self.mediawiki => {
                println!("SKIPPED: a real MediaWiki beside it, for want of --mediawiki");
                Ok(Vec::new())
            }
            Group::Mediawiki => match crate::mediawiki::missing() {
                Some(missing) => {
                    println!("SKIPPED: {missing}");
                    Ok(Vec::new())
                }
                None => mediawiki::measure(),
            },
        }
    }
}
