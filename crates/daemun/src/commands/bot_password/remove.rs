//! `daemun bot-password remove`.

use daemun_auth::Environment;

use crate::accounts::{find, remove_bot_password};

/// Which.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  daemun bot-password remove William tool")]
pub(in crate::commands) struct Remove {
    /// The account's name
    user: String,
    /// The application's name
    app: String,
}

impl Remove {
    pub(super) async fn run(self, environment: &Environment) -> anyhow::Result<String> {
        let account = find(environment, &self.user).await?;
        remove_bot_password(environment, &account, &self.app).await?;
        Ok(format!("Removed the bot password {:?} of {:?}.\n", self.app, account.name))
    }
}
