//! Errors as clients see them: a code, a message, data; and the ways a request can fail.

use std::borrow::Cow;

use axum::http::header::{self, HeaderName, HeaderValue};
use daemun_auth::AuthError;
use daemun_auth::second_factor::FactorError;
use daemun_messages::{Message, Param};

use crate::http::Headers;
use crate::value::Value;

/// One error or warning.
#[derive(Clone, Debug)]
pub struct ApiError {
    /// What programs go by.
    pub code: Cow<'static, str>,
    /// What people read.
    pub message: Message,
    /// More, for programs.
    pub data: Vec<(&'static str, Value)>,
}

impl ApiError {
    /// An error whose code follows from the message's key.
    pub fn new(message: Message) -> Self {
        Self { code: Cow::Owned(daemun_messages::code(&message)), message, data: Vec::new() }
    }

    /// An error by its message's key.
    pub fn of(key: &'static str) -> Self {
        Self::new(Message::new(key))
    }

    /// Sets the code.
    #[must_use]
    pub fn code(mut self, code: impl Into<Cow<'static, str>>) -> Self {
        self.code = code.into();
        self
    }

    /// Adds data.
    #[must_use]
    pub fn data(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.data.push((name, value.into()));
        self
    }
}

/// Why a request has no result.
#[derive(Debug)]
pub enum Failure {
    /// The client's or the wiki's doing: errors in an envelope.
    Errors {
        /// All of them; the first counts most.
        errors: Vec<ApiError>,
        /// Whose they are, where not the running module's.
        module: Option<String>,
        /// The HTTP status.
        status: u16,
        /// Headers to send with them.
        headers: Headers,
    },
    /// Something below failed; the client learns no more than that.
    Internal(AuthError),
}

impl Failure {
    /// Errors of the main module.
    pub fn main(error: ApiError) -> Self {
        Self::Errors {
            errors: vec![error],
            module: Some("main".to_owned()),
            status: 200,
            headers: Vec::new(),
        }
    }

    /// Whether there was too much to do.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Errors { errors, .. } if errors.iter().any(|e| e.message.key == BUSY))
    }

    /// The same failure with another HTTP status.
    #[must_use]
    pub fn with_status(mut self, code: u16) -> Self {
        if let Self::Errors { status, .. } = &mut self {
            *status = code;
        }
        self
    }

    /// The same failure with a header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: impl Into<HeaderValue>) -> Self {
        if let Self::Errors { headers, .. } = &mut self {
            headers.push((name, value.into()));
        }
        self
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self::Errors { errors: vec![error], module: None, status: 200, headers: Vec::new() }
    }
}

/// The message of requests for which there was no time.
const BUSY: &str = "apierror-ratelimited";

/// Seconds after which it makes sense to try again when there was too much to do.
pub const RETRY_AFTER: i64 = 5;

impl From<AuthError> for Failure {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Busy | AuthError::Contention => {
                Self::from(ApiError::of(BUSY)).with_header(header::RETRY_AFTER, RETRY_AFTER)
            }
            AuthError::Factor(error) => Self::from(cannot_check(error)),
            other => Self::Internal(other),
        }
    }
}

/// A second factor that is stored and cannot be used: MediaWiki throws, and its answer names the
/// class. What is wrong is for the log.
fn cannot_check(error: FactorError) -> ApiError {
    tracing::error!(%error, "a login cannot go on");
    let exception = error.exception();
    let message = Message::new("apierror-exceptioncaught")
        .with(Param::plaintext(exception))
        .with(Message::new("daemun-error-second-factor"));
    ApiError::new(message)
        .code(format!("internal_api_error_{exception}"))
        .data("errorclass", exception)
}

impl From<daemun_store::StoreError> for Failure {
    fn from(error: daemun_store::StoreError) -> Self {
        Self::Internal(error.into())
    }
}

/// An error and what lies behind it, down to the first cause.
pub fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let more = cause.to_string();
        if !text.ends_with(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        next = cause.source();
    }
    text
}
