//! How `action=login` recognises a log-in with a bot password
//! (<https://www.mediawiki.org/wiki/Manual:Bot_passwords>).

/// Between user name and application id.
pub const SEPARATOR: char = '@';

/// Fewest characters of a generated bot password.
const PASSWORD_LENGTH: usize = 32;

/// Reads both advertised forms and returns the bot's name `User@app` with its password; `None`
/// when this is an ordinary log-in.
///
/// | name | password |
/// |---|---|
/// | `User@app` | 32 or more of `[0-9a-w]` |
/// | `User` | `app@` and 32 or more of `[0-9a-w]` |
///
/// A name with `@` beside any password of 32 bytes or more is only tried as the first form.
pub fn canonicalise_login(name: &str, password: &str) -> Option<(String, String)> {
    if password.len() >= PASSWORD_LENGTH && name.contains(SEPARATOR) {
        return is_generated(password).then(|| (name.to_owned(), password.to_owned()));
    }
    let (app, secret) = password.rsplit_once(SEPARATOR)?;
    is_generated(secret).then(|| (format!("{name}{SEPARATOR}{app}"), secret.to_owned()))
}

/// Parts user and application id at the first `@`. `None` without one.
pub fn split(name: &str) -> Option<(&str, &str)> {
    name.split_once(SEPARATOR)
}

/// Whether a password is in one of the forms in which bot passwords are sent, with or without the
/// application in front.
pub fn looks_like_one(password: &str) -> bool {
    is_generated(password.rsplit_once(SEPARATOR).map_or(password, |(_, secret)| secret))
}

/// MediaWiki's test is one letter wider than the alphabet it generates from: `w` passes.
fn is_generated(password: &str) -> bool {
    password.len() >= PASSWORD_LENGTH
        && password.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'w'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdefghijklmnopqrstuv";

    fn bot(name: &str, password: &str) -> Option<(String, String)> {
        canonicalise_login(name, password)
    }

    fn some(name: &str) -> Option<(String, String)> {
        Some((name.to_owned(), SECRET.to_owned()))
    }

    #[test]
    fn the_application_stands_in_the_name_or_in_the_password() {
        assert_eq!(bot("William@tool", SECRET), some("William@tool"));
        assert_eq!(bot("William", &format!("tool@{SECRET}")), some("William@tool"));
        assert_eq!(bot("윌리엄@도구", SECRET), some("윌리엄@도구"));
        assert_eq!(bot("William", &format!("a@b@{SECRET}")), some("William@a@b"));
        assert_eq!(bot("William", &format!("@{SECRET}")), some("William@"));
    }

    #[test]
    fn a_short_password_is_an_ordinary_one() {
        assert_eq!(bot("William@tool", "0123456789abcdefghijklmnopqrstu"), None);
        assert_eq!(bot("William", "William-pass-1!"), None);
        assert_eq!(bot("William", SECRET), None);
    }

    #[test]
    fn upper_case_is_an_ordinary_password_but_w_passes() {
        assert_eq!(bot("A@b", &SECRET.to_uppercase()), None);
        assert!(bot("A@b", &"w".repeat(32)).is_some());
        assert!(bot("A@b", &"x".repeat(32)).is_none());
    }

    #[test]
    fn a_name_with_a_separator_keeps_a_long_password_from_the_second_form() {
        assert_eq!(bot("A@b", &format!("tool@{SECRET}")), None);
    }

    #[test]
    fn a_bot_password_is_known_by_its_looks() {
        assert!(looks_like_one(SECRET));
        assert!(looks_like_one(&format!("tool@{SECRET}")));
        assert!(!looks_like_one("William-pass-1!"));
        assert!(!looks_like_one(&format!("{SECRET}@tool")));
    }

    #[test]
    fn a_bots_name_is_split_at_its_first_separator() {
        assert_eq!(split("A@b@c"), Some(("A", "b@c")));
        assert_eq!(split("A"), None);
    }
}
