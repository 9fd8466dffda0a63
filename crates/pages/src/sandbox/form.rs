//! The form of a request: the parameters of every module that takes part in it.

use daemun_action_api::help::texts;
use daemun_action_api::main_module::MAIN;
use daemun_action_api::module::{Group, Module};
use daemun_action_api::modules;
use serde::Serialize;

use super::field::{Control, Field, Writer};
use super::filled::Filled;

/// Parameters that belong together.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct FieldGroup {
    /// `action=query`; empty where it is no module's.
    pub module: String,
    /// The module's path, for a link to its help.
    pub path: String,
    /// What people call it, where it is no module's.
    pub title_html: String,
    /// What it is for.
    pub description_html: String,
    pub fields: Vec<Field>,
    /// Whether it is shown at once, and not folded away.
    pub is_open: bool,
}

/// The modules that take part in a request.
pub(super) struct Parts {
    /// Of `action`; none where it names none.
    pub(super) action: Option<&'static Module>,
    /// Of `prop`, `list` and `meta`, where the action is `query`.
    pub(super) of_query: Vec<&'static Module>,
    pub(super) format: Option<&'static Module>,
}

impl Parts {
    /// Those that the values name, as far as the wiki has them.
    pub(super) fn of(filled: &Filled, writer: Writer<'_>) -> Self {
        let absent = writer.absent();
        let find = |group: Group, name: &str| {
            modules::find(group, name).filter(|module| !absent.has(module))
        };
        let internal = |name| modules::internal(name, writer.settings);
        let action = filled.get("action");
        let action = action.and_then(|name| find(Group::Action, name).or_else(|| internal(name)));
        let names = |group: Group| {
            let names = filled.values(group.parameter()).into_iter();
            names.filter_map(|name| find(group, name)).collect::<Vec<_>>()
        };
        let is_query = action.is_some_and(|action| action.name == "query");
        let mut of_query: Vec<&'static Module> = Vec::new();
        for module in Group::OF_QUERY.into_iter().filter(|_| is_query).flat_map(names) {
            // Whoever names one twice asks for it once.
            if !of_query.iter().any(|known| std::ptr::eq(*known, module)) {
                of_query.push(module);
            }
        }
        Self {
            action,
            of_query,
            format: filled.get("format").and_then(|name| find(Group::Format, name)),
        }
    }

    /// All of them, in the order in which a request names their parameters.
    fn all(&self) -> impl Iterator<Item = &'static Module> {
        self.action.into_iter().chain(self.of_query.iter().copied()).chain(self.format)
    }

    /// Whether one of them declares a parameter of this name, or every request may have it.
    pub(super) fn declare(&self, name: &str) -> bool {
        self.all().chain([&MAIN]).any(|module| {
            let bare = name.strip_prefix(module.prefix);
            bare.is_some_and(|bare| module.all_params().iter().any(|param| param.name == bare))
        })
    }
}

/// The parameters that choose what is done; they stand at the top.
const CHOOSING: [&str; 2] = ["action", "format"];

/// The fields that choose the action and the format.
pub(super) fn choosing(filled: &Filled, writer: Writer<'_>) -> Vec<Field> {
    let params = MAIN.params.iter().filter(|param| CHOOSING.contains(&param.name));
    let field = |param| {
        let mut field = writer.parameter(&MAIN, param, filled);
        // What they can be is told where they are chosen.
        for option in &mut field.options {
            option.text_html = None;
        }
        field
    };
    params.map(field).collect()
}

/// The parameters of all modules that take part, the format's last, and those of every request.
pub(super) fn groups(parts: &Parts, filled: &Filled, writer: Writer<'_>) -> Vec<FieldGroup> {
    let mut groups: Vec<FieldGroup> = Vec::new();
    let mut rarer = Vec::new();
    for module in parts.all() {
        let mut fields = fields(module, filled, writer);
        if module.name == "query" && module.group == Group::Action {
            // What its parts take is nearer to what people came for than the rest of its own.
            (fields, rarer) = fields.into_iter().partition(|field| field.reloads);
        }
        groups.push(FieldGroup {
            module: format!("{}={}", module.group.parameter(), module.name),
            path: module.path(),
            description_html: description(module, writer),
            fields,
            is_open: module.group != Group::Format,
            ..FieldGroup::default()
        });
    }
    if !rarer.is_empty() {
        let place = groups.len() - parts.format.iter().count();
        let more = folded("daemun-sandbox-more-of-query", rarer, "query", writer);
        groups.insert(place, more);
    }
    let mut everywhere = fields(&MAIN, filled, writer);
    everywhere.retain(|field| !CHOOSING.contains(&field.name.as_str()));
    groups.push(folded("daemun-sandbox-every-request", everywhere, MAIN.name, writer));
    groups
}

/// Parameters that are seldom needed: they stand open only where one is filled in.
fn folded(title: &'static str, fields: Vec<Field>, path: &str, writer: Writer<'_>) -> FieldGroup {
    FieldGroup {
        path: path.to_owned(),
        title_html: writer.html(&title.into()),
        is_open: fields.iter().any(|field| !field.value.is_empty()),
        fields,
        ..FieldGroup::default()
    }
}

/// What was filled in that no module declares: fields of a dialogue that is not under way, and
/// whatever else somebody wants to send.
pub(super) fn others(filled: &Filled, is_known: impl Fn(&str) -> bool) -> Vec<Field> {
    let names = filled.names().filter(|name| !is_known(name));
    let field = |name: &str| Field {
        value: filled.get(name).unwrap_or_default().to_owned(),
        is_readable: !name.to_ascii_lowercase().contains("password"),
        ..Field::named(name, if sounds_secret(name) { Control::Secret } else { Control::Text })
    };
    names.map(field).collect()
}

/// Whether a parameter that no module declares is taken for a secret: codes of second factors are
/// none for the API, but need not be in a browser's history either.
pub(super) fn sounds_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let ends = ["password", "token", "retype", "code", "secret"];
    ends.iter().any(|end| name.ends_with(end))
}

fn description(module: &'static Module, writer: Writer<'_>) -> String {
    let texts = texts::description(module, writer.settings);
    let texts = texts.iter().filter(|text| !texts::is_left_out(text));
    texts.map(|text| writer.block(text)).collect()
}

fn fields(module: &'static Module, filled: &Filled, writer: Writer<'_>) -> Vec<Field> {
    module.all_params().iter().map(|param| writer.parameter(module, param, filled)).collect()
}

#[cfg(test)]
mod tests {
    use daemun_auth::settings::{SecretKey, Settings};
    use daemun_messages::{HtmlLinks, Language};

    use super::*;

    fn with<T>(query: &str, look: impl FnOnce(&Parts, &Filled, Writer<'_>) -> T) -> T {
        let settings = Settings::defaults("wiki", SecretKey::new(vec![7; 32]));
        let links = HtmlLinks::default();
        let writer = Writer { language: &Language::EN, links: &links, settings: &settings };
        let filled = Filled::of_query(query);
        look(&Parts::of(&filled, writer), &filled, writer)
    }

    fn titles(query: &str) -> Vec<String> {
        with(query, |parts, filled, writer| {
            groups(parts, filled, writer).into_iter().map(|group| group.module).collect()
        })
    }

    #[test]
    fn the_parts_of_a_query_bring_their_parameters() {
        assert_eq!(
            titles("action=query&meta=siteinfo|tokens&list=users&format=json"),
            ["action=query", "list=users", "meta=siteinfo", "meta=tokens", "", "format=json", ""]
        );
        assert_eq!(
            titles("action=query&meta=tokens|siteinfo|tokens"),
            ["action=query", "meta=tokens", "meta=siteinfo", "", ""],
            "each of them once"
        );
        assert_eq!(titles("action=clientlogin&meta=siteinfo"), ["action=clientlogin", ""]);
        assert_eq!(titles("action=nothing"), [""]);
    }

    #[test]
    fn what_nobody_declares_is_kept_and_secret_where_it_sounds_so() {
        let others = with("action=query&username=A&OATHToken=1&titles=B", |parts, filled, _| {
            others(filled, |name| parts.declare(name))
        });
        let names: Vec<(&str, bool)> =
            others.iter().map(|field| (field.name.as_str(), field.is_secret())).collect();
        assert_eq!(names, [("username", false), ("OATHToken", true)]);
    }
}
