//! `Special:CreateAccount`: an account is made with a form, and whoever made it for themselves is in.

use daemun_action_api::http::Answer;
use daemun_action_api::modules::account_creation;
use daemun_auth::AuthError;
use daemun_auth::creation::ExternalAccount;
use daemun_auth::manager::Beginning;
use daemun_auth::request::{AuthAction, Required};
use daemun_auth::response::AuthenticationResponse;
use daemun_auth::session::TokenType;
use daemun_messages::{Message, Param};
use serde::Serialize;

use crate::form::{self, NEW_IMAGE, Place};
use crate::notice::{Kind, Notice};
use crate::page::{self, Caching, Visit};
use crate::policy::Needs;
use crate::view::{Template, View, template};

/// Where the form says which step it is.
const STEP: &str = "authAction";
/// The field of its token.
const TOKEN: &str = "wpCreateaccountToken";

/// Says that an account elsewhere, which was proved before, is to be linked to the new one.
const PRESERVE: &str = "preserve";

/// The form of a step.
#[derive(Serialize)]
pub(crate) struct Form {
    form: form::Form,
    /// Whether it is the first, on which an account elsewhere is to be linked.
    links: bool,
    /// Whether somebody makes the account for somebody else.
    for_another: bool,
    returnto: String,
    returntoquery: String,
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
    let mut questions = manager.requests(&mut visit.session, action, false).await?;
    let external = elsewhere(visit);
    if external.is_some() {
        // Who signs in elsewhere needs no password here.
        questions.retain(|question| question.required != Required::PrimaryRequired);
    }
    let mut form = form::Form::of(&questions, Place::Create).filled_again(visit);
    form.notice = external.map(|external| {
        Message::new("daemun-page-create-linked")
            .with(external.provider_name)
            .with(external.account_name)
    });
    if let Some(refused) = refused {
        form = form.refused(refused);
    }
    Ok(Next::Ask(action, form))
}

/// The account elsewhere that the visitor has just proved to hold, and for which one may be made
/// here.
fn elsewhere(visit: &Visit<'_>) -> Option<ExternalAccount> {
    let is_stranger = !visit.session.user().is_registered();
    let preserved = is_stranger.then(|| visit.manager().preserved(&visit.session))?;
    preserved.external
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
    if visit.param(NEW_IMAGE).is_some() {
        return begin(visit, None).await;
    }
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
        let preserve = visit.param(PRESERVE).is_some();
        let beginning = Beginning { answers: &answers, preserve, ..Beginning::default() };
        manager.begin_account_creation(&mut visit.session, beginning, refusal).await?
    };
    match response {
        AuthenticationResponse::Pass { username, .. } if by_another => {
            let mailed = answers.iter().any(|answer| answer.is_pressed("mailpassword"));
            let key = if mailed { "accmailtext" } else { "daemun-page-account-created" };
            let said = Message::new(key).with(Param::plaintext(username));
            let address = answers.iter().find_map(|answer| answer.text("email"));
            let said = said.with(Param::plaintext(address.unwrap_or_default()));
            Ok(Next::Say(Kind::Success, said))
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
    let (returnto, returntoquery) =
        (visit.return_title().unwrap_or_default(), visit.return_query());
    let back = [("returnto", returnto.as_str()), ("returntoquery", returntoquery.as_str())];
    let policy = &visit.manager().environment().settings.password_policy;
    Ok(Form {
        form: form.hinting(policy).focused(),
        links: action == AuthAction::Create && elsewhere(visit).is_some(),
        for_another: visit.session.user().is_registered(),
        action: visit.addresses.page("Special:CreateAccount", &back),
        step: match action {
            AuthAction::CreateContinue => "create-continue",
            _ => "create",
        },
        token: visit.token(TokenType::CreateAccount).await?,
        returnto,
        returntoquery,
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

    fn needs(&self) -> Needs<'_> {
        self.form.needs()
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use crate::form::samples::{asking, every_kind, refused};
        let new = |form, step| Self {
            form,
            links: step == "create",
            for_another: step != "create",
            returnto: String::new(),
            returntoquery: String::new(),
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
