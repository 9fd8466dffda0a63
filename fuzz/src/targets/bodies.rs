//! Queries and bodies as parameters, against another reader of forms.

use daemun_action_api::http::read_body;
use daemun_action_api::params::{Raw, RawParams};

use super::lines;
use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "bodies",
    run,
    words: &[
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "; charset=utf-8",
        "--x\r\n",
        "--x--\r\n",
        "Content-Disposition: form-data; name=\"",
        "; filename=\"a\"",
        "\r\n\r\n",
        "Content-Transfer-Encoding: base64",
        "Content-Type: multipart/mixed; boundary=y",
        "&",
        "=",
        "%",
        "+",
        "[]",
        "[x]",
        "%00",
        "name*=utf-8''",
        "\"",
    ],
    longest: 4096,
};

const FORM: &str = "application/x-www-form-urlencoded";

fn run(bytes: &[u8]) {
    let [kind, query, body] = lines(bytes);
    let mut params = RawParams::default();
    params.query(query);
    if let Ok(kind) = std::str::from_utf8(kind) {
        params = body_of(params, kind, body);
    }
    assert!(params.names().count() <= 1000);
    for name in params.names() {
        assert!(!name.is_empty() && !name.contains(['.', ' ', '[', '\0']), "{name:?}");
        assert!(params.get(name).is_some(), "{name:?} has a value");
        assert_eq!(params.text(name).is_none(), params.get(name) == Some(&Raw::Array));
    }

    // Where names are plain there is nothing of PHP's about it.
    let pairs: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    let is_plain = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric());
    if pairs.len() > 1000 || !pairs.iter().all(|(name, _)| is_plain(name)) {
        return;
    }
    let form = body_of(RawParams::default(), FORM, body);
    same(&form, &pairs);
    let mut as_query = RawParams::default();
    as_query.query(body);
    same(&as_query, &pairs);
    let boundary = "0a1b2c3d4e5f";
    if pairs.iter().all(|(_, value)| !value.contains(boundary)) {
        let kind = format!("multipart/form-data; boundary={boundary}");
        let body = multipart(&pairs, boundary);
        same(&body_of(RawParams::default(), &kind, body.as_bytes()), &pairs);
    }
}

fn body_of(mut params: RawParams, kind: &str, body: &[u8]) -> RawParams {
    let body = bytes::Bytes::copy_from_slice(body);
    let reading = read_body(&mut params, Some(kind), body);
    super::block_on(reading);
    params
}

fn same(params: &RawParams, pairs: &[(String, String)]) {
    for (name, _) in pairs {
        let last = pairs.iter().rfind(|(known, _)| known == name).map(|(_, value)| value.clone());
        assert_eq!(params.text(name), last, "{name}");
    }
    assert!(params.names().all(|name| pairs.iter().any(|(known, _)| known == name)));
}

fn multipart(pairs: &[(String, String)], boundary: &str) -> String {
    let part = |(name, value): &(String, String)| {
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        )
    };
    let parts: String = pairs.iter().map(part).collect();
    format!("{parts}--{boundary}--\r\n")
}
