//! `daemun config`.

use crate::config::{Config, ConfigArgs, reference, show, show_json};

/// What to print.
#[derive(clap::Subcommand)]
pub(super) enum ConfigCommand {
    /// Print the values in force and where each comes from
    #[command(after_help = "Example:\n  daemun config show > daemun.toml   a file to begin with")]
    Show {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Print all keys with types, defaults and variables, in Markdown
    Reference,
}

impl ConfigCommand {
    pub(super) fn run(self, args: &ConfigArgs) -> anyhow::Result<String> {
        let Self::Show { json } = self else { return Ok(reference()) };
        let sources = args.sources()?;
        let values = Config::values(&sources)?;
        if json { super::json(&show_json(&values)) } else { Ok(show(&values)) }
    }
}
