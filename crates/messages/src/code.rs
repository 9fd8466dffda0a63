//! The error code of a message, as clients see it.

use crate::message::Message;

/// The codes that are not simply their key; sorted, for a binary search.
const CODES: &[(&str, &str)] = &[
    ("actionthrottledtext", "ratelimited"),
    ("apierror-badmodule-badsubmodule", "badmodule"),
    ("apierror-badmodule-nosubmodules", "badmodule"),
    ("apierror-badurl", "badurl"),
    ("apierror-changeauth-norequest", "badrequest"),
    ("apierror-exceptioncaught", "internal_api_error"),
    ("apierror-invalidparammix-cannotusewith", "invalidparammix"),
    ("apierror-invalidparammix-mustusewith", "invalidparammix"),
    ("apierror-maxlag-generic", "maxlag"),
    ("apierror-missingparam-at-least-one-of", "missingparam"),
    ("apierror-missingparam-one-of", "missingparam"),
    ("apierror-mustbeloggedin-changeauthenticationdata", "notloggedin"),
    ("apierror-mustbeloggedin-generic", "notloggedin"),
    ("apierror-mustbeloggedin-linkaccounts", "notloggedin"),
    ("apierror-mustbeloggedin-removeauth", "notloggedin"),
    ("apiwarn-deprecation-login-botpw", "deprecation"),
    ("apiwarn-deprecation-login-nobotpw", "deprecation"),
    ("apiwarn-deprecation-login-token", "deprecation"),
    ("apiwarn-deprecation-parameter", "deprecation"),
    ("apiwarn-deprecation-post-without-content-type", "post-without-content-type"),
    ("authpage-cannot-login-continue", "sessionlost"),
    ("autoblockedtext", "autoblocked"),
    ("badaccess-group0", "permissiondenied"),
    ("badaccess-groups", "permissiondenied"),
    ("blockedtext", "blocked"),
    ("blockedtext-composite", "blocked"),
    ("blockedtext-partial", "blocked"),
    ("mailnologin", "cantsend"),
    ("noname", "invaliduser"),
    ("nosuchusershort", "nosuchuser"),
    ("nouserspecified", "invaliduser"),
    ("paramvalidator-badbool", "badbool"),
    ("paramvalidator-badexpiry", "badexpiry"),
    ("paramvalidator-badexpiry-duration", "badexpiry-duration"),
    ("paramvalidator-badexpiry-duration-max", "badexpiry-duration"),
    ("paramvalidator-badexpiry-past", "badexpiry-past"),
    ("paramvalidator-badfloat", "badfloat"),
    ("paramvalidator-badfloat-notfinite", "badfloat-notfinite"),
    ("paramvalidator-badinteger", "badinteger"),
    ("paramvalidator-badtimestamp", "badtimestamp"),
    ("paramvalidator-badupload-cantwrite", "badupload"),
    ("paramvalidator-badupload-formsize", "badupload"),
    ("paramvalidator-badupload-inisize", "badupload"),
    ("paramvalidator-badupload-nofile", "badupload"),
    ("paramvalidator-badupload-notmpdir", "badupload"),
    ("paramvalidator-badupload-notupload", "badupload"),
    ("paramvalidator-badupload-partial", "badupload"),
    ("paramvalidator-badupload-phpext", "badupload"),
    ("paramvalidator-baduser", "baduser"),
    ("paramvalidator-badvalue-enummulti", "badvalue"),
    ("paramvalidator-badvalue-enumnotmulti", "badvalue"),
    ("paramvalidator-deprecated-value", "deprecation"),
    ("paramvalidator-emptystring", "emptystring"),
    ("paramvalidator-maxbytes", "maxbytes"),
    ("paramvalidator-maxchars", "maxchars"),
    ("paramvalidator-missingparam", "missingparam"),
    ("paramvalidator-notmulti", "badvalue"),
    ("paramvalidator-outofrange-max", "outofrange"),
    ("paramvalidator-outofrange-min", "outofrange"),
    ("paramvalidator-outofrange-minmax", "outofrange"),
    ("paramvalidator-param-deprecated", "deprecation"),
    ("paramvalidator-param-sensitive", "sensitive"),
    ("paramvalidator-toomanyvalues", "toomanyvalues"),
    ("paramvalidator-unclearnowtimestamp", "unclearnowtimestamp"),
    ("paramvalidator-unrecognizedvalues", "unrecognizedvalues"),
    ("readonlytext", "readonly"),
    ("sessionfailure", "badtoken"),
    ("systemblockedtext", "blocked"),
];

/// The error code of a message.
pub fn code(message: &Message) -> String {
    code_of_key(&message.key)
}

/// The error code of a message key: an explicit one, or else the key without `apierror-` or
/// `apiwarn-`, with `_` for what may not stand in a code.
pub fn code_of_key(key: &str) -> String {
    if let Ok(at) = CODES.binary_search_by(|(known, _)| (*known).cmp(key))
        && let Some((_, code)) = CODES.get(at)
    {
        return (*code).to_owned();
    }
    let stripped = key.strip_prefix("apierror-").or_else(|| key.strip_prefix("apiwarn-"));
    // Byte by byte, as PHP replaces: one `_` for each byte of a character outside ASCII.
    stripped
        .unwrap_or(key)
        .bytes()
        .map(|b| if b.is_ascii_alphanumeric() || b"_-".contains(&b) { b.into() } else { '_' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_it_can_be_searched() {
        assert!(CODES.is_sorted());
    }

    #[test]
    fn codes_are_those_of_mediawiki() {
        for (key, code) in [
            ("wrongpassword", "wrongpassword"),
            ("noname", "invaliduser"),
            ("blockedtext-partial", "blocked"),
            ("badaccess-groups", "permissiondenied"),
            ("apierror-badtoken", "badtoken"),
            ("apiwarn-tokens-origin", "tokens-origin"),
            ("apierror-http-contenttoolarge", "http-contenttoolarge"),
            ("apierror-missingparam-at-least-one-of", "missingparam"),
            ("paramvalidator-outofrange-min", "outofrange"),
            ("* $1\n* $2", "___1____2"),
        ] {
            assert_eq!(code_of_key(key), code, "{key}");
        }
    }

    #[test]
    fn several_errors_have_the_mangled_code_of_1_45() {
        let both = Message::bullets([Message::new("a"), Message::new("b")]);
        assert_eq!(code(&both), "___1____2");
    }
}
