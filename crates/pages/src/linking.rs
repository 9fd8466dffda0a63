//! `Special:LinkAccounts`: links an account elsewhere to the one that is in. The person is sent to
//! the provider and comes back here by way of `Special:OpenIDConnectReturn`.

use daemun_action_api::http::Answer;
use daemun_auth::AuthError;
use daemun_auth::manager::Beginning;
use daemun_auth::providers::openid_connect;
use daemun_auth::request::AuthAction;
use daemun_auth::response::AuthenticationResponse;
use daemun_auth::session::TokenType;
use daemun_messages::Message;
use serde::Serialize;

use crate::form::{self, Form, Place};
use crate::login;
use crate::notice::{Kind, Notice};
use crate::page::{self, Caching, Visit};
use crate::reauthentication;
use crate::view::{Template, View, template};

/// The page's name.
const NAME: &str = "LinkAccounts";
/// What must have been proved lately, by MediaWiki's name.
const OPERATION: &str = "LinkAccounts";
/// The field of the form's token.
const TOKEN: &str = "wpAuthToken";

/// Where to link to.
#[derive(Serialize)]
pub(crate) struct LinkForm {
    form: Form,
    /// What is linked already, which must go first.
    linked: Vec<Linked>,
    /// Where the form goes.
    action: String,
    token: String,
}

/// A link that there is.
#[derive(Serialize)]
struct Linked {
    provider: Message,
    account: Message,
    /// Where it is taken away.
    address: String,
}

/// What there is to see.
enum Next {
    Ask(LinkForm),
    Leave(String),
    Say(Kind, Message),
    Go(String),
}

/// Answers a request for the page.
pub(crate) async fn answer(mut visit: Visit<'_>) -> Answer {
    let (api, request) = (visit.api, visit.request);
    // Whoever comes back from a provider has shown who they are before they left.
    let next = match returned(&mut visit).await {
        Ok(Some(next)) => Ok(next),
        Ok(None) => {
            visit = match reauthentication::require(visit, OPERATION) {
                Ok(visit) => visit,
                Err(answer) => return *answer,
            };
            if visit.is_posted() { posted(&mut visit).await } else { ask(&mut visit, None).await }
        }
        Err(error) => Err(error),
    };
    match next {
        Ok(Next::Ask(form)) => visit.show(&form, Caching::Never),
        Ok(Next::Leave(target)) => login::leave(visit, target),
        Ok(Next::Go(target)) => visit.redirect(&target),
        Ok(Next::Say(kind, text)) => {
            let back = visit.addresses.page("Special:ChangeCredentials", &[]);
            let notice = Notice::new(NAME, Message::new("linkaccounts"), kind, text)
                .link(back, Message::new("changecredentials"));
            visit.show(&notice, Caching::Never)
        }
        Err(AuthError::Busy | AuthError::Contention) => page::busy(visit),
        Err(error) => page::failed(api, request, &error),
    }
}

async fn posted(visit: &mut Visit<'_>) -> Result<Next, AuthError> {
    if !visit.accepts(TokenType::Csrf, TOKEN).await? {
        return ask(visit, Some(Message::new("daemun-page-session-lost"))).await;
    }
    if let Some(refusal) = visit.read_only() {
        return ask(visit, Some(refusal)).await;
    }
    let manager = visit.manager();
    let offered = manager.requests(&mut visit.session, AuthAction::Link, true).await?;
    let answers = form::answers(visit.request, &offered);
    let return_to = Some(format!("{}{}", visit.api.site.server, address(visit)));
    let beginning = Beginning { answers: &answers, return_to, ..Beginning::default() };
    let response = manager.begin_linking(&mut visit.session, beginning).await?;
    next(visit, response).await
}

/// Goes on where somebody comes back from a provider: what it sent is in the session already, put
/// there by the page that it sent it to, where the person agreed.
async fn returned(visit: &mut Visit<'_>) -> Result<Option<Next>, AuthError> {
    if visit.is_posted() || visit.param("state").is_none() {
        return Ok(None);
    }
    let manager = visit.manager();
    let offered = manager.requests(&mut visit.session, AuthAction::LinkContinue, true).await?;
    if !offered.iter().any(|request| request.id == openid_connect::RESPONSE) {
        return Ok(None);
    }
    if let Some(refusal) = visit.read_only() {
        return ask(visit, Some(refusal)).await.map(Some);
    }
    let response = manager.resume_linking(&mut visit.session, &[]).await?;
    next(visit, response).await.map(Some)
}

async fn next(visit: &mut Visit<'_>, response: AuthenticationResponse) -> Result<Next, AuthError> {
    match response {
        AuthenticationResponse::Pass { .. } => Ok(match visit.return_title() {
            Some(_) => Next::Go(visit.return_url()),
            None => Next::Say(Kind::Success, Message::new("linkaccounts-success-text")),
        }),
        AuthenticationResponse::Redirect { target, .. } => Ok(Next::Leave(target)),
        AuthenticationResponse::Ui { message, .. }
        | AuthenticationResponse::Fail { message, .. }
        | AuthenticationResponse::Restart { message, .. } => ask(visit, Some(message)).await,
    }
}

/// The address of this page, where its form goes and the provider's answer comes.
fn address(visit: &Visit<'_>) -> String {
    let title = visit.return_title().unwrap_or_default();
    let query = visit.return_query();
    let back = [("returnto", title.as_str()), ("returntoquery", query.as_str())];
    visit.addresses.page("Special:LinkAccounts", &back)
}

async fn ask(visit: &mut Visit<'_>, refused: Option<Message>) -> Result<Next, AuthError> {
    let manager = visit.manager();
    let offered = manager.requests(&mut visit.session, AuthAction::Link, false).await?;
    if offered.is_empty() {
        return Ok(Next::Say(Kind::Plain, Message::new("daemun-page-no-providers")));
    }
    let links = manager.credentials(&mut visit.session, AuthAction::Unlink, false).await?;
    let linked = links.into_iter().map(|link| Linked {
        address: visit.addresses.page(&format!("Special:UnlinkAccounts/{}", link.id), &[]),
        provider: link.provider,
        account: link.account,
    });
    let linked: Vec<Linked> = linked.collect();
    let mut form = match linked.is_empty() {
        true => Form::of(&offered, Place::Other),
        false => Form::default(),
    };
    form.error = refused;
    let (action, token) = (address(visit), visit.token(TokenType::Csrf).await?);
    Ok(Next::Ask(LinkForm { form, linked, action, token }))
}

impl View for LinkForm {
    const TEMPLATE: Template = template!("link_accounts.html");

    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> Message {
        Message::new("linkaccounts")
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let sample = |form, linked| Self {
            form,
            linked,
            action: "/wiki/Special:LinkAccounts".to_owned(),
            token: "0123+\\".to_owned(),
        };
        let linked = Linked {
            provider: Message::new("authmanager-provider-password"),
            account: Message::raw("maria-1"),
            address: "/wiki/Special:UnlinkAccounts/a".to_owned(),
        };
        vec![
            sample(form::samples::every_kind(), Vec::new()),
            sample(form::samples::refused(), vec![linked]),
        ]
    }
}
