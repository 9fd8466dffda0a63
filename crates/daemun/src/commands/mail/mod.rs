//! `daemun mail`.

mod test;

use crate::config::Config;

/// What to do with mail.
#[derive(clap::Subcommand)]
pub(super) enum Mail {
    /// Send a test letter and say what became of it
    Test(test::Test),
}

impl Mail {
    /// Does it and answers what to print.
    pub(super) async fn run(self, config: &Config) -> anyhow::Result<String> {
        match self {
            Self::Test(command) => command.run(config).await,
        }
    }
}
