//! Asks who logs in from a place that is new for the account for six digits sent by mail, where the
//! account has no second factor of its own (MediaWiki's extension EmailAuth).

mod networks;

use async_trait::async_trait;
use daemun_messages::{Message, Param};
use daemun_store::{Account, CounterRule, HitOutcome};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::{Attempt, PreAuthenticationProvider, Secondary, SecondaryAuthenticationProvider};
use crate::error::AuthError;
use crate::reason::Reason;
use crate::request::{AuthenticationRequest, Field, FieldKind, Required, answer_to};
use crate::response::AuthenticationResponse;
use crate::settings::ThrottleRule;
use crate::throttle;

/// The extension's id of the request.
pub const ID: &str = "MediaWiki\\Extension\\EmailAuth\\EmailAuthAuthenticationRequest";

/// Wrong codes after which one may try again.
const RETRIES: u32 = 3;
/// Seconds for which a code is good.
const GOOD_FOR: u32 = 600;
/// Letters to one account; more would be a nuisance, and more codes to guess among.
const LETTERS: ThrottleRule = ThrottleRule { count: 5, seconds: 3600 };
/// Under which the code is noted. Notes are sealed between the steps.
const NOTE: &str = "email-code";

/// The provider.
#[derive(Debug)]
pub struct EmailCode;

/// A code that was sent.
#[derive(Serialize, Deserialize)]
struct Sent {
    code: String,
    /// When, in seconds since 1970.
    at: i64,
    /// Names the counter of wrong codes.
    tries: String,
}

#[async_trait]
impl SecondaryAuthenticationProvider for EmailCode {
    fn id(&self) -> &'static str {
        "email-code"
    }

    async fn begin(
        &self,
        attempt: &mut Attempt<'_>,
        account: &Account,
    ) -> Result<Secondary, AuthError> {
        if !is_due(attempt, account).await? {
            return Ok(Secondary::Done);
        }
        let environment = attempt.environment;
        let (wiki, user) = (&environment.settings.wiki_id, account.id);
        let letters = format!("{wiki}:daemun-email-code:letters:{user}");
        if count(attempt, letters, LETTERS.count, LETTERS.seconds).await? {
            attempt.reason = Some(Reason::Throttled(LETTERS));
            return Ok(Secondary::Fail(throttle::too_many(LETTERS)));
        }
        let drawn = u64::from_be_bytes(environment.random.bytes()) % 1_000_000;
        let sent = Sent {
            code: format!("{drawn:06}"),
            at: environment.clock.now().0,
            tries: format!("{wiki}:daemun-email-code:tries:{}", environment.random.hex32()),
        };
        send(attempt, account, &sent.code);
        attempt.notes.set(NOTE, &sent);
        let address = Param::plaintext(masked(&account.email));
        Ok(ask(Message::new("emailauth-login-message").with(address)))
    }

    async fn resume(
        &self,
        attempt: &mut Attempt<'_>,
        account: &Account,
    ) -> Result<Secondary, AuthError> {
        let Some(sent) = attempt.notes.get::<Sent>(NOTE) else {
            return self.begin(attempt, account).await;
        };
        let age = attempt.environment.clock.now().0.saturating_sub(sent.at);
        if age > i64::from(GOOD_FOR) {
            attempt.reason = Some(Reason::EmailCodeTooOld);
            return Ok(Secondary::Fail(Message::new("daemun-email-code-too-old")));
        }
        let too_often = || Ok(Secondary::Fail(Message::new("emailauth-login-retry-limit")));
        // Counted before it is looked at, so that many answers at the same time are no more tries.
        if count(attempt, sent.tries.clone(), RETRIES + 1, GOOD_FOR).await? {
            attempt.reason = Some(Reason::WrongEmailCode);
            return too_often();
        }
        let answer = answer_to(attempt.answers, ID).and_then(|answer| answer.text("token"));
        let answer = answer.unwrap_or_default().trim();
        if bool::from(answer.as_bytes().ct_eq(sent.code.as_bytes())) {
            attempt.notes.remove(NOTE);
            return Ok(Secondary::Done);
        }
        let (environment, now) = (attempt.environment, attempt.environment.clock.now());
        if environment.store.counters.get(&sent.tries, now).await? > RETRIES {
            attempt.reason = Some(Reason::WrongEmailCode);
            return too_often();
        }
        Ok(ask(Message::new("emailauth-login-failure")))
    }
}

/// Notes the place after a login.
#[async_trait]
impl PreAuthenticationProvider for EmailCode {
    async fn test_for_authentication(
        &self,
        _attempt: &mut Attempt<'_>,
    ) -> Result<Option<Message>, AuthError> {
        Ok(None)
    }

    async fn post_authentication(
        &self,
        attempt: &mut Attempt<'_>,
        response: &AuthenticationResponse,
    ) -> Result<(), AuthError> {
        let AuthenticationResponse::Pass { user_id, .. } = response else { return Ok(()) };
        if attempt.environment.settings.mail.login_codes {
            networks::note(attempt.environment, *user_id, attempt.address).await;
        }
        Ok(())
    }
}

/// Whether the account must be asked.
async fn is_due(attempt: &Attempt<'_>, account: &Account) -> Result<bool, AuthError> {
    let environment = attempt.environment;
    let can_be_written_to = environment.mailer.is_on() && account.email_authenticated.is_some();
    if !environment.settings.mail.login_codes || !can_be_written_to || account.email.is_empty() {
        return Ok(false);
    }
    for provider in &attempt.providers.secondary {
        if provider.guards(environment, account).await? {
            return Ok(false);
        }
    }
    Ok(!networks::is_known(environment, account.id, attempt.address).await)
}

/// Counts one more; whether that is too many.
async fn count(
    attempt: &Attempt<'_>,
    key: String,
    limit: u32,
    seconds: u32,
) -> Result<bool, AuthError> {
    let environment = attempt.environment;
    let rules = [CounterRule { key, limit, seconds }];
    let outcome = environment.store.counters.hit(&rules, environment.clock.now()).await?;
    Ok(outcome != HitOutcome::Counted)
}

fn send(attempt: &Attempt<'_>, account: &Account, code: &str) {
    let mailer = &attempt.environment.mailer;
    let sender = mailer.sender();
    let language = mailer.language(account.language.as_deref());
    let subject = Message::new("daemun-mail-code-subject").with(Param::plaintext(&*sender.wiki));
    let text = Message::new("daemun-mail-code-text")
        .with(Param::plaintext(&*sender.wiki))
        .with(Param::plaintext(&*account.name))
        .with(Param::plaintext(code))
        .with(Param::Duration(i64::from(GOOD_FOR)))
        .with(Param::plaintext(daemun_mediawiki::ip::pretty(attempt.address)));
    let letter = mailer.letter(&account.email, &language, &subject, &text);
    mailer.send_later("login-code", account.id, letter);
}

fn ask(message: Message) -> Secondary {
    let field = Field {
        sensitive: true,
        ..Field::new(
            FieldKind::String,
            Message::new("emailauth-token-label"),
            Message::new("emailauth-token-help"),
        )
    };
    let request = AuthenticationRequest::new(ID, Required::Required).field("token", field);
    Secondary::Ui(vec![request], message)
}

/// An address that its holder knows again and nobody else learns.
fn masked(address: &str) -> String {
    let (name, host) = address.rsplit_once('@').unwrap_or((address, ""));
    let shown = name.chars().next().filter(|_| name.chars().count() > 2);
    let shown = shown.map(String::from).unwrap_or_default();
    format!("{shown}•••@{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_in_part() {
        assert_eq!(masked("william@example.org"), "w•••@example.org");
        assert_eq!(masked("ab@example.org"), "•••@example.org");
        assert_eq!(masked("윌리엄@example.org"), "윌•••@example.org");
    }
}
