//! A small mail server (RFC 5321) that takes every letter and tells how the conversation went.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::waiting::wait_for;

/// A letter as it came.
#[derive(Clone, Debug, Default)]
pub struct Mail {
    /// What the client said, up to the letter.
    pub commands: Vec<String>,
    /// The letter with its head.
    pub data: String,
    /// Whether it came encrypted.
    pub encrypted: bool,
}

impl Mail {
    /// A field of its head; empty without one.
    pub fn header(&self, name: &str) -> &str {
        let name = format!("{name}: ");
        let head = self.data.split("\r\n\r\n").next().unwrap_or_default();
        head.split("\r\n").find_map(|line| line.strip_prefix(&name)).unwrap_or_default()
    }

    /// Its text, decoded.
    pub fn text(&self) -> String {
        let body = self.data.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
        if self.header("Content-Transfer-Encoding") != "base64" {
            return body.to_owned();
        }
        let joined: String = body.split_whitespace().collect();
        String::from_utf8_lossy(&STANDARD.decode(joined).unwrap_or_default()).into_owned()
    }
}

/// How the conversation with a server begins that encrypts.
#[derive(Clone, Copy, Debug)]
enum Begins {
    /// Plainly, until the client asks to change over.
    Plain,
    /// Encrypted.
    Encrypted,
}

/// The server. It stops when it is dropped.
pub struct MailServer {
    _runtime: Runtime,
    address: SocketAddr,
    certificate: String,
    mails: Arc<Mutex<Vec<Mail>>>,
}

impl MailServer {
    /// Starts one that is encrypted from the first byte, with such a certificate.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn with_tls() -> Result<Self> {
        Self::start(Some(Begins::Encrypted))
    }

    /// Starts one that speaks plainly.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn plain() -> Result<Self> {
        Self::start(None)
    }

    /// Starts one that changes over to encryption when asked to, with a certificate of its own for
    /// `localhost`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn with_starttls() -> Result<Self> {
        Self::start(Some(Begins::Plain))
    }

    fn start(begins: Option<Begins>) -> Result<Self> {
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.signing_key.serialize_der()));
        let provider = tokio_rustls::rustls::crypto::ring::default_provider();
        let config = ServerConfig::builder_with_provider(Arc::new(provider))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![own.cert.der().clone()], key)?;
        let acceptor = begins.map(|begins| (begins, TlsAcceptor::from(Arc::new(config))));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .context("starting tokio")?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let address = listener.local_addr()?;
        let mails: Arc<Mutex<Vec<Mail>>> = Arc::default();
        let kept = Arc::clone(&mails);
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, acceptor) = (Arc::clone(&kept), acceptor.clone());
                tokio::spawn(async move {
                    let _broke_off = talk(stream, acceptor, &kept).await;
                });
            }
        });
        Ok(Self { _runtime: runtime, address, certificate: own.cert.pem(), mails })
    }

    /// Its port on this machine.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Its certificate in PEM.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// The next letter, once it has come.
    ///
    /// # Errors
    /// When none comes.
    pub fn take(&self) -> Result<Mail> {
        wait_for("a letter", || {
            let mut mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
            Ok(if mails.is_empty() { None } else { Some(mails.remove(0)) })
        })
    }
}

async fn talk(
    stream: tokio::net::TcpStream,
    acceptor: Option<(Begins, TlsAcceptor)>,
    kept: &Mutex<Vec<Mail>>,
) -> Result<()> {
    let mut mail = Mail::default();
    let (acceptor, stream) = match acceptor {
        Some((Begins::Encrypted, acceptor)) => {
            let mut stream = BufReader::new(acceptor.accept(stream).await?);
            stream.write_all(b"220 localhost ready\r\n").await?;
            mail.encrypted = true;
            converse(&mut stream, false, &mut mail, kept).await?;
            return Ok(());
        }
        Some((Begins::Plain, acceptor)) => (Some(acceptor), stream),
        None => (None, stream),
    };
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 localhost ready\r\n").await?;
    if !converse(&mut stream, acceptor.is_some(), &mut mail, kept).await? {
        return Ok(());
    }
    let Some(acceptor) = acceptor else { return Ok(()) };
    let mut stream = BufReader::new(acceptor.accept(stream.into_inner()).await?);
    mail.encrypted = true;
    converse(&mut stream, false, &mut mail, kept).await?;
    Ok(())
}

/// Talks until the end, or until the client asks to change over to encryption: then `true`.
async fn converse(
    stream: &mut (impl AsyncBufReadExt + AsyncRead + AsyncWrite + Unpin),
    offers: bool,
    mail: &mut Mail,
    kept: &Mutex<Vec<Mail>>,
) -> Result<bool> {
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(false);
        }
        let command = line.trim_end().to_owned();
        mail.commands.push(command.clone());
        let verb = command.split(' ').next().unwrap_or_default().to_ascii_uppercase();
        let reply = match verb.as_str() {
            "EHLO" if offers => "250-localhost\r\n250-8BITMIME\r\n250 STARTTLS\r\n",
            "EHLO" => "250-localhost\r\n250-8BITMIME\r\n250 AUTH PLAIN\r\n",
            "STARTTLS" => {
                stream.write_all(b"220 go ahead\r\n").await?;
                return Ok(true);
            }
            "AUTH" => "235 welcome\r\n",
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                mail.data = data(stream).await?;
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(mail.clone());
                "250 taken\r\n"
            }
            "QUIT" => {
                stream.write_all(b"221 goodbye\r\n").await?;
                return Ok(false);
            }
            _ => "250 good\r\n",
        };
        stream.write_all(reply.as_bytes()).await?;
    }
}

async fn data(stream: &mut (impl AsyncBufReadExt + Unpin)) -> Result<String> {
    let mut data = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(data);
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
