//! `action=paraminfo`: the declarations of modules, for programs.

use daemun_messages::{Message, Param as MessageParam};

use crate::call::Call;
use crate::error::ApiError;
use crate::main_module::MAIN;
use crate::module::{Group, Module, Reads, Running};
use crate::params::{Kind, Param};
use crate::value::{Object, Value, list};

pub(super) static MODULE: Module = Module {
    reads: Reads::No,
    params: &[
        Param::text("modules").multi(),
        Param::one_of("helpformat", &["html", "none", "raw", "wikitext"]).default("none"),
        Param::text("querymodules").multi(),
        Param::text("mainmodule"),
        Param::text("pagesetmodule"),
        Param::text("formatmodules").multi(),
    ],
    examples: &[(
        "action=paraminfo&modules=parse|phpfm|query%2Ballpages|query%2Bsiteinfo",
        "apihelp-paraminfo-example-1",
    )],
    help_urls: &["https://www.mediawiki.org/wiki/Special:MyLanguage/API:Parameter_information"],
    ..Module::new(Group::Action, "paraminfo", "MediaWiki\\Api\\ApiParamInfo", run)
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        let high = call.is_allowed("apihighlimits");
        let mut paths: Vec<String> = call.values.list("modules").unwrap_or_default().to_vec();
        let prefixed = |prefix: &str, names: Option<&[String]>| -> Vec<String> {
            names.unwrap_or_default().iter().map(|name| format!("{prefix}{name}")).collect()
        };
        paths.extend(prefixed("query+", call.values.list("querymodules")));
        paths.extend(prefixed("", call.values.list("formatmodules")));
        if call.values.text("mainmodule").is_some() {
            paths.push("main".to_owned());
        }
        let mut entries = Vec::new();
        for path in paths {
            if path == "main" {
                entries.push(describe_main(high));
                continue;
            }
            match find(&path) {
                found if found.is_empty() => call.output.warn("paraminfo", unknown(&path)),
                found => entries.extend(found.into_iter().map(|module| describe(module, high))),
            }
        }
        let format = call.values.text("helpformat").unwrap_or("none").to_owned();
        let info =
            Object::new().with("helpformat", format).with("modules", list("module", entries));
        call.output.result().set("paraminfo", info);
        Ok(())
    })
}

/// The modules of a path; `query+*` stands for all parts of `query`.
fn find(path: &str) -> Vec<&'static Module> {
    let parts = [Group::Prop, Group::List, Group::Meta];
    match path.strip_prefix("query+") {
        Some("*" | "**") => {
            let mut all: Vec<&'static Module> =
                parts.into_iter().flat_map(super::of_group).copied().collect();
            all.sort_by_key(|module| module.name);
            all
        }
        Some(name) => parts.into_iter().filter_map(|group| super::find(group, name)).collect(),
        None => [Group::Action, Group::Format]
            .into_iter()
            .filter_map(|group| super::find(group, path))
            .collect(),
    }
}

fn unknown(path: &str) -> ApiError {
    let message = Message::new("apierror-badmodule-nosuchsubmodule")
        .with(MessageParam::Plaintext("main".to_owned()))
        .with(MessageParam::Plaintext(path.to_owned()));
    ApiError::new(message).code("badmodule-nosuchsubmodule")
}

const SOURCE: &str = "daemun";
const LICENCE: &str = "MIT OR Apache-2.0";

fn described(name: &str, class: &str, path: String) -> Object {
    Object::new()
        .with("name", name.to_owned())
        .with("classname", class.to_owned())
        .with("path", path)
}

fn licence(entry: Object, prefix: &'static str) -> Object {
    entry
        .with("prefix", prefix)
        .with("source", SOURCE)
        .with("sourcename", SOURCE)
        .with("licensetag", LICENCE)
        .with("licenselink", "https://spdx.org/licenses/MIT.html")
}

fn describe_main(high: bool) -> Object {
    let entry = described("main", "MediaWiki\\Api\\ApiMain", "main".to_owned());
    let urls = [
        "https://www.mediawiki.org/wiki/Special:MyLanguage/API:Main_page",
        "https://www.mediawiki.org/wiki/Special:MyLanguage/API:FAQ",
        "https://www.mediawiki.org/wiki/Special:MyLanguage/API:Quick_start_guide",
    ];
    licence(entry, "")
        .with("helpurls", list("helpurl", urls))
        .with("parameters", parameters(MAIN, None, high))
        .with("templatedparameters", list("param", Vec::<Object>::new()))
}

fn describe(module: &'static Module, high: bool) -> Object {
    let mut entry = described(module.name, module.class, module.path());
    entry.set("group", module.group.parameter());
    let mut entry = licence(entry, module.prefix);
    for (name, holds) in [
        ("readrights", module.reads != Reads::No),
        ("writerights", module.writes),
        ("mustbeposted", module.must_be_posted),
    ] {
        if holds {
            entry.set(name, true);
        }
    }
    entry.set("helpurls", list("helpurl", module.help_urls.iter().copied()));
    entry.set("parameters", parameters(&module.all_params(), Some(module), high));
    entry.set("templatedparameters", list("param", Vec::<Object>::new()));
    if module.dynamic_parameters.is_some() {
        entry.set("dynamicparameters", true);
    }
    entry
}

fn parameters(params: &[Param], module: Option<&Module>, high: bool) -> Value {
    let mut index = 0;
    let entries: Vec<Object> = params
        .iter()
        .map(|param| {
            index += 1;
            parameter(index, param, module, high)
        })
        .collect();
    list("param", entries)
}

fn parameter(index: i64, param: &Param, module: Option<&Module>, high: bool) -> Object {
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let mut entry = Object::new().with("index", index).with("name", param.name);
    entry.set("type", kind(param));
    entry.set("required", param.required);
    if let Some(default) = param.default {
        entry.set("default", default_value(param.kind, default));
    }
    for (name, holds) in [("deprecated", param.deprecated), ("sensitive", param.sensitive)] {
        if holds {
            entry.set(name, true);
        }
    }
    entry.set("multi", param.multi.is_some());
    if let Some(multi) = param.multi {
        entry.set("lowlimit", number(multi.limit));
        entry.set("highlimit", number(multi.high_limit));
        entry.set("limit", number(if high { multi.high_limit } else { multi.limit }));
        if let Some(all) = multi.all {
            entry.set("allspecifier", all);
        }
    }
    match param.kind {
        Kind::Submodule(group) => {
            let mut names: Vec<&Module> = super::of_group(group).to_vec();
            names.sort_by_key(|module| module.name);
            let paths = names
                .into_iter()
                .fold(Object::new(), |all, module| all.with(module.name, module.path()));
            entry.set("submodules", paths);
        }
        Kind::Integer { min: Some(min) } => entry.set("min", min),
        Kind::Limit { max, high } => {
            entry.set("min", 1);
            entry.set("max", max);
            entry.set("highmax", high);
        }
        _ => {}
    }
    let token = module.and_then(|module| module.token).filter(|_| param.name == "token");
    if let Some(token) = token {
        entry.set("tokentype", token.kind.name());
    }
    entry
}

/// The name of a kind, or the values in order.
fn kind(param: &Param) -> Value {
    match param.kind {
        Kind::Text => "string".into(),
        Kind::Password => "password".into(),
        Kind::Boolean => "boolean".into(),
        Kind::Integer { .. } => "integer".into(),
        Kind::Limit { .. } => "limit".into(),
        Kind::User { .. } => "user".into(),
        Kind::OneOf(values) => {
            let mut values = values.to_vec();
            values.sort_unstable();
            list("t", values)
        }
        Kind::Submodule(group) => {
            let mut names: Vec<&str> =
                super::of_group(group).iter().map(|module| module.name).collect();
            names.sort_unstable();
            list("t", names)
        }
    }
}

fn default_value(kind: Kind, default: &'static str) -> Value {
    match kind {
        Kind::Integer { .. } | Kind::Limit { .. } => {
            default.parse::<i64>().map_or_else(|_| default.into(), Value::from)
        }
        _ => default.into(),
    }
}
