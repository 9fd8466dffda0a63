//! A mail server as the carrier of letters.

use std::error::Error;

use anyhow::Context;
use daemun_auth::mail::MailError;
use lettre::message::Message;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use rustls::CertificateError as Bad;
use zeroize::Zeroizing;

use super::{PATIENCE, SmtpConfig, Tls, failed};

/// The mail server.
pub(super) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    host: String,
    port: u16,
}

impl Smtp {
    /// The one that the configuration names. Nobody is asked anything yet.
    pub(super) fn of(config: &SmtpConfig) -> anyhow::Result<Self> {
        use lettre::transport::smtp::client::Tls as Encryption;
        let (encryption, usual) = match config.tls {
            Tls::None => (Encryption::None, 25),
            Tls::StartTls => (Encryption::Required(parameters(config)?), 587),
            Tls::Implicit => (Encryption::Wrapper(parameters(config)?), 465),
        };
        let (host, port) = (config.host.clone(), config.port.unwrap_or(usual));
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&host)
            .port(port)
            .tls(encryption)
            .timeout(Some(PATIENCE));
        if !config.user.is_empty() {
            let password = password(config)?.to_string();
            builder = builder.credentials(Credentials::new(config.user.clone(), password));
        }
        Ok(Self { transport: builder.build(), host, port })
    }

    pub(super) fn place(&self) -> String {
        format!("the mail server {}:{}", self.host, self.port)
    }

    pub(super) async fn probe(&self) -> Result<(), MailError> {
        let tried = tokio::time::timeout(PATIENCE, self.transport.test_connection()).await;
        match tried {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(MailError(format!("{} hung up", self.place()))),
            Ok(Err(error)) => Err(self.failed("said no", &error)),
            Err(_) => Err(MailError(format!("{} does not answer", self.place()))),
        }
    }

    pub(super) async fn send(&self, message: Message) -> Result<(), MailError> {
        let sent = self.transport.send(message).await;
        sent.map(|_| ()).map_err(|error| self.failed("took no letter", &error))
    }

    /// What went wrong, and where it is known what to do about it, that too.
    fn failed(&self, what: &str, error: &(dyn Error + 'static)) -> MailError {
        let MailError(failed) = failed(&format!("{} {what}", self.place()), error);
        MailError(match encryption_failed(error).and_then(advice) {
            Some(advice) => format!("{failed}: {advice}"),
            None => failed,
        })
    }
}

/// What the layer of encryption says, where it is the cause.
fn encryption_failed<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e rustls::Error> {
    if let Some(found) = error.downcast_ref() {
        return Some(found);
    }
    // An error of input and output hides the one that it is made of from `source`.
    let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    match wrapped {
        Some(wrapped) => encryption_failed(wrapped),
        None => encryption_failed(error.source()?),
    }
}

fn advice(error: &rustls::Error) -> Option<&'static str> {
    Some(match error {
        rustls::Error::InvalidCertificate(why) => match why {
            Bad::UnknownIssuer => {
                "nobody whom this system trusts vouches for the server's certificate; name the \
                 one who does with `mail.smtp.ca-file`"
            }
            Bad::NotValidForName | Bad::NotValidForNameContext { .. } => {
                "the server's certificate is for another name; `mail.smtp.host` must be one that \
                 it is for"
            }
            Bad::Expired | Bad::ExpiredContext { .. } => {
                "the server's certificate has expired, or this machine's clock is wrong"
            }
            Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
                "the server's certificate is not good yet, or this machine's clock is wrong"
            }
            _ => "the server's certificate cannot be trusted",
        },
        rustls::Error::InvalidMessage(_) => {
            "the server does not begin encrypted; `mail.smtp.tls` may have to be \"starttls\", or \
             the port another"
        }
        _ => return None,
    })
}

fn parameters(config: &SmtpConfig) -> anyhow::Result<TlsParameters> {
    let mut builder = TlsParameters::builder(config.host.clone());
    if let Some(path) = &config.ca_file {
        let place = path.display();
        let pem = std::fs::read(path)
            .with_context(|| format!("cannot read {place} (setting `mail.smtp.ca-file`)"))?;
        let certificate = Certificate::from_pem(&pem)
            .with_context(|| format!("{place} (setting `mail.smtp.ca-file`) is no certificate"))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().context("the certificates of this system cannot be used for mail")
}

fn password(config: &SmtpConfig) -> anyhow::Result<Zeroizing<String>> {
    let Some(path) = &config.password_file else { return Ok(config.password.0.clone()) };
    let text = std::fs::read_to_string(path).map(Zeroizing::new).with_context(|| {
        format!("cannot read {} (setting `mail.smtp.password-file`)", path.display())
    })?;
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}
