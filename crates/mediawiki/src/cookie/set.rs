//! The `Set-Cookie` header of a reply.

use std::fmt::Write;

use crate::timestamp::Timestamp;

/// How long a browser keeps a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// Until the browser closes.
    Session,
    /// Until a point in time.
    At {
        /// The point in time.
        at: Timestamp,
        /// The same in seconds from now; below 0 counts as 0.
        max_age: i64,
    },
    /// Not at all: the browser forgets it.
    Delete,
}

/// Whether a browser sends a cookie with requests from other sites.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSite {
    /// `Strict`: never.
    Strict,
    /// `Lax`: only when following a link.
    Lax,
    /// `None`: always; browsers then demand `secure`.
    None,
}

impl SameSite {
    /// The attribute's value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
            Self::None => "None",
        }
    }
}

/// Bytes that are enough for most cookies.
const USUAL_LENGTH: usize = 128;

/// A cookie for the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCookie<'a> {
    /// Name. Characters that would end it (`=,;`, spaces and controls) are printed as `_`.
    pub name: &'a str,
    /// Value, not encoded. PHP deletes a cookie whose value is empty, and so does this.
    pub value: &'a str,
    /// Lifetime.
    pub expires: Expiry,
    /// Path; left out when empty.
    pub path: &'a str,
    /// Domain; `None` is this host alone.
    pub domain: Option<&'a str>,
    /// Only over https.
    pub secure: bool,
    /// Not for scripts.
    pub http_only: bool,
    /// `$wgCookieSameSite`
    pub same_site: Option<SameSite>,
    /// Print the value as it is, as PHP's `setrawcookie`. A value with a character that a header
    /// cannot hold is encoded all the same.
    pub raw: bool,
}

impl SetCookie<'_> {
    /// The header's value, byte for byte as PHP 8.2 prints it:
    /// `wikiUserID=4; expires=Tue, 22 Dec 2026 03:11:31 GMT; Max-Age=2592000; path=/; HttpOnly`.
    pub fn header(&self) -> String {
        let mut text = String::with_capacity(USUAL_LENGTH);
        push_parts(&mut text, self.name, |c| c == '=' || is_separator(c), "_");
        text.push('=');
        // Writing to a string cannot fail.
        match self.expires {
            Expiry::Delete => delete(&mut text),
            _ if self.value.is_empty() => delete(&mut text),
            Expiry::Session => self.push_value(&mut text),
            Expiry::At { at, max_age } => {
                self.push_value(&mut text);
                let _ = write!(text, "; expires={}; Max-Age={}", at.to_http(), max_age.max(0));
            }
        }
        push_attribute(&mut text, "path", self.path);
        push_attribute(&mut text, "domain", self.domain.unwrap_or_default());
        if self.secure {
            text.push_str("; secure");
        }
        if self.http_only {
            text.push_str("; HttpOnly");
        }
        push_attribute(&mut text, "SameSite", self.same_site.map_or("", SameSite::as_str));
        text
    }

    fn push_value(&self, text: &mut String) {
        if self.raw && !self.value.chars().any(is_separator) {
            text.push_str(self.value);
        } else {
            raw_url_encode(self.value, text);
        }
    }
}

fn delete(text: &mut String) {
    // Second 1: older browsers took 0 for "no date".
    let _ = write!(text, "deleted; expires={}; Max-Age=0", Timestamp(1).to_http());
}

fn push_attribute(text: &mut String, name: &str, value: &str) {
    if value.chars().all(is_separator) {
        return;
    }
    text.extend(["; ", name, "="]);
    push_parts(text, value, is_separator, "");
}

/// A text with something else in the place of certain characters, of which there are hardly ever
/// any.
fn push_parts(text: &mut String, from: &str, odd: impl Fn(char) -> bool, instead: &str) {
    let mut parts = from.split(odd);
    text.extend(parts.next());
    for part in parts {
        text.extend([instead, part]);
    }
}

/// Characters that part a cookie's pieces, or a header's lines.
fn is_separator(c: char) -> bool {
    matches!(c, ',' | ';' | ' ') || c.is_control()
}

/// A text with all but RFC 3986's unreserved characters percent-encoded, as PHP's `rawurlencode`.
pub fn rawurlencode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    raw_url_encode(text, &mut encoded);
    encoded
}

/// RFC 3986 as PHP's `rawurlencode`: all but letters, digits and `-_.~`.
fn raw_url_encode(value: &str, text: &mut String) {
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() | matches!(byte, b'-' | b'_' | b'.' | b'~');
    // Without a way out before the end, so that many bytes are looked at together.
    if value.bytes().fold(true, |all, byte| all & is_plain(byte)) {
        // Ids and numbers.
        return text.push_str(value);
    }
    for byte in value.bytes() {
        if is_plain(byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cookie::CookieJar;

    fn cookie<'a>(name: &'a str, value: &'a str) -> SetCookie<'a> {
        SetCookie {
            name,
            value,
            expires: Expiry::Session,
            path: "/",
            domain: None,
            secure: false,
            http_only: true,
            same_site: None,
            raw: false,
        }
    }

    #[test]
    fn attributes_come_in_phps_order_and_spelling() {
        let at = Timestamp::parse_mw("20261222031131").unwrap();
        let full = SetCookie {
            expires: Expiry::At { at, max_age: 2_592_000 },
            secure: true,
            same_site: Some(SameSite::None),
            ..cookie("wikiUserID", "4")
        };
        assert_eq!(
            full.header(),
            "wikiUserID=4; expires=Tue, 22 Dec 2026 03:11:31 GMT; Max-Age=2592000; path=/; secure; HttpOnly; SameSite=None"
        );
        let with_domain = SetCookie { domain: Some(".example.org"), ..cookie("a", "b") };
        assert_eq!(with_domain.header(), "a=b; path=/; domain=.example.org; HttpOnly");
    }

    #[test]
    fn values_are_encoded_unless_raw() {
        assert_eq!(cookie("n", "Frank Castle").header(), "n=Frank%20Castle; path=/; HttpOnly");
        assert_eq!(cookie("n", "윌~/+").header(), "n=%EC%9C%8C~%2F%2B; path=/; HttpOnly");
        let raw = |value| SetCookie { raw: true, ..cookie("n", value) }.header();
        assert_eq!(raw("a/b"), "n=a/b; path=/; HttpOnly");
        assert_eq!(raw("a\r\nb"), "n=a%0D%0Ab; path=/; HttpOnly");
    }

    #[test]
    fn a_deleted_or_empty_cookie_expires_in_1970() {
        let deleted =
            "n=deleted; expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; path=/; HttpOnly";
        assert_eq!(SetCookie { expires: Expiry::Delete, ..cookie("n", "x") }.header(), deleted);
        assert_eq!(cookie("n", "").header(), deleted);
    }

    #[test]
    fn nothing_can_end_the_header() {
        let odd = SetCookie { path: "/;\r\nX: y", ..cookie("a=b;c\r\n", "d") };
        assert_eq!(odd.header(), "a_b_c__=d; path=/X:y; HttpOnly");
    }

    proptest! {
        #[test]
        fn a_browser_brings_back_what_was_set(value in "\\PC{1,20}") {
            let header = cookie("wikiUserName", &value).header();
            let sent = header.split(';').next().unwrap();
            let jar = CookieJar::parse(sent.as_bytes());
            prop_assert_eq!(jar.get("wikiUserName"), Some(value.as_str()));
        }
    }
}
