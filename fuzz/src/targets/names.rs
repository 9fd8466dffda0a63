//! Names of users and bots.

use daemun_mediawiki::bot_password;
use daemun_mediawiki::username::{self, NameRules, Rigor};

use super::{lines, text};
use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "names",
    run,
    words: &[
        "User:",
        "Talk:",
        "Special:",
        "user_talk:",
        "#",
        "_",
        "\u{200e}",
        "\u{ad}",
        "\u{3000}",
        "~~~",
        "&amp;",
        "%41",
        "..",
        "/",
        "@",
        "ß",
        "ǆ",
        "ŉ",
        "한",
        "\u{1100}\u{1161}",
        "0123456789abcdefghijklmnopqrstuv",
    ],
    longest: 1024,
};

fn run(bytes: &[u8]) {
    let [name, password] = lines(bytes).map(text);
    let rules = NameRules::default();
    let mut allowed = true;
    for rigor in [Rigor::Valid, Rigor::Usable, Rigor::Creatable] {
        let canonical = username::canonical(&name, rigor, &rules);
        assert!(allowed || canonical.is_none(), "{name:?}: stricter allows more");
        allowed = canonical.is_some();
        let Some(once) = canonical else { continue };
        assert!(!once.is_empty() && once.len() <= rules.max_bytes, "{once:?}");
        assert!(!once.contains(['#', '/', '|', '_', '\n', '\0', '<', '[']), "{once:?}");
        assert!(!once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "));
        assert!(!username::is_ip_like(&once));
        assert_eq!(username::canonical(&once, rigor, &rules).as_ref(), Some(&once));
        let spelled = once.replace(' ', "_");
        assert_eq!(username::canonical(&spelled, rigor, &rules), Some(once));
    }
    if let Some((bot, secret)) = bot_password::canonicalise_login(&name, &password) {
        assert!(secret.len() >= 32 && secret.bytes().all(|c| c.is_ascii_alphanumeric()));
        assert!(password.ends_with(&secret));
        let (user, app) = bot_password::split(&bot).expect("a bot's name has a separator");
        assert_eq!(format!("{user}@{app}"), bot);
        // Both ways of writing it are one.
        assert_eq!(bot_password::canonicalise_login(&bot, &secret), Some((bot, secret)));
    }
}
