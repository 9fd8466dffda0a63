//! What administrators see in a browser: users, the log, the log of logins.

mod log;
mod logins;
mod users;

use daemun_testkit::visitor::{Answer, Params, Visitor, encode};
use daemun_testkit::world::World;

pub(super) const PASSWORD: &str = "right horse 1";

/// A page by its title and a query.
fn page(visitor: &mut Visitor, title: &str, query: Params<'_>) -> anyhow::Result<Answer> {
    let mut all = vec![("title", title)];
    all.extend(query);
    visitor.send_to("GET", &format!("/w/index.php?{}", encode(&all)), None, &[])
}

/// Somebody who is in, with an account in these groups.
fn somebody(world: &World, name: &str, groups: &[&str]) -> anyhow::Result<Visitor> {
    let id = world.add_account(name, PASSWORD)?;
    for group in groups {
        world.run(world.store().accounts.add_group(id, group, None, None))?;
    }
    let mut visitor = world.visitor();
    let answer = visitor.log_in(name, PASSWORD)?;
    assert_eq!(answer.status(), "PASS", "{}", answer.body());
    Ok(visitor)
}

/// The rows of the table on a page, as texts without markup.
fn rows(page: &Answer) -> Vec<String> {
    let html = page.body();
    let Some((_, body)) = html.split_once("<tbody>") else { return Vec::new() };
    let (body, _) = body.split_once("</tbody>").expect("the end of the table");
    body.split("<tr").skip(1).map(text).collect()
}

/// What a reader sees of a piece of HTML whose first tag may be cut.
fn text(html: &str) -> String {
    let mut text = String::new();
    let mut is_inside = true;
    for character in html.chars() {
        match character {
            '<' => is_inside = true,
            '>' if is_inside => {
                is_inside = false;
                text.push(' ');
            }
            _ if is_inside => {}
            _ => text.push(character),
        }
    }
    let text = text.replace("&#39;", "'").replace("&quot;", "\"").replace("&lt;", "<");
    text.replace("&gt;", ">").replace("&amp;", "&").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The address of the link with this `rel`, such as `next`.
fn turned(page: &Answer, rel: &str) -> Option<String> {
    let html = page.body();
    let (before, _) = html.split_once(&format!("\" rel=\"{rel}\""))?;
    Some(before.rsplit_once("href=\"")?.1.replace("&amp;", "&"))
}

fn open(visitor: &mut Visitor, path: &str) -> anyhow::Result<Answer> {
    visitor.send_to("GET", path, None, &[])
}
