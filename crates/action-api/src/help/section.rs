//! The help of one module.

use daemun_messages::{ListKind, Message, Param as MessageParam, escape_html};

use super::{Writer, parameters, texts};
use crate::module::{Group, Module, Reads};
use crate::site::SOURCE;

/// A module's heading, as text.
pub(super) fn title(writer: &Writer<'_>, module: &Module) -> String {
    if module.group == Group::Main {
        return writer.inline(&Message::new("api-help-main-header"));
    }
    let (group, name) = (module.group.parameter(), module.name);
    match module.prefix {
        "" => format!("{group}={name}"),
        prefix => format!("{group}={name} ({prefix})"),
    }
}

/// A module's help.
pub(super) fn html(
    writer: &Writer<'_>,
    module: &'static Module,
    is_alone: bool,
    level: usize,
    anchor: &str,
) -> String {
    let parts = [
        header(writer, module, is_alone, level, anchor),
        flags(writer, module),
        description(writer, module),
        help_urls(writer, module),
        parameters::html(writer, module),
        examples(writer, module),
        if module.group == Group::Main { permissions(writer) } else { String::new() },
    ];
    parts.join("\n")
}

fn header(
    writer: &Writer<'_>,
    module: &Module,
    is_alone: bool,
    level: usize,
    anchor: &str,
) -> String {
    let title = title(writer, module);
    let anchor = escape_html(anchor);
    if module.group == Group::Main {
        return format!("<h{level} class=\"apihelp-header\" id=\"{anchor}\">{title}</h{level}>");
    }
    // Names of modules are English in every language.
    format!(
        "<h{level} class=\"apihelp-header apihelp-module-name\" dir=\"ltr\" lang=\"en\" \
         id=\"{anchor}\">{title}</h{level}>{}",
        trail(writer, module, is_alone)
    )
}

/// The way from the main module to this one.
fn trail(writer: &Writer<'_>, module: &Module, is_alone: bool) -> String {
    let path = module.path();
    let mut steps = vec![("main", "main".to_owned())];
    if path != module.name {
        steps.push(("query", "query".to_owned()));
    }
    steps.push((module.name, path.clone()));
    let steps = steps.into_iter().map(|(name, step)| {
        if is_alone && step == path {
            return format!("<b dir=\"ltr\" lang=\"en\">{name}</b>");
        }
        let url = writer.links.url(&format!("Special:ApiHelp/{step}"));
        let url = escape_html(&url);
        format!("<a href=\"{url}\" class=\"apihelp-linktrail\" dir=\"ltr\" lang=\"en\">{name}</a>")
    });
    let steps: Vec<String> = steps.collect();
    format!("<div class=\"apihelp-linktrail\">({})</div>", steps.join(" | "))
}

/// What holds of a module beside its parameters, in MediaWiki's words and order.
pub(crate) fn flag_names(
    module: &Module,
    settings: &daemun_auth::settings::Settings,
) -> Vec<&'static str> {
    let flags = [
        ("deprecated", (module.deprecated)(settings)),
        ("internal", module.internal),
        ("readrights", module.reads != Reads::No),
        ("writerights", module.writes),
        ("mustbeposted", module.must_be_posted),
    ];
    flags.into_iter().filter(|(_, holds)| *holds).map(|(name, _)| name).collect()
}

fn flags(writer: &Writer<'_>, module: &Module) -> String {
    let mut html = String::from("<div class=\"apihelp-block apihelp-flags\">");
    let names = flag_names(module, writer.help.settings);
    let count = i64::try_from(names.len()).unwrap_or(i64::MAX);
    let head = Message::new("api-help-flags").with(MessageParam::Num(count));
    html.push_str(&writer.wrapped(&head, "div", "apihelp-block-head"));
    html.push_str("<ul>");
    for name in names {
        let text = Message::new(format!("api-help-flag-{name}"));
        let text = writer.wrapped(&text, "span", &format!("apihelp-flag-{name}"));
        html.push_str(&format!("<li>{text}</li>"));
    }
    let source = Message::new("api-help-source").with(SOURCE.name);
    let licence = Message::new("api-help-license").with(SOURCE.licence_url).with(SOURCE.licence);
    for (message, class) in [(source, "apihelp-source"), (licence, "apihelp-license")] {
        html.push_str(&format!("<li>{}</li>", writer.wrapped(&message, "span", class)));
    }
    html.push_str("</ul></div>");
    html
}

fn description(writer: &Writer<'_>, module: &Module) -> String {
    let messages = texts::description(module, writer.help.settings);
    let messages = messages.iter().filter(|message| !texts::is_left_out(message));
    messages.map(|message| writer.block(message)).collect()
}

fn help_urls(writer: &Writer<'_>, module: &Module) -> String {
    // The main module's stand in the lead and in its description.
    if module.help_urls.is_empty() {
        return String::new();
    }
    let count = i64::try_from(module.help_urls.len()).unwrap_or(i64::MAX);
    let head = Message::new("api-help-help-urls").with(MessageParam::Num(count));
    let items: String = module
        .help_urls
        .iter()
        .map(|url| {
            let url = escape_html(url);
            format!("<li><a href=\"{url}\" dir=\"ltr\">{url}</a></li>")
        })
        .collect();
    format!(
        "<div class=\"apihelp-block apihelp-help-urls\">{}<ul>{items}</ul></div>",
        writer.wrapped(&head, "div", "apihelp-block-head")
    )
}

fn examples(writer: &Writer<'_>, module: &Module) -> String {
    if module.examples.is_empty() {
        return String::new();
    }
    let count = i64::try_from(module.examples.len()).unwrap_or(i64::MAX);
    let head = Message::new("api-help-examples").with(MessageParam::Num(count));
    let script = writer.help.site.script_url("api.php");
    let sandbox = writer.links.url("Special:ApiSandbox");
    let open = writer.inline(&Message::new("api-help-open-in-apisandbox"));
    let items: String = module
        .examples
        .iter()
        .map(|(query, key)| {
            let text = writer.inline(&texts::example(module, key));
            let [link, sandbox] =
                [format!("{script}?{query}"), format!("{sandbox}#{query}")].map(|url| {
                    // A bar may stand in a text, not in an address.
                    escape_html(&url.replace('|', "%7C"))
                });
            let shown = escape_html(query);
            format!(
                "<dt>{text}</dt><dd><a href=\"{link}\" dir=\"ltr\" rel=\"nofollow\">\
                 api.php?{shown}</a> <a href=\"{sandbox}\">{open}</a></dd>"
            )
        })
        .collect();
    format!(
        "<div class=\"apihelp-block apihelp-examples\">{}<dl>{items}</dl></div>",
        writer.wrapped(&head, "div", "apihelp-block-head")
    )
}

/// The rights that matter to the API as a whole.
fn permissions(writer: &Writer<'_>) -> String {
    const RIGHT: &str = "apihighlimits";
    let head = Message::new("api-help-permissions").with(MessageParam::Num(1));
    let text = Message::new("api-help-right-apihighlimits")
        .with(MessageParam::Num(500))
        .with(MessageParam::Num(5000));
    let groups = writer.help.settings.rights.groups_with(RIGHT);
    let count = i64::try_from(groups.len()).unwrap_or(i64::MAX);
    let groups = groups.into_iter().map(|group| if group == "*" { "all" } else { group });
    let groups: Vec<MessageParam> = groups.map(MessageParam::plaintext).collect();
    let granted = Message::new("api-help-permissions-granted-to")
        .with(MessageParam::Num(count))
        .with(MessageParam::list(groups, ListKind::Text));
    format!(
        "<div class=\"apihelp-block apihelp-permissions\">{}<dl><dt>{RIGHT}</dt><dd>{}</dd>\
         <dd>{}</dd></dl></div>\n",
        writer.wrapped(&head, "div", "apihelp-block-head"),
        writer.inline(&text),
        writer.inline(&granted)
    )
}
