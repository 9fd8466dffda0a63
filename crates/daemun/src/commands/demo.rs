//! `daemun demo`.

use crate::config::NoConfigArgs;
use crate::demo::{self, Shown};

/// The arguments. The demo has its own configuration, so those of the configuration are refused.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  daemun demo                   a page at http://localhost:8080/ says what to try
  daemun demo --port 0 --json   for tests: any free port, one line of JSON, then it serves")]
pub(super) struct Demo {
    /// The port on this machine; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Print addresses and accounts as one line of JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: NoConfigArgs,
}

impl Demo {
    /// A flag of the configuration that was given all the same.
    pub(super) fn refused(&self) -> Option<String> {
        self.config.given()
    }

    pub(super) async fn run(self) -> anyhow::Result<()> {
        demo::run(self.port, if self.json { Shown::Json } else { Shown::Table }).await
    }
}
