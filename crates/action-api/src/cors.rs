//! Requests from other sites' pages (<https://www.mediawiki.org/wiki/API:Cross-site_requests>).

use axum::http::{HeaderMap, Method};

use crate::http::Headers;
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
    let asked_method = header(headers, "access-control-request-method");
    let preflight = *method == Method::OPTIONS && asked_method.is_some();
    if crossorigin && origin.is_some() {
        return refuse("'origin' and 'crossorigin' parameters cannot be used together");
    }
    if crossorigin && !preflight {
        return refuse(&format!("'crossorigin' cannot be used with {}", provider()));
    }
    let mut sent = Vec::new();
    let mut allowed = None;
    match origin.as_deref() {
        _ if crossorigin => allowed = Some(("*".to_owned(), false)),
        Some("*") => allowed = Some(("*".to_owned(), false)),
        Some(origin) => {
            let given = header(headers, "origin").unwrap_or_default();
            if !given.split(' ').any(|one| one == origin) {
                return refuse("'origin' parameter does not match Origin header");
            }
            if domains.iter().any(|pattern| matches(pattern, origin)) {
                allowed = Some((origin.to_owned(), true));
            } else {
                sent.push(("MediaWiki-CORS-Rejection", "Origin mismatch".into()));
            }
        }
        None => {}
    }
    let finish = |sent| {
        if *method == Method::OPTIONS { Verdict::Preflight(sent) } else { Verdict::Proceed(sent) }
    };
    let Some((origin, credentials)) = allowed else { return finish(sent) };
    if let (true, Some(asked)) = (preflight, asked_method) {
        if !crossorigin && !["POST", "GET", "HEAD"].contains(&asked.as_str()) {
            sent.push((
                "MediaWiki-CORS-Rejection",
                "Unsupported method requested in preflight".into(),
            ));
            return Verdict::Preflight(sent);
        }
        if let Some(asked) = header(headers, "access-control-request-headers") {
            if !asked.split(',').all(is_allowed_header) {
                let why = "Unsupported header requested in preflight";
                sent.push(("MediaWiki-CORS-Rejection", why.into()));
                return Verdict::Preflight(sent);
            }
            sent.push(("Access-Control-Allow-Headers", asked.into()));
        }
        sent.push(("Access-Control-Allow-Methods", "POST, GET, HEAD".into()));
    }
    sent.push(("Access-Control-Allow-Origin", origin.clone().into()));
    sent.push(("Access-Control-Allow-Credentials", credentials.to_string().into()));
    if credentials {
        sent.push(("Timing-Allow-Origin", origin.into()));
    }
    if !preflight {
        sent.push(("Access-Control-Expose-Headers", EXPOSED_HEADERS.into()));
    }
    if credentials {
        sent.push(("Vary", "Origin".into()));
    }
    finish(sent)
}

fn refuse(text: &str) -> Verdict {
    Verdict::Refuse(format!("{text}\n"))
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
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
        assert!(sent.contains(&("Access-Control-Allow-Credentials", "true".into())));
        let Verdict::Proceed(sent) = judge_query("origin=https://b.example", "https://b.example")
        else {
            panic!("refused")
        };
        assert_eq!(sent, [("MediaWiki-CORS-Rejection", "Origin mismatch".into())]);
    }

    #[test]
    fn anybody_may_ask_without_cookies() {
        let Verdict::Proceed(sent) = judge_query("origin=*", "https://b.example") else {
            panic!("refused")
        };
        assert!(sent.contains(&("Access-Control-Allow-Origin", "*".into())));
        assert!(sent.contains(&("Access-Control-Allow-Credentials", "false".into())));
    }
}
