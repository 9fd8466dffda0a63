//! `Special:Captcha`: the image of a captcha that was shown in this session, and the text for those
//! who cannot see it.

use daemun_action_api::http::Answer;
use daemun_auth::providers::captcha::{self, Challenge};

use crate::not_found;
use crate::page::{self, Caching, Visit};

/// Answers a request for `Special:Captcha/image` or `…/text`; the bytes, where there are any, are
/// the body.
pub(crate) async fn answer(mut visit: Visit<'_>, part: &str) -> (Answer, Option<Vec<u8>>) {
    let id = visit.param("wpCaptchaId").unwrap_or_default();
    let sessions = visit.manager().sessions();
    let shown = match captcha::look(sessions, &mut visit.session, &id).await {
        Ok(shown) => shown,
        Err(error) => return (page::failed(visit.api, visit.request, &error), None),
    };
    let (kind, body) = match (part, &shown) {
        ("image", Some(challenge)) => ("image/png", challenge.image()),
        ("text", Some(challenge)) => match challenge.alternative() {
            Some(question @ Challenge::Question { .. }) => {
                ("text/html; charset=UTF-8", text(question))
            }
            Some(other) => ("text/plain; charset=UTF-8", text(other)),
            None => ("", None),
        },
        _ => ("", None),
    };
    match body {
        Some(body) => (visit.file(kind, Caching::Never), Some(body)),
        None => (Answer { status: 404, ..not_found::answer(visit) }, None),
    }
}

fn text(challenge: &Challenge) -> Option<Vec<u8>> {
    challenge.text().map(|text| text.as_bytes().to_vec())
}
