//! `daemun user set-password`.

use daemun_auth::Environment;

use crate::accounts::{find, generate_password, set_password};
use crate::commands::password_input::PasswordArgs;

/// Whose password.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  daemun user set-password William
  daemun user set-password William --generate --expire-now")]
pub(in crate::commands) struct SetPassword {
    /// The name
    name: String,
    #[command(flatten)]
    password: PasswordArgs,
    /// Let the next login ask for another password
    #[arg(long)]
    expire_now: bool,
}

impl SetPassword {
    pub(super) async fn run(self, environment: &Environment) -> anyhow::Result<String> {
        let account = find(environment, &self.name).await?;
        let groups: Vec<String> = account.groups.iter().map(|m| m.group.clone()).collect();
        let generate = || generate_password(environment, &account.name, &groups);
        let obtained = self.password.obtain(generate)?;
        let ended =
            set_password(environment, &account, &obtained.password, self.expire_now).await?;
        let name = &account.name;
        Ok(format!(
            "Set the password of {name:?} and ended {ended} sessions. Its bot passwords need a reset.\n{}",
            obtained.reveal()
        ))
    }
}
