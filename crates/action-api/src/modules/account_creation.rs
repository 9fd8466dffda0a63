//! Whether somebody may make accounts, and why not.

use daemun_messages::{Message, Param};
use daemun_store::Block;

use super::block_info;
use crate::call::Call;
use crate::error::Failure;

/// The block of whoever asks: the account's, or the address's.
pub(super) async fn block_of(call: &Call<'_>) -> Result<Option<Block>, Failure> {
    let blocks = &call.manager().environment().store.blocks;
    let user = call.session.user();
    if user.is_registered() {
        return Ok(blocks.of_user(user.id(), call.now()).await?);
    }
    Ok(blocks.of_address(user.address(), call.now()).await?.into_iter().next())
}

/// What speaks against it; this is the block of [`block_of`].
pub(super) fn forbidden(call: &Call<'_>, block: Option<&Block>) -> Option<Message> {
    match block.filter(|block| block.create_account) {
        _ if !call.is_allowed("createaccount") => Some(lacks_right(call)),
        Some(block) => Some(block_info::sentence(block, call)),
        None => None,
    }
}

/// The groups that have the right which is missing.
fn lacks_right(call: &Call<'_>) -> Message {
    let rights = &call.manager().environment().settings.rights;
    let groups: Vec<String> = rights
        .groups_with("createaccount")
        .into_iter()
        .map(|group| group_link(group, call))
        .collect();
    let count = i64::try_from(groups.len()).unwrap_or(i64::MAX);
    Message::new("badaccess-groups").with(Param::commas(groups)).with(count)
}

fn group_link(group: &str, call: &Call<'_>) -> String {
    let name = match group {
        "sysop" => "Administrators",
        "bureaucrat" => "Bureaucrats",
        "bot" => "Bots",
        "interface-admin" => "Interface administrators",
        "user" => "Users",
        other => return other.to_owned(),
    };
    format!("[[{}:{name}|{name}]]", call.api.site.name)
}
