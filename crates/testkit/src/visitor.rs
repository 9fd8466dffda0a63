//! A visitor of the API: an origin, a cookie jar, and the few verbs that tests are told in.

use anyhow::{Context, Result};
use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use crate::transcripts::{Jar, Reply, Request, SetCookie, exchange};

/// Names and values.
pub type Params<'a> = &'a [(&'a str, &'a str)];

const FORM: &str = "application/x-www-form-urlencoded";
const BOUNDARY: &str = "----daemun-tests-0123456789";

/// Somebody with a cookie jar.
#[derive(Clone, Debug)]
pub struct Visitor {
    origin: String,
    jar: Jar,
    headers: Vec<(String, String)>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub reply: Reply,
    /// The body, or null where it is no JSON.
    pub json: Value,
}

impl Answer {
    fn new(reply: Reply) -> Self {
        let json = serde_json::from_slice(&reply.body).unwrap_or_default();
        Self { reply, json }
    }

    /// The value at a JSON pointer; null where there is none.
    pub fn at(&self, pointer: &str) -> &Value {
        self.json.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// The text at a JSON pointer; empty where there is none.
    pub fn text_at(&self, pointer: &str) -> &str {
        self.at(pointer).as_str().unwrap_or_default()
    }

    /// The code of the error, or nothing.
    pub fn error(&self) -> &str {
        self.text_at("/error/code")
    }

    /// How a step of `clientlogin` ended.
    pub fn status(&self) -> &str {
        self.text_at("/clientlogin/status")
    }

    /// The code of the message of a step of `clientlogin`.
    pub fn message_code(&self) -> &str {
        self.text_at("/clientlogin/messagecode")
    }

    /// How `action=login` ended.
    pub fn result(&self) -> &str {
        self.text_at("/login/result")
    }

    /// The code of why `action=login` failed.
    pub fn reason(&self) -> &str {
        self.text_at("/login/reason/code")
    }

    /// A header; the name in lower case.
    pub fn header(&self, name: &str) -> Option<String> {
        self.reply.header(name)
    }

    /// The names of the cookies that were set, in order; those taken away have a `-` in front.
    pub fn set_cookies(&self) -> Vec<String> {
        let cookies = self.reply.headers_named("set-cookie").map(SetCookie::parse);
        cookies
            .map(|cookie| match cookie.attribute("max-age") {
                Some(Some(age)) if age == "0" => format!("-{}", cookie.name),
                _ => cookie.name,
            })
            .collect()
    }

    /// The body as text.
    pub fn body(&self) -> String {
        String::from_utf8_lossy(&self.reply.body).into_owned()
    }
}

impl Visitor {
    /// Somebody new, without cookies.
    pub fn at(origin: &str) -> Self {
        Self { origin: origin.to_owned(), jar: Jar::default(), headers: Vec::new() }
    }

    /// The same who comes from another address, by way of a trusted proxy.
    #[must_use]
    pub fn from_address(self, address: &str) -> Self {
        self.with_header("X-Forwarded-For", address)
    }

    /// The same with one more header in every request.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with the same cookies, at another server.
    #[must_use]
    pub fn moved_to(mut self, origin: &str) -> Self {
        origin.clone_into(&mut self.origin);
        self
    }

    /// Asks with everything in the address.
    pub fn get(&mut self, params: Params<'_>) -> Result<Answer> {
        self.send("GET", &with_format(params), None, &[])
    }

    /// Asks with everything in the body.
    pub fn post(&mut self, params: Params<'_>) -> Result<Answer> {
        let body = encode(&with_format(params));
        self.send("POST", &[], Some(body.as_bytes()), &[("Content-Type", FORM)])
    }

    /// Asks with everything in a body of `multipart/form-data`.
    pub fn post_multipart(&mut self, params: Params<'_>) -> Result<Answer> {
        let mut body = String::new();
        for (name, value) in with_format(params) {
            body.push_str(&format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            ));
        }
        body.push_str(&format!("--{BOUNDARY}--\r\n"));
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send("POST", &[], Some(body.as_bytes()), &[("Content-Type", &kind)])
    }

    /// Sends a request to `api.php` just so, beside the jar's cookies and the visitor's headers.
    pub fn send(
        &mut self,
        method: &str,
        query: Params<'_>,
        body: Option<&[u8]>,
        headers: Params<'_>,
    ) -> Result<Answer> {
        let mut target = String::from("/w/api.php");
        if !query.is_empty() {
            target.push('?');
            target.push_str(&encode(query));
        }
        self.send_to(method, &target, body, headers)
    }

    /// Sends a request to a path just so.
    pub fn send_to(
        &mut self,
        method: &str,
        target: &str,
        body: Option<&[u8]>,
        headers: Params<'_>,
    ) -> Result<Answer> {
        let mut all = self.headers.clone();
        all.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        if let Some(cookies) = self.jar.header() {
            all.push(("Cookie".to_owned(), cookies));
        }
        let request = Request {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: all,
            body: body.map(<[u8]>::to_vec),
        };
        let reply =
            exchange(&self.origin, &request).with_context(|| format!("{method} {target}"))?;
        self.jar.take(&reply);
        Ok(Answer::new(reply))
    }

    /// A token of a kind, as `meta=tokens` gives it.
    pub fn token(&mut self, kind: &str) -> Result<String> {
        let answer = self.get(&[("action", "query"), ("meta", "tokens"), ("type", kind)])?;
        let token = answer.at(&format!("/query/tokens/{kind}token")).as_str();
        Ok(token.with_context(|| format!("no {kind} token in {}", answer.body()))?.to_owned())
    }

    /// Logs in as a person does, by `clientlogin`, in one step.
    pub fn log_in(&mut self, name: &str, password: &str) -> Result<Answer> {
        self.log_in_with(name, password, &[])
    }

    /// As [`Self::log_in`], with more fields.
    pub fn log_in_with(&mut self, name: &str, password: &str, more: Params<'_>) -> Result<Answer> {
        let token = self.token("login")?;
        self.log_in_by_token(&token, name, password, more)
    }

    /// As [`Self::log_in`], with a token from before.
    pub fn log_in_by_token(
        &mut self,
        token: &str,
        name: &str,
        password: &str,
        more: Params<'_>,
    ) -> Result<Answer> {
        let mut params = vec![
            ("action", "clientlogin"),
            ("loginreturnurl", "http://localhost/"),
            ("username", name),
            ("password", password),
            ("logintoken", token),
        ];
        params.extend(more);
        self.post(&params)
    }

    /// Goes on with a login.
    pub fn go_on(&mut self, fields: Params<'_>) -> Result<Answer> {
        let token = self.token("login")?;
        let mut params =
            vec![("action", "clientlogin"), ("logincontinue", "1"), ("logintoken", token.as_str())];
        params.extend(fields);
        self.post(&params)
    }

    /// Logs in as a program does, by `action=login`, and asks for codes instead of texts.
    pub fn log_in_bot(&mut self, name: &str, password: &str) -> Result<Answer> {
        let token = self.token("login")?;
        self.log_in_bot_by_token(&token, name, password)
    }

    /// As [`Self::log_in_bot`], with a token from before.
    pub fn log_in_bot_by_token(
        &mut self,
        token: &str,
        name: &str,
        password: &str,
    ) -> Result<Answer> {
        self.post(&[
            ("action", "login"),
            ("lgname", name),
            ("lgpassword", password),
            ("lgtoken", token),
            ("errorformat", "none"),
        ])
    }

    /// Logs out.
    pub fn log_out(&mut self) -> Result<Answer> {
        let token = self.token("csrf")?;
        self.post(&[("action", "logout"), ("token", &token)])
    }

    /// What `meta=userinfo` says, with all that can be asked for in `uiprop`.
    pub fn user_info(&mut self, props: &str) -> Result<Value> {
        let answer = self.get(&[("action", "query"), ("meta", "userinfo"), ("uiprop", props)])?;
        let info = answer.json.pointer("/query/userinfo").cloned();
        info.with_context(|| format!("no userinfo in {}", answer.body()))
    }

    /// The name of the account that is in, if any.
    pub fn whoami(&mut self) -> Result<Option<String>> {
        let info = self.user_info("")?;
        let is_anonymous = info.get("anon").is_some();
        let name = info.get("name").and_then(Value::as_str).context("a user has a name")?;
        Ok((!is_anonymous).then(|| name.to_owned()))
    }

    /// A cookie that the visitor holds.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let header = self.jar.header()?;
        let mut pairs = header.split("; ").filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
    }

    /// Holds this cookie from now on.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.jar.set(&SetCookie::parse(&format!("{name}={value}")));
    }

    /// Loses a cookie.
    pub fn lose_cookie(&mut self, name: &str) {
        self.jar.set(&SetCookie::parse(&format!("{name}=; Max-Age=0")));
    }

    /// Loses all cookies.
    pub fn lose_cookies(&mut self) {
        self.jar = Jar::default();
    }
}

/// JSON of the newer form, unless the test asks for another format.
fn with_format<'a>(params: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all = params.to_vec();
    if !params.iter().any(|(name, _)| *name == "format") {
        all.push(("format", "json"));
        if !params.iter().any(|(name, _)| *name == "formatversion") {
            all.push(("formatversion", "2"));
        }
    }
    all
}

/// Parameters as a query string.
pub fn encode(params: Params<'_>) -> String {
    let pairs = params.iter().map(|(name, value)| {
        let (name, value) = (byte_serialize(name.as_bytes()), byte_serialize(value.as_bytes()));
        format!("{}={}", name.collect::<String>(), value.collect::<String>())
    });
    pairs.collect::<Vec<_>>().join("&")
}
