//! `Special:UserLogin`: the login dialogue in a browser, a form for each step.

use axum::http::header;
use daemun_action_api::http::{Answer, header_of};
use daemun_action_api::record::{LoginMethod, LoginOutcome};
use daemun_auth::AuthError;
use daemun_auth::manager::Beginning;
use daemun_auth::providers::openid_connect;
use daemun_auth::request::{AuthAction, common_username};
use daemun_auth::response::AuthenticationResponse;
use daemun_auth::session::TokenType;
use daemun_messages::Message;

use crate::form::{self, Place};
use crate::page::{self, Caching, Visit};

pub(crate) use views::{Form, Leaving};

mod again;
mod views;

/// Where the form says which step it is.
const STEP: &str = "authAction";

/// The field of the form's token.
const TOKEN: &str = "wpLoginToken";

/// Answers a request for the page.
pub(crate) async fn answer(mut visit: Visit<'_>) -> Answer {
    let (api, request) = (visit.api, visit.request);
    let step = if visit.is_posted() {
        posted(&mut visit).await
    } else if visit.param("state").is_some() {
        returned(&mut visit).await
    } else if again::is_proven(&visit) {
        Ok(Next::Go(visit.return_url()))
    } else {
        Ask::beginning(&mut visit, None).await.map(Next::Ask)
    };
    match step {
        Ok(Next::Go(target)) => visit.redirect(&target),
        Ok(Next::Leave(target)) => leave(visit, target),
        Ok(Next::Ask(ask)) => match form(&mut visit, ask).await {
            Ok(form) => visit.show(&form, Caching::Never),
            Err(error) => page::failed(api, request, &error),
        },
        Err(AuthError::Busy | AuthError::Contention) => {
            ended(&visit, LoginOutcome::Busy, "ratelimited");
            request.explain(|| Message::new("daemun-explain-busy"));
            page::busy(visit)
        }
        Err(error) => page::failed(api, request, &error),
    }
}

/// What comes after a step.
enum Next {
    /// Another form.
    Ask(Ask),
    /// Another address.
    Go(String),
    /// An address elsewhere.
    Leave(String),
}

/// A form to show.
struct Ask {
    /// What it goes on with.
    action: AuthAction,
    /// The questions.
    form: form::Form,
}

impl Ask {
    /// The first form, perhaps once more because what was filled in was refused.
    async fn beginning(visit: &mut Visit<'_>, refused: Option<Message>) -> Result<Self, AuthError> {
        let (manager, action) = (visit.manager().clone(), AuthAction::Login);
        let questions = manager.requests(&mut visit.session, action, false).await?;
        let form = form::Form::of(&questions, Place::Login).filled_again(visit);
        let form = again::fixed(visit, form);
        let form = match refused {
            Some(refused) => form.refused(refused),
            None => form,
        };
        Ok(Self { action, form })
    }
}

async fn posted(visit: &mut Visit<'_>) -> Result<Next, AuthError> {
    let typed = visit.param("wpName").unwrap_or_default();
    visit.request.login_begins(LoginMethod::Page, &typed);
    if !visit.accepts(TokenType::Login, TOKEN).await? {
        ended(visit, LoginOutcome::Error, "badtoken");
        visit.request.explain_token(TOKEN, &visit.session, visit.manager().sessions());
        let message = Message::new("daemun-page-session-lost");
        return Ask::beginning(visit, Some(message)).await.map(Next::Ask);
    }
    let manager = visit.manager().clone();
    if let Some(refusal) = visit.read_only() {
        ended(visit, LoginOutcome::Error, "readonly");
        visit.request.explain(|| Message::new("daemun-explain-read-only"));
        return Ask::beginning(visit, Some(refusal)).await.map(Next::Ask);
    }
    let continues = visit.param(STEP).as_deref() == Some("login-continue");
    let action = if continues { AuthAction::LoginContinue } else { AuthAction::Login };
    let offered = manager.requests(&mut visit.session, action, true).await?;
    let answers = form::answers(visit.request, &offered);
    let response = if continues {
        manager.resume(&mut visit.session, &answers).await?
    } else {
        let return_to = Some(format!("{}{}", visit.api.site.server, address(visit)));
        let reauthenticates = again::operation(visit).is_some();
        // What a RESTART left waits to be linked, which is asked before it is done.
        let preserve = !reauthenticates;
        let answers = &answers;
        let beginning =
            Beginning { answers, return_to, preserve, reauthenticates, ..Beginning::default() };
        manager.begin(&mut visit.session, beginning).await?
    };
    let words = [LoginOutcome::Pass, LoginOutcome::Fail];
    let name = common_username(&answers).unwrap_or_default();
    visit.request.login_answered(LoginMethod::Page, words, &response, name);
    visit.request.explain_step(&response, manager.sessions());
    next(visit, response).await
}

async fn next(visit: &mut Visit<'_>, response: AuthenticationResponse) -> Result<Next, AuthError> {
    let action = AuthAction::LoginContinue;
    Ok(match response {
        AuthenticationResponse::Pass { .. } => Next::Go(visit.return_url()),
        AuthenticationResponse::Ui { requests, message, reason } => {
            let form = form::Form::of_step(&requests, Place::Login, message, reason.is_some());
            Next::Ask(Ask { action, form })
        }
        AuthenticationResponse::Fail { message, .. }
        | AuthenticationResponse::Restart { message, .. } => {
            Next::Ask(Ask::beginning(visit, Some(message)).await?)
        }
        AuthenticationResponse::Redirect { target, .. } => Next::Leave(target),
    })
}

/// Sends the browser to a provider elsewhere. Not by a redirect: browsers let forms of this page
/// lead nowhere else.
pub(crate) fn leave(visit: Visit<'_>, target: String) -> Answer {
    let refresh = header_of(header::REFRESH, format!("0; url={target}"));
    let mut answer = visit.show(&Leaving { target }, Caching::Never);
    answer.headers.extend(refresh);
    answer
}

/// Goes on after the return from an OpenID provider: what it sent is in the session already, put
/// there by the page that it sent it to.
async fn returned(visit: &mut Visit<'_>) -> Result<Next, AuthError> {
    let manager = visit.manager().clone();
    let offered = manager.requests(&mut visit.session, AuthAction::LoginContinue, true).await?;
    if !offered.iter().any(|request| request.id == openid_connect::RESPONSE) {
        return Ask::beginning(visit, None).await.map(Next::Ask);
    }
    visit.request.login_begins(LoginMethod::Page, "");
    let response = manager.resume(&mut visit.session, &[]).await?;
    let words = [LoginOutcome::Pass, LoginOutcome::Fail];
    visit.request.login_answered(LoginMethod::Page, words, &response, "");
    visit.request.explain_step(&response, manager.sessions());
    next(visit, response).await
}

/// The address of this page, where its form goes.
fn address(visit: &Visit<'_>) -> String {
    let title = visit.return_title().unwrap_or_default();
    let query = visit.return_query();
    let force = again::operation(visit).unwrap_or_default();
    let back = [("returnto", &*title), ("returntoquery", &*query), ("force", &*force)];
    visit.addresses.page("Special:UserLogin", &back)
}

/// Notes how an attempt ended that no provider was asked about.
fn ended(visit: &Visit<'_>, outcome: LoginOutcome, reason: &str) {
    let name = visit.param("wpName").unwrap_or_default();
    visit.request.login_ended(LoginMethod::Page, outcome, &name, Some(reason));
}

async fn form(visit: &mut Visit<'_>, ask: Ask) -> Result<Form, AuthError> {
    let is_first = ask.action == AuthAction::Login;
    let mut form = ask.form;
    if is_first && form.error.is_none() {
        form.notice = again::notice(visit);
    }
    Ok(Form {
        form: form.focused(),
        is_first,
        action: address(visit),
        step: if is_first { "login" } else { "login-continue" },
        token: visit.token(TokenType::Login).await?,
    })
}
