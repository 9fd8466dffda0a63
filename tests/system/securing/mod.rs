//! People secure their accounts in a browser: bot passwords, second factors, sessions.

mod bot_passwords;
mod second_factors;
mod sessions;

use anyhow::{Context, Result};
use daemun_testkit::visitor::{Answer, Params, Visitor, encode};
use daemun_testkit::world::World;

const PASSWORD: &str = "William-pass-1!";
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const BOTS: &str = "/wiki/Special:BotPasswords";
const SECURITY: &str = "/wiki/Special:AccountSecurity";

fn open(visitor: &mut Visitor, path: &str) -> Result<Answer> {
    visitor.send_to("GET", path, None, &[])
}

fn submit(visitor: &mut Visitor, path: &str, fields: Params<'_>) -> Result<Answer> {
    visitor.send_to("POST", path, Some(encode(fields).as_bytes()), &[FORM])
}

/// What stands between two texts of a page.
fn between(page: &Answer, before: &str, after: &str) -> Result<String> {
    let html = page.body();
    let (_, rest) = html.split_once(before).with_context(|| format!("no {before}: {html}"))?;
    let (found, _) = rest.split_once(after).context("its end")?;
    Ok(found
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#039;", "'")
        .replace("&#39;", "'")
        .replace("&amp;", "&"))
}

/// The text of the element with this id, which holds no other.
fn text_of(page: &Answer, id: &str) -> Result<String> {
    between(page, &format!("id=\"{id}\">"), "<")
}

/// Sends a form of a page with its token.
fn send_form(
    visitor: &mut Visitor,
    page: &Answer,
    path: &str,
    fields: Params<'_>,
) -> Result<Answer> {
    let token = between(page, "name=\"wpEditToken\" value=\"", "\"")?;
    let mut all = vec![("wpEditToken", token.as_str())];
    all.extend(fields);
    submit(visitor, path, &all)
}

/// A world in which everybody may have second factors.
fn world() -> Result<World> {
    World::with(|rules| {
        rules.settings.rights.add_second_factors();
        rules.settings.password_attempt_throttle.clear();
    })
}

/// Somebody who has just logged in.
fn signed_in(world: &World, name: &str) -> Result<Visitor> {
    let mut visitor = world.visitor();
    log_in(&mut visitor, name)?;
    Ok(visitor)
}

fn log_in(visitor: &mut Visitor, name: &str) -> Result<()> {
    let answer = visitor.log_in(name, PASSWORD)?;
    anyhow::ensure!(answer.status() == "PASS", "{}", answer.body());
    Ok(())
}
