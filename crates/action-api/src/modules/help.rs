//! `action=help`: the declarations of modules, for people. The default action, so that whoever
//! opens `api.php` in a browser sees what there is.

use daemun_messages::{Message, escape_html};

use crate::call::Call;
use crate::main_module::MAIN;
use crate::module::{Group, Module, Reads, Running};
use crate::params::Param;
use crate::value::Object;

pub(super) static MODULE: Module = Module {
    reads: Reads::No,
    params: &[
        Param::text("modules").default("main").multi(),
        Param::boolean("submodules"),
        Param::boolean("recursivesubmodules"),
        Param::boolean("wrap"),
        Param::boolean("toc"),
    ],
    examples: &[
        ("action=help", "apihelp-help-example-main"),
        ("action=help&modules=clientlogin", "apihelp-help-example-help"),
    ],
    help_urls: &["https://www.mediawiki.org/wiki/Special:MyLanguage/API:Main_page"],
    ..Module::new(Group::Action, "help", "MediaWiki\\Api\\ApiHelp", run)
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        let paths = call.values.list("modules").unwrap_or_default().to_vec();
        let mut html = String::new();
        for path in &paths {
            html.push_str(&section(path, call));
        }
        if call.values.is_set("wrap") {
            let help = Object::new()
                .with("mime", "text/html")
                .with("filename", "api-help.html")
                .with("help", html)
                .content("help")
                .content_as_element();
            call.output.result().set("help", help);
            return Ok(());
        }
        let title = text(call, &Message::new("api-help-title"));
        let site = escape_html(&call.api.site.name);
        let language = call.presentation.language.code();
        let direction = call.presentation.language.direction();
        call.output.page = Some(format!(
            "<!DOCTYPE html>\n<html lang=\"{language}\" dir=\"{direction}\"><head>\
             <meta charset=\"UTF-8\"><title>{title} - {site}</title></head><body>\
             <main><h1 id=\"firstHeading\">{title}</h1>{html}</main></body></html>\n"
        ));
        Ok(())
    })
}

fn section(path: &str, call: &Call<'_>) -> String {
    if path == "main" {
        let summary = text(call, &Message::new("apihelp-main-summary"));
        let parameters = parameters("main", "", MAIN, call);
        return format!("<h2 id=\"main\">api.php</h2><p>{summary}</p>{parameters}");
    }
    let module = match path.strip_prefix("query+") {
        Some(name) => [Group::Prop, Group::List, Group::Meta]
            .into_iter()
            .find_map(|group| super::find(group, name)),
        None => super::action(path).or_else(|| super::find(Group::Format, path)),
    };
    let Some(module) = module else { return String::new() };
    let summary = text(call, &Message::new(format!("apihelp-{path}-summary")));
    let parameters = parameters(path, module.prefix, &module.all_params(), call);
    let group = module.group.parameter();
    let (name, prefix) = (module.name, module.prefix);
    let prefix = if prefix.is_empty() { String::new() } else { format!(" ({prefix})") };
    format!(
        "<h2 id=\"{path}\" class=\"apihelp-header apihelp-module-name\">{group}={name}{prefix}</h2>\
         <p>{summary}</p>{parameters}"
    )
}

fn parameters(path: &str, prefix: &str, params: &[Param], call: &Call<'_>) -> String {
    if params.is_empty() {
        return String::new();
    }
    let mut html = String::from("<dl>");
    for param in params {
        let key = param
            .help
            .map_or_else(|| format!("apihelp-{path}-param-{}", param.name), str::to_owned);
        let explained = text(call, &Message::new(key));
        html.push_str(&format!("<dt>{prefix}{}</dt><dd>{explained}</dd>", param.name));
    }
    html.push_str("</dl>");
    html
}

fn text(call: &Call<'_>, message: &Message) -> String {
    daemun_messages::html(message, &call.presentation.language, &call.api.site.links())
}
