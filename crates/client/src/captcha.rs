//! Captchas: what is to be looked at or answered.

use serde_json::Value;
use url::Url;

use crate::address::authority;
use crate::clock;
use crate::error::Error;
use crate::form::{Form, Request, text};
use crate::html::plain;
use crate::http::Sending;
use crate::wiki::Wiki;

/// The field that takes the answer.
const ANSWER: &str = "captchaWord";

/// A captcha.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captcha {
    /// What is asked.
    pub challenge: Challenge,
    /// The field that takes the answer: `captchaWord`.
    pub field: String,
    /// Why it is asked, as plain text in the reader's language.
    pub why: String,
}

/// What a captcha asks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Challenge {
    /// A question or a sum, as plain text.
    Question(String),
    /// Characters in an image.
    Image(Image),
    /// A service (reCAPTCHA, hCaptcha, Turnstile) whose script gives a token to be answered. It
    /// needs a browser.
    Service {
        /// The service: `recaptchanocaptcha`, `hcaptcha`, `turnstile`.
        kind: String,
        /// The wiki's key at the service.
        key: String,
    },
}

/// An image, fetched with the session.
#[derive(Clone, PartialEq, Eq)]
pub struct Image {
    /// Where it was.
    pub url: Url,
    /// Its type as the wiki says it: `image/png`.
    pub mime: String,
    /// The file.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Image {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} ({}, {} bytes)", self.url, self.mime, self.bytes.len())
    }
}

impl Wiki {
    /// The captcha that a form holds, with its image.
    pub(crate) async fn captcha(&self, form: &Form) -> Result<Option<Captcha>, Error> {
        let request = form
            .requests
            .iter()
            .find(|request| request.fields.iter().any(|field| field.name == ANSWER));
        let Some(request) = request else { return Ok(None) };
        let info = request.fields.iter().find(|field| field.name == "captchaInfo");
        let why = info.or(request.fields.first()).map(|field| field.label.clone());
        let shown = info.and_then(|field| field.value.clone()).unwrap_or_default();
        let (kind, mime) = (text(&request.metadata, "type"), text(&request.metadata, "mime"));
        let challenge = if mime.starts_with("image/") {
            Challenge::Image(self.image(&shown).await?)
        } else if info.is_none() {
            Challenge::Service { kind, key: key(request) }
        } else {
            Challenge::Question(plain(&shown))
        };
        Ok(Some(Captcha { challenge, field: ANSWER.to_owned(), why: why.unwrap_or_default() }))
    }

    async fn image(&self, named: &str) -> Result<Image, Error> {
        let api = &self.inner.api;
        let failed = |why: &str| Error::CaptchaImage { why: why.to_owned() };
        let url = api.join(named).map_err(|_| failed("its address is none"))?;
        // The session's cookie goes with it.
        if url.scheme() != api.scheme() || authority(&url) != authority(api) {
            return Err(failed("it is on another host"));
        }
        let (session, cookies) = {
            let state = self.state();
            (state.session, state.jar.header(&url, clock::now()))
        };
        let asking = Sending::get(url.clone(), "image/*", self.inner.limits.image);
        let reply = self.inner.http.send(Sending { cookies, ..asking }).await?;
        self.keep_cookies(session, &reply);
        let kind = reply.header("content-type").unwrap_or_default();
        let mime = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if reply.status != 200 || !mime.starts_with("image/") {
            return Err(failed(&format!("HTTP {} {mime}", reply.status)));
        }
        Ok(Image { url, mime, bytes: reply.body })
    }
}

fn key(request: &Request) -> String {
    let key = request.metadata.get("key").and_then(Value::as_str);
    key.unwrap_or_default().to_owned()
}
