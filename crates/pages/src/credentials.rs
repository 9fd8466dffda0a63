//! What an account proves itself with: `Special:ChangeCredentials`, `Special:RemoveCredentials` and
//! `Special:UnlinkAccounts`. Without more in the title they list, with the id of a request behind
//! their names they do.

mod change;
mod overview;
mod removal;

use daemun_action_api::http::Answer;
use daemun_auth::AuthError;
use daemun_auth::request::{AuthAction, AuthenticationRequest};
use daemun_messages::{Message, Param};
use serde::Serialize;

use crate::notice::{Kind, Notice};
use crate::page::{self, Caching, Visit};
use crate::reauthentication;

pub(crate) use change::ChangeForm;
pub(crate) use overview::Overview;
pub(crate) use removal::Question;

/// The field of the forms' token.
const TOKEN: &str = "wpAuthToken";

/// What one of the pages is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// `Special:ChangeCredentials`.
    Change,
    /// `Special:RemoveCredentials`.
    Remove,
    /// `Special:UnlinkAccounts`.
    Unlink,
}

impl Purpose {
    /// The page's name.
    pub(crate) fn page(self) -> &'static str {
        match self {
            Self::Change => "ChangeCredentials",
            Self::Remove => "RemoveCredentials",
            Self::Unlink => "UnlinkAccounts",
        }
    }

    /// What must have been proved lately.
    fn operation(self) -> &'static str {
        match self {
            Self::Unlink => "UnlinkAccount",
            _ => self.page(),
        }
    }

    fn action(self) -> AuthAction {
        match self {
            Self::Change => AuthAction::Change,
            Self::Remove => AuthAction::Remove,
            Self::Unlink => AuthAction::Unlink,
        }
    }

    fn title(self) -> Message {
        Message::new(match self {
            Self::Change => "changecredentials",
            Self::Remove => "removecredentials",
            Self::Unlink => "unlinkaccounts",
        })
    }
}

/// A link with its text.
#[derive(Serialize)]
struct Link {
    address: String,
    label: Message,
}

/// What there is to see.
enum Next {
    List(Overview),
    Change(ChangeForm),
    Remove(Question),
    Say(Kind, Message),
    NoSuch(String),
    Go(String),
}

/// Answers a request for one of the pages; `id` stands behind its name.
pub(crate) async fn answer(visit: Visit<'_>, purpose: Purpose, id: Option<&str>) -> Answer {
    let mut visit = match reauthentication::require(visit, purpose.operation()) {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    let (api, request) = (visit.api, visit.request);
    match next(&mut visit, purpose, id).await {
        Ok(Next::List(overview)) => visit.show(&overview, Caching::Never),
        Ok(Next::Change(form)) => visit.show(&form, Caching::Never),
        Ok(Next::Remove(question)) => visit.show(&question, Caching::Never),
        Ok(Next::Go(target)) => visit.redirect(&target),
        Ok(Next::Say(kind, text)) => say(visit, purpose, kind, text),
        Ok(Next::NoSuch(id)) => {
            let text = Message::new("changecredentials-invalidsubpage").with(Param::plaintext(id));
            Answer { status: 404, ..say(visit, purpose, Kind::Error, text) }
        }
        Err(AuthError::Busy | AuthError::Contention) => page::busy(visit),
        Err(error) => page::failed(api, request, &error),
    }
}

/// Leads from an older page to this one: to the request of this id, or to the list.
pub(crate) fn redirect(visit: Visit<'_>, id: Option<&str>) -> Answer {
    let title = match id {
        Some(id) => format!("Special:ChangeCredentials/{id}"),
        None => "Special:ChangeCredentials".to_owned(),
    };
    let (back, query) = (visit.return_title().unwrap_or_default(), visit.return_query());
    let back = [("returnto", back.as_str()), ("returntoquery", query.as_str())];
    let target = format!("{}{}", visit.api.site.server, visit.addresses.page(&title, &back));
    visit.redirect(&target)
}

fn say(visit: Visit<'_>, purpose: Purpose, kind: Kind, text: Message) -> Answer {
    let back = visit.addresses.page("Special:ChangeCredentials", &[]);
    let notice = Notice::new(purpose.page(), purpose.title(), kind, text)
        .link(back, Message::new("changecredentials"));
    visit.show(&notice, Caching::Never)
}

async fn next(
    visit: &mut Visit<'_>,
    purpose: Purpose,
    id: Option<&str>,
) -> Result<Next, AuthError> {
    let manager = visit.manager();
    let answering = visit.is_posted();
    let offered = manager.credentials(&mut visit.session, purpose.action(), answering).await?;
    let Some(id) = id else { return overview::of(visit, purpose, &offered).await.map(Next::List) };
    let Some(named) = named(&offered, id) else { return Ok(Next::NoSuch(id.to_owned())) };
    match purpose {
        Purpose::Change => change::next(visit, named).await,
        Purpose::Remove | Purpose::Unlink => removal::next(visit, purpose, named).await,
    }
}

/// The request that a title names. Titles have blanks for `_`.
fn named<'r>(offered: &'r [AuthenticationRequest], id: &str) -> Option<&'r AuthenticationRequest> {
    let mut all = offered.iter();
    let exact = all.find(|request| request.id == id);
    exact.or_else(|| offered.iter().find(|request| request.id.replace('_', " ") == id))
}

/// The address of the page for a request.
fn address(visit: &Visit<'_>, purpose: Purpose, id: &str) -> String {
    visit.addresses.page(&format!("Special:{}/{id}", purpose.page()), &[])
}
