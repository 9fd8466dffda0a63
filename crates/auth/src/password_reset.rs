//! "I have forgotten my password" (MediaWiki's `PasswordReset`): a temporary one goes to the
//! address of the account.
//!
//! What is refused does not depend on accounts. All else is done after the answer has gone out, with
//! one hash or more whoever it was for, so that neither what is answered nor when tells which
//! accounts and addresses there are.

use daemun_mediawiki::email;
use daemun_mediawiki::ip;
use daemun_mediawiki::timestamp::Timestamp;
use daemun_mediawiki::username::{self, Rigor};
use daemun_messages::{Format, Language, Message, Param};
use daemun_store::{Account, CounterRule, HitOutcome};
use zeroize::Zeroizing;

use crate::environment::Environment;
use crate::error::AuthError;
use crate::hashing::{Asker, Place};
use crate::mail::Letter;
use crate::private_log::{Event, What};
use crate::user::User;

/// Most accounts that one request is for; an address seldom has more. The others have their turn
/// with the next.
const MOST: usize = 20;

/// For whom a password is to be reset. A way that the wiki does not offer counts as not given.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The name, canonical. It goes before the address.
    pub username: Option<String>,
    /// The address, as typed.
    pub email: Option<String>,
}

/// What became of it, as everybody may know.
#[derive(Debug, PartialEq)]
pub enum ResetOutcome {
    /// If there is such an account, a letter is on its way.
    Accepted,
    /// The same is answered, but nothing is done: too many were asked for.
    TooMany,
    /// It cannot be done.
    Refused(Message),
}

/// Whether there is a way to reset a password at all (`$wgPasswordResetRoutes`).
pub fn has_routes(environment: &Environment) -> bool {
    let mail = &environment.settings.mail;
    mail.reset_by_name || mail.reset_by_address
}

/// Begins to reset. `blocked`: a block keeps who asks from making accounts.
///
/// # Errors
/// [`AuthError::Busy`] where there is too much to do, whoever it is for; others when something
/// below fails.
pub async fn begin(
    environment: &Environment,
    asker: &User,
    blocked: bool,
    wanted: Wanted,
) -> Result<ResetOutcome, AuthError> {
    if let Some(message) = forbidden(environment, asker, blocked) {
        return Ok(ResetOutcome::Refused(message));
    }
    let (place, room) = (environment.hasher.place(asker.address())?, environment.mailer.room()?);
    if too_many(environment, asker).await? {
        return Ok(ResetOutcome::TooMany);
    }
    let mail = &environment.settings.mail;
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let address = given(wanted.email);
    let who = match (given(wanted.username).filter(|_| mail.reset_by_name), address) {
        (Some(name), address) => {
            let names = &environment.settings.names;
            if username::canonical(&name, Rigor::Creatable, names).is_none() {
                return Ok(ResetOutcome::Refused(Message::new("noname")));
            }
            Who::Named { name, address }
        }
        (None, Some(address)) if mail.reset_by_address => {
            if !email::is_valid(&address) {
                return Ok(ResetOutcome::Refused(Message::new("passwordreset-invalidemail")));
            }
            Who::At { address }
        }
        _ => return Ok(ResetOutcome::Refused(Message::new("passwordreset-nodata"))),
    };
    let (environment, asker) = (environment.clone(), asker.clone());
    let background = environment.background.clone();
    background.begin(async move {
        if let Err(error) = reset(&environment, &asker, &who, place).await {
            tracing::warn!(target: "daemun::mail", %error, "a password could not be reset");
        }
        drop(room);
    });
    Ok(ResetOutcome::Accepted)
}

/// Why nobody like this may reset passwords. `blocked` as for [`begin`].
pub fn forbidden(environment: &Environment, asker: &User, blocked: bool) -> Option<Message> {
    let now = environment.clock.now();
    if !environment.mailer.is_on() {
        return Some(Message::new("passwordreset-emaildisabled"));
    }
    if !asker.is_allowed("editmyprivateinfo", &environment.settings.rights, now) {
        return Some(Message::new("badaccess"));
    }
    blocked.then(|| Message::new("blocked-mailpassword"))
}

/// Counts the request, as MediaWiki's rate limiter does.
async fn too_many(environment: &Environment, asker: &User) -> Result<bool, AuthError> {
    let (settings, now) = (&environment.settings, environment.clock.now());
    if asker.is_allowed("noratelimit", &settings.rights, now) {
        return Ok(false);
    }
    let (wiki, address) = (&settings.wiki_id, ip::throttle_key(asker.address()));
    let rules: Vec<CounterRule> = (settings.mail.reset_throttle.iter().enumerate())
        .map(|(index, rule)| CounterRule {
            key: match index {
                0 => format!("{wiki}:limiter:mailpassword:ip:{address}"),
                more => format!("{wiki}:limiter:mailpassword:ip:{address}:{more}"),
            },
            limit: rule.count,
            seconds: rule.seconds,
        })
        .collect();
    if rules.is_empty() {
        return Ok(false);
    }
    let outcome = environment.store.counters.hit(&rules, now).await?;
    Ok(outcome != HitOutcome::Counted)
}

/// What was asked for.
enum Who {
    Named { name: String, address: Option<String> },
    At { address: String },
}

/// A temporary password that an account has been given.
struct Drawn {
    account: Account,
    password: Zeroizing<String>,
    hash: String,
}

/// Does it. Nobody waits.
async fn reset(
    environment: &Environment,
    asker: &User,
    who: &Who,
    place: Place,
) -> Result<(), AuthError> {
    let now = environment.clock.now();
    let not_since = now.plus(-environment.settings.mail.reset_interval);
    let (accounts, why) = find(environment, who, now, not_since).await?;
    if accounts.is_empty() {
        let from = asker.address();
        tracing::info!(target: "daemun::mail", %from, why, "a password reset sends nothing");
        // It takes what it would take for somebody.
        return draw(environment).await.map(|_| ());
    }
    let mut all = Vec::with_capacity(accounts.len());
    for account in accounts {
        let (password, hash) = draw(environment).await?;
        let users = &environment.store.accounts;
        if users.offer_temporary_password(account.id, &hash, now, not_since).await? {
            all.push(Drawn { account, password, hash });
        }
    }
    // A mail server may take its time; logins must not wait for it.
    drop(place);
    let Some(first) = all.first() else { return Ok(()) };
    let letter = letter(environment, asker, &first.account, &all);
    if environment.mailer.send("password-reset", first.account.id, letter).await {
        for Drawn { account, .. } in &all {
            environment.private_log.note(Event {
                what: What::PasswordResetSent,
                account: account.name.clone(),
                performer: asker.account().map(|account| account.name.clone()),
                address: asker.address(),
                agent: String::new(),
            });
        }
    } else {
        // What nobody has got is no password, and must not keep from asking again.
        for Drawn { account, hash, .. } in &all {
            environment.store.accounts.withdraw_temporary_password(account.id, hash).await?;
        }
    }
    Ok(())
}

/// Characters of a temporary password.
const LENGTH: usize = 10;

/// Draws a temporary password; answers it and its hash.
pub(crate) async fn draw(
    environment: &Environment,
) -> Result<(Zeroizing<String>, String), AuthError> {
    let password = Zeroizing::new(environment.random.password(LENGTH));
    let (spec, salt) = (environment.settings.password_default, environment.random.bytes());
    let hash = environment.hasher.hash(Asker::NOBODY, spec, password.clone(), salt).await?;
    Ok((password, hash))
}

/// The accounts that get a new password, or why none does.
async fn find(
    environment: &Environment,
    who: &Who,
    now: Timestamp,
    not_since: Timestamp,
) -> Result<(Vec<Account>, &'static str), AuthError> {
    let users = &environment.store.accounts;
    let found = match who {
        Who::Named { name, .. } => users.by_name(name, now).await?.into_iter().collect(),
        Who::At { address } => users.by_email(address, ALL, now).await?,
    };
    let mut accounts: Vec<Account> = found.into_iter().filter(|account| !account.is_temp).collect();
    if accounts.is_empty() {
        return Ok((accounts, "no such account"));
    }
    accounts.retain(|account| email::is_valid(&account.email));
    if accounts.is_empty() {
        return Ok((accounts, "the account has no address"));
    }
    let ids: Vec<u64> = accounts.iter().map(|account| account.id).collect();
    let careful = users.option_of(&ids, "requireemail").await?;
    accounts.retain(|account| {
        let must_know_both =
            careful.get(&account.id).is_some_and(|v| !matches!(v.as_str(), "" | "0"));
        let knows_both = matches!(who, Who::Named { address: Some(a), .. } if *a == account.email);
        !must_know_both || knows_both
    });
    if accounts.is_empty() {
        return Ok((accounts, "the account asks for name and address together"));
    }
    let due = |account: &Account| account.new_password_time.is_none_or(|at| at <= not_since);
    accounts.retain(due);
    accounts.truncate(MOST);
    Ok((accounts, "the account was sent one shortly before"))
}

/// Accounts of one address that are looked at.
const ALL: u32 = 1000;

fn letter(environment: &Environment, asker: &User, first: &Account, all: &[Drawn]) -> Letter {
    let mailer = &environment.mailer;
    let language = mailer.language(first.language.as_deref());
    let plain = |message: &Message| daemun_messages::text(message, &language, Format::Plain);
    let lines: Vec<Zeroizing<String>> = all
        .iter()
        .map(|Drawn { account, password, .. }| Zeroizing::new(plain(&line(account, password))))
        .collect();
    let lines = lines.iter().map(|line| line.as_str()).collect::<Vec<_>>().join("\n");
    let sender = mailer.sender();
    let subject = Message::new("daemun-mail-reset-subject").with(Param::plaintext(&*sender.wiki));
    let text = Message::new("daemun-mail-reset-text")
        .with(Param::plaintext(&*sender.wiki))
        .with(Param::plaintext(described(asker, &language)))
        .with(Param::plaintext(lines))
        .with(Param::Duration(environment.settings.new_password_expiry))
        .with(sender.main_page.as_str());
    mailer.letter(&first.email, &language, &subject, &text)
}

fn line(account: &Account, password: &str) -> Message {
    Message::new("daemun-mail-reset-account")
        .with(Param::plaintext(&*account.name))
        .with(Param::plaintext(password))
}

/// Who asked, for the reader of the letter.
fn described(asker: &User, language: &Language) -> String {
    let address = ip::pretty(asker.address());
    let Some(account) = asker.account() else { return address };
    let both = Message::new("daemun-mail-asker")
        .with(Param::plaintext(&*account.name))
        .with(Param::plaintext(address));
    daemun_messages::text(&both, language, Format::Plain)
}
