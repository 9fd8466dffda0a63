//! Forms for the tests of templates.

use super::*;

fn field(kind: &'static str, name: &str) -> FormField {
    FormField {
        kind,
        name: name.to_owned(),
        id: format!("mw-input-{name}"),
        label: Some(Message::new("userlogin-yourname")),
        autocomplete: "off",
        ..FormField::default()
    }
}

/// A form with a field of each kind, refused and focused.
pub(crate) fn every_kind() -> Form {
    let options = vec![FormOption { value: "a".to_owned(), label: Message::new("login") }];
    let help = Some(Message::new("authmanager-email-help"));
    let image = "/w/index.php?title=Special:Captcha/image".to_owned();
    let fields = vec![
        FormField { required: true, help: help.clone(), ..field("text", "a") },
        FormField { error: Some(Message::new("badretype")), help, ..field("email", "b") },
        FormField { inputmode: "numeric", ..field("password", "c") },
        FormField { value: "7".to_owned(), ..field("hidden", "d") },
        field("checkbox", "e"),
        FormField { options: options.clone(), ..field("select", "f") },
        FormField { options, ..field("multiselect", "g") },
        FormField { value: image.clone(), alternative: Some(image), ..field("image", "h") },
        FormField { value: "<b>2 + 2</b>".to_owned(), ..field("html", "i") },
        FormField { value: "2 + 2".to_owned(), ..field("plain", "j") },
        FormField {
            class: "h-captcha",
            script: "https://js.hcaptcha.com/1/api.js",
            ..field("widget", "k")
        },
    ];
    let others = vec![FormField { value: "1".to_owned(), ..field("button", "l") }];
    Form { fields, others, ..Form::default() }.focused()
}

/// A short form that was refused.
pub(crate) fn refused() -> Form {
    let form = Form { fields: vec![field("text", "a")], ..Form::default() };
    form.refused(Message::new("wrongpassword"))
}

/// A step of a dialogue.
pub(crate) fn asking() -> Form {
    let notice = Some(Message::new("oathauth-auth-ui"));
    Form { fields: vec![field("text", "OATHToken")], notice, ..Form::default() }
}
