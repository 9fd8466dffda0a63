//! A small OpenID provider on this machine, honest or not: the demo's core, and lies. It signs with
//! keys that anybody can read here, by a clock that stands still unless another is given.

mod visited;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use daemun::demo::openid_core::{self, Grants, Parameters, document, field};
use daemun_auth::Clock;
use daemun_auth::providers::openid_connect::OpenIdProvider;
use daemun_mediawiki::timestamp::Timestamp;
use openidconnect::PrivateSigningKey;
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;
use url::Url;
use zeroize::Zeroizing;

use crate::world::BEGINNING;

/// What daemun is called at the provider.
pub const CLIENT_ID: &str = "daemun-wiki";
/// The secret that they share; with characters that must be encoded.
pub const CLIENT_SECRET: &str = "s3cret:&/+ ä";

/// For tests only: whoever has them can sign for nobody but this provider.
const KEYS: [&str; 2] = [
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIOhz42YsJ9cWQlwqZ2nNJTFMEyrrbruVda3lOj5bAqh7\n-----END PRIVATE KEY-----\n",
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIPyTrGneV0zPjyoZPNN1N6slP55l8mw/Q3myKT4rZiIv\n-----END PRIVATE KEY-----\n",
];

/// How a provider behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conduct {
    /// As it should.
    Honest,
    /// Signs with a key that it does not publish, under the id of the one that it does.
    WrongSignature,
    /// Signs with nothing at all (`alg` is `none`).
    Unsigned,
    /// Issues tokens for another client.
    WrongAudience,
    /// Issues tokens for two clients, by order of the other (`azp`).
    WrongParty,
    /// Answers with another nonce.
    WrongNonce,
    /// Says that it is another.
    WrongIssuer,
    /// Issues tokens that are over.
    Expired,
    /// Gives another access token than the ID token goes with (`at_hash`).
    WrongAccessToken,
    /// Tells of somebody else when asked for more.
    WrongUserinfo,
    /// Takes longer than anybody waits.
    Slow,
    /// Answers every request with an error of its own.
    Down,
    /// Answers with more than anybody reads.
    Huge,
    /// Sends whoever asks somewhere else.
    Elsewhere,
}

/// A person at the provider.
#[derive(Clone, Debug)]
pub struct Person {
    /// Goes into the ID token; `sub` among it.
    pub claims: Map<String, Value>,
    /// Is told at the userinfo endpoint.
    pub userinfo: Map<String, Value>,
}

impl Person {
    /// Somebody with this subject and these claims.
    pub fn new(subject: &str, claims: &Value) -> Self {
        let mut all = claims.as_object().cloned().unwrap_or_default();
        all.insert("sub".to_owned(), subject.into());
        let mut userinfo = Map::new();
        userinfo.insert("sub".to_owned(), subject.into());
        Self { claims: all, userinfo }
    }
}

struct Shared {
    issuer: String,
    clock: Mutex<Clock>,
    conduct: Mutex<Conduct>,
    grants: Grants<Person>,
    tokens: Mutex<HashMap<String, Person>>,
    /// Who may say at its page who they are.
    known: Mutex<Vec<Person>>,
    rotated: AtomicBool,
    names_itself: AtomicBool,
    count: AtomicUsize,
    key_requests: AtomicUsize,
    token_requests: AtomicUsize,
}

/// A provider. It stops when it is dropped.
pub struct TestProvider {
    _runtime: Runtime,
    shared: Arc<Shared>,
}

impl TestProvider {
    /// Starts one on a free port.
    pub fn start() -> Result<Self> {
        Self::start_by(Clock::from_fn(|| BEGINNING))
    }

    /// The same by this clock.
    pub fn start_by(clock: Clock) -> Result<Self> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
        let shared = Arc::new(Shared {
            issuer: format!("http://{}", listener.local_addr()?),
            clock: Mutex::new(clock),
            conduct: Mutex::new(Conduct::Honest),
            grants: Grants::default(),
            tokens: Mutex::default(),
            known: Mutex::default(),
            rotated: AtomicBool::new(false),
            names_itself: AtomicBool::new(true),
            count: AtomicUsize::new(0),
            key_requests: AtomicUsize::new(0),
            token_requests: AtomicUsize::new(0),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/authorize", get(visited::authorize))
            .route("/token", post(exchange))
            .route("/userinfo", get(userinfo))
            .with_state(Arc::clone(&shared));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Ok(Self { _runtime: runtime, shared })
    }

    /// Its identity.
    pub fn issuer(&self) -> &str {
        &self.shared.issuer
    }

    /// How it is configured at daemun's.
    pub fn settings(&self, name: &str) -> OpenIdProvider {
        let mut settings = OpenIdProvider::new(name, self.issuer(), CLIENT_ID);
        settings.client_secret = Some(Zeroizing::new(CLIENT_SECRET.to_owned()));
        settings.label = format!("Sign in with {name}");
        settings
    }

    /// Behaves so from now on.
    pub fn conduct(&self, conduct: Conduct) {
        *self.shared.conduct.lock().unwrap_or_else(PoisonError::into_inner) = conduct;
    }

    /// Signs with another key from now on.
    pub fn rotate(&self) {
        self.shared.rotated.store(true, Ordering::SeqCst);
    }

    /// Does not say in its answers who it is (RFC 9207).
    pub fn stays_anonymous(&self) {
        self.shared.names_itself.store(false, Ordering::SeqCst);
    }

    /// Its clock shows this from now on; before, it shows [`BEGINNING`].
    pub fn is_at(&self, now: Timestamp) {
        self.goes_by(Clock::from_fn(move || now));
    }

    /// It goes by this clock from now on.
    pub fn goes_by(&self, clock: Clock) {
        *self.shared.clock.lock().unwrap_or_else(PoisonError::into_inner) = clock;
    }

    /// Somebody may sign in at its page, which a browser is sent to.
    pub fn knows(&self, person: Person) {
        self.shared.known.lock().unwrap_or_else(PoisonError::into_inner).push(person);
    }

    /// How often its keys were asked for.
    pub fn key_requests(&self) -> usize {
        self.shared.key_requests.load(Ordering::SeqCst)
    }

    /// How often a code was to be exchanged.
    pub fn token_requests(&self) -> usize {
        self.shared.token_requests.load(Ordering::SeqCst)
    }

    /// A person signs in at this address, which daemun sent them to: where the browser goes next.
    pub fn sign_in(&self, target: &str, person: &Person) -> Result<Url> {
        self.shared.sign_in(&asked(target)?, person)
    }

    /// A person says no.
    pub fn deny(&self, target: &str) -> Result<Url> {
        self.shared.deny(&asked(target)?)
    }

    /// A logout token for this person with these claims changed; null takes one away.
    pub fn logout_token(&self, id: &str, changes: &Value) -> Result<String> {
        let now = self.shared.now();
        let mut claims = json!({
            "iss": self.issuer(), "aud": CLIENT_ID, "iat": now, "exp": now + 120,
            "jti": id, "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        });
        let all = claims.as_object_mut().context("an object")?;
        for (name, value) in changes.as_object().into_iter().flatten() {
            if value.is_null() {
                all.remove(name);
            } else {
                all.insert(name.clone(), value.clone());
            }
        }
        signed(&self.shared, "logout+jwt", &claims)
    }
}

impl Shared {
    fn now(&self) -> i64 {
        self.clock.lock().unwrap_or_else(PoisonError::into_inner).now().0
    }

    fn conduct(&self) -> Conduct {
        *self.conduct.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sign_in(&self, asked: &Parameters, person: &Person) -> Result<Url> {
        anyhow::ensure!(field(asked, "response_type")? == "code");
        anyhow::ensure!(field(asked, "client_id")? == CLIENT_ID);
        let code = format!("code-{}", self.count.fetch_add(1, Ordering::SeqCst));
        let back = self.back(asked, &[("code", &code)])?;
        self.grants.give(asked, code, person.clone())?;
        Ok(back)
    }

    fn deny(&self, asked: &Parameters) -> Result<Url> {
        self.back(asked, &[("error", "access_denied"), ("error_description", "no")])
    }

    fn back(&self, asked: &Parameters, answer: &[(&str, &str)]) -> Result<Url> {
        let names_itself = self.names_itself.load(Ordering::SeqCst);
        openid_core::way_back(asked, answer, names_itself.then_some(self.issuer.as_str()))
    }

    fn key_index(&self) -> usize {
        usize::from(self.rotated.load(Ordering::SeqCst))
    }
}

/// Claims as the provider signs them, for whoever plays the provider without a network.
pub fn sign(claims: &Value) -> Result<String> {
    openid_core::signed(&key(0, 0)?, &key_name(0), "JWT", claims)
}

/// The keys by which that can be checked, as a provider publishes them.
pub fn public_keys() -> Result<Value> {
    let key = serde_json::to_value(key(0, 0)?.as_verification_key())?;
    Ok(json!({ "keys": [key] }))
}

/// What stands in the address that a person was sent to.
fn asked(target: &str) -> Result<Parameters> {
    Ok(Url::parse(target)?.query_pairs().into_owned().collect())
}

fn key_name(index: usize) -> String {
    format!("key-{index}")
}

/// One of the keys under the name of another.
fn key(index: usize, name: usize) -> Result<CoreEdDsaPrivateSigningKey> {
    openid_core::key(KEYS.get(index).context("a key")?, &key_name(name))
}

fn signed(shared: &Shared, kind: &str, claims: &Value) -> Result<String> {
    let index = shared.key_index();
    let name = key_name(index);
    if shared.conduct() == Conduct::Unsigned {
        let head = json!({"alg": "none", "typ": kind, "kid": name});
        return Ok(format!("{}.", openid_core::unsigned(&head, claims)));
    }
    let other = usize::from(shared.conduct() == Conduct::WrongSignature);
    openid_core::signed(&key((index + other) % KEYS.len(), index)?, &name, kind, claims)
}

/// What a provider does that does not answer as it should.
async fn misbehave(shared: &Shared) -> Option<Response> {
    match shared.conduct() {
        Conduct::Slow => {
            tokio::time::sleep(Duration::from_secs(20)).await;
            None
        }
        Conduct::Down => Some((StatusCode::BAD_GATEWAY, "down").into_response()),
        Conduct::Huge => Some("x".repeat(8 * 1024 * 1024).into_response()),
        Conduct::Elsewhere => {
            let to = [(header::LOCATION, format!("{}/elsewhere", shared.issuer))];
            Some((StatusCode::TEMPORARY_REDIRECT, to).into_response())
        }
        _ => None,
    }
}

async fn discovery(State(shared): State<Arc<Shared>>) -> Response {
    let issuer = &shared.issuer;
    document(&json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize?tenant=a"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "authorization_response_iss_parameter_supported":
            shared.names_itself.load(Ordering::SeqCst),
    }))
}

async fn keys(State(shared): State<Arc<Shared>>) -> Response {
    shared.key_requests.fetch_add(1, Ordering::SeqCst);
    let index = shared.key_index();
    let key = key(index, index).map(|key| serde_json::to_value(key.as_verification_key()));
    match key {
        Ok(Ok(key)) => document(&json!({ "keys": [{"kty": "unknown"}, key] })),
        _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn exchange(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    shared.token_requests.fetch_add(1, Ordering::SeqCst);
    if let Some(response) = misbehave(&shared).await {
        return response;
    }
    openid_core::exchanged(granted(&shared, &headers, &body))
}

fn granted(shared: &Shared, headers: &HeaderMap, body: &[u8]) -> Result<Value> {
    let form: Parameters = url::form_urlencoded::parse(body).into_owned().collect();
    let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let (id, secret): (String, String) = (encoded(CLIENT_ID), encoded(CLIENT_SECRET));
    let expected = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let given = headers.get(header::AUTHORIZATION).context("no authorization")?;
    anyhow::ensure!(given.as_bytes() == expected.as_bytes(), "another client");
    let (person, nonce) = shared.grants.redeem(&form)?;
    let access = format!("access-{}", shared.count.fetch_add(1, Ordering::SeqCst));
    shared
        .tokens
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(access.clone(), person.clone());
    let id_token = id_token(shared, &person, &nonce, &access)?;
    Ok(json!({"access_token": access, "token_type": "Bearer", "id_token": id_token}))
}

fn id_token(shared: &Shared, person: &Person, nonce: &str, access: &str) -> Result<String> {
    let conduct = shared.conduct();
    let lies = |lie: Conduct| conduct == lie;
    let pick =
        |lie: Conduct, lied: &str, truth: &str| if lies(lie) { lied } else { truth }.to_owned();
    let mut claims = person.claims.clone();
    let mut set = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    set("iss", pick(Conduct::WrongIssuer, "https://elsewhere.example", &shared.issuer).into());
    set("aud", pick(Conduct::WrongAudience, "another", CLIENT_ID).into());
    if lies(Conduct::WrongParty) {
        set("azp", "another".into());
    }
    set("nonce", pick(Conduct::WrongNonce, "another", nonce).into());
    let age = if lies(Conduct::Expired) { 1000 } else { 0 };
    let issued = shared.now() - age;
    set("iat", issued.into());
    set("exp", (issued + 300).into());
    let hashed = pick(Conduct::WrongAccessToken, "another", access);
    let algorithm = CoreJwsSigningAlgorithm::EdDsa;
    let public = key(0, 0)?.as_verification_key();
    let digest = openidconnect::AccessTokenHash::from_token(
        &openidconnect::AccessToken::new(hashed),
        &algorithm,
        &public,
    )?;
    set("at_hash", serde_json::to_value(digest)?);
    signed(shared, "JWT", &Value::Object(claims))
}

async fn userinfo(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    let tokens = shared.tokens.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(person) = tokens.get(token) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let mut said = person.userinfo.clone();
    if shared.conduct() == Conduct::WrongUserinfo {
        said.insert("sub".to_owned(), "somebody-else".into());
    }
    document(&Value::Object(said))
}
