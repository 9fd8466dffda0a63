//! The sessions of an account, as its holder sees them, and ending them.
//!
//! A session ends with its record. One whose holder chose to stay signed in would come back by the
//! browser's Token cookie, which is the same for all browsers of an account. So with one of those
//! all of them end: the account gets another token, and those that go on are told of it.

use daemun_mediawiki::php::Value;
use daemun_mediawiki::session_id::hex;
use daemun_mediawiki::session_record::SessionRecord;
use daemun_mediawiki::timestamp::Timestamp;
use daemun_store::{Account, Holder, SessionEntry, Version};
use subtle::ConstantTimeEq;

use super::cookies::token_proof;
use super::manager::belongs_to;
use super::{Session, SessionProvider, Sessions, hmac_sha256};
use crate::error::AuthError;

/// A session of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountSession {
    /// What it is called in forms: 32 hexadecimal digits, which open nothing.
    pub handle: String,
    /// Whether it is the one that asks.
    pub is_this: bool,
    /// Who vouches for it.
    pub provider: SessionProvider,
    /// The application, of a bot password's.
    pub app_id: Option<String>,
    /// Whether its holder chose to stay signed in.
    pub remember: bool,
    /// When somebody logged in; `None` where that was before it was noted.
    pub began: Option<Timestamp>,
    /// When it was used last, at most half of a session's lifetime before that really was.
    pub used: Option<Timestamp>,
    /// From where that was; empty where it was not noted.
    pub address: String,
    /// With which client that was; empty where it was not noted.
    pub agent: String,
}

/// A session and what it rests on.
struct Known {
    seen: AccountSession,
    entry: SessionEntry,
    record: SessionRecord,
}

impl Sessions {
    /// The sessions of whoever is in, this one first, then the one that was used last. Those that a
    /// MediaWiki beside us made are not known.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of_account(&self, session: &Session) -> Result<Vec<AccountSession>, AuthError> {
        let Some(account) = session.user.account() else { return Ok(Vec::new()) };
        Ok(self.known(session, account).await?.into_iter().map(|known| known.seen).collect())
    }

    async fn known(&self, session: &Session, account: &Account) -> Result<Vec<Known>, AuthError> {
        let store = &self.environment.store;
        let bots = store.bot_passwords.list(account.id).await?;
        let mut all = Vec::new();
        for entry in store.sessions.of_user(account.id, self.now()).await? {
            let Ok(record) = SessionRecord::parse(&entry.value) else { continue };
            if !belongs_to(&record.metadata, account, &self.environment.settings) {
                continue;
            }
            let app_id = text_of(&record, "appId");
            let is_bot = record.metadata.provider == SessionProvider::BotPassword.class();
            // A changed bot password has ended its sessions, whatever records there are.
            let token = text_of(&record, "token");
            let stands = |bot: &daemun_store::BotPassword| {
                app_id.as_deref() == Some(&*bot.app_id) && token.as_deref() == Some(&*bot.token)
            };
            if is_bot && !bots.iter().any(stands) {
                continue;
            }
            let seen = AccountSession {
                handle: self.handle(&entry.id),
                is_this: session.id() == Some(&*entry.id),
                provider: if is_bot {
                    SessionProvider::BotPassword
                } else {
                    SessionProvider::Cookie
                },
                app_id: app_id.filter(|_| is_bot),
                remember: record.metadata.remember && !is_bot,
                began: entry.began,
                used: entry.used,
                address: entry.address.clone(),
                agent: entry.agent.clone(),
            };
            all.push(Known { seen, entry, record });
        }
        all.sort_by_key(|known| {
            (!known.seen.is_this, std::cmp::Reverse((known.seen.used, known.entry.expires)))
        });
        Ok(all)
    }

    /// Ends one session of whoever is in, and with one that stays signed in all others that do;
    /// how many ended. The one that asks does not end so.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end_one(&self, session: &mut Session, handle: &str) -> Result<usize, AuthError> {
        let Some(account) = session.user.account().cloned() else { return Ok(0) };
        let known = self.known(session, &account).await?;
        let is_meant = |known: &Known| {
            !known.seen.is_this && bool::from(known.seen.handle.as_bytes().ct_eq(handle.as_bytes()))
        };
        let Some(meant) = known.iter().find(|known| is_meant(known)) else { return Ok(0) };
        let all_that_stay = meant.seen.remember;
        let (ended, others): (Vec<Known>, Vec<Known>) = known
            .into_iter()
            .filter(|known| !known.seen.is_this)
            .partition(|known| is_meant(known) || (all_that_stay && known.seen.remember));
        if all_that_stay {
            self.change_token(session, &account, others).await?;
        }
        for known in &ended {
            self.environment.store.sessions.delete(&known.entry.id).await?;
        }
        Ok(ended.len())
    }

    /// Gives the account another token, which ends all sessions but this one and those that are
    /// told of it.
    async fn change_token(
        &self,
        session: &mut Session,
        account: &Account,
        told: Vec<Known>,
    ) -> Result<(), AuthError> {
        let token = self.environment.random.hex32();
        let store = &self.environment.store;
        store.accounts.set_token(account.id, &token, self.now()).await?;
        session.user = session.user.clone().with_token(&token);
        let Some(account) = session.user.account() else { return Ok(()) };
        let proof = token_proof(&self.environment.settings, account);
        self.change(session, |record| record.metadata.user_token = Some(proof.clone())).await?;
        self.send_cookies(session);
        for Known { entry, mut record, .. } in told {
            let Some(version) = self.version_of(&entry).await? else { continue };
            record.metadata.user_token = Some(proof.clone());
            let lifetime = self.environment.settings.session_lifetime;
            let holder = Holder {
                user: record.metadata.user_id,
                at: entry.used.unwrap_or(entry.expires.plus(-lifetime)),
                address: &entry.address,
                agent: &entry.agent,
            };
            let (bytes, expires) = (record.to_bytes(), entry.expires);
            let swap =
                store.sessions.compare_and_swap(&entry.id, &version, &bytes, expires, Some(holder));
            if swap.await?.is_none() {
                // It changed in this very moment, and holds the old token: it has ended, too.
                tracing::debug!("a session ended that could not be told of the account's token");
            }
        }
        Ok(())
    }

    /// The version of a record, if it is still what was listed.
    async fn version_of(&self, entry: &SessionEntry) -> Result<Option<Version>, AuthError> {
        let stored = self.environment.store.sessions.get(&entry.id, self.now()).await?;
        Ok(stored.filter(|stored| stored.value == entry.value).map(|stored| stored.version))
    }

    /// What a session is called in forms: its id would open it.
    fn handle(&self, id: &str) -> String {
        let key = self.environment.settings.secret_key.derive("session handle");
        let digest = hmac_sha256(&key, &[id.as_bytes()]);
        hex(digest.get(..16).unwrap_or_default())
    }
}

/// A text among what the session's provider noted.
fn text_of(record: &SessionRecord, name: &str) -> Option<String> {
    match &record.metadata.provider_metadata {
        Some(Value::Array(details)) => details.get(name)?.as_str().map(str::to_owned),
        _ => None,
    }
}
