//! `list=users` and `list=allusers`: accounts by name, and all of them.

use daemun_auth::User;
use daemun_auth::rights::Rights;
use daemun_mediawiki::timestamp::Timestamp;
use daemun_mediawiki::username::{self, Rigor};
use daemun_store::{Account, ListAccounts};

use crate::call::Call;
use crate::error::Failure;
use crate::module::{Group, Module, Running};
use crate::output::CacheMode;
use crate::params::{Kind, Param};
use crate::value::{Object, Value, list};

const USERS_PROPS: &[&str] = &[
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

pub(super) static USERS: Module = Module {
    prefix: "us",
    params: &[
        Param::one_of("prop", USERS_PROPS).multi(),
        Param::text("attachedwiki"),
        Param::text("users").multi(),
        Param::integer("userids").multi(),
    ],
    examples: &[(
        "action=query&list=users&ususers=Example&usprop=groups|editcount|gender",
        "apihelp-query+users-example-simple",
    )],
    help_urls: &["https://www.mediawiki.org/wiki/Special:MyLanguage/API:Users"],
    ..Module::new(Group::List, "users", "MediaWiki\\Api\\ApiQueryUsers", run_users)
};

pub(super) static ALLUSERS: Module = Module {
    prefix: "au",
    params: &[
        Param::text("from"),
        Param::text("to"),
        Param::text("prefix"),
        Param::one_of("dir", &["ascending", "descending"]).default("ascending"),
        Param::text("group").multi(),
        Param::text("excludegroup").multi(),
        Param::text("rights").multi(),
        Param::one_of(
            "prop",
            &[
                "blockinfo",
                "centralids",
                "editcount",
                "groups",
                "implicitgroups",
                "registration",
                "rights",
            ],
        )
        .multi(),
        Param::new("limit", Kind::Limit { max: 500, high: 5000 }).default("10"),
        Param::boolean("witheditsonly"),
        Param::boolean("activeusers"),
        Param::text("attachedwiki"),
        Param::boolean("excludenamed"),
        Param::boolean("excludetemp"),
    ],
    examples: &[("action=query&list=allusers&aufrom=Y", "apihelp-query+allusers-example-y")],
    help_urls: &["https://www.mediawiki.org/wiki/Special:MyLanguage/API:Allusers"],
    ..Module::new(Group::List, "allusers", "MediaWiki\\Api\\ApiQueryAllUsers", run_allusers)
};

fn run_users<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        let users = by_name_or_id(call).await?;
        call.output.set_in("query", "users", list("user", users));
        call.output.cache_mode = CacheMode::AnonPublicUserPrivate;
        Ok(())
    })
}

async fn by_name_or_id(call: &Call<'_>) -> Result<Vec<Object>, Failure> {
    let accounts = &call.manager().environment().store.accounts;
    let now = call.now();
    let mut entries = Vec::new();
    if let Some(given) = call.values.list("users") {
        let canonical: Vec<(String, Option<String>)> = given
            .iter()
            .map(|name| (name.clone(), username::canonical(name, Rigor::Valid, &call.api.names)))
            .collect();
        let names: Vec<String> = canonical.iter().filter_map(|(_, name)| name.clone()).collect();
        let found = accounts.by_names(&names, now).await?;
        let mut shown: Vec<String> = Vec::new();
        for (given, name) in canonical {
            let Some(name) = name else {
                entries.push(Object::new().with("name", given).with("invalid", true));
                continue;
            };
            if shown.contains(&name) {
                continue;
            }
            shown.push(name.clone());
            entries.push(match found.iter().find(|account| account.name == name) {
                Some(account) => entry(account, call),
                None => missing(&name, call),
            });
        }
    }
    if let Some(given) = call.values.list("userids") {
        let ids: Vec<u64> = given.iter().filter_map(|id| id.parse().ok()).collect();
        let found = accounts.by_ids(&ids, now).await?;
        for id in ids {
            entries.push(match found.iter().find(|account| account.id == id) {
                Some(account) => entry(account, call),
                None => Object::new().with("userid", id).with("missing", true),
            });
        }
    }
    Ok(entries)
}

fn missing(name: &str, call: &Call<'_>) -> Object {
    let entry = Object::new().with("name", name.to_owned()).with("missing", true);
    if call.values.has("prop", "cancreate") {
        let creatable = username::canonical(name, Rigor::Creatable, &call.api.names).is_some();
        return entry.with("cancreate", creatable);
    }
    entry
}

fn entry(account: &Account, call: &Call<'_>) -> Object {
    let wants = |prop: &str| call.values.has("prop", prop);
    let now = call.now();
    let rights: &Rights = &call.manager().environment().settings.rights;
    let user = User::named(account.clone(), call.request.address);
    let mut object = Object::new().with("userid", account.id).with("name", account.name.clone());
    if wants("editcount") {
        object.set("editcount", account.edit_count.unwrap_or(0));
    }
    if wants("registration") {
        object
            .set("registration", account.registration.map_or(Value::Null, |at| at.to_iso().into()));
    }
    if wants("groups") {
        object.set("groups", list("g", user.groups(rights, now)));
    }
    if wants("groupmemberships") {
        object.set("groupmemberships", memberships(account));
    }
    if wants("implicitgroups") {
        object.set("implicitgroups", list("g", user.implicit_groups(rights, now)));
    }
    if wants("rights") {
        object.set("rights", list("r", user.rights(rights, now)));
    }
    if wants("emailable") {
        object.set("emailable", account.email_authenticated.is_some());
    }
    if wants("gender") {
        object.set("gender", "unknown");
    }
    if wants("centralids") {
        object.set("centralids", Object::new().with("local", account.id));
        object.set("attachedlocal", Object::new().with("local", true));
    }
    object
}

fn memberships(account: &Account) -> Value {
    let until = |at: Option<Timestamp>| at.map_or_else(|| "infinity".to_owned(), Timestamp::to_iso);
    list(
        "groupmembership",
        account.groups.iter().map(|membership| {
            Object::new()
                .with("group", membership.group.clone())
                .with("expiry", until(membership.expiry))
        }),
    )
}

fn run_allusers<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        let values = &call.values;
        let limit = values.int("limit").unwrap_or(10);
        let is_most = call.reading.raw().text("aulimit").as_deref() == Some("max");
        let name = |param: &str| values.text(param).map(upper_case_first);
        let lists = |param: &str| values.list(param).unwrap_or_default().to_vec();
        let mut groups = lists("group");
        let rights = &call.manager().environment().settings.rights;
        let wanted = values.list("rights").unwrap_or_default();
        for right in wanted {
            groups.extend(rights.groups_with(right).into_iter().map(str::to_owned));
        }
        let nobody = !wanted.is_empty() && groups.is_empty();
        let query = ListAccounts {
            from: name("from"),
            to: name("to"),
            prefix: name("prefix"),
            descending: values.text("dir") == Some("descending"),
            limit: u32::try_from(limit + 1).unwrap_or(u32::MAX),
            group: groups,
            exclude_group: lists("excludegroup"),
            with_edits_only: values.is_set("witheditsonly"),
        };
        let accounts = &call.manager().environment().store.accounts;
        let found = if nobody { Vec::new() } else { accounts.list(&query, call.now()).await? };
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let entries: Vec<Object> =
            found.iter().take(most).map(|account| entry(account, call)).collect();
        if let Some(next) = found.get(most) {
            call.output.continue_with("aufrom", next.name.replace(' ', "_"));
        }
        if is_most {
            call.output.set_in("limits", "allusers", limit);
        }
        call.output.set_in("query", "allusers", list("u", entries));
        call.output.cache_mode = CacheMode::AnonPublicUserPrivate;
        Ok(())
    })
}

fn upper_case_first(name: &str) -> String {
    let name = name.replace('_', " ");
    let mut chars = name.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
