//! Addresses and whether their holders have confirmed them.
//!
//! The account's row holds the MD5 of a random token and until when it is good, as MediaWiki's
//! does, so that either of two on one store accepts the other's links.

use daemun_mediawiki::password::Md5Hex;
use daemun_messages::{Message, Param};
use daemun_store::Account;

use crate::environment::Environment;
use crate::error::AuthError;

/// Sends the holder of the account a link that confirms the address. Where that cannot be done, the
/// log says so.
pub(crate) async fn ask(environment: &Environment, account: &Account) {
    let (settings, mailer) = (&environment.settings.mail, &environment.mailer);
    if !settings.confirm_addresses || !mailer.is_on() || account.email.is_empty() {
        return;
    }
    let token = zeroize::Zeroizing::new(environment.random.hex32());
    let expires = environment.clock.now().plus(settings.confirmation_expiry);
    let users = &environment.store.accounts;
    if let Err(error) = users.set_email_token(account.id, &digest(&token), expires).await {
        let user = account.id;
        tracing::warn!(target: "daemun::mail", user, %error, "no confirmation can be asked for");
        return;
    }
    let sender = mailer.sender();
    let language = mailer.language(account.language.as_deref());
    let subject = Message::new("daemun-mail-confirm-subject").with(Param::plaintext(&*sender.wiki));
    let text = Message::new("daemun-mail-confirm-text")
        .with(Param::plaintext(&*sender.wiki))
        .with(Param::plaintext(&*account.name))
        .with(sender.confirmation.replace("$1", &token))
        .with(Param::Duration(settings.confirmation_expiry));
    let letter = mailer.letter(&account.email, &language, &subject, &text);
    mailer.send_later("confirm-address", account.id, letter);
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
