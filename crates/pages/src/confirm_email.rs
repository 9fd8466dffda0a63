//! `Special:ConfirmEmail/TOKEN`: confirms the address of an account. MediaWiki does so as soon as
//! the link is opened; here somebody must press a button, because programs that look for harm in
//! mail open links, too.

use daemun_action_api::http::Answer;
use daemun_auth::session::TokenType;
use daemun_auth::{AuthError, confirmation};
use daemun_messages::{Message, Param, escape_html};

use crate::page::{self, Caching, Visit};
use crate::titles;

/// Answers a request for the page.
pub(crate) async fn answer(mut visit: Visit<'_>, token: &str) -> Answer {
    let (api, request) = (visit.api, visit.request);
    match content(&mut visit, token).await {
        Ok(content) => {
            visit.page("Confirmemail", &Message::new("confirmemail"), &content, Caching::Never)
        }
        Err(error) => page::failed(api, request, &error),
    }
}

async fn content(visit: &mut Visit<'_>, token: &str) -> Result<String, AuthError> {
    let environment = visit.manager().environment();
    let said = |visit: &Visit<'_>, message| format!("<p>{}</p>", visit.html(&message));
    if let Some(reason) = &environment.settings.read_only {
        let reason = Param::plaintext(reason.clone());
        return Ok(said(visit, Message::new("readonlytext").with(reason)));
    }
    let Some(account) = confirmation::pending(environment, token).await? else {
        return Ok(said(visit, Message::new("confirmemail_invalid")));
    };
    if visit.is_posted() && visit.accepts(TokenType::Csrf, "wpEditToken").await? {
        let confirmed = confirmation::confirm(environment, &account, token).await?;
        let key = if confirmed { "confirmemail_success" } else { "confirmemail_invalid" };
        return Ok(said(visit, Message::new(key)));
    }
    let question = Message::new("daemun-page-confirm-email")
        .with(Param::plaintext(account.email))
        .with(Param::plaintext(account.name));
    let edit_token = escape_html(&visit.token(TokenType::Csrf).await?);
    let submit = visit.html(&Message::new("daemun-page-confirm-email-submit"));
    let target = format!(
        "{}?title=Special:ConfirmEmail/{}&uselang={}",
        visit.api.site.script_url("index.php"),
        titles::encoded(token),
        titles::encoded(visit.language.code())
    );
    Ok(format!(
        "{}<form method=\"post\" action=\"{}\">\
         <input type=\"hidden\" name=\"wpEditToken\" value=\"{edit_token}\">\
         <p><button>{submit}</button></p></form>",
        said(visit, question),
        escape_html(&target)
    ))
}
