//! Dialogues step by step: which fields the next step has, and how the form goes on after an answer.

use daemun_action_api::module::Module;
use daemun_auth::request::{AuthAction, AuthenticationRequest, Field as Asked, FieldKind};
use daemun_messages::Message;

use super::field::{Choice, Control, Field, Writer};
use super::filled::Filled;
use super::form::{FieldGroup, sounds_secret};

/// How the last step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    Ui,
    Redirect,
    Restart,
    Fail,
    Pass,
}

impl After {
    /// By the word that the API answered.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "UI" => Self::Ui,
            "REDIRECT" => Self::Redirect,
            "RESTART" => Self::Restart,
            "FAIL" => Self::Fail,
            "PASS" => Self::Pass,
            _ => return None,
        })
    }

    /// What it means, and what to do now.
    pub(super) fn explanation(self) -> Message {
        Message::new(match self {
            Self::Ui => "daemun-sandbox-after-ui",
            Self::Redirect => "daemun-sandbox-after-redirect",
            Self::Restart => "daemun-sandbox-after-restart",
            Self::Fail => "daemun-sandbox-after-fail",
            Self::Pass => "daemun-sandbox-after-pass",
        })
    }

    /// Makes of the form of one step that of the next: what was answered is gone, and the request
    /// goes on with the dialogue or begins another.
    pub(super) fn go_on(
        self,
        module: &Module,
        filled: &mut Filled,
        is_declared: impl Fn(&str) -> bool,
    ) {
        let name = |end: &str| format!("{}{end}", module.prefix);
        let [going_on, target, preserve] = ["continue", "returnurl", "preservestate"].map(name);
        let goes_on = matches!(self, Self::Ui | Self::Redirect);
        filled.retain(|name| {
            if name == going_on {
                goes_on
            } else if name == target {
                !goes_on
            } else {
                name != preserve && (is_declared(name) || self == Self::Fail)
            }
        });
        if goes_on {
            filled.set(&going_on, "1".to_owned());
        }
        let can_preserve = module.params.iter().any(|param| param.name == "preservestate");
        if self == Self::Restart && can_preserve {
            filled.set(&preserve, "1".to_owned());
        }
    }
}

/// For what the questions of this step are wanted, if the module asks any.
pub(super) fn purpose(module: &Module, filled: &Filled) -> Option<AuthAction> {
    let dialogue = module.dialogue?;
    let goes_on = module.goes_in_steps() && is_continued(module, filled);
    let name = if goes_on { format!("{dialogue}-continue") } else { dialogue.to_owned() };
    AuthAction::from_name(&name)
}

/// Whether the request goes on with a dialogue.
pub(super) fn is_continued(module: &Module, filled: &Filled) -> bool {
    filled.get(&format!("{}continue", module.prefix)).is_some()
}

/// Fills in where to come back to, where the dialogue may lead elsewhere.
pub(super) fn return_here(module: &Module, filled: &mut Filled, here: &str) {
    if module.goes_in_steps() && !is_continued(module, filled) {
        filled.set_default(&format!("{}returnurl", module.prefix), here);
    }
}

/// The fields of these questions, each once. `keeps` where the page has such fields already and
/// goes on to show them: another captcha is no answer to the image that stands there.
pub(super) fn groups(
    questions: &[AuthenticationRequest],
    filled: &Filled,
    keeps: bool,
    writer: Writer<'_>,
) -> Vec<FieldGroup> {
    let mut seen: Vec<&str> = Vec::new();
    let mut groups: Vec<FieldGroup> = Vec::new();
    for question in questions {
        let is_new = question.fields.iter().any(|(name, _)| name == "retype");
        let mut fields = Vec::new();
        for (name, asked) in &question.fields {
            if !seen.contains(&name.as_ref()) {
                seen.push(name);
                let mut made = field(question, name, asked, is_new, filled, writer);
                if asked.kind == FieldKind::Hidden && !keeps {
                    made.value = asked.value.clone().unwrap_or_default();
                }
                fields.push(made);
            }
        }
        if fields.is_empty() {
            continue;
        }
        // Many a question has no name for people: what asks it is called as in the program.
        let named = !daemun_messages::plaintext(&question.provider, writer.language).contains('\\');
        match groups.last_mut().filter(|_| !named) {
            Some(group) => group.fields.extend(fields),
            None => groups.push(FieldGroup {
                title_html: match named {
                    true => writer.html(&question.provider),
                    false => writer.html(&"daemun-sandbox-dialogue".into()),
                },
                fields,
                is_open: true,
                ..FieldGroup::default()
            }),
        }
    }
    groups
}

fn field(
    question: &AuthenticationRequest,
    name: &str,
    asked: &Asked,
    is_new: bool,
    filled: &Filled,
    writer: Writer<'_>,
) -> Field {
    let about = |member: &str| question.metadata.get(member).and_then(|value| value.as_str());
    let is_image = about("type") == Some("image");
    let control = match asked.kind {
        FieldKind::Null if is_image => Control::Image,
        FieldKind::Null => Control::Note,
        _ if asked.sensitive => Control::Secret,
        FieldKind::String if sounds_secret(name) => Control::Secret,
        FieldKind::Checkbox | FieldKind::Button => Control::Check,
        FieldKind::Select => Control::Select,
        FieldKind::Multiselect => Control::Checks,
        FieldKind::String | FieldKind::Password | FieldKind::Hidden => Control::Text,
    };
    let chosen = filled.values(name);
    let choice = |(value, label): &(String, Message)| Choice {
        value: value.clone(),
        text_html: Some(writer.html(label)),
        chosen: chosen.contains(&value.as_str()),
    };
    let value = filled.get(name).or(asked.value.as_deref()).unwrap_or_default();
    Field {
        value: value.to_owned(),
        label_html: Some(writer.html(&asked.label)),
        description_html: writer.block(&asked.help),
        options: asked.options.iter().map(choice).collect(),
        required: !asked.optional && !matches!(control, Control::Note | Control::Image),
        autocomplete: match name {
            "username" => "username",
            "password" if is_new => "new-password",
            "password" => "current-password",
            "retype" => "new-password",
            "OATHToken" | "token" => "one-time-code",
            _ => "off",
        },
        is_readable: asked.kind != FieldKind::Password,
        alternative: about("alternative").filter(|_| is_image).map(str::to_owned),
        ..Field::named(name, control)
    }
}

/// Lets the parameters that name questions choose among those that are offered.
pub(super) fn choose_among(
    questions: &[AuthenticationRequest],
    module: &Module,
    fields: &mut [Field],
) {
    let name = |end: &str| format!("{}{end}", module.prefix);
    let kinds = [(name("request"), Control::Select), (name("requests"), Control::Checks)];
    for (name, control) in kinds {
        let Some(field) = fields.iter_mut().find(|field| field.name == name) else { continue };
        let chosen: Vec<&str> = field.value.split('|').collect();
        let choice = |question: &AuthenticationRequest| Choice {
            value: question.id.to_string(),
            text_html: None,
            chosen: chosen.contains(&question.id.as_ref()),
        };
        let options: Vec<Choice> = questions.iter().map(choice).collect();
        let is_among = field.value.is_empty() || options.iter().any(|option| option.chosen);
        if !options.is_empty() && is_among {
            field.control = control;
            field.options = options;
        }
    }
}

#[cfg(test)]
mod tests {
    use daemun_action_api::modules;

    use super::*;

    fn after(after: After, query: &str) -> Vec<String> {
        let module = modules::by_path("clientlogin").unwrap();
        let mut filled = Filled::of_query(query);
        after.go_on(module, &mut filled, |name| name == "action" || name.starts_with("login"));
        let one = |name: &str| format!("{name}={}", filled.get(name).unwrap_or_default());
        filled.names().map(one).collect()
    }

    #[test]
    fn a_dialogue_goes_on_without_what_was_answered() {
        let begun =
            "action=clientlogin&username=A&loginreturnurl=http://a/&loginmessageformat=html";
        assert_eq!(
            after(After::Ui, begun),
            ["action=clientlogin", "loginmessageformat=html", "logincontinue=1"]
        );
    }

    #[test]
    fn after_the_end_another_one_begins() {
        let going = "action=clientlogin&logincontinue=1&username=A";
        assert_eq!(after(After::Pass, going), ["action=clientlogin"]);
        assert_eq!(after(After::Fail, going), ["action=clientlogin", "username=A"]);
        assert_eq!(after(After::Restart, going), ["action=clientlogin", "loginpreservestate=1"]);
    }

    #[test]
    fn a_step_wants_the_questions_of_its_purpose() {
        let module = modules::by_path("createaccount").unwrap();
        let of = |query| purpose(module, &Filled::of_query(query));
        assert_eq!(of("action=createaccount"), Some(AuthAction::Create));
        assert_eq!(of("createcontinue=1"), Some(AuthAction::CreateContinue));
        let remove = modules::by_path("removeauthenticationdata").unwrap();
        assert_eq!(purpose(remove, &Filled::default()), Some(AuthAction::Remove));
        assert_eq!(purpose(modules::by_path("query").unwrap(), &Filled::default()), None);
    }

    #[test]
    fn one_comes_back_to_the_page_unless_one_said_otherwise() {
        let module = modules::by_path("clientlogin").unwrap();
        let mut filled = Filled::default();
        return_here(module, &mut filled, "http://a/wiki/Special:ApiSandbox");
        assert_eq!(filled.get("loginreturnurl"), Some("http://a/wiki/Special:ApiSandbox"));
        let mut filled = Filled::of_query("loginreturnurl=http://b/");
        return_here(module, &mut filled, "http://a/");
        assert_eq!(filled.get("loginreturnurl"), Some("http://b/"));
        let mut filled = Filled::of_query("logincontinue=1");
        return_here(module, &mut filled, "http://a/");
        assert_eq!(filled.get("loginreturnurl"), None);
    }
}
