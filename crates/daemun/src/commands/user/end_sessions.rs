//! `daemun user end-sessions`.

use daemun_auth::Environment;

use crate::accounts::{self, find};

/// Whose sessions.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  daemun user end-sessions William")]
pub(in crate::commands) struct EndSessions {
    /// The name
    name: String,
}

impl EndSessions {
    pub(super) async fn run(self, environment: &Environment) -> anyhow::Result<String> {
        let account = find(environment, &self.name).await?;
        let ended = accounts::end_sessions(environment, &account).await?;
        Ok(format!(
            "Ended {ended} sessions of {:?}; cookies that kept it signed in are void too.\n",
            account.name
        ))
    }
}
