//! Asks for a second factor where the account has one (OATHAuth's
//! `SecondaryAuthenticationProvider`).

mod requests;

use async_trait::async_trait;
use daemun_messages::Message;
use daemun_store::Account;

use super::{Attempt, Secondary, SecondaryAuthenticationProvider};
use crate::environment::Environment;
use crate::error::AuthError;
use crate::reason::Reason;
use crate::request::answer_to;
use crate::second_factor::{FactorKind, Guess, Owned, guess};
use requests::{Asking, NEW_MODULE, SELECT_ID, requests};

/// Which kind was asked for last.
const CURRENT: &str = "second-factor";
/// That the person proved a second factor.
const PROVEN: &str = "second-factor-proven";

/// The provider.
#[derive(Debug)]
pub struct SecondFactor;

/// Whether a second factor was proven in a dialogue with these notes.
pub(crate) fn is_proven(notes: &super::Notes) -> bool {
    notes.get(PROVEN).unwrap_or_default()
}

#[async_trait]
impl SecondaryAuthenticationProvider for SecondFactor {
    fn id(&self) -> &'static str {
        "second-factor"
    }

    async fn guards(
        &self,
        environment: &Environment,
        account: &Account,
    ) -> Result<bool, AuthError> {
        Ok(!Owned::load(environment, account.id).await?.is_empty())
    }

    async fn begin(
        &self,
        attempt: &mut Attempt<'_>,
        account: &Account,
    ) -> Result<Secondary, AuthError> {
        let owned = Owned::load(attempt.environment, account.id).await?;
        let Some(kind) = owned.first_kind() else { return Ok(Secondary::Done) };
        Ok(ask(attempt, account, kind, &owned.kinds(), Asking::of(kind).first))
    }

    async fn resume(
        &self,
        attempt: &mut Attempt<'_>,
        account: &Account,
    ) -> Result<Secondary, AuthError> {
        let owned = Owned::load(attempt.environment, account.id).await?;
        // Taken away while the person was asked: there is nothing to prove with.
        let Some(first) = owned.first_kind() else {
            attempt.reason = Some(Reason::SecondFactorGone);
            return Ok(Secondary::Fail(Message::new("oathauth-invalidrequest")));
        };
        let kinds = owned.kinds();
        let answers = attempt.answers;
        let choice = answer_to(answers, SELECT_ID);
        let chosen = choice.and_then(|choice| choice.text(NEW_MODULE));
        let chosen = chosen.and_then(FactorKind::from_name).filter(|kind| kinds.contains(kind));
        if let Some(kind) = chosen {
            return Ok(ask(attempt, account, kind, &kinds, Asking::of(kind).first));
        }
        // As in MediaWiki the present kind is part of the choice: where that was not answered, the
        // first kind is meant, whichever was asked for.
        let noted = attempt.notes.get(CURRENT).filter(|kind| kinds.contains(kind));
        let kind = choice.and(noted).unwrap_or(first);
        let asking = Asking::of(kind);
        let typed = answer_to(answers, asking.id).and_then(|answer| answer.text(asking.field));
        let Some(typed) = typed else {
            attempt.reason = Some(Reason::CodeNotAnswered);
            return Ok(ask(attempt, account, kind, &kinds, asking.failed));
        };
        let message = match guess(attempt.environment, account.id, owned, kind, typed).await? {
            Guess::Right => {
                attempt.notes.remove(CURRENT);
                attempt.notes.set(PROVEN, &true);
                return Ok(Secondary::Done);
            }
            Guess::Wrong => {
                attempt.reason = Some(Reason::WrongCode);
                asking.failed
            }
            Guess::Used => {
                attempt.reason = Some(Reason::UsedCode);
                asking.failed
            }
            Guess::Throttled(rule) => {
                attempt.reason = Some(Reason::CodeThrottled(rule));
                "oathauth-throttled"
            }
        };
        Ok(ask(attempt, account, kind, &kinds, message))
    }
}

fn ask(
    attempt: &mut Attempt<'_>,
    account: &Account,
    kind: FactorKind,
    all: &[FactorKind],
    message: &'static str,
) -> Secondary {
    attempt.notes.set(CURRENT, &kind);
    Secondary::Ui(requests(account, kind, all), Message::new(message))
}
