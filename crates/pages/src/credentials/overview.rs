//! The lists: all that an account signs in with and where it is changed, or what can be removed.

use daemun_auth::providers::{password, temporary_password};
use daemun_auth::request::{AuthAction, AuthenticationRequest};
use daemun_auth::{AuthError, User};
use daemun_messages::{Message, Param};
use serde::Serialize;

use super::{Link, Purpose, address};
use crate::page::Visit;
use crate::view::{Template, View, template};

/// A list.
#[derive(Serialize)]
pub(crate) struct Overview {
    #[serde(skip)]
    purpose: Purpose,
    rows: Vec<Row>,
}

/// Something that an account has or may have.
#[derive(Serialize)]
struct Row {
    what: Message,
    about: Vec<Message>,
    links: Vec<Link>,
}

/// The list of a page.
pub(super) async fn of(
    visit: &mut Visit<'_>,
    purpose: Purpose,
    offered: &[AuthenticationRequest],
) -> Result<Overview, AuthError> {
    let user = visit.session.user().clone();
    let waits = user.account().is_some_and(|account| !account.new_password.is_empty());
    let rows = match purpose {
        Purpose::Change => of_all(visit, &user, offered).await?,
        Purpose::Remove | Purpose::Unlink => {
            // A temporary password is on offer whether there is one or not.
            let there =
                |request: &&AuthenticationRequest| request.id != temporary_password::ID || waits;
            offered.iter().filter(there).map(|request| removable(visit, purpose, request)).collect()
        }
    };
    Ok(Overview { purpose, rows })
}

fn removable(visit: &Visit<'_>, purpose: Purpose, request: &AuthenticationRequest) -> Row {
    let key = match purpose {
        Purpose::Unlink => "daemun-page-unlink",
        _ => "daemun-page-remove",
    };
    let label = Message::new(key).with(request.provider.clone());
    Row {
        what: request.provider.clone(),
        about: vec![request.account.clone()],
        links: vec![Link { address: address(visit, purpose, &request.id), label }],
    }
}

async fn of_all(
    visit: &mut Visit<'_>,
    user: &User,
    offered: &[AuthenticationRequest],
) -> Result<Vec<Row>, AuthError> {
    let mut rows: Vec<Row> =
        offered.iter().map(|request| changeable(visit, user, request)).collect();
    rows.push(address_of(visit, user));
    let manager = visit.manager();
    let links = manager.credentials(&mut visit.session, AuthAction::Unlink, false).await?;
    rows.extend(links.iter().map(|link| removable(visit, Purpose::Unlink, link)));
    let providers = manager.requests(&mut visit.session, AuthAction::Link, false).await?;
    let row = |what, about, page, label| Row {
        what: Message::new(what),
        about: vec![Message::new(about)],
        links: vec![Link { address: visit.addresses.page(page, &[]), label: Message::new(label) }],
    };
    if links.is_empty() && !providers.is_empty() {
        rows.push(row(
            "daemun-page-links",
            "daemun-page-no-links",
            "Special:LinkAccounts",
            "linkaccounts",
        ));
    }
    let settings = &manager.environment().settings;
    if settings.second_factor.enabled {
        rows.push(row(
            "daemun-page-second-factors",
            "daemun-page-second-factors-about",
            "Special:AccountSecurity",
            "daemun-page-to-security",
        ));
    }
    if settings.enable_bot_passwords {
        rows.push(row(
            "botpasswords",
            "daemun-page-bot-passwords-about",
            "Special:BotPasswords",
            "daemun-page-to-bot-passwords",
        ));
    }
    Ok(rows)
}

fn changeable(visit: &Visit<'_>, user: &User, request: &AuthenticationRequest) -> Row {
    let address = address(visit, Purpose::Change, &request.id);
    let has_password = user.account().is_some_and(|account| !account.password.is_empty());
    let (about, label) = match request.id == password::ID {
        true if has_password => {
            (Message::new("daemun-page-has-password"), Message::new("changepassword"))
        }
        true => (Message::new("daemun-page-no-password"), Message::new("daemun-page-set-password")),
        false => {
            let label = Message::new("daemun-page-change").with(request.provider.clone());
            (request.account.clone(), label)
        }
    };
    Row { what: request.provider.clone(), about: vec![about], links: vec![Link { address, label }] }
}

fn address_of(visit: &Visit<'_>, user: &User) -> Row {
    let link =
        |page, label| Link { address: visit.addresses.page(page, &[]), label: Message::new(label) };
    let mut links = vec![link("Special:ChangeEmail", "changeemail")];
    let about = match user.account().filter(|account| !account.email.is_empty()) {
        None => vec![Message::new("daemun-page-no-address")],
        Some(account) => {
            let shown = Message::new("rawmessage").with(Param::plaintext(account.email.clone()));
            let state = match account.email_authenticated {
                Some(_) => "daemun-page-address-confirmed",
                None => {
                    links.push(link("Special:ConfirmEmail", "confirmemail"));
                    "daemun-page-address-unconfirmed"
                }
            };
            vec![shown, Message::new(state)]
        }
    };
    Row { what: Message::new("daemun-page-address"), about, links }
}

impl View for Overview {
    const TEMPLATE: Template = template!("credentials.html");

    fn name(&self) -> &'static str {
        self.purpose.page()
    }

    fn title(&self) -> Message {
        self.purpose.title()
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let row = || Row {
            what: Message::new("authmanager-provider-password"),
            about: vec![Message::new("daemun-page-has-password")],
            links: vec![Link {
                address: "/wiki/Special:ChangeCredentials/A\\B".to_owned(),
                label: Message::new("changepassword"),
            }],
        };
        vec![
            Self { purpose: Purpose::Change, rows: vec![row(), row()] },
            Self { purpose: Purpose::Unlink, rows: Vec::new() },
        ]
    }
}
