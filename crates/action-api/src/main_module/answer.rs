//! The end of a request: result or failure, headers, cookies.

use axum::http::header::{self, HeaderName, HeaderValue};
use daemun_auth::AuthError;
use daemun_auth::session::Session;
use daemun_messages::{Message, Param};

use super::{Run, fallback_printer, printer};
use crate::error::{ApiError, Failure, causes};
use crate::formats::{Circumstances, Format, Printed};
use crate::http::{Answer, HTML, Headers, NOSNIFF, REQUEST_ID, header_of};
use crate::modules;
use crate::output::CacheMode;
use crate::skin;

/// A header that is always the same.
type Fixed = (HeaderName, HeaderValue);

const POLICY: Fixed = (
    header::CONTENT_SECURITY_POLICY,
    HeaderValue::from_static("default-src 'self'; script-src 'none'; object-src 'none'"),
);

const UNFRAMED: Fixed = (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));

const VARIED: Fixed =
    (header::VARY, HeaderValue::from_static("Accept-Encoding, Treat-as-Untrusted, Cookie"));

/// A skin shows who is signed in.
const SKINNED: [Fixed; 2] = [
    (header::VARY, HeaderValue::from_static("Accept-Encoding, Cookie")),
    (header::EXPIRES, HeaderValue::from_static("Thu, 01 Jan 1970 00:00:00 GMT")),
];

const FRESH: Fixed =
    (header::CACHE_CONTROL, HeaderValue::from_static("private, must-revalidate, max-age=0"));

const API_ERROR: HeaderName = HeaderName::from_static("mediawiki-api-error");

/// Most headers that an answer has without those of other sites' pages and cookies.
const MOST_HEADERS: usize = 12;

/// Nothing but headers, for preflights.
pub(super) fn empty(headers: Headers) -> Answer {
    Answer { status: 200, headers: bare(headers), cookies: Vec::new(), body: String::new() }
}

/// A refusal before there is a format.
pub(super) fn refused(mut headers: Headers, text: String) -> Answer {
    headers.push((header::CACHE_CONTROL, HeaderValue::from_static("no-cache")));
    Answer { status: 403, headers: bare(headers), cookies: Vec::new(), body: text }
}

/// What goes with answers that no format makes.
fn bare(mut headers: Headers) -> Headers {
    headers.extend([NOSNIFF, HTML]);
    headers
}

/// What a browser that saves the result calls it.
fn disposition(file_name: &str) -> Option<Fixed> {
    let value = match file_name {
        "api-result.json" => HeaderValue::from_static("inline; filename=api-result.json"),
        other => ["inline; filename=", other].concat().try_into().ok()?,
    };
    Some((header::CONTENT_DISPOSITION, value))
}

impl Run<'_> {
    pub(super) fn succeed(self, headers: Headers, mut session: Session) -> Answer {
        self.note_account(&session);
        let mode = self.output.cache_mode;
        let is_anonymous = !session.user().is_registered() && !session.is_persistent();
        let cookies = session.take_cookies();
        let shared = cookies.is_empty() && mode == CacheMode::AnonPublicUserPrivate && is_anonymous;
        self.print(200, headers, (mode, shared), cookies)
    }

    pub(super) fn fail(
        mut self,
        failure: Failure,
        path: &str,
        mut headers: Headers,
        session: Option<Session>,
    ) -> Answer {
        let busy = failure.is_busy();
        let (errors, module, status) = match failure {
            Failure::Errors { errors, module, status, headers: more } => {
                headers.extend(more);
                (errors, module.unwrap_or_else(|| path.to_owned()), status)
            }
            Failure::Internal(error) => {
                if matches!(error, AuthError::Store(_)) {
                    self.request.failed_below();
                }
                let id = self.request.id.clone();
                let causes = causes(&error);
                tracing::error!(error = causes, request = %id, "a request could not be answered");
                let message = Message::new("apierror-exceptioncaught")
                    .with(Param::Plaintext(id))
                    .with(Message::new("daemun-error-store"));
                let error = ApiError::new(message).code("internal_api_error_DBError");
                (vec![error], path.to_owned(), 500)
            }
        };
        let mut codes: Vec<&str> = errors.iter().map(|error| error.code.as_ref()).collect();
        codes.sort_unstable();
        codes.dedup();
        let codes = codes.join(", ");
        self.note_failure(session.as_ref(), busy, &codes);
        headers.extend(header_of(API_ERROR, codes));
        self.output.reset();
        self.output.page = None;
        self.output.is_skinned = false;
        if let Some(format) = self.output.error_format.and_then(Format::named) {
            self.printer = Some(printer(self.api, self.request, format));
        }
        self.max_age = [0, 0];
        self.output.fail(&errors, &module, &self.presentation.errors, &self.api.site);
        self.add_common_fields_to_error();
        let mut session = session;
        let cookies = session.as_mut().map(Session::take_cookies).unwrap_or_default();
        self.print(status, headers, (CacheMode::Private, false), cookies)
    }

    fn note_account(&self, session: &Session) {
        let account = session.user().account().map(|account| account.name.clone());
        self.request.journal.note(|record| record.account = account);
    }

    fn note_failure(&self, session: Option<&Session>, busy: bool, codes: &str) {
        if let Some(session) = session {
            self.note_account(session);
        }
        let action = self.request.journal.note(|record| {
            record.error = Some(codes.to_owned());
            record.action
        });
        if let Some(module) = action.and_then(modules::action) {
            self.request.login_failed(module, busy, codes);
        }
        if busy {
            self.request.journal.explain(|| Message::new("daemun-explain-busy"));
        }
    }

    fn print(
        mut self,
        status: u16,
        mut headers: Headers,
        (mode, shareable): (CacheMode, bool),
        cookies: Vec<String>,
    ) -> Answer {
        headers.reserve(MOST_HEADERS);
        headers.extend(header_of(REQUEST_ID, &self.request.id));
        headers.push(NOSNIFF);
        let printed = match self.output.page.take() {
            Some(page) => page,
            None => {
                let is_skinned = self.output.is_skinned;
                let printer =
                    self.printer.unwrap_or_else(|| fallback_printer(self.api, self.request));
                if let Some((module, warning)) = printer.warning() {
                    self.output.warn(module, warning);
                }
                let result = self.output.finish(&self.presentation.errors);
                let address = |format: &str| self.request.address_with("format", format);
                let circumstances = Circumstances {
                    site: &self.api.site,
                    language: &self.presentation.language,
                    status,
                    address: &|format| {
                        Some(format!("{}?{}", self.api.site.api_url(), address(format)?))
                    },
                    began: self.began,
                };
                let printed = printer.print(&result, &circumstances);
                Printed { is_skinned: printed.is_skinned || is_skinned, ..printed }
            }
        };
        let Printed { content_type, file_name, body, is_skinned } = printed;
        let is_page = content_type.starts_with("text/html");
        if is_page {
            let policy = skin::CONTENT_SECURITY_POLICY.as_str();
            headers.extend(header_of(header::CONTENT_SECURITY_POLICY, policy));
        } else {
            headers.push(POLICY);
        }
        headers.push(UNFRAMED);
        headers.extend(disposition(file_name));
        if is_skinned {
            headers.extend(SKINNED);
        } else if mode == CacheMode::AnonPublicUserPrivate {
            headers.push(VARIED);
        }
        let [shared, own] = self.max_age;
        let control = if shareable && (shared > 0 || own > 0) {
            let now = self.api.manager.environment().clock.now();
            headers.extend(header_of(header::EXPIRES, now.plus(shared.min(own)).to_http()));
            header_of(header::CACHE_CONTROL, format!("s-maxage={shared}, max-age={own}, public"))
        } else if own == 0 {
            Some(FRESH)
        } else {
            let control = format!("private, must-revalidate, max-age={own}");
            header_of(header::CACHE_CONTROL, control)
        };
        headers.extend(control);
        headers.push((header::CONTENT_TYPE, HeaderValue::from_static(content_type)));
        Answer { status, headers, cookies, body }
    }
}
