//! Has the person choose a new password before the login is finished, where the old one is
//! temporary, expired or weak (MediaWiki's `ResetPasswordSecondaryAuthenticationProvider`).

use async_trait::async_trait;
use daemun_messages::Message;
use daemun_store::Account;
use zeroize::Zeroizing;

use super::password::{self, ResetFlag, change_request};
use super::{Attempt, Secondary, SecondaryAuthenticationProvider};
use crate::error::AuthError;
use crate::request::{AuthenticationRequest, Field, FieldKind, Required, answer_to};

/// MediaWiki's id of the button that leaves everything as it is.
pub const SKIP_ID: &str = "MediaWiki\\Auth\\ButtonAuthenticationRequest:skipReset";
const BUTTON_CLASS: &str = "MediaWiki\\Auth\\ButtonAuthenticationRequest";

/// The provider.
#[derive(Debug)]
pub struct ResetPassword;

#[async_trait]
impl SecondaryAuthenticationProvider for ResetPassword {
    fn id(&self) -> &'static str {
        "reset-password"
    }

    async fn begin(
        &self,
        attempt: &mut Attempt<'_>,
        account: &Account,
    ) -> Result<Secondary, AuthError> {
        // The answers of the first step hold the old password, not the new one.
        Ok(match ResetFlag::noted(&attempt.notes) {
            None => Secondary::Done,
            Some(flag) => ask(&flag, account, flag.message.clone()),
        })
    }

    async fn resume(
        &self,
        attempt: &mut Attempt<'_>,
        account: &Account,
    ) -> Result<Secondary, AuthError> {
        let Some(flag) = ResetFlag::noted(&attempt.notes) else { return Ok(Secondary::Done) };
        let skip = answer_to(attempt.answers, SKIP_ID);
        if !flag.hard && skip.is_some_and(|answer| answer.is_pressed("skipReset")) {
            ResetFlag::forget(&mut attempt.notes);
            return Ok(Secondary::Done);
        }
        let Some((new, retyped)) =
            answer_to(attempt.answers, password::ID).and_then(password::chosen)
        else {
            return Ok(ask(&flag, account, flag.message.clone()));
        };
        if new != retyped {
            return Ok(ask(&flag, account, Message::new("badretype")));
        }
        // Whoever chooses anew must choose well: what is only suggested at login is demanded here.
        if let Some(problem) = password::validity(attempt.environment, account, new).message() {
            return Ok(ask(&flag, account, problem));
        }
        let new = Zeroizing::new(new.to_owned());
        password::set(attempt.environment, account, new).await?;
        attempt.account_changed();
        ResetFlag::forget(&mut attempt.notes);
        Ok(Secondary::Done)
    }
}

fn ask(flag: &ResetFlag, account: &Account, message: Message) -> Secondary {
    let mut requests = vec![change_request(Some(&account.name))];
    for request in &mut requests {
        request.required = if flag.hard { Required::Required } else { Required::Optional };
    }
    if !flag.hard {
        let button = Field::new(
            FieldKind::Button,
            Message::new("authprovider-resetpass-skip-label"),
            Message::new("authprovider-resetpass-skip-help"),
        );
        requests.push(
            AuthenticationRequest::new(SKIP_ID, Required::Optional)
                .provider(Message::raw(BUTTON_CLASS))
                .field("skipReset", button),
        );
    }
    Secondary::Ui(requests, message)
}
