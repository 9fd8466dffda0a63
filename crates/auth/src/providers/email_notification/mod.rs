//! Asks the holder of a new account to confirm the address (MediaWiki's
//! `EmailNotificationSecondaryAuthenticationProvider`).

use async_trait::async_trait;
use daemun_store::Account;

use super::{Attempt, Secondary, SecondaryAuthenticationProvider};
use crate::confirmation;
use crate::creation::Creation;
use crate::error::AuthError;

/// The provider.
#[derive(Debug)]
pub struct EmailNotification;

#[async_trait]
impl SecondaryAuthenticationProvider for EmailNotification {
    fn id(&self) -> &'static str {
        "email-notification"
    }

    async fn begin(
        &self,
        _attempt: &mut Attempt<'_>,
        _account: &Account,
    ) -> Result<Secondary, AuthError> {
        Ok(Secondary::Done)
    }

    async fn account_created(
        &self,
        attempt: &mut Attempt<'_>,
        creation: &Creation,
        account: &Account,
    ) -> Result<(), AuthError> {
        // Whose password was mailed has a letter already.
        if !creation.by_email {
            let why = confirmation::Occasion::AccountMade;
            confirmation::ask(attempt.environment, account, why).await;
        }
        Ok(())
    }
}
