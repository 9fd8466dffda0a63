//! Finding, making, changing and ending sessions.

use daemun_mediawiki::php::{PhpArray, Value};
use daemun_mediawiki::session_id;
use daemun_mediawiki::session_record::{Metadata, SessionRecord};
use daemun_mediawiki::timestamp::Timestamp;
use daemun_mediawiki::token;
use daemun_store::{Account, Holder, Replace, Version};
use subtle::ConstantTimeEq;

use super::anonymous::AnonymousIds;
use super::cookies::{Life, Names, cookie, token_proof, user_life};
use super::token::{Secret, TokenKey, TokenType};
use super::{Lost, RequestOrigin, Session, SessionProvider, State};
use crate::blocks::without_lost_rights;
use crate::environment::Environment;
use crate::error::AuthError;
use crate::manager::{LAST_ID, LAST_TIMESTAMP};
use crate::second_factor;
use crate::settings::Settings;
use crate::user::User;

/// Session data under this key are the secrets behind the tokens, as in MediaWiki.
pub(super) const TOKEN_SECRETS: &str = "wsTokenSecrets";

/// How often a change is tried again when other requests change the same session.
const ATTEMPTS: usize = 16;

/// The wiki's sessions.
#[derive(Clone)]
pub struct Sessions {
    pub(super) environment: Environment,
    pub(super) names: Names,
    pub(super) anonymous: AnonymousIds,
}

impl Sessions {
    /// Sessions by this wiki's rules.
    pub fn new(environment: Environment) -> Self {
        let settings = &environment.settings;
        Self {
            names: Names::new(&settings.cookies.prefix),
            anonymous: AnonymousIds::new(&settings.secret_key, settings.session_lifetime),
            environment,
        }
    }

    /// What they are made with.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The session of a request. Cookies that prove nothing are taken away.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn load(&self, origin: RequestOrigin<'_>) -> Result<Session, AuthError> {
        let mut session = Session::empty(&origin, &self.names);
        if let Some(id) = origin.cookies.get(&self.names.bot_session) {
            if self.load_bot_session(&mut session, id).await? {
                self.lose_rights(&mut session).await?;
                return Ok(session);
            }
            session.lost = Lost::BotSession;
            self.delete_cookie(&mut session, &self.names.bot_session);
        }
        self.load_cookie_session(&mut session, origin.cookies).await?;
        self.lose_rights(&mut session).await?;
        Ok(session)
    }

    /// Takes from a user the groups that need a second factor, where the account has none, and the
    /// rights that a block takes away.
    async fn lose_rights(&self, session: &mut Session) -> Result<(), AuthError> {
        let Some(account) = session.user.account() else { return Ok(()) };
        let lost = second_factor::lost_groups(&self.environment, account).await?;
        if !lost.is_empty() {
            session.user = session.user.clone().without_groups(lost);
        }
        session.user = without_lost_rights(&self.environment, session.user.clone()).await?;
        Ok(())
    }

    /// The session of somebody in a browser: that of a bot password is for the API alone.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn load_browser(&self, origin: RequestOrigin<'_>) -> Result<Session, AuthError> {
        let mut session = Session::empty(&origin, &self.names);
        self.load_cookie_session(&mut session, origin.cookies).await?;
        self.lose_rights(&mut session).await?;
        Ok(session)
    }

    /// Makes sure that the client holds an id, so that tokens can be bound to it.
    pub fn persist(&self, session: &mut Session) {
        if matches!(session.state, State::None) {
            let id = self.anonymous.issue(&self.environment.random, self.now());
            self.give_anonymous_id(session, id);
        }
    }

    /// What tokens of this kind are made of and checked with. For `login` and `createaccount` this
    /// gives the client a session if it has none.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn token_key(
        &self,
        session: &mut Session,
        kind: TokenType,
    ) -> Result<TokenKey, AuthError> {
        if !session.user.is_registered() && !kind.needs_session() {
            return Ok(TokenKey::Anonymous);
        }
        let was_persistent = session.is_persistent();
        self.persist(session);
        if let State::Anonymous { id, .. } = &session.state {
            let value = self.anonymous.token_secret(*id, kind.secret_key());
            return Ok(TokenKey::Secret(Secret { value, is_new: !was_persistent }));
        }
        self.recorded_secret(session, kind.secret_key()).await.map(TokenKey::Secret)
    }

    async fn recorded_secret(&self, session: &mut Session, key: &str) -> Result<Secret, AuthError> {
        if let Some(value) = secret_in(session, key) {
            return Ok(Secret { value, is_new: false });
        }
        let fresh = self.environment.random.hex32();
        self.change(session, |record| {
            let mut secrets = match record.data.get(TOKEN_SECRETS) {
                Some(Value::Array(secrets)) => secrets.clone(),
                _ => PhpArray::default(),
            };
            if secrets.get(key).is_none() {
                secrets.set(key, Value::from(fresh.as_str()));
                record.data.set(TOKEN_SECRETS, Value::Array(secrets));
            }
        })
        .await?;
        // Another request may have been first: then its secret counts.
        let value = secret_in(session, key).unwrap_or_else(|| fresh.clone());
        let is_new = value == fresh;
        Ok(Secret { value, is_new })
    }

    /// Which kind of token of this session a text is, if it is one. Makes no secrets.
    pub fn recognise(&self, session: &Session, token: &str) -> Option<TokenType> {
        TokenType::ALL.into_iter().map(|(kind, _)| kind).find(|kind| {
            let secret = match &session.state {
                State::None => None,
                State::Anonymous { id, .. } => {
                    Some(self.anonymous.token_secret(*id, kind.secret_key()))
                }
                State::Recorded { .. } => secret_in(session, kind.secret_key()),
            };
            secret.is_some_and(|secret| token::verify(&secret, kind.salt(), token))
        })
    }

    /// The name of the cookie that carries a session.
    pub fn cookie_name(&self) -> &str {
        &self.names.session
    }

    /// Sets (or with `None` removes) a value of the session's data.
    ///
    /// # Errors
    /// When the store fails or others change the session all the time.
    pub async fn set(
        &self,
        session: &mut Session,
        key: &str,
        value: Option<Value>,
    ) -> Result<(), AuthError> {
        if value.is_none() && session.get(key).is_none() {
            return Ok(());
        }
        self.change(session, |record| match &value {
            Some(value) => record.data.set(key, value.clone()),
            None => {
                record.data.remove(key);
            }
        })
        .await
    }

    /// Takes a value out of the session's data. Of several requests at the same time one gets it.
    ///
    /// # Errors
    /// As for [`Self::set`].
    pub async fn take(&self, session: &mut Session, key: &str) -> Result<Option<Value>, AuthError> {
        if session.get(key).is_none() {
            return Ok(None);
        }
        let mut taken = None;
        self.change(session, |record| taken = record.data.remove(key)).await?;
        Ok(taken)
    }

    /// Applies a change to the record, again if somebody else changed it meanwhile. Makes a record
    /// if there is none yet.
    pub(super) async fn change(
        &self,
        session: &mut Session,
        mut change: impl FnMut(&mut SessionRecord),
    ) -> Result<(), AuthError> {
        let at = self.now();
        let expires = at.plus(self.environment.settings.session_lifetime);
        let address = session.user.address().to_string();
        for _ in 0..ATTEMPTS {
            self.ensure_record(session).await?;
            let State::Recorded { id, record, version } = &mut session.state else { break };
            change(record);
            let bytes = record.to_bytes();
            let holder = holder(record, at, &address, &session.agent);
            let sessions = &self.environment.store.sessions;
            if let Some(swapped) =
                sessions.compare_and_swap(id, version, &bytes, expires, holder).await?
            {
                *version = swapped;
                return Ok(());
            }
            match self.read(id).await? {
                Some((fresh, current)) => {
                    **record = fresh;
                    *version = current;
                }
                // Ended by another request: whoever holds the id is nobody now, and begins anew.
                None => {
                    session.state = State::None;
                    session.user = User::anonymous(session.user.address());
                }
            }
        }
        Err(AuthError::Contention)
    }

    async fn ensure_record(&self, session: &mut Session) -> Result<(), AuthError> {
        self.persist(session);
        let State::Anonymous { id, text } = &session.state else { return Ok(()) };
        let mut secrets = PhpArray::default();
        for kind in [TokenType::Login, TokenType::CreateAccount] {
            let secret = self.anonymous.token_secret(*id, kind.secret_key());
            secrets.set(kind.secret_key(), Value::from(secret.as_str()));
        }
        let mut record = self.blank_record(SessionProvider::Cookie);
        record.data.set(TOKEN_SECRETS, Value::Array(secrets));
        let bytes = record.to_bytes();
        let text = text.clone();
        let now = self.now();
        let expires = now.plus(self.environment.settings.session_lifetime);
        let sessions = &self.environment.store.sessions;
        if let Some(version) = sessions.insert(&text, &bytes, expires, None, now).await? {
            session.state = State::Recorded { id: text, record: Box::new(record), version };
        } else if let Some((record, version)) = self.read(&text).await? {
            session.state = State::Recorded { id: text, record: Box::new(record), version };
        } else {
            // The id is dead: somebody signed in with it meanwhile. Whoever holds it begins anew.
            let id = self.anonymous.issue(&self.environment.random, self.now());
            self.give_anonymous_id(session, id);
        }
        Ok(())
    }

    /// Signs somebody in: a new id, no old secrets, the cookies.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn log_in(
        &self,
        session: &mut Session,
        account: Account,
        remember: bool,
    ) -> Result<(), AuthError> {
        let now = self.now();
        let mut record = self.user_record(SessionProvider::Cookie, &account, remember);
        let proof = |id: u64| i64::try_from(id).unwrap_or(i64::MAX);
        record.data.set(LAST_ID, Value::Int(proof(account.id)));
        record.data.set(LAST_TIMESTAMP, Value::Int(now.0));
        self.replace(session, record, account, remember).await
    }

    /// Puts a user's record in the place of whatever the session was.
    pub(super) async fn replace(
        &self,
        session: &mut Session,
        record: SessionRecord,
        account: Account,
        remember: bool,
    ) -> Result<(), AuthError> {
        let now = self.now();
        let lifetime = self.environment.settings.session_lifetime;
        let id = session_id::from_random(self.environment.random.bytes());
        let old = session.id();
        // An id that authenticates itself would go on doing so: it is marked as dead instead.
        let tombstone =
            old.and_then(|old| self.anonymous.read(old, now)).map(|_| now.plus(lifetime + 120));
        let bytes = record.to_bytes();
        let address = session.user.address().to_string();
        let change = Replace {
            old,
            old_tombstone: tombstone,
            new_id: &id,
            value: &bytes,
            expires: now.plus(lifetime),
            holder: holder(&record, now, &address, &session.agent),
        };
        let version = self.environment.store.sessions.replace(&change).await?;
        session.state = State::Recorded { id, record: Box::new(record), version };
        session.user = User::named(account, session.user.address());
        session.remember = remember;
        self.send_cookies(session);
        Ok(())
    }

    /// Ends the session and takes its cookies away.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn log_out(&self, session: &mut Session) -> Result<(), AuthError> {
        if let State::Recorded { id, .. } = &session.state {
            self.environment.store.sessions.delete(id).await?;
        }
        session.state = State::None;
        session.user = User::anonymous(session.user.address());
        match session.provider {
            SessionProvider::Cookie => self.refuse(session),
            SessionProvider::BotPassword => self.delete_cookie(session, &self.names.bot_session),
        }
        Ok(())
    }

    /// Takes away the cookies that the request carried; the user name may stay, it proves nothing.
    pub(super) fn refuse(&self, session: &mut Session) {
        let carried = session.carried;
        for (there, name) in [
            (carried.session, &self.names.session),
            (carried.user_id, &self.names.user_id),
            (carried.token, &self.names.token),
        ] {
            if there {
                self.delete_cookie(session, name);
            }
        }
    }

    fn delete_cookie(&self, session: &mut Session, name: &str) {
        let settings = &self.environment.settings.cookies;
        session.set_cookies.push(cookie(settings, name, "", Life::Delete, session.secure));
    }

    pub(super) fn give_anonymous_id(
        &self,
        session: &mut Session,
        id: super::anonymous::AnonymousId,
    ) {
        session.state = State::Anonymous { id, text: self.anonymous.write(id) };
        self.send_cookies(session);
    }

    /// Sends all cookies of the session, in MediaWiki's order.
    pub(super) fn send_cookies(&self, session: &mut Session) {
        let Some(id) = session.id() else { return };
        let settings = &self.environment.settings;
        let cookies = &settings.cookies;
        let secure = session.secure;
        let name = match session.provider {
            SessionProvider::Cookie => &self.names.session,
            SessionProvider::BotPassword => &self.names.bot_session,
        };
        let own = cookie(cookies, name, id, Life::Session, secure);
        session.set_cookies.push(own);
        let Some(account) = session.user.account() else { return };
        if session.provider != SessionProvider::Cookie {
            return;
        }
        let life = user_life(cookies, session.remember, self.now());
        let mut user = vec![
            cookie(cookies, &self.names.user_id, &account.id.to_string(), life, secure),
            cookie(cookies, &self.names.user_name, &account.name, life, secure),
        ];
        if session.remember {
            let proof = token_proof(settings, account);
            user.push(cookie(cookies, &self.names.token, &proof, life, secure));
        } else if session.carried.token {
            user.push(cookie(cookies, &self.names.token, "", Life::Delete, secure));
        }
        session.set_cookies.extend(user);
    }

    /// Prolongs a record, and the cookies with it, when half of its time is over.
    pub(super) async fn renew(
        &self,
        session: &mut Session,
        expires: Timestamp,
    ) -> Result<(), AuthError> {
        let lifetime = self.environment.settings.session_lifetime;
        let now = self.now();
        if expires.0.saturating_sub(now.0) >= lifetime / 2 {
            return Ok(());
        }
        let State::Recorded { id, record, version } = &session.state else { return Ok(()) };
        let address = session.user.address().to_string();
        let holder = holder(record, now, &address, &session.agent);
        let sessions = &self.environment.store.sessions;
        if sessions.renew(id, version, now.plus(lifetime), holder).await? {
            self.send_cookies(session);
        }
        Ok(())
    }

    /// The record of this id, if there is a readable one.
    pub(super) async fn read(
        &self,
        id: &str,
    ) -> Result<Option<(SessionRecord, Version)>, AuthError> {
        let stored = self.environment.store.sessions.get(id, self.now()).await?;
        Ok(stored.and_then(|stored| parse(&stored.value, stored.version)))
    }

    pub(super) fn user_record(
        &self,
        provider: SessionProvider,
        account: &Account,
        remember: bool,
    ) -> SessionRecord {
        let mut record = self.blank_record(provider);
        record.metadata.user_id = account.id;
        record.metadata.user_name = Some(account.name.clone());
        record.metadata.user_token = Some(token_proof(&self.environment.settings, account));
        record.metadata.remember = remember;
        record
    }

    fn blank_record(&self, provider: SessionProvider) -> SessionRecord {
        SessionRecord {
            metadata: Metadata {
                provider: provider.class().to_owned(),
                provider_metadata: None,
                user_id: 0,
                user_name: None,
                user_token: None,
                remember: false,
                force_https: false,
                expires: 0,
                logged_out: 0,
                persisted: true,
                other: Vec::new(),
            },
            data: PhpArray::default(),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.environment.clock.now()
    }
}

/// Who uses a session that is somebody's, for the index.
fn holder<'a>(
    record: &SessionRecord,
    at: Timestamp,
    address: &'a str,
    agent: &'a str,
) -> Option<Holder<'a>> {
    let user = record.metadata.user_id;
    (user != 0).then_some(Holder { user, at, address, agent })
}

fn secret_in(session: &Session, key: &str) -> Option<String> {
    match session.get(TOKEN_SECRETS)? {
        Value::Array(secrets) => secrets.get(key)?.as_str().map(str::to_owned),
        _ => None,
    }
}

/// Whether a record still belongs to this account: neither renamed nor with all sessions ended
/// since, and not of the system itself, whose users have a token of another form.
pub(super) fn belongs_to(metadata: &Metadata, account: &Account, settings: &Settings) -> bool {
    let proof = token_proof(settings, account);
    let same_token = metadata
        .user_token
        .as_ref()
        .is_none_or(|token| bool::from(token.as_bytes().ct_eq(proof.as_bytes())));
    let same_name = metadata.user_name.as_ref().is_none_or(|name| *name == account.name);
    is_usable(account) && metadata.user_id == account.id && same_name && same_token
}

/// Whether somebody can be signed in to this account at all.
pub(super) fn is_usable(account: &Account) -> bool {
    account.token.len() == 32
}

/// Reads a stored record. A dead or damaged one counts as none.
pub(super) fn parse(value: &[u8], version: Version) -> Option<(SessionRecord, Version)> {
    Some((SessionRecord::parse(value).ok()?, version))
}
