//! What authors of clients get wrong before a password is looked at: cookies, tokens, fields,
//! methods. Each function answers the sentence for one fault as a message; it is asked only on a
//! server that explains (`explain`), and only the log ever shows it.
//!
//! What is wrong with names and passwords is said in [`daemun_auth::Reason`].

use axum::http::header;
use daemun_auth::response::AuthenticationResponse;
use daemun_auth::session::{Lost, Session, SessionProvider, TokenType};
use daemun_auth::{Reason, Sessions};
use daemun_mediawiki::token;
use daemun_messages::{Message, Param};

use crate::http::Request;
use crate::module::Module;
use crate::params::{RawParams, Values};

/// Why the session of a request is not that of the request before.
pub(crate) fn session(lost: Lost, request: &Request, sessions: &Sessions) -> Message {
    let settings = &sessions.environment().settings;
    match lost {
        Lost::NotSent if settings.cookies.secure == Some(true) && !request.secure => {
            Message::new("daemun-explain-secure-cookies")
        }
        Lost::NotSent if !request.headers.contains_key(header::COOKIE) => {
            Message::new("daemun-explain-no-cookies")
        }
        Lost::NotSent => Message::new("daemun-explain-other-cookies")
            .with(Param::plaintext(sessions.cookie_name())),
        Lost::Unknown => Message::new("daemun-explain-session-unknown")
            .with(Param::Duration(settings.session_lifetime)),
        Lost::Replaced => Message::new("daemun-explain-session-replaced"),
        Lost::UserNotSent => Message::new("daemun-explain-user-cookie-missing"),
        Lost::UserNotProven => Message::new("daemun-explain-user-not-proven"),
        Lost::BotSession => Message::new("daemun-explain-bot-session-ended"),
    }
}

/// Why a token is not good.
pub(crate) fn token(
    given: &str,
    needed: TokenType,
    request: &Request,
    session: &Session,
    sessions: &Sessions,
) -> Message {
    if let Some(fault) = misshapen(given) {
        return fault;
    }
    // The tokens of a login are the browser's session's.
    if let Some(lost) = request.journal.lost().filter(|lost| *lost != Lost::BotSession) {
        return self::session(lost, request, sessions);
    }
    match sessions.recognise(session, given) {
        Some(kind) if kind != needed => Message::new("daemun-explain-token-kind")
            .with(Param::plaintext(kind.name()))
            .with(Param::plaintext(needed.name())),
        _ => Message::new("daemun-explain-token-of-another-session"),
    }
}

/// What became of a token on its way here, if it has not the form of one any more.
fn misshapen(given: &str) -> Option<Message> {
    let contains = |part: &str| given.to_ascii_uppercase().contains(part);
    let stem = given.strip_suffix(token::ANONYMOUS);
    let is_stem = |text: &str| text.len() >= 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
    Some(if given == token::ANONYMOUS {
        Message::new("daemun-explain-token-of-nobody")
    } else if stem.is_some_and(is_stem) {
        return None;
    } else if given.ends_with(" \\") {
        Message::new("daemun-explain-token-space")
    } else if given.trim_matches(|c: char| c.is_whitespace() || "\"'".contains(c)) != given {
        Message::new("daemun-explain-token-padded")
    } else if contains("%2B") || contains("%5C") {
        Message::new("daemun-explain-token-encoded-twice")
    } else if given.ends_with("+\\\\") {
        Message::new("daemun-explain-token-backslashes")
    } else if is_stem(given.trim_end_matches('+')) {
        Message::new("daemun-explain-token-cut")
    } else {
        Message::new("daemun-explain-no-token-at-all")
    })
}

/// Why a step of a login's dialogue was refused, or what it waits for; `fields` are what the name
/// and the password are called in this way to log in.
pub(crate) fn step(
    response: &AuthenticationResponse,
    fields: [&'static str; 2],
    request: &Request,
    sessions: &Sessions,
) {
    let journal = &request.journal;
    match response {
        AuthenticationResponse::Fail { reason: Some(reason), .. } => journal.explain(|| {
            let misnamed = || misnamed_fields(fields, &request.params);
            let misnamed = (*reason == Reason::NotAnswered).then(misnamed).flatten();
            match (misnamed, journal.lost()) {
                (Some(message), _) => message,
                // No login goes on where there is no session.
                (None, Some(lost)) if *reason == Reason::NoDialogue && lost != Lost::BotSession => {
                    session(lost, request, sessions)
                }
                _ => reason.explanation(),
            }
        }),
        AuthenticationResponse::Ui { reason: Some(reason), .. }
        | AuthenticationResponse::Restart { reason: Some(reason), .. } => {
            journal.explain(|| reason.explanation());
        }
        _ => {}
    }
}

/// The sentences for whoever writes a client of the page for people.
impl Request {
    /// Notes why it does not succeed, where anybody wants to know.
    pub fn explain(&self, why: impl FnOnce() -> Message) {
        self.journal.explain(why);
    }

    /// Notes why a step of the page's dialogue was refused.
    pub fn explain_step(&self, response: &AuthenticationResponse, sessions: &Sessions) {
        step(response, ["wpName", "wpPassword"], self, sessions);
    }

    /// Notes why the token that the page's field of this name brought is not good for a login.
    pub fn explain_token(&self, field: &'static str, session: &Session, sessions: &Sessions) {
        self.journal.explain(|| match self.params.text(field) {
            Some(_) if self.params.in_query(field) => {
                Message::new("daemun-explain-in-address").with(Param::plaintext(field))
            }
            Some(given) => token(&given, TokenType::Login, self, session, sessions),
            None => missing_token(field, &self.params),
        });
    }
}

/// Names under which clients send a login's token, each right somewhere.
const TOKEN_NAMES: [&str; 4] = ["lgtoken", "logintoken", "token", "wpLoginToken"];

/// Why there is no token of this name.
pub(crate) fn missing_token(wanted: &str, params: &RawParams) -> Message {
    let others = TOKEN_NAMES.into_iter().filter(|name| *name != wanted);
    match others.into_iter().find(|name| params.get(name).is_some()) {
        Some(other) => Message::new("daemun-explain-token-misnamed")
            .with(Param::plaintext(wanted))
            .with(Param::plaintext(other)),
        None => Message::new("daemun-explain-token-missing").with(Param::plaintext(wanted)),
    }
}

/// The fields of `action=login`, of `clientlogin`, and of the form on MediaWiki's page.
const FIELDS: [[&str; 2]; 3] =
    [["lgname", "lgpassword"], ["username", "password"], ["wpName", "wpPassword"]];

/// Fields of another way to log in, where those of this one are absent.
pub(crate) fn misnamed_fields(wanted: [&'static str; 2], params: &RawParams) -> Option<Message> {
    let is_there = |fields: &[&str; 2]| fields.iter().any(|name| params.get(name).is_some());
    if wanted.iter().all(|name| params.get(name).is_some()) {
        return None;
    }
    let other = FIELDS.into_iter().find(|fields| *fields != wanted && is_there(fields))?;
    let [[name, password], [other_name, other_password]] = [wanted, other];
    Some(
        [name, password, other_name, other_password]
            .into_iter()
            .fold(Message::new("daemun-explain-misnamed-fields"), |message, field| {
                message.with(Param::plaintext(field))
            }),
    )
}

/// Why `assert` or `assertuser` does not hold.
pub(crate) fn assertion(
    main: &Values,
    request: &Request,
    session: &Session,
    sessions: &Sessions,
) -> Message {
    let asserted = main.text("assert");
    if session.user().is_registered() {
        return match asserted {
            Some("bot") if session.provider() == SessionProvider::BotPassword => {
                Message::new("daemun-explain-assert-bot-grant")
            }
            Some("bot") => Message::new("daemun-explain-assert-bot-group"),
            Some("anon") => Message::new("daemun-explain-assert-anon"),
            _ => Message::new("daemun-explain-assert-other"),
        };
    }
    if begins_a_login(main, &request.params) {
        return Message::new("daemun-explain-assert-before-login");
    }
    match request.journal.lost() {
        Some(lost) => self::session(lost, request, sessions),
        None => Message::new("daemun-explain-assert-nobody"),
    }
}

fn begins_a_login(main: &Values, params: &RawParams) -> bool {
    let names = |name: &str, value: &str| {
        params.text(name).is_some_and(|text| text.split('|').any(|part| part == value))
    };
    match main.text("action") {
        Some("login" | "clientlogin") => true,
        Some("query") => names("meta", "tokens") && names("type", "login"),
        _ => false,
    }
}

/// Why a module that must be posted was not.
pub(crate) fn not_posted(module: &Module) -> Message {
    Message::new("daemun-explain-not-posted").with(Param::plaintext(module.name))
}

/// Why a body gave no parameters.
pub(crate) fn unread_body(request: &Request) -> Message {
    let kind = request.header("content-type").unwrap_or_default().to_ascii_lowercase();
    if kind.contains("json") {
        Message::new("daemun-explain-json-body")
    } else {
        Message::new("daemun-explain-unread-body")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEM: &str = "0123456789abcdef0123456789abcdef6b027ddf";

    #[test]
    fn what_became_of_a_token_on_its_way_is_recognised() {
        assert_eq!(misshapen(&format!("{STEM}+\\")), None);
        for (given, key) in [
            ("+\\".to_owned(), "daemun-explain-token-of-nobody"),
            (format!("{STEM} \\"), "daemun-explain-token-space"),
            (format!("{STEM}+\\\n"), "daemun-explain-token-padded"),
            (format!("\"{STEM}+\\\""), "daemun-explain-token-padded"),
            (format!("{STEM}%2B%5C"), "daemun-explain-token-encoded-twice"),
            (format!("{STEM}%2b%5c"), "daemun-explain-token-encoded-twice"),
            (format!("{STEM}+\\\\"), "daemun-explain-token-backslashes"),
            (STEM.to_owned(), "daemun-explain-token-cut"),
            (format!("{STEM}+"), "daemun-explain-token-cut"),
            ("undefined".to_owned(), "daemun-explain-no-token-at-all"),
            ("+\\\\".to_owned(), "daemun-explain-token-backslashes"),
        ] {
            assert_eq!(misshapen(&given), Some(Message::new(key)), "{given:?}");
        }
    }

    #[test]
    fn a_token_under_another_name_is_noticed() {
        let mut params = RawParams::default();
        assert_eq!(missing_token("lgtoken", &params).key, "daemun-explain-token-missing");
        params.form(b"logintoken=x");
        let found = missing_token("lgtoken", &params);
        assert_eq!(found.key, "daemun-explain-token-misnamed");
        assert_eq!(found.params, [Param::plaintext("lgtoken"), Param::plaintext("logintoken")]);
    }

    #[test]
    fn the_fields_of_another_way_are_noticed_where_those_of_this_one_are_absent() {
        let mut params = RawParams::default();
        assert_eq!(misnamed_fields(["username", "password"], &params), None);
        params.form(b"lgname=a&lgpassword=b");
        assert!(misnamed_fields(["username", "password"], &params).is_some());
        params.form(b"username=a&password=b");
        assert_eq!(misnamed_fields(["username", "password"], &params), None);
    }
}
