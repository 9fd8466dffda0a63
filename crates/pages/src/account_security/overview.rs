//! The page itself: second factors, sessions, and links to the rest.

use daemun_auth::AuthError;
use daemun_auth::second_factor::{FactorKind, Owned};
use daemun_auth::session::TokenType;
use daemun_mediawiki::timestamp::Timestamp;
use daemun_messages::{Message, Param};
use daemun_store::Account;
use serde::Serialize;

use super::sessions::{self, SessionRow};
use super::{NAME, Next, Said, TITLE, has_second_factors};
use crate::notice::Kind;
use crate::page::Visit;
use crate::view::{Template, View, template};

/// So few recovery codes are few.
const FEW: usize = 2;

/// What the page shows.
#[derive(Serialize)]
pub(crate) struct Overview {
    action: String,
    token: String,
    error: Option<Message>,
    done: Option<Message>,
    factors: Option<Factors>,
    sessions: Vec<SessionRow>,
    has_bot_passwords: bool,
}

/// The second factors.
#[derive(Serialize, Default)]
struct Factors {
    is_on: bool,
    /// The rows cannot be read.
    is_broken: bool,
    may_add: bool,
    apps: Vec<App>,
    codes_left: Option<usize>,
    codes_are_few: bool,
    /// Groups that need one.
    groups: Option<Message>,
    add: String,
    turn_off: String,
}

#[derive(Serialize)]
struct App {
    name: Message,
    added: Option<Message>,
    remove: String,
}

/// A time in words.
pub(super) fn moment(at: Timestamp) -> Message {
    Message::new("rawmessage").with(Param::DateTime(at.to_iso()))
}

/// What an app is called.
pub(super) fn app_name(name: Option<String>) -> Message {
    match name {
        Some(name) => Message::new("rawmessage").with(Param::plaintext(name)),
        None => Message::new("daemun-security-app"),
    }
}

/// Shows the page as things stand now, with what is said above it.
pub(super) async fn show(visit: &mut Visit<'_>, said: Option<Said>) -> Result<Next, AuthError> {
    let Some(account) = visit.session.user().account().cloned() else {
        return Ok(Next::Say(Kind::Error, Message::new("exception-nologin-text")));
    };
    let factors =
        if has_second_factors(visit) { Some(factors(visit, &account).await?) } else { None };
    let (error, done) = match said {
        None => (None, None),
        Some(Said::Error(error)) => (Some(error), None),
        Some(Said::Done(key)) => (None, Some(Message::new(key))),
    };
    Ok(Next::Overview(Box::new(Overview {
        action: visit.addresses.page(TITLE, &[]),
        token: visit.token(TokenType::Csrf).await?,
        error,
        done,
        factors,
        sessions: sessions::rows(visit).await?,
        has_bot_passwords: visit.manager().environment().settings.enable_bot_passwords,
    })))
}

async fn factors(visit: &Visit<'_>, account: &Account) -> Result<Factors, AuthError> {
    let environment = visit.manager().environment();
    let (settings, now) = (&environment.settings, environment.clock.now());
    let owned = match Owned::load(environment, account.id).await {
        Ok(owned) => owned,
        Err(AuthError::Factor(error)) => {
            tracing::error!(%error, "second factors cannot be shown");
            return Ok(Factors { is_broken: true, ..Factors::default() });
        }
        Err(error) => return Err(error),
    };
    let page = |query: &[(&str, &str)]| visit.addresses.page(TITLE, query);
    let apps = owned.listed().into_iter().filter(|factor| factor.kind == FactorKind::Totp);
    let left = owned.recovery_codes_left();
    let may = visit.session.user().is_allowed("oathauth-enable", &settings.rights, now);
    Ok(Factors {
        is_on: !owned.is_empty(),
        is_broken: false,
        may_add: may && environment.store.factors.can_be_added().await?,
        apps: apps
            .map(|app| App {
                name: app_name(app.name),
                added: app.created.map(moment),
                remove: page(&[("action", "disable"), ("key", &app.id.to_string())]),
            })
            .collect(),
        codes_left: (!owned.is_empty()).then_some(left),
        codes_are_few: left <= FEW,
        groups: demanding_groups(account, &settings.second_factor.required_for_groups),
        add: page(&[("action", "enable"), ("module", "totp")]),
        turn_off: page(&[("action", "disable")]),
    })
}

/// The account's groups that give nothing without a second factor.
fn demanding_groups(account: &Account, demanding: &[String]) -> Option<Message> {
    let name = |group: &String| {
        let key = format!("group-{group}");
        if daemun_messages::exists(&key) {
            Param::from(Message::new(key))
        } else {
            Param::plaintext(group.as_str())
        }
    };
    let own = account.groups.iter().map(|membership| &membership.group);
    let names: Vec<Param> = own.filter(|group| demanding.contains(group)).map(name).collect();
    let count = i64::try_from(names.len()).unwrap_or(i64::MAX);
    (count > 0)
        .then(|| Message::new("daemun-security-groups").with(Param::commas(names)).with(count))
}

impl View for Overview {
    const TEMPLATE: Template = template!("account_security.html");

    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> Message {
        Message::new("daemun-page-security")
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let at = Timestamp(1_795_325_407);
        let session = |app: Option<&str>, is_this| {
            sessions::row(daemun_auth::session::AccountSession {
                handle: if is_this { "ab".repeat(16) } else { "cd".repeat(16) },
                is_this,
                provider: daemun_auth::session::SessionProvider::Cookie,
                app_id: app.map(str::to_owned),
                remember: is_this,
                began: is_this.then_some(at),
                used: is_this.then_some(at),
                address: if is_this { "2001:db8::7".to_owned() } else { String::new() },
                agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0".to_owned(),
            })
        };
        let app = |name: Option<&str>| App {
            name: app_name(name.map(str::to_owned)),
            added: name.map(|_| moment(at)),
            remove: "/w/index.php?title=Special:AccountSecurity&action=disable&key=1".to_owned(),
        };
        let on = Factors {
            is_on: true,
            may_add: true,
            apps: vec![app(None), app(Some("폰"))],
            codes_left: Some(2),
            codes_are_few: true,
            ..Factors::default()
        };
        let groups = Message::new("daemun-security-groups").with("Administrators").with(1);
        let off = Factors { may_add: true, groups: Some(groups), ..Factors::default() };
        let broken = Factors { is_broken: true, ..Factors::default() };
        let sample = |factors, sessions| Self {
            action: "/wiki/Special:AccountSecurity".to_owned(),
            token: "0123+\\".to_owned(),
            error: None,
            done: Some(Message::new("daemun-security-ended")),
            factors,
            sessions,
            has_bot_passwords: true,
        };
        let error = Some(Message::new("daemun-page-session-lost"));
        vec![
            sample(Some(on), vec![session(None, true), session(Some("tool"), false)]),
            sample(Some(off), vec![session(None, true)]),
            Self { done: None, ..sample(Some(Factors::default()), Vec::new()) },
            Self { error, done: None, ..sample(Some(broken), Vec::new()) },
            sample(None, Vec::new()),
        ]
    }
}
