//! `daemun user list`.

use std::fmt::Write;

use daemun_auth::Environment;
use daemun_store::{Account, ListAccounts};
use serde_json::json;

/// Which accounts.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  daemun user list --prefix W
  daemun user list --json | jq -r '.[].name'")]
pub(in crate::commands) struct List {
    /// Only names that begin so
    #[arg(long)]
    prefix: Option<String>,
    /// At most so many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl List {
    pub(super) async fn run(self, environment: &Environment) -> anyhow::Result<String> {
        // One more than asked for tells whether there are more.
        let limit = self.limit.saturating_add(1);
        let which = ListAccounts { prefix: self.prefix, limit, ..ListAccounts::default() };
        let mut accounts = environment.store.accounts.list(&which, environment.clock.now()).await?;
        let shown = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let is_more = accounts.len() > shown;
        accounts.truncate(shown);
        if self.json {
            return crate::commands::json(&accounts.iter().map(as_json).collect());
        }
        let mut text = String::new();
        for account in &accounts {
            let groups = groups(account).join(", ");
            let gap = if groups.is_empty() { "" } else { "  " };
            let _ = writeln!(text, "{:>8}  {}{gap}{groups}", account.id, account.name);
        }
        if accounts.is_empty() {
            text.push_str("There are none.\n");
        }
        if is_more {
            let _ = writeln!(text, "There are more: --limit shows them.");
        }
        Ok(text)
    }
}

fn groups(account: &Account) -> Vec<&str> {
    account.groups.iter().map(|membership| membership.group.as_str()).collect()
}

fn as_json(account: &Account) -> serde_json::Value {
    json!({
        "id": account.id,
        "name": account.name,
        "groups": groups(account),
        "registration": account.registration.map(|time| time.to_iso()),
    })
}
