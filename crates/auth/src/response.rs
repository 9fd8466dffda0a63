//! What a step of a dialogue answers (MediaWiki's `AuthenticationResponse`).

use daemun_messages::Message;

use crate::manager::Preserved;
use crate::reason::Reason;
use crate::request::AuthenticationRequest;

/// The outcome of one step.
#[derive(Clone, Debug, PartialEq)]
pub enum AuthenticationResponse {
    /// Finished: this account is in.
    Pass {
        /// Its canonical name.
        username: String,
        /// Its id.
        user_id: u64,
    },
    /// Finished: nobody is in.
    Fail {
        /// Why, as the client may know it.
        message: Message,
        /// Why, as the log may know it, where that is more.
        reason: Option<Reason>,
        /// What the next attempt may go on from.
        preserved: Option<Preserved>,
    },
    /// Another question for the person.
    Ui {
        /// The fields.
        requests: Vec<AuthenticationRequest>,
        /// What to say above them.
        message: Message,
        /// Why, as the log may know it, where an answer was not accepted.
        reason: Option<Reason>,
    },
    /// The person must go elsewhere and come back.
    Redirect {
        /// Where to.
        target: String,
        /// More about it for clients that know the provider.
        data: Option<serde_json::Value>,
        /// What to send when the person is back.
        requests: Vec<AuthenticationRequest>,
    },
    /// Somebody is authenticated, but has no account here.
    Restart {
        /// What to say.
        message: Message,
        /// Why, as the log may know it, where that is more.
        reason: Option<Reason>,
        /// What can be done now.
        requests: Vec<AuthenticationRequest>,
        /// What the next attempt may go on from.
        preserved: Option<Preserved>,
    },
}

impl AuthenticationResponse {
    /// The word on the wire.
    pub fn status(&self) -> &'static str {
        match self {
            Self::Pass { .. } => "PASS",
            Self::Fail { .. } => "FAIL",
            Self::Ui { .. } => "UI",
            Self::Redirect { .. } => "REDIRECT",
            Self::Restart { .. } => "RESTART",
        }
    }

    /// What is asked next.
    pub fn requests(&self) -> &[AuthenticationRequest] {
        match self {
            Self::Ui { requests, .. }
            | Self::Redirect { requests, .. }
            | Self::Restart { requests, .. } => requests,
            Self::Pass { .. } | Self::Fail { .. } => &[],
        }
    }

    /// What the next attempt may go on from.
    pub fn preserved(&self) -> Option<&Preserved> {
        match self {
            Self::Restart { preserved, .. } | Self::Fail { preserved, .. } => preserved.as_ref(),
            _ => None,
        }
    }

    /// A refusal with this message.
    pub fn fail(key: &'static str) -> Self {
        Self::refusal(Message::new(key))
    }

    /// A refusal.
    pub fn refusal(message: Message) -> Self {
        Self::Fail { message, reason: None, preserved: None }
    }

    /// The same, with something to go on from, where it is a refusal.
    #[must_use]
    pub(crate) fn preserving(mut self, what: Option<Preserved>) -> Self {
        if let Self::Fail { preserved, .. } = &mut self {
            *preserved = what;
        }
        self
    }

    /// The same for this reason, where one can be told and none was given before.
    #[must_use]
    pub(crate) fn because(mut self, why: Option<Reason>) -> Self {
        if let Self::Fail { reason, .. } | Self::Ui { reason, .. } | Self::Restart { reason, .. } =
            &mut self
        {
            *reason = reason.or(why);
        }
        self
    }
}
