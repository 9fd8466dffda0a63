//! Logging in with a bot password (<https://www.mediawiki.org/wiki/Manual:Bot_passwords>).

use daemun_mediawiki::bot_password;
use daemun_mediawiki::password::StoredPassword;
use daemun_mediawiki::username::{self, Rigor};
use daemun_messages::Message;
use daemun_store::{Account, BotPassword};
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::environment::Environment;
use crate::error::AuthError;
use crate::hashing::{Paid, Place};
use crate::passwords;
use crate::reason::Reason;
use crate::session::{Session, Sessions, allows_address};
use crate::settings::MainAccountLogin;
use crate::throttle::{self, ThrottleKind};

/// How an attempt ended.
#[derive(Debug)]
pub enum BotLogin {
    /// In: the session is now the bot's.
    Success {
        /// The account's id.
        user_id: u64,
        /// The account's name.
        username: String,
    },
    /// Refused, and nothing else is to be tried.
    Refused(Message, Reason),
    /// Not a bot password after all; the credentials may be a main account's.
    FallThrough(FallThrough),
}

/// What is left of an attempt that was no bot password's.
#[derive(Debug, Default)]
pub struct FallThrough {
    /// What the request has paid for.
    pub paid: Paid,
    /// Why it was none, where it looked like one.
    pub reason: Option<Reason>,
}

impl FallThrough {
    fn because(reason: Reason, hashes: u32, (place, began): (Option<Place>, Instant)) -> BotLogin {
        let paid = Paid { hashes, place, began: Some(began) };
        BotLogin::FallThrough(Self { paid, reason: Some(reason) })
    }
}

/// Tries name and password as a bot password.
///
/// # Errors
/// [`AuthError::Busy`] when there is too much to do; others when something below fails.
pub async fn log_in(
    sessions: &Sessions,
    session: &mut Session,
    name: &str,
    password: &str,
) -> Result<BotLogin, AuthError> {
    let environment = sessions.environment();
    if !environment.settings.enable_bot_passwords {
        let reason = name.contains(bot_password::SEPARATOR).then_some(Reason::BotPasswordsOff);
        return Ok(BotLogin::FallThrough(FallThrough { reason, ..FallThrough::default() }));
    }
    let Some((login, secret)) = bot_password::canonicalise_login(name, password) else {
        let reason = name.contains(bot_password::SEPARATOR).then_some(Reason::NotBotPassword);
        return Ok(BotLogin::FallThrough(FallThrough { reason, ..FallThrough::default() }));
    };
    let address = session.user().address();
    // One place for the whole request: what was counted is also decided.
    let place = (Some(environment.hasher.place(address)?), Instant::now());
    // With `User` and `app@password` the main account's password is checked afterwards: then the
    // check here must cost the same whether there is such an app or not. With `User@app` that
    // later check costs a hash only if this one did not.
    // Where main accounts are not let in, nothing is checked afterwards.
    let is_last = environment.settings.main_account_login == MainAccountLogin::Abort;
    let pays_always = login != name || is_last;
    let secret = Zeroizing::new(secret);
    let nothing = async |place, reason| {
        if pays_always {
            passwords::pretend(environment, address, &login, secret.clone()).await?;
        }
        Ok(FallThrough::because(reason, 0, place))
    };
    let Some((account, app_id)) = account_and_app(environment, &login).await? else {
        return nothing(place, Reason::UnknownBotAccount).await;
    };
    let name = account.name.as_str();
    if let Some(rule) =
        throttle::hit(environment, ThrottleKind::BotPassword, address, Some(name)).await?
    {
        return Ok(BotLogin::Refused(throttle::too_many(rule), Reason::Throttled(rule)));
    }
    let Some(bot) = environment.store.bot_passwords.get(account.id, &app_id).await? else {
        return nothing(place, Reason::UnknownApp).await;
    };
    if !allows_address(&bot.restrictions, address) {
        return nothing(place, Reason::BotAddress).await;
    }
    let stored = StoredPassword::parse(&bot.password);
    if stored.is_invalid() {
        return Ok(BotLogin::Refused(needs_reset(&account, &bot), Reason::VoidBotPassword));
    }
    if !environment.hasher.verify(address, stored, secret.clone()).await? {
        let hashes = if pays_always { 0 } else { 1 };
        return Ok(FallThrough::because(Reason::WrongBotPassword, hashes, place));
    }
    throttle::clear(environment, ThrottleKind::BotPassword, address, Some(name)).await;
    let (user_id, username) = (account.id, account.name.clone());
    sessions.log_in_bot(session, account, &bot).await?;
    Ok(BotLogin::Success { user_id, username })
}

async fn account_and_app(
    environment: &Environment,
    login: &str,
) -> Result<Option<(Account, String)>, AuthError> {
    let Some((user, app_id)) = bot_password::split(login) else { return Ok(None) };
    let Some(name) = username::canonical(user, Rigor::Usable, &environment.settings.names) else {
        return Ok(None);
    };
    let account = environment.store.accounts.by_name(&name, environment.clock.now()).await?;
    // Users of the system itself have a token of another form and never log in.
    Ok(account.filter(|a| a.token.len() == 32).map(|account| (account, app_id.to_owned())))
}

fn needs_reset(account: &Account, bot: &BotPassword) -> Message {
    Message::new("botpasswords-needs-reset").with(account.name.as_str()).with(bot.app_id.as_str())
}
