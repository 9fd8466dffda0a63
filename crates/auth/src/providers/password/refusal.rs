//! Why name and password did not do, for the log.

use daemun_mediawiki::bot_password;
use daemun_mediawiki::password::StoredPassword;
use daemun_store::Account;

use crate::providers::Attempt;
use crate::reason::Reason;
use crate::request::answer_to;

/// Why there are no name and password to look at.
pub(super) fn unanswered(attempt: &Attempt<'_>) -> Reason {
    let Some(answer) = answer_to(attempt.answers, super::ID) else { return Reason::NotAnswered };
    if answer.text("username").is_some() { Reason::UnusableName } else { Reason::NotAnswered }
}

/// Why nobody has a name.
pub(super) fn unknown(name: &str) -> Reason {
    if name.contains(bot_password::SEPARATOR) {
        Reason::BotNameInDialogue
    } else {
        Reason::UnknownAccount
    }
}

/// Why the password of an account that exists is not the one that was sent.
pub(super) fn wrong(attempt: &Attempt<'_>, account: &Account, password: &str) -> Reason {
    let environment = attempt.environment;
    let stored = StoredPassword::parse_for_user(&account.password, account.id);
    let (lifetime, now) = (environment.settings.new_password_expiry, environment.clock.now());
    let outlived = |at: daemun_mediawiki::timestamp::Timestamp| at.plus(lifetime) < now;
    if !account.new_password.is_empty() && account.new_password_time.is_some_and(outlived) {
        Reason::TemporaryPasswordExpired
    } else if stored.is_invalid() {
        Reason::NoPassword
    } else if password.trim() != password {
        Reason::PaddedPassword
    } else if bot_password::looks_like_one(password) {
        Reason::BotPasswordAsPassword
    } else {
        Reason::WrongPassword
    }
}
