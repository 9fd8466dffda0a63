//! Another e-mail address for one's account (MediaWiki's `User::setEmailWithConfirmation`): it must
//! be confirmed again, and who reads letters to the old one is told.

use daemun_mediawiki::email;
use daemun_messages::{Message, Param};
use daemun_store::{Account, CounterRule, HitOutcome};

use crate::confirmation::{self, Occasion};
use crate::environment::Environment;
use crate::error::AuthError;
use crate::settings::ThrottleRule;
use crate::user::User;

/// Changes of one account (`$wgRateLimits['changeemail']['user']`).
const CHANGES: ThrottleRule = ThrottleRule { count: 4, seconds: 86_400 };

/// What became of it.
#[derive(Debug, PartialEq)]
pub enum AddressChange {
    /// It is the account's address now.
    Done,
    /// It is, and a link to confirm it is on its way.
    ToBeConfirmed,
    /// The account has none any more.
    Removed,
    /// Nothing has changed.
    Refused(Message),
}

/// Why nobody like this may change their address.
pub fn forbidden(environment: &Environment, user: &User) -> Option<Message> {
    let now = environment.clock.now();
    let may = user.is_allowed("editmyprivateinfo", &environment.settings.rights, now);
    (!may).then(|| Message::new("badaccess"))
}

/// Gives an account another address; an empty one takes it away.
///
/// # Errors
/// When the store fails.
pub async fn change(
    environment: &Environment,
    user: &User,
    address: &str,
) -> Result<AddressChange, AuthError> {
    let refused = |key| Ok(AddressChange::Refused(Message::new(key)));
    if let Some(message) = forbidden(environment, user) {
        return Ok(AddressChange::Refused(message));
    }
    let Some(account) = user.account() else { return refused("badaccess") };
    if !address.is_empty() && !email::is_valid(address) {
        return refused("invalidemailaddress");
    }
    if address == account.email {
        return refused("changeemail-nochange");
    }
    if too_many(environment, user, account).await? {
        return refused("actionthrottledtext");
    }
    let now = environment.clock.now();
    environment.store.accounts.set_email(account.id, address, None, now).await?;
    tracing::info!(target: "daemun::mail", user = account.id, "an address was changed");
    tell_the_old_one(environment, account, address);
    if address.is_empty() {
        return Ok(AddressChange::Removed);
    }
    let changed = Account { email: address.to_owned(), ..account.clone() };
    Ok(match confirmation::ask(environment, &changed, Occasion::AddressChanged).await {
        true => AddressChange::ToBeConfirmed,
        false => AddressChange::Done,
    })
}

async fn too_many(
    environment: &Environment,
    user: &User,
    account: &Account,
) -> Result<bool, AuthError> {
    let (settings, now) = (&environment.settings, environment.clock.now());
    if user.is_allowed("noratelimit", &settings.rights, now) {
        return Ok(false);
    }
    let key = format!("{}:limiter:changeemail:user:{}", settings.wiki_id, account.id);
    let rules = [CounterRule { key, limit: CHANGES.count, seconds: CHANGES.seconds }];
    Ok(environment.store.counters.hit(&rules, now).await? != HitOutcome::Counted)
}

/// Somebody else may be behind the change: the holder of the old address learns of it.
fn tell_the_old_one(environment: &Environment, account: &Account, address: &str) {
    let mailer = &environment.mailer;
    if !mailer.is_on() || !email::is_valid(&account.email) {
        return;
    }
    let sender = mailer.sender();
    let language = mailer.language(account.language.as_deref());
    let (key, address) = match address {
        "" => ("daemun-mail-address-removed", None),
        address => ("daemun-mail-address-changed", Some(Param::plaintext(address))),
    };
    let mut text = Message::new(key)
        .with(Param::plaintext(&*sender.wiki))
        .with(Param::plaintext(&*account.name))
        .with(sender.main_page.as_str());
    if let Some(address) = address {
        text = text.with(address);
    }
    let subject = Message::new("daemun-mail-address-changed-subject")
        .with(Param::plaintext(&*sender.wiki))
        .with(Param::plaintext(&*account.name));
    let letter = mailer.letter(&account.email, &language, &subject, &text);
    mailer.send_later(&environment.background, "address-changed", account.id, letter);
}
