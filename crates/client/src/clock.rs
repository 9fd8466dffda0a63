//! What the time is, and chance: the only places where this crate asks for them.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::Error;

/// Seconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "the library is its callers' and brings its own clock"
)]
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// 32 characters that nobody can guess.
#[expect(clippy::disallowed_methods, reason = "the library is its callers' and draws for itself")]
pub(crate) fn nonce() -> Result<String, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| Error::NoRandomness)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
