//! `daemun user second-factor NAME show`.

use std::fmt::Write;

use daemun_auth::Environment;
use daemun_auth::second_factor::Owned;
use daemun_mediawiki::timestamp::Timestamp;
use daemun_store::Account;
use serde_json::json;

/// In which form.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  daemun user second-factor William show")]
pub(in crate::commands) struct Show {
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Show {
    pub(super) async fn run(
        self,
        environment: &Environment,
        account: &Account,
    ) -> anyhow::Result<String> {
        let owned = Owned::load(environment, account.id).await?;
        let left = owned.recovery_codes_left();
        if self.json {
            let factors = owned.rows().map(|(kind, created, encrypted)| {
                json!({
                    "kind": kind.name(),
                    "added": created.map(Timestamp::to_iso),
                    "encrypted": encrypted,
                })
            });
            return crate::commands::json(&json!({
                "name": account.name,
                "factors": factors.collect::<Vec<_>>(),
                "recoveryCodesLeft": left,
            }));
        }
        if owned.is_empty() {
            let name = &account.name;
            return Ok(format!("{name:?} has no second factor.\n{}", super::note(environment)));
        }
        let mut text = String::new();
        for (kind, created, encrypted) in owned.rows() {
            let since = created.map_or("before that was noted".to_owned(), Timestamp::to_iso);
            let form = if encrypted { "encrypted" } else { "not encrypted" };
            let _ = writeln!(text, "{:<15}added {since}, {form}", kind.name());
        }
        let _ = writeln!(text, "{left} recovery codes are left.");
        Ok(text)
    }
}
