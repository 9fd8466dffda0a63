//! Pages as a browser without scripts uses them: opens, follows links, sends forms.

use anyhow::{Context, Result};
use daemun_testkit::visitor::{Answer, Params, Visitor, encode};

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// Opens a page by its path.
pub(crate) fn open(visitor: &mut Visitor, path: &str) -> Result<Answer> {
    visitor.send_to("GET", path, None, &[])
}

/// Fills in the form of a page and sends it to where it goes, with all that is hidden in it.
pub(crate) fn fill_in(visitor: &mut Visitor, page: &Answer, fields: Params<'_>) -> Result<Answer> {
    let html = page.body();
    let form = between(&html, "<form ", "</form>").with_context(|| format!("no form: {html}"))?;
    let action = unescape(between(form, "action=\"", "\"").context("an action")?);
    let hidden: Vec<(String, String)> = form
        .split("<input type=\"hidden\" ")
        .skip(1)
        .filter_map(|rest| {
            let name = between(rest, "name=\"", "\"")?;
            Some((unescape(name), unescape(between(rest, "value=\"", "\"")?)))
        })
        .collect();
    let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let all: Vec<(&str, &str)> = hidden.chain(fields.iter().copied()).collect();
    visitor.send_to("POST", &action, Some(encode(&all).as_bytes()), &[FORM])
}

/// Follows a redirect.
pub(crate) fn follow(visitor: &mut Visitor, answer: &Answer) -> Result<Answer> {
    let target = answer.header("location").with_context(|| answer.body())?;
    let path = target.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    let path = path.map_or(target.clone(), |(_, path)| format!("/{path}"));
    open(visitor, &path)
}

/// The tag of the field of this name, with all its attributes.
pub(crate) fn field(page: &Answer, name: &str) -> String {
    let html = page.body();
    let mark = format!(" name=\"{name}\"");
    let mut tags = html.split('<').filter_map(|rest| rest.split('>').next());
    tags.find(|tag| tag.contains(&mark)).unwrap_or_default().to_owned()
}

/// The text between two marks.
pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(inner, _)| inner)
}

fn unescape(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&#039;", "'").replace("&amp;", "&")
}
