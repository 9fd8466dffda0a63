//! `Special:OpenIDConnectReturn`: where OpenID providers send people back to, and from where they
//! go on to the client, perhaps after a question.

use axum::http::header;
use daemun_action_api::http::{Answer, header_of};
use daemun_action_api::skin;
use daemun_auth::AuthError;
use daemun_auth::providers::openid_connect::{Destination, ProviderAnswer, Returned};
use daemun_auth::session::TokenType;
use daemun_messages::{Message, Param, escape_html};

use crate::page::{self, Caching, Visit};

/// The page's name in MediaWiki's form.
const NAME: &str = "OpenIDConnectReturn";
/// What the provider may send, and the form sends again.
const FIELDS: [&str; 4] = ["state", "code", "error", "iss"];

/// Answers a request for the page; `path` stands behind its title.
pub(crate) async fn answer(mut visit: Visit<'_>, path: Option<&str>) -> Answer {
    let (api, request) = (visit.api, visit.request);
    match step(&mut visit, path).await {
        Ok(Step::Go(target)) => visit.redirect(&target),
        Ok(Step::Ask(content, source)) => {
            let title = Message::new("daemun-page-openid");
            let mut answer = visit.page(NAME, &title, &content, Caching::Never);
            // Browsers hold the address that a form leads on to against the policy, too.
            let policy = format!("{} {source}", skin::form_policy());
            answer.headers.retain(|(name, _)| name != header::CONTENT_SECURITY_POLICY);
            answer.headers.extend(header_of(header::CONTENT_SECURITY_POLICY, policy));
            answer
        }
        Ok(Step::Refuse(message)) => {
            let content = format!("<p role=\"alert\">{}</p>", visit.html(&message));
            let title = Message::new("daemun-page-openid-failed");
            let answer = visit.page(NAME, &title, &content, Caching::Never);
            Answer { status: 400, ..answer }
        }
        Err(error) => page::failed(api, request, &error),
    }
}

enum Step {
    Go(String),
    Ask(String, String),
    Refuse(Message),
}

async fn step(visit: &mut Visit<'_>, path: Option<&str>) -> Result<Step, AuthError> {
    let manager = visit.manager();
    let Some(openid) = manager.openid() else {
        return Ok(Step::Refuse(Message::new("daemun-openid-bad-state")));
    };
    let answer = ProviderAnswer {
        state: visit.param("state").unwrap_or_default(),
        code: visit.param("code"),
        error: visit.param("error"),
        issuer: visit.param("iss"),
    };
    let confirmed = visit.is_posted() && visit.accepts(TokenType::Login, "wpToken").await?;
    let sessions = manager.sessions();
    Ok(match openid.returned(sessions, &mut visit.session, path, &answer, confirmed).await? {
        Returned::Refused(message) => Step::Refuse(message),
        Returned::Go(target) => Step::Go(target),
        Returned::Ask(destination) => {
            let content = question(visit, path, &destination).await?;
            Step::Ask(content, destination.source)
        }
    })
}

async fn question(
    visit: &mut Visit<'_>,
    path: Option<&str>,
    destination: &Destination,
) -> Result<String, AuthError> {
    let token = escape_html(&visit.token(TokenType::Login).await?);
    let host = || Param::plaintext(destination.host.clone());
    let key = match destination.account {
        Some(_) => "daemun-page-openid-question-link",
        None => "daemun-page-openid-question",
    };
    let mut message =
        Message::new(key).with(Param::plaintext(destination.provider.clone())).with(host());
    if let Some(account) = &destination.account {
        message = message.with(Param::plaintext(account.clone()));
    }
    let text = visit.html(&message);
    let submit = visit.html(&Message::new("daemun-page-openid-go-on").with(host()));
    let hidden: String = FIELDS
        .iter()
        .filter_map(|name| {
            let value = escape_html(&visit.param(name)?);
            Some(format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">"))
        })
        .collect();
    let title = path.map_or_else(|| NAME.to_owned(), |path| format!("{NAME}/{path}"));
    let target = format!("{}?title=Special:{title}", visit.api.site.script_url("index.php"));
    Ok(format!(
        "<p>{text}</p><form method=\"post\" action=\"{}\">{hidden}\
         <input type=\"hidden\" name=\"wpToken\" value=\"{token}\">\
         <p><button>{submit}</button></p></form>",
        escape_html(&target)
    ))
}
