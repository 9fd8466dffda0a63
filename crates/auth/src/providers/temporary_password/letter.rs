//! The letter to the holder of an account that somebody else made.

use daemun_messages::{Message, Param};
use daemun_store::Account;

use crate::environment::Environment;
use crate::user::User;

/// Sends it after the answer has gone out.
pub(super) fn send(environment: &Environment, creator: &User, account: &Account, password: &str) {
    let mailer = &environment.mailer;
    let sender = mailer.sender();
    let language = mailer.language(account.language.as_deref());
    let subject = Message::new("daemun-mail-account-subject")
        .with(Param::plaintext(&*sender.wiki))
        .with(Param::plaintext(&*account.name));
    let text = Message::new("daemun-mail-account-text")
        .with(Param::plaintext(&*sender.wiki))
        .with(Param::plaintext(creator.name()))
        .with(Param::plaintext(&*account.name))
        .with(Param::plaintext(password))
        .with(Param::Duration(environment.settings.new_password_expiry))
        .with(sender.main_page.as_str());
    let letter = mailer.letter(&account.email, &language, &subject, &text);
    mailer.send_later("new-account", account.id, letter);
}
