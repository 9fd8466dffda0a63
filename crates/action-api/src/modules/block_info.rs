//! What the API says of a block, of oneself and of others.

use std::net::IpAddr;

use daemun_messages::{Language, Message, Param as MessageParam};
use daemun_store::Block;

use crate::call::Call;
use crate::value::Object;

/// The members that `blockinfo` adds.
pub(super) fn describe(block: &Block, call: &Call<'_>) -> Object {
    let language = &call.presentation.language;
    let mut info = Object::new()
        .with("blockid", block.id)
        .with("blockedby", block.by_name.clone())
        .with("blockedbyid", block.by_id.unwrap_or(0))
        .with("blockreason", block.reason.clone())
        .with("blockedtimestamp", block.timestamp.to_iso())
        .with("blockexpiry", expiry(block))
        .with("blockpartial", !block.sitewide)
        .with("blocknocreate", block.create_account)
        .with("blockanononly", block.anon_only)
        .with("blockemail", block.email)
        .with("blockowntalk", !block.allow_usertalk)
        .with("blockedtimestampformatted", formatted(block.timestamp.to_iso(), language));
    if let Some(at) = block.expiry {
        // Times to come are never written as a distance.
        let formatted = formatted(at.to_iso(), language);
        info.set("blockexpiryformatted", formatted.clone());
        info.set("blockexpiryrelative", formatted);
    }
    info
}

/// The sentence that somebody blocked reads.
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
    Message::new("blockedtext")
        .with(format!("[[User:{}|{by}]]", block.by_name))
        .with(reason)
        .with(address.to_string())
        .with(by)
        .with(i64::try_from(block.id).unwrap_or(i64::MAX))
        .with(until)
        .with(isolated(&block.target))
        .with(formatted(block.timestamp.to_iso(), language))
}

fn expiry(block: &Block) -> String {
    block.expiry.map_or_else(|| "infinite".to_owned(), |at| at.to_iso())
}

fn formatted(at: String, language: &Language) -> String {
    let message = Message::new("rawmessage").with(MessageParam::DateTime(at));
    daemun_messages::plaintext(&message, language)
}
