//! `Special:PasswordReset`: has a temporary password sent to somebody who forgot the other one.
//! What is said afterwards tells nobody which names and addresses there are.

use daemun_action_api::http::Answer;
use daemun_auth::AuthError;
use daemun_auth::password_reset::{self, ResetOutcome, Wanted};
use daemun_auth::session::TokenType;
use daemun_mediawiki::username::{self, NameRules, Rigor};
use daemun_messages::Message;
use serde::Serialize;

use crate::notice::{Kind, Notice};
use crate::page::{self, Caching, Visit};
use crate::view::{Template, View, template};

/// The page's name.
const NAME: &str = "PasswordReset";
/// The field of the form's token.
const TOKEN: &str = "wpEditToken";

/// Who wants a new password.
#[derive(Default, Serialize)]
pub(crate) struct ResetForm {
    /// What is said above the form.
    error: Option<Message>,
    /// What is wrong with the name.
    name_error: Option<Message>,
    /// What is wrong with the address.
    address_error: Option<Message>,
    /// Whether the name is a way, and what was filled in.
    by_name: bool,
    username: String,
    /// Whether the address is a way, and what was filled in.
    by_address: bool,
    address: String,
    token: String,
}

/// What there is to see.
enum Next {
    Ask(ResetForm),
    Say(Kind, Message),
}

/// Answers a request for the page.
pub(crate) async fn answer(mut visit: Visit<'_>) -> Answer {
    let (api, request) = (visit.api, visit.request);
    match next(&mut visit).await {
        Ok(Next::Ask(form)) => visit.show(&form, Caching::Never),
        Ok(Next::Say(kind, text)) => {
            let back = visit.addresses.page("Special:UserLogin", &[]);
            let notice = Notice::new(NAME, Message::new("passwordreset"), kind, text)
                .link(back, Message::new("login"));
            visit.show(&notice, Caching::Never)
        }
        Err(AuthError::Busy | AuthError::Contention) => page::busy(visit),
        Err(error) => page::failed(api, request, &error),
    }
}

async fn next(visit: &mut Visit<'_>) -> Result<Next, AuthError> {
    let environment = visit.manager().environment();
    if !password_reset::has_routes(environment) {
        return Ok(Next::Say(Kind::Error, Message::new("passwordreset-disabled")));
    }
    let user = visit.session.user();
    let blocks = daemun_auth::blocks_of(environment, user).await?;
    let blocked = blocks.iter().any(|block| block.create_account);
    if let Some(message) = password_reset::forbidden(environment, user, blocked) {
        return Ok(Next::Say(Kind::Error, message));
    }
    if !visit.is_posted() {
        return ask(visit, None).await.map(Next::Ask);
    }
    if !visit.accepts(TokenType::Login, TOKEN).await? {
        let lost = Message::new("daemun-page-session-lost");
        return ask(visit, Some(lost)).await.map(Next::Ask);
    }
    if let Some(refusal) = visit.read_only() {
        return ask(visit, Some(refusal)).await.map(Next::Ask);
    }
    let given = |name| visit.param(name).map(|text| text.trim().to_owned());
    let names = &environment.settings.names;
    let wanted = Wanted {
        // As it is stored, if it can be a name at all; if not, what is refused is what was typed.
        username: given("wpUsername").map(|name| canonical(&name, names).unwrap_or(name)),
        email: given("wpEmail"),
    };
    match password_reset::begin(environment, visit.session.user(), blocked, wanted).await? {
        ResetOutcome::Refused(message) => ask(visit, Some(message)).await.map(Next::Ask),
        ResetOutcome::Accepted | ResetOutcome::TooMany => {
            let text = Message::new("passwordreset-success-details-generic");
            Ok(Next::Say(Kind::Success, text))
        }
    }
}

/// A name as it is stored.
fn canonical(name: &str, rules: &NameRules) -> Option<String> {
    username::canonical(name, Rigor::Creatable, rules)
}

async fn ask(visit: &mut Visit<'_>, refused: Option<Message>) -> Result<ResetForm, AuthError> {
    let mail = &visit.manager().environment().settings.mail;
    let suggested = visit.session.suggested_name().map(str::to_owned);
    let mut form = ResetForm {
        by_name: mail.reset_by_name,
        username: visit.param("wpUsername").or(suggested).unwrap_or_default(),
        by_address: mail.reset_by_address,
        address: visit.param("wpEmail").unwrap_or_default(),
        token: visit.token(TokenType::Login).await?,
        ..ResetForm::default()
    };
    let place = match refused.as_ref().map(|message| &*message.key) {
        Some("noname") => &mut form.name_error,
        Some("passwordreset-invalidemail") => &mut form.address_error,
        _ => &mut form.error,
    };
    *place = refused;
    Ok(form)
}

impl View for ResetForm {
    const TEMPLATE: Template = template!("password_reset.html");

    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> Message {
        Message::new("passwordreset")
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let sample = || Self { token: "0123+\\".to_owned(), ..Self::default() };
        vec![
            Self { by_name: true, by_address: true, ..sample() },
            Self {
                error: Some(Message::new("passwordreset-nodata")),
                by_name: true,
                name_error: Some(Message::new("noname")),
                ..sample()
            },
            Self {
                by_address: true,
                address_error: Some(Message::new("passwordreset-invalidemail")),
                ..sample()
            },
        ]
    }
}
