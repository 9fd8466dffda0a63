//! The reader's language.

use std::borrow::Cow;

/// A language by MediaWiki's code. Texts that a language lacks are English.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Language {
    code: Cow<'static, str>,
}

/// Which catalogue serves a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tongue {
    English,
    Korean,
    /// `qqx`: the keys themselves.
    Keys,
}

impl Language {
    /// English.
    pub const EN: Self = Self { code: Cow::Borrowed("en") };
    /// Korean.
    pub const KO: Self = Self { code: Cow::Borrowed("ko") };
    /// MediaWiki's language that shows keys and parameters.
    pub const QQX: Self = Self { code: Cow::Borrowed("qqx") };

    /// The language of a code, in lower case as MediaWiki reads it; English when the code is not
    /// one that MediaWiki would take from a request ([`Language::sanitise`]).
    pub fn from_code(code: &str) -> Self {
        Self::sanitise(code).unwrap_or(Self::EN)
    }

    /// The language that a client asked for, or `None` where MediaWiki takes the wiki's own:
    /// anything but two or more of `a-z`, `0-9` and `-`, and `qqq`, the translators' notes.
    pub fn sanitise(code: &str) -> Option<Self> {
        let code = code.to_ascii_lowercase();
        let fits = (2..=128).contains(&code.len())
            && code.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            && code != "qqq";
        if !fits {
            return None;
        }
        Some(match code.as_str() {
            "en" => Self::EN,
            "ko" => Self::KO,
            _ => Self { code: Cow::Owned(code) },
        })
    }

    /// Whether MediaWiki takes a code for a language's at all (its `isValidCode`), which is far
    /// more than it has texts for.
    pub fn is_valid_code(code: &str) -> bool {
        !code.is_empty()
            && code.len() <= 128
            && !code.chars().any(|c| {
                c.is_control() || c == ' ' || "<>&\"':/\\%#[]{}|".contains(c) || c == '\u{fffd}'
            })
    }

    /// The code as the client sees it.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The language's direction of writing, for `dir=`.
    pub fn direction(&self) -> &'static str {
        let base = self.code.split('-').next().unwrap_or_default();
        let rtl = ["ar", "arc", "arz", "ckb", "dv", "fa", "glk", "he", "ks", "lrc", "mzn", "pnb"];
        let more = ["ps", "sd", "ug", "ur", "yi"];
        if rtl.contains(&base) || more.contains(&base) { "rtl" } else { "ltr" }
    }

    pub(crate) fn tongue(&self) -> Tongue {
        match self.code.as_ref() {
            "ko" | "ko-kp" => Tongue::Korean,
            "qqx" => Tongue::Keys,
            _ => Tongue::English,
        }
    }
}

impl Default for Language {
    fn default() -> Self {
        Self::EN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_of_a_request_is_lowered_and_kept() {
        assert_eq!(Language::from_code("KO"), Language::KO);
        assert_eq!(Language::from_code("fr").code(), "fr");
        assert_eq!(Language::from_code("zh-hant").code(), "zh-hant");
    }

    #[test]
    fn a_code_that_mediawiki_refuses_is_english() {
        for code in ["", "x", "a b", "한국어", "../etc", "qqq", "en_US"] {
            assert_eq!(Language::from_code(code), Language::EN, "{code}");
        }
    }

    #[test]
    fn is_valid_code_refuses_what_would_be_dangerous_in_a_title_or_path() {
        for code in ["", "a/b", "a b", "<", "a\\b", "a:b", "a'b", "a%b", "a#b", "a\0"] {
            assert!(!Language::is_valid_code(code), "{code}");
        }
        for code in ["en", "EN", "zh-hant", "en_US", "한국어"] {
            assert!(Language::is_valid_code(code), "{code}");
        }
    }
}
