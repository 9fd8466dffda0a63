//! `list=users`: what there is to know of accounts by name or id.

use std::collections::HashMap;

use daemun_auth::{User, second_factor};
use daemun_mediawiki::timestamp::Timestamp;
use daemun_mediawiki::username::{self, Rigor};
use daemun_messages::{Message, Param as MessageParam};
use daemun_store::{Account, Block};

use super::{block_info, central_ids};
use crate::call::Call;
use crate::error::{ApiError, Failure};
use crate::module::{Group, Module, Running};
use crate::output::CacheMode;
use crate::params::Param;
use crate::value::{Object, Value, list};

const PROPS: &[&str] = &[
    "blockinfo",
    "cancreate",
    "centralids",
    "editcount",
    "emailable",
    "gender",
    "groupmemberships",
    "groups",
    "implicitgroups",
    "registration",
    "rights",
    "tempexpired",
];

pub(super) static MODULE: Module = Module {
    prefix: "us",
    params: &[
        Param::one_of("prop", PROPS).multi(),
        Param::text("attachedwiki"),
        Param::text("users").multi(),
        Param::integer("userids").multi(),
    ],
    examples: &[(
        "action=query&list=users&ususers=Example&usprop=groups|editcount|gender",
        "apihelp-query+users-example-simple",
    )],
    help_urls: &["https://www.mediawiki.org/wiki/Special:MyLanguage/API:Users"],
    ..Module::new(Group::List, "users", "MediaWiki\\Api\\ApiQueryUsers", run)
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        if call.values.list("users").is_some() && call.values.list("userids").is_some() {
            let names = ["ususers", "ususerids"].map(|name| format!("<var>{name}</var>"));
            let names = MessageParam::list(names, daemun_messages::ListKind::Text);
            let message = Message::new("apierror-invalidparammix").with(names).with(2_i64);
            return Err(ApiError::new(message).into());
        }
        let mut entries = Vec::new();
        by_name(call, &mut entries).await?;
        by_id(call, &mut entries).await?;
        call.output.set_in("query", "users", list("user", entries));
        call.output.cache_mode = CacheMode::AnonPublicUserPrivate;
        Ok(())
    })
}

async fn by_name(call: &Call<'_>, entries: &mut Vec<Object>) -> Result<(), Failure> {
    let given = call.values.list("users").unwrap_or_default();
    let mut names: Vec<String> = Vec::new();
    for name in given {
        match username::canonical(name, Rigor::Valid, &call.api.names) {
            Some(name) => names.push(name),
            None => entries.push(Object::new().with("name", name.clone()).with("invalid", true)),
        }
    }
    let found = call.manager().environment().store.accounts.by_names(&names, call.now()).await?;
    let taken: Vec<String> = found.iter().map(|account| account.name.clone()).collect();
    let found = Found::new(found, call).await?;
    for name in names {
        entries.push(match found.accounts.iter().find(|account| account.name == name) {
            Some(account) => found.entry(account, call),
            None => missing(&name, taken.contains(&name), call),
        });
    }
    Ok(())
}

async fn by_id(call: &Call<'_>, entries: &mut Vec<Object>) -> Result<(), Failure> {
    let given = call.values.list("userids").unwrap_or_default();
    let ids: Vec<u64> = given.iter().filter_map(|id| id.parse().ok()).collect();
    let found = call.manager().environment().store.accounts.by_ids(&ids, call.now()).await?;
    let found = Found::new(found, call).await?;
    for id in given.iter().filter_map(|id| id.parse::<i64>().ok()) {
        let account = found.accounts.iter().find(|account| i64::try_from(account.id) == Ok(id));
        entries.push(match account {
            Some(account) => found.entry(account, call),
            None => Object::new().with("userid", id).with("missing", true),
        });
    }
    Ok(())
}

/// A name that nobody has, or that is `taken` by an account which is hidden.
fn missing(name: &str, taken: bool, call: &Call<'_>) -> Object {
    let entry = Object::new().with("name", name.to_owned()).with("missing", true);
    if !call.values.has("prop", "cancreate") {
        return entry;
    }
    let is_name = username::canonical(name, Rigor::Creatable, &call.api.names).is_some();
    let problem = match (is_name, taken) {
        (true, false) => return entry.with("cancreate", true),
        (true, true) => "userexists",
        (false, _) => "noname",
    };
    let errors = call.presentation.errors.status(&[Message::new(problem)]);
    entry.with("cancreate", false).with("cancreateerror", errors)
}

/// An option of these accounts, where it is wanted.
async fn option(
    call: &Call<'_>,
    ids: &[u64],
    name: &str,
    wanted: bool,
) -> Result<HashMap<u64, String>, Failure> {
    if !wanted {
        return Ok(HashMap::new());
    }
    Ok(call.manager().environment().store.accounts.option_of(ids, name).await?)
}

/// Accounts that were found, with what else is asked about them.
struct Found {
    accounts: Vec<Account>,
    blocks: HashMap<u64, Vec<Block>>,
    genders: HashMap<u64, String>,
    without_mail: HashMap<u64, String>,
    /// Those whose groups are asked for, in the groups that give them something.
    users: HashMap<u64, User>,
}

impl Found {
    async fn new(mut accounts: Vec<Account>, call: &Call<'_>) -> Result<Self, Failure> {
        let wants = |prop: &str| call.values.has("prop", prop);
        let store = &call.manager().environment().store;
        let ids: Vec<u64> = accounts.iter().map(|account| account.id).collect();
        // Those who are hidden are asked for whatever the client asks: they must not be found.
        let blocks = store.blocks.of_users(&ids, call.now()).await?;
        if !call.is_allowed("hideuser") {
            accounts.retain(|account| {
                !blocks.get(&account.id).is_some_and(|blocks| block_info::is_hidden(blocks))
            });
        }
        let mut users = HashMap::new();
        for account in accounts.iter().filter(|_| wants("groups") || wants("rights")) {
            let (environment, address) = (call.manager().environment(), call.request.address);
            let user = second_factor::user(environment, account.clone(), address).await?;
            users.insert(account.id, user);
        }
        Ok(Self {
            accounts,
            users,
            genders: option(call, &ids, "gender", wants("gender")).await?,
            without_mail: option(call, &ids, "disablemail", wants("emailable")).await?,
            blocks,
        })
    }

    fn entry(&self, account: &Account, call: &Call<'_>) -> Object {
        let wants = |prop: &str| call.values.has("prop", prop);
        let settings = &call.manager().environment().settings;
        let (rights, now) = (&settings.rights, call.now());
        let user = self.users.get(&account.id);
        let blocks = self.blocks.get(&account.id).map(Vec::as_slice);
        let mut entry = Object::new().with("userid", account.id).with("name", account.name.clone());
        if wants("editcount") {
            entry.set("editcount", account.edit_count.unwrap_or(0));
        }
        if wants("registration") {
            let since = account.registration.map_or(Value::Null, |at| at.to_iso().into());
            entry.set("registration", since);
        }
        if let Some(user) = user.filter(|_| wants("groups")) {
            entry.set("groups", list("g", user.groups(rights, now)));
        }
        if wants("groupmemberships") {
            entry.set("groupmemberships", memberships(Some(account)));
        }
        if wants("implicitgroups") {
            entry.set("implicitgroups", list("g", rights.implicit_groups(Some(account), now)));
        }
        if let Some(user) = user.filter(|_| wants("rights")) {
            let mut all = user.rights(rights, now);
            if settings.block_disables_login && blocks.is_some() {
                all.retain(|right| rights.group_has("*", right));
            }
            entry.set("rights", list("r", all));
        }
        if blocks.is_some_and(block_info::is_hidden) {
            entry.set("hidden", true);
        }
        if let Some(blocks) = blocks.filter(|_| wants("blockinfo")) {
            entry.members.extend(block_info::describe(blocks, call).members);
        }
        if wants("emailable") {
            let refuses = self.without_mail.get(&account.id).is_some_and(|value| value != "0");
            let reachable = !account.email.is_empty() && account.email_authenticated.is_some();
            entry.set("emailable", reachable && !refuses);
        }
        if wants("gender") {
            let chosen = self.genders.get(&account.id).map(String::as_str);
            let gender = chosen.filter(|gender| ["male", "female"].contains(gender));
            entry.set("gender", gender.unwrap_or("unknown").to_owned());
        }
        if wants("centralids") {
            entry.members.extend(central_ids::describe(account.id, call).members);
        }
        if wants("tempexpired") {
            // Temporary accounts do not expire as long as the wiki makes none.
            entry
                .set("tempexpired", if account.is_temp { Value::Bool(false) } else { Value::Null });
        }
        entry
    }
}

/// The groups that somebody was put into, and when each membership ends.
pub(super) fn memberships(account: Option<&Account>) -> Value {
    let until = |at: Option<Timestamp>| at.map_or_else(|| "infinity".to_owned(), Timestamp::to_iso);
    let groups = account.map(|account| account.groups.as_slice()).unwrap_or_default();
    let entries = groups.iter().map(|membership| {
        let group = membership.group.clone();
        Object::new().with("group", group).with("expiry", until(membership.expiry))
    });
    list("groupmembership", entries)
}
