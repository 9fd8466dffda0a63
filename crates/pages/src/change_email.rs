//! `Special:ChangeEmail`: another address for one's account, or none.

use daemun_action_api::http::Answer;
use daemun_auth::AuthError;
use daemun_auth::address_change::{self, AddressChange};
use daemun_auth::session::TokenType;
use daemun_messages::{Message, Param};
use serde::Serialize;

use crate::notice::{Kind, Notice};
use crate::page::{self, Caching, Visit};
use crate::reauthentication;
use crate::view::{Template, View, template};

/// The page's name.
const NAME: &str = "ChangeEmail";
/// What must have been proved lately, by MediaWiki's name.
const OPERATION: &str = "ChangeEmail";
/// The field of the form's token.
const TOKEN: &str = "wpEditToken";

/// Which address.
#[derive(Serialize)]
pub(crate) struct AddressForm {
    /// What is said above the form.
    error: Option<Message>,
    /// What is wrong with the new address.
    new_error: Option<Message>,
    /// The present address, or empty.
    present: String,
    is_confirmed: bool,
    /// What was filled in.
    new: String,
    /// Where the form goes.
    action: String,
    token: String,
}

/// What there is to see.
enum Next {
    Ask(AddressForm),
    Say(Kind, Message),
    Go(String),
}

/// Answers a request for the page.
pub(crate) async fn answer(visit: Visit<'_>) -> Answer {
    let mut visit = match reauthentication::require(visit, OPERATION) {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    let (api, request) = (visit.api, visit.request);
    match next(&mut visit).await {
        Ok(Next::Ask(form)) => visit.show(&form, Caching::Never),
        Ok(Next::Go(target)) => visit.redirect(&target),
        Ok(Next::Say(kind, text)) => {
            let back = visit.addresses.page("Special:ChangeCredentials", &[]);
            let notice = Notice::new(NAME, Message::new("changeemail"), kind, text)
                .link(back, Message::new("changecredentials"));
            visit.show(&notice, Caching::Never)
        }
        Err(error) => page::failed(api, request, &error),
    }
}

async fn next(visit: &mut Visit<'_>) -> Result<Next, AuthError> {
    let environment = visit.manager().environment();
    if let Some(refusal) = address_change::forbidden(environment, visit.session.user()) {
        return Ok(Next::Say(Kind::Error, refusal));
    }
    if !visit.is_posted() {
        return ask(visit, None).await.map(Next::Ask);
    }
    if !visit.accepts(TokenType::Csrf, TOKEN).await? {
        let lost = Message::new("daemun-page-session-lost");
        return ask(visit, Some(lost)).await.map(Next::Ask);
    }
    if let Some(refusal) = visit.read_only() {
        return ask(visit, Some(refusal)).await.map(Next::Ask);
    }
    let new = visit.param("wpNewEmail").unwrap_or_default();
    let new = new.trim();
    let (key, address) = match address_change::change(environment, visit.session.user(), new)
        .await?
    {
        AddressChange::Refused(message) => return ask(visit, Some(message)).await.map(Next::Ask),
        _ if visit.return_title().is_some() => return Ok(Next::Go(visit.return_url())),
        AddressChange::Removed => ("daemun-page-address-removed", None),
        AddressChange::Done => ("daemun-page-address-changed", Some(new)),
        AddressChange::ToBeConfirmed => ("daemun-page-address-to-confirm", Some(new)),
    };
    let text = Message::new(key);
    Ok(Next::Say(
        Kind::Success,
        match address {
            Some(address) => text.with(Param::plaintext(address)),
            None => text,
        },
    ))
}

async fn ask(visit: &mut Visit<'_>, refused: Option<Message>) -> Result<AddressForm, AuthError> {
    let account = visit.session.user().account();
    let present = account.map(|account| account.email.clone()).unwrap_or_default();
    let is_confirmed = account.is_some_and(|account| account.email_authenticated.is_some());
    let title = visit.return_title().unwrap_or_default();
    let query = visit.return_query();
    let back = [("returnto", title.as_str()), ("returntoquery", query.as_str())];
    let mut form = AddressForm {
        error: None,
        new_error: None,
        present,
        is_confirmed,
        new: visit.param("wpNewEmail").unwrap_or_default(),
        action: visit.addresses.page("Special:ChangeEmail", &back),
        token: visit.token(TokenType::Csrf).await?,
    };
    let place = match refused.as_ref().map(|message| &*message.key) {
        Some("invalidemailaddress" | "changeemail-nochange") => &mut form.new_error,
        _ => &mut form.error,
    };
    *place = refused;
    Ok(form)
}

impl View for AddressForm {
    const TEMPLATE: Template = template!("change_email.html");

    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> Message {
        Message::new("changeemail")
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let sample = |present: &str, is_confirmed| Self {
            error: None,
            new_error: None,
            present: present.to_owned(),
            is_confirmed,
            new: String::new(),
            action: "/wiki/Special:ChangeEmail".to_owned(),
            token: "0123+\\".to_owned(),
        };
        let refused = Self {
            error: Some(Message::new("actionthrottledtext")),
            new_error: Some(Message::new("invalidemailaddress")),
            ..sample("alice@example.org", false)
        };
        vec![sample("", false), sample("alice@example.org", true), refused]
    }
}
