//! `/.well-known/change-password`: where password managers send people to change a password
//! (<https://w3c.github.io/webappsec-change-password-url/>).

use axum::body::Body;
use axum::http::header::{self, HeaderValue};
use axum::http::{Response, StatusCode};
use daemun_action_api::Site;
use daemun_action_api::http::header_of;

const CHANGE_PASSWORD: &str = "/.well-known/change-password";

/// Leads on from the address, if it is that one.
pub(crate) fn answer(site: &Site, path: &str) -> Option<Response<Body>> {
    if path != CHANGE_PASSWORD {
        return None;
    }
    let target = format!("{}{}", site.server, site.links().url("Special:ChangePassword"));
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    response.headers_mut().extend(header_of(header::LOCATION, target));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Some(response)
}
