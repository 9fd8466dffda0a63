//! All bot passwords of an account, and the beginning of another.

use daemun_auth::AuthError;
use daemun_auth::bot_passwords::{self, Refusal};
use daemun_auth::grants::BASIC;
use daemun_messages::{Message, Param};
use serde::Serialize;

use super::{APP, NAME, Next, TITLE};
use crate::page::Visit;
use crate::view::{Template, View, template};

/// The list, and the form for a new one's name.
#[derive(Serialize, Default)]
pub(crate) struct List {
    bots: Vec<Bot>,
    action: String,
    /// The name that was typed, and what is wrong with it.
    app: String,
    error: Option<Message>,
}

#[derive(Serialize)]
struct Bot {
    app: String,
    address: String,
    needs_reset: bool,
    grants: Message,
    /// Addresses that it may be used from; `None`: anywhere.
    from: Option<String>,
}

/// Shows the list.
pub(super) async fn all(visit: &Visit<'_>) -> Result<Next, AuthError> {
    Ok(Next::List(list(visit).await?))
}

async fn list(visit: &Visit<'_>) -> Result<List, AuthError> {
    let environment = visit.manager().environment();
    let action = visit.addresses.page(TITLE, &[]);
    let Some(account) = visit.session.user().account() else {
        return Ok(List { action, ..List::default() });
    };
    let all = bot_passwords::list(environment, account).await?;
    let bots = all.iter().map(|bot| {
        let limits = bot_passwords::limits(bot);
        let grants = std::iter::once(BASIC).chain(limits.grants.iter().map(String::as_str));
        Bot {
            app: bot.app_id.clone(),
            address: visit.addresses.page(TITLE, &[(APP, &bot.app_id)]),
            needs_reset: bot_passwords::needs_reset(bot),
            grants: labels(grants),
            from: (!limits.addresses.is_empty()).then(|| limits.addresses.join(", ")),
        }
    });
    Ok(List { bots: bots.collect(), action, ..List::default() })
}

/// Grants by what they allow. One that is not known here is shown by its name.
fn labels<'a>(grants: impl Iterator<Item = &'a str>) -> Message {
    let label = |grant: &str| {
        let key = format!("grant-{grant}");
        if daemun_messages::exists(&key) {
            Message::new(key).into()
        } else {
            Param::plaintext(grant)
        }
    };
    let all: Vec<Param> = grants.map(label).collect();
    Message::new("rawmessage").with(Param::list(all, daemun_messages::ListKind::Semicolon))
}

/// Leads to the form for a new one, if its name can be.
pub(super) async fn begin(visit: &Visit<'_>, app: &str) -> Result<Next, AuthError> {
    if bot_passwords::is_app(app) {
        return Ok(Next::Go(visit.addresses.page(TITLE, &[(APP, app)])));
    }
    let error = Some(Refusal::BadApp.message("", app));
    Ok(Next::List(List { app: app.to_owned(), error, ..list(visit).await? }))
}

impl View for List {
    const TEMPLATE: Template = template!("bot_passwords.html");

    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> Message {
        Message::new("botpasswords")
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let bot = |app: &str, needs_reset, from: Option<&str>| Bot {
            app: app.to_owned(),
            address: format!("/w/index.php?title=Special:BotPasswords&wpappId={app}"),
            needs_reset,
            grants: labels(["basic", "editpage", "of-an-extension"].into_iter()),
            from: from.map(str::to_owned),
        };
        let bots = vec![bot("tool", false, None), bot("old", true, Some("203.0.113.0/24"))];
        let error = Some(Refusal::BadApp.message("", "x\ny"));
        vec![Self::default(), Self { bots, error, ..Self::default() }]
    }
}
