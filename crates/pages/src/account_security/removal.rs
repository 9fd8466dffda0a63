//! Whether to take away an app, or to turn off the second factor altogether.

use daemun_auth::AuthError;
use daemun_auth::second_factor::{self, FactorKind, Owned};
use daemun_auth::session::TokenType;
use daemun_messages::Message;
use daemun_store::Account;
use serde::Serialize;

use super::overview::{self, app_name};
use super::{NAME, Next, Said, TITLE};
use crate::page::Visit;
use crate::view::{Template, View, template};

/// The question.
#[derive(Serialize)]
pub(crate) struct Removal {
    action: String,
    token: String,
    error: Option<Message>,
    /// The app, where others stay.
    app: Option<Message>,
    back: String,
}

/// Takes away what was said, or asks first.
pub(super) async fn step(
    visit: &mut Visit<'_>,
    account: &Account,
    is_accepted: bool,
    lost: Option<Message>,
) -> Result<Next, AuthError> {
    let environment = visit.manager().environment();
    let key = visit.param("key").filter(|key| !key.is_empty());
    let listed = match Owned::load(environment, account.id).await {
        Ok(owned) => owned.listed(),
        // What cannot be read can be taken away all the same, but only as a whole.
        Err(AuthError::Factor(_)) => Vec::new(),
        Err(error) => return Err(error),
    };
    let mut apps: Vec<_> =
        listed.into_iter().filter(|factor| factor.kind == FactorKind::Totp).collect();
    let is_last = apps.len() <= 1;
    let meant = key.as_ref().map(|key| apps.iter().position(|app| app.id.to_string() == *key));
    let one = match meant {
        Some(None) => return overview::show(visit, None).await,
        Some(Some(place)) if !is_last => Some(apps.swap_remove(place)),
        _ => None,
    };
    if is_accepted {
        let Some(app) = one else {
            second_factor::disable(environment, account).await?;
            visit.note("second factors were turned off");
            return overview::show(visit, Some(Said::Done("oathauth-disabledoath"))).await;
        };
        second_factor::remove(environment, account, app.id).await?;
        visit.note("an authenticator app was removed");
        return overview::show(visit, Some(Said::Done("daemun-security-removed"))).await;
    }
    let id = one.as_ref().map(|app| app.id.to_string()).unwrap_or_default();
    Ok(Next::Removal(Removal {
        action: visit.addresses.page(TITLE, &[("action", "disable"), ("key", &id)]),
        token: visit.token(TokenType::Csrf).await?,
        error: lost,
        app: one.map(|app| app_name(app.name)),
        back: visit.addresses.page(TITLE, &[]),
    }))
}

impl View for Removal {
    const TEMPLATE: Template = template!("account_security_removal.html");

    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> Message {
        let key = match self.app {
            Some(_) => "daemun-security-remove-title",
            None => "daemun-security-turn-off",
        };
        Message::new(key)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let sample = |app, error| Self {
            action: "/w/index.php?title=Special:AccountSecurity&action=disable".to_owned(),
            token: "0123+\\".to_owned(),
            error,
            app,
            back: "/wiki/Special:AccountSecurity".to_owned(),
        };
        let lost = Some(Message::new("daemun-page-session-lost"));
        vec![sample(None, lost), sample(Some(app_name(Some("폰".to_owned()))), None)]
    }
}
