//! What clients call themselves, in words for people: no more than a hint, since anybody can send
//! anything.

use daemun_messages::{Message, Param};

/// Browsers by what is in their `User-Agent`. Most claim to be another one as well: the more
/// particular come first.
const BROWSERS: [(&str, &str); 14] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Whale/", "Whale"),
    ("KAKAOTALK", "KakaoTalk"),
    ("NAVER(", "Naver"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
    ("Safari/", "Safari"),
];

/// Systems in the same way.
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// Most characters of a name that is not known.
const LONGEST: usize = 40;

/// A client in words.
pub(super) fn in_words(agent: &str) -> Message {
    let find = |all: &[(&str, &'static str)]| {
        all.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => {
            Message::new("daemun-security-browser-on").with(browser).with(system)
        }
        (Some(browser), None) => plain(browser),
        (None, _) => match agent.split([' ', '/']).next().unwrap_or_default() {
            "" => Message::new("daemun-security-unknown-device"),
            // The first word is a program's name, by custom.
            name => plain(&name.chars().take(LONGEST).collect::<String>()),
        },
    }
}

fn plain(text: &str) -> Message {
    Message::new("rawmessage").with(Param::plaintext(text))
}

#[cfg(test)]
mod tests {
    use daemun_messages::{Language, plaintext};

    use super::*;

    #[test]
    fn browsers_and_programs_are_called_by_their_names() {
        let mozilla = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        for (agent, name) in [
            (format!("{mozilla} {webkit} Chrome/140.0 Safari/537.36"), "Chrome on Windows"),
            (format!("{mozilla} {webkit} Chrome/140.0 Safari/537.36 Edg/140.0"), "Edge on Windows"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0".into(), "Firefox on Linux"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604"
                    .into(),
                "Safari on iPhone",
            ),
            ("curl/8.5.0".into(), "curl"),
            ("Pywikibot/10.4 (wikipedia)".into(), "Pywikibot"),
            (String::new(), "Unknown device"),
        ] {
            assert_eq!(plaintext(&in_words(&agent), &Language::EN), name, "{agent}");
        }
        assert_eq!(plaintext(&in_words(&"x".repeat(99)), &Language::EN).len(), LONGEST);
    }
}
