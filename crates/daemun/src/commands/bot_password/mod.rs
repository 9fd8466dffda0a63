//! `daemun bot-password`.

mod add;
mod list;
mod remove;

use daemun_auth::Environment;

/// What to do to bot passwords.
#[derive(clap::Subcommand)]
pub(super) enum BotPassword {
    /// Make a bot password and print it
    Add(add::Add),
    /// List the bot passwords of an account
    List(list::List),
    /// Remove a bot password, which ends its sessions
    Remove(remove::Remove),
}

impl BotPassword {
    /// Does it and answers what to print.
    pub(super) async fn run(self, environment: &Environment) -> anyhow::Result<String> {
        match self {
            Self::Add(command) => command.run(environment).await,
            Self::List(command) => command.run(environment).await,
            Self::Remove(command) => command.run(environment).await,
        }
    }
}
