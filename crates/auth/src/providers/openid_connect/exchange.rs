//! From a code to verified claims (OpenID Connect Core 1.0 §3.1.3).

use std::fmt::Write;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use openidconnect::core::{
    CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    AccessToken, AccessTokenHash, ClaimsVerificationError, ClientId, IssuerUrl, Nonce,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

use super::OpenIdConnect;
use super::claims::Claims;
use super::discovery::Metadata;
use super::fetch::{FetchError, FetchRequest, FetchResponse};
use super::settings::OpenIdProvider;
use super::state::Pending;
use crate::environment::Environment;
use crate::reason::Reason;

/// Seconds by which the provider's clock may differ from ours.
const LEEWAY: i64 = 60;

/// The signatures that count: none with a shared secret, and not none.
pub(super) const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Why a provider's answer is worth nothing. The texts are for the log.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExchangeError {
    /// It did not answer.
    #[error("the provider cannot be reached: {0}")]
    Unavailable(String),
    /// It answered, and what it said does not hold.
    #[error("the provider's answer is not valid: {1}")]
    Invalid(Reason, String),
}

impl From<FetchError> for ExchangeError {
    fn from(error: FetchError) -> Self {
        Self::Unavailable(error.0)
    }
}

/// What the token endpoint answers.
#[derive(Deserialize)]
struct Tokens {
    access_token: Zeroizing<String>,
    id_token: Zeroizing<String>,
}

impl OpenIdConnect {
    /// Buys claims for a code.
    pub(super) async fn exchange(
        &self,
        environment: &Environment,
        provider: &OpenIdProvider,
        pending: &Pending,
        code: &str,
    ) -> Result<Claims, ExchangeError> {
        let metadata = self.metadata(environment, provider).await?;
        let redirect_uri = environment.settings.openid.redirect_uri(provider);
        let request = token_request(provider, &metadata, &redirect_uri, pending, code);
        let response = self.0.fetch.fetch(request).await?;
        let tokens = tokens(&response)?;
        let mut claims = self.verified(environment, provider, &tokens, &pending.nonce).await?;
        if let Some(endpoint) = metadata.userinfo_endpoint.as_deref()
            && is_wanting(provider, &claims)
        {
            self.add_userinfo(endpoint, &tokens, &mut claims).await?;
        }
        Ok(claims)
    }

    async fn verified(
        &self,
        environment: &Environment,
        provider: &OpenIdProvider,
        tokens: &Tokens,
        nonce: &str,
    ) -> Result<Claims, ExchangeError> {
        let now = environment.clock.now().0;
        let keys = self.keys(environment, provider, false).await?;
        let keys = keys.ok_or_else(|| invalid("there are no keys"))?;
        match verify(provider, tokens, nonce, &keys, now) {
            // Perhaps the provider signs with a new key.
            Err(Verification::Signature(detail)) => {
                match self.keys(environment, provider, true).await? {
                    Some(keys) => verify(provider, tokens, nonce, &keys, now),
                    None => Err(Verification::Signature(detail)),
                }
            }
            verified => verified,
        }
        .map_err(|why| match why {
            Verification::Signature(detail) => {
                ExchangeError::Invalid(Reason::OpenIdSignature, detail)
            }
            Verification::Other(reason, detail) => ExchangeError::Invalid(reason, detail),
        })
    }

    async fn add_userinfo(
        &self,
        endpoint: &str,
        tokens: &Tokens,
        claims: &mut Claims,
    ) -> Result<(), ExchangeError> {
        let authorization = Zeroizing::new(format!("Bearer {}", *tokens.access_token));
        let request =
            FetchRequest { authorization: Some(authorization), ..FetchRequest::get(endpoint) };
        let response = self.0.fetch.fetch(request).await?;
        // A signed answer is not read: then the ID token is all there is.
        let said = serde_json::from_slice::<Map<String, Value>>(&response.body);
        match said {
            Ok(said) if response.status == 200 => match claims.add(said) {
                true => Ok(()),
                false => Err(invalid("the userinfo is about somebody else")),
            },
            _ => Ok(()),
        }
    }
}

pub(super) fn invalid(detail: impl Into<String>) -> ExchangeError {
    ExchangeError::Invalid(Reason::OpenIdAnswer, detail.into())
}

/// Whether something is not in the ID token that may be in the userinfo.
fn is_wanting(provider: &OpenIdProvider, claims: &Claims) -> bool {
    let groups = (!provider.groups.is_empty()).then_some(provider.group_claim.as_str());
    let wanted = [provider.name_claim.as_str(), "email", "name"].into_iter().chain(groups);
    wanted.into_iter().any(|name| claims.get(name).is_none())
}

fn token_request(
    provider: &OpenIdProvider,
    metadata: &Metadata,
    redirect_uri: &str,
    pending: &Pending,
    code: &str,
) -> FetchRequest {
    let mut form = Zeroizing::new(String::from("grant_type=authorization_code"));
    let mut add = |name: &str, value: &str| {
        let _ = write!(form, "&{name}={}", *encoded(value));
    };
    add("code", code);
    add("redirect_uri", redirect_uri);
    add("code_verifier", &pending.verifier);
    let mut authorization = None;
    match &provider.client_secret {
        Some(secret) if metadata.wants_secret_in_form() => {
            add("client_id", &provider.client_id);
            add("client_secret", secret);
        }
        Some(secret) => {
            let (id, secret) = (encoded(&provider.client_id), encoded(secret));
            let pair = Zeroizing::new(format!("{}:{}", *id, *secret));
            authorization = Some(Zeroizing::new(format!("Basic {}", STANDARD.encode(&*pair))));
        }
        None => add("client_id", &provider.client_id),
    }
    FetchRequest { url: metadata.token_endpoint.clone(), authorization, form: Some(form) }
}

fn encoded(text: &str) -> Zeroizing<String> {
    Zeroizing::new(byte_serialize(text.as_bytes()).collect())
}

fn tokens(response: &FetchResponse) -> Result<Tokens, ExchangeError> {
    if response.status >= 500 {
        let detail = format!("the token endpoint answered {}", response.status);
        return Err(ExchangeError::Unavailable(detail));
    }
    if response.status != 200 {
        let said: Map<String, Value> = serde_json::from_slice(&response.body).unwrap_or_default();
        let error = said.get("error").and_then(Value::as_str).unwrap_or("no reason");
        let error: String = error.chars().filter(|c| !c.is_control()).take(100).collect();
        let detail = format!("the code was refused: {error}");
        return Err(ExchangeError::Invalid(Reason::OpenIdCode, detail));
    }
    serde_json::from_slice(&response.body).map_err(|_| invalid("it gave no ID token"))
}

enum Verification {
    Signature(String),
    Other(Reason, String),
}

impl From<ClaimsVerificationError> for Verification {
    fn from(error: ClaimsVerificationError) -> Self {
        use ClaimsVerificationError::{
            InvalidAudience, InvalidIssuer, InvalidNonce, SignatureVerification,
        };
        let reason = match &error {
            SignatureVerification(why) => return Self::Signature(why.to_string()),
            InvalidAudience(_) => Reason::OpenIdAudience,
            InvalidIssuer(_) => Reason::OpenIdIssuer,
            InvalidNonce(_) => Reason::OpenIdNonce,
            _ => Reason::OpenIdAnswer,
        };
        Self::Other(reason, error.to_string())
    }
}

/// Checks signature, issuer, audience, time, nonce, and the access token's digest.
fn verify(
    provider: &OpenIdProvider,
    tokens: &Tokens,
    nonce: &str,
    keys: &CoreJsonWebKeySet,
    now: i64,
) -> Result<Claims, Verification> {
    let other = |detail: &str| Verification::Other(Reason::OpenIdAnswer, detail.to_owned());
    let token = CoreIdToken::from_str(&tokens.id_token).map_err(|_| other("it is no ID token"))?;
    let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(|_| other("no issuer"))?;
    let client = ClientId::new(provider.client_id.clone());
    let verifier = CoreIdTokenVerifier::new_public_client(client, issuer, keys.clone())
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || moment(now - LEEWAY))
        .set_issue_time_verifier_fn(move |issued| match issued.timestamp() > now + LEEWAY {
            true => Err("it was issued in the future".to_owned()),
            false => Ok(()),
        });
    let claims = token.claims(&verifier, &Nonce::new(nonce.to_owned()))?;
    if let Some(expected) = claims.access_token_hash() {
        let (algorithm, key) = (token.signing_alg(), token.signing_key(&verifier));
        let (Ok(algorithm), Ok(key)) = (algorithm, key) else {
            return Err(other("no key"));
        };
        let access = AccessToken::new(tokens.access_token.to_string());
        let given = AccessTokenHash::from_token(&access, algorithm, key);
        if given.map_err(|_| other("at_hash cannot be checked"))? != *expected {
            return Err(other("the access token is another's (at_hash)"));
        }
    }
    let all = payload(&tokens.id_token).ok_or_else(|| other("it is no ID token"))?;
    check_parties(provider, &all, now)?;
    Claims::of(&provider.issuer, all).ok_or_else(|| other("it names nobody"))
}

/// What the library leaves to its callers.
fn check_parties(
    provider: &OpenIdProvider,
    all: &Map<String, Value>,
    now: i64,
) -> Result<(), Verification> {
    let party = all.get("azp").and_then(Value::as_str);
    if party.is_some_and(|party| party != provider.client_id) {
        let detail = "it was issued to another (azp)".to_owned();
        return Err(Verification::Other(Reason::OpenIdAudience, detail));
    }
    if all.get("nbf").and_then(Value::as_i64).is_some_and(|begins| begins > now + LEEWAY) {
        let detail = "it is not good yet (nbf)".to_owned();
        return Err(Verification::Other(Reason::OpenIdAnswer, detail));
    }
    Ok(())
}

/// The payload of a token that was verified before.
pub(super) fn payload(token: &str) -> Option<Map<String, Value>> {
    let part = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

fn moment(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}
