//! `Special:UserLogout`: asks, and signs out.

use daemun_action_api::http::Answer;
use daemun_auth::AuthError;
use daemun_auth::session::TokenType;
use daemun_messages::Message;
use serde::Serialize;

use crate::notice::{Kind, Notice};
use crate::page::{self, Caching, Visit};
use crate::view::{Template, View, template};

/// Whether to sign out.
#[derive(Serialize)]
pub(crate) struct Question {
    token: String,
}

/// Answers a request for the page.
pub(crate) async fn answer(mut visit: Visit<'_>) -> Answer {
    let (api, request) = (visit.api, visit.request);
    match question(&mut visit).await {
        Ok(Some(question)) => visit.show(&question, Caching::Private),
        Ok(None) => {
            let text = Message::new("daemun-page-signed-out");
            let notice = Notice::new("Userlogout", Message::new("logout"), Kind::Success, text);
            let sign_in = visit.addresses.page("Special:UserLogin", &[]);
            let main = visit.addresses.page(&visit.api.site.main_page, &[]);
            let notice = notice.link(sign_in, Message::new("login"));
            visit.show(&notice.link(main, Message::new("daemun-page-to-main")), Caching::Private)
        }
        Err(error) => page::failed(api, request, &error),
    }
}

/// What to ask, if anybody is in.
async fn question(visit: &mut Visit<'_>) -> Result<Option<Question>, AuthError> {
    if !visit.session.user().is_registered() {
        return Ok(None);
    }
    if visit.is_posted() && visit.accepts(TokenType::Csrf, "wpEditToken").await? {
        let name = visit.session.user().name();
        visit.manager().sessions().log_out(&mut visit.session).await?;
        visit.request.signed_out(&name);
        return Ok(None);
    }
    Ok(Some(Question { token: visit.token(TokenType::Csrf).await? }))
}

impl View for Question {
    const TEMPLATE: Template = template!("logout.html");

    fn name(&self) -> &'static str {
        "Userlogout"
    }

    fn title(&self) -> Message {
        Message::new("logout")
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        vec![Self { token: "0123+\\".to_owned() }]
    }
}
