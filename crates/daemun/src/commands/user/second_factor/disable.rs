//! `daemun user second-factor NAME disable`.

use daemun_auth::Environment;
use daemun_store::Account;

use crate::accounts::disable_second_factor;

/// No arguments of its own.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  daemun user second-factor William disable")]
pub(in crate::commands) struct Disable {}

impl Disable {
    pub(super) async fn run(
        self,
        environment: &Environment,
        account: &Account,
    ) -> anyhow::Result<String> {
        disable_second_factor(environment, account).await?;
        Ok(format!("{:?} logs in with the password alone from now on.\n", account.name))
    }
}
