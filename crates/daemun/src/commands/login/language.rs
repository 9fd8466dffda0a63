//! The language of whoever sits at the terminal.

use daemun_messages::Language;

/// The language that was asked for, or else the one of the environment (`LC_ALL`, `LC_MESSAGES`,
/// `LANG`, the first that says something).
pub(super) fn language(asked: Option<&str>) -> Language {
    let variables = ["LC_ALL", "LC_MESSAGES", "LANG"];
    let set = variables.iter().filter_map(|name| std::env::var(name).ok());
    of(asked, &set.collect::<Vec<_>>())
}

fn of(asked: Option<&str>, environment: &[String]) -> Language {
    if let Some(asked) = asked {
        return Language::from_code(asked);
    }
    let said = environment.iter().find(|value| !value.is_empty());
    // `ko_KR.UTF-8` is Korean of Korea in UTF-8; `C` and `POSIX` are no languages.
    let code = said.and_then(|value| value.split(['_', '.', '@']).next()).unwrap_or_default();
    if matches!(code, "C" | "POSIX") { Language::EN } else { Language::from_code(code) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environments_language_is_read_as_the_system_writes_it() {
        let of = |asked, set: &[&str]| {
            super::of(asked, &set.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(of(None, &["ko_KR.UTF-8"]), Language::KO);
        assert_eq!(of(None, &["", "ko"]), Language::KO);
        assert_eq!(of(None, &["en_GB.UTF-8", "ko_KR"]), Language::EN);
        assert_eq!(of(None, &["C.UTF-8"]), Language::EN);
        assert_eq!(of(None, &[]), Language::EN);
        assert_eq!(of(Some("ko"), &["en_US"]), Language::KO);
        assert_eq!(of(None, &["de_DE"]).code(), "de", "the wiki may speak it");
    }
}
