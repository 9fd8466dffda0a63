//! The questions of the authentication manager as an HTML form, and what was filled in as answers.

use daemun_action_api::http::Request;
use daemun_auth::request::{Answer, AuthenticationRequest, Field, FieldKind, Required, Submission};
use daemun_messages::{Message, escape_html};
use zeroize::Zeroizing;

use crate::page::Visit;
use crate::widget::Widget;

/// What a field is called in a form: MediaWiki's names, which password managers know.
fn form_name(name: &str) -> String {
    match name {
        "username" => "wpName".to_owned(),
        "password" => "wpPassword".to_owned(),
        "retype" => "wpRetype".to_owned(),
        "rememberMe" => "wpRemember".to_owned(),
        other => format!("wp{other}"),
    }
}

/// The answers that were posted to these questions.
pub(crate) fn answers(request: &Request, offered: &[AuthenticationRequest]) -> Vec<Answer> {
    offered.iter().filter_map(|question| question.load(&Posted(request))).collect()
}

struct Posted<'a>(&'a Request);

impl Submission for Posted<'_> {
    fn text(&self, name: &str, sensitive: bool) -> Option<Zeroizing<String>> {
        let name = form_name(name);
        // A secret in the address would be in logs: it does not count.
        if sensitive && self.0.params.in_query(&name) {
            return None;
        }
        let filled = self.0.params.text(&name).map(Zeroizing::new);
        if name == form_name("captchaWord") && filled.is_none() {
            let mut widgets = Widget::fields();
            return widgets.find_map(|field| self.0.params.text(field)).map(Zeroizing::new);
        }
        filled
    }

    fn list(&self, name: &str, sensitive: bool) -> Option<Vec<String>> {
        let text = self.text(name, sensitive)?;
        Some(text.split('|').map(str::to_owned).collect())
    }

    fn has(&self, name: &str, _sensitive: bool) -> bool {
        self.0.params.get(&form_name(name)).is_some()
    }
}

/// The fields of all questions, each once. The page may load the widget that is among them.
pub(crate) fn fields(visit: &mut Visit<'_>, questions: &[AuthenticationRequest]) -> String {
    visit.widget = questions.iter().find_map(Widget::of);
    let visit = &*visit;
    let mut shown: Vec<&str> = Vec::new();
    // Who chooses another way need not fill in this one.
    let is_choice = |field: &Field| field.kind == FieldKind::Select && field.optional;
    let has_choice = questions.iter().flat_map(|q| &q.fields).any(|(_, field)| is_choice(field));
    let mut html = String::new();
    for question in questions {
        for (name, field) in &question.fields {
            if shown.contains(&name.as_ref()) {
                continue;
            }
            shown.push(name);
            if let Some(widget) = Widget::of(question) {
                html.push_str(&widget.html(question, &visit.html(&field.label)));
                continue;
            }
            if field.kind == FieldKind::Null {
                html.push_str(&to_read(visit, question, field));
                continue;
            }
            let optional = field.optional || has_choice || question.required == Required::Optional;
            let is_new = question.fields.iter().any(|(name, _)| name == "retype");
            html.push_str(&one(visit, name, field, optional, is_new));
        }
    }
    html
}

/// A field that has nothing to fill in: its label and its value, which the question's metadata say
/// how to show.
fn to_read(visit: &Visit<'_>, question: &AuthenticationRequest, field: &Field) -> String {
    let label = visit.html(&field.label);
    let Some(value) = &field.value else { return format!("<p>{label}</p>") };
    let about = |name: &str| question.metadata.get(name).and_then(|value| value.as_str());
    let shown = match (about("type"), about("mime")) {
        (Some("image"), _) => {
            let alt = visit.attribute(&Message::new("daemun-page-captcha-image"));
            let image = format!("<img src=\"{}\" alt=\"{alt}\">", escape_html(value));
            let instead = about("alternative").map(|target| {
                let text = visit.html(&Message::new("daemun-page-captcha-text"));
                let target = escape_html(target);
                // In a tab of its own, so that what was filled in stays.
                format!("<br><a href=\"{target}\" target=\"_blank\" rel=\"noopener\">{text}</a>")
            });
            format!("{image}{}", instead.unwrap_or_default())
        }
        // The wiki's operator wrote it.
        (Some("question"), Some("text/html")) => value.clone(),
        _ => escape_html(value),
    };
    format!("<p>{label}</p><p>{shown}</p>")
}

/// A field; `is_new` says that its question is for a new password.
fn one(visit: &Visit<'_>, name: &str, field: &Field, optional: bool, is_new: bool) -> String {
    let (id, label) = (escape_html(&form_name(name)), visit.html(&field.label));
    let required = if optional { "" } else { " required" };
    let value = escape_html(field.value.as_deref().unwrap_or_default());
    let complete = match name {
        "username" => "username",
        "password" if is_new => "new-password",
        "password" => "current-password",
        "retype" => "new-password",
        "OATHToken" => "one-time-code",
        // Six digits by mail.
        "token" => "one-time-code",
        _ => "off",
    };
    let input = |kind: &str| {
        format!(
            "<p><label for=\"{id}\">{label}</label><br>\
             <input type=\"{kind}\" id=\"{id}\" name=\"{id}\" value=\"{value}\" \
             autocomplete=\"{complete}\"{required}></p>"
        )
    };
    match field.kind {
        FieldKind::String => input("text"),
        FieldKind::Password => input("password"),
        FieldKind::Hidden => format!("<input type=\"hidden\" name=\"{id}\" value=\"{value}\">"),
        FieldKind::Null => String::new(),
        FieldKind::Checkbox => format!(
            "<p><label><input type=\"checkbox\" name=\"{id}\" value=\"1\"> {label}</label></p>"
        ),
        FieldKind::Button => {
            let text = visit.attribute(&field.label);
            format!(
                "<p><button name=\"{id}\" value=\"1\" formnovalidate title=\"{text}\">{label}</button></p>"
            )
        }
        FieldKind::Select | FieldKind::Multiselect => {
            let options: String = field
                .options
                .iter()
                .map(|(value, text)| {
                    let text = visit.attribute(text);
                    format!("<option value=\"{}\">{text}</option>", escape_html(value))
                })
                .collect();
            // What is not chosen by itself must be chosen by hand.
            let multiple = if field.kind == FieldKind::Multiselect { " multiple" } else { "" };
            format!(
                "<p><label for=\"{id}\">{label}</label><br>\
                 <select id=\"{id}\" name=\"{id}\"{required}{multiple}>{options}</select></p>"
            )
        }
    }
}
