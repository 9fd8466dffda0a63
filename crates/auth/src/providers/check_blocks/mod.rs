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
        let block = environment.store.blocks.of_user(account.id, environment.clock.now()).await?;
        Ok(match block.filter(|block| block.sitewide) {
            Some(_) => {
                attempt.reason = Some(Reason::Blocked);
                let name = account.name.as_str();
                Secondary::Fail(Message::new("login-userblocked").with(name))
            }
            None => Secondary::Done,
        })
    }
}
