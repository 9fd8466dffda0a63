//! Addresses: whose they are, and over what one talks to them.

use std::net::IpAddr;

use url::{Host, Url};

/// Host and port, for people.
pub(crate) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Whether an address is on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}

/// Whether what is sent there can be read on the way.
pub(crate) fn is_readable(url: &Url) -> bool {
    url.scheme() != "https" && !is_loopback(url)
}

/// Whether `found` belongs to whoever `given` belongs to: the same host and port, or a host below
/// it over the usual ports (`example.org` and `www.example.org`).
pub(crate) fn is_same_owner(given: &Url, found: &Url) -> bool {
    let (Some(one), Some(other)) = (given.host_str(), found.host_str()) else { return false };
    if one == other {
        // From http to https is the usual way.
        return given.port() == found.port();
    }
    let is_name = |url: &Url| matches!(url.host(), Some(Host::Domain(_)));
    let below = |high: &str, low: &str| {
        high.contains('.') && low.strip_suffix(high).is_some_and(|rest| rest.ends_with('.'))
    };
    is_name(given)
        && is_name(found)
        && given.port().is_none()
        && found.port().is_none()
        && (below(one, other) || one.strip_prefix("www.") == Some(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_host_below_belongs_to_the_same_owner_and_another_does_not() {
        let given = url("https://example.org/wiki/X");
        for same in ["https://example.org/w/", "http://example.org/", "https://www.example.org/w/"]
        {
            assert!(is_same_owner(&given, &url(same)), "{same}");
        }
        for other in [
            "https://example.com/",
            "https://notexample.org/",
            "https://example.org:81/",
            "https://org/",
        ] {
            assert!(!is_same_owner(&given, &url(other)), "{other}");
        }
        assert!(is_same_owner(&url("https://www.example.org/"), &url("https://example.org/w/")));
        assert!(!is_same_owner(&url("http://127.0.0.1:1/"), &url("http://127.0.0.1:2/")));
    }

    #[test]
    fn what_goes_over_plain_http_can_be_read_but_on_this_machine() {
        for readable in ["http://example.org/", "http://10.0.0.1/", "http://localhost.example.org/"]
        {
            assert!(is_readable(&url(readable)), "{readable}");
        }
        for private in
            ["https://example.org/", "http://127.0.0.1:8080/", "http://[::1]/", "http://localhost/"]
        {
            assert!(!is_readable(&url(private)), "{private}");
        }
    }
}
