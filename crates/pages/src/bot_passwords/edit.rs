//! The form of one bot password: what it allows, and buttons to make, change and delete it.

use daemun_auth::AuthError;
use daemun_auth::bot_passwords::{self, Limits, Refusal};
use daemun_auth::grants::{self, BASIC, Grant, Group, Risk};
use daemun_auth::session::TokenType;
use daemun_auth::user::User;
use daemun_messages::{Message, Param};
use daemun_store::Account;
use serde::Serialize;

use super::{APP, Made, NAME, Next, TITLE};
use crate::notice::Kind;
use crate::page::Visit;
use crate::view::{Template, View, template};

/// The form.
#[derive(Serialize)]
pub(crate) struct Edit {
    is_new: bool,
    needs_reset: bool,
    app: String,
    /// `Name@app`.
    login: String,
    action: String,
    token: String,
    error: Option<Message>,
    bad_addresses: Option<Message>,
    groups: Vec<GrantGroup>,
    /// One a line.
    addresses: String,
    /// One a line.
    pages: String,
    list: String,
}

#[derive(Serialize)]
struct GrantGroup {
    title: Message,
    grants: Vec<GrantRow>,
}

#[derive(Serialize)]
struct GrantRow {
    /// Its field.
    name: String,
    label: Message,
    risk: Option<Message>,
    /// The rights that it hands on, with commas.
    rights: String,
    /// Whether the account has any of them.
    gives: bool,
    checked: bool,
}

/// What is filled in, and what is wrong with it.
#[derive(Default)]
struct Filled {
    limits: Limits,
    refusal: Option<Refusal>,
    error: Option<Message>,
}

/// Does what was pressed, or shows the form.
pub(super) async fn step(visit: &mut Visit<'_>, app: String) -> Result<Next, AuthError> {
    let Some(account) = visit.session.user().account().cloned() else {
        return Ok(Next::Say(Kind::Error, Message::new("exception-nologin-text")));
    };
    if !bot_passwords::is_app(&app) {
        return Ok(Next::Say(Kind::Error, Refusal::BadApp.message(&account.name, &app)));
    }
    let op = if visit.is_posted() { visit.param("op").unwrap_or_default() } else { String::new() };
    if op == "cancel" {
        return Ok(Next::Go(visit.addresses.page(TITLE, &[])));
    }
    let environment = visit.manager().environment();
    let known = bot_passwords::get(environment, &account, &app).await?;
    let mut filled = Filled::default();
    if visit.is_posted() {
        filled.limits = posted(visit);
        if visit.accepts(TokenType::Csrf, "wpEditToken").await? {
            match done(visit, &account, &app, &op, &filled.limits).await? {
                Ok(next) => return Ok(next),
                Err(refusal) => filled.refusal = Some(refusal),
            }
        } else {
            filled.error = Some(Message::new("daemun-page-session-lost"));
        }
    } else if let Some(bot) = &known {
        filled.limits = bot_passwords::limits(bot);
    }
    let refused = filled.refusal.as_ref().map(|refusal| refusal.message(&account.name, &app));
    let is_address = matches!(filled.refusal, Some(Refusal::BadAddresses(_)));
    let (bad_addresses, error) =
        if is_address { (refused, filled.error) } else { (None, filled.error.or(refused)) };
    Ok(Next::Edit(Edit {
        is_new: known.is_none(),
        needs_reset: known.as_ref().is_some_and(bot_passwords::needs_reset),
        login: format!("{}@{app}", account.name),
        action: visit.addresses.page(TITLE, &[(APP, &app)]),
        app,
        token: visit.token(TokenType::Csrf).await?,
        error,
        bad_addresses,
        groups: groups(visit, visit.session.user(), &filled.limits),
        addresses: filled.limits.addresses.join("\n"),
        pages: filled.limits.pages.join("\n"),
        list: visit.addresses.page(TITLE, &[]),
    }))
}

async fn done(
    visit: &Visit<'_>,
    account: &Account,
    app: &str,
    op: &str,
    limits: &Limits,
) -> Result<Result<Next, Refusal>, AuthError> {
    let environment = visit.manager().environment();
    let asker = || visit.request.address.into();
    let made =
        |key, body, password| Next::Made(Made::new(visit, account, app, (key, body), password));
    Ok(match op {
        "create" => {
            let created = bot_passwords::create(environment, asker(), account, app, limits).await?;
            created.map(|password| {
                visit.note("a bot password was made");
                made("botpasswords-created-title", "botpasswords-created-body", Some(password))
            })
        }
        "update" => {
            let reset = visit.param("wpresetPassword").is_some();
            let updated =
                bot_passwords::update(environment, asker(), account, app, limits, reset).await?;
            updated.map(|password| {
                visit.note("a bot password was changed");
                made("botpasswords-updated-title", "botpasswords-updated-body", password)
            })
        }
        "delete" => {
            if bot_passwords::remove(environment, account, app).await? {
                visit.note("a bot password was deleted");
                let said = Message::new("botpasswords-deleted-body");
                let said = said.with(Param::plaintext(app));
                Ok(Next::Say(Kind::Success, said.with(Param::plaintext(account.name.as_str()))))
            } else {
                Err(Refusal::Gone)
            }
        }
        _ => Ok(Next::Go(visit.addresses.page(TITLE, &[(APP, app)]))),
    })
}

/// The field of a grant.
fn field(grant: &Grant) -> String {
    format!("wpgrants-{}", grant.name)
}

fn posted(visit: &Visit<'_>) -> Limits {
    let chosen = grants::ALL.iter().filter(|grant| visit.param(&field(grant)).is_some());
    let lines = |name: &str| -> Vec<String> {
        let text = visit.param(name).unwrap_or_default();
        text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    };
    Limits {
        grants: chosen.map(|grant| grant.name.to_owned()).collect(),
        addresses: lines("wprestrictions"),
        pages: lines("wprestrictions-pages"),
    }
}

fn groups(visit: &Visit<'_>, user: &User, limits: &Limits) -> Vec<GrantGroup> {
    let environment = visit.manager().environment();
    let (settings, now) = (&environment.settings, environment.clock.now());
    let is_there =
        |grant: &&Grant| grant.group != Group::Authentication || settings.second_factor.enabled;
    let row = |grant: &Grant| {
        let rights = grants::rights_of_grants(&[grant.name]);
        GrantRow {
            gives: rights.iter().any(|right| user.is_allowed(right, &settings.rights, now)),
            checked: limits.grants.iter().any(|chosen| chosen == grant.name),
            ..row(grant, &rights)
        }
    };
    all_groups(is_there, row)
}

fn all_groups(
    is_there: impl Fn(&&Grant) -> bool,
    row: impl Fn(&Grant) -> GrantRow,
) -> Vec<GrantGroup> {
    let group = |group: Group| GrantGroup {
        title: Message::new(group.title()),
        grants: grants::ALL
            .iter()
            .filter(|grant| grant.group == group)
            .filter(&is_there)
            .map(&row)
            .collect(),
    };
    let all = Group::SHOWN.into_iter().map(group);
    all.filter(|group| !group.grants.is_empty()).collect()
}

fn row(grant: &Grant, rights: &[String]) -> GrantRow {
    GrantRow {
        name: field(grant),
        label: Message::new(format!("grant-{}", grant.name)),
        risk: match grant.risk {
            Risk::Low => None,
            Risk::Vandalism => Some(Message::new("grantriskgroup-vandalism")),
            Risk::Security => Some(Message::new("grantriskgroup-security")),
        },
        rights: rights.join(", "),
        gives: true,
        checked: grant.name == BASIC,
    }
}

impl View for Edit {
    const TEMPLATE: Template = template!("bot_password.html");

    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> Message {
        let key = if self.is_new { "botpasswords-createnew" } else { "botpasswords-editexisting" };
        Message::new(key)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let sample = |is_new| Self {
            is_new,
            needs_reset: !is_new,
            app: "tool".to_owned(),
            login: "Alice@tool".to_owned(),
            action: "/w/index.php?title=Special:BotPasswords&wpappId=tool".to_owned(),
            token: "0123+\\".to_owned(),
            error: None,
            bad_addresses: None,
            groups: all_groups(|_| true, |grant| row(grant, &["edit".to_owned()])),
            addresses: "203.0.113.0/24\n::1".to_owned(),
            pages: String::new(),
            list: "/wiki/Special:BotPasswords".to_owned(),
        };
        let error = Some(Refusal::Taken.message("Alice", "tool"));
        let bad_addresses =
            Some(Refusal::BadAddresses(vec!["home".to_owned()]).message("Alice", "tool"));
        vec![sample(true), sample(false), Self { error, bad_addresses, ..sample(true) }]
    }
}
