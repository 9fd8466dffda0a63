//! Style sheets and scripts, at addresses that change with their content, so that browsers keep
//! them for good.

use std::sync::LazyLock;

use axum::body::Body;
use axum::http::header::{self, HeaderValue};
use axum::http::{Response, StatusCode};
use daemun_action_api::Site;
use daemun_action_api::http::NOSNIFF;
use sha2::{Digest as _, Sha256};

/// A file in `assets/`, compiled in.
pub(crate) struct Asset {
    /// The name of its file.
    pub(crate) name: &'static str,
    content: &'static str,
    kind: &'static str,
    hash: LazyLock<String>,
}

/// A file in `assets/` of this `Content-Type`.
macro_rules! asset {
    ($name:literal, $kind:literal) => {
        Asset {
            name: $name,
            content: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/", $name)),
            kind: $kind,
            hash: LazyLock::new(|| {
                hash(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/", $name)))
            }),
        }
    };
}

/// Several files in `assets/`, served as one.
macro_rules! joined {
    ($name:literal, $kind:literal, $($part:literal),+) => {
        Asset {
            name: $name,
            content: concat!(
                $(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/", $part))),+
            ),
            kind: $kind,
            hash: LazyLock::new(|| hash(concat!(
                $(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/", $part))),+
            ))),
        }
    };
}

/// The style sheet of all pages.
pub(crate) static STYLE: Asset = asset!("daemun.css", "text/css; charset=UTF-8");

/// The script of `Special:ApiSandbox`.
pub(crate) static SANDBOX: Asset = joined!(
    "sandbox.js",
    "text/javascript; charset=UTF-8",
    "sandbox/json.js",
    "sandbox/answer.js",
    "sandbox/page.js"
);

/// Everything that is served.
static ASSETS: &[&Asset] = &[&SANDBOX, &STYLE];

/// Below the script path.
const FOLDER: &str = "resources/daemun/";

impl Asset {
    /// Its address.
    pub(crate) fn url(&self, site: &Site) -> String {
        format!("{}{}/{}", site.script_url(FOLDER), *self.hash, self.name)
    }
}

fn hash(content: &str) -> String {
    let digest = Sha256::digest(content);
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The file at an address, if it is one of a file.
pub(crate) fn answer(site: &Site, path: &str) -> Option<Response<Body>> {
    let (hash, name) = path.strip_prefix(&site.script_url(FOLDER))?.split_once('/')?;
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_FOUND;
        return Some(response);
    };
    // A page from before an upgrade gets what there is now, which it must not keep.
    let is_current = *asset.hash == hash;
    let caching = if is_current { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = Response::new(Body::from(asset.content));
    response.headers_mut().extend([
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static(caching)),
        NOSNIFF,
    ]);
    Some(response)
}
