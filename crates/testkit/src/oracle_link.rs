//! The test provider of the recorded wiki `link`: it sends people to a place that does not exist and
//! believes what they say when they are back. It shows every way that a provider of the linking kind
//! can go.

use async_trait::async_trait;
use daemun_auth::creation::{AccountCreation, Creation, CredentialChange, ExternalAccount};
use daemun_auth::providers::{Asking, Attempt, Part, Primary, PrimaryAuthenticationProvider};
use daemun_auth::request::{
    AuthAction, AuthenticationRequest, Field, FieldKind, Required, answer_to,
};
use daemun_auth::{AuthError, Environment};
use daemun_messages::Message;
use daemun_store::Account;
use serde_json::json;

const BUTTON: &str = "MediaWiki\\Auth\\ButtonAuthenticationRequest:oraclelink";
const BUTTON_CLASS: &str = "MediaWiki\\Auth\\ButtonAuthenticationRequest";
const SERVER: &str = "MediaWiki\\Extension\\OracleLink\\ServerRequest";
const PIN: &str = "MediaWiki\\Extension\\OracleLink\\PinRequest";
/// Where an account's links are kept: an option of the account.
const OPTION: &str = "oraclelink";

/// The provider.
pub struct OracleLink {
    origin: String,
}

/// Where a step leads.
enum Next {
    Known(String),
    Ask(Vec<AuthenticationRequest>, Message),
    Denied,
}

impl OracleLink {
    /// One that sends people to a place below this address.
    pub fn new(origin: &str) -> Self {
        Self { origin: origin.to_owned() }
    }

    fn redirect(
        &self,
        attempt: &Attempt<'_>,
        purpose: &str,
    ) -> (String, Option<serde_json::Value>, Vec<AuthenticationRequest>) {
        let back: String = url::form_urlencoded::byte_serialize(
            attempt.return_to.as_deref().unwrap_or_default().as_bytes(),
        )
        .collect();
        let target = format!("{}/remote?for={purpose}&return={back}", self.origin);
        let data = json!({"oracle": purpose, "list": [1, 2]});
        let code = Field::new(
            FieldKind::String,
            Message::new("oraclelink-code"),
            Message::new("oraclelink-code-help"),
        );
        let request = AuthenticationRequest::new(SERVER, Required::Required).field("code", code);
        (target, Some(data), vec![request])
    }

    fn next(attempt: &Attempt<'_>) -> Next {
        let code = answer_to(attempt.answers, SERVER).and_then(|answer| answer.text("code"));
        match code {
            Some("pin") => Next::Ask(vec![pin()], Message::new("oraclelink-ui").with(1)),
            Some(code) if code != "deny" => Next::Known(code.to_owned()),
            _ => match answer_to(attempt.answers, PIN).and_then(|answer| answer.text("pin")) {
                Some("1234") => Next::Known("linked:William".to_owned()),
                _ => Next::Denied,
            },
        }
    }
}

fn pressed(attempt: &Attempt<'_>) -> bool {
    answer_to(attempt.answers, BUTTON).is_some_and(|answer| answer.is_pressed("oraclelink"))
}

fn denied() -> Message {
    Message::new("oraclelink-denied")
}

fn pin() -> AuthenticationRequest {
    let help = || Message::new("oraclelink-pin-help");
    let field = |kind, label: &'static str| Field::new(kind, Message::new(label), help());
    let mut color = field(FieldKind::Select, "oraclelink-color").optional();
    for value in ["red", "blue"] {
        color.options.push((value.to_owned(), Message::raw(value)));
    }
    AuthenticationRequest::new(PIN, Required::Required)
        .provider(Message::new("oraclelink-button"))
        .account(Message::raw("PIN for OracleLink"))
        .field("pin", field(FieldKind::Password, "oraclelink-pin"))
        .field("rememberdevice", field(FieldKind::Checkbox, "oraclelink-remember").optional())
        .field("color", color)
}

fn external(id: &str) -> ExternalAccount {
    ExternalAccount {
        provider: "oracle-link".to_owned(),
        id: format!("OracleLink:{id}"),
        provider_name: Message::new("oraclelink-button"),
        account_name: Message::raw(id.to_owned()),
        can_create: true,
        data: json!(id),
    }
}

async fn links(environment: &Environment, account: &Account) -> Result<Option<String>, AuthError> {
    let options = environment.store.accounts.options(account.id).await?;
    Ok(options.into_iter().find(|(name, _)| name == OPTION).map(|(_, value)| value))
}

async fn set_link(
    environment: &Environment,
    account: &Account,
    link: Option<&str>,
) -> Result<(), AuthError> {
    Ok(environment.store.accounts.set_option(account.id, OPTION, link).await?)
}

#[async_trait]
impl PrimaryAuthenticationProvider for OracleLink {
    fn id(&self) -> &'static str {
        "oracle-link"
    }

    fn account_creation(&self) -> AccountCreation {
        AccountCreation::Link
    }

    async fn requests(
        &self,
        asking: &mut Asking<'_>,
    ) -> Result<Vec<AuthenticationRequest>, AuthError> {
        match asking.action {
            AuthAction::Login | AuthAction::Create | AuthAction::Link => {
                let button = Field::new(
                    FieldKind::Button,
                    Message::new("oraclelink-button"),
                    Message::new("oraclelink-help"),
                );
                Ok(vec![
                    AuthenticationRequest::new(BUTTON, Required::Optional)
                        .provider(Message::raw(BUTTON_CLASS))
                        .account(Message::raw(BUTTON))
                        .field("oraclelink", button),
                ])
            }
            AuthAction::Remove | AuthAction::Unlink => {
                let Some(account) = asking.account().cloned() else { return Ok(Vec::new()) };
                let link = links(asking.environment, &account).await?;
                Ok(link
                    .map(|link| {
                        AuthenticationRequest::new(format!("OracleLink:{link}"), Required::Required)
                            .provider(Message::new("oraclelink-button"))
                            .account(Message::raw(link))
                    })
                    .into_iter()
                    .collect())
            }
            _ => Ok(Vec::new()),
        }
    }

    async fn begin(&self, attempt: &mut Attempt<'_>) -> Result<Primary, AuthError> {
        if !pressed(attempt) {
            return Ok(Primary::Abstain);
        }
        let (target, data, requests) = self.redirect(attempt, "login");
        Ok(Primary::Redirect(target, data, requests))
    }

    async fn resume(&self, attempt: &mut Attempt<'_>) -> Result<Primary, AuthError> {
        Ok(match Self::next(attempt) {
            Next::Ask(requests, message) => Primary::Ui(requests, message),
            Next::Denied => Primary::Fail(denied()),
            Next::Known(code) => match code.split_once(':') {
                Some(("linked", name)) => Primary::Pass(name.to_owned()),
                Some(("new", id)) => Primary::Unlinked(external(id)),
                _ => Primary::Pass("No such local user".to_owned()),
            },
        })
    }

    async fn begin_account_creation(
        &self,
        attempt: &mut Attempt<'_>,
        _creation: &mut Creation,
    ) -> Result<Part, AuthError> {
        if !pressed(attempt) {
            return Ok(Part::Abstain);
        }
        let (target, data, requests) = self.redirect(attempt, "create");
        Ok(Part::Redirect(target, data, requests))
    }

    async fn resume_account_creation(
        &self,
        attempt: &mut Attempt<'_>,
        _creation: &mut Creation,
    ) -> Result<Part, AuthError> {
        Ok(match Self::next(attempt) {
            Next::Known(_) => Part::Done,
            Next::Ask(requests, message) => Part::Ui(requests, message),
            Next::Denied => Part::Fail(denied()),
        })
    }

    async fn begin_linking(
        &self,
        attempt: &mut Attempt<'_>,
        _account: &Account,
    ) -> Result<Part, AuthError> {
        if !pressed(attempt) {
            return Ok(Part::Abstain);
        }
        let (target, data, requests) = self.redirect(attempt, "link");
        Ok(Part::Redirect(target, data, requests))
    }

    async fn resume_linking(
        &self,
        attempt: &mut Attempt<'_>,
        account: &Account,
    ) -> Result<Part, AuthError> {
        // A PIN is asked for here, too, but never right.
        let answered = answer_to(attempt.answers, SERVER).is_some();
        Ok(match Self::next(attempt) {
            Next::Known(code) if answered => {
                set_link(attempt.environment, account, Some(&code)).await?;
                Part::Done
            }
            Next::Ask(requests, message) => Part::Ui(requests, message),
            _ => Part::Fail(denied()),
        })
    }

    async fn link(
        &self,
        environment: &Environment,
        account: &Account,
        external: &ExternalAccount,
    ) -> Result<Option<Message>, AuthError> {
        set_link(environment, account, external.data.as_str()).await?;
        Ok(None)
    }

    async fn test_change(
        &self,
        environment: &Environment,
        account: &Account,
        change: &CredentialChange<'_>,
    ) -> Result<Option<Vec<Message>>, AuthError> {
        let link = links(environment, account).await?;
        let is_mine = link.is_some_and(|link| change.id == format!("OracleLink:{link}"));
        Ok(is_mine.then(Vec::new))
    }

    async fn change(
        &self,
        environment: &Environment,
        account: &Account,
        _change: &CredentialChange<'_>,
    ) -> Result<(), AuthError> {
        set_link(environment, account, None).await
    }
}
