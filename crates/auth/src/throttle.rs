//! Counting attempts before the work is done.
//!
//! Keys are those of MediaWiki's `Throttler`, so that both count in the same places:
//! `global:throttler:<type>:<index>:<address>:<md5 of the name>`.

use std::net::IpAddr;

use daemun_mediawiki::ip;
use daemun_mediawiki::password::Md5Hex;
use daemun_messages::{Message, Param};
use daemun_store::{CounterRule, HitOutcome};

use crate::environment::Environment;
use crate::error::AuthError;
use crate::settings::{Settings, ThrottleRule};

/// What is counted.
#[derive(Clone, Copy, Debug)]
pub enum ThrottleKind {
    /// Logins with an account's own password.
    Password,
    /// Logins with a bot password.
    BotPassword,
    /// New accounts.
    AccountCreation,
}

impl ThrottleKind {
    fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::BotPassword => "botpassword",
            Self::AccountCreation => "acctcreate",
        }
    }

    fn rules(self, settings: &Settings) -> &[ThrottleRule] {
        match self {
            Self::Password | Self::BotPassword => &settings.password_attempt_throttle,
            Self::AccountCreation => &settings.account_creation_throttle,
        }
    }
}

/// Counts one attempt. `Some(rule)`: too many, wait for the seconds of this rule, which it broke and
/// in which it is not counted.
pub(crate) async fn hit(
    environment: &Environment,
    kind: ThrottleKind,
    address: IpAddr,
    name: Option<&str>,
) -> Result<Option<ThrottleRule>, AuthError> {
    let rules = kind.rules(&environment.settings);
    let counters: Vec<CounterRule> = keys(rules, kind, address, name)
        .into_iter()
        .zip(rules)
        .map(|(key, rule)| CounterRule { key, limit: rule.count, seconds: rule.seconds })
        .collect();
    if counters.is_empty() {
        return Ok(None);
    }
    match environment.store.counters.hit(&counters, environment.clock.now()).await? {
        HitOutcome::Counted => Ok(None),
        HitOutcome::Exceeded { index } => Ok(rules.get(index).copied()),
    }
}

/// Forgets the attempts after a success.
pub(crate) async fn clear(
    environment: &Environment,
    kind: ThrottleKind,
    address: IpAddr,
    name: Option<&str>,
) {
    let rules = kind.rules(&environment.settings);
    environment.store.counters.clear(&keys(rules, kind, address, name)).await;
}

fn keys(
    rules: &[ThrottleRule],
    kind: ThrottleKind,
    address: IpAddr,
    name: Option<&str>,
) -> Vec<String> {
    (0..rules.len()).map(|index| key(kind, index, address, name)).collect()
}

fn key(kind: ThrottleKind, index: usize, address: IpAddr, name: Option<&str>) -> String {
    let kind = kind.name();
    let address = ip::throttle_key(address);
    let digest = name.map(|name| Md5Hex::unsalted(name.as_bytes()));
    let name = digest.as_ref().and_then(|digest| std::str::from_utf8(digest.as_bytes()).ok());
    let name = name.unwrap_or_default();
    format!("global:throttler:{kind}:{index}:{address}:{name}")
}

/// The key that counts logins with the password of this name (canonical) from this address, by the
/// rule of this index.
pub fn password_key(index: usize, address: IpAddr, name: &str) -> String {
    key(ThrottleKind::Password, index, address, Some(name))
}

/// The refusal of somebody who tried too often.
pub fn too_many(rule: ThrottleRule) -> Message {
    Message::new("login-throttled").with(Param::Duration(i64::from(rule.seconds)))
}
