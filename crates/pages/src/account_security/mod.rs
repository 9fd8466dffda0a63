//! `Special:AccountSecurity`: second factors of one's own account, and where it is logged in.

mod app;
mod client;
mod codes;
mod overview;
mod qr;
mod removal;
mod sessions;

use daemun_action_api::http::Answer;
use daemun_auth::AuthError;
use daemun_auth::second_factor;
use daemun_auth::session::TokenType;
use daemun_messages::Message;
use daemun_store::Account;

use crate::notice::{Kind, Notice};
use crate::page::{self, Caching, Visit};
use crate::reauthentication;

pub(crate) use app::Setup;
pub(crate) use codes::Codes;
pub(crate) use overview::Overview;
pub(crate) use removal::Removal;

/// The page's name in MediaWiki, which is also the sensitive operation's.
const NAME: &str = "OATHManage";
/// Its title.
const TITLE: &str = "Special:AccountSecurity";
/// The field of the token.
const TOKEN: &str = "wpEditToken";

/// What there is to see.
enum Next {
    Overview(Box<Overview>),
    Setup(Setup),
    Codes(Codes),
    Removal(Removal),
    Say(Kind, Message),
}

/// Answers a request for the page.
pub(crate) async fn answer(visit: Visit<'_>) -> Answer {
    let mut visit = match reauthentication::require(visit, NAME) {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    let (api, request) = (visit.api, visit.request);
    match next(&mut visit).await {
        Ok(Next::Overview(overview)) => visit.show(&*overview, Caching::Never),
        Ok(Next::Setup(setup)) => visit.show(&setup, Caching::Never),
        Ok(Next::Codes(codes)) => visit.show(&codes, Caching::Never),
        Ok(Next::Removal(removal)) => visit.show(&removal, Caching::Never),
        Ok(Next::Say(kind, said)) => {
            let back = visit.addresses.page(TITLE, &[]);
            let notice = Notice::new(NAME, Message::new("daemun-page-security"), kind, said)
                .link(back, Message::new("daemun-security-back"));
            visit.show(&notice, Caching::Never)
        }
        Err(AuthError::Busy) => page::busy(visit),
        Err(error) => page::failed(api, request, &error),
    }
}

async fn next(visit: &mut Visit<'_>) -> Result<Next, AuthError> {
    let Some(account) = visit.session.user().account().cloned() else {
        return Ok(Next::Say(Kind::Error, Message::new("exception-nologin-text")));
    };
    let is_accepted = if visit.is_posted() {
        if let Some(refusal) = visit.read_only() {
            return Ok(Next::Say(Kind::Error, refusal));
        }
        visit.accepts(TokenType::Csrf, TOKEN).await?
    } else {
        false
    };
    let lost =
        (visit.is_posted() && !is_accepted).then(|| Message::new("daemun-page-session-lost"));
    match visit.param("action").as_deref() {
        Some("enable") if has_second_factors(visit) => {
            app::step(visit, &account, is_accepted, lost).await
        }
        Some("disable") if has_second_factors(visit) => {
            removal::step(visit, &account, is_accepted, lost).await
        }
        _ if is_accepted => do_it(visit, &account).await,
        _ => overview::show(visit, lost.map(Said::Error)).await,
    }
}

/// What is said above the overview.
enum Said {
    Error(Message),
    Done(&'static str),
}

fn has_second_factors(visit: &Visit<'_>) -> bool {
    visit.manager().environment().settings.second_factor.enabled
}

/// Does what was pressed on the overview.
async fn do_it(visit: &mut Visit<'_>, account: &Account) -> Result<Next, AuthError> {
    if let Some(handle) = visit.param("end") {
        return sessions::end(visit, &handle).await;
    }
    if visit.param("endothers").is_some() {
        return sessions::end_others(visit).await;
    }
    if visit.param("newcodes").is_some() && has_second_factors(visit) {
        let environment = visit.manager().environment();
        return Ok(match second_factor::renew_recovery_codes(environment, account).await? {
            Some(codes) => {
                visit.note("recovery codes were made");
                Next::Codes(Codes::new(visit, account, &codes, None))
            }
            None => return overview::show(visit, None).await,
        });
    }
    overview::show(visit, None).await
}
