//! What an OpenID provider does whoever its people are: codes that are good once and bound to who
//! began the login (RFC 7636), and signed tokens. The demo's provider stands on it, and that of the
//! tests, which lies on top of it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PkceCodeChallenge, PkceCodeVerifier, PrivateSigningKey};
use serde_json::{Value, json};
use url::Url;

/// Codes that wait to be exchanged, at most.
const MOST: usize = 1000;

/// Names and values of an address or a form.
pub type Parameters = HashMap<String, String>;

/// Codes that are on their way to the client, and for whom.
pub struct Grants<P> {
    waiting: Mutex<HashMap<String, Grant<P>>>,
}

struct Grant<P> {
    person: P,
    nonce: String,
    challenge: String,
    redirect_uri: String,
}

impl<P> Default for Grants<P> {
    fn default() -> Self {
        Self { waiting: Mutex::default() }
    }
}

impl<P> Grants<P> {
    /// Keeps a code for somebody who has signed in, as was asked.
    ///
    /// # Errors
    /// When something was not asked, or too many codes wait.
    pub fn give(&self, asked: &Parameters, code: String, person: P) -> Result<()> {
        let grant = Grant {
            person,
            nonce: field(asked, "nonce")?,
            challenge: field(asked, "code_challenge")?,
            redirect_uri: field(asked, "redirect_uri")?,
        };
        ensure!(field(asked, "code_challenge_method")? == "S256", "another way to challenge");
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        ensure!(waiting.len() < MOST, "too many codes wait");
        waiting.insert(code, grant);
        Ok(())
    }

    /// Who it is whose code was sent in a form, and the nonce of their login. A code is good once.
    ///
    /// # Errors
    /// When there is no such code, or it was given to somebody else.
    pub fn redeem(&self, form: &Parameters) -> Result<(P, String)> {
        let code = field(form, "code")?;
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let grant = waiting.remove(&code).context("no such code")?;
        ensure!(field(form, "redirect_uri")? == grant.redirect_uri, "another redirect_uri");
        let verifier = PkceCodeVerifier::new(field(form, "code_verifier")?);
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
        ensure!(challenge.as_str() == grant.challenge, "another verifier");
        Ok((grant.person, grant.nonce))
    }
}

/// A field that must be there.
///
/// # Errors
/// When it is not.
pub fn field(fields: &Parameters, name: &str) -> Result<String> {
    fields.get(name).cloned().with_context(|| format!("no {name}"))
}

/// Where a browser is sent back to, with this answer beside the state.
///
/// # Errors
/// When it was not said where to, or what the state is.
pub fn way_back(asked: &Parameters, answer: &[(&str, &str)], issuer: Option<&str>) -> Result<Url> {
    let mut back = Url::parse(&field(asked, "redirect_uri")?)?;
    back.query_pairs_mut().extend_pairs(answer);
    back.query_pairs_mut().append_pair("state", &field(asked, "state")?);
    if let Some(issuer) = issuer {
        back.query_pairs_mut().append_pair("iss", issuer);
    }
    Ok(back)
}

/// An Ed25519 key in PEM, called `id`.
///
/// # Errors
/// When it is none.
pub fn key(pem: &str, id: &str) -> Result<CoreEdDsaPrivateSigningKey> {
    let id = JsonWebKeyId::new(id.to_owned());
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(pem, Some(id)).map_err(anyhow::Error::msg)
}

/// A token of this head with these claims, as far as it is signed: what the signature is over.
pub fn unsigned(head: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(head), part(claims))
}

/// A token of a kind (`JWT`), signed with the key that is called so.
///
/// # Errors
/// When the key cannot sign.
pub fn signed(
    key: &CoreEdDsaPrivateSigningKey,
    id: &str,
    kind: &str,
    claims: &Value,
) -> Result<String> {
    let message = unsigned(&json!({"alg": "EdDSA", "typ": kind, "kid": id}), claims);
    let signature = key.sign(&CoreJwsSigningAlgorithm::EdDsa, message.as_bytes())?;
    Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// An answer of JSON.
pub fn document(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

/// What became of a code, as the token endpoint says it (RFC 6749 §5).
pub fn exchanged(tokens: Result<Value>) -> Response {
    match tokens {
        Ok(tokens) => document(&tokens),
        Err(error) => {
            let body = json!({"error": "invalid_grant", "error_description": error.to_string()});
            (StatusCode::BAD_REQUEST, body.to_string()).into_response()
        }
    }
}
