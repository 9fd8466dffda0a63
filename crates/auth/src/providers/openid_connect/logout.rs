//! Back-channel logout: a provider says that somebody has left
//! (OpenID Connect Back-Channel Logout 1.0).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::JsonWebKey;
use openidconnect::core::{CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::OpenIdConnect;
use super::exchange::{ALGORITHMS, payload};
use super::settings::OpenIdProvider;
use crate::environment::Environment;
use crate::error::AuthError;
use daemun_store::{CounterRule, HitOutcome};

/// What a logout token is about.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Longest token that is looked at, in bytes.
const LONGEST: usize = 16 * 1024;
/// Seconds for which a token is good at most, from when it was issued.
const AGE: i64 = 300;
/// Seconds by which clocks may differ.
const LEEWAY: i64 = 60;
/// Seconds for which it is known whose session at the provider is whose.
const SESSION_KNOWN: i64 = 30 * 86_400;

/// Why a logout was refused.
#[derive(Debug, thiserror::Error)]
pub enum LogoutError {
    /// The token proves nothing; the text is for the log.
    #[error("{0}")]
    NotVerified(&'static str),
    /// Something below failed.
    #[error(transparent)]
    Auth(#[from] AuthError),
}

#[derive(Deserialize)]
struct Header {
    alg: CoreJwsSigningAlgorithm,
    kid: Option<String>,
    typ: Option<String>,
}

impl OpenIdConnect {
    /// Ends all sessions of the account that a logout token names; how many records went.
    ///
    /// # Errors
    /// [`LogoutError::NotVerified`] for a token that proves nothing, or was used before.
    pub async fn logout(&self, environment: &Environment, token: &str) -> Result<u64, LogoutError> {
        let refused = |why| Err(LogoutError::NotVerified(why));
        if token.len() > LONGEST {
            return refused("it is too long");
        }
        let claims = payload(token).ok_or(LogoutError::NotVerified("it is no token"))?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let issuer = text("iss").unwrap_or_default();
        let openid = &environment.settings.openid;
        let Some(provider) = openid.of_issuer(issuer) else {
            return refused("its issuer is not known");
        };
        self.check_signature(environment, provider, token).await?;
        check_claims(provider, &claims, environment.clock.now().0)?;
        let Some(jti) = text("jti") else { return refused("it has no id") };
        let links = &environment.store.openid_links;
        let user = match (text("sub"), text("sid")) {
            (Some(subject), _) => links.user_of(issuer, subject).await.map_err(AuthError::from)?,
            (None, Some(session)) => user_of_session(environment, issuer, session).await?,
            (None, None) => return refused("it names nobody"),
        };
        let once = CounterRule {
            key: key(environment, "logout", issuer, jti),
            limit: 1,
            seconds: u32::try_from(AGE + 2 * LEEWAY).unwrap_or(u32::MAX),
        };
        let now = environment.clock.now();
        let hit = environment.store.counters.hit(&[once], now).await.map_err(AuthError::from)?;
        if hit != HitOutcome::Counted {
            return refused("it was used before");
        }
        // Who has no account here has no session to end.
        let Some(user) = user else { return Ok(0) };
        let ended = end_sessions(environment, user).await?;
        tracing::info!(user, ended, provider = provider.name, "the OpenID provider signed out");
        Ok(ended)
    }

    async fn check_signature(
        &self,
        environment: &Environment,
        provider: &OpenIdProvider,
        token: &str,
    ) -> Result<(), LogoutError> {
        let unreachable = |_| LogoutError::NotVerified("the provider's keys cannot be had");
        let keys = self.keys(environment, provider, false).await.map_err(unreachable)?;
        if keys.is_some_and(|keys| is_signed(token, &keys)) {
            return Ok(());
        }
        let keys = self.keys(environment, provider, true).await.map_err(unreachable)?;
        match keys.is_some_and(|keys| is_signed(token, &keys)) {
            true => Ok(()),
            false => Err(LogoutError::NotVerified("its signature is not the provider's")),
        }
    }
}

/// Whether a key of the set has signed the token, by an algorithm that counts.
fn is_signed(token: &str, keys: &CoreJsonWebKeySet) -> bool {
    let Some((message, signature)) = token.rsplit_once('.') else { return false };
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
    let header = message.split('.').next().and_then(decode);
    let header = header.and_then(|bytes| serde_json::from_slice::<Header>(&bytes).ok());
    let (Some(header), Some(signature)) = (header, decode(signature)) else { return false };
    // A token for another purpose is none for this.
    let kind = header.typ.as_deref().unwrap_or("JWT").to_ascii_lowercase();
    if !["jwt", "logout+jwt", "application/logout+jwt"].contains(&kind.as_str())
        || !ALGORITHMS.contains(&header.alg)
    {
        return false;
    }
    keys.keys().iter().any(|key| {
        let is_meant = match (&header.kid, key.key_id()) {
            (Some(wanted), Some(id)) => *wanted == **id,
            _ => true,
        };
        is_meant && key.verify_signature(&header.alg, message.as_bytes(), &signature).is_ok()
    })
}

fn check_claims(
    provider: &OpenIdProvider,
    claims: &Map<String, Value>,
    now: i64,
) -> Result<(), LogoutError> {
    let is_ours = |value: &Value| value.as_str() == Some(&provider.client_id);
    let audience = claims.get("aud");
    let is_for_us = match audience {
        Some(Value::Array(all)) => all.iter().any(is_ours),
        Some(value) => is_ours(value),
        None => false,
    };
    let number = |name: &str| claims.get(name).and_then(Value::as_f64);
    #[expect(clippy::cast_precision_loss, reason = "seconds are far below 2^53")]
    let (now, age, leeway) = (now as f64, AGE as f64, LEEWAY as f64);
    let issued = number("iat");
    let is_recent = issued.is_some_and(|at| at <= now + leeway && at >= now - age - leeway);
    let is_over = number("exp").is_some_and(|end| end < now - leeway);
    let event = claims.get("events").and_then(|events| events.get(EVENT));
    let problem = match () {
        () if !is_for_us => "it is for somebody else",
        () if !is_recent || is_over => "it is not of now",
        () if !event.is_some_and(Value::is_object) => "it is no logout token",
        // So that an ID token can never be used as one.
        () if claims.contains_key("nonce") => "it has a nonce",
        () => return Ok(()),
    };
    Err(LogoutError::NotVerified(problem))
}

/// As `daemun user end-sessions`: a new token, so that nobody stays signed in by a cookie.
async fn end_sessions(environment: &Environment, user: u64) -> Result<u64, AuthError> {
    let (store, now) = (&environment.store, environment.clock.now());
    if let Some(account) = store.accounts.by_id(user, now).await?
        && account.token.len() == 32
    {
        store.accounts.set_token(user, &environment.random.hex32(), now).await?;
    }
    Ok(store.sessions.end_all(user, None).await?)
}

/// Remembers whose a session at the provider is: a logout token may name nothing else.
pub(super) async fn note_session(
    environment: &Environment,
    issuer: &str,
    session: &str,
    user: u64,
) -> Result<(), AuthError> {
    let expires = environment.clock.now().plus(SESSION_KNOWN);
    let key = key(environment, "session", issuer, session);
    Ok(environment.store.openid_links.note_session(&key, user, expires).await?)
}

async fn user_of_session(
    environment: &Environment,
    issuer: &str,
    session: &str,
) -> Result<Option<u64>, AuthError> {
    let key = key(environment, "session", issuer, session);
    let now = environment.clock.now();
    Ok(environment.store.openid_links.user_of_session(&key, now).await?)
}

/// A key in the cache for something of a provider's, whatever its length.
fn key(environment: &Environment, what: &str, issuer: &str, id: &str) -> String {
    let digest = Sha256::new().chain_update(issuer).chain_update([0]).chain_update(id).finalize();
    let digest = daemun_mediawiki::session_id::hex(&digest);
    format!("{}:daemun-openid-{what}:{digest}", environment.settings.wiki_id)
}
