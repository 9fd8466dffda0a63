//! `daemun user add`.

use daemun_auth::Environment;

use crate::accounts::{NewUser, create, generate_password};
use crate::commands::password_input::PasswordArgs;

/// A new account.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  daemun user add William
  daemun user add Robot --group bot --generate
  printf '%s\\n' \"$PASSWORD\" | daemun user add William --password-stdin")]
pub(in crate::commands) struct Add {
    /// The name; its first letter becomes upper case
    name: String,
    /// A group to put the account into; may be repeated
    #[arg(long = "group", value_name = "GROUP")]
    groups: Vec<String>,
    /// The e-mail address
    #[arg(long, default_value = "", hide_default_value = true)]
    email: String,
    #[command(flatten)]
    password: PasswordArgs,
}

impl Add {
    pub(super) async fn run(self, environment: &Environment) -> anyhow::Result<String> {
        let user = NewUser { name: self.name, groups: self.groups, email: self.email };
        // Nobody should think of a password for a name that cannot be had.
        let user = user.prepare(environment).await?;
        let generate = || generate_password(environment, &user.name, &user.groups);
        let obtained = self.password.obtain(generate)?;
        let (name, id) = create(environment, user, &obtained.password).await?;
        Ok(format!("Made {name:?} with id {id}.\n{}", obtained.reveal()))
    }
}
