//! `Special:UserLogout`: asks, and signs out.

use daemun_action_api::http::Answer;
use daemun_auth::AuthError;
use daemun_auth::session::TokenType;
use daemun_messages::{Message, escape_html};

use crate::page::{self, Caching, Visit};

/// Answers a request for the page.
pub(crate) async fn answer(mut visit: Visit<'_>) -> Answer {
    let (api, request) = (visit.api, visit.request);
    match content(&mut visit).await {
        Ok(content) => {
            visit.page("Userlogout", &Message::new("logout"), &content, Caching::Private)
        }
        Err(error) => page::failed(api, request, &error),
    }
}

async fn content(visit: &mut Visit<'_>) -> Result<String, AuthError> {
    if !visit.session.user().is_registered() {
        return Ok(format!("<p>{}</p>", visit.html(&Message::new("daemun-page-signed-out"))));
    }
    if visit.is_posted() && visit.accepts(TokenType::Csrf, "wpEditToken").await? {
        let name = visit.session.user().name();
        visit.manager().sessions().log_out(&mut visit.session).await?;
        visit.request.signed_out(&name);
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
