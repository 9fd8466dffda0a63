//! A result to look at, in an HTML page or wrapped in JSON for a script that shows it.

use daemun_messages::{Message, escape_html};

use super::Circumstances;
use crate::skin;
use crate::value::{Object, Value, list};

/// A result in the element that MediaWiki has for it.
pub(super) fn content(text: &str) -> String {
    format!("<pre class=\"api-pretty-content\">{}</pre>", escape_html(text))
}

/// A page that shows a result and says which format a program should ask for.
pub(super) fn page(content: &str, name: &str, circumstances: &Circumstances<'_>) -> String {
    let Circumstances { site, language, status, address, .. } = circumstances;
    let plain = name.strip_suffix("fm").unwrap_or(name);
    let shown = plain.to_uppercase();
    let header = match (plain, address(plain)) {
        ("raw", _) => Message::new("api-format-prettyprint-header-only-html").with(shown),
        (_, Some(address)) => Message::new("api-format-prettyprint-header-hyperlinked")
            .with(shown)
            .with(plain)
            .with(address),
        (_, None) => Message::new("api-format-prettyprint-header").with(shown).with(plain),
    };
    let header = daemun_messages::html_block(&header, language, &site.links());
    let mut html = format!("<div class=\"api-pretty-header\">{header}</div>");
    if *status != 200 {
        let text = Message::new("api-format-prettyprint-status")
            .with(i64::from(*status))
            .with(reason(*status));
        let text = daemun_messages::html(&text, language, &site.links());
        html.push_str(&format!("<div class=\"api-pretty-header api-pretty-status\">{text}</div>"));
    }
    html.push_str(content);
    skin::page("ApiHelp", &Message::new("api-format-title"), &html, site, language)
}

/// What Special:ApiSandbox asks for with `wrappedhtml`.
pub(super) fn wrapped(
    content: String,
    result: &Object,
    circumstances: &Circumstances<'_>,
) -> Object {
    let elapsed = i64::try_from(circumstances.began.elapsed().as_millis()).unwrap_or(i64::MAX);
    Object::new()
        .with("status", i64::from(circumstances.status))
        .with("statustext", reason(circumstances.status))
        .with("html", content)
        .with("modules", list("module", ["mediawiki.apipretty"]))
        .with("continue", result.get("continue").cloned().unwrap_or(Value::Null))
        .with("time", elapsed)
}

/// What a status is called.
fn reason(status: u16) -> String {
    let code = axum::http::StatusCode::from_u16(status).ok();
    code.and_then(|code| code.canonical_reason()).unwrap_or_default().to_owned()
}
