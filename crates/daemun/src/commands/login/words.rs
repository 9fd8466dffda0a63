//! What the commands say, in the reader's language.

use std::io::IsTerminal;

use daemun_client::{Error, RefusalKind};
use daemun_messages::{Language, Message, Param, plaintext};

/// Says things.
#[derive(Clone, Debug)]
pub(super) struct Words {
    language: Language,
    /// Whether somebody looks on.
    is_watched: bool,
}

impl Words {
    pub(super) fn new(language: Language) -> Self {
        Self { language, is_watched: std::io::stderr().is_terminal() }
    }

    pub(super) fn language(&self) -> &Language {
        &self.language
    }

    pub(super) fn say(&self, message: &Message) -> String {
        plaintext(message, &self.language)
    }

    /// Tells somebody who waits what is going on.
    pub(super) fn progress(&self, message: Message) {
        if self.is_watched {
            eprintln!("{}", self.say(&message));
        }
    }

    /// Tells somebody in any case.
    pub(super) fn note(&self, message: &Message) {
        eprintln!("{}", self.say(message));
    }
}

/// What went wrong, and what to do then. Texts of the wiki are in the reader's language already.
pub(super) fn of_error(error: &Error) -> Message {
    let plain = |text: &str| Param::plaintext(text);
    let number = |number: u64| Param::Num(i64::try_from(number).unwrap_or(i64::MAX));
    match error {
        Error::Address { given } => Message::new("daemun-login-error-address").with(plain(given)),
        Error::NoApi { given, .. } => Message::new("daemun-login-error-no-api").with(plain(given)),
        Error::OtherHost { given, found } => Message::new("daemun-login-error-other-host")
            .with(plain(given))
            .with(plain(found.as_str())),
        Error::PlainHttp { host } => {
            Message::new("daemun-login-error-plain-http").with(plain(host))
        }
        Error::Unreachable { host, reason } => {
            Message::new("daemun-login-error-unreachable").with(plain(host)).with(plain(reason))
        }
        Error::Slow { host, seconds } => {
            Message::new("daemun-login-error-slow").with(plain(host)).with(number(*seconds))
        }
        Error::TooLarge { host, bytes } => Message::new("daemun-login-error-too-large")
            .with(plain(host))
            .with(number(*bytes as u64)),
        Error::Moved { to } => Message::new("daemun-login-error-moved").with(plain(to)),
        Error::Status { status, start } => {
            Message::new("daemun-login-error-status").with(i64::from(*status)).with(plain(start))
        }
        Error::NotJson { start } => Message::new("daemun-login-error-not-json").with(plain(start)),
        Error::Unexpected { what } => {
            Message::new("daemun-login-error-unexpected").with(plain(what))
        }
        Error::Api { code, text } => {
            Message::new("daemun-login-error-api").with(plain(text)).with(plain(code))
        }
        Error::Busy { code, seconds } => {
            Message::new("daemun-login-error-busy").with(plain(code)).with(number(*seconds))
        }
        Error::CookiesNotKept { .. } => Message::new("daemun-login-error-cookies"),
        Error::SessionEnded => Message::new("daemun-login-error-session-ended"),
        Error::DialogueLost => Message::new("daemun-login-error-dialogue-lost"),
        Error::CannotLogIn { .. } => Message::new("daemun-login-error-cannot"),
        Error::TooManySteps { steps } => {
            Message::new("daemun-login-error-steps").with(i64::from(*steps))
        }
        Error::CaptchaImage { why } => {
            Message::new("daemun-login-error-captcha-image").with(plain(why))
        }
        Error::Login(refusal) => {
            let message = match refusal.kind {
                RefusalKind::Credentials => Message::new("daemun-login-bot-credentials"),
                RefusalKind::Throttled => Message::new("daemun-login-bot-throttled"),
                RefusalKind::NeedsDialogue => Message::new("daemun-login-bot-needs-dialogue"),
                RefusalKind::CaptchaDue => Message::new("daemun-login-bot-captcha"),
                RefusalKind::NeedsReset => Message::new("daemun-login-bot-needs-reset"),
                RefusalKind::Restricted => Message::new("daemun-login-bot-restricted"),
                _ => Message::new("daemun-login-bot-other"),
            };
            message.with(plain(&refusal.text))
        }
        other => Message::new("daemun-login-error-other").with(plain(&other.to_string())),
    }
}
