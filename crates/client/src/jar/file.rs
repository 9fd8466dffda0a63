//! Cookies as a file that curl, wget and Python's `MozillaCookieJar` read as well.
//!
//! A line a cookie, seven columns with tabs between them: domain, whether hosts below it count,
//! path, whether only for https, end, name, value. Ours has two comments more: where the wiki's API
//! is, and who is in.

use std::fmt::Write;

use zeroize::Zeroizing;

use super::{Cookie, Jar, LONGEST};

/// The first line by which the others know such a file.
const FIRST: &str = "# Netscape HTTP Cookie File";
const HTTP_ONLY: &str = "#HttpOnly_";

impl Jar {
    /// The jar as the text of such a file.
    pub(crate) fn to_text(&self, comments: &[(&str, &str)], now: i64) -> Zeroizing<String> {
        let mut text = Zeroizing::new(format!("{FIRST}\n"));
        for (name, value) in comments {
            let _ = writeln!(text, "# {name}: {value}");
        }
        let word = |yes: bool| if yes { "TRUE" } else { "FALSE" };
        for cookie in &self.cookies {
            if cookie.expires.is_some_and(|end| end <= now) {
                continue;
            }
            let Cookie { name, value, domain, below, path, secure, http_only, expires } = cookie;
            let (mark, dot) =
                (if *http_only { HTTP_ONLY } else { "" }, if *below { "." } else { "" });
            let (below, secure, end) = (word(*below), word(*secure), expires.unwrap_or(0));
            let value = value.as_str();
            let _ = writeln!(
                text,
                "{mark}{dot}{domain}\t{below}\t{path}\t{secure}\t{end}\t{name}\t{value}"
            );
        }
        text
    }

    /// Reads such a file. Lines that are none are passed over.
    pub(crate) fn from_text(text: &str, now: i64) -> Self {
        let mut jar = Self::default();
        for cookie in text.lines().filter_map(line) {
            jar.put(cookie, now);
        }
        jar
    }
}

fn line(line: &str) -> Option<Cookie> {
    let (line, http_only) = match line.strip_prefix(HTTP_ONLY) {
        Some(rest) => (rest, true),
        None if line.starts_with('#') || line.len() > LONGEST * 2 => return None,
        None => (line, false),
    };
    let mut columns = line.split('\t');
    let mut column = || columns.next();
    let domain = column()?.trim_start_matches('.').to_owned();
    let below = column()? == "TRUE";
    let path = column()?.to_owned();
    let secure = column()? == "TRUE";
    let end: i64 = column()?.parse().ok()?;
    let (name, value) = (column()?.to_owned(), Zeroizing::new(column()?.to_owned()));
    let expires = (end != 0).then_some(end);
    Some(Cookie { name, value, domain, below, path, secure, http_only, expires })
}

/// What a comment of the file says.
pub(crate) fn comment<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let (known, value) = line.strip_prefix("# ")?.split_once(": ")?;
        (known == name).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let mut jar = Jar::default();
        let url = Url::parse("https://wiki.example.org/w/api.php").unwrap();
        jar.take(&url, "wiki_session=abc; path=/; secure; HttpOnly", 100);
        jar.take(&url, "wikiUserName=Wil%20liam; path=/; Max-Age=50; Domain=example.org", 100);
        let text = jar.to_text(&[("api", "https://wiki.example.org/w/api.php")], 100);
        assert!(text.starts_with("# Netscape HTTP Cookie File\n"), "{}", *text);
        assert!(
            text.contains("#HttpOnly_wiki.example.org\tFALSE\t/\tTRUE\t0\twiki_session\tabc\n")
        );
        assert!(text.contains(".example.org\tTRUE\t/\tFALSE\t150\twikiUserName\tWil%20liam\n"));
        assert_eq!(comment(&text, "api"), Some("https://wiki.example.org/w/api.php"));
        assert_eq!(Jar::from_text(&text, 100), jar);
        let later = Jar::from_text(&text, 151);
        assert_eq!(*later.header(&url, 151).unwrap(), "wiki_session=abc");
    }

    #[test]
    fn what_is_no_cookie_is_passed_over() {
        let jar = Jar::from_text("\n# x\nonly one column\na\tFALSE\t/\tTRUE\tnever\tb\tc\n", 0);
        assert_eq!(jar, Jar::default());
    }
}
