//! One guess at a code, within the limit for wrong ones.

use daemun_store::{CounterRule, HitOutcome};

use super::owned::{FactorKind, Owned};
use super::verify::{self, Verdict};
use crate::environment::Environment;
use crate::error::AuthError;
use crate::settings::ThrottleRule;

/// What became of a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    /// The code was good, and is used up.
    Right,
    /// It was not.
    Wrong,
    /// It is of an app, and it or a later one was used before.
    Used,
    /// Too many were wrong: this one was not looked at.
    Throttled(ThrottleRule),
}

/// Looks at a code that was typed for a kind of factor.
///
/// Every guess is counted before it is looked at, and one that was right is taken back: so wrong
/// ones alone are counted, as in MediaWiki, and many at the same time are no more than the limit.
///
/// # Errors
/// When the store fails or a row cannot be used; the guess stays counted.
pub async fn guess(
    environment: &Environment,
    user_id: u64,
    owned: Owned,
    kind: FactorKind,
    typed: &str,
) -> Result<Guess, AuthError> {
    let settings = &environment.settings;
    let rules = &settings.second_factor.attempt_throttle;
    let counters = &environment.store.counters;
    let key = |index| format!("{}:limiter:badoath:{index}:user:{user_id}", settings.wiki_id);
    let keys: Vec<String> = (0..rules.len()).map(key).collect();
    let counted: Vec<CounterRule> = keys
        .iter()
        .zip(rules)
        .map(|(key, rule)| CounterRule {
            key: key.clone(),
            limit: rule.count,
            seconds: rule.seconds,
        })
        .collect();
    if !counted.is_empty()
        && let HitOutcome::Exceeded { index } =
            counters.hit(&counted, environment.clock.now()).await?
    {
        let broken = rules.get(index).copied();
        return Ok(Guess::Throttled(broken.unwrap_or(ThrottleRule { count: 0, seconds: 60 })));
    }
    match verify::use_up(environment, user_id, owned, kind, typed).await? {
        Verdict::Right => {}
        Verdict::Wrong => return Ok(Guess::Wrong),
        Verdict::Used => return Ok(Guess::Used),
    }
    if !keys.is_empty() {
        counters.take_back(&keys, environment.clock.now()).await?;
    }
    Ok(Guess::Right)
}
