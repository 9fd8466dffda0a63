//! Requests from other sites' pages, and the addresses that proxies tell of.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use daemun_action_api::cors::{Verdict, judge};
use daemun_action_api::http::{Headers, origin};
use daemun_action_api::params::RawParams;
use daemun_action_api::site::Site;
use daemun_mediawiki::ip::{self, Range};

use super::lines;
use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "origins",
    run,
    words: &[
        "OPTIONS",
        "GET",
        "origin=",
        "crossorigin=",
        "https://",
        "trusted.example",
        ".wiki.example",
        "*",
        "null",
        "POST",
        "authorization",
        "content-type",
        "192.0.2.1",
        "10.0.0.1",
        "::1",
        ", ",
    ],
    longest: 1024,
};

fn run(bytes: &[u8]) {
    let [method, query, sent, asked_method, asked_headers, forwarded, more] = lines(bytes);
    let Ok(method) = Method::from_bytes(method) else { return };
    let mut params = RawParams::default();
    params.query(query);
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("origin", sent),
        ("access-control-request-method", asked_method),
        ("access-control-request-headers", asked_headers),
        ("x-forwarded-for", forwarded),
        ("x-forwarded-for", more),
        ("x-forwarded-proto", asked_method),
    ] {
        if let Ok(value) = HeaderValue::from_bytes(value)
            && !value.is_empty()
        {
            headers.append(HeaderName::from_static(name), value);
        }
    }
    let verdict = judge(&method, &headers, &params, &patterns(), || "sessions".to_owned());
    if let Verdict::Proceed(answer) | Verdict::Preflight(answer) = &verdict {
        check(answer, &headers);
    }
    hops(&headers, &[forwarded, more]);
}

fn patterns() -> Vec<String> {
    ["trusted.example", "https://*.wiki.example"].map(str::to_owned).to_vec()
}

/// Whoever may act for a user is trusted, and is the one that asks.
fn check(answer: &Headers, headers: &HeaderMap) {
    let get = |name: HeaderName| {
        let (_, value) = answer.iter().find(|(known, _)| *known == name)?;
        value.to_str().ok()
    };
    let Some(allowed) = get(header::ACCESS_CONTROL_ALLOW_ORIGIN) else {
        assert_eq!(get(header::ACCESS_CONTROL_ALLOW_CREDENTIALS), None);
        return;
    };
    if get(header::ACCESS_CONTROL_ALLOW_CREDENTIALS).is_some_and(|value| value == "true") {
        let sent = headers.get("origin").and_then(|value| value.to_str().ok()).expect("an origin");
        assert!(sent.split(' ').any(|one| one == allowed), "{allowed:?} is not {sent:?}");
        let lower = allowed.to_ascii_lowercase();
        let trusted = lower == "https://trusted.example"
            || lower == "http://trusted.example"
            || (lower.starts_with("https://") && lower.ends_with(".wiki.example"));
        assert!(trusted, "{allowed:?}");
        assert_eq!(get(header::VARY), Some("Origin"));
    } else {
        assert_eq!(allowed, "*");
    }
}

/// Only who comes from a proxy may say where it comes from.
fn hops(headers: &HeaderMap, lines: &[&[u8]]) {
    let mut site = Site::at("http://localhost", "wiki");
    let stranger = "198.51.100.7".parse().expect("an address");
    let proxy = "10.0.0.1".parse().expect("an address");
    assert_eq!(origin(&site, headers, stranger), (stranger, false), "without proxies");
    site.trusted_proxies = Range::parse("10.0.0.0/8").into_iter().collect();
    assert_eq!(origin(&site, headers, stranger).0, stranger, "past the proxies");
    let (address, _) = origin(&site, headers, proxy);
    let named = lines.iter().flat_map(|line| line.split(|byte| *byte == b','));
    let named = named.filter_map(|hop| ip::canonical(std::str::from_utf8(hop.trim_ascii()).ok()?));
    assert!(address == proxy || named.into_iter().any(|hop| hop == address), "{address}");
}
