//! A small OpenID provider for the demo: it believes whoever says who they are.

use std::net::Ipv4Addr;
use std::sync::Arc;

use anyhow::{Result, ensure};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use daemun_auth::{Clock, Random};
use openidconnect::PrivateSigningKey;
use openidconnect::core::CoreEdDsaPrivateSigningKey;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;

use super::openid_core::{self, Grants, Parameters, document, field};

/// What the demo is called at the provider.
pub(super) const CLIENT_ID: &str = "demo";
/// Somebody whose account is linked, and somebody whose is not: their names there.
pub(super) const LINKED: &str = "olivia";
pub(super) const UNLINKED: &str = "nora";

/// What stands before an Ed25519 key in PKCS #8 (RFC 8410).
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];
/// Seconds for which an ID token is good.
const GOOD_FOR: i64 = 300;

/// What its key is called.
const KEY: &str = "demo";

/// The provider.
pub(super) struct Provider {
    issuer: String,
    key: CoreEdDsaPrivateSigningKey,
    clock: Clock,
    random: Random,
    /// By subject.
    grants: Grants<String>,
}

impl Provider {
    /// Starts it on a free port, for as long as the demo runs; answers its identity.
    pub(super) async fn start(clock: Clock, random: Random) -> Result<String> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let issuer = format!("http://{}", listener.local_addr()?);
        let der: Vec<u8> = PKCS8.into_iter().chain(random.bytes::<32>()).collect();
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            STANDARD.encode(der)
        );
        let key = openid_core::key(&pem, KEY)?;
        let grants = Grants::default();
        let provider = Arc::new(Self { issuer: issuer.clone(), key, clock, random, grants });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .with_state(provider);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(issuer)
    }

    /// Where a browser goes that has signed in as somebody, or said no.
    fn sign_in(&self, asked: &Parameters, subject: &str) -> Result<Url> {
        ensure!(field(asked, "client_id")? == CLIENT_ID, "another client");
        let code = self.random.hex32();
        let answer = if subject == "nobody" {
            ("error", "access_denied")
        } else {
            self.grants.give(asked, code.clone(), subject.to_owned())?;
            ("code", code.as_str())
        };
        openid_core::way_back(asked, &[answer], Some(&self.issuer))
    }

    fn exchange(&self, form: &Parameters) -> Result<Value> {
        let (subject, nonce) = self.grants.redeem(form)?;
        let now = self.clock.now().0;
        let claims = json!({
            "iss": self.issuer, "aud": CLIENT_ID, "sub": subject, "nonce": nonce,
            "iat": now, "exp": now + GOOD_FOR, "preferred_username": subject,
        });
        let token = openid_core::signed(&self.key, KEY, "JWT", &claims)?;
        let access = self.random.hex32();
        Ok(json!({"access_token": access, "token_type": "Bearer", "id_token": token}))
    }
}

async fn discovery(State(provider): State<Arc<Provider>>) -> Response {
    let issuer = &provider.issuer;
    document(&json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn keys(State(provider): State<Arc<Provider>>) -> Response {
    match serde_json::to_value(provider.key.as_verification_key()) {
        Ok(key) => document(&json!({"keys": [key]})),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// With `as` somebody is in at once; without it a page asks who it is.
async fn authorize(
    State(provider): State<Arc<Provider>>,
    Query(asked): Query<Parameters>,
) -> Response {
    if let Some(subject) = asked.get("as") {
        return match provider.sign_in(&asked, subject) {
            Ok(back) => (StatusCode::FOUND, [(header::LOCATION, back.to_string())]).into_response(),
            Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
        };
    }
    let mut links = String::new();
    for (subject, label) in [(LINKED, "Olivia"), (UNLINKED, "Nora"), ("nobody", "Refuse · 거절")]
    {
        let mut target = form_urlencoded(&asked);
        target.push_str(&format!("&as={subject}"));
        let target = daemun_messages::escape_html(&target);
        links.push_str(&format!("<p><a href=\"/authorize?{target}\">{label}</a></p>"));
    }
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"UTF-8\"><title>Demo ID</title>\
         <h1>Demo ID</h1><p>Who are you? · 누구신가요?</p>{links}</html>\n"
    );
    ([(header::CONTENT_TYPE, "text/html; charset=UTF-8")], page).into_response()
}

fn form_urlencoded(asked: &Parameters) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(asked).finish()
}

async fn token(State(provider): State<Arc<Provider>>, body: Bytes) -> Response {
    let form = url::form_urlencoded::parse(&body).into_owned().collect();
    openid_core::exchanged(provider.exchange(&form))
}
