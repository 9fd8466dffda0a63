//! A small OpenID provider on this machine, honest or not. It signs with keys that anybody can
//! read here, by a clock that stands still.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
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
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use daemun_auth::providers::openid_connect::OpenIdProvider;
use daemun_mediawiki::timestamp::Timestamp;
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PkceCodeChallenge, PkceCodeVerifier, PrivateSigningKey};
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

struct Grant {
    person: Person,
    nonce: String,
    challenge: String,
    redirect_uri: String,
}

struct Shared {
    issuer: String,
    conduct: Mutex<Conduct>,
    grants: Mutex<HashMap<String, Grant>>,
    tokens: Mutex<HashMap<String, Person>>,
    rotated: AtomicBool,
    names_itself: AtomicBool,
    count: AtomicUsize,
    now: AtomicI64,
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
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
        let shared = Arc::new(Shared {
            issuer: format!("http://{}", listener.local_addr()?),
            conduct: Mutex::new(Conduct::Honest),
            grants: Mutex::default(),
            tokens: Mutex::default(),
            rotated: AtomicBool::new(false),
            names_itself: AtomicBool::new(true),
            count: AtomicUsize::new(0),
            now: AtomicI64::new(BEGINNING.0),
            key_requests: AtomicUsize::new(0),
            token_requests: AtomicUsize::new(0),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
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
        self.shared.now.store(now.0, Ordering::SeqCst);
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
        let sent = Url::parse(target)?;
        let sent: HashMap<String, String> = sent.query_pairs().into_owned().collect();
        let field = |name: &str| sent.get(name).cloned().with_context(|| format!("no {name}"));
        anyhow::ensure!(field("response_type")? == "code" && field("client_id")? == CLIENT_ID);
        anyhow::ensure!(field("code_challenge_method")? == "S256");
        let code = format!("code-{}", self.shared.count.fetch_add(1, Ordering::SeqCst));
        let grant = Grant {
            person: person.clone(),
            nonce: field("nonce")?,
            challenge: field("code_challenge")?,
            redirect_uri: field("redirect_uri")?,
        };
        let back = self.back(target, &[("code", &code)])?;
        self.shared.grants.lock().unwrap_or_else(PoisonError::into_inner).insert(code, grant);
        Ok(back)
    }

    /// A person says no.
    pub fn deny(&self, target: &str) -> Result<Url> {
        self.back(target, &[("error", "access_denied"), ("error_description", "no")])
    }

    fn back(&self, target: &str, answer: &[(&str, &str)]) -> Result<Url> {
        let sent = Url::parse(target)?;
        let field = |wanted: &str| {
            let mut pairs = sent.query_pairs();
            pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
        };
        let mut back = Url::parse(&field("redirect_uri").context("no redirect_uri")?)?;
        back.query_pairs_mut().extend_pairs(answer);
        back.query_pairs_mut().append_pair("state", &field("state").context("no state")?);
        if self.shared.names_itself.load(Ordering::SeqCst) {
            back.query_pairs_mut().append_pair("iss", self.issuer());
        }
        Ok(back)
    }

    /// A logout token for this person with these claims changed; null takes one away.
    pub fn logout_token(&self, id: &str, changes: &Value) -> Result<String> {
        let mut claims = json!({
            "iss": self.issuer(), "aud": CLIENT_ID, "iat": BEGINNING.0, "exp": BEGINNING.0 + 120,
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
    fn conduct(&self) -> Conduct {
        *self.conduct.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn key_index(&self) -> usize {
        usize::from(self.rotated.load(Ordering::SeqCst))
    }
}

/// Claims as the provider signs them, for whoever plays the provider without a network.
pub fn sign(claims: &Value) -> Result<String> {
    token("JWT", "EdDSA", 0, 0, claims)
}

/// The keys by which that can be checked, as a provider publishes them.
pub fn public_keys() -> Result<Value> {
    let key = serde_json::to_value(key(0, 0)?.as_verification_key())?;
    Ok(json!({ "keys": [key] }))
}

fn key(index: usize, id: usize) -> Result<CoreEdDsaPrivateSigningKey> {
    let pem = KEYS.get(index).context("a key")?;
    let id = JsonWebKeyId::new(format!("key-{id}"));
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(pem, Some(id)).map_err(anyhow::Error::msg)
}

fn signed(shared: &Shared, kind: &str, claims: &Value) -> Result<String> {
    let conduct = shared.conduct();
    let index = shared.key_index();
    let other = usize::from(conduct == Conduct::WrongSignature);
    let algorithm = if conduct == Conduct::Unsigned { "none" } else { "EdDSA" };
    token(kind, algorithm, index, (index + other) % KEYS.len(), claims)
}

/// A token that names one key and is signed by another, which mostly is the same.
fn token(kind: &str, algorithm: &str, named: usize, by: usize, claims: &Value) -> Result<String> {
    let head = json!({"alg": algorithm, "typ": kind, "kid": format!("key-{named}")});
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(&head), part(claims));
    if algorithm == "none" {
        return Ok(format!("{message}."));
    }
    let signature = key(by, named)?.sign(&CoreJwsSigningAlgorithm::EdDsa, message.as_bytes())?;
    Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
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

fn document(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
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
    match granted(&shared, &headers, &body) {
        Ok(tokens) => document(&tokens),
        Err(error) => {
            let body = json!({"error": "invalid_grant", "error_description": error.to_string()});
            (StatusCode::BAD_REQUEST, body.to_string()).into_response()
        }
    }
}

fn granted(shared: &Shared, headers: &HeaderMap, body: &[u8]) -> Result<Value> {
    let form: HashMap<String, String> = url::form_urlencoded::parse(body).into_owned().collect();
    let field = |name: &str| form.get(name).cloned().with_context(|| format!("no {name}"));
    let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let (id, secret): (String, String) = (encoded(CLIENT_ID), encoded(CLIENT_SECRET));
    let expected = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let given = headers.get(header::AUTHORIZATION).context("no authorization")?;
    anyhow::ensure!(given.as_bytes() == expected.as_bytes(), "another client");
    let mut grants = shared.grants.lock().unwrap_or_else(PoisonError::into_inner);
    // A code is good once.
    let grant = grants.remove(&field("code")?).context("no such code")?;
    anyhow::ensure!(field("redirect_uri")? == grant.redirect_uri, "another redirect_uri");
    let verifier = PkceCodeVerifier::new(field("code_verifier")?);
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    anyhow::ensure!(challenge.as_str() == grant.challenge, "another verifier");
    let access = format!("access-{}", shared.count.fetch_add(1, Ordering::SeqCst));
    shared
        .tokens
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(access.clone(), grant.person.clone());
    let id_token = id_token(shared, &grant, &access)?;
    Ok(json!({"access_token": access, "token_type": "Bearer", "id_token": id_token}))
}

fn id_token(shared: &Shared, grant: &Grant, access: &str) -> Result<String> {
    let conduct = shared.conduct();
    let lies = |lie: Conduct| conduct == lie;
    let pick =
        |lie: Conduct, lied: &str, truth: &str| if lies(lie) { lied } else { truth }.to_owned();
    let mut claims = grant.person.claims.clone();
    let mut set = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    set("iss", pick(Conduct::WrongIssuer, "https://elsewhere.example", &shared.issuer).into());
    set("aud", pick(Conduct::WrongAudience, "another", CLIENT_ID).into());
    if lies(Conduct::WrongParty) {
        set("azp", "another".into());
    }
    set("nonce", pick(Conduct::WrongNonce, "another", &grant.nonce).into());
    let age = if lies(Conduct::Expired) { 1000 } else { 0 };
    let now = shared.now.load(Ordering::SeqCst);
    set("iat", (now - age).into());
    set("exp", (now - age + 300).into());
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
