//! What scenarios may ask for. `world` is the number that the answer to [`Asked::World`] gave.

use serde::Deserialize;

/// A request.
#[derive(Debug, Deserialize)]
#[serde(tag = "verb", rename_all = "camelCase")]
pub(super) enum Asked {
    /// A wiki of the scenario's own; answers its number, its address and its provider's.
    World(Wanted),
    /// The world is not needed any more.
    End { world: usize },
    /// An account; answers its id.
    Account(Account),
    /// Gives an account an authenticator app; answers the secret and the recovery codes.
    App { world: usize, name: String },
    /// What the app with this secret shows.
    Code { world: usize, secret: String },
    /// A bot password for an account; answers it.
    BotPassword { world: usize, id: u64, app: String },
    /// Takes the letters out of the box, once there are so many; answers address, subject and text
    /// of each.
    Letters { world: usize, count: usize },
    /// Waits until what is written in the background is written.
    Settle { world: usize },
    /// Lets so much time pass.
    Pass { world: usize, seconds: i64 },
    /// What the captcha of this id says that was shown in this session.
    Captcha { world: usize, id: String, session: String },
    /// Rows of a question to the accounts' file, for what has no page yet.
    Sql { world: usize, sql: String },
    /// A text as pages show it, in HTML.
    Text { language: String, key: String, params: Vec<String> },
}

/// What a world shall be like, where it differs from MediaWiki's rules.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Wanted {
    /// Asks for a captcha: `image`, `question`, `sum`; `None`: never.
    pub(super) captcha: Option<String>,
    /// When: `badlogin`, `createaccount`, …; none: by the standard.
    pub(super) captcha_when: Vec<String>,
    /// Has a provider elsewhere where people sign in.
    pub(super) openid: bool,
    /// Whoever comes from there without an account is given one.
    pub(super) openid_creates: bool,
    /// Only those who are in may read.
    pub(super) private: bool,
    /// Why nothing can be changed.
    pub(super) read_only: Option<String>,
    /// Guesses of a password are not counted.
    pub(super) unthrottled: bool,
}

/// An account to be there.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Account {
    pub(super) world: usize,
    pub(super) name: String,
    pub(super) password: String,
    /// Its address.
    #[serde(default)]
    pub(super) email: String,
    /// Whether the address is confirmed.
    #[serde(default)]
    pub(super) confirmed: bool,
    /// In how many seconds the password expires, or how long ago it did.
    pub(super) expires_in: Option<i64>,
    #[serde(default)]
    pub(super) groups: Vec<String>,
    /// Who it is at the provider.
    pub(super) subject: Option<String>,
}
