//! Calls of the API: what is added to every request, what its answer means, when it is sent anew.

use std::time::Duration;

use serde_json::Value;
use zeroize::Zeroizing;

use crate::clock;
use crate::error::Error;
use crate::form::text;
use crate::html::plain;
use crate::http::{Reply, Sending};
use crate::params::Params;
use crate::wiki::Wiki;

/// How a request is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
}

/// Which session a call belongs to.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    /// The how manieth of this [`Wiki`].
    pub(crate) number: u64,
    /// Whether somebody is in.
    pub(crate) is_user: bool,
}

/// Longest query of a GET; longer ones are posted, since servers refuse them.
const LONGEST_QUERY: usize = 4000;
/// What to wait for where a busy wiki does not say, in seconds.
const USUAL_WAIT: u64 = 5;
/// How often a call is tried again after a login or with a new token.
const RENEWALS: usize = 2;

impl Wiki {
    /// Asks. `format` and the like are added. Once somebody has logged in, `assert=user` is added as
    /// well, and a bot whose session has ended is logged in anew.
    ///
    /// # Errors
    /// What the wiki answers, or why it does not.
    pub async fn get(&self, params: &[(&str, &str)]) -> Result<Value, Error> {
        Ok(self.signed(Method::Get, &Params::of(params), None, false).await?.0)
    }

    /// The same by POST, for what is secret, long, or changes something.
    ///
    /// # Errors
    /// As [`Wiki::get`].
    pub async fn post(&self, params: &[(&str, &str)]) -> Result<Value, Error> {
        Ok(self.signed(Method::Post, &Params::of(params), None, false).await?.0)
    }

    /// The same with a token of this kind, which is fetched where none is kept, and anew where it is
    /// no good any more.
    ///
    /// # Errors
    /// As [`Wiki::get`].
    pub async fn post_with_token(
        &self,
        kind: &str,
        params: &[(&str, &str)],
    ) -> Result<Value, Error> {
        Ok(self.signed(Method::Post, &Params::of(params), Some(kind), false).await?.0)
    }

    /// A call by whoever is in, with a token if one is asked for; `only_token` stops at that.
    pub(crate) async fn signed(
        &self,
        method: Method,
        params: &Params,
        token: Option<&str>,
        only_token: bool,
    ) -> Result<(Value, Zeroizing<String>), Error> {
        let mut renewed = 0;
        loop {
            let session = self.settled().await;
            let error = match self.attempt(session, method, params, token, only_token).await {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            let ended = matches!(error, Error::SessionEnded)
                || error.code().is_some_and(|code| {
                    matches!(code, "assertuserfailed" | "assertbotfailed" | "assertnameduserfailed")
                });
            let stale = token.is_some() && error.code() == Some("badtoken");
            if renewed == RENEWALS || !(ended || stale) {
                return Err(if ended { Error::SessionEnded } else { error });
            }
            renewed += 1;
            if ended {
                self.log_in_anew(session.number).await?;
            } else {
                self.state().tokens.clear();
            }
        }
    }

    async fn attempt(
        &self,
        session: Session,
        method: Method,
        params: &Params,
        token: Option<&str>,
        only_token: bool,
    ) -> Result<(Value, Zeroizing<String>), Error> {
        let mut params = params.clone();
        if session.is_user {
            params.or("assert", "user");
        }
        let mut value = Zeroizing::default();
        if let Some(kind) = token {
            let kept = self.state().tokens.get(kind).cloned();
            value = match kept {
                Some(kept) => kept,
                None => self.fetch_token_within(session, kind).await?,
            };
            {
                let mut state = self.state();
                if state.session != session.number {
                    return Err(Error::SessionEnded);
                }
                state.tokens.insert(kind.to_owned(), value.clone());
            }
            params.push("token", &value);
        }
        if only_token {
            return Ok((Value::Null, value));
        }
        Ok((self.sent(Some(session), method, params).await?, value))
    }

    /// The session as it stands when nobody is logging in: a call in between would be nobody's.
    pub(crate) async fn settled(&self) -> Session {
        let _nobody_logs_in = self.inner.logging_in.lock().await;
        let state = self.state();
        let is_user = self.inner.authorization.is_some() || state.user.is_some();
        Session { number: state.session, is_user }
    }

    /// A request as it is, in whatever session there is.
    pub(crate) async fn raw(&self, method: Method, params: Params) -> Result<Value, Error> {
        self.sent(None, method, params).await
    }

    /// A request as it is, sent anew while the wiki is busy. One that belongs to a session is not
    /// sent in another.
    pub(crate) async fn sent(
        &self,
        session: Option<Session>,
        method: Method,
        mut params: Params,
    ) -> Result<Value, Error> {
        params.or("format", "json");
        params.or("formatversion", "2");
        params.or("errorformat", "plaintext");
        if let Some(language) = &self.inner.language {
            params.or("uselang", language);
            params.or("errorlang", "uselang");
        }
        if let Some(maxlag) = self.inner.maxlag {
            params.or("maxlag", &maxlag.to_string());
        }
        let mut attempts = 0;
        loop {
            let error = match self.once(session, method, &params).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let Error::Busy { seconds, .. } = error else { return Err(error) };
            let wait = Duration::from_secs(seconds);
            if attempts >= self.inner.limits.retries || wait > self.inner.limits.wait {
                return Err(error);
            }
            attempts += 1;
            tokio::time::sleep(wait).await;
        }
    }

    async fn once(
        &self,
        session: Option<Session>,
        method: Method,
        params: &Params,
    ) -> Result<Value, Error> {
        let mut url = self.inner.api.clone();
        let encoded = params.encoded();
        let posts = method == Method::Post || encoded.len() > LONGEST_QUERY;
        let authorization = match &self.inner.authorization {
            Some(known) => Some(known.header(if posts { "POST" } else { "GET" }, &url, params)?),
            None => None,
        };
        let form = if posts {
            Some(encoded)
        } else {
            url.set_query(Some(&encoded));
            None
        };
        let (number, cookies) = {
            let state = self.state();
            if session.is_some_and(|session| session.number != state.session) {
                return Err(Error::SessionEnded);
            }
            // Who signs with OAuth has no session of cookies beside it.
            let cookies = match authorization {
                Some(_) => None,
                None => state.jar.header(&url, clock::now()),
            };
            (state.session, cookies)
        };
        let request = Sending {
            form,
            cookies,
            authorization,
            ..Sending::get(url, "application/json", self.inner.limits.answer)
        };
        let reply = self.inner.http.send(request).await?;
        self.keep_cookies(number, &reply);
        read(&reply)
    }

    /// Keeps the cookies that came with an answer, unless its session is over: a late answer would
    /// spoil the next one.
    pub(crate) fn keep_cookies(&self, session: u64, reply: &Reply) {
        let mut state = self.state();
        if state.session != session {
            return;
        }
        for header in reply.headers.get_all("set-cookie") {
            if let Ok(header) = header.to_str() {
                state.jar.take(&self.inner.api, header, clock::now());
            }
        }
    }
}

/// What an answer means.
fn read(reply: &Reply) -> Result<Value, Error> {
    if let Some(to) = reply.location() {
        return Err(Error::Moved { to: plain(to) });
    }
    let wait = reply.retry_after();
    let json = serde_json::from_slice::<Value>(&reply.body).ok().filter(Value::is_object);
    let Some(json) = json else {
        let (status, start) = (reply.status, reply.start());
        return Err(match status {
            429 | 503 if wait.is_some() || status == 429 => {
                Error::Busy { code: format!("http-{status}"), seconds: wait.unwrap_or(USUAL_WAIT) }
            }
            200 => Error::NotJson { start },
            _ => Error::Status { status, start },
        });
    };
    let Some((code, text)) = error_of(&json) else { return Ok(json) };
    Err(match code.as_str() {
        "maxlag" | "ratelimited" => Error::Busy { code, seconds: wait.unwrap_or(USUAL_WAIT) },
        _ if code.starts_with("mwoauth-") => Error::OAuth { text },
        _ => Error::Api { code, text },
    })
}

/// Code and text of an error: the first of `errors`, or the `error` of old wikis.
fn error_of(answer: &Value) -> Option<(String, String)> {
    let error = answer
        .get("errors")
        .and_then(Value::as_array)
        .and_then(|errors| errors.first())
        .or_else(|| answer.get("error"))?;
    let words = ["text", "info", "html", "*"].map(|name| text(error, name));
    let words = words.iter().find(|words| !words.is_empty());
    Some((text(error, "code"), plain(words.map(String::as_str).unwrap_or_default())))
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, HeaderValue};

    use super::*;

    fn reply(status: u16, headers: &[(&'static str, &str)], body: &str) -> Reply {
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).parse().unwrap(), HeaderValue::from_str(value).unwrap()));
        Reply { status, headers: headers.collect::<HeaderMap>(), body: body.into() }
    }

    #[test]
    fn an_answer_is_told_from_an_error_in_each_form() {
        assert!(read(&reply(200, &[], "{}")).is_ok());
        for body in [
            r#"{"errors":[{"code":"badtoken","text":"Invalid"}]}"#,
            r#"{"error":{"code":"badtoken","info":"Invalid"}}"#,
        ] {
            let error = read(&reply(200, &[], body)).unwrap_err();
            assert_eq!(error.to_string(), "the wiki refused: Invalid (badtoken)");
        }
    }

    #[test]
    fn a_busy_wiki_says_how_long_to_wait() {
        let busy = |reply: Reply| match read(&reply) {
            Err(Error::Busy { code, seconds }) => (code, seconds),
            other => panic!("{other:?}"),
        };
        let lag = r#"{"errors":[{"code":"maxlag","text":"x"}]}"#;
        assert_eq!(busy(reply(200, &[("retry-after", "7")], lag)), ("maxlag".into(), 7));
        assert_eq!(busy(reply(200, &[], lag)), ("maxlag".into(), 5));
        assert_eq!(busy(reply(429, &[], "<html>")), ("http-429".into(), 5));
        assert_eq!(busy(reply(503, &[("retry-after", "2")], "")), ("http-503".into(), 2));
    }

    #[test]
    fn what_is_no_json_is_told_with_its_beginning() {
        let html = "<!doctype html><title>Welcome</title><p>to the hotel's network";
        let error = read(&reply(200, &[], html)).unwrap_err().to_string();
        assert!(error.contains("Welcome to the hotel's network"), "{error}");
        let error = read(&reply(502, &[], "")).unwrap_err().to_string();
        assert!(error.contains("HTTP 502"), "{error}");
        for body in ["[]", "5", "\"x\"", "null", "{\"a\":"] {
            assert!(matches!(read(&reply(200, &[], body)), Err(Error::NotJson { .. })), "{body}");
        }
    }
}
