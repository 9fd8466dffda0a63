//! `Special:ConfirmEmail/TOKEN`: confirms the address of an account. MediaWiki does so as soon as
//! the link is opened; here somebody must press a button, because programs that look for harm in
//! mail open links, too.

use daemun_action_api::http::Answer;
use daemun_auth::session::TokenType;
use daemun_auth::{AuthError, confirmation};
use daemun_messages::Message;
use serde::Serialize;

use crate::notice::{Kind, Notice};
use crate::page::{self, Caching, Visit};
use crate::view::{Template, View, template};

/// Whether an address is that of an account.
#[derive(Serialize)]
pub(crate) struct Question {
    address: String,
    account: String,
    /// Where the form goes.
    action: String,
    token: String,
}

/// What there is to see.
enum Next {
    Ask(Question),
    Say(Kind, Message),
}

/// Answers a request for the page.
pub(crate) async fn answer(mut visit: Visit<'_>, token: &str) -> Answer {
    let (api, request) = (visit.api, visit.request);
    match next(&mut visit, token).await {
        Ok(Next::Ask(question)) => visit.show(&question, Caching::Never),
        Ok(Next::Say(kind, text)) => {
            let notice = Notice::new("Confirmemail", Message::new("confirmemail"), kind, text);
            visit.show(&notice, Caching::Never)
        }
        Err(error) => page::failed(api, request, &error),
    }
}

async fn next(visit: &mut Visit<'_>, token: &str) -> Result<Next, AuthError> {
    let environment = visit.manager().environment();
    if let Some(refusal) = visit.read_only() {
        return Ok(Next::Say(Kind::Error, refusal));
    }
    let invalid = || Next::Say(Kind::Error, Message::new("confirmemail_invalid"));
    let Some(account) = confirmation::pending(environment, token).await? else {
        return Ok(invalid());
    };
    if visit.is_posted() && visit.accepts(TokenType::Csrf, "wpEditToken").await? {
        if !confirmation::confirm(environment, &account, token).await? {
            return Ok(invalid());
        }
        return Ok(Next::Say(Kind::Success, Message::new("confirmemail_success")));
    }
    Ok(Next::Ask(Question {
        address: account.email,
        account: account.name,
        action: visit.addresses.page(&format!("Special:ConfirmEmail/{token}"), &[]),
        token: visit.token(TokenType::Csrf).await?,
    }))
}

impl View for Question {
    const TEMPLATE: Template = template!("confirm_email.html");

    fn name(&self) -> &'static str {
        "Confirmemail"
    }

    fn title(&self) -> Message {
        Message::new("confirmemail")
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        vec![Self {
            address: "alice@example.org".to_owned(),
            account: "Alice".to_owned(),
            action: "/wiki/Special:ConfirmEmail/ab12".to_owned(),
            token: "0123+\\".to_owned(),
        }]
    }
}
