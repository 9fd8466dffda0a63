//! `Cookie` headers, and the `Set-Cookie` headers that they come from.

use daemun_mediawiki::cookie::{CookieJar, Expiry, SameSite, SetCookie};
use daemun_mediawiki::timestamp::Timestamp;

use super::{lines, text};
use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "cookies",
    run,
    words: &[
        "; ",
        "=",
        "%00",
        "%0d%0a",
        "__Host-",
        "__Secure-",
        "wiki_session",
        "wikiUserID",
        "wikiUserName",
        "wikiToken",
        "wiki_BPsession",
        "[",
        "]",
        "..",
    ],
    longest: 2048,
};

fn run(bytes: &[u8]) {
    let jar = CookieJar::parse(bytes);
    for (name, value) in jar.iter() {
        assert!(!name.is_empty() && !name.contains(['.', ' ', '[', ';', '=', '\0']), "{name:?}");
        assert_eq!(jar.get(name), Some(value), "a name is there once");
        assert!(value.len() <= 3 * bytes.len(), "decoding makes nothing much longer");
    }
    let [name, value, path] = lines(bytes);
    let (name, value, path) = (text(name), text(value), text(path));
    for (raw, expires) in [
        (false, Expiry::Session),
        (true, Expiry::At { at: Timestamp(i64::MAX), max_age: i64::MIN }),
        (false, Expiry::Delete),
    ] {
        let cookie = SetCookie {
            name: &name,
            value: &value,
            expires,
            path: &path,
            domain: Some(&path),
            secure: true,
            http_only: true,
            same_site: Some(SameSite::None),
            raw,
        };
        let header = cookie.header();
        assert!(!header.chars().any(char::is_control), "{header:?} ends a header");
        let attributes = header.split(';').skip(1).map(|part| part.trim_start().split('=').next());
        for attribute in attributes.flatten() {
            let known = ["expires", "Max-Age", "path", "domain", "secure", "HttpOnly", "SameSite"];
            assert!(known.contains(&attribute), "{attribute:?} in {header:?}");
        }
        // What a browser sends back is what was set.
        let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric());
        if plain && !raw && expires == Expiry::Session && !value.is_empty() {
            let sent = header.split(';').next().expect("one part at least");
            assert_eq!(CookieJar::parse(sent.as_bytes()).get(&name), Some(&*value));
        }
    }
}
