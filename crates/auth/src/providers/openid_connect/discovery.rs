//! What a provider says of itself and the keys that it signs with, kept for a while
//! (OpenID Connect Discovery 1.0).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use openidconnect::core::CoreJsonWebKeySet;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::exchange::{ExchangeError, invalid};
use super::fetch::{FetchRequest, HttpFetch};
use super::settings::OpenIdProvider;
use crate::environment::Clock;
use crate::reason::Reason;

/// Seconds for which documents are good.
const FRESH: i64 = 3600;
/// Seconds after a failure in which a provider is not asked again.
const PAUSE: i64 = 5;
/// Seconds between two looks for a key that is not known.
const BETWEEN_KEYS: i64 = 60;

/// The parts of a provider's metadata that are used.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Metadata {
    issuer: String,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    jwks_uri: String,
    pub(super) userinfo_endpoint: Option<String>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
    /// Whether its answers through the browser name it (RFC 9207).
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

impl Metadata {
    /// Whether the secret goes into the form, for a provider that takes it nowhere else.
    pub(super) fn wants_secret_in_form(&self) -> bool {
        let methods = &self.token_endpoint_auth_methods_supported;
        let has = |wanted: &str| methods.iter().any(|method| method == wanted);
        has("client_secret_post") && !has("client_secret_basic")
    }

    fn endpoints(&self) -> impl Iterator<Item = &str> {
        let always = [&self.authorization_endpoint, &self.token_endpoint, &self.jwks_uri];
        always.into_iter().chain(&self.userinfo_endpoint).map(String::as_str)
    }
}

#[derive(Default)]
struct Known {
    metadata: Option<(Arc<Metadata>, i64)>,
    keys: Option<(Arc<CoreJsonWebKeySet>, i64)>,
    failed: Option<i64>,
}

/// What is known of all providers. One asks, the others wait.
#[derive(Default)]
pub(super) struct Directory {
    known: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Known>>>>,
}

impl Directory {
    fn entry(&self, provider: &OpenIdProvider) -> Arc<tokio::sync::Mutex<Known>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(provider.issuer.clone()).or_default())
    }

    /// The provider's metadata.
    pub(super) async fn metadata(
        &self,
        fetch: &dyn HttpFetch,
        clock: &Clock,
        provider: &OpenIdProvider,
    ) -> Result<Arc<Metadata>, ExchangeError> {
        let entry = self.entry(provider);
        let mut known = entry.lock().await;
        let now = clock.now().0;
        if let Some((metadata, at)) = &known.metadata
            && now - at < FRESH
        {
            return Ok(Arc::clone(metadata));
        }
        let issuer = provider.issuer.trim_end_matches('/');
        let url = format!("{issuer}/.well-known/openid-configuration");
        let metadata: Metadata = known.ask(fetch, &url, now).await?;
        if metadata.issuer != provider.issuer {
            let detail = format!("the metadata is that of {}", metadata.issuer);
            return Err(ExchangeError::Invalid(Reason::OpenIdIssuer, detail));
        }
        // What was configured to be encrypted stays so.
        let is_plain = |url: &str| !url.starts_with("https://");
        if !is_plain(&provider.issuer) && metadata.endpoints().any(is_plain) {
            return Err(invalid("an endpoint is not encrypted"));
        }
        let metadata = Arc::new(metadata);
        known.metadata = Some((Arc::clone(&metadata), now));
        Ok(metadata)
    }

    /// The provider's keys. `renew`: those that are known do not do; `None` where they were looked
    /// for just now.
    pub(super) async fn keys(
        &self,
        fetch: &dyn HttpFetch,
        clock: &Clock,
        provider: &OpenIdProvider,
        renew: bool,
    ) -> Result<Option<Arc<CoreJsonWebKeySet>>, ExchangeError> {
        let metadata = self.metadata(fetch, clock, provider).await?;
        let entry = self.entry(provider);
        let mut known = entry.lock().await;
        let now = clock.now().0;
        if let Some((keys, at)) = &known.keys {
            let age = now - at;
            match renew {
                true if age < BETWEEN_KEYS => return Ok(None),
                false if age < FRESH => return Ok(Some(Arc::clone(keys))),
                _ => {}
            }
        }
        let keys: Arc<CoreJsonWebKeySet> =
            Arc::new(known.ask(fetch, &metadata.jwks_uri, now).await?);
        known.keys = Some((Arc::clone(&keys), now));
        Ok(Some(keys))
    }
}

impl Known {
    async fn ask<T: DeserializeOwned>(
        &mut self,
        fetch: &dyn HttpFetch,
        url: &str,
        now: i64,
    ) -> Result<T, ExchangeError> {
        if self.failed.is_some_and(|at| now - at < PAUSE) {
            return Err(ExchangeError::Unavailable("it failed just now".to_owned()));
        }
        let asked = document(fetch, url).await;
        self.failed = asked.is_err().then_some(now);
        asked
    }
}

async fn document<T: DeserializeOwned>(
    fetch: &dyn HttpFetch,
    url: &str,
) -> Result<T, ExchangeError> {
    let response = fetch.fetch(FetchRequest::get(url)).await?;
    if response.status != 200 {
        return Err(ExchangeError::Unavailable(format!("{url} answered {}", response.status)));
    }
    serde_json::from_slice(&response.body).map_err(|error| invalid(format!("{url}: {error}")))
}
