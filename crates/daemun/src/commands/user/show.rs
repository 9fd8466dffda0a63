//! `daemun user show`.

use std::fmt::Write;

use daemun_auth::Environment;
use daemun_mediawiki::password::{Cost, StoredPassword};
use daemun_mediawiki::timestamp::Timestamp;
use daemun_store::{Account, Block, BotPassword};
use serde_json::{Value, json};

use crate::accounts;

/// Whose account.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  daemun user show William --json")]
pub(in crate::commands) struct Show {
    /// The name
    name: String,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// All that is known.
struct Facts {
    account: Account,
    kind: String,
    up_to_date: bool,
    /// The most severe.
    block: Option<Block>,
    sessions: usize,
    bots: Vec<BotPassword>,
}

impl Show {
    pub(super) async fn run(self, environment: &Environment) -> anyhow::Result<String> {
        let now = environment.clock.now();
        let account = accounts::find(environment, &self.name).await?;
        let store = &environment.store;
        let stored = StoredPassword::parse_for_user(&account.password, account.id);
        let facts = Facts {
            kind: kind(&stored),
            up_to_date: environment.settings.password_default.matches(&stored),
            block: store.blocks.of_user(account.id, now).await?.into_iter().next(),
            sessions: store.sessions.of_user(account.id, now).await?.len(),
            bots: store.bot_passwords.list(account.id).await?,
            account,
        };
        if self.json { crate::commands::json(&facts.json()) } else { Ok(facts.text(now)) }
    }
}

/// A kind of hash with its parameters, in words.
fn kind(stored: &StoredPassword) -> String {
    let layered = match stored {
        StoredPassword::Pbkdf2LegacyA(_) | StoredPassword::Pbkdf2LegacyB { .. } => " over MD5",
        _ => "",
    };
    match stored.cost() {
        Cost::Nothing => "none".to_owned(),
        Cost::Md5 => "MD5".to_owned(),
        Cost::Pbkdf2 { algo, rounds, length } => {
            format!(
                "PBKDF2-{}, {rounds} rounds, {length} bytes{layered}",
                algo.name().to_uppercase()
            )
        }
        Cost::Bcrypt { cost } => format!("bcrypt, cost {cost}"),
        Cost::Argon2 { memory_kib, time, lanes } => {
            format!("Argon2, {memory_kib} KiB, {time} passes, {lanes} lanes")
        }
    }
}

impl Facts {
    fn groups(&self) -> Vec<String> {
        let groups = self.account.groups.iter();
        groups
            .map(|membership| match membership.expiry {
                Some(expiry) => format!("{} until {expiry}", membership.group),
                None => membership.group.clone(),
            })
            .collect()
    }

    fn text(&self, now: Timestamp) -> String {
        let account = &self.account;
        let or_none = |text: String| if text.is_empty() { "none".to_owned() } else { text };
        let email = match (account.email.as_str(), account.email_authenticated) {
            ("", _) => "none".to_owned(),
            (email, Some(since)) => format!("{email}, confirmed {since}"),
            (email, None) => format!("{email}, not confirmed"),
        };
        let password = match (self.kind.as_str(), self.up_to_date) {
            ("none", _) => "none: nobody can log in with one".to_owned(),
            (kind, true) => format!("{kind}; up to date"),
            (kind, false) => format!("{kind}; renewed at the next login"),
        };
        let expiry = match account.password_expires {
            None => "never".to_owned(),
            Some(at) if at < now => {
                format!("expired: the next login after {at} asks for a new one")
            }
            Some(at) => at.to_iso(),
        };
        let block = self.block.as_ref().map_or("none".to_owned(), |block| {
            let until = block.expiry.map_or("without end".to_owned(), |at| format!("until {at}"));
            format!("since {} {until}, by {}: {}", block.timestamp, block.by_name, block.reason)
        });
        let bots = self.bots.iter().map(|bot| bot.app_id.as_str()).collect::<Vec<_>>().join(", ");
        let mut text = String::new();
        for (name, value) in [
            ("Name", account.name.clone()),
            ("Id", account.id.to_string()),
            ("Groups", or_none(self.groups().join(", "))),
            ("Registered", account.registration.map_or("unknown".to_owned(), Timestamp::to_iso)),
            ("E-mail", email),
            ("Password", password),
            ("Password ends", expiry),
            ("Block", block),
            ("Sessions", self.sessions.to_string()),
            ("Bot passwords", or_none(bots)),
        ] {
            let _ = writeln!(text, "{:<15}{value}", format!("{name}:"));
        }
        text
    }

    fn json(&self) -> Value {
        let account = &self.account;
        let time = |time: Option<Timestamp>| time.map(Timestamp::to_iso);
        json!({
            "id": account.id,
            "name": account.name,
            "groups": account.groups.iter().map(|membership| json!({
                "group": membership.group,
                "expiry": time(membership.expiry),
            })).collect::<Vec<_>>(),
            "registration": time(account.registration),
            "email": account.email,
            "emailConfirmed": time(account.email_authenticated),
            "password": {
                "kind": self.kind,
                "upToDate": self.up_to_date,
                "expires": time(account.password_expires),
            },
            "block": self.block.as_ref().map(|block| json!({
                "by": block.by_name,
                "reason": block.reason,
                "since": block.timestamp.to_iso(),
                "expiry": time(block.expiry),
                "sitewide": block.sitewide,
            })),
            "sessions": self.sessions,
            "botPasswords": self.bots.iter().map(|bot| &bot.app_id).collect::<Vec<_>>(),
        })
    }
}
