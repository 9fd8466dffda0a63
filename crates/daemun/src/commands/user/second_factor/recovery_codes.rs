//! `daemun user second-factor NAME recovery-codes`.

use daemun_auth::Environment;
use daemun_store::Account;

use super::list;
use crate::accounts::renew_recovery_codes;

/// No arguments of its own.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  daemun user second-factor William recovery-codes")]
pub(in crate::commands) struct RecoveryCodes {}

impl RecoveryCodes {
    pub(super) async fn run(
        self,
        environment: &Environment,
        account: &Account,
    ) -> anyhow::Result<String> {
        let codes = renew_recovery_codes(environment, account).await?;
        Ok(format!(
            "New recovery codes of {:?}, each good once; older ones are void:\n{}",
            account.name,
            list(&codes)
        ))
    }
}
