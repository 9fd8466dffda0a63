//! `meta=siteinfo`: what clients want to know of a wiki before they begin.

mod general;
mod languages;
mod namespaces;

use super::default_options;
use crate::call::Call;
use crate::error::Failure;
use crate::module::{Group, Module, Running};
use crate::output::CacheMode;
use crate::params::Param;
use crate::value::{Kind, Object, Value, list};

pub(super) use general::main_page_url;

const PROPS: &[&str] = &[
    "autocreatetempuser",
    "autopromote",
    "autopromoteonce",
    "clientlibraries",
    "copyuploaddomains",
    "dbrepllag",
    "defaultoptions",
    "extensions",
    "extensiontags",
    "fileextensions",
    "functionhooks",
    "general",
    "interwikimap",
    "languages",
    "languagevariants",
    "libraries",
    "magicwords",
    "namespacealiases",
    "namespaces",
    "protocols",
    "restrictions",
    "rightsinfo",
    "showhooks",
    "skins",
    "specialpagealiases",
    "statistics",
    "uploaddialog",
    "usergroups",
    "variables",
];

pub(super) static MODULE: Module = Module {
    prefix: "si",
    params: &[
        Param::one_of("prop", PROPS).default("general").multi(),
        Param::one_of("filteriw", &["!local", "local"]),
        Param::boolean("showalldb"),
        Param::boolean("numberingroup"),
        Param::text("inlanguagecode"),
    ],
    examples: &[(
        "action=query&meta=siteinfo&siprop=general|namespaces|namespacealiases|statistics",
        "apihelp-query+siteinfo-example-simple",
    )],
    help_urls: &["https://www.mediawiki.org/wiki/Special:MyLanguage/API:Siteinfo"],
    ..Module::new(Group::Meta, "siteinfo", "MediaWiki\\Api\\ApiQuerySiteinfo", run)
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        let props = call.values.list("prop").unwrap_or_default().to_vec();
        for prop in props {
            let Some(name) = PROPS.iter().copied().find(|name| *name == prop) else { continue };
            let value = describe(name, call).await?;
            call.output.set_in("query", name, value);
        }
        call.output.cache_mode = CacheMode::AnonPublicUserPrivate;
        Ok(())
    })
}

async fn describe(prop: &str, call: &Call<'_>) -> Result<Value, Failure> {
    let site = &call.api.site;
    let none = |tag| Ok(list(tag, Vec::<Value>::new()));
    match prop {
        "general" => Ok(general::describe(call).into()),
        "namespaces" => Ok(namespaces::all(&call.api.names.titles.namespaces).into()),
        "namespacealiases" => Ok(namespaces::aliases(&call.api.names.titles.namespaces)),
        "statistics" => statistics(call).await,
        "usergroups" => user_groups(call).await,
        "autocreatetempuser" => Ok(Object::new().with("enabled", false).into()),
        "dbrepllag" => {
            let host = Object::new().with("host", "").with("lag", -1);
            Ok(list("db", [host]))
        }
        "rightsinfo" => Ok(Object::new().with("url", "").with("text", "").into()),
        "restrictions" => Ok(restrictions()),
        "protocols" => Ok(list("p", ["http://", "https://", "mailto:", "//"])),
        "defaultoptions" => Ok(default_options::all(site).into()),
        "autopromote" => Ok(autopromote(call).into()),
        "autopromoteonce" => {
            Ok(Object::new().with("onEdit", Object::new().kind(Kind::ListIfEmpty)).into())
        }
        "extensions" => none("ext"),
        "interwikimap" => none("iw"),
        "libraries" | "clientlibraries" => none("library"),
        "magicwords" => none("magicword"),
        "specialpagealiases" => Ok(namespaces::special_pages(site.special_pages())),
        "languages" => Ok(languages::all()),
        "skins" => none("skin"),
        "fileextensions" => none("fe"),
        "functionhooks" => none("h"),
        "showhooks" => none("hook"),
        "variables" => none("v"),
        "extensiontags" => none("t"),
        "uploaddialog" => Ok(upload_dialog().into()),
        "languagevariants" => Ok(Object::new().into()),
        _ => none("_v"),
    }
}

async fn statistics(call: &Call<'_>) -> Result<Value, Failure> {
    let statistics = call.manager().environment().store.statistics.read().await?;
    Ok(Object::new()
        .with("pages", statistics.pages)
        .with("articles", statistics.articles)
        .with("edits", statistics.edits)
        .with("images", statistics.images)
        .with("users", statistics.users)
        .with("activeusers", statistics.active_users)
        .with("admins", count_in(call, "sysop").await?)
        .with("jobs", 0)
        .into())
}

async fn count_in(call: &Call<'_>, group: &str) -> Result<u64, Failure> {
    Ok(call.manager().environment().store.accounts.count_in_group(group, call.now()).await?)
}

async fn user_groups(call: &Call<'_>) -> Result<Value, Failure> {
    let rights = &call.manager().environment().settings.rights;
    let mut groups = Vec::new();
    for (name, rights) in &rights.groups {
        let mut group = Object::new()
            .with("name", name.clone())
            .with("rights", list("permission", rights.clone()));
        if call.values.is_set("numberingroup") {
            let store = &call.manager().environment().store;
            if name == "user" {
                group.set("number", store.statistics.read().await?.users);
            } else if !daemun_auth::rights::IMPLICIT_GROUPS.contains(&name.as_str()) {
                group.set("number", count_in(call, name).await?);
            }
        }
        groups.push(group);
    }
    Ok(list("group", groups))
}

fn restrictions() -> Value {
    Object::new()
        .with("types", list("type", ["create", "edit", "move", "upload"]))
        .with("levels", list("level", ["", "autoconfirmed", "sysop"]))
        .with("cascadinglevels", list("level", ["sysop"]))
        .with("semiprotectedlevels", list("level", ["autoconfirmed"]))
        .into()
}

/// `$wgAutopromote`: who is put into which group by itself.
fn autopromote(call: &Call<'_>) -> Object {
    let rights = &call.manager().environment().settings.rights;
    let condition = |name: &'static str, least: i64| {
        Object::new().with("condname", name).with("params", list("params", [least]))
    };
    let edits = i64::try_from(rights.auto_confirm_count).unwrap_or(i64::MAX);
    let both = Object::new()
        .with("operand", "&")
        .with("0", condition("APCOND_EDITCOUNT", edits))
        .with("1", condition("APCOND_AGE", rights.auto_confirm_age));
    Object::new().with("autoconfirmed", both)
}

/// `$wgUploadDialog` as MediaWiki has it where nobody set it.
fn upload_dialog() -> Object {
    let both = |local: &'static str, foreign: &'static str| {
        Object::new().with("local", local).with("foreign", foreign)
    };
    Object::new()
        .with(
            "fields",
            Object::new().with("description", true).with("date", false).with("categories", false),
        )
        .with("licensemessages", both("generic-local", "generic-foreign"))
        .with("comment", both("", ""))
        .with(
            "format",
            Object::new()
                .with("filepage", "$DESCRIPTION")
                .with("description", "$TEXT")
                .with("ownwork", "")
                .with("license", "")
                .with("uncategorized", ""),
        )
}
