//! People look after their own accounts in a browser.

mod changing;
mod removing;
mod showing_again;
mod signing_in_again;

use anyhow::Result;
use daemun_auth::manager::AuthManager;
use daemun_auth::session::{RequestOrigin, Session};
use daemun_mediawiki::cookie::CookieJar;
use daemun_testkit::visitor::{Answer, Visitor, encode};
use daemun_testkit::world::World;

use crate::forms::{between, fill_in, follow, open};

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

/// What is said at the field of this id.
fn error_at(page: &Answer, id: &str) -> String {
    let html = page.body();
    between(&html, &format!("id=\"{id}-error\" role=\"alert\">"), "</p>")
        .unwrap_or_else(|| panic!("nothing is said at {id}: {html}"))
        .to_owned()
}
