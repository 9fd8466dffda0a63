//! `action=paraminfo`: the declarations of modules, for programs.

mod describe;

use std::borrow::Cow;

use crate::call::Call;
use crate::error::ApiError;
use crate::main_module::MAIN;
use crate::module::{Group, Module, Reads, Running};
use crate::params::{Kind, Param};
use crate::value::{Object, list};
use daemun_messages::Message;
use describe::Describing;

use super::Absent;

/// The parameters `querymodules` and `formatmodules` are from before paths.
pub(super) static MODULE: Module = Module {
    reads: Reads::No,
    params: &[
        Param::text("modules").multi(),
        Param::one_of("helpformat", &["html", "wikitext", "raw", "none"]).default("none"),
        Param::new("querymodules", Kind::ModuleName(&Group::OF_QUERY)).multi().deprecated(),
        Param::text("mainmodule").deprecated(),
        Param::text("pagesetmodule").deprecated(),
        Param::new("formatmodules", Kind::ModuleName(&[Group::Format])).multi().deprecated(),
    ],
    examples: &[
        (
            "action=paraminfo&modules=clientlogin|phpfm|query%2Buserinfo|query%2Bsiteinfo",
            "apihelp-paraminfo-example-1",
        ),
        ("action=paraminfo&modules=query%2B*", "apihelp-paraminfo-example-2"),
    ],
    help_urls: &["https://www.mediawiki.org/wiki/Special:MyLanguage/API:Parameter_information"],
    ..Module::new(Group::Action, "paraminfo", "MediaWiki\\Api\\ApiParamInfo", run)
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        let given = |name: &str| call.values.list(name).unwrap_or_default().to_vec();
        let (queries, formats) = (given("querymodules"), given("formatmodules"));
        let absent = Absent::by(&call.manager().environment().settings);
        let mut wanted = chosen(&given("modules"), call);
        wanted.extend(queries.iter().map(|name| format!("query+{name}")));
        wanted.extend(formats.iter().map(ToString::to_string));
        let mut seen = Vec::new();
        let mut groups: Vec<(&'static str, Vec<Object>)> = Vec::new();
        for path in wanted {
            if seen.contains(&path) {
                continue;
            }
            let module = match super::resolve(&path, absent) {
                Ok(module) => module,
                Err(error) => {
                    call.output.warn("paraminfo", error);
                    continue;
                }
            };
            seen.push(path);
            let mut entry = Describing::of(call).module(module);
            let is_of_query = Group::OF_QUERY.contains(&module.group);
            let key = if formats.iter().any(|name| name == module.name) {
                "formatmodules"
            } else if is_of_query && queries.iter().any(|name| name == module.name) {
                entry.set("querytype", module.group.parameter());
                "querymodules"
            } else {
                "modules"
            };
            match groups.iter_mut().find(|(known, _)| *known == key) {
                Some((_, entries)) => entries.push(entry),
                None => groups.push((key, vec![entry])),
            }
        }
        let format = call.values.text("helpformat").unwrap_or("none").to_owned();
        let mut info = Object::new().with("helpformat", format);
        for (key, entries) in groups {
            info.set(key, list("module", entries));
        }
        let is_asked =
            |name: &str| call.values.text(name).is_some_and(|v| !v.is_empty() && v != "0");
        if is_asked("mainmodule") {
            info.set("mainmodule", Describing::of(call).module(&MAIN));
        }
        if is_asked("pagesetmodule")
            && let Some(query) = super::action("query")
        {
            info.set("pagesetmodule", Describing::of(call).page_set(query));
        }
        call.output.result().set("paraminfo", info);
        Ok(())
    })
}

/// The paths that `modules` stands for: `+*` is all modules below another, `+**` at every depth.
fn chosen(given: &[Cow<'static, str>], call: &mut Call<'_>) -> Vec<String> {
    let absent = Absent::by(&call.manager().environment().settings);
    let mut paths = Vec::new();
    for path in given {
        let whole = match path.as_ref() {
            "*" | "**" => format!("main+{path}"),
            _ => path.replace(" *", "+*"),
        };
        let (parent, recursive) = match (whole.strip_suffix("+**"), whole.strip_suffix("+*")) {
            (Some(parent), _) => (parent, true),
            (None, Some(parent)) => (parent, false),
            (None, None) => {
                paths.push(path.to_string());
                continue;
            }
        };
        match super::resolve(parent, absent) {
            Err(error) => call.output.warn("paraminfo", error),
            Ok(module) => {
                let below = below(module, recursive, absent);
                if below.is_empty() {
                    let message = Message::new("apierror-badmodule-nosubmodules").with(parent);
                    call.output.warn("paraminfo", ApiError::new(message));
                }
                paths.extend(below);
            }
        }
    }
    paths
}

fn below(module: &Module, recursive: bool, absent: Absent) -> Vec<String> {
    let mut paths = Vec::new();
    for part in super::submodules(module, absent) {
        paths.push(part.path());
        if recursive {
            paths.extend(below(part, true, absent));
        }
    }
    paths
}
