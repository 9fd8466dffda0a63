//! Finds a wiki's `api.php` from whatever address somebody has of it. Nothing secret is sent.

use serde_json::Value;
use url::Url;

use crate::address::{authority, is_loopback, is_same_owner};
use crate::error::Error;
use crate::html;
use crate::http::{Http, Sending};
use crate::limits::Limits;

/// Redirects that are followed while looking, such as from `http://example.org` to the main page.
const REDIRECTS: usize = 5;
/// Where `api.php` usually is, seen from the host.
const USUAL: [&str; 4] = ["/w/api.php", "/api.php", "/wiki/api.php", "/mediawiki/api.php"];

/// The address of `api.php`.
pub(crate) async fn find(http: &Http, limits: &Limits, given: &str) -> Result<Url, Error> {
    let start = address(given)?;
    let refused;
    if start.path().ends_with("/api.php") {
        match probe(http, limits, &start).await {
            Ok(found) => return Ok(found),
            Err(error) => refused = worth_telling(error),
        }
    } else {
        match from_page(http, limits, &start).await {
            Ok(found) => return Ok(found),
            Err(error @ (Error::OtherHost { .. } | Error::Slow { .. })) => return Err(error),
            // Nobody answers there: the usual places would not either.
            Err(error @ Error::Unreachable { .. }) => return Err(error),
            Err(error) => refused = worth_telling(error),
        }
        for path in USUAL {
            let mut url = start.clone();
            url.set_path(path);
            if let Ok(found) = probe(http, limits, &url).await {
                return Ok(found);
            }
        }
    }
    Err(Error::NoApi { given: given.to_owned(), cause: refused.map(Box::new) })
}

/// "There is none" is what [`Error::NoApi`] says itself.
fn worth_telling(error: Error) -> Option<Error> {
    (!matches!(error, Error::NoApi { .. } | Error::Status { status: 404, .. })).then_some(error)
}

/// What somebody typed as an address; https where nothing is said, but for this machine.
fn address(given: &str) -> Result<Url, Error> {
    let wrong = || Error::Address { given: given.to_owned() };
    let given = given.trim();
    let text = if given.contains("://") { given.to_owned() } else { format!("https://{given}") };
    let mut url = Url::parse(&text).map_err(|_| wrong())?;
    let known = matches!(url.scheme(), "https" | "http") && url.host().is_some();
    // Somebody's name and password in an address would end in logs.
    if !known || !url.username().is_empty() || url.password().is_some() {
        return Err(wrong());
    }
    if !given.contains("://") && is_loopback(&url) {
        let plain = format!("http://{given}");
        url = Url::parse(&plain).map_err(|_| wrong())?;
    }
    url.set_fragment(None);
    Ok(url)
}

/// Reads a page, by way of redirects, and asks where its API is.
async fn from_page(http: &Http, limits: &Limits, start: &Url) -> Result<Url, Error> {
    let mut url = start.clone();
    for _ in 0..=REDIRECTS {
        let request = Sending { cut: true, ..Sending::get(url.clone(), "text/html", limits.page) };
        let reply = http.send(request).await?;
        if let Some(target) = reply.location() {
            url = next(start, &url, target)?;
            continue;
        }
        let page = String::from_utf8_lossy(&reply.body);
        // A page that is an error may still be a wiki's: `There is no such page`.
        let link = html::edit_uri(&page)
            .ok_or_else(|| Error::NoApi { given: start.to_string(), cause: None })?;
        let mut api = next(start, &url, &link)?;
        api.set_query(None);
        return probe(http, limits, &api).await;
    }
    Err(Error::NoApi { given: start.to_string(), cause: None })
}

/// An address that a page or a redirect names, if it is still the same owner's.
fn next(start: &Url, page: &Url, named: &str) -> Result<Url, Error> {
    let nothing = || Error::NoApi { given: start.to_string(), cause: None };
    let mut url = page.join(named).map_err(|_| nothing())?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(nothing());
    }
    // A page that came over https names its own host by http: an old setting, no reason to go back.
    if page.scheme() == "https" && url.scheme() == "http" && url.host() == page.host() {
        url.set_scheme("https").map_err(|()| nothing())?;
    }
    url.set_fragment(None);
    let back = page.scheme() == "https" && url.scheme() == "http";
    if back || !is_same_owner(start, &url) {
        return Err(Error::OtherHost { given: authority(start), found: url });
    }
    Ok(url)
}

/// Whether MediaWiki's API answers there; follows redirects of the same owner.
async fn probe(http: &Http, limits: &Limits, start: &Url) -> Result<Url, Error> {
    let mut api = start.clone();
    api.set_query(None);
    for _ in 0..=REDIRECTS {
        let mut url = api.clone();
        url.set_query(Some("action=query&meta=tokens&type=login&format=json&formatversion=2"));
        let reply = http.send(Sending::get(url, "application/json", limits.answer)).await?;
        if let Some(target) = reply.location() {
            api = next(start, &api, target)?;
            api.set_query(None);
            continue;
        }
        let json: Option<Value> = serde_json::from_slice(&reply.body).ok();
        let speaks = json.as_ref().is_some_and(|json| {
            json.pointer("/query/tokens/logintoken").is_some()
                || json.pointer("/error/code").is_some()
        });
        return match (speaks, reply.status) {
            (true, _) => Ok(api),
            (false, 200) => Err(Error::NotJson { start: reply.start() }),
            (false, status) => Err(Error::Status { status, start: reply.start() }),
        };
    }
    Err(Error::NoApi { given: start.to_string(), cause: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_lack_its_scheme_and_must_not_hold_a_password() {
        for (given, understood) in [
            ("en.wikipedia.org", "https://en.wikipedia.org/"),
            (" https://example.org/wiki/A#B ", "https://example.org/wiki/A"),
            ("localhost:8080", "http://localhost:8080/"),
            ("127.0.0.1:8080/wiki/X", "http://127.0.0.1:8080/wiki/X"),
        ] {
            assert_eq!(address(given).unwrap().as_str(), understood);
        }
        for given in ["", "ftp://example.org/", "https://me:secret@example.org/", "http://", "a b"]
        {
            assert!(matches!(address(given), Err(Error::Address { .. })), "{given}");
        }
    }

    #[test]
    fn a_page_may_name_its_own_host_and_no_other() {
        let page = Url::parse("https://example.org/wiki/A").unwrap();
        let named = |named: &str| next(&page, &page, named).map(|url| url.to_string());
        assert_eq!(named("/w/api.php").unwrap(), "https://example.org/w/api.php");
        assert_eq!(named("//example.org/w/api.php").unwrap(), "https://example.org/w/api.php");
        assert_eq!(named("http://example.org/w/api.php").unwrap(), "https://example.org/w/api.php");
        for other in ["https://example.com/w/api.php", "http://www.example.org/w/api.php"] {
            assert!(matches!(named(other), Err(Error::OtherHost { .. })), "{other}");
        }
        assert!(matches!(named("javascript:x"), Err(Error::NoApi { .. })));
    }
}
