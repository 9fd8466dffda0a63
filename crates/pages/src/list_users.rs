//! `Special:ListUsers`: the accounts of the wiki, for everybody who may read it. What is hidden, and
//! who has a second factor, is for those with the rights to see it.

mod rows;
mod view;

use daemun_action_api::http::Answer;
use daemun_auth::AuthError;
use daemun_mediawiki::timestamp::Timestamp;
use daemun_messages::Message;
use daemun_store::{Account, ListAccounts, StoreError};

use crate::page::{self, Caching, Visit};
use crate::pager::Pager;
pub(crate) use view::Users;

/// What was asked for.
struct Wanted {
    /// What names begin with, as typed.
    prefix: String,
    /// The first name, as typed.
    from: String,
    /// The group; empty for everybody.
    group: String,
    /// Whether second factors are to be shown.
    factors: bool,
    pager: Pager,
}

/// What the visitor may see and go to.
struct Sees {
    /// Names that blocks hide (`hideuser`).
    hidden: bool,
    /// Who has a second factor (OATHAuth's rights).
    factors: bool,
    /// And whether that leaves a note in the log.
    is_noted: bool,
    /// Who logged in from where (`checkuser`).
    logins: bool,
    /// What administrators can do by commands.
    administration: bool,
}

/// Answers a request for the page; `rest` stands behind its name: a group or a name.
pub(crate) async fn answer(visit: Visit<'_>, rest: &str) -> Answer {
    let (api, request) = (visit.api, visit.request);
    let now = visit.manager().environment().clock.now();
    let rights = &visit.manager().environment().settings.rights;
    if !visit.session.user().is_allowed("read", rights, now) {
        return page::not_to_be_read(visit, "Listusers", Message::new("listusers"));
    }
    let sees = Sees::of(&visit, now);
    let wanted = Wanted::of(&visit, rest);
    match list(&visit, &wanted, &sees, now).await {
        Ok(view) => visit.show(&view, Caching::Never),
        Err(error) => page::failed(api, request, &AuthError::from(error)),
    }
}

impl Sees {
    fn of(visit: &Visit<'_>, now: Timestamp) -> Self {
        let settings = &visit.manager().environment().settings;
        let may = |right| visit.session.user().is_allowed(right, &settings.rights, now);
        let all_factors = may("oathauth-api-all");
        Self {
            hidden: may("hideuser"),
            factors: settings.second_factor.enabled && (all_factors || may("oathauth-verify-user")),
            is_noted: !all_factors,
            logins: may(daemun_auth::log_access::SEES_LOGINS),
            administration: may("block") || may("userrights"),
        }
    }
}

impl Wanted {
    fn of(visit: &Visit<'_>, rest: &str) -> Self {
        let given = |name: &str| visit.param(name).unwrap_or_default().trim().to_owned();
        let mut wanted = Self {
            prefix: given("prefix"),
            from: given("username"),
            group: given("group"),
            factors: !given("factors").is_empty(),
            pager: Pager::of(visit),
        };
        let rights = &visit.manager().environment().settings.rights;
        if rights.explicit_groups().any(|group| group == rest) {
            if wanted.group.is_empty() {
                rest.clone_into(&mut wanted.group);
            }
        } else if wanted.from.is_empty() {
            rest.clone_into(&mut wanted.from);
        }
        wanted
    }

    fn query(&self, visit: &Visit<'_>, sees: &Sees) -> ListAccounts {
        let titles = &visit.api.names.titles;
        let name = |text: &str| {
            let name = titles.upper_case_first(text).replace('_', " ");
            (!name.is_empty()).then_some(name)
        };
        let (from, offset) = (name(&self.from), self.pager.offset.clone());
        let offset = Some(offset).filter(|offset| !offset.is_empty());
        let (from, to) = if self.pager.back {
            (offset, from)
        } else {
            // Names are ordered by bytes, so the later one is where to begin.
            (offset.max(from), None)
        };
        ListAccounts {
            from,
            to,
            prefix: name(&self.prefix),
            descending: self.pager.back,
            // The name in the offset is found, too.
            limit: self.pager.fetch() + 1,
            group: Some(self.group.clone()).filter(|group| !group.is_empty()).into_iter().collect(),
            without_hidden: !sees.hidden,
            ..ListAccounts::default()
        }
    }
}

async fn list(
    visit: &Visit<'_>,
    wanted: &Wanted,
    sees: &Sees,
    now: Timestamp,
) -> Result<Users, StoreError> {
    let environment = visit.manager().environment();
    let mut accounts: Vec<Account> =
        environment.store.accounts.list(&wanted.query(visit, sees), now).await?;
    accounts.retain(|account| account.name != wanted.pager.offset);
    // One more than the page and the name in the offset, which need not be there any more.
    accounts.truncate(usize::try_from(wanted.pager.fetch()).unwrap_or(usize::MAX));
    if wanted.pager.back {
        accounts.reverse();
    }
    let factors = if wanted.factors { "1" } else { "" };
    let named = [
        ("prefix", wanted.prefix.as_str()),
        ("username", wanted.from.as_str()),
        ("group", wanted.group.as_str()),
        ("factors", factors),
    ];
    let name = |account: &Account| account.name.clone();
    let turning = wanted.pager.turn(&mut accounts, name, visit, ("Special:ListUsers", &named));
    let rows = rows::of(visit, wanted, sees, &accounts, now).await?;
    Ok(Users::new(visit, wanted, sees, rows, turning))
}
