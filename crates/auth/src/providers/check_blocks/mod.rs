//! Keeps blocked users out where the wiki wants that (MediaWiki's
//! `CheckBlocksSecondaryAuthenticationProvider`).

use async_trait::async_trait;
use daemun_messages::Message;
use daemun_store::Account;

use super::{Attempt, Secondary, SecondaryAuthenticationProvider};
use crate::error::AuthError;
use crate::reason::Reason;

/// The provider.
#[derive(Debug)]
pub struct CheckBlocks;

#[async_trait]
impl SecondaryAuthenticationProvider for CheckBlocks {
    fn id(&self) -> &'static str {
        "check-blocks"
    }

    async fn begin(
        &self,
        attempt: &mut Attempt<'_>,
        account: &Account,
    ) -> Result<Secondary, AuthError> {
        let environment = attempt.environment;
        if !environment.settings.block_disables_login {
            return Ok(Secondary::Done);
        }
        let blocks = environment.store.blocks.of_user(account.id, environment.clock.now()).await?;
        if !blocks.iter().any(|block| block.sitewide) {
            return Ok(Secondary::Done);
        }
        attempt.reason = Some(Reason::Blocked);
        Ok(Secondary::Fail(Message::new("login-userblocked").with(account.name.as_str())))
    }
}
