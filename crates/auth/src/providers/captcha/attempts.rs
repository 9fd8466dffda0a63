//! Failures that make a captcha due, and wrong answers.
//!
//! Failures are counted under ConfirmEdit's keys, `global:captcha:badlogin:…`: over a short time
//! and over a long one, 300 times as long, in which 30 times as many make a captcha due.

use std::net::IpAddr;

use daemun_mediawiki::ip;
use daemun_mediawiki::password::Md5Hex;
use daemun_store::CounterRule;

use super::settings::CaptchaSettings;
use crate::environment::Environment;
use crate::error::AuthError;
use crate::settings::ThrottleRule;

/// Failures that are counted together.
enum Counted<'a> {
    From(IpAddr),
    /// With a canonical name.
    With(&'a str),
}

impl Counted<'_> {
    /// The keys for the short and for the long time.
    fn keys(&self) -> [String; 2] {
        let (kind, what) = match self {
            Self::From(address) => ("ip", ip::throttle_key(*address)),
            Self::With(name) => {
                let digest = Md5Hex::unsalted(name.as_bytes());
                ("user", String::from_utf8_lossy(digest.as_bytes()).into_owned())
            }
        };
        ["", ":long"].map(|span| format!("global:captcha:badlogin:{kind}{span}:{what}"))
    }

    /// The rules for the short and for the long time; `None` where nothing is counted.
    fn rules(&self, settings: &CaptchaSettings) -> Option<[ThrottleRule; 2]> {
        let (on, short) = match self {
            Self::From(_) => (settings.triggers.bad_login, settings.bad_login),
            Self::With(_) => (settings.triggers.bad_login_per_user, settings.bad_login_per_user),
        };
        let long = ThrottleRule {
            count: short.count.saturating_mul(30),
            seconds: short.seconds.saturating_mul(300),
        };
        on.then_some([short, long])
    }

    async fn are_too_many(&self, environment: &Environment) -> Result<bool, AuthError> {
        let Some(rules) = self.rules(&environment.settings.captcha) else { return Ok(false) };
        let now = environment.clock.now();
        for (key, rule) in self.keys().iter().zip(rules) {
            if environment.store.counters.get(key, now).await? >= rule.count {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn raised(&self, environment: &Environment) -> Vec<CounterRule> {
        let rules = self.rules(&environment.settings.captcha).into_iter().flatten();
        let keys = self.keys().into_iter();
        // Counting goes on past what makes a captcha due.
        keys.zip(rules)
            .map(|(key, rule)| CounterRule { key, limit: u32::MAX, seconds: rule.seconds })
            .collect()
    }
}

/// Whether so many logins from this address failed that a captcha is due.
pub(super) async fn too_many_from(
    environment: &Environment,
    address: IpAddr,
) -> Result<bool, AuthError> {
    Counted::From(address).are_too_many(environment).await
}

/// Whether so many logins with this canonical name failed that a captcha is due.
pub(super) async fn too_many_with(
    environment: &Environment,
    name: &str,
) -> Result<bool, AuthError> {
    Counted::With(name).are_too_many(environment).await
}

/// Counts a failure; the name is canonical.
pub(super) async fn failed(
    environment: &Environment,
    address: IpAddr,
    name: Option<&str>,
) -> Result<(), AuthError> {
    let mut counters = Counted::From(address).raised(environment);
    counters.extend(name.into_iter().flat_map(|name| Counted::With(name).raised(environment)));
    if !counters.is_empty() {
        environment.store.counters.hit(&counters, environment.clock.now()).await?;
    }
    Ok(())
}

/// Who gives wrong answers: an address, or somebody who is in.
pub(super) struct Answering {
    address: IpAddr,
    user_id: u64,
}

impl Answering {
    /// `user_id` is 0 for nobody in particular.
    pub(super) fn new(address: IpAddr, user_id: u64) -> Self {
        Self { address, user_id }
    }

    fn counters(&self, settings: &CaptchaSettings) -> Vec<CounterRule> {
        let (who, rules) = match self.user_id {
            0 => (format!("ip:{}", ip::throttle_key(self.address)), &settings.wrong_answers),
            id => (format!("user:{id}"), &settings.wrong_answers_per_user),
        };
        let rule = |(index, rule): (usize, &ThrottleRule)| CounterRule {
            key: format!("daemun:badcaptcha:{index}:{who}"),
            limit: rule.count,
            seconds: rule.seconds,
        };
        rules.iter().enumerate().map(rule).collect()
    }

    /// Whether they gave so many that no answer counts for now (rate limit `badcaptcha`).
    pub(super) async fn gave_too_many(&self, environment: &Environment) -> Result<bool, AuthError> {
        let now = environment.clock.now();
        for counter in self.counters(&environment.settings.captcha) {
            if environment.store.counters.get(&counter.key, now).await? >= counter.limit {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Counts one.
    pub(super) async fn was_wrong(&self, environment: &Environment) -> Result<(), AuthError> {
        let counters = self.counters(&environment.settings.captcha);
        if !counters.is_empty() {
            environment.store.counters.hit(&counters, environment.clock.now()).await?;
        }
        Ok(())
    }
}
