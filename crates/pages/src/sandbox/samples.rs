//! Pages that the template must be able to show.

use super::field::{Choice, Control, Field};
use super::form::FieldGroup;
use super::request::{ApiRequest, Given};
use super::snippets::{self, Remarks};
use super::*;

/// One without anything, and one with everything.
pub(super) fn all() -> Vec<Sandbox> {
    let choice = |value: &str, chosen: bool| Choice {
        value: value.to_owned(),
        text_html: chosen.then(|| "What <b>it</b> means.".to_owned()),
        chosen,
    };
    let controls = [
        Control::Text,
        Control::Number,
        Control::Check,
        Control::Select,
        Control::Checks,
        Control::Secret,
        Control::Image,
        Control::Note,
    ];
    let fields = controls.into_iter().enumerate().map(|(i, control)| Field {
        value: "A <value>".to_owned(),
        description_html: "<p>What it is for.</p>".to_owned(),
        info_html: vec!["A line.".to_owned()],
        options: vec![choice("a", true), choice("b", false)],
        required: true,
        deprecated: true,
        default: Some("a"),
        min: Some(0),
        label_html: Some("A name".to_owned()),
        token: Some("login"),
        alternative: Some("/w/index.php?title=Special:Captcha/text".to_owned()),
        ..Field::named(&format!("field{i}"), control)
    });
    let fields: Vec<Field> = fields.collect();
    let long = Field {
        is_long: true,
        options: vec![choice("a", true)],
        ..Field::named("long", Control::Checks)
    };
    let empty = ["none", "check"].map(|name| match name {
        "none" => Field::named(name, Control::Checks),
        _ => Field::named(name, Control::Check),
    });
    let remarks = Remarks { token: "A token.".to_owned(), secrets: "Secrets.".to_owned() };
    let request = ApiRequest::of(fields.iter(), None, &Given::Unknown);
    let group = |fields: Vec<Field>, is_open| FieldGroup {
        module: "action=clientlogin".to_owned(),
        path: "clientlogin".to_owned(),
        title_html: String::new(),
        description_html: "<p>What it does.</p>".to_owned(),
        fields,
        is_open,
    };
    let whole = Sandbox {
        groups: vec![group(fields, true), group(vec![long], false)],
        others: empty.to_vec(),
        script: "/w/api.php".to_owned(),
        snippets: snippets::all("http://localhost/w/api.php", &request, &remarks),
        params: request.params,
        is_posted: true,
        dialogue: Some("clientlogin"),
        exposes_secret: true,
        after: Some(dialogue::After::Redirect.explanation()),
        ..Sandbox::default()
    };
    let continued = Sandbox {
        is_continued: true,
        asks_nothing: true,
        dialogue: Some("clientlogin"),
        ..Sandbox::default()
    };
    vec![whole, continued, Sandbox::default()]
}
