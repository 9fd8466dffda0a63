//! `Special:UserLogin`: the login dialogue in a browser, a form for each step.

use daemun_action_api::http::Answer;
use daemun_action_api::record::{LoginMethod, LoginOutcome};
use daemun_auth::AuthError;
use daemun_auth::hashing::Paid;
use daemun_auth::request::{AuthAction, AuthenticationRequest, common_username};
use daemun_auth::response::AuthenticationResponse;
use daemun_auth::session::TokenType;
use daemun_messages::{Message, escape_html};

use crate::page::{self, Caching, Visit};
use crate::{form, titles};

/// Where the form says which step it is.
const STEP: &str = "authAction";

/// Answers a request for the page.
pub(crate) async fn answer(mut visit: Visit<'_>) -> Answer {
    let api = visit.api;
    let step = if visit.is_posted() {
        posted(&mut visit).await
    } else {
        Ok(Next::Ask(Ask::beginning(&visit, None)))
    };
    let step = match step {
        Ok(Next::Go(target)) => return visit.redirect(&target),
        Ok(Next::Ask(ask)) => show(&mut visit, &ask).await,
        Err(error) => Err(error),
    };
    match step {
        Ok(content) => visit.page(&Message::new("login"), &content, Caching::Never),
        Err(AuthError::Busy | AuthError::Contention) => {
            let text = visit.html(&Message::new("apierror-ratelimited"));
            visit.page(&Message::new("login"), &format!("<p>{text}</p>"), Caching::Never)
        }
        Err(error) => page::failed(api, &error),
    }
}

/// What comes after a step.
enum Next {
    /// Another form.
    Ask(Ask),
    /// Another address.
    Go(String),
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
    fn beginning(visit: &Visit<'_>, message: Option<Message>) -> Self {
        let questions = visit.manager().requests(&visit.session, AuthAction::Login);
        Self { action: AuthAction::Login, questions, message }
    }
}

async fn posted(visit: &mut Visit<'_>) -> Result<Next, AuthError> {
    let token = visit.param("wpLoginToken").unwrap_or_default();
    if visit.request.params.in_query("wpLoginToken")
        || !visit.accepts(TokenType::Login, &token).await?
    {
        let message = Message::new("daemun-page-session-lost");
        return Ok(Next::Ask(Ask::beginning(visit, Some(message))));
    }
    let manager = visit.manager();
    if !manager.can_authenticate_now(&visit.session) {
        let response = manager.cannot(AuthAction::Login);
        return Ok(next(visit, response));
    }
    let continues = visit.param(STEP).as_deref() == Some("login-continue");
    let action = if continues { AuthAction::LoginContinue } else { AuthAction::Login };
    let offered = manager.requests(&visit.session, action);
    let answers = form::answers(visit.request, &offered);
    let response = if continues {
        manager.resume(&mut visit.session, &answers).await?
    } else {
        let back = format!("{}{}", visit.api.site.server, visit.url("Special:UserLogin/return"));
        manager.begin(&mut visit.session, &answers, Some(back), Paid::default()).await?
    };
    let words = [LoginOutcome::Pass, LoginOutcome::Fail];
    let name = common_username(&answers).unwrap_or_default();
    visit.request.login_answered(LoginMethod::Page, words, &response, name);
    Ok(next(visit, response))
}

fn next(visit: &Visit<'_>, response: AuthenticationResponse) -> Next {
    let action = AuthAction::LoginContinue;
    match response {
        AuthenticationResponse::Pass { .. } => Next::Go(visit.return_url()),
        AuthenticationResponse::Redirect { target, .. } => Next::Go(target),
        AuthenticationResponse::Ui { requests, message, .. } => {
            Next::Ask(Ask { action, questions: requests, message: Some(message) })
        }
        AuthenticationResponse::Fail { message, .. }
        | AuthenticationResponse::Restart { message, .. } => {
            Next::Ask(Ask::beginning(visit, Some(message)))
        }
    }
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
    let back = visit.param("returnto").unwrap_or_default();
    let target = format!(
        "{}?title=Special:UserLogin&returnto={}&uselang={}",
        visit.api.site.script_url("index.php"),
        titles::encoded(&back),
        titles::encoded(visit.language.code())
    );
    let fields = form::fields(visit, &ask.questions);
    let submit = visit.html(&Message::new("pt-login-button"));
    html.push_str(&format!(
        "<form method=\"post\" action=\"{}\" id=\"userloginForm\">{fields}\
         <input type=\"hidden\" name=\"{STEP}\" value=\"{action}\">\
         <input type=\"hidden\" name=\"wpLoginToken\" value=\"{token}\">\
         <p><button id=\"wpLoginAttempt\" name=\"wploginattempt\" value=\"1\">{submit}</button></p></form>",
        escape_html(&target)
    ));
    Ok(html)
}
