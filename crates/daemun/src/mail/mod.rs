//! How letters travel: to a mail server, to the machine's `sendmail`, or into a folder.

mod folder;
mod smtp;

use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use async_trait::async_trait;
use daemun_action_api::Site;
use daemun_auth::mail::{Letter, MailError, MailTransport, Mailer, Sender};
use daemun_auth::{Clock, Random};
use daemun_mediawiki::session_id::hex;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::{Address, AsyncSendmailTransport, AsyncTransport, Tokio1Executor};
use zeroize::Zeroizing;

use crate::config::Config;
use folder::Folder;
use smtp::Smtp;

/// What the configuration says of mail.
#[derive(Clone, Debug, Default)]
pub struct MailConfig {
    /// How letters travel.
    pub transport: Way,
    /// Whom they come from; empty: `wiki` at the wiki's host.
    pub from: String,
    /// The mail server.
    pub smtp: SmtpConfig,
    /// The command that takes letters.
    pub sendmail: PathBuf,
    /// The folder for letters.
    pub folder: PathBuf,
}

/// How letters travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// Not at all.
    #[default]
    None,
    /// To a mail server.
    Smtp,
    /// To a command.
    Sendmail,
    /// Into a folder, a file each.
    File,
}

/// The mail server (`$wgSMTP`).
#[derive(Clone, Debug, Default)]
pub struct SmtpConfig {
    /// Its name.
    pub host: String,
    /// Its port; the usual one of the kind of encryption otherwise.
    pub port: Option<u16>,
    /// Whether and how the conversation is encrypted.
    pub tls: Tls,
    /// Who logs in there; empty: nobody.
    pub user: String,
    /// With which password.
    pub password: Hidden,
    /// The file that holds it.
    pub password_file: Option<PathBuf>,
    /// Certificates in PEM that are trusted beside the system's.
    pub ca_file: Option<PathBuf>,
}

/// Whether and how a conversation with a mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tls {
    /// Not at all.
    None,
    /// It begins in the open and must change over.
    #[default]
    StartTls,
    /// From the beginning.
    Implicit,
}

/// A secret of the configuration. Never printed.
#[derive(Clone, Default)]
pub struct Hidden(Zeroizing<String>);

impl Hidden {
    /// This secret.
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(…)")
    }
}

/// How long a mail server may take over each thing it is told.
const PATIENCE: Duration = Duration::from_secs(20);

/// The mailer of a configuration.
///
/// # Errors
/// When a file that it names cannot be read, or an address is none.
pub fn mailer(config: &Config, clock: Clock, random: Random) -> anyhow::Result<Mailer> {
    Ok(match Post::of(config, clock, random)? {
        None => Mailer::off(),
        Some(post) => Mailer::by(post),
    })
}

/// What letters say of a wiki.
pub fn sender(site: &Site) -> Sender {
    let url = |title: &str| format!("{}{}", site.server, site.links().url(title));
    Sender {
        wiki: site.name.clone(),
        main_page: url(&site.main_page),
        confirmation: format!("{}/$1", url("Special:ConfirmEmail")),
        language: site.language.clone(),
    }
}

/// Writes letters down as mail has them, and hands them on.
pub struct Post {
    from: Mailbox,
    way: Carrier,
    clock: Clock,
    random: Random,
}

enum Carrier {
    Smtp(Box<Smtp>),
    Sendmail(PathBuf, AsyncSendmailTransport<Tokio1Executor>),
    Folder(Folder),
}

impl Post {
    /// The one that a configuration wants, if any.
    ///
    /// # Errors
    /// When a file that it names cannot be read, or an address is none.
    pub fn of(config: &Config, clock: Clock, random: Random) -> anyhow::Result<Option<Self>> {
        let mail = &config.mail;
        let way = match mail.transport {
            Way::None => return Ok(None),
            Way::Smtp => Carrier::Smtp(Box::new(Smtp::of(&mail.smtp)?)),
            Way::Sendmail => {
                let transport = AsyncSendmailTransport::new_with_command(&mail.sendmail);
                Carrier::Sendmail(mail.sendmail.clone(), transport)
            }
            Way::File => Carrier::Folder(Folder(mail.folder.clone())),
        };
        let from = from(config)?;
        let from = Mailbox::new(Some(config.site.name.clone()), from);
        Ok(Some(Self { from, way, clock, random }))
    }

    /// Where letters go, in words.
    pub fn place(&self) -> String {
        match &self.way {
            Carrier::Smtp(smtp) => smtp.place(),
            Carrier::Sendmail(command, _) => format!("the command {}", command.display()),
            Carrier::Folder(folder) => format!("the folder {}", folder.0.display()),
        }
    }

    /// Tries whether a letter would be taken, without one.
    ///
    /// # Errors
    /// Why not.
    pub async fn probe(&self) -> Result<(), MailError> {
        match &self.way {
            Carrier::Smtp(smtp) => smtp.probe().await,
            Carrier::Sendmail(command, _) => runs(command),
            Carrier::Folder(folder) => folder.probe(),
        }
    }

    fn message(&self, letter: &Letter) -> Result<Message, MailError> {
        let to: Address = letter
            .to
            .parse()
            .map_err(|error| failed("the address cannot be written to", &error))?;
        let since_1970 = u64::try_from(self.clock.now().0).unwrap_or(0);
        let id = hex(&self.random.bytes::<16>());
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&letter.subject)
            .date(SystemTime::UNIX_EPOCH + Duration::from_secs(since_1970))
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            // So that no absence is announced in reply (RFC 3834).
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.to_string())
            .map_err(|error| failed("the letter cannot be written", &error))
    }
}

#[async_trait]
impl MailTransport for Post {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let message = self.message(letter)?;
        match &self.way {
            Carrier::Smtp(smtp) => smtp.send(message).await,
            Carrier::Sendmail(command, transport) => {
                let said = format!("{} took no letter", command.display());
                transport.send(message).await.map_err(|error| failed(&said, &error))
            }
            Carrier::Folder(folder) => {
                let bytes = Zeroizing::new(message.formatted());
                let name = hex(&self.random.bytes::<8>());
                folder.keep(&format!("{}-{name}.eml", self.clock.now().to_mw()), &bytes)
            }
        }
    }
}

/// The address that letters come from.
fn from(config: &Config) -> anyhow::Result<Address> {
    if !config.mail.from.is_empty() {
        let from = &config.mail.from;
        return from.parse().with_context(|| format!("`mail.from` is {from:?}: no address"));
    }
    // Nobody has mail at a bare address.
    let host = config.site.server_name();
    let is_number = host.starts_with('[') || host.parse::<std::net::IpAddr>().is_ok();
    let host = if is_number { "localhost" } else { host };
    Address::new("wiki", host)
        .with_context(|| format!("{host} is no host for mail: set `mail.from`"))
}

/// Whether a file can be run.
fn runs(command: &std::path::Path) -> Result<(), MailError> {
    let metadata = std::fs::metadata(command)
        .map_err(|error| failed(&format!("{} cannot be run", command.display()), &error))?;
    #[cfg(unix)]
    let can = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let can = true;
    if metadata.is_file() && can {
        return Ok(());
    }
    Err(MailError(format!("{} is no program", command.display())))
}

/// What was tried, and all causes of why it failed, in one line.
fn failed(what: &str, error: &dyn std::error::Error) -> MailError {
    let causes = daemun_action_api::error::causes(error);
    let causes: Vec<&str> = causes.split_whitespace().collect();
    MailError(format!("{what}: {}", causes.join(" ")))
}
