//! `list=allusers`: all accounts in the order of their names.

use std::collections::HashMap;

use daemun_auth::User;
use daemun_messages::{ListKind, Message, Param as MessageParam};
use daemun_store::{Account, Block, ListAccounts};

use super::{block_info, central_ids};
use crate::call::Call;
use crate::error::{ApiError, Failure};
use crate::module::{Group, Module, Running};
use crate::output::CacheMode;
use crate::params::{Kind, Param, unrecognised};
use crate::value::{Object, list};

const PROPS: &[&str] =
    &["blockinfo", "centralids", "editcount", "groups", "implicitgroups", "registration", "rights"];

pub(super) static MODULE: Module = Module {
    prefix: "au",
    params: &[
        Param::text("from"),
        Param::text("to"),
        Param::text("prefix"),
        Param::one_of("dir", &["ascending", "descending"]).default("ascending"),
        Param::new("group", Kind::UserGroup).multi(),
        Param::new("excludegroup", Kind::UserGroup).multi(),
        Param::new("rights", Kind::UserRight).multi(),
        Param::one_of("prop", PROPS).multi(),
        Param::new("limit", Kind::Limit { max: 500, high: 5000 }).default("10"),
        Param::boolean("witheditsonly"),
        Param::boolean("activeusers"),
        Param::text("attachedwiki"),
        Param::boolean("excludenamed"),
        Param::boolean("excludetemp"),
    ],
    examples: &[("action=query&list=allusers&aufrom=Y", "apihelp-query+allusers-example-y")],
    help_urls: &["https://www.mediawiki.org/wiki/Special:MyLanguage/API:Allusers"],
    ..Module::new(Group::List, "allusers", "MediaWiki\\Api\\ApiQueryAllUsers", run)
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        let limit = call.values.int("limit").unwrap_or(10);
        let chosen = Chosen::read(call);
        let found = match query(call, limit, chosen)? {
            Some(query) => {
                let accounts = &call.manager().environment().store.accounts;
                accounts.list(&query, call.now()).await?
            }
            None => Vec::new(),
        };
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let (shown, rest) = found.split_at(most.min(found.len()));
        let entries = entries(shown, call).await?;
        if let Some(next) = rest.first() {
            call.output.continue_with("allusers", "aufrom", next.name.clone());
        }
        if call.reading.raw().text("aulimit").as_deref() == Some("max") {
            call.output.set_in("limits", "allusers", limit);
        }
        call.output.set_in("query", "allusers", list("u", entries));
        call.output.cache_mode = CacheMode::AnonPublicUserPrivate;
        Ok(())
    })
}

/// Groups and rights that were named; `None` where the parameter is absent.
struct Chosen {
    groups: Option<Vec<String>>,
    not_groups: Option<Vec<String>>,
    rights: Option<Vec<String>>,
}

impl Chosen {
    /// Names that the wiki does not have are dropped with a warning, as of any parameter with a
    /// choice of values.
    fn read(call: &mut Call<'_>) -> Self {
        let groups = recognised(call, "group", Kind::UserGroup);
        let not_groups = recognised(call, "excludegroup", Kind::UserGroup);
        let rights = recognised(call, "rights", Kind::UserRight);
        let mut read = |(names, warning): (Option<Vec<String>>, Option<ApiError>)| {
            if let Some(warning) = warning {
                call.output.warn(&call.module.path(), warning);
            }
            names
        };
        Self { groups: read(groups), not_groups: read(not_groups), rights: read(rights) }
    }
}

fn recognised(call: &Call<'_>, param: &str, kind: Kind) -> (Option<Vec<String>>, Option<ApiError>) {
    let Some(given) = call.values.list(param) else { return (None, None) };
    let choice = kind.shown_values(&call.manager().environment().settings);
    let choice = choice.unwrap_or_default();
    let (known, unknown): (Vec<&str>, Vec<&str>) =
        given.iter().map(AsRef::as_ref).partition(|name| choice.contains(name));
    let known = known.into_iter().map(str::to_owned).collect();
    if unknown.is_empty() {
        return (Some(known), None);
    }
    let name = format!("au{param}");
    let sent = call.reading.raw().text(&name).unwrap_or_default();
    (Some(known), Some(unrecognised(&name, &sent, &unknown)))
}

/// What to ask the store for: one account more than is shown, to continue at. `None` where nobody
/// can be meant.
fn query(call: &Call<'_>, limit: i64, chosen: Chosen) -> Result<Option<ListAccounts>, ApiError> {
    let values = &call.values;
    let titles = &call.api.names.titles;
    let name = |param: &str| {
        values.text(param).map(|name| titles.upper_case_first(name).replace('_', " "))
    };
    let rights = &call.manager().environment().settings.rights;
    let Chosen { mut groups, not_groups, rights: wanted } = chosen;
    if let Some(wanted) = wanted.filter(|wanted| !wanted.is_empty()) {
        let able: Vec<&str> = wanted.iter().flat_map(|right| rights.groups_with(right)).collect();
        if able.is_empty() {
            return Ok(None);
        }
        groups.get_or_insert_default().extend(able.into_iter().map(str::to_owned));
    }
    if groups.is_some() && not_groups.is_some() {
        return Err(mixed(["augroup", "auexcludegroup"]));
    }
    if values.is_set("excludenamed") && values.is_set("excludetemp") {
        return Err(mixed(["auexcludenamed", "auexcludetemp"]));
    }
    // Nobody edits here, so nobody was active lately.
    if values.is_set("activeusers") {
        return Ok(None);
    }
    Ok(Some(ListAccounts {
        from: name("from"),
        to: name("to"),
        prefix: name("prefix"),
        descending: values.text("dir") == Some("descending"),
        limit: u32::try_from(limit + 1).unwrap_or(u32::MAX),
        group: groups.unwrap_or_default(),
        exclude_group: not_groups.unwrap_or_default(),
        with_edits_only: values.is_set("witheditsonly"),
        without_hidden: !call.is_allowed("hideuser"),
        temporary: match (values.is_set("excludenamed"), values.is_set("excludetemp")) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        },
    }))
}

fn mixed(names: [&str; 2]) -> ApiError {
    let names = names.map(|name| format!("<var>{name}</var>"));
    let names = MessageParam::list(names, ListKind::Text);
    ApiError::new(Message::new("apierror-invalidparammix").with(names).with(2_i64))
}

async fn entries(accounts: &[Account], call: &Call<'_>) -> Result<Vec<Object>, Failure> {
    let wants = |prop: &str| call.values.has("prop", prop);
    let mut blocks = HashMap::new();
    // Whoever may see hidden accounts sees that they are.
    if wants("blockinfo") || call.is_allowed("hideuser") {
        let ids: Vec<u64> = accounts.iter().map(|account| account.id).collect();
        let store = &call.manager().environment().store;
        blocks = store.blocks.of_users(&ids, call.now()).await?;
    }
    Ok(accounts
        .iter()
        .map(|account| entry(account, blocks.get(&account.id).map(Vec::as_slice), call))
        .collect())
}

fn entry(account: &Account, blocks: Option<&[Block]>, call: &Call<'_>) -> Object {
    let wants = |prop: &str| call.values.has("prop", prop);
    let (rights, now) = (&call.manager().environment().settings.rights, call.now());
    let user = User::named(account.clone(), call.request.address);
    let mut entry = Object::new().with("userid", account.id).with("name", account.name.clone());
    if wants("centralids") {
        entry.members.extend(central_ids::describe(account.id, call).members);
    }
    if let Some(blocks) = blocks.filter(|_| wants("blockinfo")) {
        entry.members.extend(block_info::describe(blocks, call).members);
    }
    if blocks.is_some_and(block_info::is_hidden) {
        entry.set("hidden", true);
    }
    if wants("editcount") {
        entry.set("editcount", account.edit_count.unwrap_or(0));
    }
    if wants("registration") {
        entry.set("registration", account.registration.map(|at| at.to_iso()).unwrap_or_default());
    }
    // Here the groups that come by themselves are first.
    let implicit = user.implicit_groups(rights, now);
    let explicit = account.groups.iter().map(|membership| membership.group.clone());
    let groups: Vec<String> = implicit.iter().cloned().chain(explicit).collect();
    if wants("groups") {
        entry.set("groups", list("g", groups.clone()));
    }
    if wants("implicitgroups") {
        entry.set("implicitgroups", list("g", implicit));
    }
    if wants("rights") {
        entry.set("rights", list("r", rights.of_groups(&groups)));
    }
    entry
}
