//! What can go wrong, and what to do then.

use std::path::PathBuf;

use url::Url;

use crate::bot::Refusal;

/// Why something could not be done. Shown as text it says what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The name of the tool or its contact cannot be sent.
    #[error(
        "a user agent needs the tool's name and a contact, in ASCII, without brackets: Agent::new(\"TidyBot/2.1\", \"https://example.org/tidybot\")"
    )]
    Agent,
    /// No address at all.
    #[error(
        "\"{given}\" is no address of a wiki: give that of any of its pages, such as https://en.wikipedia.org/"
    )]
    Address {
        /// What was given.
        given: String,
    },
    /// A page, but none of a wiki.
    #[error("found no wiki at {given}{}: give the address of one of its pages, or that of api.php as the wiki's Special:Version names it", because(.cause))]
    NoApi {
        /// Where it was looked for.
        given: String,
        /// Why, where something other than "there is none" was in the way.
        cause: Option<Box<Error>>,
    },
    /// The wiki says that its API is with somebody else.
    #[error(
        "{given} says that its API is at {found}, which is another host: if that is where you want to log in, give that address"
    )]
    OtherHost {
        /// The host that was asked for.
        given: String,
        /// The address that was named.
        found: Url,
    },
    /// Secrets would be readable on their way.
    #[error(
        "nothing secret is sent to {host} over plain http, where everybody on the way can read it: use https, or allow it with Builder::plain_http"
    )]
    PlainHttp {
        /// Where it would have been sent.
        host: String,
    },
    /// No answer.
    #[error("cannot reach {host}: {reason}; look at the address and at your connection")]
    Unreachable {
        /// Who was asked.
        host: String,
        /// What the system says.
        reason: String,
    },
    /// No whole answer in time.
    #[error("{host} did not finish its answer within {seconds} seconds: try again later")]
    Slow {
        /// Who was asked.
        host: String,
        /// The limit.
        seconds: u64,
    },
    /// More than anybody needs.
    #[error(
        "{host} sent more than {bytes} bytes, which is no answer of a wiki's login: look at the address"
    )]
    TooLarge {
        /// Who was asked.
        host: String,
        /// The limit.
        bytes: usize,
    },
    /// The API answers that it is elsewhere. Nothing secret is sent after it.
    #[error(
        "the wiki's API has moved to {to}, and secrets are not sent after it: give the new address"
    )]
    Moved {
        /// Where it says it is.
        to: String,
    },
    /// Something between here and the wiki answered, or the wiki broke.
    #[error(
        "the wiki answered with HTTP {status} and no JSON ({start}): it has trouble, or this is not api.php; look at the address, or try again later"
    )]
    Status {
        /// The status.
        status: u16,
        /// How the body begins, as plain text.
        start: String,
    },
    /// Not what an API answers.
    #[error(
        "the wiki answered with something other than JSON ({start}): this is not api.php, or something in between answers in its place; look at the address"
    )]
    NotJson {
        /// How the body begins, as plain text.
        start: String,
    },
    /// JSON, but not MediaWiki's.
    #[error("the wiki's answer cannot be understood: {what}; is this MediaWiki 1.27 or newer?")]
    Unexpected {
        /// What was looked for.
        what: &'static str,
    },
    /// The API refused a request.
    #[error("the wiki refused: {text} ({code})")]
    Api {
        /// MediaWiki's code.
        code: String,
        /// Its reason, as plain text.
        text: String,
    },
    /// The wiki stayed busy.
    #[error(
        "the wiki is busy ({code}), and still was after several attempts: try again in {seconds} seconds"
    )]
    Busy {
        /// `maxlag`, `ratelimited`, `readonly`, or `http-503`.
        code: String,
        /// What the wiki asks to wait for.
        seconds: u64,
    },
    /// The session's cookie went astray.
    #[error("the wiki does not know the session that it began a moment ago{}: cookies get lost on the way; is a proxy in between, or did the wiki's address change from http to https?", because_text(.why))]
    CookiesNotKept {
        /// What is known about it.
        why: Option<String>,
    },
    /// Nobody is in any more.
    #[error("the session has ended: log in again")]
    SessionEnded,
    /// A dialogue that the wiki no longer knows.
    #[error(
        "the wiki no longer knows of this login, which took too long or was begun elsewhere: begin anew"
    )]
    DialogueLost,
    /// `action=login` refused.
    #[error("{0}")]
    Login(Refusal),
    /// The wiki lets nobody log in by this way.
    #[error("this session can log nobody in: {text}")]
    CannotLogIn {
        /// Why.
        text: String,
    },
    /// A field that the wiki did not ask for.
    #[error("the wiki asks for no field \"{name}\": look at Form::fields")]
    UnknownField {
        /// Its name.
        name: String,
    },
    /// What cannot be done at this step.
    #[error("the dialogue is not at a step where one can {attempt}")]
    WrongStep {
        /// What was tried.
        attempt: &'static str,
    },
    /// A wiki that never has enough.
    #[error("the wiki asked for more than {steps} steps: that is no login any more")]
    TooManySteps {
        /// The limit.
        steps: u32,
    },
    /// A captcha whose image cannot be shown.
    #[error("the captcha's image cannot be had: {why}")]
    CaptchaImage {
        /// Why.
        why: String,
    },
    /// OAuth's credentials were refused.
    #[error(
        "the wiki refused the OAuth credentials: {text}; look at the consumer and the grant, and at this machine's clock"
    )]
    OAuth {
        /// Its reason.
        text: String,
    },
    /// A token or key that cannot be sent.
    #[error("an OAuth token or key is empty or holds characters that cannot stand in a header")]
    OAuthForm,
    /// A file of cookies that cannot be used.
    #[error("cannot use {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    NoRandomness,
}

impl Error {
    /// MediaWiki's code, where it gave one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Api { code, .. } | Self::Busy { code, .. } => Some(code),
            Self::Login(refusal) => Some(&refusal.code),
            _ => None,
        }
    }
}

fn because(cause: &Option<Box<Error>>) -> String {
    cause.as_ref().map(|cause| format!(" ({cause})")).unwrap_or_default()
}

fn because_text(why: &Option<String>) -> String {
    why.as_ref().map(|why| format!(" ({why})")).unwrap_or_default()
}
