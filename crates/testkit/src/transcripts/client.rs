//! A client's cookie jar, with as much of RFC 6265 as the recorded clients used.

use super::wire::Reply;

/// One cookie jar per `as` of a case. All servers of a case are one host to it.
#[derive(Debug, Default, Clone)]
pub struct Jar {
    cookies: Vec<Kept>,
}

#[derive(Debug, Clone)]
struct Kept {
    name: String,
    value: String,
    secure: bool,
}

/// One `Set-Cookie` line, taken apart; attribute names in lower case, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetCookie {
    pub name: String,
    pub value: String,
    pub attributes: Vec<(String, Option<String>)>,
}

impl SetCookie {
    /// Takes a line apart, keeping the value as it came.
    pub fn parse(line: &str) -> Self {
        let mut parts = line.split(';');
        let (name, value) = halves(parts.next().unwrap_or_default());
        let attributes = parts.filter(|part| !part.trim().is_empty()).map(|part| {
            let (name, value) = halves(part);
            (name.to_ascii_lowercase(), value)
        });
        let attributes = attributes.collect();
        Self { name, value: value.unwrap_or_default(), attributes }
    }

    /// The value of an attribute; of several the last counts.
    pub fn attribute(&self, name: &str) -> Option<&Option<String>> {
        self.attributes.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

fn halves(part: &str) -> (String, Option<String>) {
    match part.split_once('=') {
        Some((name, value)) => (name.trim().to_owned(), Some(value.trim().to_owned())),
        None => (part.trim().to_owned(), None),
    }
}

impl Jar {
    /// Keeps what a reply sets, in its order.
    pub fn take(&mut self, reply: &Reply) {
        for line in reply.headers_named("set-cookie") {
            self.set(&SetCookie::parse(line));
        }
    }

    /// A cookie replaces its namesake, `secure` or not; `Max-Age` of zero or less removes it.
    pub fn set(&mut self, cookie: &SetCookie) {
        let secure = cookie.attribute("secure").is_some();
        let gone = match cookie.attribute("max-age") {
            Some(Some(age)) => age.parse::<i64>().is_ok_and(|age| age <= 0),
            _ => false,
        };
        if gone {
            self.cookies.retain(|kept| kept.name != cookie.name);
            return;
        }
        if let Some(kept) = self.cookies.iter_mut().find(|kept| kept.name == cookie.name) {
            kept.value.clone_from(&cookie.value);
            kept.secure = secure;
        } else {
            let (name, value) = (cookie.name.clone(), cookie.value.clone());
            self.cookies.push(Kept { name, value, secure });
        }
    }

    /// The `Cookie` header for a request over http, if there is anything to send.
    pub fn header(&self) -> Option<String> {
        let plain = self.cookies.iter().filter(|kept| !kept.secure);
        let pairs: Vec<String> =
            plain.map(|kept| format!("{}={}", kept.name, kept.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jar(lines: &[&str]) -> Option<String> {
        let mut jar = Jar::default();
        for line in lines {
            jar.set(&SetCookie::parse(line));
        }
        jar.header()
    }

    #[test]
    fn a_cookie_is_sent_back_as_it_came() {
        let sent = jar(&["a=%EC%9C%8C; path=/; HttpOnly", "b=2"]);
        assert_eq!(sent.as_deref(), Some("a=%EC%9C%8C; b=2"));
    }

    #[test]
    fn a_cookie_with_no_time_left_is_removed() {
        assert_eq!(jar(&["a=1", "a=deleted; Max-Age=0"]), None);
    }

    #[test]
    fn a_secure_cookie_replaces_its_namesake_but_is_not_sent_over_http() {
        assert_eq!(jar(&["a=1", "a=2; path=/; secure"]), None);
        assert_eq!(jar(&["a=1", "a=2; secure", "a=3"]).as_deref(), Some("a=3"));
    }
}
