//! How a login ended: for people, for programs, and as an exit code.

use std::path::PathBuf;
use std::process::ExitCode;

use daemun_client::Error;
use daemun_messages::{Message, Param};
use serde_json::{Value, json};

use super::words::Words;

/// How a login ended.
pub(super) enum Outcome {
    /// In.
    LoggedIn { username: String, api: String, file: Option<PathBuf> },
    /// The wiki said no.
    Refused { code: String, reason: String },
    /// The wiki asks for something that was not given, and nobody can be asked.
    Unanswered { fields: Vec<Value>, names: Vec<String> },
    /// Nothing was said at all.
    Unreachable { reason: String },
}

impl Outcome {
    /// What an error of the library comes to.
    pub(super) fn of_error(error: &Error, words: &Words) -> anyhow::Result<Self> {
        let reason = words.say(&super::words::of_error(error));
        Ok(match error {
            Error::Address { .. } | Error::Agent | Error::File { .. } => anyhow::bail!(reason),
            Error::NoApi { .. }
            | Error::OtherHost { .. }
            | Error::Unreachable { .. }
            | Error::Slow { .. }
            | Error::TooLarge { .. }
            | Error::Moved { .. }
            | Error::Status { .. }
            | Error::NotJson { .. }
            | Error::Unexpected { .. } => Self::Unreachable { reason },
            _ => {
                Self::Refused { code: error.code().unwrap_or("daemun-login-failed").into(), reason }
            }
        })
    }

    /// Tells it, and answers the exit code.
    pub(super) fn tell(self, words: &Words, as_json: bool) -> anyhow::Result<ExitCode> {
        let code = match &self {
            Self::LoggedIn { .. } => 0,
            Self::Refused { .. } => 1,
            Self::Unanswered { .. } => 3,
            Self::Unreachable { .. } => 4,
        };
        if as_json {
            crate::commands::print(&format!("{}\n", self.json()))?;
        } else if let Self::LoggedIn { .. } = self {
            crate::commands::print(&format!("{}\n", words.say(&self.message())))?;
        } else {
            eprintln!("daemun: {}", words.say(&self.message()));
        }
        Ok(ExitCode::from(code))
    }

    fn message(&self) -> Message {
        let plain = |text: &str| Param::plaintext(text);
        match self {
            Self::LoggedIn { username, file: Some(file), .. } => Message::new("daemun-login-done")
                .with(plain(username))
                .with(plain(&file.display().to_string())),
            Self::LoggedIn { username, .. } => {
                Message::new("daemun-login-done-unsaved").with(plain(username))
            }
            Self::Refused { code, reason } => {
                Message::new("daemun-login-refused").with(plain(reason)).with(plain(code))
            }
            Self::Unanswered { names, .. } => {
                Message::new("daemun-login-unanswered").with(plain(&names.join(", ")))
            }
            Self::Unreachable { reason } => {
                Message::new("daemun-login-unreachable").with(plain(reason))
            }
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::LoggedIn { username, api, file } => json!({
                "status": "PASS", "username": username, "api": api,
                "cookies": file.as_ref().map(|file| file.display().to_string()),
            }),
            Self::Refused { code, reason } => {
                json!({"status": "FAIL", "code": code, "reason": reason})
            }
            Self::Unanswered { fields, .. } => json!({"status": "UI", "fields": fields}),
            Self::Unreachable { reason } => json!({"status": "ERROR", "reason": reason}),
        }
    }
}
