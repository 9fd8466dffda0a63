//! Waits on this machine for a browser that comes back from elsewhere.

use std::net::Ipv4Addr;
use std::time::Duration;

use anyhow::Context;
use daemun_auth::Random;
use daemun_messages::{Message, escape_html};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::words::Words;

/// How long somebody may be elsewhere.
const PATIENCE: Duration = Duration::from_secs(15 * 60);
/// How long a connection may take to say what it wants.
const REQUEST: Duration = Duration::from_secs(10);
/// Most bytes of a request's head.
const MOST_BYTES: usize = 16 * 1024;

/// An address of this machine to return to. A part of it cannot be guessed, so that no page that is
/// open in the browser can pretend to be the return.
pub(super) struct Returning {
    listener: TcpListener,
    address: String,
    path: String,
    page: String,
}

impl Returning {
    pub(super) async fn start(words: &Words) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.context("cannot listen on this machine")?;
        let path = format!("/{}", Random::system().hex32());
        let address = format!("http://{}{path}", listener.local_addr()?);
        let text = escape_html(&words.say(&Message::new("daemun-login-returned")));
        let page = format!(
            "<!DOCTYPE html>\n<html lang=\"{}\"><meta charset=\"UTF-8\"><title>daemun</title><p>{text}</p></html>\n",
            words.language().code()
        );
        Ok(Self { listener, address, path, page })
    }

    /// Where to return to.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Waits for the return; answers the address with all that came.
    pub(super) async fn wait(&self, words: &Words) -> anyhow::Result<String> {
        words.progress(Message::new("daemun-login-waiting"));
        let coming = async {
            loop {
                let (stream, _) = self.listener.accept().await?;
                // Whoever connects and is silent keeps nobody else waiting for long.
                if let Ok(Ok(Some(target))) = timeout(REQUEST, self.hear(stream)).await {
                    return anyhow::Ok(target);
                }
            }
        };
        let late = || words.say(&Message::new("daemun-login-nobody-returned"));
        timeout(PATIENCE, coming).await.with_context(late)?
    }

    async fn hear(&self, mut stream: TcpStream) -> std::io::Result<Option<String>> {
        let mut head = Vec::new();
        let mut bytes = [0; 1024];
        while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < MOST_BYTES {
            let count = stream.read(&mut bytes).await?;
            if count == 0 {
                break;
            }
            head.extend_from_slice(bytes.get(..count).unwrap_or_default());
        }
        let head = String::from_utf8_lossy(&head);
        let target = head.strip_prefix("GET ").and_then(|rest| rest.split(' ').next());
        let target = target.filter(|target| target.split('?').next() == Some(self.path.as_str()));
        let (status, page) = match target {
            Some(_) => ("200 OK", self.page.as_str()),
            None => ("404 Not Found", ""),
        };
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=UTF-8\r\nContent-Length: {}\r\n\
             Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n\
             Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\nConnection: close\r\n\r\n{page}",
            page.len()
        );
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await?;
        Ok(target.map(str::to_owned))
    }
}
