//! Lines that log in with a bot password, ready to be copied.

use zeroize::Zeroizing;

/// Commands for a shell: a token, and the login with it.
pub(super) fn curl(api: &str, login: &str, password: &str) -> Zeroizing<String> {
    let ask = for_shell(&format!("{api}?action=query&meta=tokens&type=login&format=json"));
    let (api, login) = (for_shell(api), for_shell(&format!("lgname={login}")));
    let password = for_shell(&format!("lgpassword={password}"));
    Zeroizing::new(format!(
        "TOKEN=$(curl -s -c cookies.txt {ask} \\\n  \
         | sed 's/.*\"logintoken\":\"\\([0-9a-f]*\\).*/\\1+\\\\/')\n\
         curl -s -b cookies.txt -c cookies.txt {api} \\\n  \
         -d action=login -d format=json -d formatversion=2 \\\n  \
         --data-urlencode {login} \\\n  \
         --data-urlencode {password} \\\n  \
         --data-urlencode \"lgtoken=$TOKEN\""
    ))
}

/// A line of Pywikibot's password file.
pub(super) fn pywikibot(account: &str, app: &str, password: &str) -> Zeroizing<String> {
    let (account, app) = (for_python(account), for_python(app));
    Zeroizing::new(format!("({account}, BotPassword({app}, {}))", for_python(password)))
}

/// A text as one word of a POSIX shell.
fn for_shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A text as a literal of Python. Names hold no control characters.
fn for_python(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_within_their_quotes() {
        assert_eq!(for_shell("O'Neil; rm"), r"'O'\''Neil; rm'");
        assert_eq!(for_python(r"O'Neil\"), r"'O\'Neil\\'");
        let line = pywikibot("윌리엄", "tool", "0v");
        assert_eq!(line.as_str(), "('윌리엄', BotPassword('tool', '0v'))");
    }
}
