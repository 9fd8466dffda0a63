//! `daemun user block` and `daemun user unblock`.

use daemun_auth::Environment;

use crate::accounts::{self, Expiry, find};

/// Whom to block, why and until when.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  daemun user block Vandal --reason 'spam'
  daemun user block Robot --reason 'runs wild' --expiry 7d")]
pub(in crate::commands) struct Block {
    /// The name
    name: String,
    /// The reason, which everybody can read
    #[arg(long)]
    reason: String,
    /// Until when: infinity, a length (12h, 7d, 2w, 1y), a date or a time (ISO 8601, UTC)
    #[arg(long, default_value = "infinity", value_name = "WHEN")]
    expiry: String,
}

impl Block {
    pub(super) async fn run(self, environment: &Environment) -> anyhow::Result<String> {
        let expiry = Expiry::parse(&self.expiry, environment.clock.now())?;
        let account = find(environment, &self.name).await?;
        accounts::block(environment, &account, &self.reason, &expiry).await?;
        let until = expiry.at.map_or("without end".to_owned(), |at| format!("until {at}"));
        Ok(format!("Blocked {:?} {until}.\n", account.name))
    }
}

/// Whose blocks to lift.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  daemun user unblock Robot")]
pub(in crate::commands) struct Unblock {
    /// The name
    name: String,
}

impl Unblock {
    pub(super) async fn run(self, environment: &Environment) -> anyhow::Result<String> {
        let account = find(environment, &self.name).await?;
        accounts::unblock(environment, &account).await?;
        Ok(format!("Unblocked {:?}.\n", account.name))
    }
}
