//! `Special:UserLogout`: asks, and signs out.

use daemun_action_api::http::Answer;
use daemun_auth::AuthError;
use daemun_auth::session::TokenType;
use daemun_messages::{Message, escape_html};

use crate::page::{self, Caching, Visit};

/// Answers a request for the page.
pub(crate) async fn answer(mut visit: Visit<'_>) -> Answer {
    let api = visit.api;
    match content(&mut visit).await {
        Ok(content) => visit.page(&Message::new("logout"), &content, Caching::Private),
        Err(error) => page::failed(api, &error),
    }
}

async fn content(visit: &mut Visit<'_>) -> Result<String, AuthError> {
    if !visit.session.user().is_registered() {
        return Ok(format!("<p>{}</p>", visit.html(&Message::new("daemun-page-signed-out"))));
    }
    let token = visit.param("wpEditToken").unwrap_or_default();
    if visit.is_posted() && visit.accepts(TokenType::Csrf, &token).await? {
        let sessions = visit.manager().sessions();
        sessions.log_out(&mut visit.session).await?;
        return Ok(format!("<p>{}</p>", visit.html(&Message::new("daemun-page-signed-out"))));
    }
    let token = escape_html(&visit.token(TokenType::Csrf).await?);
    let question = visit.html(&Message::new("userlogout-continue"));
    let submit = visit.html(&Message::new("userlogout-submit"));
    let target = format!("{}?title=Special:UserLogout", visit.api.site.script_url("index.php"));
    Ok(format!(
        "<p>{question}</p><form method=\"post\" action=\"{}\">\
         <input type=\"hidden\" name=\"wpEditToken\" value=\"{token}\">\
         <p><button>{submit}</button></p></form>",
        escape_html(&target)
    ))
}
