//! `Special:CreateAccount`: an account is made with a form, and whoever made it for themselves is in.

use daemun_action_api::http::Answer;
use daemun_action_api::modules::account_creation;
use daemun_auth::AuthError;
use daemun_auth::manager::Beginning;
use daemun_auth::request::{AuthAction, AuthenticationRequest};
use daemun_auth::response::AuthenticationResponse;
use daemun_auth::session::TokenType;
use daemun_messages::{Message, Param, escape_html};

use crate::page::{self, Caching, Visit};
use crate::{form, titles};

/// Where the form says which step it is.
const STEP: &str = "authAction";
/// The field of its token.
const TOKEN: &str = "wpCreateaccountToken";

/// What comes after a step.
enum Next {
    /// A form, with what to say above it.
    Ask(AuthAction, Vec<AuthenticationRequest>, Option<Message>),
    /// Nothing: this is all there is to say.
    Say(Message),
    /// Another address.
    Go(String),
}

/// Answers a request for the page.
pub(crate) async fn answer(mut visit: Visit<'_>) -> Answer {
    let (api, request) = (visit.api, visit.request);
    let next =
        if visit.is_posted() { posted(&mut visit).await } else { begin(&mut visit, None).await };
    let content = match next {
        Ok(Next::Go(target)) => return visit.redirect(&target),
        Ok(Next::Say(message)) => Ok(format!("<p>{}</p>", visit.html(&message))),
        Ok(Next::Ask(action, questions, message)) => {
            show(&mut visit, action, &questions, message.as_ref()).await
        }
        Err(error) => Err(error),
    };
    let title = Message::new("createaccount");
    match content {
        Ok(content) => visit.page("CreateAccount", &title, &content, Caching::Never),
        Err(AuthError::Busy | AuthError::Contention) => page::busy(visit),
        Err(error) => page::failed(api, request, &error),
    }
}

async fn begin(visit: &mut Visit<'_>, message: Option<Message>) -> Result<Next, AuthError> {
    if let Some(refusal) = forbidden(visit).await? {
        return Ok(Next::Say(refusal));
    }
    let (manager, action) = (visit.manager().clone(), AuthAction::Create);
    let questions = manager.requests(&mut visit.session, action, false).await?;
    Ok(Next::Ask(action, questions, message))
}

async fn forbidden(visit: &Visit<'_>) -> Result<Option<Message>, AuthError> {
    if let Some(reason) = &visit.manager().environment().settings.read_only {
        return Ok(Some(Message::new("readonlytext").with(Param::plaintext(reason.clone()))));
    }
    let user = visit.session.user();
    let blocks = daemun_auth::blocks_of(visit.api.manager.environment(), user).await?;
    Ok(account_creation::forbidden(visit.api, user, &blocks, &visit.language))
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
            Ok(Next::Say(Message::new("daemun-page-account-created").with(name)))
        }
        AuthenticationResponse::Pass { username, .. } => {
            manager.sign_in_new_account(&mut visit.session, &username).await?;
            Ok(Next::Go(visit.return_url()))
        }
        AuthenticationResponse::Ui { requests, message, .. } => {
            Ok(Next::Ask(AuthAction::CreateContinue, requests, Some(message)))
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
    questions: &[AuthenticationRequest],
    message: Option<&Message>,
) -> Result<String, AuthError> {
    let token = escape_html(&visit.token(TokenType::CreateAccount).await?);
    let above = message.map(|message| {
        let text = visit.html(message);
        format!("<div role=\"alert\" class=\"mw-message-box\"><p>{text}</p></div>")
    });
    let step = match action {
        AuthAction::CreateContinue => "create-continue",
        _ => "create",
    };
    let target = format!(
        "{}?title=Special:CreateAccount&returnto={}&uselang={}",
        visit.api.site.script_url("index.php"),
        titles::encoded(&visit.return_title().unwrap_or_default()),
        titles::encoded(visit.language.code())
    );
    let fields = form::fields(visit, questions);
    let submit = visit.html(&Message::new("createaccount-submit"));
    Ok(format!(
        "{}<form method=\"post\" action=\"{}\" id=\"userlogin2\">{fields}\
         <input type=\"hidden\" name=\"{STEP}\" value=\"{step}\">\
         <input type=\"hidden\" name=\"{TOKEN}\" value=\"{token}\">\
         <p><button id=\"wpCreateaccount\" name=\"wpCreateaccount\" value=\"1\">{submit}</button></p></form>",
        above.unwrap_or_default(),
        escape_html(&target)
    ))
}
