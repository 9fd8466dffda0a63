//! Accounts to be made, accounts elsewhere, and changes of credentials, as providers see them.

use daemun_mediawiki::php::{self, PhpArray, Value};
use daemun_messages::Message;
use daemun_store::LogEntry;
use serde::{Deserialize, Serialize};

use crate::environment::Environment;
use crate::request::{Answer, AuthAction};

/// What a primary provider can do for new accounts (MediaWiki's `accountCreationType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountCreation {
    /// Nothing.
    None,
    /// Make an account.
    Create,
    /// Make one, and link an account elsewhere to one that is there.
    Link,
}

/// An account elsewhere that somebody has proved to hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExternalAccount {
    /// The id of the provider that knows it.
    pub provider: String,
    /// Names it among all links of an account: MediaWiki's unique id of the request for it.
    pub id: String,
    /// Whose it is, for people.
    pub provider_name: Message,
    /// What it is called there, for people.
    pub account_name: Message,
    /// Whether an account here may be made for it.
    pub can_create: bool,
    /// What the provider needs to make the link.
    pub data: serde_json::Value,
}

/// An account on its way to be made. Sealed in the session while somebody is asked more.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Creation {
    /// The canonical name.
    pub username: String,
    /// Who makes it, where that is somebody who is in: id and name.
    pub creator: Option<(u64, String)>,
    /// The address, or empty.
    pub email: String,
    /// The real name, or empty.
    pub real_name: String,
    /// Why, for the log; only where somebody else makes it.
    pub reason: String,
    /// The hash of the password; empty for none.
    pub password: String,
    /// The hash of a temporary password that was drawn now.
    pub new_password: Option<String>,
    /// Whether a password is mailed to the new account's holder.
    pub by_email: bool,
    /// What it is made for.
    pub external: Option<ExternalAccount>,
}

impl std::fmt::Debug for Creation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Creation").field("username", &self.username).finish_non_exhaustive()
    }
}

/// A change of credentials that somebody asks for.
#[derive(Clone, Copy, Debug)]
pub struct CredentialChange<'a> {
    /// Changing, removing or unlinking.
    pub action: AuthAction,
    /// The id of the request that offered it.
    pub id: &'a str,
    /// What was filled in, where there is something to fill in.
    pub answer: Option<&'a Answer>,
}

/// The entry of `newusers` that goes with a new account (`create`, `create2`, `byemail`,
/// `autocreate`), by this performer: id and name, or 0 and the account's own name.
pub fn log_entry(
    environment: &Environment,
    action: &str,
    name: &str,
    (performer_id, performer_name): (u64, &str),
    reason: &str,
) -> LogEntry {
    let mut params = PhpArray::new();
    params.set("4::userid", Value::Int(0));
    let serialised = php::serialize(&Value::Array(params));
    // The id is known to the store alone, which puts it in.
    let params =
        String::from_utf8_lossy(&serialised).replace("i:0;", &format!("i:{};", LogEntry::NEW_ID));
    LogEntry {
        kind: "newusers".to_owned(),
        action: action.to_owned(),
        performer_id,
        performer_name: performer_name.to_owned(),
        namespace: 2,
        title: name.replace(' ', "_"),
        comment: reason.to_owned(),
        params,
        timestamp: environment.clock.now(),
    }
}
