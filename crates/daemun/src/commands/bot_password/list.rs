//! `daemun bot-password list`.

use std::fmt::Write;

use daemun_auth::Environment;
use daemun_mediawiki::password::StoredPassword;
use daemun_store::BotPassword;
use serde_json::{Value, json};

use crate::accounts::find;

/// Whose.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  daemun bot-password list William --json")]
pub(in crate::commands) struct List {
    /// The account's name
    user: String,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl List {
    pub(super) async fn run(self, environment: &Environment) -> anyhow::Result<String> {
        let account = find(environment, &self.user).await?;
        let bots = environment.store.bot_passwords.list(account.id).await?;
        if self.json {
            return crate::commands::json(&bots.iter().map(as_json).collect());
        }
        if bots.is_empty() {
            return Ok(format!("{:?} has no bot passwords.\n", account.name));
        }
        let mut text = String::new();
        for bot in &bots {
            let reset =
                if needs_reset(bot) { "  needs a reset: remove it and add it anew" } else { "" };
            let (grants, ranges) = (words(&grants(bot)), words(&ranges(bot)));
            let name = &bot.app_id;
            let _ = writeln!(text, "{name}{reset}\n  grants: {grants}\n  from: {ranges}");
        }
        Ok(text)
    }
}

/// After a change of the account's own password no bot password matches any more.
fn needs_reset(bot: &BotPassword) -> bool {
    StoredPassword::parse(&bot.password).is_invalid()
}

fn grants(bot: &BotPassword) -> Value {
    serde_json::from_str(&bot.grants).unwrap_or_default()
}

fn ranges(bot: &BotPassword) -> Value {
    let all: Value = serde_json::from_str(&bot.restrictions).unwrap_or_default();
    all.get("IPAddresses").cloned().unwrap_or_default()
}

fn words(list: &Value) -> String {
    let items = list.as_array().into_iter().flatten().filter_map(Value::as_str);
    items.collect::<Vec<_>>().join(", ")
}

fn as_json(bot: &BotPassword) -> Value {
    json!({
        "app": bot.app_id,
        "grants": grants(bot),
        "restrictions": ranges(bot),
        "needsReset": needs_reset(bot),
    })
}
