//! Second factors in the forms of MediaWiki's extension OATHAuth
//! (<https://www.mediawiki.org/wiki/Extension:OATHAuth>): time-based codes, recovery codes, and the
//! JSON of their rows.

mod base32;
mod legacy;
mod recovery;
mod row;
mod secretbox;
mod totp;
mod uri;

pub use legacy::LegacyRow;
pub use recovery::RecoveryCode;
pub use row::{RecoveryRow, RowError, TotpRow};
pub use secretbox::{FactorKey, NONCE_BYTES};
pub use totp::{STEP, TotpSecret, window_of};
pub use uri::otpauth_uri;

use zeroize::Zeroizing;

/// The name of the kind whose rows hold a [`TotpRow`] (`oat_name`).
pub const TOTP: &str = "totp";
/// The name of the kind whose rows hold a [`RecoveryRow`].
pub const RECOVERY_CODES: &str = "recoverycodes";

/// A code without the blanks that people type between its groups; blanks are ASCII's, as in PHP.
pub fn without_blanks(typed: &str) -> Zeroizing<String> {
    let is_blank = |c: &char| c.is_ascii_whitespace() || *c == '\u{b}';
    Zeroizing::new(typed.chars().filter(|c| !is_blank(c)).collect())
}
