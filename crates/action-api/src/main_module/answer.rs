//! The end of a request: result or failure, headers, cookies.

use daemun_auth::AuthError;
use daemun_auth::session::Session;
use daemun_messages::{Message, Param};

use super::{Run, fallback_printer};
use crate::error::{ApiError, Failure, causes};
use crate::formats::{Circumstances, Printed};
use crate::http::{Answer, Headers};
use crate::modules;
use crate::output::CacheMode;
use crate::skin;

const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'none'; object-src 'none'";

/// Nothing but headers, for preflights.
pub(super) fn empty(headers: Headers) -> Answer {
    Answer { status: 200, headers: bare(headers), cookies: Vec::new(), body: String::new() }
}

/// A refusal before there is a format.
pub(super) fn refused(mut headers: Headers, text: String) -> Answer {
    headers.push(("Cache-Control", "no-cache".into()));
    Answer { status: 403, headers: bare(headers), cookies: Vec::new(), body: text }
}

/// What goes with answers that no format makes.
fn bare(mut headers: Headers) -> Headers {
    headers.push(("X-Content-Type-Options", "nosniff".into()));
    headers.push(("Content-Type", "text/html; charset=UTF-8".into()));
    headers
}

impl Run<'_> {
    pub(super) fn succeed(self, headers: Headers, mut session: Session) -> Answer {
        self.note_account(&session);
        let mode = self.output.cache_mode;
        let is_anonymous = !session.user().is_registered() && !session.is_persistent();
        let cookies = session.take_cookies();
        let shared = cookies.is_empty()
            && (mode == CacheMode::Public
                || (mode == CacheMode::AnonPublicUserPrivate && is_anonymous));
        self.print(
            200,
            headers,
            (mode, shared),
            cookies.iter().map(|cookie| cookie.header()).collect(),
        )
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
        headers.push(("MediaWiki-API-Error", codes.into()));
        self.output.reset();
        self.output.page = None;
        self.output.is_skinned = false;
        self.max_age = [0, 0];
        self.output.fail(&errors, &module, &self.presentation.errors, &self.api.site);
        self.add_common_fields_to_error();
        let mut session = session;
        let cookies = session.as_mut().map(Session::take_cookies).unwrap_or_default();
        let cookies = cookies.iter().map(|cookie| cookie.header()).collect();
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
        headers.push(("X-Request-Id", self.request.id.clone().into()));
        headers.push(("X-Content-Type-Options", "nosniff".into()));
        let printed = match self.output.page.take() {
            Some(page) => Printed {
                content_type: "text/html; charset=utf-8",
                file_name: page.file_name,
                body: page.html,
                is_skinned: true,
            },
            None => {
                let is_skinned = self.output.is_skinned;
                let result = self.output.finish(&self.presentation.errors);
                let address = |format: &str| self.request.address_with("format", format);
                let circumstances = Circumstances {
                    site: &self.api.site,
                    language: &self.presentation.language,
                    status,
                    address: &|format| {
                        Some(format!("{}?{}", self.api.site.api_url(), address(format)?))
                    },
                    elapsed: self.began.elapsed(),
                };
                let printer =
                    self.printer.unwrap_or_else(|| fallback_printer(self.api, self.request));
                let printed = printer.print(&result, &circumstances);
                Printed { is_skinned: printed.is_skinned || is_skinned, ..printed }
            }
        };
        let Printed { content_type, file_name, body, is_skinned } = printed;
        let is_page = content_type.starts_with("text/html");
        let policy = match is_page {
            true => skin::CONTENT_SECURITY_POLICY.as_str(),
            false => CONTENT_SECURITY_POLICY,
        };
        headers.push(("Content-Security-Policy", policy.into()));
        headers.push(("X-Frame-Options", "DENY".into()));
        headers.push(("Content-Disposition", format!("inline; filename={file_name}").into()));
        if is_skinned {
            // A skin shows who is signed in.
            headers.push(("Vary", "Accept-Encoding, Cookie".into()));
            headers.push(("Expires", "Thu, 01 Jan 1970 00:00:00 GMT".into()));
        } else if mode == CacheMode::AnonPublicUserPrivate {
            headers.push(("Vary", "Accept-Encoding, Treat-as-Untrusted, Cookie".into()));
        }
        let [shared, own] = self.max_age;
        let control = if shareable && (shared > 0 || own > 0) {
            let now = self.api.manager.environment().clock.now();
            headers.push(("Expires", now.plus(shared.min(own)).to_http().into()));
            format!("s-maxage={shared}, max-age={own}, public")
        } else {
            format!("private, must-revalidate, max-age={own}")
        };
        headers.push(("Cache-Control", control.into()));
        headers.push(("Content-Type", content_type.into()));
        Answer { status, headers, cookies, body }
    }
}
