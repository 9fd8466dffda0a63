//! `Special:UserLogin`: the login dialogue in a browser, a form for each step.

use axum::http::header;
use daemun_action_api::http::{Answer, header_of};
use daemun_action_api::record::{LoginMethod, LoginOutcome};
use daemun_auth::AuthError;
use daemun_auth::manager::Beginning;
use daemun_auth::providers::openid_connect;
use daemun_auth::request::{AuthAction, AuthenticationRequest, common_username};
use daemun_auth::response::AuthenticationResponse;
use daemun_auth::session::TokenType;
use daemun_messages::{Message, escape_html};

use crate::page::{self, Caching, Visit};
use crate::{form, titles};

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
    } else {
        Ask::beginning(&mut visit, None).await.map(Next::Ask)
    };
    let step = match step {
        Ok(Next::Go(target)) => return visit.redirect(&target),
        Ok(Next::Leave(target)) => return leave(visit, &target),
        Ok(Next::Ask(ask)) => show(&mut visit, &ask).await,
        Err(error) => Err(error),
    };
    match step {
        Ok(content) => visit.page("Userlogin", &Message::new("login"), &content, Caching::Never),
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
    questions: Vec<AuthenticationRequest>,
    /// What to say above them.
    message: Option<Message>,
}

impl Ask {
    async fn beginning(visit: &mut Visit<'_>, message: Option<Message>) -> Result<Self, AuthError> {
        let (manager, action) = (visit.manager().clone(), AuthAction::Login);
        let questions = manager.requests(&mut visit.session, action, false).await?;
        Ok(Self { action, questions, message })
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
    if let Some(reason) = &manager.environment().settings.read_only {
        ended(visit, LoginOutcome::Error, "readonly");
        visit.request.explain(|| Message::new("daemun-explain-read-only"));
        let reason = daemun_messages::Param::plaintext(reason.clone());
        let message = Message::new("readonlytext").with(reason);
        return Ask::beginning(visit, Some(message)).await.map(Next::Ask);
    }
    let continues = visit.param(STEP).as_deref() == Some("login-continue");
    let action = if continues { AuthAction::LoginContinue } else { AuthAction::Login };
    let offered = manager.requests(&mut visit.session, action, true).await?;
    let answers = form::answers(visit.request, &offered);
    let response = if continues {
        manager.resume(&mut visit.session, &answers).await?
    } else {
        let return_to = Some(form_url(visit, true));
        // What a RESTART left waits to be linked, which is asked before it is done.
        let beginning =
            Beginning { answers: &answers, return_to, preserve: true, ..Beginning::default() };
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
        AuthenticationResponse::Ui { requests, message, .. } => {
            Next::Ask(Ask { action, questions: requests, message: Some(message) })
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
fn leave(visit: Visit<'_>, target: &str) -> Answer {
    let text = visit.html(&Message::new("daemun-page-leave-link"));
    let content = format!("<p><a href=\"{}\">{text}</a></p>", escape_html(target));
    let title = Message::new("daemun-page-leave");
    let mut answer = visit.page("Userlogin", &title, &content, Caching::Never);
    answer.headers.extend(header_of(header::REFRESH, format!("0; url={target}")));
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

/// The address of this page, for a form or from elsewhere.
fn form_url(visit: &Visit<'_>, whole: bool) -> String {
    let back = visit.return_title().unwrap_or_default();
    format!(
        "{}{}?title=Special:UserLogin&returnto={}&uselang={}",
        if whole { visit.api.site.server.as_str() } else { "" },
        visit.api.site.script_url("index.php"),
        titles::encoded(&back),
        titles::encoded(visit.language.code())
    )
}

/// Notes how an attempt ended that no provider was asked about.
fn ended(visit: &Visit<'_>, outcome: LoginOutcome, reason: &str) {
    let name = visit.param("wpName").unwrap_or_default();
    visit.request.login_ended(LoginMethod::Page, outcome, &name, Some(reason));
}

async fn show(visit: &mut Visit<'_>, ask: &Ask) -> Result<String, AuthError> {
    let token = escape_html(&visit.token(TokenType::Login).await?);
    let mut html = String::new();
    if let Some(message) = &ask.message {
        let text = visit.html(message);
        html.push_str(&format!("<div role=\"alert\" class=\"mw-message-box\"><p>{text}</p></div>"));
    } else if visit.session.user().is_registered() {
        let name = daemun_messages::Param::plaintext(visit.session.user().name());
        let text = visit.html(&Message::new("userlogin-loggedin").with(name));
        html.push_str(&format!("<p>{text}</p>"));
    }
    let action = match ask.action {
        AuthAction::LoginContinue => "login-continue",
        _ => "login",
    };
    let target = form_url(visit, false);
    let fields = form::fields(visit, &ask.questions);
    let submit = visit.html(&Message::new("pt-login-button"));
    html.push_str(&format!(
        "<form method=\"post\" action=\"{}\" id=\"userloginForm\">{fields}\
         <input type=\"hidden\" name=\"{STEP}\" value=\"{action}\">\
         <input type=\"hidden\" name=\"{TOKEN}\" value=\"{token}\">\
         <p><button id=\"wpLoginAttempt\" name=\"wploginattempt\" value=\"1\">{submit}</button></p></form>",
        escape_html(&target)
    ));
    Ok(html)
}
