//! Why an account's second factors cannot be asked for.

use daemun_mediawiki::second_factor::RowError;

/// A login that needs such a factor cannot go on: it is never let pass without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactorError {
    /// The account has factors, none of a kind that is known here.
    #[error("account {user_id} has no second factor of a kind that is known here (see row {row})")]
    Kind {
        /// Whose it is.
        user_id: u64,
        /// `oad_id`.
        row: u64,
    },
    /// A row cannot be used.
    #[error("row {row} of account {user_id}'s second factors cannot be used: {why}")]
    Row {
        /// Whose it is.
        user_id: u64,
        /// `oad_id`.
        row: u64,
        /// Why.
        why: RowError,
    },
}

impl FactorError {
    /// The class that MediaWiki throws in this case, which is part of the error's code.
    pub fn exception(self) -> &'static str {
        match self {
            Self::Kind { .. } => "InvalidArgumentException",
            Self::Row { .. } => "UnexpectedValueException",
        }
    }
}
