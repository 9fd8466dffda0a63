//! `daemun call`: a call of the API with the session that was saved.

use std::process::ExitCode;

use clap::Args;

use super::outcome::Outcome;
use super::place::PlaceArgs;
use crate::config::NoConfigArgs;

/// The arguments.
#[derive(Args)]
#[command(after_help = "\
Examples:
  daemun call action=query meta=userinfo uiprop=rights
  daemun call --token csrf action=checktoken type=csrf

The answer is printed as JSON. assert=user is added: a session that has ended is told, not used.

Exit codes: 0 done, 1 the wiki refused, 2 wrong arguments, 4 the wiki cannot be reached.")]
pub(in crate::commands) struct Call {
    /// Parameters of the call
    #[arg(value_name = "NAME=VALUE", required = true, value_parser = pair)]
    parameters: Vec<(String, String)>,
    /// Post, with a token of this kind
    #[arg(long, value_name = "KIND")]
    token: Option<String>,
    /// Post
    #[arg(long)]
    post: bool,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    config: NoConfigArgs,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

impl Call {
    pub(in crate::commands) fn refused(&self) -> Option<String> {
        self.config.given()
    }

    pub(in crate::commands) async fn run(self) -> anyhow::Result<ExitCode> {
        let words = self.place.words();
        let wiki = self.place.open(&words)?;
        let params: Vec<(&str, &str)> =
            self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = match &self.token {
            Some(kind) => wiki.post_with_token(kind, &params).await,
            None if self.post => wiki.post(&params).await,
            None => wiki.get(&params).await,
        };
        match answer {
            Ok(answer) => {
                crate::commands::print(&crate::commands::json(&answer)?)?;
                // The wiki may have renewed its cookies.
                self.place.save(&wiki)?;
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => Outcome::of_error(&error, &words)?.tell(&words, false),
        }
    }
}
