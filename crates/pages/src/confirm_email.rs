//! `Special:ConfirmEmail`: sends a letter with a link, and `Special:ConfirmEmail/TOKEN`: confirms
//! the address of an account. MediaWiki does so as soon as the link is opened; here somebody must
//! press a button, because programs that look for harm in mail open links, too.

use daemun_action_api::http::Answer;
use daemun_auth::confirmation::Asked;
use daemun_auth::session::TokenType;
use daemun_auth::{AuthError, confirmation};
use daemun_messages::{Message, Param};
use serde::Serialize;

use crate::notice::{Kind, Notice};
use crate::page::{self, Caching, Visit};
use crate::view::{Template, View, template};

/// Whether an address is that of an account, or whether a letter shall be sent to it.
#[derive(Serialize)]
pub(crate) struct Question {
    address: String,
    account: String,
    /// Whether a link was followed.
    has_link: bool,
    /// Where the form goes.
    action: String,
    token: String,
}

/// What there is to see.
enum Next {
    Ask(Question),
    Say(Kind, Message),
    SignIn,
}

/// Answers a request for the page.
pub(crate) async fn answer(mut visit: Visit<'_>, token: &str) -> Answer {
    let (api, request) = (visit.api, visit.request);
    let next = match token {
        "" => letter(&mut visit).await,
        token => link(&mut visit, token).await,
    };
    match next {
        Ok(Next::SignIn) => visit.sign_in_first(),
        Ok(Next::Ask(question)) => visit.show(&question, Caching::Never),
        Ok(Next::Say(kind, text)) => {
            let notice = Notice::new("Confirmemail", Message::new("confirmemail"), kind, text);
            visit.show(&notice, Caching::Never)
        }
        Err(error) => page::failed(api, request, &error),
    }
}

/// Asks for a letter.
async fn letter(visit: &mut Visit<'_>) -> Result<Next, AuthError> {
    let environment = visit.manager().environment();
    if let Some(refusal) = visit.read_only() {
        return Ok(Next::Say(Kind::Error, refusal));
    }
    let Some(account) = visit.session.user().account().cloned() else { return Ok(Next::SignIn) };
    if account.email_authenticated.is_some() {
        return Ok(said(Asked::Confirmed, &account.email));
    }
    if account.email.is_empty() {
        return Ok(said(Asked::NoAddress, &account.email));
    }
    if visit.is_posted() && visit.accepts(TokenType::Csrf, "wpEditToken").await? {
        let asked = confirmation::ask_again(environment, &account).await?;
        return Ok(said(asked, &account.email));
    }
    Ok(Next::Ask(Question {
        address: account.email,
        account: account.name,
        has_link: false,
        action: visit.addresses.page("Special:ConfirmEmail", &[]),
        token: visit.token(TokenType::Csrf).await?,
    }))
}

/// What became of the letter.
fn said(asked: Asked, address: &str) -> Next {
    let (kind, key) = match asked {
        Asked::Sent => (Kind::Success, "confirmemail_sent"),
        Asked::Off => (Kind::Error, "emaildisabled"),
        Asked::NoAddress => (Kind::Error, "confirmemail_noemail"),
        Asked::Confirmed => (Kind::Plain, "daemun-page-confirmed-already"),
        Asked::TooMany => (Kind::Error, "daemun-page-confirm-too-many"),
    };
    Next::Say(kind, Message::new(key).with(Param::plaintext(address)))
}

/// Follows the link of a letter.
async fn link(visit: &mut Visit<'_>, token: &str) -> Result<Next, AuthError> {
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
        has_link: true,
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
        let new = |has_link| Self {
            has_link,
            address: "alice@example.org".to_owned(),
            account: "Alice".to_owned(),
            action: "/wiki/Special:ConfirmEmail/ab12".to_owned(),
            token: "0123+\\".to_owned(),
        };
        vec![new(true), new(false)]
    }
}
