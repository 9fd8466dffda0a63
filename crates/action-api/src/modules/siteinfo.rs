//! `meta=siteinfo`: what clients want to know of a wiki before they begin.

mod general;
mod namespaces;

use crate::call::Call;
use crate::error::Failure;
use crate::module::{Group, Module, Running};
use crate::output::CacheMode;
use crate::params::Param;
use crate::value::{Kind, Object, Value, list};

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
        "namespaces" => Ok(namespaces::all(site).into()),
        "namespacealiases" => Ok(namespaces::aliases(site)),
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
        "autopromote" | "autopromoteonce" | "defaultoptions" => {
            Ok(Object::new().kind(Kind::ListIfEmpty).into())
        }
        "extensions" => none("ext"),
        "interwikimap" => none("iw"),
        "libraries" | "clientlibraries" => none("library"),
        "magicwords" => none("magicword"),
        "specialpagealiases" => none("specialpage"),
        "languages" => Ok(list("lang", languages())),
        "skins" => none("skin"),
        "fileextensions" => none("fe"),
        "functionhooks" => none("h"),
        "showhooks" => none("hook"),
        "variables" => none("v"),
        "extensiontags" => none("t"),
        "uploaddialog" | "languagevariants" => Ok(Object::new().into()),
        _ => none("_v"),
    }
}

async fn statistics(call: &Call<'_>) -> Result<Value, Failure> {
    let users = call.manager().environment().store.accounts.count().await?;
    let admins = count_in(call, "sysop").await?;
    let mut statistics = Object::new();
    for name in ["pages", "articles", "edits", "images"] {
        statistics.set(name, 0);
    }
    Ok(statistics
        .with("users", users)
        .with("activeusers", 0)
        .with("admins", admins)
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
        if call.values.is_set("numberingroup")
            && !daemun_auth::rights::IMPLICIT_GROUPS.contains(&name.as_str())
        {
            group.set("number", count_in(call, name).await?);
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

/// The languages that we have texts in.
fn languages() -> [Object; 2] {
    [("en", "English"), ("ko", "한국어")].map(|(code, name)| {
        Object::new().with("code", code).with("bcp47", code).with("name", name).content("name")
    })
}
