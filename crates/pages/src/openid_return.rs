//! `Special:OpenIDConnectReturn`: where OpenID providers send people back to, and from where they
//! go on to the client, perhaps after a question.

use daemun_action_api::http::Answer;
use daemun_auth::AuthError;
use daemun_auth::providers::openid_connect::{Destination, ProviderAnswer, Returned};
use daemun_auth::session::TokenType;
use daemun_messages::Message;
use serde::Serialize;

use crate::notice::{Kind, Notice};
use crate::page::{self, Caching, Visit};
use crate::policy::Needs;
use crate::view::{Template, View, template};

/// The page's name in MediaWiki's form.
const NAME: &str = "OpenIDConnectReturn";
/// What the provider may send, and the form sends again.
const FIELDS: [&str; 4] = ["state", "code", "error", "iss"];

/// Whether to go on to an application elsewhere.
#[derive(Serialize)]
pub(crate) struct Question {
    provider: String,
    /// Who runs the application.
    host: String,
    /// The account that would be linked.
    account: Option<String>,
    /// Whether it is the wiki's own page that goes on.
    is_own: bool,
    #[serde(skip)]
    source: String,
    /// What the provider sent.
    sent: Vec<(&'static str, String)>,
    /// Where the form goes.
    action: String,
    token: String,
}

enum Step {
    Go(String),
    Ask(Question),
    Refuse(Message),
}

/// Answers a request for the page; `path` stands behind its title.
pub(crate) async fn answer(mut visit: Visit<'_>, path: Option<&str>) -> Answer {
    let (api, request) = (visit.api, visit.request);
    match step(&mut visit, path).await {
        Ok(Step::Go(target)) => visit.redirect(&target),
        Ok(Step::Ask(question)) => visit.show(&question, Caching::Never),
        Ok(Step::Refuse(message)) => {
            let title = Message::new("daemun-page-openid-failed");
            let notice = Notice::new(NAME, title, Kind::Error, message);
            let again = visit.addresses.page("Special:UserLogin", &[]);
            let notice = notice.link(again, Message::new("login"));
            Answer { status: 400, ..visit.show(&notice, Caching::Never) }
        }
        Err(error) => page::failed(api, request, &error),
    }
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
        Returned::Ask(destination) => Step::Ask(question(visit, path, destination).await?),
    })
}

async fn question(
    visit: &mut Visit<'_>,
    path: Option<&str>,
    destination: Destination,
) -> Result<Question, AuthError> {
    let sent = FIELDS.iter().filter_map(|name| Some((*name, visit.param(name)?))).collect();
    let title = match path {
        Some(path) => format!("Special:{NAME}/{path}"),
        None => format!("Special:{NAME}"),
    };
    let is_own = destination.source == visit.api.site.server;
    if is_own {
        visit.speaks_as(&destination.return_to);
    }
    Ok(Question {
        provider: destination.provider,
        host: destination.host,
        account: destination.account,
        is_own,
        source: destination.source,
        sent,
        action: visit.addresses.page(&title, &[]),
        token: visit.token(TokenType::Login).await?,
    })
}

impl View for Question {
    const TEMPLATE: Template = template!("openid_return.html");

    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> Message {
        Message::new(match self.is_own {
            true => "linkaccounts",
            false => "daemun-page-openid",
        })
    }

    fn needs(&self) -> Needs<'_> {
        Needs { form_leads_to: Some(&self.source), ..Needs::default() }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let new = |account: Option<&str>, is_own| Self {
            provider: "Example".to_owned(),
            host: "app.example".to_owned(),
            account: account.map(str::to_owned),
            is_own,
            source: "https://app.example".to_owned(),
            sent: vec![("state", "ab12".to_owned())],
            action: "/wiki/Special:OpenIDConnectReturn".to_owned(),
            token: "0123+\\".to_owned(),
        };
        vec![new(None, false), new(Some("Alice"), false), new(Some("Alice"), true)]
    }
}
