//! `Special:ApiSandbox`: forms for every module, programs that do what they say, its script.

mod forms;
mod pages;
mod programs;
mod script;

use daemun_testkit::visitor::{Answer, Params, Visitor, encode};

const SANDBOX: &str = "/wiki/Special:ApiSandbox";
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

fn open(visitor: &mut Visitor, query: Params<'_>) -> anyhow::Result<Answer> {
    visitor.send_to("GET", &format!("{SANDBOX}?{}", encode(query)), None, &[])
}

/// Sends the form, as a browser without scripts and the page's script both do.
fn submit(visitor: &mut Visitor, fields: Params<'_>) -> anyhow::Result<Answer> {
    visitor.send_to("POST", SANDBOX, Some(encode(fields).as_bytes()), &[FORM])
}

/// What stands between two marks.
fn between<'t>(text: &'t str, from: &str, to: &str) -> Option<&'t str> {
    text.split_once(from)?.1.split_once(to).map(|(found, _)| found)
}

/// Text out of HTML.
fn unescaped(html: &str) -> String {
    let marks = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#039;", "'"), ("&amp;", "&")];
    marks.into_iter().fold(html.to_owned(), |text, (mark, c)| text.replace(mark, c))
}

/// An attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    between(tag, &format!(" {name}=\""), "\"").map(unescaped)
}

/// The request that the page would send: its parameters, and its secrets with what is filled in.
fn request(page: &str) -> Vec<(String, String)> {
    let hidden = between(page, "<div id=\"sandbox-hidden\">", "</div>").expect("a request");
    let secrets = page.split("<input").filter(|tag| tag.contains(" form=\"sandbox-run\""));
    let tags = hidden.split("<input").skip(1).chain(secrets);
    let tags = tags.map(|tag| tag.split('>').next().expect("a tag"));
    let pair = |tag| Some((attribute(tag, "name")?, attribute(tag, "value")?));
    tags.filter_map(pair).collect()
}
