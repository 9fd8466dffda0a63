//! `daemun user second-factor NAME add`.

use daemun_auth::Environment;
use daemun_store::Account;

use super::{list, note, qr};
use crate::accounts::add_second_factor;

/// What to print.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  daemun user second-factor William add
  daemun user second-factor William add --no-qr")]
pub(in crate::commands) struct Add {
    /// Print no QR code, only its text
    #[arg(long)]
    no_qr: bool,
}

impl Add {
    pub(super) async fn run(
        self,
        environment: &Environment,
        account: &Account,
    ) -> anyhow::Result<String> {
        let new = add_second_factor(environment, account).await?;
        let name = &account.name;
        let code = if self.no_qr { None } else { qr::code(&new.uri) };
        let code = code.unwrap_or_default();
        let codes = if new.recovery_codes.is_empty() {
            "Its recovery codes stay as they are.\n".to_owned()
        } else {
            let codes = list(&new.recovery_codes);
            format!("Recovery codes, each good once in the place of a code of the app:\n{codes}")
        };
        Ok(format!(
            "From now on {name:?} logs in with a second factor. What follows is shown only once.\n\
             {}\n{code}{}\n\nSecret to type where there is no camera: {}\n\n{codes}",
            note(environment),
            new.uri.as_str(),
            new.secret.as_str(),
        ))
    }
}
