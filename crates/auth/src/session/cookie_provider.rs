//! Sessions by the browser's cookies (MediaWiki's `CookieSessionProvider`).

use daemun_mediawiki::cookie::CookieJar;
use daemun_mediawiki::session_id;
use daemun_store::Account;
use subtle::ConstantTimeEq;

use super::cookies::token_proof;
use super::{Lost, Session, SessionProvider, Sessions, State};
use crate::error::AuthError;
use crate::user::User;

impl Sessions {
    pub(super) async fn load_cookie_session(
        &self,
        session: &mut Session,
        jar: &CookieJar,
    ) -> Result<(), AuthError> {
        let id = jar.get(&self.names.session).filter(|id| session_id::is_acceptable(id));
        let user_id = jar.get(&self.names.user_id).and_then(|id| id.parse::<u64>().ok());
        match (id, user_id.filter(|id| *id != 0)) {
            (None, None) => {
                self.refuse(session);
                Ok(())
            }
            (Some(id), None) => self.load_anonymous(session, id).await,
            (id, Some(user_id)) => {
                let proven = match self.account_of(jar, user_id).await? {
                    Some((account, by_token)) if id.is_some() || by_token => {
                        self.load_user(session, id, account, by_token).await?
                    }
                    _ => false,
                };
                if !proven {
                    session.lost = Lost::UserNotProven;
                    self.refuse(session);
                }
                Ok(())
            }
        }
    }

    async fn load_anonymous(&self, session: &mut Session, id: &str) -> Result<(), AuthError> {
        let now = self.now();
        let Some(stored) = self.environment.store.sessions.get(id, now).await? else {
            // An id of ours needs no record; any other is replaced once one is needed.
            if let Some(anonymous) = self.anonymous.read(id, now) {
                match self.anonymous.renewed(anonymous, now) {
                    Some(renewed) => self.give_anonymous_id(session, renewed),
                    None => {
                        session.state = State::Anonymous { id: anonymous, text: id.to_owned() };
                    }
                }
            }
            return Ok(());
        };
        let Some((record, version)) = super::manager::parse(&stored.value, stored.version) else {
            session.lost = Lost::Replaced;
            return Ok(());
        };
        if record.metadata.user_id != 0
            || record.metadata.provider != SessionProvider::Cookie.class()
        {
            // The user's own cookie is missing: the id alone does not open the session.
            session.lost = Lost::UserNotSent;
            self.refuse(session);
            return Ok(());
        }
        session.state = State::Recorded { id: id.to_owned(), record: Box::new(record), version };
        self.renew(session, stored.expires).await
    }

    /// The account that the cookies name, and whether the Token cookie proves it. `None` when they
    /// contradict each other.
    async fn account_of(
        &self,
        jar: &CookieJar,
        user_id: u64,
    ) -> Result<Option<(Account, bool)>, AuthError> {
        let Some(account) = self.environment.store.accounts.by_id(user_id, self.now()).await?
        else {
            return Ok(None);
        };
        let name = jar.get(&self.names.user_name);
        if !super::manager::is_usable(&account) || name.is_some_and(|name| name != account.name) {
            return Ok(None);
        }
        match jar.get(&self.names.token) {
            None => Ok(Some((account, false))),
            Some(token) => {
                let proof = token_proof(&self.environment.settings, &account);
                let right = bool::from(proof.as_bytes().ct_eq(token.as_bytes()));
                Ok(right.then_some((account, true)))
            }
        }
    }

    async fn load_user(
        &self,
        session: &mut Session,
        id: Option<&str>,
        account: Account,
        by_token: bool,
    ) -> Result<bool, AuthError> {
        let stored = match id {
            Some(id) => self.environment.store.sessions.get(id, self.now()).await?,
            None => None,
        };
        let (Some(id), Some(stored)) = (id, stored) else {
            if by_token {
                // The Token cookie alone opens a new session.
                let record = self.user_record(SessionProvider::Cookie, &account, true);
                self.replace(session, record, account, true).await?;
            }
            return Ok(by_token);
        };
        let Some((record, version)) = super::manager::parse(&stored.value, stored.version) else {
            return Ok(false);
        };
        let metadata = &record.metadata;
        if metadata.provider != SessionProvider::Cookie.class() || metadata.user_id != account.id {
            return Ok(false);
        }
        if !super::manager::belongs_to(metadata, &account, &self.environment.settings) {
            self.environment.store.sessions.delete(id).await?;
            return Ok(false);
        }
        session.remember = metadata.remember;
        session.user = User::named(account, session.user.address());
        session.state = State::Recorded { id: id.to_owned(), record: Box::new(record), version };
        self.renew(session, stored.expires).await?;
        Ok(true)
    }
}
