//! The providers: small parts that each know one way to authenticate, or one thing to do before
//! or after. Adding one is a folder here and a line in [`Providers::standard`].
//!
//! The three roles are AuthManager's: *pre* providers may refuse before anything is looked at,
//! one *primary* provider says who it is, *secondary* providers may ask for more afterwards.

mod asking;
mod attempt;
pub mod captcha;
pub mod check_blocks;
pub mod confirm_link;
pub mod email_code;
pub mod email_notification;
pub mod openid_connect;
pub mod password;
pub mod remember_me;
pub mod reset_password;
pub mod second_factor;
pub mod temporary_password;
pub mod throttle;

use std::sync::Arc;

use async_trait::async_trait;
use daemun_messages::Message;
use daemun_store::{Account, NewAccount};

use crate::creation::{AccountCreation, Creation, CredentialChange, ExternalAccount};
use crate::environment::Environment;
use crate::error::AuthError;
use crate::request::AuthenticationRequest;
use crate::response::AuthenticationResponse;
pub use asking::Asking;
pub use attempt::{Attempt, Notes};
use captcha::token::TokenVerifier;

/// Refuses attempts before anybody's credentials are looked at.
#[async_trait]
pub trait PreAuthenticationProvider: Send + Sync {
    /// Fields that it needs.
    async fn requests(
        &self,
        _asking: &mut Asking<'_>,
    ) -> Result<Vec<AuthenticationRequest>, AuthError> {
        Ok(Vec::new())
    }

    /// A message refuses the attempt.
    async fn test_for_authentication(
        &self,
        attempt: &mut Attempt<'_>,
    ) -> Result<Option<Message>, AuthError>;

    /// Told how the step ended.
    async fn post_authentication(
        &self,
        _attempt: &mut Attempt<'_>,
        _response: &AuthenticationResponse,
    ) -> Result<(), AuthError> {
        Ok(())
    }

    /// A message refuses to make an account.
    async fn test_for_account_creation(
        &self,
        _attempt: &mut Attempt<'_>,
        _creation: &Creation,
    ) -> Result<Option<Message>, AuthError> {
        Ok(None)
    }
}

/// What a primary provider says.
#[derive(Debug)]
pub enum Primary {
    /// It is this user; the name is canonical. Where nobody has it yet, an account is made.
    Pass(String),
    /// It is somebody from elsewhere who has no account here.
    Unlinked(ExternalAccount),
    /// Not mine: ask the next.
    Abstain,
    /// Nobody needs to be asked further.
    Fail(Message),
    /// Ask the person.
    Ui(Vec<AuthenticationRequest>, Message),
    /// Send the person away and wait.
    Redirect(String, Option<serde_json::Value>, Vec<AuthenticationRequest>),
}

/// Says who somebody is.
#[async_trait]
pub trait PrimaryAuthenticationProvider: Send + Sync {
    /// Names it in a dialogue's state: stable and unique.
    fn id(&self) -> &'static str;

    /// Fields that it needs.
    async fn requests(
        &self,
        asking: &mut Asking<'_>,
    ) -> Result<Vec<AuthenticationRequest>, AuthError>;

    /// Whether accounts can be made or linked with it.
    fn account_creation(&self) -> AccountCreation {
        AccountCreation::None
    }

    /// Looks at the answers.
    async fn begin(&self, attempt: &mut Attempt<'_>) -> Result<Primary, AuthError>;

    /// Goes on after it asked or sent away.
    async fn resume(&self, _attempt: &mut Attempt<'_>) -> Result<Primary, AuthError> {
        Ok(Primary::Fail(Message::new("authmanager-authn-not-in-progress")))
    }

    /// Messages refuse to make an account, whoever will make it.
    async fn test_for_account_creation(
        &self,
        _attempt: &mut Attempt<'_>,
        _creation: &Creation,
    ) -> Result<Vec<Message>, AuthError> {
        Ok(Vec::new())
    }

    /// Makes an account's credentials out of the answers: they go into `creation`, whose row is
    /// written after it.
    async fn begin_account_creation(
        &self,
        _attempt: &mut Attempt<'_>,
        _creation: &mut Creation,
    ) -> Result<Part, AuthError> {
        Ok(Part::Abstain)
    }

    /// Goes on after it asked or sent away.
    async fn resume_account_creation(
        &self,
        _attempt: &mut Attempt<'_>,
        _creation: &mut Creation,
    ) -> Result<Part, AuthError> {
        Ok(Part::Fail(Message::new("authmanager-create-not-in-progress")))
    }

    /// Adds to the row of an account that is made for somebody from elsewhere what it must never be
    /// without, not even for a moment. `external` is what it is made for where somebody chose the
    /// name; otherwise the provider passed somebody unknown in this step, and has noted who.
    fn complete_row(
        &self,
        _attempt: &Attempt<'_>,
        _external: Option<&ExternalAccount>,
        _account: &mut NewAccount,
    ) {
    }

    /// The account that it made, or that was made because it passed somebody unknown, is there.
    async fn account_created(
        &self,
        _attempt: &mut Attempt<'_>,
        _account: &Account,
    ) -> Result<(), AuthError> {
        Ok(())
    }

    /// Links something elsewhere to the account of somebody who is in.
    async fn begin_linking(
        &self,
        _attempt: &mut Attempt<'_>,
        _account: &Account,
    ) -> Result<Part, AuthError> {
        Ok(Part::Abstain)
    }

    /// Goes on after it asked or sent away.
    async fn resume_linking(
        &self,
        _attempt: &mut Attempt<'_>,
        _account: &Account,
    ) -> Result<Part, AuthError> {
        Ok(Part::Fail(Message::new("authmanager-link-not-in-progress")))
    }

    /// Links what somebody has proved to hold before. A message says why not.
    async fn link(
        &self,
        _environment: &Environment,
        _account: &Account,
        _external: &ExternalAccount,
    ) -> Result<Option<Message>, AuthError> {
        Ok(Some(Message::new("authmanager-link-no-primary")))
    }

    /// Whether a change of credentials is its to make: `None` where it is not, else what speaks
    /// against it.
    async fn test_change(
        &self,
        _environment: &Environment,
        _account: &Account,
        _change: &CredentialChange<'_>,
    ) -> Result<Option<Vec<Message>>, AuthError> {
        Ok(None)
    }

    /// Makes the change.
    async fn change(
        &self,
        _environment: &Environment,
        _account: &Account,
        _change: &CredentialChange<'_>,
    ) -> Result<(), AuthError> {
        Ok(())
    }
}

/// What a provider says that makes an account, or links one.
#[derive(Debug)]
pub enum Part {
    /// Done.
    Done,
    /// Not mine: ask the next.
    Abstain,
    /// It cannot be done.
    Fail(Message),
    /// Ask the person.
    Ui(Vec<AuthenticationRequest>, Message),
    /// Send the person away and wait.
    Redirect(String, Option<serde_json::Value>, Vec<AuthenticationRequest>),
}

/// What a secondary provider says.
#[derive(Debug)]
pub enum Secondary {
    /// Nothing (more) to ask.
    Done,
    /// The login ends here.
    Fail(Message),
    /// Ask the person.
    Ui(Vec<AuthenticationRequest>, Message),
    /// Send the person away and wait.
    Redirect(String, Option<serde_json::Value>, Vec<AuthenticationRequest>),
}

/// Asks for more once it is known who somebody is.
#[async_trait]
pub trait SecondaryAuthenticationProvider: Send + Sync {
    /// Names it in a dialogue's state: stable and unique.
    fn id(&self) -> &'static str;

    /// Fields that it needs at the start of a dialogue.
    async fn requests(
        &self,
        _asking: &mut Asking<'_>,
    ) -> Result<Vec<AuthenticationRequest>, AuthError> {
        Ok(Vec::new())
    }

    /// Looks at the account and, the first time, at the answers of the first step.
    async fn begin(
        &self,
        attempt: &mut Attempt<'_>,
        account: &Account,
    ) -> Result<Secondary, AuthError>;

    /// Goes on after it asked.
    async fn resume(
        &self,
        attempt: &mut Attempt<'_>,
        account: &Account,
    ) -> Result<Secondary, AuthError> {
        self.begin(attempt, account).await
    }

    /// Whether it is a second factor that this account has, so that no other need be asked for.
    async fn guards(
        &self,
        _environment: &Environment,
        _account: &Account,
    ) -> Result<bool, AuthError> {
        Ok(false)
    }

    /// A message refuses to make an account.
    async fn test_for_account_creation(
        &self,
        _attempt: &mut Attempt<'_>,
        _creation: &Creation,
    ) -> Result<Option<Message>, AuthError> {
        Ok(None)
    }

    /// An account was made.
    async fn account_created(
        &self,
        _attempt: &mut Attempt<'_>,
        _creation: &Creation,
        _account: &Account,
    ) -> Result<(), AuthError> {
        Ok(())
    }
}

/// All providers of a wiki, in the order in which they are asked.
pub struct Providers {
    /// Asked first.
    pub pre: Vec<Box<dyn PreAuthenticationProvider>>,
    /// Asked until one knows.
    pub primary: Vec<Box<dyn PrimaryAuthenticationProvider>>,
    /// Asked last.
    pub secondary: Vec<Box<dyn SecondaryAuthenticationProvider>>,
    /// The primary one for OpenID providers, for the pages that they send people to.
    pub openid: Option<openid_connect::OpenIdConnect>,
}

impl Providers {
    /// MediaWiki's own, in its order.
    pub fn standard() -> Self {
        Self {
            pre: pre(Arc::new(captcha::token::NoVerifier)),
            primary: vec![
                Box::new(temporary_password::TemporaryPassword),
                Box::new(password::Password),
            ],
            secondary: vec![
                Box::new(check_blocks::CheckBlocks),
                Box::new(second_factor::SecondFactor),
                Box::new(email_code::EmailCode),
                Box::new(reset_password::ResetPassword),
                Box::new(email_notification::EmailNotification),
                Box::new(confirm_link::ConfirmLink),
            ],
            openid: None,
        }
    }

    /// The same and OpenID Connect, asked after the passwords.
    #[must_use]
    pub fn with_openid(mut self, openid: openid_connect::OpenIdConnect) -> Self {
        self.primary.push(Box::new(openid.clone()));
        self.openid = Some(openid);
        self
    }

    /// The same, with captchas of services elsewhere verified by this.
    #[must_use]
    pub fn verifying_captchas(self, verifier: Arc<dyn TokenVerifier>) -> Self {
        Self { pre: pre(verifier), ..self }
    }
}

fn pre(verifier: Arc<dyn TokenVerifier>) -> Vec<Box<dyn PreAuthenticationProvider>> {
    vec![
        Box::new(throttle::Throttle),
        Box::new(captcha::Captcha::new(verifier)),
        Box::new(email_code::EmailCode),
    ]
}
