//! Real clients, unmodified, each installed once and run against an origin.
//!
//! A driver is a few lines in the client's own language: it reads on stdin what to log in with
//! and prints as JSON who it then is.

mod install;
mod kde;
mod node;
mod oidc_provider;
mod process;
mod python;

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

pub use install::Installed;
pub use node::{MWN, chromium, node, node_with_lock};
pub use oidc_provider::{OIDC_PROVIDER, OidcProvider};
pub use process::{Output, output};
pub use python::{MWCLIENT, PYWIKIBOT, REQUESTS, python};

/// What to log in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    pub user: String,
    /// With `app` the bot password, otherwise the account's own.
    pub password: String,
    /// The bot password's name, to log in by `action=login` as `User@app`.
    pub app: Option<String>,
}

/// Who a client is after its login.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The driver's JSON: `client`, `how`, `name` and `groups` as the server says.
    Said(Value),
    /// Not run, for this is missing here: to be told loudly.
    Missing(String),
}

/// A client and how it logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// By `action=clientlogin`.
    PywikibotClientlogin,
    /// By `action=login` and a bot password.
    PywikibotBotPassword,
    MwclientClientlogin,
    MwclientBotPassword,
    MwnBotPassword,
    /// API:Login's sample with Python's requests.
    SamplePythonClientlogin,
    SamplePythonLogin,
    /// The same with Node's fetch.
    SampleNodeClientlogin,
    SampleNodeLogin,
    /// The same with PHP's curl and a cookie file.
    SamplePhpClientlogin,
    SamplePhpLogin,
    /// KDE's libmediawiki (digiKam's), which speaks XML only, by the token of `NeedToken`.
    KdeLogin,
    /// One of ours that speaks XML only, with Python's parser, for what KDE's cannot do.
    XmlClientlogin,
    XmlLogin,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Python,
    /// Node with the installed packages.
    Mwn,
    /// Node alone.
    Node,
    Php,
    /// C++ with Qt and KDE's library: compiled, not interpreted.
    Qt,
}

impl Client {
    /// Every client.
    pub const ALL: [Self; 14] = [
        Self::PywikibotClientlogin,
        Self::PywikibotBotPassword,
        Self::MwclientClientlogin,
        Self::MwclientBotPassword,
        Self::MwnBotPassword,
        Self::SamplePythonClientlogin,
        Self::SamplePythonLogin,
        Self::SampleNodeClientlogin,
        Self::SampleNodeLogin,
        Self::SamplePhpClientlogin,
        Self::SamplePhpLogin,
        Self::KdeLogin,
        Self::XmlClientlogin,
        Self::XmlLogin,
    ];

    /// The `action` that it logs in by.
    pub fn how(self) -> &'static str {
        match self {
            Self::PywikibotClientlogin
            | Self::MwclientClientlogin
            | Self::SamplePythonClientlogin
            | Self::SampleNodeClientlogin
            | Self::SamplePhpClientlogin
            | Self::XmlClientlogin => "clientlogin",
            Self::PywikibotBotPassword
            | Self::MwclientBotPassword
            | Self::MwnBotPassword
            | Self::SamplePythonLogin
            | Self::SampleNodeLogin
            | Self::SamplePhpLogin
            | Self::KdeLogin
            | Self::XmlLogin => "login",
        }
    }

    /// Whether it can only log in by a bot password.
    pub fn wants_bot_password(self) -> bool {
        matches!(self, Self::PywikibotBotPassword | Self::MwnBotPassword)
    }

    fn driver(self) -> (Language, &'static str, &'static str) {
        use Language::{Mwn, Node, Php, Python, Qt};
        match self {
            Self::PywikibotClientlogin | Self::PywikibotBotPassword => {
                (Python, "pywikibot_login.py", include_str!("drivers/pywikibot_login.py"))
            }
            Self::MwclientClientlogin | Self::MwclientBotPassword => {
                (Python, "mwclient_login.py", include_str!("drivers/mwclient_login.py"))
            }
            Self::XmlClientlogin | Self::XmlLogin => {
                (Python, "xml_login.py", include_str!("drivers/xml_login.py"))
            }
            Self::KdeLogin => (Qt, "kde_login.cpp", include_str!("drivers/kde_login.cpp")),
            Self::MwnBotPassword => (Mwn, "mwn_login.js", include_str!("drivers/mwn_login.js")),
            Self::SamplePythonClientlogin | Self::SamplePythonLogin => {
                (Python, "sample_login.py", include_str!("drivers/sample_login.py"))
            }
            Self::SampleNodeClientlogin | Self::SampleNodeLogin => {
                (Node, "sample_login.js", include_str!("drivers/sample_login.js"))
            }
            Self::SamplePhpClientlogin | Self::SamplePhpLogin => {
                (Php, "sample_login.php", include_str!("drivers/sample_login.php"))
            }
        }
    }
}

/// Installs a client below `cache` (once) and logs it in at `origin`, whose script path is `/w`.
///
/// A driver that fails is an error with everything that it printed.
pub fn log_in(client: Client, cache: &Path, origin: &str, login: &Login) -> Result<Answer> {
    if client.wants_bot_password() && login.app.is_none() {
        bail!("{client:?} logs in by a bot password only");
    }
    let (language, name, source) = client.driver();
    let installed = match language {
        Language::Python => python(cache)?,
        Language::Mwn => node(cache)?,
        Language::Node => node::plain(cache)?,
        Language::Php => php(cache)?,
        Language::Qt => kde::compiled(cache, name, source)?,
    };
    let (program, folder) = match installed {
        Installed::Here { program, folder } => (program, folder),
        Installed::Missing(what) => return Ok(Answer::Missing(what)),
    };
    // A folder of its own, so that drivers of several tests do not meet.
    let home = tempfile::tempdir()?;
    let mut asked = serde_json::json!({
        "origin": origin, "how": client.how(), "user": login.user, "password": login.password,
    });
    if let (Some(app), Some(asked)) = (&login.app, asked.as_object_mut()) {
        asked.insert("app".to_owned(), Value::String(app.clone()));
    }
    let mut command = std::process::Command::new(program);
    // Whoever drops files, drops them in the folder that goes away.
    command.current_dir(folder).env("TMPDIR", home.path());
    if language != Language::Qt {
        let script = home.path().join(name);
        std::fs::write(&script, source).with_context(|| script.display().to_string())?;
        command.arg(&script);
    }
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    for proxy in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env_remove(proxy);
    }
    let output = output(command, &asked.to_string())?;
    if !output.success {
        bail!("{client:?} failed:\n{}", output.all());
    }
    let last = output.stdout.lines().rev().find(|line| !line.trim().is_empty());
    let said = last.and_then(|line| serde_json::from_str(line).ok());
    let said = said.with_context(|| format!("{client:?} printed no JSON:\n{}", output.all()))?;
    Ok(Answer::Said(said))
}

fn php(cache: &Path) -> Result<Installed> {
    let mut command = std::process::Command::new("php");
    command.args(["-r", "exit(function_exists('curl_init') ? 0 : 1);"]);
    Ok(match output(command, "") {
        Ok(tried) if tried.success => {
            std::fs::create_dir_all(cache)?;
            Installed::Here { program: "php".into(), folder: cache.to_path_buf() }
        }
        _ => Installed::Missing("php-cli with its curl extension".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_needs_a_bot_password_is_not_started_without_one() {
        let login = Login { user: "William".into(), password: "x".into(), app: None };
        let cache = tempfile::tempdir().unwrap();
        let tried = log_in(Client::MwnBotPassword, cache.path(), "http://127.0.0.1:1", &login);
        assert!(tried.is_err());
    }

    /// `DAEMUN_TESTKIT_WIKI=http://… cargo test -p daemun-testkit -- --ignored` with the world's
    /// accounts in that wiki.
    #[test]
    #[ignore = "needs a running wiki"]
    fn every_client_logs_in_to_the_wiki_that_is_named() {
        let Ok(origin) = std::env::var("DAEMUN_TESTKIT_WIKI") else { return };
        let cache = std::env::temp_dir().join("daemun-testkit-clients");
        for client in Client::ALL {
            let bot = client.how() == "login";
            let password = if bot { "0123456789abcdefghijklmnopqrstuv" } else { "William-pass-1!" };
            let login = Login {
                user: "William".into(),
                password: password.into(),
                app: bot.then(|| "tool".to_owned()),
            };
            match log_in(client, &cache, &origin, &login).unwrap() {
                Answer::Said(said) => {
                    println!("{said}");
                    assert_eq!(
                        (&said["name"], &said["how"]),
                        (&"William".into(), &client.how().into())
                    );
                }
                Answer::Missing(what) => println!("SKIPPED {client:?}: {what}"),
            }
        }
    }
}
