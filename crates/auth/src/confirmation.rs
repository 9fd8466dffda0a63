//! Addresses and whether their holders have confirmed them.
//!
//! The account's row holds the MD5 of a random token and until when it is good, as MediaWiki's
//! does, so that either of two on one store accepts the other's links.

use daemun_mediawiki::password::Md5Hex;
use daemun_messages::{Message, Param};
use daemun_store::{Account, CounterRule, HitOutcome};

use crate::environment::Environment;
use crate::error::AuthError;
use crate::settings::ThrottleRule;

/// Letters to one address.
const LETTERS: ThrottleRule = ThrottleRule { count: 5, seconds: 86_400 };

/// What an address is to be confirmed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// An account was made with it.
    AccountMade,
    /// An account that there was has it now.
    AddressChanged,
}

impl Occasion {
    fn text(self) -> Message {
        match self {
            Self::AccountMade => Message::new("daemun-mail-confirm-text"),
            Self::AddressChanged => Message::new("daemun-mail-confirm-changed-text"),
        }
    }
}

/// What became of a letter that was to ask for a confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It is on its way.
    Sent,
    /// The wiki confirms no addresses, or sends no mail.
    Off,
    /// The account has no address.
    NoAddress,
    /// The address is confirmed already.
    Confirmed,
    /// Too many were sent to this address.
    TooMany,
}

/// Sends the holder of a new or changed address a link that confirms it; whether it is on its way.
/// Where that cannot be done, the log says so.
pub(crate) async fn ask(environment: &Environment, account: &Account, why: Occasion) -> bool {
    let user = account.id;
    match send(environment, account, why).await {
        Ok(Asked::Sent) => return true,
        Ok(Asked::TooMany) => {
            tracing::warn!(target: "daemun::mail", user, "too many confirmations for one address");
        }
        Ok(_) => {}
        Err(error) => {
            tracing::warn!(target: "daemun::mail", user, %error, "no confirmation can be asked for");
        }
    }
    false
}

/// Sends the link once more, because the account's holder asks for it. Links of before are not good
/// any more then.
///
/// # Errors
/// When the store fails.
pub async fn ask_again(environment: &Environment, account: &Account) -> Result<Asked, AuthError> {
    if account.email_authenticated.is_some() {
        return Ok(Asked::Confirmed);
    }
    // However the account came by it.
    send(environment, account, Occasion::AddressChanged).await
}

async fn send(
    environment: &Environment,
    account: &Account,
    why: Occasion,
) -> Result<Asked, AuthError> {
    let (settings, mailer) = (&environment.settings.mail, &environment.mailer);
    if !settings.confirm_addresses || !mailer.is_on() {
        return Ok(Asked::Off);
    }
    if account.email.is_empty() {
        return Ok(Asked::NoAddress);
    }
    if too_many(environment, &account.email).await? {
        return Ok(Asked::TooMany);
    }
    let token = zeroize::Zeroizing::new(environment.random.hex32());
    let expires = environment.clock.now().plus(settings.confirmation_expiry);
    let users = &environment.store.accounts;
    users.set_email_token(account.id, &digest(&token), expires).await?;
    let sender = mailer.sender();
    let language = mailer.language(account.language.as_deref());
    let subject = Message::new("daemun-mail-confirm-subject").with(Param::plaintext(&*sender.wiki));
    let text = why
        .text()
        .with(Param::plaintext(&*sender.wiki))
        .with(Param::plaintext(&*account.name))
        .with(sender.confirmation.replace("$1", &token))
        .with(Param::Duration(settings.confirmation_expiry));
    let letter = mailer.letter(&account.email, &language, &subject, &text);
    mailer.send_later(&environment.background, "confirm-address", account.id, letter);
    Ok(Asked::Sent)
}

/// Counts a letter to this address. Anybody can make accounts with somebody else's, who must not
/// be flooded.
async fn too_many(environment: &Environment, address: &str) -> Result<bool, AuthError> {
    let key = format!(
        "{}:daemun-confirm-address:{}",
        environment.settings.wiki_id,
        digest(&address.to_lowercase())
    );
    let rules = [CounterRule { key, limit: LETTERS.count, seconds: LETTERS.seconds }];
    let outcome = environment.store.counters.hit(&rules, environment.clock.now()).await?;
    Ok(outcome != HitOutcome::Counted)
}

/// The account whose address this token confirms.
///
/// # Errors
/// When the store fails.
pub async fn pending(environment: &Environment, token: &str) -> Result<Option<Account>, AuthError> {
    if !is_token(token) {
        return Ok(None);
    }
    let now = environment.clock.now();
    Ok(environment.store.accounts.by_email_token(&digest(token), now).await?)
}

/// Confirms the address of the account that [`pending`] gave; whether the token still could.
///
/// # Errors
/// When the store fails.
pub async fn confirm(
    environment: &Environment,
    account: &Account,
    token: &str,
) -> Result<bool, AuthError> {
    let now = environment.clock.now();
    let confirmed =
        environment.store.accounts.confirm_email(account.id, &digest(token), now).await?;
    if confirmed {
        tracing::info!(target: "daemun::mail", user = account.id, "an address was confirmed");
    }
    Ok(confirmed)
}

fn is_token(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn digest(token: &str) -> String {
    String::from_utf8_lossy(Md5Hex::unsalted(token.as_bytes()).as_bytes()).into_owned()
}
