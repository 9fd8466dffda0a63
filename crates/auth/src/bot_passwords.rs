//! Making, changing and removing bot passwords
//! (<https://www.mediawiki.org/wiki/Manual:Bot_passwords>).

use daemun_mediawiki::ip::Range;
use daemun_mediawiki::password::StoredPassword;
use daemun_messages::{Message, Param};
use daemun_store::{Account, BotPassword};
use zeroize::Zeroizing;

use crate::environment::Environment;
use crate::error::AuthError;
use crate::grants::{BASIC, grant_names};
use crate::hashing::Asker;

/// Characters of a bot password; by them a login with one is recognised.
const LENGTH: usize = 32;
/// Longest name of an application, in bytes.
pub const LONGEST_APP: usize = 32;
/// Longest JSON of grants, and of restrictions, in bytes.
const LONGEST_JSON: usize = 65_535;
/// Most bot passwords of an account. MediaWiki knows no bound; nobody needs as many.
const MOST: usize = 200;
/// Where a bot password can be used that is not restricted.
const ANYWHERE: [&str; 2] = ["0.0.0.0/0", "::/0"];

/// What a bot password allows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Grants besides `basic`.
    pub grants: Vec<String>,
    /// Addresses and ranges that it may be used from; none: anywhere.
    pub addresses: Vec<String>,
    /// Titles of the pages that it may change; none: any.
    pub pages: Vec<String>,
}

/// Why a bot password was not made or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The application's name is none: 1 to 32 bytes, no blanks at its ends, no control characters.
    BadApp,
    /// There is no such grant.
    NoSuchGrant(String),
    /// These are neither addresses nor ranges.
    BadAddresses(Vec<String>),
    /// There are more addresses or pages than the table holds.
    TooManyRestrictions,
    /// The account has as many as it can have.
    TooMany,
    /// The account has one for this application already.
    Taken,
    /// The account has none for this application.
    Gone,
    /// Nobody logs in as this account.
    SystemUser,
}

impl Refusal {
    /// What to tell the holder of the account about this application.
    pub fn message(&self, account: &str, app: &str) -> Message {
        let app = || Param::plaintext(app);
        match self {
            Self::BadApp => Message::new("botpasswords-bad-appid").with(app()),
            // Nobody can choose it on a page.
            Self::NoSuchGrant(_) | Self::SystemUser => {
                Message::new("botpasswords-update-failed").with(app())
            }
            Self::BadAddresses(all) => {
                Message::new("restrictionsfield-badip").with(Param::plaintext(all.join(", ")))
            }
            Self::TooManyRestrictions => Message::new("botpasswords-toolong-restrictions"),
            Self::TooMany => Message::new("daemun-bot-passwords-too-many"),
            Self::Taken => Message::new("botpasswords-insert-failed").with(app()),
            Self::Gone => {
                Message::new("botpasswords-not-exist").with(Param::plaintext(account)).with(app())
            }
        }
    }
}

/// Whether a text can be the name of an application.
pub fn is_app(app: &str) -> bool {
    (1..=LONGEST_APP).contains(&app.len())
        && app.trim() == app
        && !app.chars().any(char::is_control)
}

/// What a bot password allows, as far as its row can be read.
pub fn limits(bot: &BotPassword) -> Limits {
    let words = |value: &serde_json::Value| {
        let all = value.as_array().into_iter().flatten();
        all.filter_map(|word| word.as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let grants = serde_json::from_str(&bot.grants).unwrap_or_default();
    let restrictions: serde_json::Value =
        serde_json::from_str(&bot.restrictions).unwrap_or_default();
    let listed = |name: &str| restrictions.get(name).map(words).unwrap_or_default();
    let mut addresses = listed("IPAddresses");
    if addresses == ANYWHERE {
        addresses.clear();
    }
    let mut grants: Vec<String> = words(&grants);
    grants.retain(|grant| grant != BASIC);
    Limits { grants, addresses, pages: listed("Pages") }
}

/// Whether nobody can log in with it before it is reset: after a change of the account's own
/// password no bot password matches any more.
pub fn needs_reset(bot: &BotPassword) -> bool {
    StoredPassword::parse(&bot.password).is_invalid()
}

/// The bot passwords of an account, by application.
///
/// # Errors
/// When the store fails.
pub async fn list(
    environment: &Environment,
    account: &Account,
) -> Result<Vec<BotPassword>, AuthError> {
    Ok(environment.store.bot_passwords.list(account.id).await?)
}

/// The bot password of an account for this application.
///
/// # Errors
/// When the store fails.
pub async fn get(
    environment: &Environment,
    account: &Account,
    app: &str,
) -> Result<Option<BotPassword>, AuthError> {
    Ok(environment.store.bot_passwords.get(account.id, app).await?)
}

/// Makes a bot password: the password, which is shown once.
///
/// # Errors
/// When the store fails or there is too much to hash.
pub async fn create(
    environment: &Environment,
    asker: Asker,
    account: &Account,
    app: &str,
    limits: &Limits,
) -> Result<Result<Zeroizing<String>, Refusal>, AuthError> {
    let mut bot = match draft(environment, account, app, limits) {
        Ok(bot) => bot,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let known = environment.store.bot_passwords.list(account.id).await?;
    if known.iter().any(|known| known.app_id == app) {
        return Ok(Err(Refusal::Taken));
    }
    if known.len() >= MOST {
        return Ok(Err(Refusal::TooMany));
    }
    let password = new_password(environment);
    bot.password = hash(environment, asker, &password).await?;
    let is_new = environment.store.bot_passwords.insert(&bot).await?;
    Ok(if is_new { Ok(password) } else { Err(Refusal::Taken) })
}

/// Changes what a bot password allows, which ends its sessions, and with `reset` the password
/// itself: the new one, which is shown once.
///
/// # Errors
/// As for [`create`].
pub async fn update(
    environment: &Environment,
    asker: Asker,
    account: &Account,
    app: &str,
    limits: &Limits,
    reset: bool,
) -> Result<Result<Option<Zeroizing<String>>, Refusal>, AuthError> {
    let mut bot = match draft(environment, account, app, limits) {
        Ok(bot) => bot,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let bots = &environment.store.bot_passwords;
    if bots.get(account.id, app).await?.is_none() {
        return Ok(Err(Refusal::Gone));
    }
    let password = reset.then(|| new_password(environment));
    if let Some(password) = &password {
        bot.password = hash(environment, asker, password).await?;
    }
    let was_there = bots.update(&bot).await?;
    Ok(if was_there { Ok(password) } else { Err(Refusal::Gone) })
}

/// Removes a bot password, which ends its sessions; whether there was one.
///
/// # Errors
/// When the store fails.
pub async fn remove(
    environment: &Environment,
    account: &Account,
    app: &str,
) -> Result<bool, AuthError> {
    Ok(environment.store.bot_passwords.remove(account.id, app).await?)
}

/// The row of a bot password, still without a password.
fn draft(
    environment: &Environment,
    account: &Account,
    app: &str,
    limits: &Limits,
) -> Result<BotPassword, Refusal> {
    // Users of the system itself have a token of another form and never log in.
    if account.token.len() != 32 {
        return Err(Refusal::SystemUser);
    }
    if !is_app(app) {
        return Err(Refusal::BadApp);
    }
    if let Some(none) = limits.grants.iter().find(|grant| grant_names().all(|g| g != *grant)) {
        return Err(Refusal::NoSuchGrant(none.clone()));
    }
    let addresses: Vec<&str> = limits.addresses.iter().map(|address| address.trim()).collect();
    // Rows hold addresses and prefixes; `a-b` is a form that is for people alone.
    let is_good = |text: &str| Range::parse(text).is_some() && !text.contains('-');
    let bad: Vec<String> =
        addresses.iter().filter(|text| !is_good(text)).map(|text| (*text).to_owned()).collect();
    if !bad.is_empty() {
        return Err(Refusal::BadAddresses(bad));
    }
    let addresses = if addresses.is_empty() { ANYWHERE.to_vec() } else { addresses };
    let mut restrictions = serde_json::json!({ "IPAddresses": addresses });
    if !limits.pages.is_empty()
        && let Some(members) = restrictions.as_object_mut()
    {
        members.insert("Pages".to_owned(), serde_json::json!(limits.pages));
    }
    let restrictions = restrictions.to_string();
    if restrictions.len() > LONGEST_JSON {
        return Err(Refusal::TooManyRestrictions);
    }
    // In the order of MediaWiki's list of grants, each once.
    let grants: Vec<&str> = grant_names()
        .filter(|name| *name == BASIC || limits.grants.iter().any(|grant| grant == name))
        .collect();
    Ok(BotPassword {
        user_id: account.id,
        app_id: app.to_owned(),
        password: String::new(),
        token: environment.random.hex32(),
        restrictions,
        grants: serde_json::json!(grants).to_string(),
    })
}

fn new_password(environment: &Environment) -> Zeroizing<String> {
    Zeroizing::new(environment.random.password(LENGTH))
}

async fn hash(
    environment: &Environment,
    asker: Asker,
    password: &Zeroizing<String>,
) -> Result<String, AuthError> {
    let spec = environment.settings.password_default;
    let salt = environment.random.bytes();
    environment.hasher.hash(asker, spec, password.clone(), salt).await
}
