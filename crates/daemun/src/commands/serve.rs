//! `daemun serve`.

use crate::config::Config;

/// The arguments: those of the configuration are all there are.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  daemun serve
  daemun serve --listen 0.0.0.0:80 --public-url https://wiki.example.org --data /var/lib/daemun")]
pub(super) struct Serve {}

impl Serve {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<()> {
        crate::wiring::serve(config).await
    }
}
