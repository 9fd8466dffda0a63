//! RFC 4648's Base32, read as leniently as authenticator apps and PHP's library do.

use std::sync::LazyLock;

use data_encoding::{BASE32, BASE32_NOPAD, Encoding, Specification};
use zeroize::Zeroizing;

/// Padding and blanks are skipped, small letters count, and bits that are left over are not looked
/// at. `None` where that cannot be built, which it can.
static LENIENT: LazyLock<Option<Encoding>> = LazyLock::new(|| {
    let mut form = Specification::new();
    form.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
    form.translate.from.push_str("abcdefghijklmnopqrstuvwxyz");
    form.translate.to.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    form.ignore.push_str("= \t\r\n");
    form.check_trailing_bits = false;
    form.encoding().ok()
});

/// The bytes of a text with or without padding.
pub(super) fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    LENIENT.as_ref()?.decode(text.as_bytes()).ok().map(Zeroizing::new)
}

/// The text without padding.
pub(super) fn unpadded(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(BASE32_NOPAD.encode(bytes))
}

/// The text with padding.
pub(super) fn padded(bytes: &[u8]) -> String {
    BASE32.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_blanks_and_small_letters_change_nothing() {
        for text in ["MZXW6YTBOI======", "MZXW6YTBOI", "mzxw 6ytb oi"] {
            assert_eq!(&*decode(text).unwrap(), b"foobar".as_slice(), "{text}");
        }
        assert_eq!(&*unpadded(b"foobar"), "MZXW6YTBOI");
        assert_eq!(padded(b"foobar"), "MZXW6YTBOI======");
        assert!(decode("MZXW1").is_none());
    }
}
