//! One step of a dialogue, as its providers see it.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::OnceLock;

use daemun_mediawiki::password::StoredPassword;
use daemun_mediawiki::username::{self, Rigor};
use daemun_store::Account;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::Providers;
use crate::creation::ExternalAccount;
use crate::environment::Environment;
use crate::error::AuthError;
use crate::passwords;
use crate::reason::Reason;
use crate::request::Answer;
use crate::session::{Session, Sessions};

/// What providers remember from one step to the next; sealed in the session between them.
#[derive(Clone, Default, PartialEq, Serialize, serde::Deserialize)]
pub struct Notes(BTreeMap<String, serde_json::Value>);

/// Codes and the like may be among the values.
impl std::fmt::Debug for Notes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Notes {
    /// What was noted under this key.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        self.0.get(key).and_then(|value| serde_json::from_value(value.clone()).ok())
    }

    /// Notes a value.
    pub fn set(&mut self, key: &str, value: &impl Serialize) {
        if let Ok(value) = serde_json::to_value(value) {
            self.0.insert(key.to_owned(), value);
        }
    }

    /// Forgets a value.
    pub fn remove(&mut self, key: &str) {
        self.0.remove(key);
    }
}

/// One step: what was answered, from where, and what can be used to judge it.
pub struct Attempt<'a> {
    /// Store, settings, time, randomness, the queue for password work.
    pub environment: &'a Environment,
    /// How the session is changed.
    pub sessions: &'a Sessions,
    /// All providers, for one that hands on to another.
    pub providers: &'a Providers,
    /// The session that the dialogue is in.
    pub session: &'a mut Session,
    /// Where the request came from.
    pub address: IpAddr,
    /// What was answered in this step.
    pub answers: &'a [Answer],
    /// The user name that the first step's answers agreed on, as typed.
    pub username: Option<String>,
    /// Where the client wants to be returned to from elsewhere.
    pub return_to: Option<String>,
    /// Whether somebody who is in shows that it is still they.
    pub reauthenticates: bool,
    /// What providers remember.
    pub notes: Notes,
    /// Accounts elsewhere that somebody has proved to hold, to be linked on request.
    pub maybe_link: Vec<ExternalAccount>,
    /// A temporary password that was drawn in this step for a new account. It is kept nowhere else.
    pub drawn_password: Option<Zeroizing<String>>,
    /// Why it is refused, if it is: whoever refuses says so.
    pub reason: Option<Reason>,
    hashes: u32,
    /// A name as typed, and its canonical form.
    usable: OnceLock<(String, Option<String>)>,
    found: Option<(String, Option<Account>)>,
    checked: Vec<(String, bool)>,
    stale: bool,
}

impl<'a> Attempt<'a> {
    /// The step of a dialogue.
    pub fn new(
        sessions: &'a Sessions,
        providers: &'a Providers,
        session: &'a mut Session,
        answers: &'a [Answer],
        username: Option<String>,
        notes: Notes,
    ) -> Self {
        Self {
            environment: sessions.environment(),
            address: session.user().address(),
            sessions,
            providers,
            session,
            answers,
            username,
            return_to: None,
            reauthenticates: false,
            notes,
            drawn_password: None,
            reason: None,
            maybe_link: Vec::new(),
            hashes: 0,
            usable: OnceLock::new(),
            found: None,
            checked: Vec::new(),
            stale: false,
        }
    }

    /// So many hashes were paid for in this request already.
    pub(crate) fn paid(&mut self, hashes: u32) {
        self.hashes += hashes;
    }

    /// The canonical form of a name that may log in. Several providers ask for that of one name: it
    /// is found once.
    pub fn usable_name(&self, name: &str) -> Option<String> {
        let find = || username::canonical(name, Rigor::Usable, &self.environment.settings.names);
        let (typed, usable) = self.usable.get_or_init(|| (name.to_owned(), find()));
        if typed == name { usable.clone() } else { find() }
    }

    /// The account of a canonical name; looked up once.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn account(&mut self, name: &str) -> Result<Option<Account>, AuthError> {
        if let Some((found, account)) = &self.found
            && found == name
        {
            return Ok(account.clone());
        }
        let now = self.environment.clock.now();
        let account = self.environment.store.accounts.by_name(name, now).await?;
        self.found = Some((name.to_owned(), account.clone()));
        Ok(account)
    }

    /// The account as it is now, after providers may have changed it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn current_account(&mut self, name: &str) -> Result<Option<Account>, AuthError> {
        if self.stale {
            self.found = None;
        }
        self.account(name).await
    }

    /// Whether a provider changed the account.
    pub(crate) fn has_changed_account(&self) -> bool {
        self.stale
    }

    /// Says that a provider changed the account.
    pub fn account_changed(&mut self) {
        self.stale = true;
    }

    /// Checks a password against each of these stored forms, all at the same time, each once.
    /// Forms that no password fits cost as much as others.
    ///
    /// # Errors
    /// When the password queue fails.
    pub async fn check(
        &mut self,
        account: &Account,
        password: &str,
        stored: &[&str],
    ) -> Result<(), AuthError> {
        let fresh: Vec<&str> = stored
            .iter()
            .copied()
            .filter(|stored| !self.checked.iter().any(|(known, _)| known == stored))
            .collect();
        let work = fresh.iter().map(|stored| {
            let parsed = StoredPassword::parse_for_user(stored, account.id);
            let password = Zeroizing::new(password.to_owned());
            async {
                if parsed.is_invalid() {
                    passwords::pretend(self.environment, self.address, &account.name, password)
                        .await?;
                    return Ok(false);
                }
                self.environment.hasher.verify(self.address, parsed, password).await
            }
        });
        let results: Vec<Result<bool, AuthError>> = futures_util::future::join_all(work).await;
        for (stored, result) in fresh.into_iter().zip(results) {
            self.checked.push((stored.to_owned(), result?));
            self.hashes += 1;
        }
        Ok(())
    }

    /// Whether a stored form was checked and fits.
    pub fn fits(&self, stored: &str) -> bool {
        self.checked.iter().any(|(known, right)| known == stored && *right)
    }

    /// Costs what a check costs, unless this request has paid for one already.
    ///
    /// # Errors
    /// When the password queue fails.
    pub async fn pretend(&mut self, name: &str, password: &str) -> Result<(), AuthError> {
        if self.hashes == 0 {
            let password = Zeroizing::new(password.to_owned());
            passwords::pretend(self.environment, self.address, name, password).await?;
            self.hashes += 1;
        }
        Ok(())
    }
}
