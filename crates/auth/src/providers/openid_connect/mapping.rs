//! From somebody who is known elsewhere to an account here.

use daemun_mediawiki::email;
use daemun_mediawiki::username::{self, Rigor};
use daemun_messages::Message;
use daemun_store::{Account, AddLink, NewAccount, OpenIdLink};
use serde::{Deserialize, Serialize};

use super::claims::Claims;
use super::settings::OpenIdProvider;
use super::{ID, logout};
use crate::creation::ExternalAccount;
use crate::environment::Environment;
use crate::error::AuthError;
use crate::providers::{Attempt, Primary};
use crate::reason::Reason;
use crate::rights::{IMPLICIT_GROUPS, Rights};

/// Where a step notes for whom an account is made.
const NEWCOMER: &str = "openid newcomer";
/// MediaWiki's groups whose members can do harm (`$wgPrivilegedGroups`).
const PRIVILEGED: [&str; 4] = ["bureaucrat", "interface-admin", "suppress", "sysop"];
/// Rights that make any other group one of them.
const POWERS: [&str; 7] =
    ["userrights", "block", "delete", "protect", "editinterface", "editsitejs", "hideuser"];

/// What is needed to make a link later.
#[derive(Serialize, Deserialize)]
struct Proof {
    issuer: String,
    subject: String,
    /// The one account that it may be linked to, where it was found by its address or name.
    #[serde(default)]
    only: Option<u64>,
}

/// What a new account begins with.
#[derive(Serialize, Deserialize)]
struct Newcomer {
    provider: String,
    issuer: String,
    subject: String,
    session: Option<String>,
    email: Option<(String, bool)>,
    real_name: Option<String>,
    groups: Vec<String>,
}

/// Says whose account it is, or that there is none.
pub(super) async fn account_for(
    attempt: &mut Attempt<'_>,
    provider: &OpenIdProvider,
    claims: &Claims,
) -> Result<Primary, AuthError> {
    let environment = attempt.environment;
    let store = &environment.store;
    let user = store.openid_links.user_of(&claims.issuer, &claims.subject).await?;
    let linked = match user {
        Some(id) => store.accounts.by_id(id, environment.clock.now()).await?,
        None => None,
    };
    if let Some(account) = linked {
        synchronise(environment, &account, provider, &group_values(provider, claims)).await?;
        if let Some(session) = claims.text("sid") {
            logout::note_session(environment, &claims.issuer, session, account.id).await?;
        }
        attempt.account_changed();
        return Ok(Primary::Pass(account.name));
    }
    let mapped = mapped(attempt, provider, claims).await?;
    if mapped.is_none()
        && provider.creates_accounts
        && let Some(name) = new_name(environment, provider, claims)
        // The manager does not ask again: whoever takes the name from now on keeps it.
        && attempt.account(&name).await?.is_none()
    {
        attempt.notes.set(NEWCOMER, &newcomer(provider, claims));
        return Ok(Primary::Pass(name));
    }
    attempt.reason = Some(match provider.creates_accounts && mapped.is_none() {
        true => Reason::OpenIdNoName,
        false => Reason::OpenIdNoAccount,
    });
    Ok(Primary::Unlinked(external(provider, claims, mapped.map(|account| account.id))))
}

/// The account that is taken to be the same person's, as far as that is configured. Never one that
/// can do harm; and its password must confirm it.
async fn mapped(
    attempt: &mut Attempt<'_>,
    provider: &OpenIdProvider,
    claims: &Claims,
) -> Result<Option<Account>, AuthError> {
    let environment = attempt.environment;
    let now = environment.clock.now();
    let mut found = None;
    if provider.maps_by_email
        && let Some(email) = claims.verified_email()
    {
        let ids = environment.store.openid_links.users_with_email(email).await?;
        // Where several have it, it tells nothing.
        if let [id] = ids.as_slice() {
            found = environment.store.accounts.by_id(*id, now).await?;
        }
    }
    if found.is_none()
        && provider.maps_by_name
        && let Some(name) = claims.text(&provider.name_claim)
        && let Some(name) = attempt.usable_name(name)
    {
        found = environment.store.accounts.by_name(&name, now).await?;
    }
    let rights = &environment.settings.rights;
    Ok(found.filter(|account| !is_privileged(account, rights)))
}

/// Whether an account is in a group that can do harm.
fn is_privileged(account: &Account, rights: &Rights) -> bool {
    account.groups.iter().any(|membership| {
        let group = membership.group.as_str();
        PRIVILEGED.contains(&group) || POWERS.iter().any(|right| rights.group_has(group, right))
    })
}

fn new_name(
    environment: &Environment,
    provider: &OpenIdProvider,
    claims: &Claims,
) -> Option<String> {
    let name = claims.text(&provider.name_claim)?;
    username::canonical(name, Rigor::Creatable, &environment.settings.names)
}

/// Names a link among all of an account. Ids are sent in lists, in which `|` stands between them.
pub(super) fn link_id(provider: &str, subject: &str) -> String {
    let subject = subject.replace('%', "%25").replace('|', "%7C").replace('\u{1f}', "%1F");
    format!("OpenIDConnect:{provider}:{subject}")
}

/// What the person is called at the provider, as far as it says.
fn shown_name(provider: &OpenIdProvider, claims: &Claims) -> String {
    let names = [provider.name_claim.as_str(), "email", "name"];
    let shown = names.iter().find_map(|name| claims.text(name)).unwrap_or(&claims.subject);
    shown.chars().filter(|c| !c.is_control()).take(100).collect()
}

fn external(provider: &OpenIdProvider, claims: &Claims, only: Option<u64>) -> ExternalAccount {
    let proof = Proof { issuer: claims.issuer.clone(), subject: claims.subject.clone(), only };
    ExternalAccount {
        provider: ID.to_owned(),
        id: link_id(&provider.name, &claims.subject),
        provider_name: super::provider_name(provider),
        account_name: Message::raw(daemun_messages::escape_wikitext(&shown_name(provider, claims))),
        can_create: only.is_none(),
        data: serde_json::to_value(proof).unwrap_or_default(),
    }
}

/// Links what was proved to an account; a message says why not.
pub(super) async fn link(
    environment: &Environment,
    account: &Account,
    external: &ExternalAccount,
) -> Result<Option<Message>, AuthError> {
    let Ok(proof) = serde_json::from_value::<Proof>(external.data.clone()) else {
        return Ok(Some(Message::new("authmanager-link-no-primary")));
    };
    if proof.only.is_some_and(|only| only != account.id) {
        return Ok(Some(Message::new("daemun-openid-other-account")));
    }
    add(environment, account, &proof.issuer, &proof.subject).await
}

/// Links somebody to the account that is in.
pub(super) async fn link_now(
    environment: &Environment,
    account: &Account,
    claims: &Claims,
) -> Result<Option<Message>, AuthError> {
    add(environment, account, &claims.issuer, &claims.subject).await
}

async fn add(
    environment: &Environment,
    account: &Account,
    issuer: &str,
    subject: &str,
) -> Result<Option<Message>, AuthError> {
    let link = OpenIdLink { issuer: issuer.to_owned(), subject: subject.to_owned() };
    Ok(match environment.store.openid_links.add(account.id, &link).await? {
        AddLink::Added => {
            tracing::info!(user = account.id, issuer, "an OpenID account was linked");
            None
        }
        AddLink::SubjectTaken => Some(Message::new("daemun-openid-linked-elsewhere")),
        AddLink::AccountHasOne => Some(Message::new("daemun-openid-has-link")),
    })
}

fn newcomer(provider: &OpenIdProvider, claims: &Claims) -> Newcomer {
    let verified = claims.verified_email().is_some();
    Newcomer {
        provider: provider.name.clone(),
        issuer: claims.issuer.clone(),
        subject: claims.subject.clone(),
        session: claims.text("sid").map(str::to_owned),
        email: claims.text("email").map(|email| (email.to_owned(), verified)),
        real_name: claims.text("name").map(str::to_owned),
        groups: group_values(provider, claims),
    }
}

/// Puts into the row of a new account whose it is: without its link nobody could ever prove that
/// again.
pub(super) fn complete_row(
    attempt: &Attempt<'_>,
    external: Option<&ExternalAccount>,
    account: &mut NewAccount,
) {
    if let Some(external) = external {
        let proof = serde_json::from_value::<Proof>(external.data.clone()).ok();
        account.openid_link =
            proof.map(|Proof { issuer, subject, .. }| OpenIdLink { issuer, subject });
        return;
    }
    let Some(newcomer) = attempt.notes.get::<Newcomer>(NEWCOMER) else { return };
    let Newcomer { issuer, subject, .. } = newcomer;
    account.openid_link = Some(OpenIdLink { issuer, subject });
    if let Some((address, verified)) = newcomer.email.filter(|(email, _)| email::is_valid(email)) {
        account.email = address;
        account.email_authenticated = verified.then(|| attempt.environment.clock.now());
    }
    let name = newcomer.real_name.unwrap_or_default();
    account.real_name = name.chars().filter(|c| !c.is_control()).take(100).collect();
}

/// Completes the account that was made for whom [`account_for`] let in, in what may come later.
pub(super) async fn complete(
    attempt: &mut Attempt<'_>,
    account: &Account,
) -> Result<(), AuthError> {
    let Some(newcomer) = attempt.notes.get::<Newcomer>(NEWCOMER) else { return Ok(()) };
    attempt.notes.remove(NEWCOMER);
    let environment = attempt.environment;
    if let Some(provider) = environment.settings.openid.named(&newcomer.provider) {
        synchronise(environment, account, provider, &newcomer.groups).await?;
    }
    if let Some(session) = newcomer.session {
        logout::note_session(environment, &newcomer.issuer, &session, account.id).await?;
    }
    attempt.account_changed();
    Ok(())
}

fn group_values(provider: &OpenIdProvider, claims: &Claims) -> Vec<String> {
    if provider.groups.is_empty() {
        return Vec::new();
    }
    claims.values(&provider.group_claim).into_iter().map(str::to_owned).collect()
}

/// Gives and takes the configured groups, and no others. As with PluggableAuth a claim that is not
/// there takes them, and values are compared without regard to case.
async fn synchronise(
    environment: &Environment,
    account: &Account,
    provider: &OpenIdProvider,
    values: &[String],
) -> Result<(), AuthError> {
    let folded = |text: &str| text.trim().to_lowercase();
    let values: Vec<String> = values.iter().map(|value| folded(value)).collect();
    for (group, wanted) in &provider.groups {
        if IMPLICIT_GROUPS.contains(&group.as_str()) {
            continue;
        }
        let belongs = wanted.iter().any(|value| values.contains(&folded(value)));
        let is_in = account.groups.iter().any(|membership| membership.group == *group);
        let accounts = &environment.store.accounts;
        let changed = match (belongs, is_in) {
            (true, false) => accounts.add_group(account.id, group, None, None).await?,
            (false, true) => accounts.remove_group(account.id, group, None).await?,
            _ => false,
        };
        if changed {
            tracing::info!(
                user = account.id,
                group,
                belongs,
                "a group follows the OpenID provider"
            );
        }
    }
    Ok(())
}
