//! `daemun user`.

mod add;
mod block;
mod end_sessions;
mod groups;
mod list;
mod second_factor;
mod set_password;
mod show;

use daemun_auth::Environment;

/// What to do to accounts.
#[derive(clap::Subcommand)]
pub(super) enum User {
    /// Make an account
    Add(add::Add),
    /// List accounts by name
    List(list::List),
    /// Show all that is known of an account
    Show(show::Show),
    /// Set an account's password and end its sessions
    SetPassword(set_password::SetPassword),
    /// Block an account
    Block(block::Block),
    /// Lift an account's blocks
    Unblock(block::Unblock),
    /// Show or change the groups that an account is in
    Groups(groups::Groups),
    /// Second factors: show, add, disable, recovery-codes
    SecondFactor(second_factor::SecondFactor),
    /// End all sessions of an account, those that stay signed in included
    EndSessions(end_sessions::EndSessions),
}

impl User {
    /// Does it and answers what to print.
    pub(super) async fn run(self, environment: &Environment) -> anyhow::Result<String> {
        match self {
            Self::Add(command) => command.run(environment).await,
            Self::List(command) => command.run(environment).await,
            Self::Show(command) => command.run(environment).await,
            Self::SetPassword(command) => command.run(environment).await,
            Self::Block(command) => command.run(environment).await,
            Self::Unblock(command) => command.run(environment).await,
            Self::Groups(command) => command.run(environment).await,
            Self::SecondFactor(command) => command.run(environment).await,
            Self::EndSessions(command) => command.run(environment).await,
        }
    }
}
