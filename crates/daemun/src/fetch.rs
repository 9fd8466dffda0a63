//! Requests to other servers, such as OpenID providers, over HTTP.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use async_trait::async_trait;
use daemun_auth::Settings;
use daemun_auth::providers::Providers;
use daemun_auth::providers::openid_connect::{
    FetchError, FetchRequest, FetchResponse, HttpFetch, MOST_BYTES, OpenIdConnect,
};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use zeroize::Zeroizing;

/// Sends requests by `reqwest`: no redirects, no cookies, bounded in time and size.
#[derive(Clone, Debug)]
pub struct Fetch {
    client: reqwest::Client,
}

impl Fetch {
    /// A client with the system's certificates; an answer may take so long altogether.
    ///
    /// # Errors
    /// When the system has none that can be read.
    pub fn new(limit: Duration) -> anyhow::Result<Self> {
        let client = crate::https::client()
            .timeout(limit)
            .pool_max_idle_per_host(4)
            .user_agent(concat!("daemun/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client })
    }
}

/// The providers, and OpenID Connect where a provider of that is configured.
///
/// # Errors
/// As [`Fetch::new`].
pub fn with_openid(
    providers: Providers,
    settings: &Settings,
    limit: Duration,
) -> anyhow::Result<Providers> {
    if settings.openid.providers.is_empty() {
        return Ok(providers);
    }
    let fetch = Fetch::new(limit).context("cannot prepare requests to OpenID providers")?;
    Ok(providers.with_openid(OpenIdConnect::new(Arc::new(fetch))))
}

#[async_trait]
impl HttpFetch for Fetch {
    async fn fetch(&self, request: FetchRequest) -> Result<FetchResponse, FetchError> {
        let mut sending = match request.form {
            None => self.client.get(&request.url),
            Some(form) => self
                .client
                .post(&request.url)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form.to_string()),
        };
        if let Some(authorization) = &request.authorization {
            let mut value = HeaderValue::from_str(authorization)
                .map_err(|_| FetchError("a secret cannot stand in a header".to_owned()))?;
            value.set_sensitive(true);
            sending = sending.header(AUTHORIZATION, value);
        }
        let sending = sending.header(ACCEPT, "application/json");
        let mut response = sending.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let mut body = Zeroizing::new(Vec::new());
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(FetchError(format!("more than {MOST_BYTES} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(FetchResponse { status, body })
    }
}

/// The whole chain of causes, without the address, which the caller knows.
fn failed(error: reqwest::Error) -> FetchError {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    FetchError(text)
}
