//! The address that a QR code tells an authenticator app.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use super::TotpSecret;

/// What PHP's `rawurlencode` leaves as it is.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `otpauth://totp/ISSUER:ACCOUNT?secret=…&issuer=ISSUER`. Algorithm, digits and period are left to
/// the apps' defaults, which are the ones in use.
pub fn otpauth_uri(issuer: &str, account: &str, secret: &TotpSecret) -> Zeroizing<String> {
    let issuer = utf8_percent_encode(issuer, KEPT);
    let account = utf8_percent_encode(account, KEPT);
    let secret = secret.to_base32();
    Zeroizing::new(format!(
        "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}",
        secret.as_str()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_any_language_are_encoded() {
        let secret = TotpSecret::from_base32("JBSWY3DPEHPK3PXP").unwrap();
        assert_eq!(
            &*otpauth_uri("Oracle Wiki", "윌리엄", &secret),
            "otpauth://totp/Oracle%20Wiki:%EC%9C%8C%EB%A6%AC%EC%97%84?secret=JBSWY3DPEHPK3PXP&issuer=Oracle%20Wiki"
        );
        assert!(otpauth_uri("a:b&c", "~x", &secret).starts_with("otpauth://totp/a%3Ab%26c:~x?"));
    }
}
