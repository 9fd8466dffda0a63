//! Pages that are for somebody who has shown lately who they are: everybody else is sent to
//! `Special:UserLogin` first, and comes back.

use daemun_action_api::http::Answer;
use daemun_auth::manager::SecurityStatus;
use daemun_messages::Message;

use crate::notice::{Kind, Notice};
use crate::page::{Caching, Visit};

/// Lets a visit go on that may do this operation (`ChangeCredentials`, `BotPasswords`, …).
///
/// # Errors
/// The answer for all others: a redirect to the login, by the one who is in and nobody else where
/// somebody is; or the page that says that it cannot be done.
pub(crate) fn require<'a>(visit: Visit<'a>, operation: &str) -> Result<Visit<'a>, Box<Answer>> {
    let is_named = visit.session.user().account().is_some_and(|account| !account.is_temp);
    if !is_named {
        return Err(Box::new(visit.sign_in_first()));
    }
    match visit.manager().security_status(&visit.session, operation) {
        SecurityStatus::Ok => Ok(visit),
        SecurityStatus::Reauthenticate => Err(Box::new(visit.prove_first(operation))),
        SecurityStatus::Fail => {
            let title = Message::new("cannotauth-not-allowed-title");
            let text = Message::new("cannotauth-not-allowed");
            let notice = Notice::new("Badtitle", title, Kind::Error, text);
            Err(Box::new(Answer { status: 403, ..visit.show(&notice, Caching::Never) }))
        }
    }
}
