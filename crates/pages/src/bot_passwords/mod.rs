//! `Special:BotPasswords`: passwords for programs, each with rights of its own.

mod edit;
mod list;
mod made;
mod snippets;

use daemun_action_api::http::Answer;
use daemun_auth::AuthError;
use daemun_messages::Message;

use crate::notice::{Kind, Notice};
use crate::page::{self, Caching, Visit};
use crate::reauthentication;

pub(crate) use edit::Edit;
pub(crate) use list::List;
pub(crate) use made::Made;

/// The page's name in MediaWiki, which is also the sensitive operation's.
const NAME: &str = "BotPasswords";
/// Its title.
const TITLE: &str = "Special:BotPasswords";
/// The parameter that says which bot password it is about, as in MediaWiki's form.
const APP: &str = "wpappId";

/// What there is to see.
enum Next {
    List(List),
    Edit(Edit),
    Made(Made),
    Say(Kind, Message),
    /// Another page.
    Go(String),
}

/// Answers a request for the page, with what stands behind its name in the title.
pub(crate) async fn answer(visit: Visit<'_>, behind: Option<String>) -> Answer {
    let mut visit = match reauthentication::require(visit, NAME) {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    let (api, request) = (visit.api, visit.request);
    match next(&mut visit, behind).await {
        Ok(Next::List(list)) => visit.show(&list, Caching::Never),
        Ok(Next::Edit(edit)) => visit.show(&edit, Caching::Never),
        Ok(Next::Made(made)) => visit.show(&made, Caching::Never),
        Ok(Next::Say(kind, said)) => {
            let back = visit.addresses.page(TITLE, &[]);
            let notice = Notice::new(NAME, Message::new("botpasswords"), kind, said)
                .link(back, Message::new("daemun-bot-passwords-back"));
            visit.show(&notice, Caching::Never)
        }
        Ok(Next::Go(address)) => visit.redirect(&format!("{}{address}", api.site.server)),
        Err(AuthError::Busy) => page::busy(visit),
        Err(error) => page::failed(api, request, &error),
    }
}

async fn next(visit: &mut Visit<'_>, behind: Option<String>) -> Result<Next, AuthError> {
    let environment = visit.manager().environment();
    let (settings, now) = (&environment.settings, environment.clock.now());
    let refuse = |key| Ok(Next::Say(Kind::Error, Message::new(key)));
    if !settings.enable_bot_passwords {
        return refuse("botpasswords-disabled");
    }
    if !visit.session.user().is_allowed("editmyprivateinfo", &settings.rights, now) {
        return refuse("badaccess-group0");
    }
    if visit.is_posted()
        && let Some(refusal) = visit.read_only()
    {
        return Ok(Next::Say(Kind::Error, refusal));
    }
    // As in titles, a blank is an underscore.
    let app = visit.param(APP).or(behind).unwrap_or_default().trim().replace(' ', "_");
    if visit.is_posted() && visit.param("op").as_deref() == Some("new") {
        return list::begin(visit, &app).await;
    }
    if app.is_empty() { list::all(visit).await } else { edit::step(visit, app).await }
}
