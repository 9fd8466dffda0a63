//! Requests from other sites' pages (<https://www.mediawiki.org/wiki/API:Cross-site_requests>).

use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method};

use crate::http::{Headers, header_of};
use crate::params::RawParams;

/// Request headers that a page may send.
const ALLOWED_HEADERS: [&str; 11] = [
    "accept",
    "accept-language",
    "content-language",
    "content-type",
    "accept-encoding",
    "dnt",
    "origin",
    "user-agent",
    "api-user-agent",
    "access-control-max-age",
    "authorization",
];

const EXPOSED_HEADERS: &str =
    "MediaWiki-API-Error, Retry-After, X-Database-Lag, MediaWiki-Login-Suppressed";

const REJECTION: HeaderName = HeaderName::from_static("mediawiki-cors-rejection");
const TIMING: HeaderName = HeaderName::from_static("timing-allow-origin");

/// What is to be done about the origin of a request.
#[derive(Debug, PartialEq)]
pub enum Verdict {
    /// Go on and send these headers.
    Proceed(Headers),
    /// Answer with these headers and nothing else: it was a preflight.
    Preflight(Headers),
    /// Refuse with this text.
    Refuse(String),
}

/// Judges a request. `domains` are the patterns of sites that may act for their users; a session
/// by cookies makes `crossorigin` impossible, `provider` is what such sessions are called.
pub fn judge(
    method: &Method,
    headers: &HeaderMap,
    params: &RawParams,
    domains: &[String],
    provider: impl FnOnce() -> String,
) -> Verdict {
    let crossorigin = params.get("crossorigin").is_some();
    let origin = params.text("origin");
    let asked_method = match *method {
        Method::OPTIONS => text_of(headers, header::ACCESS_CONTROL_REQUEST_METHOD),
        _ => None,
    };
    let preflight = asked_method.is_some();
    if crossorigin && origin.is_some() {
        return refuse("'origin' and 'crossorigin' parameters cannot be used together");
    }
    if crossorigin && !preflight {
        return refuse(&format!("'crossorigin' cannot be used with {}", provider()));
    }
    let mut sent = Vec::new();
    let mut allowed = None;
    match origin.as_deref() {
        _ if crossorigin => allowed = Some(("*", false)),
        Some("*") => allowed = Some(("*", false)),
        Some(origin) => {
            let given = text_of(headers, header::ORIGIN).unwrap_or_default();
            if !given.split(' ').any(|one| one == origin) {
                return refuse("'origin' parameter does not match Origin header");
            }
            if domains.iter().any(|pattern| matches(pattern, origin)) {
                allowed = Some((origin, true));
            } else {
                sent.push((REJECTION, HeaderValue::from_static("Origin mismatch")));
            }
        }
        None => {}
    }
    let finish = |sent| {
        if *method == Method::OPTIONS { Verdict::Preflight(sent) } else { Verdict::Proceed(sent) }
    };
    let Some((origin, credentials)) = allowed else { return finish(sent) };
    if let Some(asked) = asked_method {
        if !crossorigin && !["POST", "GET", "HEAD"].contains(&asked) {
            let why = "Unsupported method requested in preflight";
            sent.push((REJECTION, HeaderValue::from_static(why)));
            return Verdict::Preflight(sent);
        }
        if let Some(asked) = text_of(headers, header::ACCESS_CONTROL_REQUEST_HEADERS) {
            if !asked.split(',').all(is_allowed_header) {
                let why = "Unsupported header requested in preflight";
                sent.push((REJECTION, HeaderValue::from_static(why)));
                return Verdict::Preflight(sent);
            }
            sent.extend(header_of(header::ACCESS_CONTROL_ALLOW_HEADERS, asked));
        }
        let methods = HeaderValue::from_static("POST, GET, HEAD");
        sent.push((header::ACCESS_CONTROL_ALLOW_METHODS, methods));
    }
    sent.extend(header_of(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin));
    let may = HeaderValue::from_static(if credentials { "true" } else { "false" });
    sent.push((header::ACCESS_CONTROL_ALLOW_CREDENTIALS, may));
    if credentials {
        sent.extend(header_of(TIMING, origin));
    }
    if !preflight {
        let exposed = HeaderValue::from_static(EXPOSED_HEADERS);
        sent.push((header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed));
    }
    if credentials {
        sent.push((header::VARY, HeaderValue::from_static("Origin")));
    }
    finish(sent)
}

fn refuse(text: &str) -> Verdict {
    Verdict::Refuse(format!("{text}\n"))
}

fn text_of(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn is_allowed_header(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    name.is_empty() || ALLOWED_HEADERS.contains(&name.as_str())
}

/// Whether an origin fits a pattern of `$wgCrossSiteAJAXdomains`: a host, perhaps with a scheme,
/// in which `*` stands for any characters and `?` for one.
fn matches(pattern: &str, origin: &str) -> bool {
    let Some((scheme @ ("http" | "https"), host)) = origin.split_once("://") else { return false };
    match pattern.split_once("://") {
        Some((wanted, pattern)) => wanted == scheme && glob(pattern, host),
        None => glob(pattern, host),
    }
}

fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    // Positions to come back to: after the last star, and how much of the text it has eaten.
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match (pattern.get(p), text.get(t)) {
            (Some('*'), _) => {
                star = Some((p, t));
                p += 1;
            }
            (Some(c), Some(d)) if *c == '?' || c.eq_ignore_ascii_case(d) => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, eaten)) => {
                    star = Some((at, eaten + 1));
                    p = at + 1;
                    t = eaten + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_hosts_with_or_without_a_scheme() {
        assert!(matches("trusted.example", "https://trusted.example"));
        assert!(matches("*.example", "https://a.b.example"));
        assert!(matches("https://a?.example", "https://ab.example"));
        assert!(!matches("https://a.example", "http://a.example"));
        assert!(!matches("*.example", "https://example"));
        assert!(!matches("trusted.example", "https://trusted.example.evil"));
    }

    fn header(name: &'static str, value: &'static str) -> (HeaderName, HeaderValue) {
        (HeaderName::from_static(name), HeaderValue::from_static(value))
    }

    fn judge_query(query: &str, origin: &str) -> Verdict {
        let mut params = RawParams::default();
        params.query(query.as_bytes());
        let mut headers = HeaderMap::new();
        headers.insert("origin", origin.parse().unwrap());
        judge(&Method::GET, &headers, &params, &["trusted.example".to_owned()], String::new)
    }

    #[test]
    fn an_origin_must_be_the_one_of_the_header() {
        let refused = judge_query("origin=https://a.example", "https://b.example");
        assert!(matches!(refused, Verdict::Refuse(_)));
    }

    #[test]
    fn a_trusted_origin_may_send_cookies_and_another_may_not() {
        let Verdict::Proceed(sent) =
            judge_query("origin=https://trusted.example", "https://trusted.example")
        else {
            panic!("refused")
        };
        assert!(sent.contains(&header("access-control-allow-credentials", "true")));
        let Verdict::Proceed(sent) = judge_query("origin=https://b.example", "https://b.example")
        else {
            panic!("refused")
        };
        assert_eq!(sent, [header("mediawiki-cors-rejection", "Origin mismatch")]);
    }

    #[test]
    fn anybody_may_ask_without_cookies() {
        let Verdict::Proceed(sent) = judge_query("origin=*", "https://b.example") else {
            panic!("refused")
        };
        assert!(sent.contains(&header("access-control-allow-origin", "*")));
        assert!(sent.contains(&header("access-control-allow-credentials", "false")));
    }
}
