//! `Special:UserLogin`: the login dialogue in a browser, a form for each step.

use axum::http::header;
use daemun_action_api::http::{Answer, header_of};
use daemun_action_api::record::{LoginMethod, LoginOutcome};
use daemun_auth::AuthError;
use daemun_auth::manager::{Beginning, SecurityStatus};
use daemun_auth::password_reset;
use daemun_auth::providers::openid_connect;
use daemun_auth::request::{AuthAction, common_username};
use daemun_auth::response::AuthenticationResponse;
use daemun_auth::session::TokenType;
use daemun_messages::{Message, Param};

use crate::form::{self, NEW_IMAGE, Place};
use crate::notice::{Kind, Notice};
use crate::page::{self, Caching, Visit};

pub(crate) use views::{Form, Leaving};

mod views;

/// Where the form says which step it is.
const STEP: &str = "authAction";

/// The field of the form's token.
const TOKEN: &str = "wpLoginToken";

/// What somebody must prove again who they are for.
const FORCE: &str = "force";

/// Answers a request for the page.
pub(crate) async fn answer(mut visit: Visit<'_>) -> Answer {
    let (api, request) = (visit.api, visit.request);
    let step = if visit.is_posted() {
        posted(&mut visit).await
    } else if visit.param("state").is_some() {
        returned(&mut visit).await
    } else {
        opened(&mut visit).await
    };
    match step {
        Ok(Next::Go(target)) => visit.redirect(&target),
        Ok(Next::Leave(target)) => leave(visit, target),
        Ok(Next::Refuse(why)) => {
            let title = Message::new("login");
            visit.show(&Notice::new("Userlogin", title, Kind::Error, why), Caching::Never)
        }
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
    /// Nothing can be done.
    Refuse(Message),
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
        let form = match refused {
            Some(refused) => form.refused(refused),
            None => form,
        };
        Ok(Self { action, form })
    }
}

/// Somebody comes to the page.
async fn opened(visit: &mut Visit<'_>) -> Result<Next, AuthError> {
    let is_in = visit.session.user().is_registered();
    if let Some(operation) = proves_again(visit) {
        match visit.manager().security_status(&visit.session, &operation) {
            SecurityStatus::Ok => return Ok(Next::Go(visit.return_url())),
            SecurityStatus::Fail => {
                return Ok(Next::Refuse(Message::new("apierror-cannotreauthenticate")));
            }
            SecurityStatus::Reauthenticate => {}
        }
    } else if is_in && visit.return_title().is_some() {
        // Who followed an old link to sign in first need not do so again.
        return Ok(Next::Go(visit.return_url()));
    }
    let mut ask = Ask::beginning(visit, None).await?;
    ask.form.notice = welcome(visit);
    Ok(Next::Ask(ask))
}

/// What is said to whoever comes to the page.
fn welcome(visit: &Visit<'_>) -> Option<Message> {
    let user = visit.session.user();
    if user.is_registered() {
        let key = match proves_again(visit) {
            Some(_) => "userlogin-reauth",
            None => "userlogin-loggedin",
        };
        return Some(Message::new(key).with(Param::plaintext(user.name())));
    }
    // Other pages send people here with a word of why; nothing else can be put there.
    let why = visit.param("warning").or_else(|| visit.param("error"))?;
    let known = ["exception-nologin-text", "confirmemail_needlogin"];
    known.into_iter().find(|key| *key == why).map(Message::new)
}

async fn posted(visit: &mut Visit<'_>) -> Result<Next, AuthError> {
    if visit.param(NEW_IMAGE).is_some() {
        return Ask::beginning(visit, None).await.map(Next::Ask);
    }
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
        // What a RESTART left waits to be linked, which is asked before it is done.
        let reauthenticates = proves_again(visit).is_some();
        let (answers, preserve) = (&answers, !reauthenticates);
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

/// The operation for which somebody who is in must prove again that it is they.
fn proves_again(visit: &Visit<'_>) -> Option<String> {
    let is_in = visit.session.user().is_registered();
    visit.param(FORCE).filter(|operation| is_in && !operation.is_empty())
}

/// The address of this page, where its form goes.
fn address(visit: &Visit<'_>) -> String {
    let (title, query) = (visit.return_title().unwrap_or_default(), visit.return_query());
    let force = proves_again(visit).unwrap_or_default();
    let query = [("returnto", &*title), ("returntoquery", &*query), (FORCE, &*force)];
    visit.addresses.page("Special:UserLogin", &query)
}

/// Notes how an attempt ended that no provider was asked about.
fn ended(visit: &Visit<'_>, outcome: LoginOutcome, reason: &str) {
    let name = visit.param("wpName").unwrap_or_default();
    visit.request.login_ended(LoginMethod::Page, outcome, &name, Some(reason));
}

async fn form(visit: &mut Visit<'_>, ask: Ask) -> Result<Form, AuthError> {
    let environment = visit.manager().environment();
    let (settings, now) = (&environment.settings, environment.clock.now());
    let is_first = ask.action == AuthAction::Login;
    let user = visit.session.user();
    let mut form = ask.form.hinting(&settings.password_policy);
    if is_first && proves_again(visit).is_some() {
        // Whether they stay signed in was chosen before.
        form = form.about(&user.name()).without("wpRemember");
    } else if form.asks_for_new_password()
        && let Some(name) = visit.param("wpName")
    {
        form = form.about(&name);
    }
    Ok(Form {
        form: form.focused(),
        is_first,
        may_create_account: proves_again(visit).is_none()
            && user.is_allowed("createaccount", &settings.rights, now),
        may_reset_password: password_reset::has_routes(environment) && environment.mailer.is_on(),
        returnto: visit.return_title().unwrap_or_default(),
        returntoquery: visit.return_query(),
        action: address(visit),
        step: if is_first { "login" } else { "login-continue" },
        token: visit.token(TokenType::Login).await?,
    })
}
