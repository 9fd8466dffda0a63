//! The `Cookie` header of a request.

/// Most cookies that are read (PHP's `max_input_vars`).
const MAX_COOKIES: usize = 1000;

/// Most bytes of all headers together that are read; what follows is passed over.
const MAX_BYTES: usize = 64 * 1024;

/// The cookies of a request, by the names that PHP would give them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CookieJar(Vec<(String, String)>);

impl CookieJar {
    /// Reads the value of a `Cookie` header, or of several joined with `; `.
    ///
    /// Parts are divided by `;`. Spaces before a name are dropped; `.` and space inside become `_`,
    /// and so does a `[` that is not closed. A name without `=` has an empty value; empty names,
    /// and names of arrays (`a[b]`), are passed over. Of a repeated name the first counts. Values
    /// are percent-decoded and `+` stays as it is; bytes that are not UTF-8 become U+FFFD.
    pub fn parse(header: &[u8]) -> Self {
        let mut jar = Self::default();
        let header = header.get(..MAX_BYTES).unwrap_or(header);
        for part in header.split(|&c| c == b';' || c == 0).take(MAX_COOKIES) {
            let mut halves = part.splitn(2, |&c| c == b'=');
            let name = halves.next().unwrap_or_default();
            let value = halves.next().unwrap_or_default();
            if let Some(name) = php_name(name)
                && jar.get(&name).is_none()
            {
                jar.0.push((name, percent_decode(value)));
            }
        }
        jar
    }

    /// The value of a cookie.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Names and values in the order of the header.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether the request had no cookies.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn php_name(raw: &[u8]) -> Option<String> {
    let raw = String::from_utf8_lossy(raw.trim_ascii_start());
    if let Some((_, index)) = raw.split_once('[')
        && index.contains(']')
    {
        return None; // an array, which no cookie of MediaWiki is
    }
    let name = raw.replace(['.', ' ', '['], "_");
    // A name must not come by mangling to a prefix that promises where the cookie is from.
    let forged = |prefix| name.starts_with(prefix) && !raw.starts_with(prefix);
    (!name.is_empty() && !forged("__Host-") && !forged("__Secure-")).then_some(name)
}

fn percent_decode(value: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((&first, after)) = rest.split_first() {
        let digit = |place: usize| after.get(place).and_then(|&c| char::from(c).to_digit(16));
        if first == b'%'
            && let (Some(high), Some(low)) = (digit(0), digit(1))
            && let Ok(byte) = u8::try_from(high * 16 + low)
        {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(header: &str) -> Vec<(String, String)> {
        CookieJar::parse(header.as_bytes()).0
    }

    fn one(header: &str) -> (String, String) {
        let all = pairs(header);
        assert_eq!(all.len(), 1, "{header}");
        all.into_iter().next().unwrap()
    }

    #[test]
    fn cookies_are_divided_by_semicolons() {
        let jar = CookieJar::parse(b"wiki_session=abc; wikiUserID=4;wikiUserName=Frank%20Castle");
        assert_eq!(jar.get("wiki_session"), Some("abc"));
        assert_eq!(jar.get("wikiUserID"), Some("4"));
        assert_eq!(jar.get("wikiUserName"), Some("Frank Castle"));
        assert_eq!(jar.get("wikiToken"), None);
        assert_eq!(jar.iter().count(), 3);
        assert!(CookieJar::parse(b"").is_empty());
    }

    #[test]
    fn the_first_of_a_repeated_name_counts() {
        assert_eq!(one("a=1; a=2"), ("a".into(), "1".into()));
        assert_eq!(one("a.b=1; a_b=2"), ("a_b".into(), "1".into()));
    }

    #[test]
    fn values_are_decoded_and_plus_stays() {
        assert_eq!(one("a=%EC%9C%8C+%zz%").1, "윌+%zz%");
        assert_eq!(one("a=b=c").1, "b=c");
        assert_eq!(one("a=\"q\" ").1, "\"q\" ");
        assert_eq!(one("a=%ff").1, "\u{FFFD}");
    }

    #[test]
    fn names_are_mangled_as_php_does() {
        assert_eq!(one("  my.wiki name=1").0, "my_wiki_name");
        assert_eq!(one("a[b=1").0, "a_b");
        assert_eq!(one("%41=1").0, "%41");
        assert_eq!(pairs("a[b]=1; =2; ;"), []);
        assert_eq!(pairs("..Host-a=1"), []);
        assert_eq!(one("__Host-a=1").0, "__Host-a");
    }

    #[test]
    fn stray_attributes_are_cookies() {
        assert_eq!(pairs("a=1; path=/; HttpOnly").len(), 3);
        assert_eq!(one("HttpOnly").1, "");
    }

    #[test]
    fn number_and_size_are_bounded() {
        let many: String = (0..2000).map(|n| format!("c{n}=1;")).collect();
        assert_eq!(pairs(&many).len(), MAX_COOKIES);
        assert_eq!(one(&format!("a={}", "x".repeat(100_000))).1.len(), MAX_BYTES - 2);
    }

    proptest! {
        #[test]
        fn any_header_is_read_without_panic(header: Vec<u8>) {
            let _ = CookieJar::parse(&header);
        }
    }
}
