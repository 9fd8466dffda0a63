//! Asks somebody who came from elsewhere, and then logged in here, whether to link both accounts
//! (MediaWiki's `ConfirmLinkSecondaryAuthenticationProvider`).

use async_trait::async_trait;
use daemun_messages::{Message, Param};
use daemun_store::Account;

use super::{Attempt, Secondary, SecondaryAuthenticationProvider};
use crate::creation::ExternalAccount;
use crate::error::AuthError;
use crate::request::{AuthenticationRequest, Field, FieldKind, Required, answer_to};

/// First part of MediaWiki's id of the request; the links' ids follow.
const CLASS: &str = "MediaWiki\\Auth\\ConfirmLinkAuthenticationRequest";
/// The field for the links that are wanted.
const FIELD: &str = "confirmedLinkIDs";
/// The button that goes on where a link could not be made.
const OK_ID: &str = "MediaWiki\\Auth\\ButtonAuthenticationRequest:linkOk";
const BUTTON_CLASS: &str = "MediaWiki\\Auth\\ButtonAuthenticationRequest";
/// Notes that the links were tried.
const TRIED: &str = "confirm-link";

/// The provider.
#[derive(Debug)]
pub struct ConfirmLink;

#[async_trait]
impl SecondaryAuthenticationProvider for ConfirmLink {
    fn id(&self) -> &'static str {
        "confirm-link"
    }

    async fn begin(
        &self,
        attempt: &mut Attempt<'_>,
        _account: &Account,
    ) -> Result<Secondary, AuthError> {
        Ok(if attempt.maybe_link.is_empty() { Secondary::Done } else { ask(&attempt.maybe_link) })
    }

    async fn resume(
        &self,
        attempt: &mut Attempt<'_>,
        account: &Account,
    ) -> Result<Secondary, AuthError> {
        if attempt.notes.get::<bool>(TRIED).is_some() {
            return Ok(Secondary::Done);
        }
        let Some(answer) = answer_to(attempt.answers, &id(&attempt.maybe_link)) else {
            return Ok(ask(&attempt.maybe_link));
        };
        let wanted = |link: &&ExternalAccount| answer.chosen(FIELD).contains(&link.id);
        let mut failed = Vec::new();
        for external in attempt.maybe_link.iter().filter(wanted) {
            let mut primaries = attempt.providers.primary.iter();
            let provider = primaries.find(|provider| provider.id() == external.provider);
            let problem = match provider {
                Some(provider) => provider.link(attempt.environment, account, external).await?,
                None => Some(Message::new("authmanager-link-no-primary")),
            };
            failed.extend(problem.map(|problem| {
                Message::new("authprovider-confirmlink-failed-line")
                    .with(shown(external))
                    .with(problem)
            }));
        }
        if failed.is_empty() {
            return Ok(Secondary::Done);
        }
        attempt.notes.set(TRIED, &true);
        let button = Field::new(
            FieldKind::Button,
            Message::new("ok"),
            Message::new("authprovider-confirmlink-ok-help"),
        );
        let request = AuthenticationRequest::new(OK_ID, Required::Required)
            .provider(Message::raw(BUTTON_CLASS))
            .field("linkOk", button);
        let message =
            Message::new("authprovider-confirmlink-failed").with(Message::bullets(failed));
        Ok(Secondary::Ui(vec![request], message))
    }
}

fn ask(links: &[ExternalAccount]) -> Secondary {
    let mut field = Field::new(
        FieldKind::Multiselect,
        Message::new("authprovider-confirmlink-request-label"),
        // MediaWiki has no help for it.
        Message::no_text(),
    )
    .optional();
    field.options = links.iter().map(|link| (link.id.clone(), shown(link))).collect();
    let request = AuthenticationRequest::new(id(links), Required::Required).field(FIELD, field);
    Secondary::Ui(vec![request], Message::new("authprovider-confirmlink-message"))
}

fn id(links: &[ExternalAccount]) -> String {
    let ids: Vec<&str> = links.iter().map(|link| link.id.as_str()).collect();
    format!("{CLASS}:{}", ids.join("|"))
}

fn shown(link: &ExternalAccount) -> Message {
    Message::new("authprovider-confirmlink-option")
        .with(Param::from(link.account_name.clone()))
        .with(Param::from(link.provider_name.clone()))
}
