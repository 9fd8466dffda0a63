//! Second factors: what accounts own of them, and whether a code is good. Rows, keys of the cache
//! and rules are those of MediaWiki's extension OATHAuth as of 1.45.
//!
//! A code is accepted once: a time-based one raises a mark that only rises, and a recovery code is
//! taken out of its row by compare-and-set. Guesses are counted before they are looked at, so that
//! many at the same time are no more than the limit allows.

mod enrolment;
mod error;
mod guess;
mod owned;
mod required;
mod settings;
mod verify;

pub use enrolment::{Enrolled, disable, enrol, remove, renew_recovery_codes};
pub(crate) use enrolment::{add_app, new_secret, uri};
pub use error::FactorError;
pub use guess::{Guess, guess};
pub use owned::{FactorKind, Listed, Owned};
pub(crate) use required::lost_groups;
pub use required::user;
pub use settings::SecondFactorSettings;
pub(crate) use verify::{mark_used, proves};
