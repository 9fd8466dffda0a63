//! Bot passwords.

use daemun_auth::Environment;
use daemun_auth::rights::grant_names;
use daemun_mediawiki::ip::Range;
use daemun_store::{Account, BotPassword};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::password::{self, Password};
use super::{AccountsError, system_user};
use crate::config::nearest;

/// Characters of a bot password; by them a login with one is recognised.
const LENGTH: usize = 32;
/// The grant that every bot password has.
const BASIC: &str = "basic";

/// A bot password to be.
#[derive(Clone, Debug, Default)]
pub struct NewBotPassword {
    /// The application's name.
    pub app: String,
    /// Grants besides `basic`.
    pub grants: Vec<String>,
    /// Ranges that it may be used from; none: anywhere.
    pub restrictions: Vec<String>,
}

/// Makes a bot password and answers the application's name and the password, which is shown once.
///
/// # Errors
/// When there is one of this name, when a grant or range is none, and when something below fails.
pub async fn add_bot_password(
    environment: &Environment,
    account: &Account,
    new: &NewBotPassword,
) -> Result<(String, Password), AccountsError> {
    if system_user::is_system(account) {
        return Err(AccountsError::SystemUser(account.name.clone()));
    }
    let app: String = new.app.nfc().collect();
    let is_app = (1..=32).contains(&app.len()) && app.trim() == app;
    if !is_app || app.chars().any(char::is_control) {
        return Err(AccountsError::BadApp);
    }
    for grant in &new.grants {
        must_be_grant(grant)?;
    }
    let ranges: Vec<&str> = new.restrictions.iter().map(|range| range.trim()).collect();
    if let Some(bad) = ranges.iter().find(|range| Range::parse(range).is_none()) {
        return Err(AccountsError::BadRange((*bad).to_owned()));
    }
    let bots = &environment.store.bot_passwords;
    if bots.get(account.id, &app).await?.is_some() {
        return Err(AccountsError::AppTaken { user: account.name.clone(), app });
    }
    let secret = Password::new(&Zeroizing::new(environment.random.password(LENGTH)));
    let everywhere = ["0.0.0.0/0", "::/0"];
    let ranges = if ranges.is_empty() { everywhere.to_vec() } else { ranges };
    // In the order of MediaWiki's list of grants, each once.
    let grants: Vec<&str> = grant_names()
        .filter(|name| *name == BASIC || new.grants.iter().any(|grant| grant == name))
        .collect();
    let bot = BotPassword {
        user_id: account.id,
        app_id: app.clone(),
        password: password::hash(environment, &secret).await?,
        token: environment.random.hex32(),
        restrictions: serde_json::json!({ "IPAddresses": ranges }).to_string(),
        grants: serde_json::json!(grants).to_string(),
    };
    bots.insert_or_replace(&bot).await?;
    Ok((app, secret))
}

fn must_be_grant(name: &str) -> Result<(), AccountsError> {
    if grant_names().any(|grant| grant == name) {
        return Ok(());
    }
    let advice = match nearest(name, grant_names()) {
        Some(near) => format!("did you mean {near:?}?"),
        None => format!("those that there are: {}", grant_names().collect::<Vec<_>>().join(", ")),
    };
    Err(AccountsError::NoSuchGrant { name: name.to_owned(), advice })
}

/// Removes a bot password, which ends its sessions.
///
/// # Errors
/// When there is none, and when the store fails.
pub async fn remove_bot_password(
    environment: &Environment,
    account: &Account,
    app: &str,
) -> Result<(), AccountsError> {
    let app: String = app.nfc().collect();
    if environment.store.bot_passwords.remove(account.id, &app).await? {
        Ok(())
    } else {
        Err(AccountsError::NoSuchApp { user: account.name.clone(), app })
    }
}
