//! What the API says of a block, of oneself and of others.

use std::net::IpAddr;

use daemun_messages::{Language, Message, Param as MessageParam};
use daemun_store::Block;

use crate::call::Call;
use crate::value::{Object, Value, list};

/// The members that `blockinfo` adds: those of the block, or of what several together amount to.
pub(super) fn describe(blocks: &[Block], call: &Call<'_>) -> Object {
    let language = &call.presentation.language;
    match blocks {
        [] => Object::new(),
        [block] => one(block, language),
        several => composite(several, language),
    }
}

/// Whether one of the blocks hides the name.
pub(super) fn is_hidden(blocks: &[Block]) -> bool {
    blocks.iter().any(|block| block.hidden)
}

/// The members about one block.
pub(super) fn one(block: &Block, language: &Language) -> Object {
    let about = Object::new()
        .with("blockid", block.id)
        .with("blockedby", block.by_name.clone())
        .with("blockedbyid", block.by_id.unwrap_or(0))
        .with("blockreason", block.reason.clone());
    bounds(about, std::slice::from_ref(block), language)
}

/// Several blocks at once. Together they have no id and are nobody's.
fn composite(blocks: &[Block], language: &Language) -> Object {
    let reason = Message::new("blockedtext-composite-reason");
    let about = Object::new()
        .with("blockid", Value::Null)
        .with("blockedby", "")
        .with("blockedbyid", 0)
        .with("blockreason", daemun_messages::plaintext(&reason, language));
    let components = blocks.iter().map(|block| one(block, language));
    bounds(about, blocks, language).with("blockcomponents", list("_v", components))
}

/// When and from what blocks keep somebody: from the first of them to the end of the last, and
/// from all that any of them does.
fn bounds(about: Object, blocks: &[Block], language: &Language) -> Object {
    let any = |does: fn(&Block) -> bool| blocks.iter().any(does);
    let since = blocks.iter().map(|block| block.timestamp).min().unwrap_or_default().to_iso();
    let until = last_moment(blocks);
    let mut info = about
        .with("blockedtimestamp", since.clone())
        .with("blockexpiry", until.clone().unwrap_or_else(|| "infinite".to_owned()))
        .with("blockpartial", !any(|block| block.sitewide))
        .with("blocknocreate", any(|block| block.create_account))
        .with("blockanononly", !any(|block| !block.anon_only))
        .with("blockemail", any(|block| block.email))
        .with("blockowntalk", any(|block| !block.allow_usertalk))
        .with("blockedtimestampformatted", formatted(since, language));
    if let Some(at) = until {
        // Times to come are never written as a distance.
        let formatted = formatted(at, language);
        info.set("blockexpiryformatted", formatted.clone());
        info.set("blockexpiryrelative", formatted);
    }
    info
}

/// The end of the block that lasts longest; `None` is without end.
fn last_moment(blocks: &[Block]) -> Option<String> {
    let ends: Option<Vec<_>> = blocks.iter().map(|block| block.expiry).collect();
    ends?.into_iter().max().map(|at| at.to_iso())
}

/// The sentence that somebody reads whom this block binds.
pub(super) fn sentence(block: &Block, address: IpAddr, language: &Language) -> Message {
    // Names may be written from right to left: the marks keep what follows in place.
    let isolated = |name: &str| format!("\u{202a}{name}\u{202c}");
    let by = isolated(&block.by_name);
    let say = |key: &'static str| daemun_messages::plaintext(&Message::new(key), language);
    let until = match block.expiry {
        Some(at) => formatted(at.to_iso(), language),
        None => say("infiniteblock"),
    };
    let reason = match block.reason.as_str() {
        "" => say("blockednoreason"),
        reason => reason.to_owned(),
    };
    let key = match block {
        Block { auto: true, .. } => "autoblockedtext",
        Block { sitewide: false, .. } => "blockedtext-partial",
        _ => "blockedtext",
    };
    Message::new(key)
        .with(format!("[[User:{}|{by}]]", block.by_name))
        .with(reason)
        .with(address.to_string())
        .with(by)
        .with(i64::try_from(block.id).unwrap_or(i64::MAX))
        .with(until)
        .with(isolated(&block.target))
        .with(formatted(block.timestamp.to_iso(), language))
        .with(flag(block.sitewide && !block.allow_usertalk && names_somebody(block)))
        .with(flag(block.email))
}

/// Whether it is for one account or one address, which have a page to talk on.
fn names_somebody(block: &Block) -> bool {
    block.target_user.is_some() || (!block.auto && block.target.parse::<IpAddr>().is_ok())
}

fn flag(is_set: bool) -> &'static str {
    if is_set { "1" } else { "" }
}

fn formatted(at: String, language: &Language) -> String {
    let message = Message::new("rawmessage").with(MessageParam::DateTime(at));
    daemun_messages::plaintext(&message, language)
}
