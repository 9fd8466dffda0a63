//! `daemun bot-password add`.

use daemun_auth::Environment;

use crate::accounts::{NewBotPassword, add_bot_password, find};

/// For whom and for what.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  daemun bot-password add William tool
  daemun bot-password add William tool --grant editpage --grant highvolume --restrict 203.0.113.0/24

Grants are MediaWiki's (https://www.mediawiki.org/wiki/Manual:Bot_passwords); `basic` is always given.")]
pub(in crate::commands) struct Add {
    /// The account's name
    user: String,
    /// The application's name, 1 to 32 bytes
    app: String,
    /// A grant besides `basic`; may be repeated
    #[arg(long = "grant", value_name = "GRANT")]
    grants: Vec<String>,
    /// An address or range that it may be used from; may be repeated [default: anywhere]
    #[arg(long = "restrict", value_name = "RANGE")]
    restrictions: Vec<String>,
}

impl Add {
    pub(super) async fn run(self, environment: &Environment) -> anyhow::Result<String> {
        let account = find(environment, &self.user).await?;
        let new =
            NewBotPassword { app: self.app, grants: self.grants, restrictions: self.restrictions };
        let (app, password) = add_bot_password(environment, &account, &new).await?;
        let (name, password) = (&account.name, password.reveal());
        let mut text = format!(
            "Made the bot password {app:?} of {name:?}. It is not shown again.\n\n\
             Log in with action=login in either form:\n\
             \x20 lgname={name}@{app}  lgpassword={password}\n\
             \x20 lgname={name}  lgpassword={app}@{password}\n"
        );
        if !environment.settings.enable_bot_passwords {
            text.push_str(
                "\nBot passwords are off: `bot-passwords` is false in the configuration.\n",
            );
        }
        Ok(text)
    }
}
