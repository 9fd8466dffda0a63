//! Signing in by OpenID Connect, as the second example of API:Login shows it: the client is sent
//! to the provider, gets `code` and `state` at its return address, and posts both.
//!
//! The buttons have PluggableAuth's ids, and its continue without fields works, too, where the
//! code came back in the client's own browser.

mod claims;
mod discovery;
mod exchange;
mod fetch;
mod logout;
mod mapping;
mod returning;
mod settings;
mod state;

use std::borrow::Cow;
use std::sync::Arc;

use async_trait::async_trait;
use daemun_messages::{Message, Param};
use daemun_store::{Account, HitOutcome, NewAccount, OpenIdLink};
use openidconnect::core::CoreJsonWebKeySet;
use tokio::sync::Semaphore;
use url::Url;

use super::{Asking, Attempt, Part, Primary, PrimaryAuthenticationProvider};
use crate::creation::{AccountCreation, CredentialChange, ExternalAccount};
use crate::environment::{Clock, Environment};
use crate::error::AuthError;
use crate::reason::Reason;
use crate::request::{AuthAction, AuthenticationRequest, Field, FieldKind, Required, answer_to};
use claims::Claims;
use discovery::{Directory, Metadata};
use exchange::ExchangeError;
pub use fetch::{FetchError, FetchRequest, FetchResponse, HttpFetch, LONGEST, MOST_BYTES};
pub use logout::LogoutError;
pub use returning::{Destination, ProviderAnswer, Returned};
pub use settings::{OpenIdProvider, OpenIdSettings};
use state::{Pending, State};

/// The provider's id in dialogues.
const ID: &str = "openid-connect";
/// First part of PluggableAuth's id of a button's request.
const BEGIN: &str = "MediaWiki\\Extension\\PluggableAuth\\BeginAuthenticationRequest";
/// API:Login's id of the request for what the provider answered.
pub const RESPONSE: &str = "OpenIdConnectResponseAuthenticationRequest";
/// Where a dialogue notes what it waits for.
const PENDING: &str = "openid";
/// Conversations with providers at a time: while one waits it holds a place in the queue for
/// passwords, which must not fill up with them.
const MOST_CONVERSATIONS: usize = 32;

/// The provider, for all that are configured. Cheap to clone.
#[derive(Clone)]
pub struct OpenIdConnect(Arc<Inner>);

struct Inner {
    fetch: Arc<dyn HttpFetch>,
    directory: Directory,
    places: Semaphore,
}

/// What has come back.
enum Answered {
    /// Nothing yet: the person is still away.
    NotYet(Pending),
    /// Nothing good.
    Refused(Message),
    /// Somebody.
    Somebody(Box<(OpenIdProvider, Claims)>),
}

impl OpenIdConnect {
    /// With this way to reach the providers.
    pub fn new(fetch: Arc<dyn HttpFetch>) -> Self {
        let places = Semaphore::new(MOST_CONVERSATIONS);
        Self(Arc::new(Inner { fetch, directory: Directory::default(), places }))
    }

    async fn metadata(
        &self,
        environment: &Environment,
        provider: &OpenIdProvider,
    ) -> Result<Arc<Metadata>, ExchangeError> {
        self.0.directory.metadata(&*self.0.fetch, &environment.clock, provider).await
    }

    async fn keys(
        &self,
        environment: &Environment,
        provider: &OpenIdProvider,
        renew: bool,
    ) -> Result<Option<Arc<CoreJsonWebKeySet>>, ExchangeError> {
        self.0.directory.keys(&*self.0.fetch, &environment.clock, provider, renew).await
    }

    /// Sends the person to the provider whose button was pressed; `None` where none was.
    async fn send_away(
        &self,
        attempt: &mut Attempt<'_>,
        account: Option<&str>,
    ) -> Result<Option<Result<Pending, Message>>, AuthError> {
        let environment = attempt.environment;
        let providers = environment.settings.openid.providers.iter().enumerate();
        let mut pressed = providers.filter(|(index, _)| {
            let answer = answer_to(attempt.answers, &button_id(*index));
            answer.is_some_and(|answer| answer.is_pressed(&button(*index)))
        });
        let Some((_, provider)) = pressed.next() else { return Ok(None) };
        let place = attempt.return_to.as_deref().and_then(returning::place);
        let Some(return_to) = place else {
            return Ok(Some(Err(Message::new("daemun-openid-bad-return-url"))));
        };
        let _place = self.0.places.try_acquire().map_err(|_| AuthError::Busy)?;
        let metadata = match self.metadata(environment, provider).await {
            Ok(metadata) => metadata,
            Err(error) => return Ok(Some(Err(failed(attempt, provider, &error)))),
        };
        // The state is bound to the session, so there must be one.
        attempt.sessions.persist(attempt.session);
        let id = environment.random.hex32();
        let names = (provider.name.as_str(), id.as_str());
        let state = State::new(environment, attempt.session, names, &return_to, account);
        let Some(state) = state.and_then(|state| state.seal(environment)) else {
            return Err(AuthError::Contention);
        };
        let nonce = environment.random.hex32();
        let verifier = daemun_mediawiki::session_id::hex(&environment.random.bytes::<32>());
        let redirect_uri = environment.settings.openid.redirect_uri(provider);
        let challenge = openidconnect::PkceCodeChallenge::from_code_verifier_sha256(
            &openidconnect::PkceCodeVerifier::new(verifier.clone()),
        );
        let Ok(mut target) = Url::parse(&metadata.authorization_endpoint) else {
            let error = exchange::invalid("its endpoint is no address");
            return Ok(Some(Err(failed(attempt, provider, &error))));
        };
        target
            .query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &provider.client_id)
            .append_pair("redirect_uri", &redirect_uri)
            .append_pair("scope", &provider.scopes.join(" "))
            .append_pair("state", &state)
            .append_pair("nonce", &nonce)
            .append_pair("code_challenge", challenge.as_str())
            .append_pair("code_challenge_method", "S256");
        if attempt.reauthenticates {
            // Being signed in there shows nothing about who sits here now.
            target.query_pairs_mut().append_pair("prompt", "login");
        }
        let pending = Pending {
            provider: provider.name.clone(),
            id,
            nonce,
            verifier,
            target: target.into(),
            expires: environment.clock.now().0 + state::LIFETIME,
        };
        attempt.notes.set(PENDING, &pending);
        Ok(Some(Ok(pending)))
    }

    /// Reads what came back, checks the state, and only then uses the code.
    async fn answered(&self, attempt: &mut Attempt<'_>) -> Result<Answered, AuthError> {
        let environment = attempt.environment;
        let Some(pending) = attempt.notes.get::<Pending>(PENDING) else {
            return refused(attempt, "authmanager-authn-not-in-progress", Reason::NoDialogue);
        };
        let openid = &environment.settings.openid;
        let Some(provider) = openid.named(&pending.provider) else {
            return refused(attempt, "authmanager-authn-not-in-progress", Reason::NoDialogue);
        };
        if environment.clock.now().0 > pending.expires {
            return refused(attempt, "daemun-openid-expired", Reason::DialogueTooOld);
        }
        let kept = returning::take_kept(attempt.sessions, attempt.session, &pending).await?;
        let code = match answer_to(attempt.answers, RESPONSE) {
            Some(answer) => {
                let state = State::open(environment, answer.text("state").unwrap_or_default());
                let belongs = state.is_some_and(|state| {
                    state.belongs_to(&pending) && state.is_of(environment, attempt.session)
                });
                if !belongs {
                    return refused(attempt, "daemun-openid-bad-state", Reason::OpenIdState);
                }
                answer.text("code").unwrap_or_default().to_owned()
            }
            None => match kept {
                Some(code) => code,
                None => {
                    let denied = returning::mark(environment, "denied", &pending.id);
                    let now = environment.clock.now();
                    return match environment.store.counters.get(&denied.key, now).await? {
                        0 => Ok(Answered::NotYet(pending)),
                        _ => refused(attempt, "daemun-openid-denied", Reason::OpenIdDenied),
                    };
                }
            },
        };
        let _place = self.0.places.try_acquire().map_err(|_| AuthError::Busy)?;
        let once = returning::mark(environment, "used", &pending.id);
        let now = environment.clock.now();
        if environment.store.counters.hit(&[once], now).await? != HitOutcome::Counted {
            return refused(attempt, "daemun-openid-bad-state", Reason::OpenIdUsed);
        }
        attempt.notes.remove(PENDING);
        Ok(match self.exchange(environment, provider, &pending, &code).await {
            Ok(claims) => Answered::Somebody(Box::new((provider.clone(), claims))),
            Err(error) => Answered::Refused(failed(attempt, provider, &error)),
        })
    }
}

/// Tries whether a provider can be reached and tells what it must; the text says why not.
///
/// # Errors
/// What is wrong, for the operator.
pub async fn check(
    fetch: &dyn HttpFetch,
    clock: &Clock,
    provider: &OpenIdProvider,
) -> Result<(), String> {
    let keys = Directory::default().keys(fetch, clock, provider, false).await;
    match keys.map_err(|error| error.to_string())? {
        Some(keys) if !keys.keys().is_empty() => Ok(()),
        _ => Err("it has no keys that can be used".to_owned()),
    }
}

/// Refuses what came back.
fn refused(
    attempt: &mut Attempt<'_>,
    key: &'static str,
    reason: Reason,
) -> Result<Answered, AuthError> {
    attempt.reason = Some(reason);
    Ok(Answered::Refused(Message::new(key)))
}

/// What a person is told where a provider fails; the log has it in full.
fn failed(attempt: &mut Attempt<'_>, provider: &OpenIdProvider, error: &ExchangeError) -> Message {
    tracing::warn!(provider = provider.name, %error, "signing in by OpenID Connect failed");
    let (key, reason) = match error {
        ExchangeError::Unavailable(_) => ("daemun-openid-unavailable", Reason::OpenIdUnavailable),
        ExchangeError::Invalid(reason, _) => ("daemun-openid-failed", *reason),
    };
    attempt.reason = Some(reason);
    Message::new(key).with(Param::plaintext(provider.host()))
}

fn button(index: usize) -> String {
    format!("pluggableauthlogin{index}")
}

fn button_id(index: usize) -> String {
    format!("{BEGIN}:{}", button(index))
}

fn provider_name(provider: &OpenIdProvider) -> Message {
    Message::new("daemun-openid-provider").with(Param::plaintext(provider.host()))
}

fn buttons(environment: &Environment) -> Vec<AuthenticationRequest> {
    let providers = environment.settings.openid.providers.iter().enumerate();
    providers
        .map(|(index, provider)| {
            let label = Message::raw(provider.label.clone());
            let help = Message::new("pluggableauth-loginbutton-help");
            AuthenticationRequest::new(button_id(index), Required::PrimaryRequired)
                .provider(Message::raw(BEGIN))
                .field(button(index), Field::new(FieldKind::Button, label, help))
        })
        .collect()
}

/// What is asked for while the person is away.
fn response_request(provider: Option<&OpenIdProvider>) -> AuthenticationRequest {
    let field =
        |label, help| Field::new(FieldKind::String, Message::new(label), Message::new(help));
    let provider = provider.map_or_else(Message::no_text, provider_name);
    AuthenticationRequest::new(RESPONSE, Required::Required)
        .provider(provider)
        .account(Message::no_text())
        .field("code", field("daemun-openid-code-label", "daemun-openid-code-help"))
        .field("state", field("daemun-openid-state-label", "daemun-openid-state-help"))
}

fn waiting(
    environment: &Environment,
    pending: Pending,
) -> (String, Option<serde_json::Value>, Vec<AuthenticationRequest>) {
    let provider = environment.settings.openid.named(&pending.provider);
    (pending.target, None, vec![response_request(provider)])
}

/// The link that a request for its removal names.
async fn named_link(
    environment: &Environment,
    account: &Account,
    id: &str,
) -> Result<Option<OpenIdLink>, AuthError> {
    let links = environment.store.openid_links.of_user(account.id).await?;
    Ok(links.into_iter().find(|link| link_name(environment, link).1 == id))
}

/// Whose link it is, and its id.
fn link_name(environment: &Environment, link: &OpenIdLink) -> (Message, String) {
    let provider = environment.settings.openid.of_issuer(&link.issuer);
    // One that is configured no more can be left all the same.
    let name = provider.map_or(link.issuer.as_str(), |provider| provider.name.as_str());
    let shown = provider.map_or_else(|| Message::raw(link.issuer.clone()), provider_name);
    (shown, mapping::link_id(name, &link.subject))
}

#[async_trait]
impl PrimaryAuthenticationProvider for OpenIdConnect {
    fn id(&self) -> &'static str {
        ID
    }

    async fn requests(
        &self,
        asking: &mut Asking<'_>,
    ) -> Result<Vec<AuthenticationRequest>, AuthError> {
        let links = !asking.environment.settings.openid.without_linking;
        let account = asking.account().map(|account| account.id).filter(|_| links);
        match (asking.action, account) {
            (AuthAction::Login, _) | (AuthAction::Link, Some(_)) => Ok(buttons(asking.environment)),
            (AuthAction::Remove | AuthAction::Unlink, Some(user)) => {
                let links = asking.environment.store.openid_links.of_user(user).await?;
                let requests = links.iter().map(|link| {
                    let (provider, id) = link_name(asking.environment, link);
                    let subject = daemun_messages::escape_wikitext(&link.subject);
                    AuthenticationRequest::new(Cow::Owned(id), Required::PrimaryRequired)
                        .provider(provider)
                        .account(Message::raw(subject))
                });
                Ok(requests.collect())
            }
            _ => Ok(Vec::new()),
        }
    }

    fn account_creation(&self) -> AccountCreation {
        AccountCreation::Link
    }

    async fn begin(&self, attempt: &mut Attempt<'_>) -> Result<Primary, AuthError> {
        Ok(match self.send_away(attempt, None).await? {
            None => Primary::Abstain,
            Some(Err(message)) => Primary::Fail(message),
            Some(Ok(pending)) => {
                let (target, data, requests) = waiting(attempt.environment, pending);
                Primary::Redirect(target, data, requests)
            }
        })
    }

    async fn resume(&self, attempt: &mut Attempt<'_>) -> Result<Primary, AuthError> {
        match self.answered(attempt).await? {
            Answered::Refused(message) => Ok(Primary::Fail(message)),
            Answered::NotYet(pending) => {
                let (target, data, requests) = waiting(attempt.environment, pending);
                Ok(Primary::Redirect(target, data, requests))
            }
            Answered::Somebody(who) => {
                let (provider, claims) = *who;
                mapping::account_for(attempt, &provider, &claims).await
            }
        }
    }

    fn complete_row(
        &self,
        attempt: &Attempt<'_>,
        external: Option<&ExternalAccount>,
        account: &mut NewAccount,
    ) {
        mapping::complete_row(attempt, external, account);
    }

    async fn account_created(
        &self,
        attempt: &mut Attempt<'_>,
        account: &Account,
    ) -> Result<(), AuthError> {
        mapping::complete(attempt, account).await
    }

    async fn begin_linking(
        &self,
        attempt: &mut Attempt<'_>,
        account: &Account,
    ) -> Result<Part, AuthError> {
        Ok(match self.send_away(attempt, Some(&account.name)).await? {
            None => Part::Abstain,
            Some(Err(message)) => Part::Fail(message),
            Some(Ok(pending)) => {
                let (target, data, requests) = waiting(attempt.environment, pending);
                Part::Redirect(target, data, requests)
            }
        })
    }

    async fn resume_linking(
        &self,
        attempt: &mut Attempt<'_>,
        account: &Account,
    ) -> Result<Part, AuthError> {
        Ok(match self.answered(attempt).await? {
            Answered::Refused(message) => Part::Fail(message),
            Answered::NotYet(pending) => {
                let (target, data, requests) = waiting(attempt.environment, pending);
                Part::Redirect(target, data, requests)
            }
            Answered::Somebody(who) => {
                match mapping::link_now(attempt.environment, account, &who.1).await? {
                    Some(message) => Part::Fail(message),
                    None => Part::Done,
                }
            }
        })
    }

    async fn link(
        &self,
        environment: &Environment,
        account: &Account,
        external: &ExternalAccount,
    ) -> Result<Option<Message>, AuthError> {
        mapping::link(environment, account, external).await
    }

    async fn test_change(
        &self,
        environment: &Environment,
        account: &Account,
        change: &CredentialChange<'_>,
    ) -> Result<Option<Vec<Message>>, AuthError> {
        if !matches!(change.action, AuthAction::Remove | AuthAction::Unlink) {
            return Ok(None);
        }
        Ok(named_link(environment, account, change.id).await?.map(|_| Vec::new()))
    }

    async fn change(
        &self,
        environment: &Environment,
        account: &Account,
        change: &CredentialChange<'_>,
    ) -> Result<(), AuthError> {
        if let Some(link) = named_link(environment, account, change.id).await? {
            environment.store.openid_links.remove(account.id, &link).await?;
            tracing::info!(user = account.id, issuer = link.issuer, "an OpenID link was removed");
        }
        Ok(())
    }
}
