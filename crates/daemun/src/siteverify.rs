//! Asking the services of captchas whether a token is good.
//!
//! reCAPTCHA, hCaptcha and Turnstile are asked in the same way: a form with the secret and the
//! token, posted to `siteverify`, answered in JSON with `success` and perhaps `error-codes`.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use daemun_auth::Settings;
use daemun_auth::providers::Providers;
use daemun_auth::providers::captcha::settings::CaptchaKind;
use daemun_auth::providers::captcha::token::{TokenProblem, TokenService, TokenVerifier};
use reqwest::header::CONTENT_TYPE;
use tokio::sync::Semaphore;
use url::form_urlencoded::Serializer;
use zeroize::Zeroizing;

/// How long a service may take, all together.
const PATIENCE: Duration = Duration::from_secs(5);

/// Most bytes of an answer.
const LONGEST_ANSWER: usize = 16 * 1024;

/// MediaWiki's providers, with captchas verified where they are a service's.
///
/// # Errors
/// When no client for HTTPS can be made.
pub fn providers(settings: &Settings) -> anyhow::Result<Providers> {
    let providers = Providers::standard();
    Ok(match &settings.captcha.kind {
        Some(CaptchaKind::Token(_)) => providers.verifying_captchas(Arc::new(SiteVerify::new()?)),
        _ => providers,
    })
}

/// How many tokens may be asked about at the same time. Each holds a place in the password queue,
/// which a service that is slow must not fill.
const MOST: usize = 16;

/// Asks over HTTP.
pub struct SiteVerify {
    client: reqwest::Client,
    room: Semaphore,
}

impl SiteVerify {
    /// With a client of its own.
    ///
    /// # Errors
    /// When there is no TLS to be had.
    pub fn new() -> anyhow::Result<Self> {
        let client = crate::https::client().timeout(PATIENCE);
        Ok(Self { client: client.build()?, room: Semaphore::new(MOST) })
    }

    async fn ask(&self, endpoint: &str, form: &Zeroizing<String>) -> reqwest::Result<Answer> {
        let request = self.client.post(endpoint).body(form.as_bytes().to_vec());
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let mut response = request.send().await?.error_for_status()?;
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await? {
            if body.len() + part.len() > LONGEST_ANSWER {
                return Ok(Answer::TooLong);
            }
            body.extend_from_slice(&part);
        }
        Ok(Answer::Whole(body))
    }
}

enum Answer {
    Whole(Vec<u8>),
    TooLong,
}

#[async_trait]
impl TokenVerifier for SiteVerify {
    async fn verify(
        &self,
        service: &TokenService,
        token: &str,
        address: IpAddr,
    ) -> Result<bool, TokenProblem> {
        let Ok(_room) = self.room.try_acquire() else { return Err(TokenProblem::Unreachable) };
        let address = service.sends_address.then_some(address);
        let form = form(service, token, address);
        match self.ask(&service.endpoint, &form).await {
            Ok(Answer::Whole(body)) => judge(&body),
            Ok(Answer::TooLong) => Err(TokenProblem::Unreadable),
            Err(error) => {
                let error = error.without_url();
                tracing::warn!(%error, "a captcha's service was not reached");
                Err(TokenProblem::Unreachable)
            }
        }
    }
}

fn form(service: &TokenService, token: &str, address: Option<IpAddr>) -> Zeroizing<String> {
    let mut form = Serializer::new(String::new());
    form.append_pair("secret", &service.secret).append_pair("response", token);
    if let Some(address) = address {
        form.append_pair("remoteip", &address.to_string());
    }
    Zeroizing::new(form.finish())
}

/// What a service answered: whether the token is good.
///
/// # Errors
/// When it says that it was asked wrongly, or something else than yes or no.
pub fn judge(body: &[u8]) -> Result<bool, TokenProblem> {
    let answer: serde_json::Value =
        serde_json::from_slice(body).map_err(|_| TokenProblem::Unreadable)?;
    let codes = answer.get("error-codes").and_then(serde_json::Value::as_array);
    if let Some(codes) = codes.filter(|codes| !codes.is_empty()) {
        tracing::info!(?codes, "a captcha's service refused a token");
        return Err(TokenProblem::Refused);
    }
    let success = answer.get("success").and_then(serde_json::Value::as_bool);
    success.ok_or(TokenProblem::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_success_is_one() {
        assert_eq!(judge(br#"{"success":true}"#), Ok(true));
        assert_eq!(judge(br#"{"success":true,"error-codes":[]}"#), Ok(true));
        assert_eq!(judge(br#"{"success":false}"#), Ok(false));
        let refused = br#"{"success":false,"error-codes":["invalid-input-secret"]}"#;
        assert_eq!(judge(refused), Err(TokenProblem::Refused));
        for body in [&b""[..], b"<html>", b"[]", b"null", br#"{"success":"yes"}"#, b"true"] {
            assert_eq!(judge(body), Err(TokenProblem::Unreadable), "{body:?}");
        }
    }
}
