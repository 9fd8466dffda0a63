//! Sessions as MediaWiki has them: cookies, records, and who stands behind them.
//!
//! <https://www.mediawiki.org/wiki/Manual:SessionManager_and_AuthManager/SessionManager_overview>.
//! A request's session comes from the *session provider* that recognises its cookies: a bot
//! password's before the ordinary one. Sessions of anonymous visitors have no record
//! (`anonymous`) until a dialogue has something to remember.

mod anonymous;
mod bot_provider;
mod cookie_provider;
mod cookies;
mod lost;
mod manager;
mod of_account;
mod others;
mod token;

use std::net::IpAddr;

use daemun_mediawiki::cookie::CookieJar;
use daemun_mediawiki::php::{PhpArray, Value};
use daemun_mediawiki::session_record::SessionRecord;
use daemun_messages::Message;
use daemun_store::Version;

use crate::user::User;
use anonymous::AnonymousId;
pub(crate) use anonymous::hmac_sha256;
pub use bot_provider::allows_address;
use cookies::{Carried, Names};
pub use lost::Lost;
pub use manager::Sessions;
pub use of_account::AccountSession;
pub use token::{Secret, TokenKey, TokenType};

/// What a session is found by.
#[derive(Clone, Copy, Debug)]
pub struct RequestOrigin<'a> {
    /// The cookies that came with the request.
    pub cookies: &'a CookieJar,
    /// Where it came from.
    pub address: IpAddr,
    /// Whether it came encrypted.
    pub secure: bool,
    /// What the client calls itself (`User-Agent`).
    pub agent: &'a str,
}

/// Who vouches for a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionProvider {
    /// The browser's cookies.
    Cookie,
    /// A bot password.
    BotPassword,
}

impl SessionProvider {
    /// MediaWiki's class, as records name it.
    pub fn class(self) -> &'static str {
        match self {
            Self::Cookie => "MediaWiki\\Session\\CookieSessionProvider",
            Self::BotPassword => "MediaWiki\\Session\\BotPasswordSessionProvider",
        }
    }

    /// What to call its sessions.
    pub fn description(self) -> Message {
        match self {
            Self::Cookie => Message::new("sessionprovider-mediawiki-session-cookiesessionprovider"),
            // MediaWiki has no text for this one and shows the class; clients match on that.
            Self::BotPassword => Message::raw(format!("{} sessions", self.class())),
        }
    }

    /// Whether somebody else may log in within the session.
    pub fn can_change_user(self) -> bool {
        self == Self::Cookie
    }
}

/// The session of one request.
pub struct Session {
    provider: SessionProvider,
    state: State,
    user: User,
    remember: bool,
    carried: Carried,
    suggested_name: Option<String>,
    secure: bool,
    agent: String,
    lost: Lost,
    set_cookies: Vec<String>,
}

/// Most bytes that are remembered of what a client calls itself.
const LONGEST_AGENT: usize = 255;

/// What a client calls itself, as far as it is remembered.
fn agent(text: &str) -> String {
    text.get(..text.floor_char_boundary(LONGEST_AGENT)).unwrap_or_default().to_owned()
}

/// How far a session exists.
enum State {
    /// The client holds no id that counts.
    None,
    /// The client holds an id of ours that needs no record.
    Anonymous { id: AnonymousId, text: String },
    /// There is a record.
    Recorded { id: String, record: Box<SessionRecord>, version: Version },
}

impl Session {
    fn empty(origin: &RequestOrigin<'_>, names: &Names) -> Self {
        Self {
            provider: SessionProvider::Cookie,
            state: State::None,
            user: User::anonymous(origin.address),
            remember: false,
            carried: names.carried(origin.cookies),
            suggested_name: origin.cookies.get(&names.user_name).map(str::to_owned),
            secure: origin.secure,
            agent: agent(origin.agent),
            lost: Lost::default(),
            set_cookies: Vec::new(),
        }
    }

    /// Lets the request act for nobody, whoever is in: another site's page may be behind it. Its
    /// session stays, and with it the tokens that a login needs.
    pub fn act_anonymously(&mut self) {
        self.user = User::anonymous(self.user.address());
    }

    /// Takes rights from whoever is in, for this request.
    pub(crate) fn lose_rights(&mut self, rights: &[String]) {
        self.user = self.user.clone().without_rights(rights);
    }

    /// Who is in.
    pub fn user(&self) -> &User {
        &self.user
    }

    /// Who vouches for it.
    pub fn provider(&self) -> SessionProvider {
        self.provider
    }

    /// The name that this browser signed in with last, as far as it says so; it proves nothing.
    pub fn suggested_name(&self) -> Option<&str> {
        self.suggested_name.as_deref()
    }

    /// Whether the client holds an id of it.
    pub fn is_persistent(&self) -> bool {
        !matches!(self.state, State::None)
    }

    /// Whether the holder chose to stay signed in.
    pub fn remembers(&self) -> bool {
        self.remember
    }

    /// A value of the session's data.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match &self.state {
            State::Recorded { record, .. } => record.data.get(key),
            _ => None,
        }
    }

    /// All of the session's data, where there is a record.
    fn data(&self) -> Option<&PhpArray> {
        match &self.state {
            State::Recorded { record, .. } => Some(&record.data),
            _ => None,
        }
    }

    /// The id, once there is one.
    pub(crate) fn id(&self) -> Option<&str> {
        match &self.state {
            State::None => None,
            State::Anonymous { text, .. } => Some(text),
            State::Recorded { id, .. } => Some(id),
        }
    }

    /// The cookies to send with the answer, in order: values of `Set-Cookie`.
    pub fn take_cookies(&mut self) -> Vec<String> {
        std::mem::take(&mut self.set_cookies)
    }
}
