//! The login dialogue as a value: a step goes in with answers, a step comes out with a response.

use daemun_messages::Message;
use daemun_store::Account;
use serde::{Deserialize, Serialize};

use super::state::{self, Waiting};
use super::{AuthManager, Preserved};
use crate::creation::ExternalAccount;
use crate::error::AuthError;
use crate::providers::{Attempt, Notes, Primary, Providers, Secondary};
use crate::reason::Reason;
use crate::request::{AuthAction, AuthenticationRequest, Required};
use crate::response::AuthenticationResponse;
use crate::session::hmac_sha256;

/// All that must be known to go on, and no password.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Dialogue {
    /// Where the client wants to be returned to from elsewhere.
    pub(super) return_to: Option<String>,
    /// The name that was typed first.
    pub(super) username: Option<String>,
    /// Whether to stay signed in.
    pub(super) remember: bool,
    /// The one account that it may be, where somebody who is in shows that it is still they.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) only: Option<u64>,
    /// When it began, in seconds since 1970.
    pub(super) begun: i64,
    /// How far it has come.
    pub(super) step: Step,
    /// What was asked last.
    pub(super) requests: Vec<AuthenticationRequest>,
    /// What providers remember.
    pub(super) notes: Notes,
    /// Accounts elsewhere that may be linked once it is known who it is.
    pub(super) maybe_link: Vec<ExternalAccount>,
}

impl Waiting for Dialogue {
    const KEY: &'static str = state::LOGIN;

    fn begun(&self) -> i64 {
        self.begun
    }
}

/// MediaWiki's id of the request that stands for what a RESTART left.
const CREATE_FROM_LOGIN: &str = "MediaWiki\\Auth\\CreateFromLoginAuthenticationRequest";

/// How far a dialogue has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Step {
    /// It is not known who it is; the named provider, if any, has asked something.
    Primary(Option<String>),
    /// It is this account; the named secondary provider comes next.
    Secondary { user: Authenticated, next: Option<String> },
}

/// Who was authenticated, and as what: whoever ends the account's sessions or changes its password
/// ends the dialogues of the old one with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Authenticated {
    /// The canonical name.
    username: String,
    user_id: u64,
    /// A digest of the account's token and of its last change at that time.
    proof: String,
}

impl Authenticated {
    fn of(account: &Account, attempt: &Attempt<'_>) -> Self {
        Self { username: account.name.clone(), user_id: account.id, proof: proof(account, attempt) }
    }

    fn is_still(&self, account: &Account, attempt: &Attempt<'_>) -> bool {
        self.user_id == account.id && self.proof == proof(account, attempt)
    }
}

fn proof(account: &Account, attempt: &Attempt<'_>) -> String {
    let key = attempt.environment.settings.secret_key.derive("login dialogue account");
    // A password that was set anew touches the account; one that is only hashed anew does not.
    let touched = account.touched.to_mw();
    let parts = [account.token.as_bytes(), touched.as_bytes()];
    daemun_mediawiki::session_id::hex(&hmac_sha256(&key, &parts))
}

impl Dialogue {
    /// Goes as far as the answers reach. `first`: these are the answers of the first step.
    pub(super) async fn advance(
        mut self,
        manager: &AuthManager,
        attempt: &mut Attempt<'_>,
        first: bool,
    ) -> Result<(Self, AuthenticationResponse), AuthError> {
        attempt.maybe_link.clone_from(&self.maybe_link);
        attempt.return_to.clone_from(&self.return_to);
        attempt.reauthenticates = self.only.is_some();
        let mut answered = false;
        if let Step::Primary(waiting) = &self.step {
            let waiting = waiting.clone();
            if !first && waiting.is_none() {
                // After a RESTART this is a new attempt to prove something.
                for pre in &manager.providers.pre {
                    if let Some(message) = pre.test_for_authentication(attempt).await? {
                        return Ok((self, AuthenticationResponse::refusal(message)));
                    }
                }
            }
            match primary(&manager.providers, waiting.as_deref(), attempt).await? {
                (id, Primary::Ui(requests, message)) => {
                    self.step = Step::Primary(Some(id.to_owned()));
                    return Ok(self.ask(requests, message));
                }
                (id, Primary::Redirect(target, data, requests)) => {
                    self.step = Step::Primary(Some(id.to_owned()));
                    self.requests.clone_from(&requests);
                    return Ok((self, AuthenticationResponse::Redirect { target, data, requests }));
                }
                (_, Primary::Fail(message)) => {
                    let response = AuthenticationResponse::refusal(message);
                    let response = response.preserving(self.left());
                    return Ok((self, response));
                }
                (_, Primary::Abstain) => {
                    let response = AuthenticationResponse::fail("authmanager-authn-no-primary");
                    let response = response.preserving(self.left());
                    return Ok((self, response));
                }
                (_, Primary::Unlinked(_)) if self.only.is_some() => return Ok(self.another()),
                (_, Primary::Unlinked(external)) => {
                    return self.restart(manager, attempt, external).await;
                }
                (provider, Primary::Pass(username)) => {
                    let found = attempt.account(&username).await?;
                    let id = found.as_ref().map(|account| account.id);
                    if self.only.is_some() && id != self.only {
                        attempt.reason = None;
                        return Ok(self.another());
                    }
                    let account = match found {
                        Some(account) => account,
                        None => {
                            match manager.create_automatically(attempt, provider, &username).await?
                            {
                                Ok(account) => account,
                                Err(message) => {
                                    let key = "authmanager-authn-autocreate-failed";
                                    let message = Message::new(key).with(message);
                                    return Ok((self, AuthenticationResponse::refusal(message)));
                                }
                            }
                        }
                    };
                    let user = Authenticated::of(&account, attempt);
                    self.step = Step::Secondary { user, next: None };
                    answered = true;
                }
            }
        }
        let resumed = !first && !answered;
        self.secondaries(&manager.providers, attempt, resumed).await
    }

    /// The refusal of somebody else than must show that it is they.
    fn another(self) -> (Self, AuthenticationResponse) {
        (self, AuthenticationResponse::fail("authmanager-authn-reauth-switch"))
    }

    /// What is left for the next attempt where this one fails.
    fn left(&self) -> Option<Preserved> {
        let maybe_link = self.maybe_link.clone();
        (!maybe_link.is_empty()).then_some(Preserved { external: None, maybe_link })
    }

    /// Somebody is known elsewhere, but has no account here: what can be done is a login with an
    /// account of here, or a new account.
    async fn restart(
        mut self,
        manager: &AuthManager,
        attempt: &mut Attempt<'_>,
        external: ExternalAccount,
    ) -> Result<(Self, AuthenticationResponse), AuthError> {
        let links =
            manager.environment.settings.confirm_link && manager.links_with(&external.provider);
        if links {
            self.maybe_link.retain(|known| known.id != external.id);
            self.maybe_link.push(external.clone());
        }
        let key = match links {
            true => "authmanager-authn-no-local-user-link",
            false => "authmanager-authn-no-local-user",
        };
        let requests = manager.requests(attempt.session, AuthAction::Login, false).await?;
        self.step = Step::Primary(None);
        self.username = None;
        self.requests.clone_from(&requests);
        let create = AuthenticationRequest::new(CREATE_FROM_LOGIN, Required::Optional);
        self.requests.push(create);
        let external = Some(external).filter(|external| external.can_create);
        let preserved = Preserved { external, maybe_link: self.maybe_link.clone() };
        let preserved = Some(preserved).filter(|left| left.serves(AuthAction::Create));
        let message = Message::new(key);
        Ok((self, AuthenticationResponse::Restart { message, reason: None, requests, preserved }))
    }

    async fn secondaries(
        mut self,
        providers: &Providers,
        attempt: &mut Attempt<'_>,
        resumed: bool,
    ) -> Result<(Self, AuthenticationResponse), AuthError> {
        // What primary providers noted is moot: one of them passed.
        attempt.reason = None;
        let over = |dialogue| {
            Ok((dialogue, AuthenticationResponse::fail("authmanager-authn-not-in-progress")))
        };
        let Step::Secondary { mut user, next } = self.step.clone() else { return over(self) };
        let mut account = match attempt.account(&user.username).await? {
            Some(account) if user.is_still(&account, attempt) => account,
            _ => {
                attempt.reason = Some(Reason::AccountChanged);
                return over(self);
            }
        };
        let start = next
            .as_deref()
            .and_then(|id| providers.secondary.iter().position(|provider| provider.id() == id))
            .unwrap_or(0);
        for (index, provider) in providers.secondary.iter().enumerate().skip(start) {
            let waited_for = resumed && index == start && next.is_some();
            let outcome = if waited_for {
                provider.resume(attempt, &account).await?
            } else {
                provider.begin(attempt, &account).await?
            };
            let here = Step::Secondary { user: user.clone(), next: Some(provider.id().to_owned()) };
            match outcome {
                // What the provider itself changed is no reason to begin anew.
                Secondary::Done if attempt.has_changed_account() => {
                    if let Some(changed) = attempt.current_account(&user.username).await? {
                        user = Authenticated::of(&changed, attempt);
                        account = changed;
                    }
                }
                Secondary::Done => {}
                Secondary::Fail(message) => {
                    return Ok((self, AuthenticationResponse::refusal(message)));
                }
                Secondary::Ui(requests, message) => {
                    self.step = here;
                    return Ok(self.ask(requests, message));
                }
                Secondary::Redirect(target, data, requests) => {
                    self.step = here;
                    self.requests.clone_from(&requests);
                    return Ok((self, AuthenticationResponse::Redirect { target, data, requests }));
                }
            }
        }
        let Authenticated { username, user_id, .. } = user;
        Ok((self, AuthenticationResponse::Pass { username, user_id }))
    }

    fn ask(
        mut self,
        requests: Vec<AuthenticationRequest>,
        message: Message,
    ) -> (Self, AuthenticationResponse) {
        self.requests.clone_from(&requests);
        (self, AuthenticationResponse::Ui { requests, message, reason: None })
    }
}

/// Asks the provider that is waiting, or all in order until one knows.
async fn primary<'p>(
    providers: &'p Providers,
    waiting: Option<&str>,
    attempt: &mut Attempt<'_>,
) -> Result<(&'p str, Primary), AuthError> {
    if let Some(id) = waiting {
        return Ok(match providers.primary.iter().find(|provider| provider.id() == id) {
            Some(provider) => (provider.id(), provider.resume(attempt).await?),
            None => ("", Primary::Fail(Message::new("authmanager-authn-not-in-progress"))),
        });
    }
    for provider in &providers.primary {
        match provider.begin(attempt).await? {
            Primary::Abstain => {}
            outcome => return Ok((provider.id(), outcome)),
        }
    }
    Ok(("", Primary::Abstain))
}
