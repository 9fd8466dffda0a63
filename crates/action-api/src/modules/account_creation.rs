//! Whether somebody may make accounts, and why not.

use daemun_auth::User;
use daemun_messages::{Language, Message, Param, plaintext};
use daemun_store::Block;

use super::block_info;
use crate::http::Api;
use crate::site::Site;

/// What speaks against it; these are the blocks of [`daemun_auth::blocks_of`].
pub fn forbidden(api: &Api, user: &User, blocks: &[Block], language: &Language) -> Option<Message> {
    let environment = api.manager.environment();
    let (rights, now) = (&environment.settings.rights, environment.clock.now());
    match blocks.iter().find(|block| block.create_account) {
        _ if !user.is_allowed("createaccount", rights, now) => Some(lacks_right(api, language)),
        Some(block) => Some(block_info::sentence(block, user.address(), language)),
        None => None,
    }
}

/// The groups that have the right which is missing.
fn lacks_right(api: &Api, language: &Language) -> Message {
    let rights = &api.manager.environment().settings.rights;
    let groups: Vec<String> = rights
        .groups_with("createaccount")
        .into_iter()
        .map(|group| group_link(group, &api.site, language))
        .collect();
    let count = i64::try_from(groups.len()).unwrap_or(i64::MAX);
    Message::new("badaccess-groups").with(Param::commas(groups)).with(count)
}

fn group_link(group: &str, site: &Site, language: &Language) -> String {
    let key = match group {
        "autoconfirmed" => "group-autoconfirmed",
        "bot" => "group-bot",
        "bureaucrat" => "group-bureaucrat",
        "checkuser" => "group-checkuser",
        "interface-admin" => "group-interface-admin",
        "suppress" => "group-suppress",
        "sysop" => "group-sysop",
        "user" => "group-user",
        other => return other.to_owned(),
    };
    // The page is called the same whoever reads.
    let page = plaintext(&Message::new(key), &site.language);
    let name = plaintext(&Message::new(key), language);
    format!("[[{}:{page}|{name}]]", site.name)
}
