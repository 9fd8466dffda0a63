//! What the `Token` cookie proves (`$wgAuthenticationTokenVersion`,
//! <https://www.mediawiki.org/wiki/Manual:$wgAuthenticationTokenVersion>).

use hmac::{Hmac, KeyInit, Mac};
use whirlpool::Whirlpool;

use crate::session_id::hex;

/// What `user_token` holds for a system user, who never logs in. The column pads it with NUL bytes.
pub const INVALID: &str = "*** INVALID ***";

/// The value of the `Token` cookie and of a session's `userToken`.
///
/// `user_token` is the 32 hexadecimal characters of the user's row. Without a version the value is
/// that text itself; with one, the last 32 hexadecimal digits of HMAC-Whirlpool over the version,
/// keyed with it, so that raising the version logs everyone out.
pub fn cookie_value(user_token: &str, version: Option<&str>) -> String {
    let Some(version) = version else {
        return user_token.to_owned();
    };
    let digest = Hmac::<Whirlpool>::new_from_slice(user_token.as_bytes())
        .map(|mac| mac.chain_update(version).finalize().into_bytes())
        .unwrap_or_default(); // HMAC takes keys of every length.
    hex(digest.get(48..).unwrap_or_default())
}

/// Whether a row's token belongs to a system user.
pub fn is_invalid(user_token: &str) -> bool {
    user_token.trim_end_matches('\0') == INVALID
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "24ce09231636b55c27e07f48ba69e99f";

    #[test]
    fn without_a_version_the_row_is_the_cookie() {
        assert_eq!(cookie_value(TOKEN, None), TOKEN);
    }

    #[test]
    fn with_a_version_the_cookie_is_the_end_of_a_digest() {
        // openssl dgst -provider legacy -whirlpool -hmac TOKEN, of "1"
        assert_eq!(cookie_value(TOKEN, Some("1")), "8099c51960902c46b08bbe057f503f56");
        assert_ne!(cookie_value(TOKEN, Some("2")), cookie_value(TOKEN, Some("1")));
    }

    #[test]
    fn a_system_users_token_is_told_by_its_padded_text() {
        assert!(is_invalid("*** INVALID ***\0\0\0"));
        assert!(!is_invalid(TOKEN));
    }
}
