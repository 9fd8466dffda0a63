//! The other sessions of an account: they end where its holder changes what it is proved with.

use super::manager::TOKEN_SECRETS;
use super::{Session, SessionProvider, Sessions};
use crate::error::AuthError;

impl Sessions {
    /// Ends all other sessions of whoever is in, those that browsers remember included. This one
    /// goes on under a new id, with new cookies and all that it knows but the secrets of its tokens.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end_others(&self, session: &mut Session) -> Result<(), AuthError> {
        let Some(id) = session.user().account().map(|account| account.id) else { return Ok(()) };
        let (store, now) = (&self.environment.store, self.now());
        store.accounts.set_token(id, &self.environment.random.hex32(), now).await?;
        store.sessions.end_all(id, session.id()).await?;
        let Some(account) = store.accounts.by_id(id, now).await? else {
            return self.log_out(session).await;
        };
        let remember = session.remembers();
        let mut record = self.user_record(SessionProvider::Cookie, &account, remember);
        if let Some(data) = session.data() {
            record.data = data.clone();
            record.data.remove(TOKEN_SECRETS);
        }
        self.replace(session, record, account, remember).await
    }
}
