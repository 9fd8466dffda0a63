//! An entry of the log as a sentence: MediaWiki's keys and parameters. `$1` is who did it, `$2` the
//! same for its gender, `$3` the target, and from `$4` on stands what `log_params` holds.

use daemun_mediawiki::php::{self, PhpArray, Value};
use daemun_mediawiki::timestamp::Timestamp;
use daemun_mediawiki::title::{Namespaces, TitleRules};
use daemun_messages::{ListKind, Message, Param};
use daemun_store::{FoundPrivateEvent, LogEntry};

use super::duration;

/// A text that is never read as markup.
pub(super) fn plain(text: &str) -> Message {
    Message::new("rawmessage").with(Param::plaintext(text))
}

/// What the public log says; without a performer that must not be named.
pub(super) fn of_entry(entry: &LogEntry, performer: Option<&str>, titles: &TitleRules) -> Message {
    let by = performer.map_or_else(|| Message::new("rev-deleted-user").into(), Param::plaintext);
    let target = Param::plaintext(target(entry, titles));
    let params = Params::read(&entry.params);
    let begun = |key: &'static str| {
        Message::new(key).with(by.clone()).with(Param::plaintext("")).with(target.clone())
    };
    match (entry.kind.as_str(), entry.action.as_str()) {
        ("newusers", "create") => begun("logentry-newusers-create"),
        ("newusers", "newusers") => begun("logentry-newusers-newusers"),
        ("newusers", "create2") => begun("logentry-newusers-create2"),
        ("newusers", "byemail") => begun("logentry-newusers-byemail"),
        ("newusers", "autocreate") => begun("logentry-newusers-autocreate"),
        ("rights", "rights") => match params.groups() {
            Some([old, new]) => begun("logentry-rights-rights").with(old).with(new),
            None => begun("logentry-rights-rights-legacy"),
        },
        ("rights", "autopromote") => match params.groups() {
            Some([old, new]) => begun("logentry-rights-autopromote").with(old).with(new),
            None => begun("logentry-rights-rights-legacy"),
        },
        ("block", "block") if params.is_partial() => {
            params.block(begun("logentry-partialblock-block"))
        }
        ("block", "reblock") if params.is_partial() => {
            params.block(begun("logentry-partialblock-reblock"))
        }
        ("block", "block") => params.block(begun("logentry-block-block")),
        ("block", "reblock") => params.block(begun("logentry-block-reblock")),
        ("block", "unblock") => begun("logentry-block-unblock"),
        ("suppress", "block") => params.block(begun("logentry-suppress-block")),
        ("suppress", "reblock") => params.block(begun("logentry-suppress-reblock")),
        ("oath", "disable-other") => begun("logentry-oath-disable-other"),
        ("oath", "recover") => begun("logentry-oath-recover"),
        ("oath", "verify") => begun("logentry-oath-verify"),
        ("renameuser", "renameuser") => {
            match (params.text("4::olduser"), params.text("5::newuser")) {
                (Some(old), Some(new)) => begun("logentry-renameuser-renameuser")
                    .with(Param::plaintext(old))
                    .with(Param::plaintext(new)),
                _ => other(by, entry, target),
            }
        }
        _ => other(by, entry, target),
    }
}

fn other(by: Param, entry: &LogEntry, target: Param) -> Message {
    let action = Param::plaintext(format!("{}/{}", entry.kind, entry.action));
    Message::new("daemun-log-other").with(by).with(action).with(target)
}

/// What the entry is about: the name alone where it is an account or address.
fn target(entry: &LogEntry, titles: &TitleRules) -> String {
    let name = entry.title.replace('_', " ");
    match entry.namespace {
        Namespaces::USER => name,
        other => match titles.namespaces.name(other) {
            namespace if namespace.is_empty() => name,
            namespace => format!("{namespace}:{name}"),
        },
    }
}

/// What the log of logins says.
pub(super) fn of_event(event: &FoundPrivateEvent) -> Message {
    let by = event.performer.as_deref().unwrap_or(&event.address);
    let by = Param::plaintext(by);
    let target = Param::plaintext(&*event.target);
    let begun = |key: &'static str| {
        let message = Message::new(key).with(by.clone()).with(Param::plaintext(""));
        message.with(target.clone()).with(target.clone())
    };
    match event.action.as_str() {
        "login-success" => begun("logentry-checkuser-private-event-login-success"),
        "login-failure" => begun("logentry-checkuser-private-event-login-failure"),
        "login-failure-with-good-password" => {
            begun("logentry-checkuser-private-event-login-failure-with-good-password")
        }
        "user-logout" => begun("logentry-checkuser-private-event-user-logout"),
        "password-reset-email-sent" => {
            begun("logentry-checkuser-private-event-password-reset-email-sent")
        }
        "create-account" => begun("logentry-checkuser-private-event-create-account"),
        "autocreate-account" => begun("logentry-checkuser-private-event-autocreate-account"),
        action => {
            let action = Param::plaintext(action);
            Message::new("daemun-log-other").with(by).with(action).with(target)
        }
    }
}

/// How many events were not written before this one.
pub(super) fn missing(params: &str) -> Option<i64> {
    match Params::read(params) {
        Params::Named(array) => array.get("daemun-missing")?.as_int(),
        Params::Lines(_) => None,
    }
}

/// `log_params`: serialised, or in old entries a value a line.
enum Params {
    Named(PhpArray),
    Lines(Vec<String>),
}

impl Params {
    fn read(text: &str) -> Self {
        match php::unserialize(text.as_bytes()) {
            Ok(Value::Array(array)) => Self::Named(array),
            _ => Self::Lines(text.lines().map(str::to_owned).collect()),
        }
    }

    fn text(&self, name: &str) -> Option<&str> {
        match self {
            Self::Named(array) => array.get(name)?.as_str(),
            Self::Lines(_) => None,
        }
    }

    fn line(&self, index: usize) -> Option<&str> {
        match self {
            Self::Named(_) => None,
            Self::Lines(lines) => lines.get(index).map(String::as_str),
        }
    }

    fn is_partial(&self) -> bool {
        match self {
            Self::Named(array) => array.get("sitewide").is_some_and(|whole| !whole.is_truthy()),
            Self::Lines(_) => false,
        }
    }

    /// Ends the sentence of a block: `$4` for the gender, then duration and flags.
    fn block(&self, begun: Message) -> Message {
        let length = self.text("5::duration").or_else(|| self.line(0)).unwrap_or("infinite");
        let flags = self.text("6::flags").or_else(|| self.line(1)).unwrap_or_default();
        let flags: Vec<Param> =
            flags.split(',').filter_map(flag).map(|key| Message::new(key).into()).collect();
        let flags = if flags.is_empty() {
            Param::plaintext("")
        } else {
            Message::new("daemun-log-flags").with(Param::list(flags, ListKind::Comma)).into()
        };
        begun.with(Param::plaintext("")).with(duration::in_words(length)).with(flags)
    }

    /// The groups before and after.
    fn groups(&self) -> Option<[Param; 2]> {
        match self {
            Self::Named(array) => {
                let list = |groups: &str, data: &str| {
                    let data = array.get(data).and_then(Value::as_array);
                    Some(groups_of(array.get(groups)?.as_array()?, data))
                };
                let old = list("4::oldgroups", "oldmetadata")?;
                Some([old, list("5::newgroups", "newmetadata")?])
            }
            Self::Lines(lines) => {
                let [old, new] = lines.as_slice() else { return None };
                Some([old, new].map(|line| {
                    let names = line.split(',').map(str::trim).filter(|name| !name.is_empty());
                    listed(names.map(group).collect())
                }))
            }
        }
    }
}

fn groups_of(names: &PhpArray, data: Option<&PhpArray>) -> Param {
    let mut data = data.map(|data| data.iter().map(|(_, value)| value)).into_iter().flatten();
    let groups = names.iter().filter_map(|(_, name)| {
        let until = data.next().and_then(|data| data.as_array()?.get("expiry")?.as_str());
        let group = group(name.as_str()?);
        Some(match until.and_then(Timestamp::parse_mw) {
            Some(until) => {
                let until = Param::DateTime(until.to_iso());
                Message::new("daemun-log-group-until").with(group).with(until).into()
            }
            None => group,
        })
    });
    listed(groups.collect())
}

fn listed(groups: Vec<Param>) -> Param {
    if groups.is_empty() {
        return Message::new("rightsnone").into();
    }
    Param::list(groups, ListKind::Comma)
}

/// What a group is called.
pub(crate) fn group(name: &str) -> Param {
    let key = format!("group-{name}");
    if daemun_messages::exists(&key) { Message::new(key).into() } else { Param::plaintext(name) }
}

fn flag(word: &str) -> Option<&'static str> {
    Some(match word.trim() {
        "anononly" => "block-log-flags-anononly",
        "nocreate" => "block-log-flags-nocreate",
        "noautoblock" => "block-log-flags-noautoblock",
        "noemail" => "block-log-flags-noemail",
        "nousertalk" => "block-log-flags-nousertalk",
        "hiddenname" => "block-log-flags-hiddenname",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
