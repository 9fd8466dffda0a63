//! What can go wrong below a decision.

use daemun_store::StoreError;

use crate::second_factor::FactorError;

/// A failure that is nobody's wrong password: the request could not be decided.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The store did not answer or refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The queue for password work is full or the work missed its deadline; try again later.
    #[error("the password queue is full")]
    Busy,
    /// The session changed again and again under this request.
    #[error("the session was changed by other requests at the same time")]
    Contention,
    /// An account's second factors cannot be asked for.
    #[error(transparent)]
    Factor(#[from] FactorError),
    /// A password could not be hashed with the configured method.
    #[error("hashing failed: {0}")]
    Hashing(String),
}
