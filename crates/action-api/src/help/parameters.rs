//! The parameters of a module: what each is for, and what it takes.

use daemun_auth::Settings;
use daemun_messages::{ListKind, Message, Param as MessageParam, escape_html};

use super::{Writer, texts};
use crate::module::{Group, Module};
use crate::params::{Kind, Multi, Param};

/// The block of all parameters, or nothing where there are none.
pub(super) fn html(writer: &Writer<'_>, module: &Module) -> String {
    let params = module.all_params();
    let dynamic = texts::dynamic_parameters(module);
    if params.is_empty() && dynamic.is_none() {
        return String::new();
    }
    let count = i64::try_from(params.len()).unwrap_or(i64::MAX);
    let head = Message::new("api-help-parameters").with(MessageParam::Num(count));
    let mut html = String::from("<div class=\"apihelp-block apihelp-parameters\">");
    html.push_str(&writer.wrapped(&head, "div", "apihelp-block-head"));
    if module.group != Group::Main {
        let note = Message::new("api-help-parameters-note");
        html.push_str(&writer.wrapped(&note, "div", "apihelp-block-header"));
    }
    html.push_str("<dl>");
    for param in &params {
        html.push_str(&parameter(writer, module, param));
    }
    if let Some(text) = dynamic {
        let text = writer.inline(&text);
        html.push_str(&format!("<dt>*</dt><dd class=\"description\">{text}</dd>"));
    }
    html.push_str("</dl></div>");
    html
}

fn parameter(writer: &Writer<'_>, module: &Module, param: &Param) -> String {
    let name = escape_html(&format!("{}{}", module.prefix, param.name));
    let mut html = format!("<dt><span dir=\"ltr\" lang=\"en\">{name}</span></dt>");
    if param.deprecated {
        let text = Message::new("api-help-param-deprecated");
        let text = writer.wrapped(&text, "strong", "apihelp-deprecated");
        html.push_str(&format!("<dd class=\"info\">{text}</dd>"));
    }
    let text = description(writer, module, param);
    html.push_str(&format!("<dd class=\"description\">{text}</dd>"));
    for line in info(param, writer.help.settings) {
        html.push_str(&format!("<dd class=\"info\">{}</dd>", writer.inline(&line)));
    }
    html
}

/// What a parameter is for, and what its values mean.
fn description(writer: &Writer<'_>, module: &Module, param: &Param) -> String {
    let mut html = writer.block(&texts::parameter(module, param));
    if let Some(more) = texts::web_token(module, param) {
        html.push_str(&writer.block(&more));
    }
    let values = texts::values(module, param, writer.absent());
    if values.is_empty() {
        return html;
    }
    let items: Vec<String> = values
        .iter()
        .map(|value| {
            let name = match &value.module {
                Some(path) => writer.inline(&Message::raw(link(path, value.value))),
                None => escape_html(value.value),
            };
            let text = writer.inline(&value.message);
            format!("<dt><span dir=\"ltr\" lang=\"en\">{name}</span></dt>\n<dd>{text}</dd>")
        })
        .collect();
    html.push_str(&format!("<dl>{}</dl>", items.join("\n")));
    html
}

/// A link to a module's help, as wikitext.
fn link(path: &str, name: &str) -> String {
    format!("[[Special:ApiHelp/{path}|{name}]]")
}

/// What a parameter takes, a line each: whether it must be there, its kind, how many, the default.
pub fn info(param: &Param, settings: &Settings) -> Vec<Message> {
    let mut lines = Vec::new();
    if param.required {
        lines.push(Message::new("paramvalidator-help-required"));
    }
    lines.extend(kind(param, settings));
    if let Some(multi) = param.multi {
        lines.extend(several(param, multi, settings));
    }
    lines.extend(range(param));
    if let Some(default) = param.default {
        lines.push(match default {
            "" => Message::new("paramvalidator-help-default-empty"),
            value => {
                Message::new("paramvalidator-help-default").with(MessageParam::plaintext(value))
            }
        });
    }
    lines
}

/// 2 for a parameter that takes several values, else 1, as the texts want to know.
fn one_or_several(param: &Param) -> i64 {
    if param.multi.is_some() { 2 } else { 1 }
}

fn kind(param: &Param, settings: &Settings) -> Option<Message> {
    let typed = |key: &'static str| Message::new(key).with(one_or_several(param));
    Some(match param.kind {
        Kind::Text => return None,
        Kind::Password => Message::new("paramvalidator-help-type-password"),
        Kind::Boolean => typed("paramvalidator-help-type-presenceboolean"),
        Kind::Integer { .. } => typed("paramvalidator-help-type-integer"),
        Kind::Limit { .. } => typed("paramvalidator-help-type-limit"),
        Kind::User(ways) => {
            let ways = ways
                .iter()
                .map(|way| Message::new(format!("paramvalidator-help-type-user-subtype-{way}")));
            let count = i64::try_from(ways.len()).unwrap_or(i64::MAX);
            typed("paramvalidator-help-type-user")
                .with(MessageParam::list(ways, ListKind::Text))
                .with(MessageParam::Num(count))
        }
        Kind::OneOf(_)
        | Kind::Submodule(_)
        | Kind::ModuleName(_)
        | Kind::UserGroup
        | Kind::UserRight => {
            let values = param.kind.shown_values(settings).unwrap_or_default();
            let count = i64::try_from(values.len()).unwrap_or(i64::MAX);
            let shown = values.into_iter().map(|value| match param.kind {
                Kind::Submodule(group) => {
                    let path = crate::modules::find(group, value).map(Module::path);
                    MessageParam::Text(link(&path.unwrap_or_default(), value))
                }
                _ => MessageParam::plaintext(value),
            });
            typed("paramvalidator-help-type-enum")
                .with(MessageParam::list(shown, ListKind::Comma))
                .with(MessageParam::Num(count))
        }
    })
}

fn several(param: &Param, multi: Multi, settings: &Settings) -> Vec<Message> {
    let number = |n: usize| MessageParam::Num(i64::try_from(n).unwrap_or(i64::MAX));
    let mut lines = Vec::new();
    let choice = param.kind.shown_values(settings);
    if choice.is_none() {
        lines.push(Message::new("paramvalidator-help-multi-separate"));
    }
    // The limits go without saying where there are not so many values.
    if choice.is_none_or(|values| values.len() > multi.limit) {
        lines.push(
            Message::new("paramvalidator-help-multi-max")
                .with(number(multi.limit))
                .with(number(multi.high_limit)),
        );
    }
    if let Some(all) = multi.all {
        lines
            .push(Message::new("paramvalidator-help-multi-all").with(MessageParam::plaintext(all)));
    }
    lines
}

fn range(param: &Param) -> Option<Message> {
    let number = |key: &'static str, min: MessageParam, max: MessageParam| {
        Message::new(key).with(one_or_several(param)).with(min).with(max)
    };
    match param.kind {
        Kind::Integer { min: Some(min) } => Some(number(
            "paramvalidator-help-type-number-min",
            MessageParam::Num(min),
            MessageParam::plaintext("∞"),
        )),
        Kind::Limit { max, .. } => Some(number(
            "paramvalidator-help-type-number-minmax",
            MessageParam::Num(1),
            MessageParam::Num(max),
        )),
        _ => None,
    }
}
