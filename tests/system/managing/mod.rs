//! People look after their own accounts in a browser.

mod changing;
mod removing;
mod showing_again;
mod signing_in_again;

use anyhow::{Context, Result};
use daemun_auth::manager::AuthManager;
use daemun_auth::session::{RequestOrigin, Session};
use daemun_mediawiki::cookie::CookieJar;
use daemun_testkit::visitor::{Answer, Params, Visitor, encode};
use daemun_testkit::world::World;

const PASSWORD: &str = "William-pass-1!";
const NEW: &str = "William-pass-2!";
const CHANGE_PASSWORD: &str =
    "/wiki/Special:ChangeCredentials/MediaWiki%5CAuth%5CPasswordAuthenticationRequest";

/// The visitor's session as the manager sees it.
fn session(world: &World, manager: &AuthManager, visitor: &Visitor) -> Result<Session> {
    let names = ["wiki_session", "wikiUserID", "wikiUserName", "wikiToken"];
    let cookies: Vec<String> =
        names.iter().filter_map(|name| Some(format!("{name}={}", visitor.cookie(name)?))).collect();
    let cookies = CookieJar::parse(cookies.join("; ").as_bytes());
    let address = std::net::IpAddr::from([127, 0, 0, 1]);
    let origin = RequestOrigin { cookies: &cookies, address, secure: false, agent: "" };
    Ok(world.run(manager.sessions().load(origin))?)
}

/// Somebody who is in.
fn signed_in(world: &World, name: &str) -> Result<Visitor> {
    let mut visitor = world.visitor();
    let answer = visitor.log_in(name, PASSWORD)?;
    anyhow::ensure!(answer.status() == "PASS", "{}", answer.body());
    Ok(visitor)
}

/// Opens a page of the wiki.
pub(crate) fn open(visitor: &mut Visitor, path: &str) -> Result<Answer> {
    visitor.send_to("GET", path, None, &[])
}

/// Opens a page by its whole address, as one is led there.
pub(crate) fn follow(visitor: &mut Visitor, answer: &Answer) -> Result<Answer> {
    let target = answer.header("location").with_context(|| answer.body())?;
    let url = url::Url::parse(&target)?;
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    open(visitor, &format!("{}{query}", url.path()))
}

/// Sends the form that a page shows, with all that is hidden in it and what is filled in.
pub(crate) fn fill_in(visitor: &mut Visitor, page: &Answer, filled: Params<'_>) -> Result<Answer> {
    let html = page.body();
    let (_, form) = html.split_once("<form method=\"post\"").with_context(|| html.clone())?;
    let action = between(form, "action=\"", "\"").context("where it goes")?.replace("&amp;", "&");
    let hidden: Vec<(&str, String)> = form
        .split("<input type=\"hidden\" ")
        .skip(1)
        .filter_map(|rest| {
            let name = between(rest, "name=\"", "\"")?;
            Some((name, between(rest, "value=\"", "\"")?.replace("&#43;", "+")))
        })
        .collect();
    let mut all: Vec<(&str, &str)> =
        hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend(filled);
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    visitor.send_to("POST", &action, Some(encode(&all).as_bytes()), &kind)
}

/// What stands between two marks.
pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(inner, _)| inner)
}

/// What is said at the field of this id.
fn error_at(page: &Answer, id: &str) -> String {
    let html = page.body();
    between(&html, &format!("id=\"{id}-error\" role=\"alert\">"), "</p>")
        .unwrap_or_else(|| panic!("nothing is said at {id}: {html}"))
        .to_owned()
}
