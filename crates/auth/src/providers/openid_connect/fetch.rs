//! How providers are reached: a question that the program answers, since nothing here knows HTTP.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use zeroize::Zeroizing;

/// Most bytes of an answer.
pub const MOST_BYTES: usize = 256 * 1024;
/// How long an answer may take altogether.
pub const LONGEST: Duration = Duration::from_secs(10);

/// What is sent. Not printed: bodies and authorizations are secret.
pub struct FetchRequest {
    /// The whole address.
    pub url: String,
    /// The value of `Authorization`, if there is one.
    pub authorization: Option<Zeroizing<String>>,
    /// Fields to post as a form; without them it is a GET.
    pub form: Option<Zeroizing<String>>,
}

impl FetchRequest {
    /// A plain GET.
    pub fn get(url: &str) -> Self {
        Self { url: url.to_owned(), authorization: None, form: None }
    }
}

impl fmt::Debug for FetchRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchRequest").field("url", &self.url).finish_non_exhaustive()
    }
}

/// What came back.
pub struct FetchResponse {
    /// The HTTP status.
    pub status: u16,
    /// The body, of at most [`MOST_BYTES`].
    pub body: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for FetchResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchResponse").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Why nothing came back, for the log.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct FetchError(pub String);

/// Sends requests to other servers. It follows no redirects, waits no longer than [`LONGEST`] and
/// reads no more than [`MOST_BYTES`].
#[async_trait]
pub trait HttpFetch: Send + Sync {
    /// Sends a request; any status is an answer.
    async fn fetch(&self, request: FetchRequest) -> Result<FetchResponse, FetchError>;
}
