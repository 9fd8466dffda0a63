//! `Special:Log`: what was done about accounts, for everybody; and logins, for those with the right
//! `checkuser`.

mod duration;
mod logins;
mod params;
mod public;
mod sentence;
mod view;

use daemun_action_api::http::Answer;
use daemun_auth::AuthError;
use daemun_auth::log_access::{LogAccess, SEES_LOGINS};
use daemun_messages::Message;

use crate::notice::{Kind, Notice};
use crate::page::{self, Caching, Visit};
use crate::pager::Pager;

pub(crate) use sentence::group;
pub(crate) use view::{Log, moment};

/// What the log of logins is called among the types, as CheckUser calls it.
pub(crate) const LOGINS: &str = daemun_store::PRIVATE_EVENT;

/// What was asked for.
struct Wanted {
    /// The type; empty for all.
    kind: String,
    /// Who did it, as typed.
    performer: String,
    /// To whom, as typed.
    target: String,
    /// The last day, as typed.
    date: String,
    pager: Pager,
}

/// Answers a request for the page; `rest` stands behind its name: a type or a name.
pub(crate) async fn answer(visit: Visit<'_>, rest: &str) -> Answer {
    let (api, request) = (visit.api, visit.request);
    let environment = visit.manager().environment();
    let (rights, now) = (&environment.settings.rights, environment.clock.now());
    let user = visit.session.user();
    if !user.is_allowed("read", rights, now) {
        return page::not_to_be_read(visit, "Log", Message::new("log"));
    }
    let access = LogAccess::of(user, rights, now);
    let sees_logins = user.is_allowed(SEES_LOGINS, rights, now);
    let wanted = Wanted::of(&visit, rest);
    let is_allowed = match wanted.kind.as_str() {
        "" => true,
        LOGINS => sees_logins,
        kind => access.sees(kind),
    };
    if !is_allowed {
        let text = Message::new("daemun-log-not-allowed");
        let notice = Notice::new("Log", Message::new("log"), Kind::Error, text);
        return Answer { status: 403, ..visit.show(&notice, Caching::Never) };
    }
    let kinds = access.kinds.iter().copied().chain(sees_logins.then_some(LOGINS));
    let kinds: Vec<&str> = kinds.collect();
    let made = if wanted.kind == LOGINS {
        logins::list(&visit, &wanted, &kinds).await
    } else {
        public::list(&visit, &wanted, &access, &kinds).await
    };
    match made {
        Ok(view) => visit.show(&view, Caching::Never),
        Err(error) => page::failed(api, request, &AuthError::from(error)),
    }
}
