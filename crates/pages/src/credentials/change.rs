//! Changing one of the credentials: a form. After it all other sessions of the account are over, as
//! with MediaWiki's page.

use daemun_auth::AuthError;
use daemun_auth::creation::CredentialChange;
use daemun_auth::manager::credentials::ChangeOutcome;
use daemun_auth::providers::password;
use daemun_auth::request::{AuthAction, AuthenticationRequest};
use daemun_auth::session::TokenType;
use daemun_messages::Message;
use serde::Serialize;

use super::{Next, Purpose, TOKEN};
use crate::form::{self, Form, Place};
use crate::notice::Kind;
use crate::page::Visit;
use crate::view::{Template, View, template};

/// The form.
#[derive(Serialize)]
pub(crate) struct ChangeForm {
    form: Form,
    is_password: bool,
    has_password: bool,
    /// Where the form goes.
    action: String,
    token: String,
}

/// What comes after a request for the form, or with it.
pub(super) async fn next(
    visit: &mut Visit<'_>,
    question: &AuthenticationRequest,
) -> Result<Next, AuthError> {
    if !visit.is_posted() {
        return form(visit, question, Vec::new()).await;
    }
    if !visit.accepts(TokenType::Csrf, TOKEN).await? {
        return form(visit, question, vec![Message::new("daemun-page-session-lost")]).await;
    }
    if let Some(refusal) = visit.read_only() {
        return form(visit, question, vec![refusal]).await;
    }
    let answers = form::answers(visit.request, std::slice::from_ref(question));
    let account = visit.session.user().account().cloned();
    let (Some(answer), Some(account)) = (answers.first(), account) else {
        return form(visit, question, Vec::new()).await;
    };
    let manager = visit.manager();
    let (action, id) = (AuthAction::Change, &*question.id);
    let change = CredentialChange { action, id, answer: Some(answer) };
    match manager.change_credentials(&account, change).await? {
        ChangeOutcome::Refused(problems) => form(visit, question, problems).await,
        ChangeOutcome::NobodysBusiness => Ok(Next::NoSuch(id.to_owned())),
        ChangeOutcome::Done => {
            manager.sessions().end_others(&mut visit.session).await?;
            Ok(match visit.return_title() {
                Some(_) => Next::Go(visit.return_url()),
                None => Next::Say(Kind::Success, Message::new("changecredentials-success")),
            })
        }
    }
}

async fn form(
    visit: &mut Visit<'_>,
    question: &AuthenticationRequest,
    problems: Vec<Message>,
) -> Result<Next, AuthError> {
    let mut form = Form::of(std::slice::from_ref(question), Place::Other);
    if !problems.is_empty() {
        form = refused(form, problems);
    } else if visit.is_posted() {
        for field in &mut form.fields {
            if !field.readonly && visit.param(&field.name).unwrap_or_default().is_empty() {
                field.error = Some(Message::new("htmlform-required"));
            }
        }
    }
    let policy = &visit.manager().environment().settings.password_policy;
    let user = visit.session.user();
    let is_password = question.id == password::ID;
    if is_password {
        form = form.hinting(policy).about(&user.name());
    }
    let account = user.account();
    let has_password = account.is_some_and(|account| !account.password.is_empty());
    let title = visit.return_title().unwrap_or_default();
    let query = visit.return_query();
    let back = [("returnto", title.as_str()), ("returntoquery", query.as_str())];
    let page = format!("Special:{}/{}", Purpose::Change.page(), question.id);
    Ok(Next::Change(ChangeForm {
        form: form.focused(),
        is_password,
        has_password,
        action: visit.addresses.page(&page, &back),
        token: visit.token(TokenType::Csrf).await?,
    }))
}

/// Says all that speaks against what was filled in: the first thing at its field, the others behind
/// it.
fn refused(form: Form, problems: Vec<Message>) -> Form {
    let mut problems = problems.into_iter();
    let Some(first) = problems.next() else { return form };
    let mut form = form.refused(first);
    let at_field = form.fields.iter_mut().find_map(|field| field.error.as_mut());
    if let Some(said) = at_field.or(form.error.as_mut()) {
        for problem in problems {
            let both = Message::new("daemun-page-both").with(said.clone()).with(problem);
            *said = both;
        }
    }
    form
}

impl View for ChangeForm {
    const TEMPLATE: Template = template!("change_credentials.html");

    fn name(&self) -> &'static str {
        Purpose::Change.page()
    }

    fn title(&self) -> Message {
        Message::new(match (self.is_password, self.has_password) {
            (true, true) => "changepassword",
            (true, false) => "daemun-page-set-password",
            (false, _) => "changecredentials",
        })
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let sample = |form, is_password, has_password| Self {
            form,
            is_password,
            has_password,
            action: "/wiki/Special:ChangeCredentials/A\\B".to_owned(),
            token: "0123+\\".to_owned(),
        };
        let question = password::change_request(Some("Alice"));
        let form = || Form::of(std::slice::from_ref(&question), Place::Other);
        let problems = vec![Message::new("badretype"), Message::new("passwordincommonlist")];
        vec![
            sample(form(), true, true),
            sample(refused(form(), problems), true, false),
            sample(form::samples::every_kind(), false, false),
        ]
    }
}
