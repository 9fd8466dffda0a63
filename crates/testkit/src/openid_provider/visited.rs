//! The provider's page, for tests in which a browser is sent there: whoever is known says by a link
//! who they are.

use std::sync::{Arc, PoisonError};

use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::{Parameters, Shared, field};

/// With `as` somebody is in at once, or says no; without it the page asks.
pub(super) async fn authorize(
    State(shared): State<Arc<Shared>>,
    Query(asked): Query<Parameters>,
) -> Response {
    let known = shared.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let Ok(subject) = field(&asked, "as") else { return page(&asked, &shared) };
    let person =
        known.iter().find(|person| person.claims.get("sub") == Some(&subject.clone().into()));
    let back = match person {
        Some(person) => shared.sign_in(&asked, person),
        None => shared.deny(&asked),
    };
    match back {
        Ok(back) => (StatusCode::FOUND, [(header::LOCATION, back.to_string())]).into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}

fn page(asked: &Parameters, shared: &Shared) -> Response {
    let known = shared.known.lock().unwrap_or_else(PoisonError::into_inner);
    let subjects = known.iter().filter_map(|person| person.claims.get("sub")?.as_str());
    let mut links = String::new();
    for subject in subjects.chain(["nobody"]) {
        let mut target = url::form_urlencoded::Serializer::new(String::new());
        target.extend_pairs(asked).append_pair("as", subject);
        let target = daemun_messages::escape_html(&target.finish());
        links.push_str(&format!("<p><a href=\"/authorize?{target}\">{subject}</a></p>"));
    }
    let page = format!("<!DOCTYPE html><html lang=\"en\"><title>Example ID</title>{links}</html>");
    ([(header::CONTENT_TYPE, "text/html; charset=UTF-8")], page).into_response()
}
