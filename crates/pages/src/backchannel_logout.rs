//! `rest.php/pluggableauth/v1/logout`: an OpenID provider says that somebody has left, at the
//! address that PluggableAuth has for it.

use axum::http::header::{self, HeaderValue};
use daemun_action_api::http::{Answer, Api, Headers, NOSNIFF, REQUEST_ID, Request, header_of};
use daemun_auth::providers::openid_connect::LogoutError;

/// The path below the script path.
pub(crate) const PATH: &str = "rest.php/pluggableauth/v1/logout";

/// Answers a request to the address.
pub(crate) async fn answer(api: &Api, request: &Request) -> Answer {
    if request.method != axum::http::Method::POST {
        let mut answer = json(request, 405, "method-not-allowed");
        answer.headers.push((header::ALLOW, HeaderValue::from_static("POST")));
        return answer;
    }
    let token = request.params.text("logout_token").filter(|_| !request.too_large);
    let (Some(openid), Some(token)) = (api.manager.openid(), token) else {
        return json(request, 400, "not-verified");
    };
    match openid.logout(api.manager.environment(), &token).await {
        Ok(_) => json(request, 200, ""),
        Err(LogoutError::NotVerified(why)) => {
            tracing::warn!(why, address = %request.address, "a logout token was refused");
            json(request, 400, "not-verified")
        }
        Err(LogoutError::Auth(error)) => {
            request.failed_below();
            let causes = daemun_action_api::error::causes(&error);
            tracing::error!(error = causes, "a logout token could not be obeyed");
            json(request, 500, "internal-error")
        }
    }
}

fn json(request: &Request, status: u16, error: &str) -> Answer {
    let body = match error {
        "" => String::new(),
        error => format!("{{\"error\":\"{error}\"}}"),
    };
    let mut headers = Headers::new();
    headers.extend(header_of(REQUEST_ID, &request.id));
    headers.extend([
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        NOSNIFF,
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
    ]);
    Answer { status, headers, cookies: Vec::new(), body }
}
