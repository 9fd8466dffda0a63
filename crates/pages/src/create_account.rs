//! `Special:CreateAccount`: an account is made with a form, and whoever made it for themselves is in.

use daemun_action_api::http::Answer;
use daemun_action_api::modules::account_creation;
use daemun_auth::AuthError;
use daemun_auth::manager::Beginning;
use daemun_auth::request::AuthAction;
use daemun_auth::response::AuthenticationResponse;
use daemun_auth::session::TokenType;
use daemun_messages::{Message, Param};
use serde::Serialize;

use crate::form::{self, Place};
use crate::notice::{Kind, Notice};
use crate::page::{self, Caching, Visit};
use crate::view::{Template, View, template};

/// Where the form says which step it is.
const STEP: &str = "authAction";
/// The field of its token.
const TOKEN: &str = "wpCreateaccountToken";

/// The form of a step.
#[derive(Serialize)]
pub(crate) struct Form {
    form: form::Form,
    /// Where the form goes.
    action: String,
    /// The step, in `authAction`.
    step: &'static str,
    token: String,
}

/// What comes after a step.
enum Next {
    /// A form.
    Ask(AuthAction, form::Form),
    /// Nothing: this is all there is to say.
    Say(Kind, Message),
    /// Another address.
    Go(String),
}

/// Answers a request for the page.
pub(crate) async fn answer(mut visit: Visit<'_>) -> Answer {
    let (api, request) = (visit.api, visit.request);
    let next =
        if visit.is_posted() { posted(&mut visit).await } else { begin(&mut visit, None).await };
    match next {
        Ok(Next::Go(target)) => visit.redirect(&target),
        Ok(Next::Say(kind, text)) => {
            let title = Message::new("createaccount");
            visit.show(&Notice::new("CreateAccount", title, kind, text), Caching::Never)
        }
        Ok(Next::Ask(action, form)) => match show(&mut visit, action, form).await {
            Ok(form) => visit.show(&form, Caching::Never),
            Err(error) => page::failed(api, request, &error),
        },
        Err(AuthError::Busy | AuthError::Contention) => page::busy(visit),
        Err(error) => page::failed(api, request, &error),
    }
}

/// The first form, perhaps once more because what was filled in was refused.
async fn begin(visit: &mut Visit<'_>, refused: Option<Message>) -> Result<Next, AuthError> {
    if let Some(refusal) = forbidden(visit).await? {
        return Ok(Next::Say(Kind::Error, refusal));
    }
    let (manager, action) = (visit.manager().clone(), AuthAction::Create);
    let questions = manager.requests(&mut visit.session, action, false).await?;
    let form = form::Form::of(&questions, Place::Create).filled_again(visit);
    Ok(Next::Ask(
        action,
        match refused {
            Some(refused) => form.refused(refused),
            None => form,
        },
    ))
}

async fn forbidden(visit: &Visit<'_>) -> Result<Option<Message>, AuthError> {
    if let Some(refusal) = visit.read_only() {
        return Ok(Some(refusal));
    }
    let user = visit.session.user();
    let blocks = daemun_auth::blocks_of(visit.api.manager.environment(), user).await?;
    Ok(account_creation::forbidden(visit.api, user, &blocks, visit.language()))
}

async fn posted(visit: &mut Visit<'_>) -> Result<Next, AuthError> {
    if !visit.accepts(TokenType::CreateAccount, TOKEN).await? {
        return begin(visit, Some(Message::new("daemun-page-session-lost"))).await;
    }
    let refusal = forbidden(visit).await?;
    let manager = visit.manager().clone();
    let continues = visit.param(STEP).as_deref() == Some("create-continue");
    let action = if continues { AuthAction::CreateContinue } else { AuthAction::Create };
    let offered = manager.requests(&mut visit.session, action, true).await?;
    let answers = form::answers(visit.request, &offered);
    let by_another = visit.session.user().is_registered();
    let response = if continues {
        manager.resume_account_creation(&mut visit.session, &answers, refusal).await?
    } else {
        let beginning = Beginning { answers: &answers, ..Beginning::default() };
        manager.begin_account_creation(&mut visit.session, beginning, refusal).await?
    };
    match response {
        AuthenticationResponse::Pass { username, .. } if by_another => {
            let name = Param::plaintext(username);
            Ok(Next::Say(Kind::Success, Message::new("daemun-page-account-created").with(name)))
        }
        AuthenticationResponse::Pass { username, .. } => {
            manager.sign_in_new_account(&mut visit.session, &username).await?;
            Ok(Next::Go(visit.return_url()))
        }
        AuthenticationResponse::Ui { requests, message, reason } => {
            let form = form::Form::of_step(&requests, Place::Create, message, reason.is_some());
            Ok(Next::Ask(AuthAction::CreateContinue, form))
        }
        AuthenticationResponse::Fail { message, .. }
        | AuthenticationResponse::Restart { message, .. } => begin(visit, Some(message)).await,
        // The page offers no way to prove oneself elsewhere, so nobody is sent there.
        AuthenticationResponse::Redirect { .. } => begin(visit, None).await,
    }
}

async fn show(
    visit: &mut Visit<'_>,
    action: AuthAction,
    form: form::Form,
) -> Result<Form, AuthError> {
    let title = visit.return_title().unwrap_or_default();
    let query = visit.return_query();
    let back = [("returnto", title.as_str()), ("returntoquery", query.as_str())];
    Ok(Form {
        form: form.focused(),
        action: visit.addresses.page("Special:CreateAccount", &back),
        step: match action {
            AuthAction::CreateContinue => "create-continue",
            _ => "create",
        },
        token: visit.token(TokenType::CreateAccount).await?,
    })
}

impl View for Form {
    const TEMPLATE: Template = template!("create_account.html");

    fn name(&self) -> &'static str {
        "CreateAccount"
    }

    fn title(&self) -> Message {
        Message::new("createaccount")
    }

    fn needs(&self) -> crate::policy::Needs<'_> {
        self.form.needs()
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use crate::form::samples::{asking, every_kind, refused};
        let new = |form, step| Self {
            form,
            action: "/wiki/Special:CreateAccount".to_owned(),
            step,
            token: "0123+\\".to_owned(),
        };
        vec![
            new(every_kind(), "create"),
            new(refused(), "create"),
            new(asking(), "create-continue"),
        ]
    }
}
