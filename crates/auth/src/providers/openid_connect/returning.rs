//! The return page's decision: on to the client, or first a question.
//!
//! A provider's answer may reach a browser that is not the client's, so that nobody is led to sign
//! in for somebody else's program: only the session that began goes on by itself, or to a host
//! that the operator trusts. Everybody else is asked first, and told where it leads. Whoever is in
//! and links an account is always asked: a link outlives the login.

use daemun_mediawiki::php::Value;
use daemun_messages::Message;
use daemun_store::CounterRule;
use serde::{Deserialize, Serialize};
use url::Url;

use super::OpenIdConnect;
use super::settings::OpenIdProvider;
use super::state::{self, Pending, State};
use crate::environment::Environment;
use crate::error::AuthError;
use crate::manager::sealed::Sealer;
use crate::session::{Session, Sessions};

/// Where a session keeps a code that came back in its own browser.
const KEPT: &str = "daemun:openid";
/// Longest code, in bytes.
const LONGEST_CODE: usize = 4096;
/// Schemes that run or show something instead of leading somewhere.
const NO_PLACES: [&str; 7] =
    ["javascript", "data", "vbscript", "file", "blob", "about", "view-source"];

/// What a provider sent back through the browser.
#[derive(Clone, Default)]
pub struct ProviderAnswer {
    /// Ours, as it came.
    pub state: String,
    /// The code, after a success.
    pub code: Option<String>,
    /// The error, after none.
    pub error: Option<String>,
    /// The issuer, where the provider names itself (RFC 9207).
    pub issuer: Option<String>,
}

impl std::fmt::Debug for ProviderAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProviderAnswer").field("error", &self.error).finish_non_exhaustive()
    }
}

/// What is done with it.
#[derive(Debug, PartialEq)]
pub enum Returned {
    /// Nothing: it is no answer to anything.
    Refused(Message),
    /// The browser goes here.
    Go(String),
    /// The person is asked whether to go there.
    Ask(Destination),
}

/// Where the browser would go, for the person to judge.
#[derive(Debug, PartialEq)]
pub struct Destination {
    /// The host, or the scheme of an application.
    pub host: String,
    /// The provider's button.
    pub provider: String,
    /// The account that something would be linked to.
    pub account: Option<String>,
    /// What a browser must be allowed to go to, in the form of a Content Security Policy.
    pub source: String,
    /// The address, without what the provider sent.
    pub return_to: String,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    id: String,
    code: String,
}

impl OpenIdConnect {
    /// Decides on an answer that came to the return page with `path` behind its title.
    /// `confirmed`: the person was asked and agreed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn returned(
        &self,
        sessions: &Sessions,
        session: &mut Session,
        path: Option<&str>,
        answer: &ProviderAnswer,
        confirmed: bool,
    ) -> Result<Returned, AuthError> {
        let environment = sessions.environment();
        let refused = |key: &'static str| Ok(Returned::Refused(Message::new(key)));
        let Some(state) = State::open(environment, &answer.state) else {
            return refused("daemun-openid-bad-state");
        };
        if state.is_over(environment) {
            return refused("daemun-openid-expired");
        }
        let openid = &environment.settings.openid;
        let Some(provider) = openid.named(&state.provider) else {
            return refused("daemun-openid-bad-state");
        };
        if openid.return_path(provider) != path
            || !self.is_from(environment, provider, answer).await
        {
            return refused("daemun-openid-mixed-up");
        }
        let target = Url::parse(&state.return_to).ok().filter(is_place);
        let Some(mut target) = target else { return refused("daemun-openid-bad-state") };
        let own = state.is_of(environment, session);
        let links = state.account.is_some();
        let goes_on = confirmed || (!links && (own || is_trusted(provider, &target)));
        match (&answer.code, &answer.error) {
            (Some(code), None) if !code.is_empty() && code.len() <= LONGEST_CODE => {
                // A code that is kept counts as relayed, so not before the person agreed.
                if own && goes_on {
                    keep(sessions, session, &state.id, code).await?;
                }
                target.query_pairs_mut().append_pair("code", code);
            }
            (None, Some(error)) => {
                let denied = mark(environment, "denied", &state.id);
                environment.store.counters.hit(&[denied], environment.clock.now()).await?;
                let error: String = error.chars().take(200).collect();
                target.query_pairs_mut().append_pair("error", &error);
            }
            _ => return refused("daemun-openid-bad-state"),
        }
        target.query_pairs_mut().append_pair("state", &answer.state);
        if goes_on {
            return Ok(Returned::Go(target.into()));
        }
        let scheme = target.scheme();
        let host = match target.host_str() {
            Some(host) if scheme.starts_with("http") => match target.port() {
                Some(port) => format!("{host}:{port}"),
                None => host.to_owned(),
            },
            _ => format!("{scheme}:"),
        };
        let source = match scheme.starts_with("http") {
            true => format!("{scheme}://{host}"),
            false => host.clone(),
        };
        let (provider, account) = (provider.label.clone(), state.account);
        let return_to = state.return_to;
        Ok(Returned::Ask(Destination { host, provider, account, source, return_to }))
    }

    /// Whether the answer is from this provider, as far as it says (RFC 9207).
    async fn is_from(
        &self,
        environment: &Environment,
        provider: &OpenIdProvider,
        answer: &ProviderAnswer,
    ) -> bool {
        match &answer.issuer {
            Some(issuer) => *issuer == provider.issuer,
            None => match self.metadata(environment, provider).await {
                Ok(metadata) => !metadata.authorization_response_iss_parameter_supported,
                Err(_) => false,
            },
        }
    }
}

/// A return address in its plain form, if one can be sent there.
pub(super) fn place(url: &str) -> Option<String> {
    if url.len() > state::LONGEST_RETURN {
        return None;
    }
    let url: String = Url::parse(url).ok().filter(is_place)?.into();
    (url.len() <= state::LONGEST_RETURN).then_some(url)
}

fn is_place(url: &Url) -> bool {
    let is_web = matches!(url.scheme(), "http" | "https");
    let has_host = url.host_str().is_some_and(|host| !host.is_empty());
    // A name before the host would make it look like another.
    let is_plain = url.username().is_empty() && url.password().is_none();
    is_plain && !NO_PLACES.contains(&url.scheme()) && (has_host || !is_web)
}

/// Whether the operator named the host: by https, or on this machine.
fn is_trusted(provider: &OpenIdProvider, url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let is_safe = match url.scheme() {
        "https" => true,
        "http" => matches!(host, "localhost" | "127.0.0.1" | "[::1]"),
        _ => false,
    };
    let named = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    is_safe && provider.return_hosts.iter().any(|known| known.eq_ignore_ascii_case(&named))
}

async fn keep(
    sessions: &Sessions,
    session: &mut Session,
    id: &str,
    code: &str,
) -> Result<(), AuthError> {
    let environment = sessions.environment();
    let kept = Kept { id: id.to_owned(), code: code.to_owned() };
    let sealer = Sealer::new(&environment.settings.secret_key);
    let (Ok(bytes), Some(purpose)) = (serde_json::to_vec(&kept), purpose(session)) else {
        return Ok(());
    };
    let Some(sealed) = sealer.seal(&purpose, environment.random.bytes(), &bytes) else {
        return Ok(());
    };
    sessions.set(session, KEPT, Some(Value::from(sealed.as_str()))).await
}

/// The code that the session's own browser brought back for this dialogue.
pub(super) async fn take_kept(
    sessions: &Sessions,
    session: &mut Session,
    pending: &Pending,
) -> Result<Option<String>, AuthError> {
    let environment = sessions.environment();
    let sealed = session.get(KEPT).and_then(|value| value.as_str()).map(str::to_owned);
    let (Some(sealed), Some(purpose)) = (sealed, purpose(session)) else { return Ok(None) };
    sessions.set(session, KEPT, None).await?;
    let opened = Sealer::new(&environment.settings.secret_key).open(&purpose, &sealed);
    let kept = opened.and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).ok());
    Ok(kept.filter(|kept| kept.id == pending.id).map(|kept| kept.code))
}

fn purpose(session: &Session) -> Option<String> {
    Some(format!("{} {KEPT}", session.id()?))
}

/// A mark in the cache that lives as long as a state: it can be set once.
pub(super) fn mark(environment: &Environment, what: &str, id: &str) -> CounterRule {
    let seconds = u32::try_from(state::LIFETIME).unwrap_or(u32::MAX);
    let wiki = &environment.settings.wiki_id;
    CounterRule { key: format!("{wiki}:daemun-openid-{what}:{id}"), limit: 1, seconds }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_places_can_be_returned_to() {
        for good in ["http://example.org/?x=1", "https://a:8443/b#c", "app://done", "app.id:/x"] {
            assert!(place(good).is_some(), "{good}");
        }
        let long = format!("https://example.org/{}", "x".repeat(state::LONGEST_RETURN));
        for bad in [
            "javascript://%0aalert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "https://wiki.example@evil.example/",
            "https://",
            "/relative",
            &long,
        ] {
            assert!(place(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn trusted_hosts_are_named_to_the_port_and_encrypted() {
        let mut provider = OpenIdProvider::new("a", "https://id.example", "wiki");
        provider.return_hosts = vec!["app.example".to_owned(), "localhost:99".to_owned()];
        let trusted = |url: &str| is_trusted(&provider, &Url::parse(url).unwrap());
        for good in ["https://app.example/x", "https://APP.example:443/", "http://localhost:99/"] {
            assert!(trusted(good), "{good}");
        }
        for bad in [
            "http://app.example/",
            "https://app.example:8443/",
            "https://app.example.evil/",
            "https://x.app.example/",
            "http://localhost/",
            "app.example://x",
        ] {
            assert!(!trusted(bad), "{bad}");
        }
    }
}
