//! The questions of the authentication manager as a form, and what was filled in as answers.

mod names;
mod posted;

use daemun_auth::policy::{Check, PasswordPolicy};
use daemun_auth::providers::captcha;
use daemun_auth::request::{AuthenticationRequest, Field, FieldKind, Required};
use daemun_messages::{Message, Param};
use serde::Serialize;

use crate::page::Visit;
use crate::policy::Needs;
use crate::widget::Widget;

pub(crate) use posted::answers;

/// The button that asks for another captcha instead of sending the form.
pub(crate) const NEW_IMAGE: &str = "wpNewCaptcha";

/// A form: what is said above it, its fields, and the buttons for those who go another way.
#[derive(Default, Serialize)]
pub(crate) struct Form {
    /// Why it did not work.
    pub(crate) error: Option<Message>,
    /// What it is about.
    pub(crate) notice: Option<Message>,
    pub(crate) fields: Vec<FormField>,
    /// They stand below the form's own button, which the Enter key presses.
    pub(crate) others: Vec<FormField>,
    #[serde(skip)]
    widget: Option<&'static Widget>,
}

/// A field of a form, as `macros.html` shows it.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct FormField {
    /// `text`, `email`, `password`, `hidden`, `checkbox`, `button`, `select`, `multiselect`; or
    /// something to see: `image`, `html`, `plain`, `widget`.
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) label: Option<Message>,
    pub(crate) help: Option<Message>,
    pub(crate) value: String,
    pub(crate) options: Vec<FormOption>,
    pub(crate) autocomplete: &'static str,
    pub(crate) inputmode: &'static str,
    pub(crate) required: bool,
    /// Whether a box is ticked.
    pub(crate) checked: bool,
    /// Shown, but not to be changed.
    pub(crate) readonly: bool,
    pub(crate) autofocus: bool,
    /// What is wrong with what was filled in.
    pub(crate) error: Option<Message>,
    /// Where an image's text alternative is.
    pub(crate) alternative: Option<String>,
    /// A widget's element and script.
    pub(crate) class: &'static str,
    pub(crate) script: &'static str,
    #[serde(skip)]
    is_sensitive: bool,
}

/// One of the options of a choice.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FormOption {
    pub(crate) value: String,
    pub(crate) label: Message,
}

/// The page on which a form stands: MediaWiki numbers the ids of its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// `Special:UserLogin`.
    Login,
    /// `Special:CreateAccount`.
    Create,
    /// Any other.
    Other,
}

impl Form {
    /// The fields of all questions, each once.
    pub(crate) fn of(questions: &[AuthenticationRequest], place: Place) -> Self {
        let mut form = Self { widget: questions.iter().find_map(Widget::of), ..Self::default() };
        let mut seen: Vec<&str> = Vec::new();
        // Who one is comes before proof of being human.
        let (captchas, others): (Vec<_>, Vec<_>) =
            questions.iter().partition(|question| question.id == captcha::ID);
        for question in others.into_iter().chain(captchas) {
            for (name, field) in &question.fields {
                if seen.contains(&name.as_ref()) {
                    continue;
                }
                seen.push(name);
                form.add(question, name, field, place);
            }
        }
        if form.fields.iter().any(|field| field.kind == "image") {
            form.others.push(FormField {
                kind: "button",
                name: NEW_IMAGE.to_owned(),
                id: "mw-captcha-reload".to_owned(),
                label: Some(Message::new("fancycaptcha-reload-text")),
                ..FormField::default()
            });
        }
        // Who has a password mailed chooses none.
        if form.fields.iter().any(|field| field.name == names::MAIL_PASSWORD) {
            let passwords = form.fields.iter_mut().filter(|field| field.kind == "password");
            passwords.for_each(|field| field.required = false);
        }
        form.asks_for_the_only_field();
        form
    }

    /// A field that is alone is what the step is about: it is optional only beside others.
    fn asks_for_the_only_field(&mut self) {
        let mut lines = self.fields.iter_mut().filter(|field| field.kind != "hidden");
        if let (Some(field @ FormField { kind: "text", .. }), None) = (lines.next(), lines.next()) {
            field.required = true;
        }
    }

    /// The form of a further step of a dialogue. The message says what to do, or why what was
    /// filled in before `was_refused`.
    pub(crate) fn of_step(
        questions: &[AuthenticationRequest],
        place: Place,
        message: Message,
        was_refused: bool,
    ) -> Self {
        let form = Self::of(questions, place);
        // What is said of a field is said of what was filled in there.
        let was_refused = was_refused || names::about(&message).is_some();
        if was_refused { form.refused(message) } else { Self { notice: Some(message), ..form } }
    }

    fn add(&mut self, question: &AuthenticationRequest, name: &str, field: &Field, place: Place) {
        let shown = FormField {
            name: names::of_field(name),
            id: names::id(name, place),
            label: Some(field.label.clone()),
            value: field.value.clone().unwrap_or_default(),
            is_sensitive: field.sensitive,
            ..FormField::default()
        };
        if let Some(widget) = Widget::of(question) {
            self.fields.push(FormField {
                kind: "widget",
                value: Widget::site_key(question),
                class: widget.class,
                script: widget.script,
                ..shown
            });
            return;
        }
        let options = || {
            let option = |(value, label): &(String, Message)| FormOption {
                value: value.clone(),
                label: label.clone(),
            };
            field.options.iter().map(option).collect::<Vec<_>>()
        };
        match field.kind {
            FieldKind::Null => self.fields.push(to_see(question, shown)),
            FieldKind::Button => self.others.push(FormField { kind: "button", ..shown }),
            // Whoever goes another way need not fill in this one, so each way is a button.
            FieldKind::Select if field.optional => {
                let ways = options().into_iter().filter(|way| !way.value.is_empty());
                self.others.extend(ways.map(|way| FormField {
                    kind: "button",
                    id: format!("{}-{}", shown.id, way.value),
                    value: way.value,
                    label: Some(way.label),
                    ..shown.clone()
                }));
            }
            kind => {
                let is_new = question.fields.iter().any(|(name, _)| name == "retype");
                self.fields.push(FormField {
                    kind: match kind {
                        FieldKind::Password => "password",
                        FieldKind::Hidden => "hidden",
                        FieldKind::Checkbox => "checkbox",
                        FieldKind::Select => "select",
                        FieldKind::Multiselect => "multiselect",
                        _ if name == "email" => "email",
                        _ => "text",
                    },
                    options: options(),
                    autocomplete: names::autocomplete(name, is_new, place),
                    inputmode: names::inputmode(name),
                    // A new password that is only suggested has a button for who wants none.
                    required: !field.optional
                        && (question.required != Required::Optional || kind == FieldKind::Password),
                    ..shown
                });
            }
        }
    }

    /// Says why what was filled in was refused: at the field that it is about, or above the form.
    #[must_use]
    pub(crate) fn refused(mut self, why: Message) -> Self {
        let about = names::about(&why);
        let field = self.fields.iter_mut().find(|field| about == Some(field.name.as_str()));
        match field {
            Some(field) => field.error = Some(why),
            None => self.error = Some(why),
        }
        self
    }

    /// Fills in once more what was sent, but for secrets.
    #[must_use]
    pub(crate) fn filled_again(mut self, visit: &Visit<'_>) -> Self {
        for field in &mut self.fields {
            let sent = visit.param(&field.name);
            let can_be_shown = !field.is_sensitive && !names::is_used_once(&field.name);
            match (field.kind, sent) {
                ("checkbox", sent) => field.checked = sent.is_some(),
                ("text" | "email", Some(sent)) if can_be_shown => field.value = sent,
                _ => {}
            }
        }
        self
    }

    /// Says what a new password must be like.
    #[must_use]
    pub(crate) fn hinting(mut self, policy: &PasswordPolicy) -> Self {
        let is_new =
            |field: &&mut FormField| field.kind == "password" && field.name == names::PASSWORD;
        let field = self.fields.iter_mut().find(is_new);
        if let Some(field) = field.filter(|field| field.autocomplete == "new-password") {
            field.help = hint(policy);
        }
        self
    }

    /// Shows the name that the other fields are about, which password managers look for.
    #[must_use]
    pub(crate) fn about(mut self, name: &str) -> Self {
        match self.fields.iter_mut().find(|field| field.name == names::USERNAME) {
            Some(field) => {
                name.clone_into(&mut field.value);
                field.readonly = true;
            }
            None => self.fields.insert(
                0,
                FormField {
                    kind: "text",
                    name: names::USERNAME.to_owned(),
                    id: names::USERNAME.to_owned(),
                    label: Some(Message::new("userlogin-yourname")),
                    value: name.to_owned(),
                    autocomplete: "username",
                    readonly: true,
                    ..FormField::default()
                },
            ),
        }
        self
    }

    /// Does not ask for this.
    #[must_use]
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|field| field.name != name);
        self
    }

    /// Whether it has a field to choose a password in.
    pub(crate) fn asks_for_new_password(&self) -> bool {
        self.fields.iter().any(|field| field.autocomplete == "new-password")
    }

    /// Lets the browser begin where there is something to do: at a field that was refused, or at
    /// the first that is empty.
    #[must_use]
    pub(crate) fn focused(mut self) -> Self {
        let is_open = |field: &FormField| matches!(field.kind, "text" | "email" | "password");
        let refused = self.fields.iter().position(|field| field.error.is_some());
        let empty =
            || self.fields.iter().position(|field| is_open(field) && field.value.is_empty());
        if let Some(place) = refused.or_else(empty)
            && let Some(field) = self.fields.get_mut(place)
        {
            field.autofocus = true;
        }
        self
    }

    /// What the browser must be allowed for it.
    pub(crate) fn needs(&self) -> Needs<'_> {
        Needs { widget: self.widget, ..Needs::default() }
    }
}

/// What a new password must be like, as far as that can be said before.
fn hint(policy: &PasswordPolicy) -> Option<Message> {
    let asks = |check| policy.default.get(&check).is_some_and(|rule| rule.value > 0);
    let length = policy.default.get(&Check::MinimalPasswordLength)?.value;
    let length = Param::Num(length.into());
    let is_strict =
        asks(Check::PasswordCannotBeSubstringInUsername) && asks(Check::PasswordNotInCommonList);
    let key = if is_strict { "daemun-page-password-hint" } else { "daemun-page-password-length" };
    Some(Message::new(key).with(length))
}

/// A field that has nothing to fill in: its label and its value, which the question's metadata say
/// how to show.
fn to_see(question: &AuthenticationRequest, shown: FormField) -> FormField {
    let about = |name: &str| question.metadata.get(name).and_then(|value| value.as_str());
    let kind = match (about("type"), about("mime")) {
        (Some("image"), _) => "image",
        // The wiki's operator wrote it.
        (Some("question"), Some("text/html")) => "html",
        _ => "plain",
    };
    FormField { kind, alternative: about("alternative").map(str::to_owned), ..shown }
}

#[cfg(test)]
pub(crate) mod samples;
