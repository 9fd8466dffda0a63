//! Whether somebody may make accounts, and why not.

use daemun_auth::User;
use daemun_messages::{Language, Message, Param, plaintext};
use daemun_store::Block;

use super::block_info;
use crate::error::ApiError;
use crate::http::Api;
use crate::site::Site;

/// What speaks against it most; these are the blocks of [`daemun_auth::blocks_of`].
pub fn forbidden(api: &Api, user: &User, blocks: &[Block], language: &Language) -> Option<Message> {
    reasons_against(api, user, blocks, language).into_iter().next().map(|error| error.message)
}

/// All that speaks against it: a right that is missing, and each block by itself.
pub(super) fn reasons_against(
    api: &Api,
    user: &User,
    blocks: &[Block],
    language: &Language,
) -> Vec<ApiError> {
    let environment = api.manager.environment();
    let (rights, now) = (&environment.settings.rights, environment.clock.now());
    let lacks = !user.is_allowed("createaccount", rights, now);
    let binding = blocks.iter().filter(|block| block.create_account);
    let binding = binding.map(|block| {
        ApiError::new(block_info::sentence(block, user.address(), language))
            .data("blockinfo", block_info::one(block, language))
    });
    lacks.then(|| ApiError::new(lacks_right(api, language))).into_iter().chain(binding).collect()
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
