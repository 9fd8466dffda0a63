//! Removing one of the credentials, or the link to an account elsewhere: a question. After it all
//! other sessions of the account are over, as with MediaWiki's pages: somebody else may have got in
//! by what is gone now.

use daemun_auth::AuthError;
use daemun_auth::creation::CredentialChange;
use daemun_auth::manager::credentials::ChangeOutcome;
use daemun_auth::providers::temporary_password;
use daemun_auth::request::AuthenticationRequest;
use daemun_auth::session::TokenType;
use daemun_messages::Message;
use serde::Serialize;

use super::{Next, Purpose, TOKEN, address};
use crate::notice::Kind;
use crate::page::Visit;
use crate::view::{Template, View, template};

/// Whether to do it.
#[derive(Serialize)]
pub(crate) struct Question {
    #[serde(skip)]
    purpose: Purpose,
    /// Why it was not done.
    error: Option<Message>,
    /// What is asked.
    question: Message,
    /// Whether the account has no password, so that nobody can sign in afterwards.
    is_last: bool,
    /// Where a password is set.
    set_password: String,
    /// The text of the button.
    submit: Message,
    /// Where the form goes.
    action: String,
    /// Where those go who think better of it.
    back: String,
    token: String,
}

/// What comes after a request for the question, or with its answer.
pub(super) async fn next(
    visit: &mut Visit<'_>,
    purpose: Purpose,
    request: &AuthenticationRequest,
) -> Result<Next, AuthError> {
    if !visit.is_posted() {
        return question(visit, purpose, request, None).await;
    }
    if !visit.accepts(TokenType::Csrf, TOKEN).await? {
        let lost = Message::new("daemun-page-session-lost");
        return question(visit, purpose, request, Some(lost)).await;
    }
    if let Some(refusal) = visit.read_only() {
        return question(visit, purpose, request, Some(refusal)).await;
    }
    let id = &*request.id;
    let Some(account) = visit.session.user().account().cloned() else {
        return Ok(Next::NoSuch(id.to_owned()));
    };
    let change = CredentialChange { action: purpose.action(), id, answer: None };
    match visit.manager().change_credentials(&account, change).await? {
        ChangeOutcome::Refused(problems) => {
            return question(visit, purpose, request, problems.into_iter().next()).await;
        }
        ChangeOutcome::NobodysBusiness => return Ok(Next::NoSuch(id.to_owned())),
        ChangeOutcome::Done => {}
    }
    visit.manager().sessions().end_others(&mut visit.session).await?;
    if visit.return_title().is_some() {
        return Ok(Next::Go(visit.return_url()));
    }
    let key = match purpose {
        Purpose::Unlink => "unlinkaccounts-success",
        _ => "removecredentials-success",
    };
    Ok(Next::Say(Kind::Success, Message::new(key).with(request.provider.clone())))
}

async fn question(
    visit: &mut Visit<'_>,
    purpose: Purpose,
    request: &AuthenticationRequest,
    error: Option<Message>,
) -> Result<Next, AuthError> {
    let account = visit.session.user().account();
    let has_password = account.is_some_and(|account| !account.password.is_empty());
    let (question, submit) = texts(purpose);
    let password = daemun_auth::providers::password::ID;
    Ok(Next::Remove(Question {
        purpose,
        error,
        question: Message::new(question)
            .with(request.provider.clone())
            .with(request.account.clone()),
        is_last: !has_password && request.id != temporary_password::ID,
        set_password: address(visit, Purpose::Change, password),
        submit: Message::new(submit).with(request.provider.clone()),
        action: address(visit, purpose, &request.id),
        back: visit.addresses.page("Special:ChangeCredentials", &[]),
        token: visit.token(TokenType::Csrf).await?,
    }))
}

/// What is asked, and the text of the button.
fn texts(purpose: Purpose) -> (&'static str, &'static str) {
    match purpose {
        Purpose::Unlink => ("daemun-page-unlink-question", "daemun-page-unlink"),
        _ => ("daemun-page-remove-question", "daemun-page-remove"),
    }
}

impl View for Question {
    const TEMPLATE: Template = template!("remove_credentials.html");

    fn name(&self) -> &'static str {
        self.purpose.page()
    }

    fn title(&self) -> Message {
        self.purpose.title()
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let sample = |purpose, error, is_last| {
            let (question, submit) = texts(purpose);
            let provider = || Message::new("authmanager-provider-temporarypassword");
            Self {
                purpose,
                error,
                question: Message::new(question).with(provider()).with("Alice"),
                is_last,
                set_password: "/wiki/Special:ChangeCredentials/A\\B".to_owned(),
                submit: Message::new(submit).with(provider()),
                action: "/wiki/Special:RemoveCredentials/A\\B".to_owned(),
                back: "/wiki/Special:ChangeCredentials".to_owned(),
                token: "0123+\\".to_owned(),
            }
        };
        let lost = Some(Message::new("daemun-page-session-lost"));
        vec![sample(Purpose::Remove, None, false), sample(Purpose::Unlink, lost, true)]
    }
}
