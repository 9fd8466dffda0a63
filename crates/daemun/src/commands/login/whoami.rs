//! `daemun whoami` and `daemun logout`.

use std::process::ExitCode;

use clap::Args;
use daemun_client::Error;
use daemun_messages::{Message, Param};
use serde_json::json;

use super::outcome::Outcome;
use super::place::PlaceArgs;
use crate::config::NoConfigArgs;

/// The arguments.
#[derive(Args)]
#[command(after_help = "\
Examples:
  daemun whoami
  daemun whoami --json

Exit codes: 0 somebody is in, 1 nobody is, 2 wrong arguments, 4 the wiki cannot be reached.")]
pub(in crate::commands) struct Whoami {
    #[command(flatten)]
    place: PlaceArgs,
    /// Print it as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: NoConfigArgs,
}

impl Whoami {
    pub(in crate::commands) fn refused(&self) -> Option<String> {
        self.config.given()
    }

    pub(in crate::commands) async fn run(self) -> anyhow::Result<ExitCode> {
        let words = self.place.words();
        let wiki = self.place.open(&words)?;
        let who = match wiki.whoami().await {
            Ok(who) => who,
            Err(error) => return Outcome::of_error(&error, &words)?.tell(&words, self.json),
        };
        let api = wiki.api().as_str();
        if self.json {
            let text = crate::commands::json(&json!({
                "name": who.name, "id": who.id, "anonymous": who.anonymous, "api": api,
                "groups": who.groups, "rights": who.rights, "blocked": who.block.is_some(),
            }))?;
            crate::commands::print(&text)?;
        } else if who.anonymous {
            words.note(&Message::new("daemun-login-nobody").with(Param::plaintext(api)));
        } else {
            let message = Message::new("daemun-login-who")
                .with(Param::plaintext(&who.name))
                .with(Param::plaintext(api))
                .with(Param::plaintext(who.groups.join(", ")));
            crate::commands::print(&format!("{}\n", words.say(&message)))?;
            if let Some(block) = &who.block {
                let message = Message::new("daemun-login-blocked")
                    .with(Param::plaintext(&block.by))
                    .with(Param::plaintext(&block.reason))
                    .with(Param::plaintext(&block.expiry));
                words.note(&message);
            }
        }
        Ok(if who.anonymous { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

/// The arguments.
#[derive(Args)]
#[command(after_help = "Example:\n  daemun logout")]
pub(in crate::commands) struct Logout {
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    config: NoConfigArgs,
}

impl Logout {
    pub(in crate::commands) fn refused(&self) -> Option<String> {
        self.config.given()
    }

    pub(in crate::commands) async fn run(self) -> anyhow::Result<ExitCode> {
        let words = self.place.words();
        let wiki = self.place.open(&words)?;
        let done = wiki.logout().await;
        // A wiki that is gone keeps nobody from forgetting it.
        self.place.forget()?;
        match done {
            Ok(()) | Err(Error::SessionEnded) => {
                let api = Param::plaintext(wiki.api().as_str());
                let said = words.say(&Message::new("daemun-login-logged-out").with(api));
                crate::commands::print(&format!("{said}\n"))?;
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => Outcome::of_error(&error, &words)?.tell(&words, false),
        }
    }
}
