//! What OpenID providers, captcha services and strangers in their name send: nothing that was not
//! signed, sealed and meant for us counts.
//!
//! An input's first line says what the rest is: `discovery`, `keys`, `logout`, `state`, `tokens`
//! (the whole answer to a code), `claims` (signed as the provider would, with `{nonce}`, `{now}`
//! and `{later}` filled in) or `siteverify`.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use daemun::siteverify;
use daemun_auth::manager::{AuthManager, Beginning};
use daemun_auth::providers::Providers;
use daemun_auth::providers::openid_connect::{
    FetchError, FetchRequest, FetchResponse, HttpFetch, OpenIdConnect, OpenIdProvider,
    ProviderAnswer, RESPONSE, Returned, check,
};
use daemun_auth::request::Answer;
use daemun_auth::response::AuthenticationResponse;
use daemun_auth::session::{RequestOrigin, Session, Sessions};
use daemun_mediawiki::cookie::CookieJar;
use daemun_testkit::openid_provider::{public_keys, sign};
use daemun_testkit::world::World;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::text;
use crate::Target;

const ISSUER: &str = "https://id.example";
const CLIENT: &str = "wiki";
const BUTTON: &str =
    "MediaWiki\\Extension\\PluggableAuth\\BeginAuthenticationRequest:pluggableauthlogin0";

pub(super) const TARGET: Target = Target {
    name: "openid",
    run,
    words: &[
        "discovery\n",
        "keys\n",
        "logout\n",
        "state\n",
        "tokens\n",
        "claims\n",
        "siteverify\n",
        ISSUER,
        "\"issuer\":",
        "\"authorization_endpoint\":\"",
        "\"token_endpoint\":\"",
        "\"jwks_uri\":\"",
        "\"keys\":[",
        "\"kty\":\"OKP\"",
        "\"crv\":\"Ed25519\"",
        "\"id_token\":\"",
        "\"access_token\":\"x\"",
        "\"token_type\":\"Bearer\"",
        "\"iss\":\"https://id.example\"",
        "\"aud\":[\"wiki\"]",
        "\"azp\":",
        "\"sub\":\"",
        "\"nonce\":\"{nonce}\"",
        "\"iat\":{now}",
        "\"exp\":{later}",
        "\"at_hash\":",
        "\"preferred_username\":",
        "eyJhbGciOiJub25lIn0.",
        "\"success\":true",
        "\"error-codes\":[]",
    ],
    longest: 4096,
};

/// A provider without a network: it answers by address.
#[derive(Default)]
struct Canned(Mutex<HashMap<String, Vec<u8>>>);

impl Canned {
    fn set(&self, path: &str, body: &[u8]) {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answers.insert(format!("{ISSUER}{path}"), body.to_vec());
    }
}

#[async_trait]
impl HttpFetch for Canned {
    async fn fetch(&self, request: FetchRequest) -> Result<FetchResponse, FetchError> {
        let answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match answers.get(&request.url) {
            Some(body) => Ok(FetchResponse { status: 200, body: Zeroizing::new(body.clone()) }),
            None => Err(FetchError("nobody answers there".to_owned())),
        }
    }
}

thread_local! {
    static WORLD: World = world();
}

fn provider() -> OpenIdProvider {
    OpenIdProvider::new("example", ISSUER, CLIENT)
}

fn world() -> World {
    World::with(|rules| {
        rules.settings.openid.providers = vec![provider()];
        rules.settings.openid.return_url =
            "https://wiki.example/wiki/Special:OpenIDConnectReturn".to_owned();
        rules.settings.confirm_link = true;
        rules.settings.password_attempt_throttle.clear();
    })
    .expect("a world")
}

/// A provider that behaves, until the input stands in for a part of it.
fn honest() -> Arc<Canned> {
    let canned = Canned::default();
    let document = json!({
        "issuer": ISSUER,
        "authorization_endpoint": format!("{ISSUER}/authorize"),
        "token_endpoint": format!("{ISSUER}/token"),
        "jwks_uri": format!("{ISSUER}/keys"),
    });
    canned.set("/.well-known/openid-configuration", document.to_string().as_bytes());
    canned.set("/keys", public_keys().expect("keys").to_string().as_bytes());
    Arc::new(canned)
}

fn run(bytes: &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (kind, rest) = bytes.split_at(end);
    let rest = rest.get(1..).unwrap_or_default();
    WORLD.with(|world| match kind {
        b"discovery" => discovery(world, rest),
        b"keys" => keys(world, rest),
        b"logout" => logout(world, &text(rest)),
        b"state" => state(world, &text(rest)),
        b"tokens" => {
            let ended = sign_in(world, |canned, _| canned.set("/token", rest));
            // Nothing in it can be signed for a nonce that was just drawn.
            assert!(matches!(ended, AuthenticationResponse::Fail { .. }), "{ended:?}");
        }
        b"claims" => claims(world, &text(rest)),
        _ => verified(rest),
    });
}

fn parsed(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_default()
}

/// A document counts only where it is the provider's own.
fn discovery(world: &World, body: &[u8]) {
    let canned = honest();
    canned.set("/.well-known/openid-configuration", body);
    let good = world.run(check(&*canned, &world.environment.clock, &provider()));
    if good.is_ok() {
        assert_eq!(parsed(body)["issuer"], ISSUER);
    }
}

/// Keys of others sign nothing that was not signed by them.
fn keys(world: &World, body: &[u8]) {
    let canned = honest();
    canned.set("/keys", body);
    let known = world.run(check(&*canned, &world.environment.clock, &provider()));
    assert!(known.is_err() || parsed(body)["keys"].is_array());
    let now = world.now().0;
    let logout = json!({
        "iss": ISSUER, "aud": CLIENT, "iat": now, "exp": now + 60, "jti": "x", "sub": "maria",
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    });
    let part = |value: &Value| {
        use base64::Engine;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string())
    };
    let token = format!("{}.{}.", part(&json!({"alg": "none"})), part(&logout));
    let openid = OpenIdConnect::new(canned);
    assert!(world.run(openid.logout(&world.environment, &token)).is_err());
}

/// Whoever has no key of the provider's ends nobody's session.
fn logout(world: &World, token: &str) {
    let openid = OpenIdConnect::new(honest());
    assert!(world.run(openid.logout(&world.environment, token)).is_err(), "{token}");
}

fn visit(world: &World, manager: &AuthManager) -> Session {
    let cookies = CookieJar::parse(b"");
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let origin = RequestOrigin { cookies: &cookies, address, secure: true, agent: "" };
    world.run(manager.sessions().load(origin)).expect("a session")
}

fn manager(world: &World, canned: Arc<Canned>) -> AuthManager {
    let providers = Providers::standard().with_openid(OpenIdConnect::new(canned));
    let environment = world.environment.clone();
    AuthManager::new(Sessions::new(environment.clone()), environment, providers)
}

/// Nobody is sent anywhere by a state that was not sealed here.
fn state(world: &World, sealed: &str) {
    let canned = honest();
    let manager = manager(world, Arc::clone(&canned));
    let mut session = visit(world, &manager);
    let openid = OpenIdConnect::new(canned);
    let answer = ProviderAnswer {
        state: sealed.to_owned(),
        code: Some("code".to_owned()),
        error: None,
        issuer: Some(ISSUER.to_owned()),
    };
    let work = openid.returned(manager.sessions(), &mut session, None, &answer, true);
    let returned = world.run(work).expect("a decision");
    assert!(matches!(returned, Returned::Refused(_)), "{returned:?}");
}

/// A whole login, in which the provider answers the code as the input says; it is given the nonce.
fn sign_in(world: &World, answer: impl FnOnce(&Canned, &str)) -> AuthenticationResponse {
    let canned = honest();
    let manager = manager(world, Arc::clone(&canned));
    let mut session = visit(world, &manager);
    let pressed = [Answer::to(BUTTON).pressed("pluggableauthlogin0")];
    let beginning = Beginning {
        answers: &pressed,
        return_to: Some("https://app.example/".to_owned()),
        ..Beginning::default()
    };
    let begun = world.run(manager.begin(&mut session, beginning)).expect("an answer");
    let AuthenticationResponse::Redirect { target, .. } = begun else { panic!("{begun:?}") };
    let query = target.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let sent: HashMap<String, String> =
        form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    answer(&canned, &sent["nonce"]);
    let relayed = [Answer::to(RESPONSE).with_text("code", "x").with_text("state", &sent["state"])];
    world.run(manager.resume(&mut session, &relayed)).expect("an answer")
}

/// What the provider signed counts only where it is its own, for us, for this login, and not old.
fn claims(world: &World, said: &str) {
    let now = world.now().0;
    let (mut believed, mut right_nonce) = (Value::Null, String::new());
    let ended = sign_in(world, |canned, nonce| {
        nonce.clone_into(&mut right_nonce);
        let said = said.replace("{nonce}", nonce).replace("{now}", &now.to_string());
        let said = said.replace("{later}", &(now + 300).to_string());
        let Ok(claims) = serde_json::from_str::<Value>(&said) else { return };
        if let Ok(token) = sign(&claims) {
            let tokens = json!({"access_token": "x", "token_type": "Bearer", "id_token": token});
            canned.set("/token", tokens.to_string().as_bytes());
        }
        believed = claims;
    });
    // Nobody is linked here, so a person who is believed restarts.
    match ended {
        AuthenticationResponse::Fail { .. } => {}
        AuthenticationResponse::Restart { .. } => {
            assert_eq!(believed["iss"], ISSUER);
            assert_eq!(believed["nonce"], right_nonce.as_str());
            let audience = &believed["aud"];
            let is_ours = |one: &Value| one == CLIENT;
            let listed = audience.as_array().is_some_and(|all| all.iter().any(is_ours));
            assert!(is_ours(audience) || listed, "{believed}");
            assert!(believed["sub"].as_str().is_some_and(|sub| !sub.is_empty()), "{believed}");
            assert!(believed["exp"].as_f64().is_some_and(|end| end > now as f64 - 120.0));
        }
        other => panic!("{other:?} for {believed}"),
    }
}

/// Only a plain yes is one.
fn verified(body: &[u8]) {
    if siteverify::judge(body) == Ok(true) {
        let answer = parsed(body);
        assert_eq!(answer["success"], true);
        assert!(answer["error-codes"].as_array().is_none_or(Vec::is_empty), "{answer}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_says_all_that_is_needed_is_believed() {
        let said = "{\"iss\":\"https://id.example\",\"aud\":\"wiki\",\"sub\":\"maria\",\
                    \"nonce\":\"{nonce}\",\"iat\":{now},\"exp\":{later}}";
        WORLD.with(|world| {
            let ended = sign_in(world, |canned, nonce| {
                let now = world.now().0;
                let said = said.replace("{nonce}", nonce).replace("{now}", &now.to_string());
                let said = said.replace("{later}", &(now + 300).to_string());
                let token = sign(&serde_json::from_str(&said).unwrap()).unwrap();
                let tokens =
                    json!({"access_token": "x", "token_type": "Bearer", "id_token": token});
                canned.set("/token", tokens.to_string().as_bytes());
            });
            assert!(matches!(ended, AuthenticationResponse::Restart { .. }), "{ended:?}");
            let good = world.run(check(&*honest(), &world.environment.clock, &provider()));
            assert_eq!(good, Ok(()));
        });
    }
}
