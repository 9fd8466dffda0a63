//! The page: a step as HTML. It needs no script.

use std::fmt::Write;

use daemun_client::{Captcha, Challenge, Dialogue, Field, FieldKind, Form, Required, Step};
use daemun_messages::{Message, Param, escape_html};

use super::Stage;
use crate::commands::login::words::Words;

pub(super) const STYLE: &str = include_str!("style.css");

/// The page as it is now.
pub(super) fn of(words: &Words, stage: &Stage) -> String {
    let say = |key: &'static str| escape_html(&words.say(&Message::new(key)));
    let title = say("daemun-login-web-title");
    let mut main = String::new();
    if let Some(problem) = &stage.problem {
        let _ = write!(main, "<p role=\"alert\">{}</p>", escape_html(problem));
    }
    match (&stage.done, stage.dialogue.as_ref()) {
        (Some((name, _, file)), _) => {
            let message = Message::new("daemun-login-web-welcome")
                .with(Param::plaintext(name))
                .with(Param::plaintext(file.display().to_string()));
            let _ = write!(main, "<p role=\"status\">{}</p>", escape_html(&words.say(&message)));
        }
        (None, None) => {
            let _ = write!(
                main,
                "<form method=\"post\" action=\"wiki\"><label for=\"wiki\">{}</label>\
                 <input id=\"wiki\" name=\"wiki\" required value=\"{}\">{}</form>",
                say("daemun-login-web-wiki"),
                escape_html(&stage.wiki),
                button("", "", &say("daemun-login-web-go-on"))
            );
        }
        (None, Some(dialogue)) => step(words, dialogue, &mut main),
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"UTF-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <link rel=\"stylesheet\" href=\"style.css\"></head><body><main><h1>{title}</h1>{main}</main></body></html>\n",
        words.language().code()
    )
}

fn step(words: &Words, dialogue: &Dialogue, main: &mut String) {
    let say = |key: &'static str| escape_html(&words.say(&Message::new(key)));
    let post = |action: &str, label: &str| {
        format!("<form method=\"post\" action=\"{action}\">{}</form>", button("", "", label))
    };
    let again = post("again", &say("daemun-login-web-again"));
    let _ = write!(main, "<p>{}</p>", escape_html(dialogue.wiki().api().as_str()));
    match dialogue.step() {
        Step::Fields(form) => {
            main.push_str(&fields(form, None, &say("daemun-login-web-go-on")));
        }
        Step::Captcha { form, captcha } => {
            main.push_str(&fields(form, Some(captcha), &say("daemun-login-web-go-on")));
        }
        Step::Redirect(redirect) => {
            let _ = write!(
                main,
                "<p>{}</p><p><a href=\"{}\" rel=\"noreferrer\">{}</a></p>{again}",
                say("daemun-login-web-redirect"),
                escape_html(redirect.target.as_str()),
                say("daemun-login-web-open")
            );
        }
        Step::Restart(restart) => {
            let _ = write!(main, "<p>{}</p>", escape_html(&restart.message));
            if restart.can_preserve_state {
                main.push_str(&post("link", &say("daemun-login-restart-link")));
                main.push_str(&post("create", &say("daemun-login-restart-create")));
            }
            main.push_str(&again);
        }
        Step::Passed(passed) => {
            let name = Param::plaintext(&passed.username);
            let said = words.say(&Message::new("daemun-login-created").with(name));
            let _ = write!(main, "<p role=\"status\">{}</p>{again}", escape_html(&said));
        }
        Step::Failed(failed) => {
            let message = Message::new("daemun-login-web-failed")
                .with(Param::plaintext(&failed.reason))
                .with(Param::plaintext(&failed.code));
            let said = escape_html(&words.say(&message));
            let _ = write!(main, "<p role=\"alert\">{said}</p>{again}");
        }
    }
}

/// A form's fields; each button is a way to send it.
fn fields(form: &Form, captcha: Option<&Captcha>, go_on: &str) -> String {
    let mut html = String::from("<form method=\"post\" action=\"answer\">");
    if !form.message.is_empty() {
        let _ = write!(html, "<p>{}</p>", escape_html(&form.message));
    }
    let mut buttons = String::new();
    let is_asked = |field: &&Field| field.name != "captchaInfo";
    for field in form.fields().filter(is_asked) {
        if let Some(captcha) = captcha.filter(|captcha| captcha.field == field.name) {
            html.push_str(&challenge(captcha));
        }
        if field.kind == FieldKind::Button {
            buttons.push_str(&button(&field.name, "1", &escape_html(&field.label)));
        } else {
            let one_must = |request: &daemun_client::Request| {
                request.required == Required::Required
                    && request.fields.iter().any(|known| known.name == field.name)
            };
            // A field that another way makes needless must not hold that way up.
            let required = buttons.is_empty()
                && !field.optional
                && form.requests.iter().any(one_must)
                && !form.fields().any(|field| field.kind == FieldKind::Button);
            html.push_str(&input(field, required));
        }
    }
    html.push_str(&button("", "", go_on));
    html.push_str(&buttons);
    html.push_str("</form>");
    html
}

fn challenge(captcha: &Captcha) -> String {
    let why = escape_html(&captcha.why);
    match &captcha.challenge {
        Challenge::Question(question) => format!("<p>{why}</p><p>{}</p>", escape_html(question)),
        // The address is new each time, so that no old picture is shown.
        Challenge::Image(image) => {
            format!("<p>{why}</p><p><img src=\"captcha?{}\" alt=\"{why}\"></p>", image.bytes.len())
        }
        _ => format!("<p>{why}</p>"),
    }
}

fn input(field: &Field, required: bool) -> String {
    let name = escape_html(&field.name);
    let label = escape_html(if field.label.is_empty() { &field.name } else { &field.label });
    let value = escape_html(field.value.as_deref().unwrap_or_default());
    let help = match field.help.as_str() {
        "" => String::new(),
        help => format!("<small id=\"help-{name}\">{}</small>", escape_html(help)),
    };
    let described =
        if help.is_empty() { String::new() } else { format!(" aria-describedby=\"help-{name}\"") };
    let must = if required { " required" } else { "" };
    match &field.kind {
        FieldKind::Hidden => format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">"),
        FieldKind::Note => format!("<p>{label} {value}</p>"),
        FieldKind::Checkbox => format!(
            "<p><input type=\"checkbox\" id=\"{name}\" name=\"{name}\" value=\"1\"{described}> \
             <label class=\"beside\" for=\"{name}\">{label}</label>{help}</p>"
        ),
        FieldKind::Select(options) => {
            let mut choices =
                String::from(if required { "" } else { "<option value=\"\">—</option>" });
            for (value, label) in options {
                let (value, label) = (escape_html(value), escape_html(label));
                let _ = write!(choices, "<option value=\"{value}\">{label}</option>");
            }
            format!(
                "<label for=\"{name}\">{label}</label><select id=\"{name}\" name=\"{name}\"{must}{described}>{choices}</select>{help}"
            )
        }
        FieldKind::Multiselect(options) => {
            // The empty one says that the question was seen.
            let mut choices = format!("<input type=\"hidden\" name=\"{name}\" value=\"\">");
            for (at, (value, label)) in options.iter().enumerate() {
                let (value, label) = (escape_html(value), escape_html(label));
                let _ = write!(
                    choices,
                    "<p><input type=\"checkbox\" id=\"{name}-{at}\" name=\"{name}\" value=\"{value}\"> \
                     <label class=\"beside\" for=\"{name}-{at}\">{label}</label></p>"
                );
            }
            format!("<fieldset><legend>{label}</legend>{choices}{help}</fieldset>")
        }
        _ => {
            let kind = if field.sensitive { "password" } else { "text" };
            let fills = match field.name.as_str() {
                "username" => " autocomplete=\"username\"",
                "password" => " autocomplete=\"current-password\"",
                "retype" => " autocomplete=\"new-password\"",
                "OATHToken" | "token" => " autocomplete=\"one-time-code\" inputmode=\"numeric\"",
                _ => " autocomplete=\"off\"",
            };
            format!(
                "<label for=\"{name}\">{label}</label><input type=\"{kind}\" id=\"{name}\" name=\"{name}\" value=\"{value}\"{must}{described}{fills}>{help}"
            )
        }
    }
}

/// A button whose label is HTML already.
fn button(name: &str, value: &str, label: &str) -> String {
    if name.is_empty() {
        return format!("<button>{label}</button> ");
    }
    let name = escape_html(name);
    format!("<button name=\"{name}\" value=\"{value}\">{label}</button> ")
}
