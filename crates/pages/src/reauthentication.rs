//! Pages that are for somebody who has shown lately who they are: everybody else is sent to
//! `Special:UserLogin` first, and comes back.

use daemun_action_api::http::Answer;
use daemun_auth::manager::SecurityStatus;
use daemun_messages::Message;

use crate::page::{Caching, Visit};
use crate::titles;

/// Lets a visit go on that may do this operation (`ChangeCredentials`, `BotPasswords`, …) on the
/// page of this title.
///
/// # Errors
/// The answer for all others: a redirect to the login, by the one who is in and nobody else where
/// somebody is; or the page that says that it cannot be done.
pub(crate) fn require<'a>(
    visit: Visit<'a>,
    operation: &str,
    title: &str,
) -> Result<Visit<'a>, Box<Answer>> {
    let is_in = visit.session.user().account().is_some_and(|account| !account.is_temp);
    match visit.manager().security_status(&visit.session, operation) {
        SecurityStatus::Ok if is_in => Ok(visit),
        SecurityStatus::Ok | SecurityStatus::Reauthenticate => {
            let target = login_url(&visit, Some(operation).filter(|_| is_in), title);
            Err(Box::new(visit.redirect(&target)))
        }
        SecurityStatus::Fail => {
            let text = visit.html(&Message::new("cannotauth-not-allowed"));
            let content = format!("<p role=\"alert\">{text}</p>");
            let heading = Message::new("cannotauth-not-allowed-title");
            let answer = visit.page("Badtitle", &heading, &content, Caching::Never);
            Err(Box::new(Answer { status: 403, ..answer }))
        }
    }
}

/// Where to log in for a page, with `force` where somebody who is in must do so again.
fn login_url(visit: &Visit<'_>, operation: Option<&str>, title: &str) -> String {
    let then = match operation {
        Some(operation) => format!("&force={}", titles::encoded(operation)),
        None => format!("&warning={NOT_LOGGED_IN}"),
    };
    format!(
        "{}{}?title=Special:UserLogin&returnto={}{then}&uselang={}",
        visit.api.site.server,
        visit.api.site.script_url("index.php"),
        titles::encoded(title),
        titles::encoded(visit.language.code())
    )
}

/// What the login page says to somebody who came for a page that is not for strangers.
pub(crate) const NOT_LOGGED_IN: &str = "exception-nologin-text";
