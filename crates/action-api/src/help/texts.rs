//! Which messages explain a module, its parameters and its examples. Keys follow from the
//! declarations; help, `paraminfo` and the check for missing texts all ask here.

use daemun_auth::settings::Settings;
use daemun_messages::{Message, exists};

use crate::module::{Group, Module};
use crate::modules::{self, Absent};
use crate::params::{Kind, Param};

/// The one line that says what a module does.
pub fn summary(module: &Module) -> Message {
    about(Message::new(format!("apihelp-{}-summary", module.path())), module)
}

/// The paragraphs that say what a module does: the summary, the longer description, of which there
/// may be no text, and how a dialogue goes.
pub fn description(module: &Module, settings: &Settings) -> Vec<Message> {
    let longer = (module.extended_description)(settings);
    let longer = Message::new(format!("apihelp-{}-{longer}", module.path()));
    let mut messages = vec![summary(module), about(longer, module)];
    if let Some(action) = module.dialogue.filter(|_| module.goes_in_steps()) {
        let token = module.token.map_or("", |token| token.kind.name());
        let usage = about(Message::new("api-help-authmanager-general-usage"), module);
        messages.push(usage.with(action).with(token));
    }
    messages
}

/// Whether a description has no such part; its text is then empty.
pub fn is_left_out(message: &Message) -> bool {
    message.key.ends_with("-extended-description") && !exists(&message.key)
}

/// A message with what every text about a module may name: its prefix, name and path.
fn about(message: Message, module: &Module) -> Message {
    message.with(module.prefix).with(module.name).with(module.path())
}

/// What an example shows.
pub fn example(module: &Module, key: &'static str) -> Message {
    about(Message::new(key), module)
}

/// The text about the fields that a dialogue asks for.
pub fn dynamic_parameters(module: &Module) -> Option<Message> {
    let action = module.dialogue.filter(|_| module.takes_fields())?;
    let message = Message::new("api-help-authmanagerhelper-additional-params").with(action);
    Some(about(message, module))
}

/// What a parameter is for.
pub fn parameter(module: &Module, param: &Param) -> Message {
    let message = match param.help {
        Some(key) => Message::new(key),
        None => Message::new(format!("apihelp-{}-param-{}", module.path(), param.name)),
    };
    // The texts about tokens and about a dialogue's requests begin with which.
    let message = match (param.help, module.token, module.dialogue) {
        (Some("api-help-param-token"), Some(token), _) => message.with(token.kind.name()),
        (
            Some("api-help-authmanagerhelper-request" | "api-help-authmanagerhelper-requests"),
            _,
            Some(action),
        ) => message.with(action),
        _ => message,
    };
    message.with(module.prefix).with(param.name).with(module.name).with(module.path())
}

/// What goes beside a parameter's text where the pages' own tokens are accepted as well.
pub fn web_token(module: &Module, param: &Param) -> Option<Message> {
    let token = module.token.filter(|_| param.name == "token")?;
    token.web_salt.map(|_| Message::new("api-help-param-token-webui"))
}

/// A value of a parameter and what it means.
#[derive(Debug)]
pub struct ValueText {
    /// The value as one sends it.
    pub value: &'static str,
    /// The path of the module, if it is one's name.
    pub module: Option<String>,
    /// What it means.
    pub message: Message,
}

/// The values that have texts of their own: those of every submodule, and of a choice where the
/// first one has a text.
pub fn values(module: &Module, param: &Param, absent: Absent) -> Vec<ValueText> {
    match param.kind {
        Kind::Submodule(group) => submodules(group, absent),
        Kind::OneOf(values) => {
            let key = |value: &str| {
                let (path, name) = (module.path(), param.name);
                // A parameter whose text is borrowed has the values' texts from there, too.
                let own = format!("apihelp-{path}-paramvalue-{name}-{value}");
                let lent = || param.help.map(|key| key.replacen("-param-", "-paramvalue-", 1));
                if exists(&own) {
                    Some(own)
                } else {
                    lent().map(|key| format!("{key}-{value}")).filter(|key| exists(key))
                }
            };
            let named = values.iter().filter_map(|value| Some((*value, key(value)?)));
            named
                .map(|(value, key)| ValueText {
                    value,
                    module: None,
                    message: Message::new(key)
                        .with(module.prefix)
                        .with(param.name)
                        .with(module.name)
                        .with(module.path()),
                })
                .collect()
        }
        _ => Vec::new(),
    }
}

fn submodules(group: Group, absent: Absent) -> Vec<ValueText> {
    let mut parts: Vec<&Module> = modules::of_group(group).to_vec();
    parts.retain(|part| !absent.has(part));
    parts.sort_by_key(|part| part.name);
    let value = |part: &&Module| ValueText {
        value: part.name,
        module: Some(part.path()),
        message: summary(part),
    };
    parts.iter().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every module with every parameter.
    fn all() -> Vec<(&'static Module, Param)> {
        let groups = [Group::Action, Group::Format, Group::Meta, Group::List, Group::Prop];
        let modules = groups.into_iter().flat_map(modules::of_group).copied();
        let with_params =
            |module: &'static Module| module.all_params().into_iter().map(move |p| (module, p));
        modules.chain([&crate::main_module::MAIN]).flat_map(with_params).collect()
    }

    #[test]
    fn the_values_of_a_choice_all_have_texts_or_none_has() {
        for (module, param) in all() {
            let Kind::OneOf(declared) = param.kind else { continue };
            let texts = values(module, &param, Absent::default()).len();
            assert!(
                texts == 0 || texts == declared.len(),
                "{} {}: {texts} of {} values have texts",
                module.path(),
                param.name,
                declared.len()
            );
        }
    }

    #[test]
    fn texts_of_a_dialogue_name_its_action_and_token() {
        let module = modules::by_path("clientlogin").unwrap();
        let key = daemun_auth::settings::SecretKey::new(vec![7; 32]);
        let settings = Settings::defaults("wiki", key);
        let [_, _, usage] = &description(module, &settings)[..] else { panic!("three messages") };
        assert_eq!(usage.key, "api-help-authmanager-general-usage");
        assert_eq!(usage.params.get(3), Some(&"login".into()));
        let token = module.all_params().pop().unwrap();
        assert_eq!(parameter(module, &token).params.first(), Some(&"login".into()));
    }
}
