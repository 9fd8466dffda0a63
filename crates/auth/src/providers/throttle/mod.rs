//! Refuses who tries too often, before a password is looked at (MediaWiki's
//! `ThrottlePreAuthenticationProvider`). Every attempt counts, a success forgets them.

use async_trait::async_trait;
use daemun_messages::{Message, Param};

use super::{Attempt, PreAuthenticationProvider};
use crate::creation::Creation;
use crate::error::AuthError;
use crate::reason::Reason;
use crate::response::AuthenticationResponse;
use crate::throttle::{self, ThrottleKind};

/// The provider.
#[derive(Debug)]
pub struct Throttle;

#[async_trait]
impl PreAuthenticationProvider for Throttle {
    async fn test_for_authentication(
        &self,
        attempt: &mut Attempt<'_>,
    ) -> Result<Option<Message>, AuthError> {
        let name = name(attempt);
        let wait = throttle::hit(
            attempt.environment,
            ThrottleKind::Password,
            attempt.address,
            name.as_deref(),
        )
        .await?;
        attempt.reason = wait.map(Reason::Throttled);
        Ok(wait.map(throttle::too_many))
    }

    async fn post_authentication(
        &self,
        attempt: &mut Attempt<'_>,
        response: &AuthenticationResponse,
    ) -> Result<(), AuthError> {
        if matches!(response, AuthenticationResponse::Pass { .. }) {
            let name = name(attempt);
            throttle::clear(
                attempt.environment,
                ThrottleKind::Password,
                attempt.address,
                name.as_deref(),
            )
            .await;
        }
        Ok(())
    }

    async fn test_for_account_creation(
        &self,
        attempt: &mut Attempt<'_>,
        _creation: &Creation,
    ) -> Result<Option<Message>, AuthError> {
        let environment = attempt.environment;
        let (rights, now) = (&environment.settings.rights, environment.clock.now());
        if attempt.session.user().is_allowed("noratelimit", rights, now) {
            return Ok(None);
        }
        let kind = ThrottleKind::AccountCreation;
        let broken = throttle::hit(environment, kind, attempt.address, None).await?;
        Ok(broken.map(|rule| {
            Message::new("acct_creation_throttle_hit")
                .with(i64::from(rule.count))
                .with(Param::Duration(i64::from(rule.seconds)))
        }))
    }
}

fn name(attempt: &Attempt<'_>) -> Option<String> {
    attempt.username.as_deref().and_then(|name| attempt.usable_name(name))
}
