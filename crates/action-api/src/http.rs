//! HTTP in and out: a request becomes parameters, an answer becomes a response.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, Request as HttpRequest, Response, StatusCode};
use bytes::{Bytes, BytesMut};
use daemun_auth::AuthManager;
use daemun_mediawiki::ip;
use daemun_mediawiki::username::NameRules;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::beside::Beside;
use crate::explain;
use crate::main_module;
use crate::params::{MOST_FIELDS, RawParams};
use crate::record::{Abandoned, Journal, Record};
use crate::site::Site;

/// How many bodies of the greatest length there is room for at a time.
const BODIES: usize = 16;

/// Bytes up to which a body needs no room of its own: every login is shorter.
const SHORT_BODY: usize = 16 * 1024;

/// Longest `Cookie` headers together, in bytes.
const MOST_COOKIES: usize = 32 * 1024;

/// The Action API of one wiki.
#[derive(Clone)]
pub struct Api {
    /// The wiki as the API shows it.
    pub site: Arc<Site>,
    /// Who decides.
    pub manager: AuthManager,
    /// Which names accounts may have.
    pub names: Arc<NameRules>,
    abandoned: Option<Abandoned>,
    /// Room for long bodies, in KiB; shared by all requests.
    bodies: Arc<Semaphore>,
    beside: Beside,
}

/// A request as the API sees it.
pub struct Request {
    /// What it is called in the log and in `X-Request-Id`: 24 hexadecimal digits.
    pub id: String,
    /// The method.
    pub method: Method,
    /// The headers.
    pub headers: HeaderMap,
    /// Query and body together.
    pub params: Arc<RawParams>,
    /// The client's address.
    pub address: IpAddr,
    /// Whether it came encrypted.
    pub secure: bool,
    /// Whether the body was longer than allowed.
    pub too_large: bool,
    /// What is noted of it on the way.
    pub(crate) journal: Journal,
    /// Kept as long as the body's parameters are.
    _room: Option<OwnedSemaphorePermit>,
}

impl Request {
    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The request's query with another value for one parameter, if there is nothing but a query
    /// and no secret in it.
    pub fn address_with(&self, name: &str, value: &str) -> Option<String> {
        let is_secret = |name: &str| name.ends_with("password") || name.ends_with("token");
        let can_be_shown = self.method == Method::GET && !self.params.names().any(is_secret);
        can_be_shown.then(|| self.params.query_with(name, value))
    }

    /// All cookies as one header.
    pub fn cookies(&self) -> Vec<u8> {
        let mut all = Vec::new();
        for value in self.headers.get_all(header::COOKIE) {
            if !all.is_empty() {
                all.extend_from_slice(b"; ");
            }
            all.extend_from_slice(value.as_bytes());
        }
        all.truncate(MOST_COOKIES);
        all
    }
}

/// Headers in order.
pub type Headers = Vec<(HeaderName, HeaderValue)>;

/// What `X-Request-Id` is called in code.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What no answer is without.
pub const NOSNIFF: (HeaderName, HeaderValue) =
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));

/// The kind of pages.
pub const HTML: (HeaderName, HeaderValue) =
    (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=UTF-8"));

/// A header of a text that may be anything. One that no header can hold is left out rather than let
/// through.
pub fn header_of(
    name: HeaderName,
    text: impl TryInto<HeaderValue>,
) -> Option<(HeaderName, HeaderValue)> {
    Some((name, text.try_into().ok()?))
}

/// An answer before it becomes a response.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers in order.
    pub headers: Headers,
    /// `Set-Cookie` values in order.
    pub cookies: Vec<String>,
    /// The body.
    pub body: String,
}

impl Api {
    /// The API of a wiki.
    pub fn new(site: Site, manager: AuthManager) -> Self {
        let names = Arc::new(manager.environment().settings.names.clone());
        let room = (site.most_body / 1024).saturating_mul(BODIES).min(Semaphore::MAX_PERMITS);
        let bodies = Arc::new(Semaphore::new(room));
        Self {
            site: Arc::new(site),
            manager,
            names,
            abandoned: None,
            bodies,
            beside: Beside::default(),
        }
    }

    /// The same API, with somebody who is told of logins that were given up under way.
    #[must_use]
    pub fn abandoned_to(self, tell: Abandoned) -> Self {
        Self { abandoned: Some(tell), ..self }
    }

    /// The same API, which does in this runtime what may have a password hashed. Its threads should
    /// yield to those of the others, so that these stay fast during a flood of logins.
    #[must_use]
    pub fn hashing_in(self, runtime: Handle) -> Self {
        Self { beside: Beside::on(runtime), ..self }
    }

    /// Does something that may have a password hashed where that is done. It ends where nobody
    /// waits for it any more.
    pub async fn beside<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> T {
        self.beside.run(work).await
    }

    /// Answers a request that came over a connection from `peer`.
    pub async fn answer(&self, request: HttpRequest<Body>, peer: IpAddr) -> Response<Body> {
        self.answer_with_record(request, peer).await.0
    }

    /// As [`Self::answer`], with what is known of the request when it is over.
    pub async fn answer_with_record(
        &self,
        request: HttpRequest<Body>,
        peer: IpAddr,
    ) -> (Response<Body>, Record) {
        if self.has_path_info(request.uri().path()) {
            let (address, _) = origin(&self.site, request.headers(), ip::unmap(peer));
            let answer = self.without_path_info(&request);
            return (response(answer), Record::of(address));
        }
        let request = self.read(request, peer).await;
        if main_module::may_hash(&request) {
            // On the heap, so that others do not carry the room for it.
            return self.beside(Box::pin(self.clone().run(request))).await;
        }
        let answer = main_module::answer(self, &request).await;
        (response(answer), request.into_record())
    }

    async fn run(self, request: Request) -> (Response<Body>, Record) {
        let answer = main_module::answer(&self, &request).await;
        (response(answer), request.into_record())
    }

    /// Reads a request that came over a connection from `peer`.
    pub async fn read(&self, request: HttpRequest<Body>, peer: IpAddr) -> Request {
        let (parts, body) = request.into_parts();
        let mut params = RawParams::default();
        params.query(parts.uri.query().unwrap_or_default().as_bytes());
        let (mut too_large, mut unread) = (false, false);
        let mut room = None;
        if parts.method == Method::POST {
            match self.collect(&parts.headers, body, &mut room).await {
                Ok(bytes) => {
                    let kind = parts.headers.get(header::CONTENT_TYPE);
                    let kind = kind.and_then(|kind| kind.to_str().ok());
                    let is_empty = bytes.is_empty();
                    unread = !read_body(&mut params, kind, bytes).await && !is_empty;
                }
                Err(error) => too_large = error.is::<LengthLimitError>(),
            }
        }
        let (address, secure) = origin(&self.site, &parts.headers, ip::unmap(peer));
        let random = &self.manager.environment().random;
        let id = daemun_mediawiki::session_id::hex(&random.bytes::<12>());
        let journal = Journal::new(address, self.site.explains, self.abandoned.clone());
        let request = Request {
            id,
            method: parts.method,
            headers: parts.headers,
            params: Arc::new(params),
            address,
            secure,
            too_large,
            journal,
            _room: room,
        };
        if unread {
            request.journal.explain(|| explain::unread_body(&request));
        }
        request
    }

    /// A whole body. One that turns out to be long waits until there is room for it, so that many
    /// together do not take all memory; those who are slow to send a long one hold up no short one.
    async fn collect(
        &self,
        headers: &HeaderMap,
        body: Body,
        room: &mut Option<OwnedSemaphorePermit>,
    ) -> Result<Bytes, Box<dyn std::error::Error + Send + Sync>> {
        let mut body = Limited::new(body, self.site.most_body);
        let mut bytes = BytesMut::new();
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame?.into_data() else { continue };
            if room.is_none() && bytes.len() + data.len() > SHORT_BODY {
                *room = self.room_for(headers).await;
            }
            bytes.extend_from_slice(&data);
        }
        Ok(bytes.freeze())
    }

    /// Room for a long body: as much as it says it needs, or the most that it may.
    async fn room_for(&self, headers: &HeaderMap) -> Option<OwnedSemaphorePermit> {
        let most = self.site.most_body;
        let length =
            headers.get(header::CONTENT_LENGTH).and_then(|n| n.to_str().ok()?.parse().ok());
        let kibibytes = u32::try_from(length.unwrap_or(most).min(most) / 1024).unwrap_or(u32::MAX);
        Arc::clone(&self.bodies).acquire_many_owned(kibibytes).await.ok()
    }

    fn has_path_info(&self, path: &str) -> bool {
        let script = path.strip_prefix(self.site.script_path.as_str());
        let rest = script.and_then(|script| script.strip_prefix("/api.php/"));
        rest.is_some_and(|rest| !rest.is_empty())
    }

    /// MediaWiki sends whoever adds a path to the script's address back to the script.
    fn without_path_info(&self, request: &HttpRequest<Body>) -> Answer {
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        let target = format!("{}{query}", self.site.api_url());
        let escaped = daemun_messages::escape_html(&target);
        Answer {
            status: 301,
            headers: [NOSNIFF]
                .into_iter()
                .chain(header_of(header::LOCATION, target))
                .chain([HTML])
                .collect(),
            cookies: Vec::new(),
            body: format!(
                "<!DOCTYPE html>\n<title>api.php</title>\n<p>Nothing may stand between \
                 <code>api.php</code> and the question mark: <a href=\"{escaped}\">{escaped}</a></p>\n"
            ),
        }
    }
}

/// The address that a request came from, and whether it came encrypted. Forwarded addresses are
/// read from the right, and only as far as each hop is a proxy that we trust.
pub fn origin(site: &Site, headers: &HeaderMap, peer: IpAddr) -> (IpAddr, bool) {
    let trusted =
        |address: IpAddr| site.trusted_proxies.iter().any(|range| range.contains(address));
    let mut secure = site.server.starts_with("https://");
    if !trusted(peer) {
        return (peer, secure);
    }
    if let Some(scheme) = headers.get("x-forwarded-proto") {
        secure = scheme.as_bytes() == b"https";
    }
    let mut address = peer;
    // Byte by byte: what a client put in front must not hide what a proxy put behind it.
    let lines = headers.get_all("x-forwarded-for").iter();
    let hops: Vec<&[u8]> =
        lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b',')).collect();
    for hop in hops.into_iter().rev() {
        let hop = std::str::from_utf8(hop.trim_ascii()).ok();
        let Some(next) = hop.and_then(ip::canonical) else { break };
        if !trusted(address) {
            break;
        }
        address = next;
    }
    (address, secure)
}

/// Reads the parameters of a body of this `Content-Type`; answers whether it is of a kind that has
/// any.
pub async fn read_body(params: &mut RawParams, kind: Option<&str>, body: Bytes) -> bool {
    let Some(kind) = kind else { return false };
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/x-www-form-urlencoded" => params.form(&body),
        "multipart/form-data" => {
            let Ok(boundary) = multer::parse_boundary(kind) else { return false };
            let stream = futures_util::stream::iter([Ok::<_, std::convert::Infallible>(body)]);
            let mut parts = multer::Multipart::new(stream, boundary);
            let mut left = MOST_FIELDS;
            // A body that breaks off gives what it has; what is missing shows as missing.
            while left > 0
                && let Ok(Some(part)) = parts.next_field().await
            {
                left -= 1;
                let Some(name) = part.name().map(str::to_owned) else { continue };
                let is_file = part.file_name().is_some();
                let Ok(value) = part.bytes().await else { break };
                if !is_file {
                    params.field(&name, value.to_vec());
                }
            }
        }
        _ => return false,
    }
    true
}

/// An answer as HTTP.
pub fn response(answer: Answer) -> Response<Body> {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.reserve(answer.headers.len() + answer.cookies.len());
    let cookies = answer.cookies.into_iter();
    let cookies = cookies.filter_map(|cookie| header_of(header::SET_COOKIE, cookie));
    for (name, value) in answer.headers.into_iter().chain(cookies) {
        headers.append(name, value);
    }
    response
}
