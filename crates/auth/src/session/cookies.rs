//! The cookies of sessions: names, lifetimes, order (to the byte what MediaWiki sends).

use daemun_mediawiki::cookie::{CookieJar, Expiry, SetCookie};
use daemun_mediawiki::timestamp::Timestamp;
use daemun_mediawiki::user_token;
use daemun_store::Account;

use crate::settings::{CookieSettings, Settings};

/// Which of our cookies a request brought, so that only those are taken away.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Carried {
    pub(super) session: bool,
    pub(super) user_id: bool,
    pub(super) token: bool,
}

/// The names of our cookies, made once.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) session: String,
    pub(super) user_id: String,
    pub(super) user_name: String,
    pub(super) token: String,
    pub(super) bot_session: String,
}

impl Names {
    pub(super) fn new(prefix: &str) -> Self {
        let prefix: String = prefix
            .chars()
            .map(|c| if "=,;+.\"'\\[ ".contains(c) || c.is_control() { '_' } else { c })
            .collect();
        Self {
            session: format!("{prefix}_session"),
            user_id: format!("{prefix}UserID"),
            user_name: format!("{prefix}UserName"),
            token: format!("{prefix}Token"),
            bot_session: format!("{prefix}_BPsession"),
        }
    }

    pub(super) fn carried(&self, jar: &CookieJar) -> Carried {
        let has = |name: &str| jar.get(name).is_some();
        Carried {
            session: has(&self.session),
            user_id: has(&self.user_id),
            token: has(&self.token),
        }
    }
}

/// How long a cookie is to live.
#[derive(Clone, Copy)]
pub(super) enum Life {
    Session,
    Until { at: Timestamp, max_age: i64 },
    Delete,
}

/// One cookie with the wiki's attributes, as the value of its header.
pub(super) fn cookie(
    settings: &CookieSettings,
    name: &str,
    value: &str,
    life: Life,
    secure: bool,
) -> String {
    let cookie = SetCookie {
        name,
        value,
        expires: match life {
            Life::Session => Expiry::Session,
            Life::Until { at, max_age } => Expiry::At { at, max_age },
            Life::Delete => Expiry::Delete,
        },
        path: &settings.path,
        domain: settings.domain.as_deref(),
        secure: settings.secure.unwrap_or(secure),
        http_only: true,
        same_site: settings.same_site,
        raw: false,
    };
    cookie.header()
}

/// The lifetime of user cookies.
pub(super) fn user_life(settings: &CookieSettings, remember: bool, now: Timestamp) -> Life {
    let max_age = if remember { settings.extended_expiration } else { settings.expiration };
    if max_age == 0 {
        // Until the browser is closed.
        return Life::Session;
    }
    Life::Until { at: now.plus(max_age), max_age }
}

/// What the Token cookie and a record's `userToken` hold for this account.
pub(super) fn token_proof(settings: &Settings, account: &Account) -> String {
    user_token::cookie_value(&account.token, settings.authentication_token_version.as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_cookies_cannot_hold_become_underscores() {
        let names = Names::new("my.wiki=a");
        assert_eq!(names.session, "my_wiki_a_session");
        assert_eq!(names.bot_session, "my_wiki_a_BPsession");
    }
}
