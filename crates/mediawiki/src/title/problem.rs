//! What makes a title a bad one.

use thiserror::Error;

/// Why a text is no title.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TitleProblem {
    /// It holds characters that stand for broken text.
    #[error("broken UTF-8")]
    InvalidUtf8,
    /// Nothing is left of it.
    #[error("nothing is left of it")]
    Empty,
    /// A namespace or another wiki after `Talk:`.
    #[error("a namespace after that of talk")]
    TalkNamespace,
    /// A character, or a sequence, that would be markup or part of an address.
    #[error("it holds {0:?}")]
    Characters(String),
    /// `.` or `..` as a step of a path.
    #[error("it holds a step of a path")]
    Relative,
    /// Three tildes, which are a signature.
    #[error("it holds three tildes")]
    MagicTilde,
    /// More bytes than this.
    #[error("it has more than {0} bytes")]
    TooLong(usize),
    /// A colon where the name should begin.
    #[error("a colon where the name should begin")]
    LeadingColon,
}

impl TitleProblem {
    /// MediaWiki's message of it. `$1` is what the problem is about where there is something,
    /// the title comes after.
    pub fn message_key(&self) -> &'static str {
        match self {
            Self::InvalidUtf8 => "title-invalid-utf8",
            Self::Empty => "title-invalid-empty",
            Self::TalkNamespace => "title-invalid-talk-namespace",
            Self::Characters(_) => "title-invalid-characters",
            Self::Relative => "title-invalid-relative",
            Self::MagicTilde => "title-invalid-magic-tilde",
            Self::TooLong(_) => "title-invalid-too-long",
            Self::LeadingColon => "title-invalid-leading-colon",
        }
    }
}
