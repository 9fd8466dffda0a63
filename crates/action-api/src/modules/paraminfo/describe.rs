//! A module's declaration as `paraminfo` shows it.

use daemun_auth::settings::Settings;
use daemun_messages::{
    Format, HtmlLinks, Language, Message, html_block, message_json, strip_outer_paragraph, text,
};

use crate::call::Call;
use crate::help::{flag_names, texts};
use crate::module::{Group, Module};
use crate::modules::{self, Absent};
use crate::params::{Kind, Param};
use crate::site::SOURCE;
use crate::value::{Object, Value, list};

/// In which form texts are given (`helpformat`).
#[derive(Clone, Copy, PartialEq, Eq)]
enum TextFormat {
    Html,
    Wikitext,
    Raw,
    None,
}

/// Describes modules to one client.
pub(super) struct Describing<'a> {
    format: TextFormat,
    language: &'a Language,
    links: HtmlLinks,
    settings: &'a Settings,
    /// Whether the client has the higher limits.
    high: bool,
}

/// A text and the value it explains, if it explains one.
type Explained = (Message, Option<texts::ValueText>);

impl<'a> Describing<'a> {
    pub(super) fn of(call: &Call<'a>) -> Self {
        let format = match call.values.text("helpformat") {
            Some("html") => TextFormat::Html,
            Some("wikitext") => TextFormat::Wikitext,
            Some("raw") => TextFormat::Raw,
            _ => TextFormat::None,
        };
        Self {
            format,
            language: &call.presentation.language,
            links: call.api.site.links(),
            settings: &call.manager().environment().settings,
            high: call.is_allowed("apihighlimits"),
        }
    }

    /// All about a module.
    pub(super) fn module(&self, module: &'static Module) -> Object {
        let mut entry = Object::new()
            .with("name", module.name)
            .with("classname", module.class)
            .with("path", module.path());
        if module.group != Group::Main {
            entry.set("group", module.group.parameter());
        }
        self.rest(entry, module, &module.all_params())
    }

    /// About the parameters that choose pages, which belong to `query`.
    pub(super) fn page_set(&self, query: &'static Module) -> Object {
        const NAMES: [&str; 6] =
            ["titles", "pageids", "revids", "generator", "redirects", "converttitles"];
        let params: Vec<Param> =
            query.params.iter().filter(|param| NAMES.contains(&param.name)).copied().collect();
        let entry = Object::new().with("classname", "MediaWiki\\Api\\ApiPageSet");
        let mut entry = self.rest(entry, query, &params);
        entry.set("helpurls", list("helpurl", Vec::<&str>::new()));
        entry
    }

    fn rest(&self, entry: Object, module: &'static Module, params: &[Param]) -> Object {
        let mut entry = entry
            .with("prefix", module.prefix)
            .with("source", SOURCE.name)
            .with("sourcename", SOURCE.name)
            .with("licensetag", SOURCE.licence)
            .with("licenselink", SOURCE.licence_url);
        let description = texts::description(module, self.settings);
        self.texts(&mut entry, "description", &plain(description));
        for flag in flag_names(module, self.settings) {
            entry.set(flag, true);
        }
        entry.set("helpurls", list("helpurl", module.help_urls.iter().copied()));
        if self.format != TextFormat::None {
            let examples = module.examples.iter().map(|(query, key)| {
                let mut item = Object::new().with("query", *query).elements(&["description"]);
                self.text(&mut item, "description", texts::example(module, key));
                item
            });
            entry.set("examples", list("example", examples));
        }
        let numbered = (1..).zip(params);
        let params = numbered.map(|(index, param)| self.parameter(index, param, module));
        entry.set("parameters", list("param", params));
        entry.set("templatedparameters", list("param", Vec::<Object>::new()));
        if let Some(message) = texts::dynamic_parameters(module) {
            if self.format == TextFormat::None {
                entry.set("dynamicparameters", true);
            } else {
                self.texts(&mut entry, "dynamicparameters", &plain(vec![message]));
            }
        }
        entry
    }

    fn parameter(&self, index: i64, param: &Param, module: &'static Module) -> Object {
        let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let mut entry = Object::new().with("index", index).with("name", param.name);
        let own = [Some(texts::parameter(module, param)), texts::web_token(module, param)];
        let mut messages = plain(own.into_iter().flatten().collect());
        let values = texts::values(module, param, Absent::by(self.settings)).into_iter();
        messages.extend(values.map(|value| (value.message.clone(), Some(value))));
        self.texts(&mut entry, "description", &messages);
        entry.set("type", kind(param.kind, self.settings));
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
            entry.set("limit", number(if self.high { multi.high_limit } else { multi.limit }));
            entry = entry.with_some("allspecifier", multi.all);
        }
        match param.kind {
            Kind::Submodule(group) => {
                let names = param.kind.sorted_values(Absent::by(self.settings)).unwrap_or_default();
                let modules = names.into_iter().filter_map(|name| modules::find(group, name));
                let paths =
                    modules.fold(Object::new(), |all, module| all.with(module.name, module.path()));
                entry.set("submodules", paths);
            }
            Kind::User(ways) => entry.set("subtypes", list("subtype", ways.iter().copied())),
            Kind::Integer { min: Some(min) } => entry.set("min", min),
            Kind::Limit { max, high } => {
                entry.set("min", 1);
                entry.set("max", max);
                entry.set("highmax", high);
            }
            _ => {}
        }
        let token = module.token.filter(|_| param.name == "token");
        entry.with_some("tokentype", token.map(|token| token.kind.name()))
    }

    /// One text, which raw is no list.
    fn text(&self, entry: &mut Object, name: &'static str, message: Message) {
        match self.format {
            TextFormat::Raw => entry.set(name, raw(&(message, None))),
            _ => self.texts(entry, name, &plain(vec![message])),
        }
    }

    /// Texts one after the other.
    fn texts(&self, entry: &mut Object, name: &'static str, messages: &[Explained]) {
        match self.format {
            TextFormat::None => {}
            TextFormat::Raw => entry.set(name, list("msg", messages.iter().map(raw))),
            TextFormat::Wikitext => {
                let mut joined = String::new();
                let mut was_value = false;
                for (position, (message, value)) in messages.iter().enumerate() {
                    let wikitext = match texts::is_left_out(message) {
                        true => String::new(),
                        false => text(message, self.language, Format::Wikitext),
                    };
                    if position > 0 {
                        joined.push_str(if was_value && value.is_some() { "\n" } else { "\n\n" });
                    }
                    was_value = value.is_some();
                    match value {
                        Some(value) => joined.push_str(&format!(
                            ";<span dir=\"ltr\" lang=\"en\">{}</span>:{wikitext}",
                            shown(value)
                        )),
                        None => joined.push_str(&wikitext),
                    }
                }
                entry.set(name, joined);
            }
            TextFormat::Html => entry.set(name, self.html(messages)),
        }
    }

    fn html(&self, messages: &[Explained]) -> String {
        let inline = |message: &Message| daemun_messages::html(message, self.language, &self.links);
        let explained = messages.iter().filter_map(|(message, value)| {
            let value = value.as_ref()?;
            let name = inline(&Message::raw(shown(value)));
            let text = inline(message);
            Some(format!("<dt><span dir=\"ltr\" lang=\"en\">{name}</span></dt>\n<dd>{text}</dd>"))
        });
        let explained: Vec<String> = explained.collect();
        let own = messages.iter().filter(|(_, value)| value.is_none());
        let blocks = own.map(|(message, _)| match texts::is_left_out(message) {
            true => String::new(),
            false => html_block(message, self.language, &self.links),
        });
        let mut blocks: Vec<String> = blocks.collect();
        if !explained.is_empty() {
            blocks.push(format!("<dl>{}</dl>\n", explained.join("\n")));
        }
        strip_outer_paragraph(&blocks.join("\n")).to_owned()
    }
}

fn plain(messages: Vec<Message>) -> Vec<Explained> {
    messages.into_iter().map(|message| (message, None)).collect()
}

/// A value as wikitext: a module's name is a link to its help.
fn shown(value: &texts::ValueText) -> String {
    match &value.module {
        Some(path) => format!("[[Special:ApiHelp/{path}|{}]]", value.value),
        None => value.value.to_owned(),
    }
}

fn raw((message, value): &Explained) -> Object {
    let json = message_json(message);
    let member = |name: &str| json.get(name).map_or(Value::Null, Value::from);
    Object::new()
        .with("key", member("key"))
        .with("params", member("params"))
        .with_some("forvalue", value.as_ref().map(shown))
}

/// The name of a kind, or the values in order.
fn kind(kind: Kind, settings: &Settings) -> Value {
    match kind {
        Kind::Text => "string".into(),
        Kind::Password => "password".into(),
        Kind::Boolean => "boolean".into(),
        Kind::Integer { .. } => "integer".into(),
        Kind::Limit { .. } => "limit".into(),
        Kind::User(_) => "user".into(),
        Kind::OneOf(_)
        | Kind::Submodule(_)
        | Kind::ModuleName(_)
        | Kind::UserGroup
        | Kind::UserRight => {
            let values = kind.shown_values(settings).unwrap_or_default();
            list("t", values.into_iter().map(str::to_owned))
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
