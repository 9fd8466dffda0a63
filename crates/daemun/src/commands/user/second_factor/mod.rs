//! `daemun user second-factor`.

mod add;
mod disable;
mod qr;
mod recovery_codes;
mod show;

use daemun_auth::Environment;
use daemun_mediawiki::second_factor::RecoveryCode;

use crate::accounts::find;

/// Whose second factors, and what to do to them.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  daemun user second-factor William show
  daemun user second-factor William add")]
pub(in crate::commands) struct SecondFactor {
    /// The name
    name: String,
    #[command(subcommand)]
    what: What,
}

/// What to do.
#[derive(clap::Subcommand)]
enum What {
    /// Show which second factors an account has, but no secret
    Show(show::Show),
    /// Add an authenticator app: print its QR code, and recovery codes
    Add(add::Add),
    /// Take all second factors from an account
    Disable(disable::Disable),
    /// Print new recovery codes in the place of the old ones
    RecoveryCodes(recovery_codes::RecoveryCodes),
}

impl SecondFactor {
    pub(super) async fn run(self, environment: &Environment) -> anyhow::Result<String> {
        let account = find(environment, &self.name).await?;
        match self.what {
            What::Show(command) => command.run(environment, &account).await,
            What::Add(command) => command.run(environment, &account).await,
            What::Disable(command) => command.run(environment, &account).await,
            What::RecoveryCodes(command) => command.run(environment, &account).await,
        }
    }
}

/// Recovery codes, a line each.
fn list(codes: &[RecoveryCode]) -> String {
    codes.iter().map(|code| format!("  {}\n", code.grouped().as_str())).collect()
}

/// A word about a wiki that does not ask for second factors.
fn note(environment: &Environment) -> &'static str {
    if environment.settings.second_factor.enabled {
        ""
    } else {
        "No login asks for it: the setting `second-factor.enabled` is false.\n"
    }
}
