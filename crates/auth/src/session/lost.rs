//! Why a request found no session, for the log.

use super::{Session, State};

/// Why a request has no session, or one in which nobody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Lost {
    /// The session's cookie did not come.
    #[default]
    NotSent,
    /// It came, and no session of that id is known (any more).
    Unknown,
    /// The session was ended by a login, which has put another in its place.
    Replaced,
    /// The session is an account's, and the cookie that names the account did not come with it.
    UserNotSent,
    /// The cookies name an account and do not prove it: they contradict each other, or its sessions
    /// were ended.
    UserNotProven,
    /// A bot password's session has ended: it expired, or what it rested on has changed.
    BotSession,
}

impl Session {
    /// Why there is no session; `None` where there is one. Means something until a token or a
    /// login gives the client a new one.
    pub fn lost(&self) -> Option<Lost> {
        match (&self.state, self.lost) {
            // The browser's session beside it may be there all the same.
            (_, Lost::BotSession) => Some(Lost::BotSession),
            (State::None, Lost::NotSent) if self.carried.session => Some(Lost::Unknown),
            (State::None, lost) => Some(lost),
            _ => None,
        }
    }
}
