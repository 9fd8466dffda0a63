//! The providers: small parts that each know one way to authenticate, or one thing to do before
//! or after. Adding one is a folder here and a line in [`Providers::standard`].
//!
//! The three roles are AuthManager's: *pre* providers may refuse before anything is looked at,
//! one *primary* provider says who it is, *secondary* providers may ask for more afterwards.

mod attempt;
pub mod check_blocks;
pub mod password;
pub mod remember_me;
pub mod reset_password;
pub mod second_factor;
pub mod temporary_password;
pub mod throttle;

use async_trait::async_trait;
use daemun_messages::Message;
use daemun_store::Account;

use crate::error::AuthError;
use crate::request::{AuthAction, AuthenticationRequest};
use crate::response::AuthenticationResponse;
pub use attempt::{Attempt, Notes};

/// For whom requests are made.
#[derive(Clone, Copy, Debug)]
pub struct Audience<'a> {
    /// What they are wanted for.
    pub action: AuthAction,
    /// The account of the session, if somebody is in.
    pub username: Option<&'a str>,
}

/// Refuses attempts before anybody's credentials are looked at.
#[async_trait]
pub trait PreAuthenticationProvider: Send + Sync {
    /// Fields that it needs.
    fn requests(&self, _audience: Audience<'_>) -> Vec<AuthenticationRequest> {
        Vec::new()
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
}

/// What a primary provider says.
#[derive(Debug)]
pub enum Primary {
    /// It is this user; the name is canonical.
    Pass(String),
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
    fn requests(&self, audience: Audience<'_>) -> Vec<AuthenticationRequest>;

    /// Whether accounts can be created or linked with it.
    fn creates_accounts(&self) -> bool {
        false
    }

    /// Looks at the answers.
    async fn begin(&self, attempt: &mut Attempt<'_>) -> Result<Primary, AuthError>;

    /// Goes on after it asked or sent away.
    async fn resume(&self, _attempt: &mut Attempt<'_>) -> Result<Primary, AuthError> {
        Ok(Primary::Fail(Message::new("authmanager-authn-not-in-progress")))
    }
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
    fn requests(&self, _audience: Audience<'_>) -> Vec<AuthenticationRequest> {
        Vec::new()
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
}

/// All providers of a wiki, in the order in which they are asked.
pub struct Providers {
    /// Asked first.
    pub pre: Vec<Box<dyn PreAuthenticationProvider>>,
    /// Asked until one knows.
    pub primary: Vec<Box<dyn PrimaryAuthenticationProvider>>,
    /// Asked last.
    pub secondary: Vec<Box<dyn SecondaryAuthenticationProvider>>,
}

impl Providers {
    /// MediaWiki's own, in its order.
    pub fn standard() -> Self {
        Self {
            pre: vec![Box::new(throttle::Throttle)],
            primary: vec![
                Box::new(temporary_password::TemporaryPassword),
                Box::new(password::Password),
            ],
            secondary: vec![
                Box::new(check_blocks::CheckBlocks),
                Box::new(second_factor::SecondFactor),
                Box::new(reset_password::ResetPassword),
            ],
        }
    }
}
