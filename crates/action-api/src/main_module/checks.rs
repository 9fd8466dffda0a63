//! What is checked before a module runs.

use axum::http::Method;
use axum::http::header::{self, HeaderName};
use daemun_auth::rights::Rights;
use daemun_auth::session::Session;
use daemun_mediawiki::timestamp::Timestamp;
use daemun_messages::Message;

use crate::call::Call;
use crate::error::{ApiError, Failure};
use crate::explain;
use crate::module::Reads;
use crate::params::Values;

/// `assert` and `assertuser`.
pub(super) fn assertions(
    main: &Values,
    session: &Session,
    rights: &Rights,
    now: Timestamp,
) -> Result<(), ApiError> {
    let user = session.user();
    match main.text("assert") {
        Some("user") if !user.is_registered() => {
            return Err(ApiError::of("apierror-assertuserfailed"));
        }
        Some("bot") if !user.is_allowed("bot", rights, now) => {
            return Err(ApiError::of("apierror-assertbotfailed"));
        }
        Some("anon") if user.is_registered() => {
            return Err(ApiError::of("apierror-assertanonfailed"));
        }
        _ => {}
    }
    match main.text("assertuser") {
        Some(name) if name != user.name() => {
            let name = daemun_messages::escape_wikitext(name);
            Err(ApiError::new(Message::new("apierror-assertnameduserfailed").with(name)))
        }
        _ => Ok(()),
    }
}

/// The module's token: in the body, and right.
pub(super) async fn token(call: &mut Call<'_>) -> Result<(), Failure> {
    let Some(needed) = call.module.token else { return Ok(()) };
    let name = format!("{}token", call.module.prefix);
    call.require_posted(&[&name])?;
    let given = call.values.text("token").unwrap_or_default().to_owned();
    let key = call.manager().sessions().token_key(call.session, needed.kind).await?;
    let right = key.accepts(needed.kind.salt(), &given)
        || needed.web_salt.is_some_and(|salt| key.accepts(salt, &given));
    if right {
        return Ok(());
    }
    let (request, sessions) = (call.request, call.manager().sessions());
    request
        .journal
        .explain(|| explain::token(&given, needed.kind, request, call.session, sessions));
    Err(ApiError::of("apierror-badtoken").into())
}

/// Reading, writing, and whether the wiki can be written at all.
pub(super) fn permissions(call: &Call<'_>) -> Result<(), Failure> {
    let module = call.module;
    if module.reads == Reads::Yes && !call.is_allowed("read") {
        call.request.journal.explain(|| Message::new("daemun-explain-private"));
        return Err(ApiError::of("apierror-readapidenied").into());
    }
    if !module.writes {
        return Ok(());
    }
    let promised = call.request.header("promise-non-write-api-action");
    if promised.is_some_and(|value| !matches!(value, "" | "0" | "false")) {
        return Err(ApiError::of("apierror-promised-nonwrite-api").into());
    }
    match &call.manager().environment().settings.read_only {
        None => Ok(()),
        Some(reason) => {
            call.request.journal.explain(|| Message::new("daemun-explain-read-only"));
            let message = Message::new("apierror-readonly");
            Err(ApiError::new(message).data("readonlyreason", reason.clone()).into())
        }
    }
}

/// A wiki without replicas, which all of ours are, is never late: MediaWiki says -1.
const LAG: i64 = -1;

const DATABASE_LAG: HeaderName = HeaderName::from_static("x-database-lag");

/// `maxlag`.
pub(super) fn max_lag(main: &Values, call: &Call<'_>) -> Result<(), Failure> {
    let Some(most) = main.int("maxlag").filter(|most| LAG > *most) else { return Ok(()) };
    let host = call.api.site.host_name.clone();
    let message = match &host {
        Some(host) => Message::new("apierror-maxlag").with(LAG).with(host.as_str()),
        None => Message::new("apierror-maxlag-generic").with(LAG),
    };
    let error = ApiError::new(message)
        .code("maxlag")
        .data("host", host.unwrap_or_default())
        .data("lag", LAG)
        .data("type", "db");
    Err(Failure::from(error)
        .with_header(header::RETRY_AFTER, most.max(5))
        .with_header(DATABASE_LAG, LAG))
}

/// The HTTP method, and bodies that are too long.
pub(super) fn method(call: &mut Call<'_>) -> Result<(), Failure> {
    let method = &call.request.method;
    if !matches!(*method, Method::GET | Method::HEAD | Method::POST) {
        return Err(Failure::from(ApiError::of("apierror-invalidmethod")).with_status(405));
    }
    if call.request.too_large {
        return Err(Failure::from(ApiError::of("apierror-http-contenttoolarge")).with_status(413));
    }
    if call.module.must_be_posted && *method != Method::POST {
        call.request.journal.explain(|| explain::not_posted(call.module));
        let message = Message::new("apierror-mustbeposted").with(call.module.name);
        return Err(ApiError::new(message).into());
    }
    if *method == Method::POST && call.request.header("content-type").is_none() {
        let message = Message::new("apiwarn-deprecation-post-without-content-type");
        call.output.deprecate("main", message, "post-without-content-type");
    }
    Ok(())
}
