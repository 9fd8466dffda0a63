//! Requests, bounded in time and size. No redirect is followed here.

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, HeaderValue, LOCATION};
use url::Url;
use zeroize::Zeroizing;

use crate::agent::Agent;
use crate::error::Error;
use crate::limits::Limits;

/// Sends requests.
#[derive(Clone, Debug)]
pub(crate) struct Http {
    client: reqwest::Client,
    limits: Limits,
}

/// A request.
pub(crate) struct Sending<'a> {
    pub(crate) url: Url,
    /// The body of a POST; without one it is a GET.
    pub(crate) form: Option<Zeroizing<String>>,
    pub(crate) cookies: Option<Zeroizing<String>>,
    pub(crate) authorization: Option<Zeroizing<String>>,
    pub(crate) accept: &'a str,
    /// Bytes of the body that are taken.
    pub(crate) most: usize,
    /// Whether a longer body is cut there; otherwise it is an error.
    pub(crate) cut: bool,
}

impl<'a> Sending<'a> {
    pub(crate) fn get(url: Url, accept: &'a str, most: usize) -> Self {
        let (form, cookies, authorization) = (None, None, None);
        Self { url, form, cookies, authorization, accept, most, cut: false }
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// A header as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Where a redirect leads.
    pub(crate) fn location(&self) -> Option<&str> {
        let moved = matches!(self.status, 301 | 302 | 303 | 307 | 308);
        moved.then(|| self.header(LOCATION.as_str())).flatten()
    }

    /// What the wiki asks to wait for, in seconds.
    pub(crate) fn retry_after(&self) -> Option<u64> {
        self.header("retry-after")?.trim().parse().ok()
    }

    /// How the body begins, for people.
    pub(crate) fn start(&self) -> String {
        let text = String::from_utf8_lossy(self.body.get(..2000).unwrap_or(&self.body));
        let text = crate::html::plain(&text);
        let start: String = text.chars().take(80).collect();
        if start.is_empty() { "nothing".to_owned() } else { format!("\"{start}\"") }
    }
}

impl Http {
    pub(crate) fn new(agent: &Agent, limits: &Limits) -> Result<Self, Error> {
        // Done before in this process: then that one holds.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(limits.connecting)
            .timeout(limits.request)
            .pool_max_idle_per_host(2)
            .user_agent(agent.as_str())
            .build()
            .map_err(|error| Error::Unreachable {
                host: "any wiki".to_owned(),
                reason: reason(&error),
            })?;
        Ok(Self { client, limits: limits.clone() })
    }

    pub(crate) async fn send(&self, sending: Sending<'_>) -> Result<Reply, Error> {
        let host = crate::address::authority(&sending.url);
        let failed = |error: reqwest::Error| self.failed(&host, &error);
        let url = sending.url.clone();
        let mut request = match sending.form {
            None => self.client.get(url),
            Some(form) => self
                .client
                .post(url)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form.to_string()),
        };
        request = request.header(reqwest::header::ACCEPT, sending.accept);
        let secrets = [(COOKIE, sending.cookies), (AUTHORIZATION, sending.authorization)];
        for (name, value) in secrets.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            let mut value = HeaderValue::from_str(&value).map_err(|_| Error::OAuthForm)?;
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        let mut response = request.send().await.map_err(failed)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            let room = sending.most.saturating_sub(body.len());
            body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
            if chunk.len() > room {
                if sending.cut {
                    break;
                }
                return Err(Error::TooLarge { host, bytes: sending.most });
            }
        }
        Ok(Reply { status, headers, body })
    }

    fn failed(&self, host: &str, error: &reqwest::Error) -> Error {
        if error.is_timeout() {
            let limit =
                if error.is_connect() { self.limits.connecting } else { self.limits.request };
            return Error::Slow { host: host.to_owned(), seconds: limit.as_secs().max(1) };
        }
        Error::Unreachable { host: host.to_owned(), reason: reason(error) }
    }
}

/// The innermost cause: the ones around it say no more than that a request failed. It names no
/// address, in which a secret might stand.
fn reason(error: &reqwest::Error) -> String {
    let mut cause = std::error::Error::source(error);
    let mut text = None;
    while let Some(error) = cause {
        text = Some(error.to_string());
        cause = error.source();
    }
    text.unwrap_or_else(|| "the request failed".to_owned())
}
