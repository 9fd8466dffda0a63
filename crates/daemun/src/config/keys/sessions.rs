//! Sessions and their cookies.

use std::collections::BTreeMap;

use daemun_auth::manager::OperationSettings;
use daemun_auth::settings::RememberMe;
use daemun_mediawiki::cookie::SameSite;
use toml::Value;

use super::site::is_path;
use crate::config::key::Default::{Computed, Is};
use crate::config::key::{Given, Key, key};
use crate::config::kind::Kind;
use crate::config::problem::Refusals;

/// A hundred years of seconds: times stay within what can be written.
const LONGEST: i64 = 3_153_600_000;

pub(super) const KEYS: &[Key] = &[
    key(
        "cookie.prefix",
        Kind::Text,
        Computed("`database.name`, with `_` and the table prefix if there is one", |values| {
            let (name, prefix) =
                (values.text("database.name"), values.text("database.table-prefix"));
            let joined =
                if prefix.is_empty() { name.to_owned() } else { format!("{name}_{prefix}") };
            // As MediaWiki: what a cookie's name may not hold becomes `_`.
            Value::String(joined.chars().map(|c| if is_name(c) { c } else { '_' }).collect())
        }),
        "What the cookies' names begin with.",
        |draft, given| {
            if !given.text().chars().all(is_name) {
                return Err("of ASCII letters, digits, - and _".into());
            }
            given.text().clone_into(&mut draft.config.settings.cookies.prefix);
            Ok(())
        },
    )
    .mediawiki("$wgCookiePrefix"),
    key("cookie.path", Kind::Text, Is("\"/\""), "The path of cookies.", |draft, given| {
        if !given.text().starts_with('/') || !is_path(given.text()) {
            return Err("a path that begins with /".into());
        }
        given.text().clone_into(&mut draft.config.settings.cookies.path);
        Ok(())
    })
    .mediawiki("$wgCookiePath"),
    key(
        "cookie.domain",
        Kind::Text,
        Is("\"\""),
        "The domain of cookies; empty: the host alone.",
        |draft, given| {
            let fits = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
            if !given.text().chars().all(fits) {
                return Err("empty, or a domain such as \".example.org\"".into());
            }
            draft.config.settings.cookies.domain = given.some_text();
            Ok(())
        },
    )
    .mediawiki("$wgCookieDomain"),
    key(
        "cookie.same-site",
        Kind::Word(&["", "Lax", "Strict", "None"]),
        Is("\"\""),
        "Whether browsers send the cookies with requests from other sites; empty: the browser \
         decides. `None` needs https.",
        |draft, given| {
            draft.config.settings.cookies.same_site = match given.text() {
                "Lax" => Some(SameSite::Lax),
                "Strict" => Some(SameSite::Strict),
                "None" => Some(SameSite::None),
                _ => None,
            };
            Ok(())
        },
    )
    .mediawiki("$wgCookieSameSite"),
    key(
        "cookie.secure",
        Kind::Word(&["detect", "true", "false"]),
        Is("\"detect\""),
        "Whether cookies are for https only; `detect`: when the request came by https.",
        |draft, given| {
            draft.config.settings.cookies.secure = match given.text() {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            };
            Ok(())
        },
    )
    .mediawiki("$wgCookieSecure"),
    key(
        "cookie.expiration",
        Kind::Whole(0, LONGEST),
        Is("2592000"),
        "Seconds that the cookies of a user live; 0: until the browser closes.",
        |draft, given| {
            draft.config.settings.cookies.expiration = given.whole();
            Ok(())
        },
    )
    .mediawiki("$wgCookieExpiration"),
    key(
        "cookie.extended-expiration",
        Kind::Whole(0, LONGEST),
        Is("15552000"),
        "Seconds that they live for somebody who stays signed in.",
        |draft, given| {
            draft.config.settings.cookies.extended_expiration = given.whole();
            Ok(())
        },
    )
    .mediawiki("$wgExtendedLoginCookieExpiration"),
    key(
        "session-lifetime",
        Kind::Whole(60, LONGEST),
        Is("3600"),
        "Seconds without a request after which a session ends.",
        |draft, given| {
            draft.config.settings.session_lifetime = given.whole();
            Ok(())
        },
    )
    .mediawiki("$wgObjectCacheSessionExpiry"),
    key(
        "remember-me",
        Kind::Word(&["choose", "force-choose", "always", "never"]),
        Is("\"choose\""),
        "Whether a person may stay signed in.",
        |draft, given| {
            draft.config.settings.remember_me = match given.text() {
                "force-choose" => RememberMe::ForceChoose,
                "always" => RememberMe::Always,
                "never" => RememberMe::Never,
                _ => RememberMe::Choose,
            };
            Ok(())
        },
    )
    .mediawiki("$wgRememberMe"),
    key(
        "authentication-token-version",
        Kind::Text,
        Is("\"\""),
        "Part of what proves a session. Changing it signs everybody out.",
        |draft, given| {
            draft.config.settings.authentication_token_version = given.some_text();
            Ok(())
        },
    )
    .mediawiki("$wgAuthenticationTokenVersion"),
    key(
        "reauthenticate-time",
        Kind::Whole(-1, LONGEST),
        Is("300"),
        "Seconds after a login in which a sensitive change asks for no other one; -1: it never does.",
        |draft, given| {
            draft.config.settings.reauthentication.time = given.whole();
            Ok(())
        },
    )
    .mediawiki("$wgReauthenticateTime"),
    key(
        "sensitive-operations-by-bots",
        Kind::Flag,
        Is("false"),
        "Whether a session that cannot log in again, such as a bot password's, may change the \
         credentials of its account. MediaWiki's default is `true`.",
        |draft, given| {
            draft.config.settings.reauthentication.by_bots = given.flag();
            Ok(())
        },
    )
    .mediawiki("$wgAllowSecuritySensitiveOperationIfCannotReauthenticate"),
    key(
        "sensitive-operations",
        Kind::Table("{ ChangeEmail = { seconds = 60, by-bots = false } }"),
        Is("{}"),
        "The same two for single operations, by MediaWiki's names: `ChangeCredentials`, \
         `RemoveCredentials`, `LinkAccounts`, `UnlinkAccount`, `ChangeEmail`, `BotPasswords`, \
         `OATHManage`. What is not said is as above.",
        |draft, given| operations(&mut draft.config.settings.reauthentication.operations, given),
    ),
];

fn operations(
    operations: &mut BTreeMap<String, OperationSettings>,
    given: &Given<'_>,
) -> Result<(), Refusals> {
    let mut refusals = Refusals::default();
    for (name, parts) in given.entries() {
        let Some(table) = parts.as_table() else {
            refusals.add(format!(".{name}"), "{ seconds = …, by-bots = … }", parts);
            continue;
        };
        let own = operations.entry(name.clone()).or_default();
        for (part, value) in table {
            match (part.as_str(), value) {
                ("seconds", Value::Integer(seconds)) if (-1..=LONGEST).contains(seconds) => {
                    own.time = Some(*seconds);
                }
                ("by-bots", Value::Boolean(flag)) => own.by_bots = Some(*flag),
                ("seconds", other) => {
                    let allowed = format!("a whole number from -1 to {LONGEST}");
                    refusals.add(format!(".{name}.{part}"), allowed, other);
                }
                ("by-bots", other) => {
                    refusals.add(format!(".{name}.{part}"), "true or false", other);
                }
                (_, other) => {
                    refusals.add(format!(".{name}.{part}"), "seconds or by-bots", other);
                }
            }
        }
    }
    refusals.into_result()
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}
