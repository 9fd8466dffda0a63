//! `daemun login`, `whoami`, `logout` and `call`: the other end of the login API, for whoever sits
//! at a terminal or writes a script. They need no server of ours and no configuration.

mod bot;
mod browser;
mod call;
mod fill;
mod form_answers;
mod language;
mod outcome;
mod picture;
mod place;
mod returning;
mod show_captcha;
mod sources;
mod terminal;
mod walk;
mod web;
mod whoami;
mod words;

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::config::NoConfigArgs;
use outcome::Outcome;
use place::PlaceArgs;
use sources::SourceArgs;
use words::Words;

pub(in crate::commands) use call::Call;
pub(in crate::commands) use whoami::{Logout, Whoami};

/// How to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Method {
    /// action=clientlogin, with every step that the wiki asks for
    Clientlogin,
    /// action=login, for bot passwords
    Login,
}

/// The arguments.
#[derive(Args)]
#[command(after_help = "\
Examples:
  daemun login https://en.wikipedia.org/            asks for what the wiki asks for
  daemun login wiki.example.org --bot William@tool  a bot password
  daemun login wiki.example.org --web               the same in a browser, on a page of this machine
  pass show wiki | daemun login wiki.example.org --user William --password-stdin --json

The session is kept in a file that its owner alone can read; curl -b reads it, too.
Without a terminal nothing is asked: what is missing ends the login with exit code 3.

Exit codes: 0 logged in, 1 refused, 2 wrong arguments, 3 the wiki asks for something that was not
given, 4 the wiki cannot be reached or is none.")]
pub(in crate::commands) struct Login {
    /// The address of any page of the wiki, or of its api.php
    #[arg(value_name = "WIKI", required_unless_present = "web")]
    wiki: Option<String>,
    /// Log in as a bot, with the bot password of this name (Account@app)
    #[arg(long, value_name = "NAME", conflicts_with_all = ["user", "web"])]
    bot: Option<String>,
    /// How to log in [default: clientlogin; login with --bot]
    #[arg(long, value_enum)]
    method: Option<Method>,
    #[command(flatten)]
    sources: SourceArgs,
    #[command(flatten)]
    place: PlaceArgs,
    /// Show the dialogue on a page of this machine, in a browser
    #[arg(long, conflicts_with = "method")]
    web: bool,
    /// How to show a captcha's picture [default: what the terminal can]
    #[arg(long, value_enum, value_name = "HOW")]
    pictures: Option<picture::How>,
    /// Open no browser: print addresses instead
    #[arg(long)]
    no_browser: bool,
    /// Where somebody is known elsewhere, but has no account here: link one, or create one
    #[arg(long, value_enum)]
    on_restart: Option<walk::OnRestart>,
    /// Print the outcome as one line of JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: NoConfigArgs,
}

impl Login {
    pub(in crate::commands) fn refused(&self) -> Option<String> {
        self.config.given()
    }

    pub(in crate::commands) async fn run(self) -> anyhow::Result<ExitCode> {
        let words = self.place.words();
        let outcome = self.outcome(&words).await?;
        outcome.tell(&words, self.json)
    }

    async fn outcome(&self, words: &Words) -> anyhow::Result<Outcome> {
        if self.web {
            return web::run(self, words).await;
        }
        let address = self.wiki.as_deref().unwrap_or_default();
        let wiki = match self.place.connect(address, words).await {
            Ok(wiki) => wiki,
            Err(error) => return Outcome::of_error(&error, words),
        };
        let is_bot = self.bot.is_some() || self.method == Some(Method::Login);
        let outcome = if is_bot {
            bot::log_in(self, &wiki, words).await
        } else {
            walk::log_in(self, &wiki, words).await
        };
        match outcome {
            Ok(Outcome::LoggedIn { username, api, .. }) => {
                let file = self.place.save(&wiki)?;
                Ok(Outcome::LoggedIn { username, api, file: Some(file) })
            }
            Ok(other) => Ok(other),
            Err(error) => match error.downcast::<daemun_client::Error>() {
                Ok(error) => Outcome::of_error(&error, words),
                Err(other) => Err(other),
            },
        }
    }
}
