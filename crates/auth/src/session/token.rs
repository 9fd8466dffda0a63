//! The kinds of CSRF tokens (<https://www.mediawiki.org/wiki/API:Tokens>).

use daemun_mediawiki::token;

/// A kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenType {
    /// For the creation of an account.
    CreateAccount,
    /// For most changes.
    Csrf,
    /// For a login.
    Login,
    /// For patrolling.
    Patrol,
    /// For reverting edits.
    Rollback,
    /// For changing groups.
    UserRights,
    /// For watching pages.
    Watch,
}

impl TokenType {
    /// All kinds with their names, in the API's order.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::CreateAccount, "createaccount"),
        (Self::Csrf, "csrf"),
        (Self::Login, "login"),
        (Self::Patrol, "patrol"),
        (Self::Rollback, "rollback"),
        (Self::UserRights, "userrights"),
        (Self::Watch, "watch"),
    ];

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, n)| *n == name).map(|(kind, _)| *kind)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// Under which key of `wsTokenSecrets` its secret is kept.
    pub fn secret_key(self) -> &'static str {
        match self {
            Self::CreateAccount => "createaccount",
            Self::Login => "login",
            _ => "default",
        }
    }

    /// What is mixed in to tell it from others of the same secret.
    pub fn salt(self) -> &'static str {
        match self {
            Self::CreateAccount | Self::Csrf | Self::Login => "",
            _ => self.name(),
        }
    }

    /// Whether an anonymous user gets a token bound to a session, too.
    pub fn needs_session(self) -> bool {
        matches!(self, Self::CreateAccount | Self::Login)
    }
}

/// A secret and whether this very request made it.
#[derive(Clone)]
pub struct Secret {
    /// 32 hexadecimal digits.
    pub value: String,
    /// Nobody can hold a token of it yet.
    pub is_new: bool,
}

/// What a user proves a request with: a session's secret, or, for somebody anonymous, nothing.
#[derive(Clone)]
pub enum TokenKey {
    /// The constant token of anonymous users.
    Anonymous,
    /// A secret.
    Secret(Secret),
}

impl TokenKey {
    /// Whether this very request made the secret, so that nobody can hold a token of it.
    pub fn is_new(&self) -> bool {
        matches!(self, Self::Secret(secret) if secret.is_new)
    }

    /// A token for a client.
    pub fn make(&self, salt: &str, now: daemun_mediawiki::timestamp::Timestamp) -> String {
        match self {
            Self::Anonymous => token::ANONYMOUS.to_owned(),
            Self::Secret(secret) => token::make(&secret.value, salt, now),
        }
    }

    /// Whether a client's token is one of these.
    pub fn accepts(&self, salt: &str, given: &str) -> bool {
        match self {
            Self::Anonymous => given == token::ANONYMOUS,
            Self::Secret(secret) => !secret.is_new && token::verify(&secret.value, salt, given),
        }
    }
}
