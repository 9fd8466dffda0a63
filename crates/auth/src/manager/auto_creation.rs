//! Accounts that are made because somebody from elsewhere was let in.

use daemun_mediawiki::username::{self, Rigor};
use daemun_messages::{Message, Param};
use daemun_store::{Account, AddAccountError, NewAccount};

use super::AuthManager;
use crate::creation::log_entry;
use crate::error::AuthError;
use crate::providers::Attempt;
use crate::user::User;

impl AuthManager {
    /// Makes an account of this name for whom this provider let in, if the wiki lets anybody do so.
    /// The message says why not.
    pub(super) async fn create_automatically(
        &self,
        attempt: &mut Attempt<'_>,
        provider: &str,
        name: &str,
    ) -> Result<Result<Account, Message>, AuthError> {
        let settings = &self.environment.settings;
        let usable = username::canonical(name, Rigor::Creatable, &settings.names);
        if usable.as_deref() != Some(name) {
            return Ok(Err(Message::new("noname")));
        }
        if let Some(reason) = &settings.read_only {
            let reason = Param::plaintext(reason.clone());
            return Ok(Err(Message::new("readonlytext").with(reason)));
        }
        let now = self.environment.clock.now();
        let anybody = User::anonymous(attempt.address);
        let allowed = |right| anybody.is_allowed(right, &settings.rights, now);
        if !allowed("autocreateaccount") && !allowed("createaccount") {
            return Ok(Err(Message::new("authmanager-autocreate-noperm")));
        }
        let blocks = self.environment.store.blocks.of_address(attempt.address, now).await?;
        if blocks.iter().any(|block| block.create_account) {
            return Ok(Err(Message::new("authmanager-autocreate-noperm")));
        }
        let mut new = NewAccount {
            name: name.to_owned(),
            token: self.environment.random.hex32(),
            registration: now,
            ..NewAccount::default()
        };
        for primary in self.providers.primary.iter().filter(|primary| primary.id() == provider) {
            primary.complete_row(attempt, None, &mut new);
        }
        let entry = log_entry(&self.environment, "autocreate", name, (0, name), "");
        match self.environment.store.accounts.add(&new, Some(&entry)).await {
            Ok(_) => {}
            // Another request was faster, and the account may be somebody else's.
            Err(AddAccountError::NameTaken) => return Ok(Err(Message::new("userexists"))),
            Err(AddAccountError::LinkTaken) => {
                return Ok(Err(Message::new("daemun-openid-linked-elsewhere")));
            }
            Err(AddAccountError::Store(error)) => return Err(error.into()),
        }
        attempt.account_changed();
        let Some(account) = attempt.current_account(name).await? else {
            return Ok(Err(Message::new("authmanager-autocreate-noperm")));
        };
        for primary in self.providers.primary.iter().filter(|primary| primary.id() == provider) {
            primary.account_created(attempt, &account).await?;
        }
        Ok(Ok(account))
    }
}
