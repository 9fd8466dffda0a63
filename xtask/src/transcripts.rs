//! `cargo xtask transcripts`.

use std::path::PathBuf;

use anyhow::Result;
use daemun_testkit::oracle::Oracle;
use daemun_testkit::transcripts::{CaseList, Lists, run};

use crate::root;

/// The arguments.
#[derive(clap::Args)]
#[command(after_help = "\
Without arguments the project's own transcripts are replayed, in tests/transcripts. The cases named
in waiting.txt there wait for parts of the API that are still to come, those in others.txt differ
for the reason given. World and lists are taken from the first folder, or file's folder, that has
them, else from tests/transcripts. The last line is `N of M equal`.")]
pub(crate) struct Transcripts {
    /// Files, or folders of files, in the format of tests/transcripts/FORMAT.md
    paths: Vec<PathBuf>,
    /// Replay only cases whose name contains this
    #[arg(long, default_value = "")]
    case: String,
}

impl Transcripts {
    pub(crate) fn run(self) -> Result<bool> {
        let own = root().join("tests/transcripts");
        let paths = if self.paths.is_empty() { vec![own.clone()] } else { self.paths.clone() };
        let find = |name: &str| {
            let folders = paths
                .iter()
                .map(|path| if path.is_dir() { path.clone() } else { path.with_file_name("") });
            folders.map(|folder| folder.join(name)).find(|file| file.exists())
        };
        let file = |name: &str| find(name).unwrap_or_else(|| own.join(name));
        let lists = Lists {
            waiting: CaseList::load(&file("waiting.txt"))?,
            others: CaseList::load(&file("others.txt"))?,
        };
        let wiki = Oracle::new(&file("world.json"))?;
        let report = run(&paths, &wiki, lists, &|case| case.case.contains(&self.case))?;
        print!("{report}");
        Ok(report.is_good())
    }
}
