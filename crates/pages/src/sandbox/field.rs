//! A field of the form, from the declaration of a parameter or from a question of a dialogue.

use daemun_action_api::help::{parameter_info, texts};
use daemun_action_api::module::Module;
use daemun_action_api::modules::Absent;
use daemun_action_api::params::{Kind, Param};
use daemun_auth::settings::Settings;
use daemun_messages::{HtmlLinks, Language, Message};
use serde::Serialize;

use super::filled::{Filled, PREFIX};

/// Choices up to this number stand open; more are folded away.
const FEW: usize = 12;

/// What a field is on the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Control {
    #[default]
    Text,
    /// A whole number.
    Number,
    /// Yes by being ticked.
    Check,
    /// One of the options.
    Select,
    /// Any of the options.
    Checks,
    /// A text that nobody may see. It belongs to the form that asks the API, never to this page's.
    Secret,
    /// Nothing to fill in: an image.
    Image,
    /// Nothing to fill in: a text.
    Note,
}

/// A field. Members that end in `html` are HTML.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Field {
    /// The parameter's name on the wire.
    pub name: String,
    /// The name and id in the form.
    pub id: String,
    pub control: Control,
    pub value: String,
    /// What people call it, where it has a name beside that on the wire.
    pub label_html: Option<String>,
    /// What it is for.
    pub description_html: String,
    /// What it takes, a line each.
    pub info_html: Vec<String>,
    pub options: Vec<Choice>,
    /// Whether there are so many options that they are folded away.
    pub is_long: bool,
    pub required: bool,
    pub deprecated: bool,
    /// What holds when it is not given.
    pub default: Option<&'static str>,
    /// The least number.
    pub min: Option<i64>,
    /// What a browser may fill in.
    pub autocomplete: &'static str,
    /// Whether a secret is shown while it is typed: a token, a code.
    pub is_readable: bool,
    /// The kind of the token that it takes.
    pub token: Option<&'static str>,
    /// Whether another value brings other fields.
    pub reloads: bool,
    /// Where an image's question can be had without seeing.
    pub alternative: Option<String>,
}

/// An option of a field.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Choice {
    pub value: String,
    /// What it means, where there is a text.
    pub text_html: Option<String>,
    pub chosen: bool,
}

impl Field {
    /// A field without anything but its names.
    pub(super) fn named(name: &str, control: Control) -> Self {
        Self {
            name: name.to_owned(),
            id: format!("{PREFIX}{name}"),
            control,
            autocomplete: "off",
            ..Self::default()
        }
    }

    /// Whether its value may not be shown in a request.
    pub(super) fn is_secret(&self) -> bool {
        self.control == Control::Secret
    }
}

/// In which language and on which wiki texts are written.
#[derive(Clone, Copy)]
pub(super) struct Writer<'a> {
    pub(super) language: &'a Language,
    pub(super) links: &'a HtmlLinks,
    pub(super) settings: &'a Settings,
}

impl Writer<'_> {
    /// A message as HTML.
    pub(super) fn html(&self, message: &Message) -> String {
        daemun_messages::html(message, self.language, self.links)
    }

    /// A message as paragraphs.
    pub(super) fn block(&self, message: &Message) -> String {
        daemun_messages::html_block(message, self.language, self.links)
    }

    /// The modules that the wiki is without.
    pub(super) fn absent(&self) -> Absent {
        Absent::by(self.settings)
    }

    /// The field of a parameter.
    pub(super) fn parameter(&self, module: &Module, param: &Param, filled: &Filled) -> Field {
        let name = format!("{}{}", module.prefix, param.name);
        let (mut control, is_readable) = control(param);
        if control == Control::Checks && self.has_many_values(param) {
            control = Control::Text;
        }
        let mut field = Field {
            value: filled.get(&name).unwrap_or_default().to_owned(),
            description_html: self.block(&texts::parameter(module, param)),
            info_html: self.info(param, control),
            required: param.required,
            deprecated: param.deprecated,
            default: param.default,
            min: match param.kind {
                Kind::Integer { min } => min,
                _ => None,
            },
            is_readable,
            reloads: reloads(module, param),
            token: token(module, param, filled),
            ..Field::named(&name, control)
        };
        if matches!(control, Control::Select | Control::Checks) {
            field.options = self.options(module, param, &filled.values(&name));
            field.is_long = control == Control::Checks && field.options.len() > FEW;
        }
        field
    }

    /// Whether there are so many values that one rather writes than ticks them: rights. They would
    /// also be the greater part of the page.
    fn has_many_values(&self, param: &Param) -> bool {
        let is_written = matches!(param.kind, Kind::UserRight | Kind::UserGroup);
        is_written && param.kind.shown_values(self.settings).is_some_and(|all| all.len() > FEW)
    }

    /// What a parameter takes, without the list of what can be chosen where the field shows it.
    fn info(&self, param: &Param, control: Control) -> Vec<String> {
        let lines = parameter_info(param, self.settings).into_iter();
        let told = |line: &Message| match line.key.as_ref() {
            "paramvalidator-help-type-enum" => control == Control::Text,
            "paramvalidator-help-required" | "paramvalidator-help-type-presenceboolean" => false,
            _ => true,
        };
        lines.filter(told).map(|line| self.html(&line)).collect()
    }

    fn options(&self, module: &Module, param: &Param, chosen: &[&str]) -> Vec<Choice> {
        let texts = texts::values(module, param, self.absent());
        let values = param.kind.shown_values(self.settings).unwrap_or_default();
        let all = param.multi.and_then(|multi| multi.all);
        let choice = |value: &str| Choice {
            value: value.to_owned(),
            text_html: texts
                .iter()
                .find(|text| text.value == value)
                .map(|text| self.html(&text.message)),
            chosen: chosen.contains(&value),
        };
        all.into_iter().chain(values).map(choice).collect()
    }
}

/// How a parameter is filled in, and whether one may see what was typed.
fn control(param: &Param) -> (Control, bool) {
    let control = match param.kind {
        _ if param.sensitive => Control::Secret,
        Kind::Boolean => Control::Check,
        _ if param.kind.is_choice() || matches!(param.kind, Kind::UserGroup | Kind::UserRight) => {
            match param.multi {
                Some(_) => Control::Checks,
                None => Control::Select,
            }
        }
        Kind::Integer { .. } if param.multi.is_none() => Control::Number,
        _ => Control::Text,
    };
    (control, control == Control::Secret && param.kind != Kind::Password)
}

/// Whether the fields of the form depend on a parameter.
fn reloads(module: &Module, param: &Param) -> bool {
    matches!(param.kind, Kind::Submodule(_))
        || (module.goes_in_steps() && param.name == "continue")
        || (module.name == "checktoken" && param.name == "type")
}

/// The kind of the token that a parameter takes, if it takes one.
fn token(module: &Module, param: &Param, filled: &Filled) -> Option<&'static str> {
    use daemun_auth::session::TokenType;
    if param.name != "token" {
        return None;
    }
    let kind = match module.name {
        "login" => Some(TokenType::Login),
        // Any kind, as another parameter says.
        "checktoken" => filled.get("type").and_then(TokenType::from_name),
        _ => module.token.map(|token| token.kind),
    };
    kind.map(TokenType::name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use daemun_auth::settings::SecretKey;

    fn field(path: &str, name: &str, filled: &str) -> Field {
        let settings = Settings::defaults("wiki", SecretKey::new(vec![7; 32]));
        let links = HtmlLinks::default();
        let writer = Writer { language: &Language::EN, links: &links, settings: &settings };
        let module = daemun_action_api::modules::by_path(path).unwrap();
        let param = module.all_params().into_iter().find(|param| param.name == name).unwrap();
        writer.parameter(module, &param, &Filled::of_query(filled))
    }

    #[test]
    fn every_kind_has_its_control() {
        let control = |path, name| field(path, name, "").control;
        assert_eq!(control("main", "action"), Control::Select);
        assert_eq!(control("main", "maxlag"), Control::Number);
        assert_eq!(control("main", "curtimestamp"), Control::Check);
        assert_eq!(control("query", "meta"), Control::Checks);
        assert_eq!(control("query", "titles"), Control::Text);
        assert_eq!(control("query", "pageids"), Control::Text);
        assert_eq!(control("query+allusers", "group"), Control::Checks);
        // Too many to be ticked.
        assert_eq!(control("query+allusers", "rights"), Control::Text);
        assert_eq!(control("query+allusers", "limit"), Control::Text);
        assert_eq!(control("login", "password"), Control::Secret);
        assert_eq!(control("clientlogin", "token"), Control::Secret);
    }

    #[test]
    fn a_password_is_hidden_while_it_is_typed_and_a_token_is_not() {
        assert!(!field("login", "password", "").is_readable);
        let token = field("login", "token", "");
        assert!(token.is_readable);
        assert_eq!(token.token, Some("login"));
        assert_eq!(field("createaccount", "token", "").token, Some("createaccount"));
        assert_eq!(field("checktoken", "token", "type=csrf").token, Some("csrf"));
        assert_eq!(field("checktoken", "token", "").token, None);
        assert_eq!(field("query+tokens", "type", "").token, None);
    }

    #[test]
    fn what_was_chosen_is_chosen_and_has_its_name_with_prefix() {
        let field = field("query+siteinfo", "prop", "siprop=general%7Cnamespaces");
        assert_eq!((field.name.as_str(), field.id.as_str()), ("siprop", "p-siprop"));
        let chosen: Vec<&str> =
            field.options.iter().filter(|one| one.chosen).map(|one| one.value.as_str()).collect();
        assert_eq!(chosen, ["general", "namespaces"]);
        assert!(field.options.iter().all(|one| one.text_html.is_some()));
    }
}
