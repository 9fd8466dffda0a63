//! Cookies: which are kept, and which are sent where (RFC 6265), as far as wikis need it.

mod date;
mod file;

pub(crate) use file::comment;

use url::Url;
use zeroize::Zeroizing;

use crate::address::is_readable;

/// Most cookies that are kept.
const MOST: usize = 100;
/// Most bytes of one, name and value together.
const LONGEST: usize = 8192;

/// A cookie.
#[derive(Clone, PartialEq, Eq)]
struct Cookie {
    name: String,
    value: Zeroizing<String>,
    /// The host that set it, or the domain that it is for.
    domain: String,
    /// Whether hosts below the domain see it as well.
    below: bool,
    path: String,
    secure: bool,
    http_only: bool,
    /// When it ends, in seconds since 1970; `None` for as long as the session.
    expires: Option<i64>,
}

/// Cookies of a wiki.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Jar {
    cookies: Vec<Cookie>,
    /// Whether a cookie was set that must not go over plain http, so is never sent back.
    kept_back: bool,
}

impl std::fmt::Debug for Jar {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = self.cookies.iter().map(|cookie| &cookie.name);
        formatter.debug_set().entries(names).finish()
    }
}

impl Jar {
    /// Takes in a `Set-Cookie` header of an answer from `url`.
    pub(crate) fn take(&mut self, url: &Url, header: &str, now: i64) {
        let Some(cookie) = parse(url, header, now) else { return };
        if cookie.secure && is_readable(url) {
            self.kept_back = true;
        }
        self.put(cookie, now);
    }

    fn put(&mut self, cookie: Cookie, now: i64) {
        self.cookies.retain(|old| {
            let same =
                old.name == cookie.name && old.domain == cookie.domain && old.path == cookie.path;
            !same && old.expires.is_none_or(|end| end > now)
        });
        if cookie.expires.is_none_or(|end| end > now) && self.cookies.len() < MOST {
            self.cookies.push(cookie);
        }
    }

    /// The value of the `Cookie` header for a request.
    pub(crate) fn header(&self, url: &Url, now: i64) -> Option<Zeroizing<String>> {
        let host = url.host_str()?;
        let mut sent: Vec<&Cookie> = self
            .cookies
            .iter()
            .filter(|cookie| {
                let belongs =
                    cookie.domain == host || (cookie.below && is_below(host, &cookie.domain));
                belongs
                    && is_under(url.path(), &cookie.path)
                    && !(cookie.secure && is_readable(url))
                    && cookie.expires.is_none_or(|end| end > now)
            })
            .collect();
        sent.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let mut header = Zeroizing::new(String::new());
        for cookie in sent {
            if !header.is_empty() {
                header.push_str("; ");
            }
            header.push_str(&cookie.name);
            header.push('=');
            header.push_str(&cookie.value);
        }
        (!header.is_empty()).then_some(header)
    }

    /// Why a session may have been lost, as far as the cookies tell.
    pub(crate) fn why_lost(&self) -> Option<String> {
        if self.kept_back {
            let why = "it marks its cookies as fit for https alone, and this is http";
            return Some(why.to_owned());
        }
        self.cookies.is_empty().then(|| "no cookie came with its answer".to_owned())
    }

    /// Forgets all of them.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

/// Whether a host is below a domain: `www.example.org` is below `example.org`.
fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

fn is_under(path: &str, prefix: &str) -> bool {
    path == prefix
        || path
            .strip_prefix(prefix)
            .is_some_and(|rest| prefix.ends_with('/') || rest.starts_with('/'))
}

/// Reads a `Set-Cookie` header; `None` for one that is not to be kept.
fn parse(url: &Url, header: &str, now: i64) -> Option<Cookie> {
    let mut parts = header.split(';');
    let (name, value) = parts.next()?.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    let clean = |text: &str| text.bytes().all(|byte| byte > b' ' && byte != 0x7f && byte != b',');
    let host = url.host_str()?;
    if name.is_empty() || !clean(name) || name.len() + value.len() > LONGEST {
        return None;
    }
    if value.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
        return None;
    }
    let mut cookie = Cookie {
        name: name.to_owned(),
        value: Zeroizing::new(value.to_owned()),
        domain: host.to_owned(),
        below: false,
        path: default_path(url.path()),
        secure: false,
        http_only: false,
        expires: None,
    };
    let mut age = None;
    for part in parts {
        let (attribute, value) = part.split_once('=').unwrap_or((part, ""));
        let value = value.trim();
        match attribute.trim().to_ascii_lowercase().as_str() {
            "domain" => {
                let domain = value.trim_start_matches('.').to_ascii_lowercase();
                let is_address =
                    matches!(url.host(), Some(url::Host::Ipv4(_) | url::Host::Ipv6(_)));
                if domain.is_empty() {
                    continue;
                }
                if domain != host {
                    // A domain without a dot is a whole country's.
                    if is_address || !domain.contains('.') || !is_below(host, &domain) {
                        return None;
                    }
                }
                cookie.below = !is_address;
                cookie.domain = domain;
            }
            "path" if value.starts_with('/') => value.clone_into(&mut cookie.path),
            "secure" => cookie.secure = true,
            "httponly" => cookie.http_only = true,
            "max-age" => age = value.parse::<i64>().ok(),
            "expires" => cookie.expires = date::parse(value),
            _ => {}
        }
    }
    if let Some(age) = age {
        cookie.expires = Some(now.saturating_add(age));
    }
    Some(cookie)
}

/// The folder of the address that set it.
fn default_path(path: &str) -> String {
    match path.rsplit_once('/') {
        None | Some(("", _)) => "/".to_owned(),
        Some((folder, _)) => folder.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn sent(set: &[&str], from: &str, to: &str) -> String {
        let mut jar = Jar::default();
        for header in set {
            jar.take(&url(from), header, NOW);
        }
        jar.header(&url(to), NOW).map(|header| header.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_cookie_goes_back_to_its_host_and_to_no_other() {
        let from = "https://wiki.example.org/w/api.php";
        let set = ["wiki_session=abc; path=/; HttpOnly", "d=1; Domain=.example.org; Path=/"];
        assert_eq!(sent(&set, from, "https://wiki.example.org/wiki/X"), "wiki_session=abc; d=1");
        assert_eq!(sent(&set, from, "https://other.example.org/"), "d=1");
        assert_eq!(sent(&set, from, "https://example.com/"), "");
        assert_eq!(sent(&["a=1"], from, "https://wiki.example.org/wiki/X"), "", "its own folder");
        assert_eq!(sent(&["a=1"], from, "https://wiki.example.org/w/index.php"), "a=1");
    }

    #[test]
    fn a_cookie_for_somebody_else_is_not_taken() {
        let from = "https://wiki.example.org/w/api.php";
        for header in
            ["a=1; Domain=example.com", "a=1; Domain=org", "a=1; Domain=ample.org", "=1", "a"]
        {
            assert_eq!(sent(&[header], from, from), "", "{header}");
        }
    }

    #[test]
    fn a_secure_cookie_stays_back_over_plain_http_and_it_is_known_why() {
        let plain = url("http://wiki.example.org/w/api.php");
        let mut jar = Jar::default();
        assert!(jar.why_lost().unwrap().contains("no cookie"));
        jar.take(&plain, "s=1; path=/; secure", NOW);
        assert!(jar.header(&plain, NOW).is_none());
        assert!(jar.why_lost().unwrap().contains("https"));
        let set = ["s=1; path=/; secure"];
        assert_eq!(sent(&set, "http://127.0.0.1:1/", "http://127.0.0.1:1/"), "s=1");
    }

    #[test]
    fn cookies_end_when_they_say_and_are_replaced_and_taken_away() {
        let at = "https://example.org/";
        assert_eq!(sent(&["a=1; Max-Age=10", "a=2; Max-Age=10"], at, at), "a=2");
        assert_eq!(
            sent(&["a=1", "a=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0"], at, at),
            ""
        );
        assert_eq!(sent(&["a=1; Expires=Wed, 09 Jun 2021 10:18:14 GMT"], at, at), "");
        assert_eq!(sent(&["a=1; Expires=Wed, 09 Jun 2044 10:18:14 GMT"], at, at), "a=1");
        assert_eq!(sent(&["a=1; Expires=soon"], at, at), "a=1");
    }

    #[test]
    fn no_wiki_fills_the_jar() {
        let mut jar = Jar::default();
        let at = url("https://example.org/");
        for number in 0..1000 {
            jar.take(&at, &format!("c{number}=1"), NOW);
        }
        jar.take(&at, &format!("long={}", "x".repeat(LONGEST)), NOW);
        assert_eq!(jar.cookies.len(), MOST);
    }
}
