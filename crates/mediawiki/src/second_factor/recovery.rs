//! Recovery codes: sixteen characters of Base32, each good once.

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::{base32, without_blanks};

/// A recovery code.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(Zeroizing<String>);

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

impl RecoveryCode {
    /// Bytes of a new code.
    pub const BYTES: usize = 10;

    /// A code of these random bytes.
    pub fn new(random: [u8; Self::BYTES]) -> Self {
        Self(base32::unpadded(&random))
    }

    /// A code as a row holds it.
    pub(super) fn stored(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The code itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The code in groups of four, to be read by a person.
    pub fn grouped(&self) -> Zeroizing<String> {
        let mut text = String::with_capacity(self.0.len() * 5 / 4);
        for (place, letter) in self.0.chars().enumerate() {
            if place > 0 && place % 4 == 0 {
                text.push(' ');
            }
            text.push(letter);
        }
        Zeroizing::new(text)
    }

    /// Whether this was typed, blanks aside; in constant time. Nothing is never a code.
    pub fn is(&self, typed: &str) -> bool {
        let typed = without_blanks(typed);
        !typed.is_empty() && bool::from(self.0.as_bytes().ct_eq(typed.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_sixteen_characters_in_groups_of_four() {
        let code = RecoveryCode::new([0x55; 10]);
        assert_eq!(code.reveal().len(), 16);
        assert_eq!(&*code.grouped(), "KVKV KVKV KVKV KVKV");
        assert!(!format!("{code:?}").contains("KVKV"));
    }

    #[test]
    fn blanks_may_be_typed_but_neither_small_letters_nor_dashes() {
        let code = RecoveryCode::stored("ALICESCRATCHAAAA");
        assert!(code.is("ALICESCRATCHAAAA"));
        assert!(code.is(" ALICE SCRATCH\nAAAA "));
        for wrong in ["alicescratchaaaa", "ALICE-SCRATCH-AAAA", "ALICESCRATCHAAA", "", " "] {
            assert!(!code.is(wrong), "{wrong:?}");
        }
        assert!(!RecoveryCode::stored("").is(""));
    }
}
