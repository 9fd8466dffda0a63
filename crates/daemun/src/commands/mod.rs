//! The command line: one file a command.

mod bot_password;
mod check;
mod config;
mod demo;
mod login;
mod mail;
mod password_input;
mod serve;
#[cfg(test)]
mod tests;
mod user;

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};
use daemun_auth::hashing::{Hasher, HashingOptions};
use daemun_auth::mail::Mailer;
use daemun_auth::passwords::Decoys;
use daemun_auth::private_log::PrivateLog;
use daemun_auth::{Background, Clock, Environment, Random};
use daemun_store::Store;

use crate::config::{Config, ConfigArgs, Values};
use crate::logging::LogSettings;

const EXAMPLES: &str = "\
Examples:
  daemun demo                           try clients out, nothing to set up
  daemun serve                          start; the first start makes an administrator
  daemun user add William --group bot   make an account, asking for its password
  daemun bot-password add William tool --grant editpage
  daemun check                          try the configuration, the data and the server

Exit codes: 0 done, 1 not done, 2 wrong configuration or arguments.";

/// A server that speaks MediaWiki's login API.
#[derive(Parser)]
#[command(name = "daemun", version, about, after_help = EXAMPLES, disable_help_subcommand = true)]
pub struct Cli {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server
    Serve(serve::Serve),
    /// Start a server with an account for every way a login can go, to try clients out
    Demo(demo::Demo),
    /// Accounts: add, list, show, set-password, block, unblock, groups, second-factor, end-sessions
    #[command(subcommand)]
    User(user::User),
    /// Bot passwords: add, list, remove
    #[command(subcommand)]
    BotPassword(bot_password::BotPassword),
    /// Mail: send a test letter
    #[command(subcommand)]
    Mail(mail::Mail),
    /// The configuration: show what is in force, print the reference
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Try the configuration, the data and the server, a line each
    Check(check::Check),
    /// Log in to a wiki, this or any other
    Login(login::Login),
    /// Say who is logged in, by the session that daemun login saved
    Whoami(login::Whoami),
    /// End the session that daemun login saved
    Logout(login::Logout),
    /// Call the API of a wiki with the session that daemun login saved
    Call(login::Call),
}

impl Cli {
    /// What the configuration says of the log, as far as it can be read: what is wrong with it is
    /// told by the command that needs it.
    pub fn log_settings(&self) -> LogSettings {
        let sources = self.config.sources();
        sources.map(|sources| Values::gather(&sources).0.log_settings()).unwrap_or_default()
    }

    /// What the log tells unless the key `log` says otherwise: a server tells of its work, a command
    /// answers on standard output.
    pub fn log_level(&self) -> &'static str {
        if matches!(self.command, Command::Serve(_) | Command::Demo(_)) { "info" } else { "warn" }
    }

    /// Does what was asked for.
    ///
    /// # Errors
    /// A [`ConfigError`](crate::config::ConfigError) means exit code 2, any other 1.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let args = &self.config;
        match self.command {
            Command::Serve(command) => command.run(load(args)?).await?,
            Command::Demo(command) => {
                if let Some(flag) = command.refused().or_else(|| args.given()) {
                    let why = format!(
                        "the demo has a configuration of its own, in which {flag} changes \
                         nothing; --port is all that can be chosen"
                    );
                    Cli::command().error(ErrorKind::ArgumentConflict, why).print()?;
                    return Ok(ExitCode::from(2));
                }
                command.run().await?;
            }
            Command::Login(_) | Command::Whoami(_) | Command::Logout(_) | Command::Call(_) => {
                return self.command.elsewhere(args).await;
            }
            Command::User(command) => print(&command.run(&open(args).await?).await?)?,
            Command::BotPassword(command) => print(&command.run(&open(args).await?).await?)?,
            Command::Mail(command) => print(&command.run(&load(args)?).await?)?,
            Command::Config(command) => print(&command.run(args)?)?,
            Command::Check(_) => {
                let report = check::run(args).await?;
                print(&report.text)?;
                return Ok(if report.good { ExitCode::SUCCESS } else { ExitCode::FAILURE });
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Command {
    /// A command that talks to a wiki as anybody does.
    async fn elsewhere(self, args: &ConfigArgs) -> anyhow::Result<ExitCode> {
        let refused = match &self {
            Self::Login(command) => command.refused(),
            Self::Whoami(command) => command.refused(),
            Self::Logout(command) => command.refused(),
            Self::Call(command) => command.refused(),
            _ => None,
        };
        if let Some(flag) = refused.or_else(|| args.given()) {
            let why = format!("{flag} configures a server, and this command needs none");
            Cli::command().error(ErrorKind::ArgumentConflict, why).print()?;
            return Ok(ExitCode::from(2));
        }
        match self {
            Self::Login(command) => command.run().await,
            Self::Whoami(command) => command.run().await,
            Self::Logout(command) => command.run().await,
            Self::Call(command) => command.run().await,
            _ => Ok(ExitCode::FAILURE),
        }
    }
}

fn load(args: &ConfigArgs) -> anyhow::Result<Config> {
    Ok(Config::load(&args.sources()?, &Random::system())?)
}

/// The store and the rules, for a command that changes accounts.
async fn open(args: &ConfigArgs) -> anyhow::Result<Environment> {
    let config = load(args)?;
    let store = Store::open(&config.store).await.with_context(|| {
        format!("cannot open the data in {}", config.store.data_folder.display())
    })?;
    environment(config, store)
}

fn environment(config: Config, store: Store) -> anyhow::Result<Environment> {
    Ok(Environment {
        store,
        settings: Arc::new(config.settings),
        // A command hashes one password.
        hasher: Hasher::start(HashingOptions::new(1, 1)).context("cannot start a thread")?,
        clock: Clock::system(),
        random: Random::system(),
        decoys: Decoys::default(),
        mailer: Mailer::off(),
        private_log: PrivateLog::off(),
        background: Background::here(),
    })
}

fn print(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        // Whoever reads has enough: `daemun user list | head -1`.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write the answer"),
    }
}

/// JSON for people and programs.
fn json(value: &serde_json::Value) -> anyhow::Result<String> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    Ok(text)
}
