//! All keys of the configuration, in the order of the reference.
//!
//! The order also counts for defaults: one that is computed may look at the keys before it.

mod captcha;
mod login_log;
mod mail;
mod observing;
mod openid;
mod passwords;
mod second_factor;
mod server;
mod sessions;
mod site;

use std::collections::BTreeSet;

use super::key::Key;

/// Keys of one subject.
pub struct Chapter {
    /// The subject.
    pub title: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
}

/// The chapters of the reference.
pub static CHAPTERS: [Chapter; 11] = [
    Chapter { title: "Server and data", keys: server::KEYS },
    Chapter { title: "Log and metrics", keys: observing::KEYS },
    Chapter { title: "The wiki", keys: site::KEYS },
    Chapter { title: "Sessions and cookies", keys: sessions::KEYS },
    Chapter { title: "Passwords and logins", keys: passwords::KEYS },
    Chapter { title: "Second factors", keys: second_factor::KEYS },
    Chapter { title: "Captchas", keys: captcha::KEYS },
    Chapter { title: "OpenID Connect", keys: openid::KEYS },
    Chapter { title: "Mail", keys: mail::KEYS },
    Chapter { title: "Log of logins", keys: login_log::KEYS },
    Chapter { title: "Groups", keys: site::GROUP_KEYS },
];

/// All keys.
pub fn all() -> impl Iterator<Item = &'static Key> {
    CHAPTERS.iter().flat_map(|chapter| chapter.keys)
}

/// Whether a path is the beginning of keys: `cookie` is one of `cookie.prefix`.
pub(super) fn is_section(path: &str) -> bool {
    all().any(|key| key.name.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
}

/// All paths that are the beginning of keys.
pub(super) fn sections() -> BTreeSet<String> {
    let mut sections = BTreeSet::new();
    for key in all() {
        let mut path = key.name;
        while let Some((before, _)) = path.rsplit_once('.') {
            sections.insert(before.to_owned());
            path = before;
        }
    }
    sections
}
