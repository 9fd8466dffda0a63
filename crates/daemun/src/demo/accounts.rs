//! The demo's accounts: one for each way a login can go.

use anyhow::Context;
use daemun_auth::Environment;
use daemun_mediawiki::ip;
use daemun_mediawiki::second_factor::TotpSecret;
use daemun_store::{Account, CounterRule, OpenIdLink};

use super::openid;
use crate::accounts::{
    AccountsError, Expiry, NewBotPassword, NewUser, Password, add_bot_password, add_second_factor,
    block, create, find, hash, set_password,
};

/// The password of all of them.
pub(super) const PASSWORD: &str = "demo-password-1";
/// The temporary password of the account that has one.
pub(super) const TEMPORARY: &str = "demo-temporary-1";
/// Their names.
pub(super) const PLAIN: &str = "Plain";
pub(super) const BOT: &str = "Robot";
pub(super) const EXPIRED: &str = "Expired";
pub(super) const MAILED: &str = "Mailed";
pub(super) const BLOCKED: &str = "Blocked";
pub(super) const THROTTLED: &str = "Throttled";
pub(super) const KOREAN: &str = "윌리엄";
pub(super) const TWO_FACTOR: &str = "Twofactor";
pub(super) const RECOVERY: &str = "Recovery";
pub(super) const CAPTCHA: &str = "Captcha";
pub(super) const LINKED: &str = "Olivia";
pub(super) const UNLINKED: &str = "Nora";
/// The application of the bot password.
pub(super) const APP: &str = "demo";

/// What was drawn when they were made.
pub(super) struct Made {
    /// The bot password of [`BOT`] for [`APP`].
    pub(super) bot_password: String,
    /// The secret of [`TWO_FACTOR`]'s authenticator app, and the same as an address for a QR code.
    pub(super) secret: TotpSecret,
    pub(super) otpauth: String,
    /// [`RECOVERY`]'s codes, each good once.
    pub(super) recovery_codes: Vec<String>,
}

/// Makes them all.
/// One of them is linked at this OpenID provider.
pub(super) async fn make(environment: &Environment, issuer: &str) -> anyhow::Result<Made> {
    for name in [
        PLAIN, BOT, EXPIRED, MAILED, BLOCKED, THROTTLED, KOREAN, TWO_FACTOR, RECOVERY, CAPTCHA,
        LINKED, UNLINKED,
    ] {
        let user = NewUser { name: name.to_owned(), ..NewUser::default() };
        create(environment, user, &Password::new(PASSWORD)).await?;
    }
    let robot = find(environment, BOT).await?;
    let new = NewBotPassword { app: APP.to_owned(), ..NewBotPassword::default() };
    let (_, bot_password) = add_bot_password(environment, &robot, &new).await?;
    let expired = find(environment, EXPIRED).await?;
    set_password(environment, &expired, &Password::new(PASSWORD), true).await?;
    mail(environment, &find(environment, MAILED).await?).await?;
    let never = Expiry { at: None, words: "infinity".to_owned() };
    block(environment, &find(environment, BLOCKED).await?, "Part of the demo", &never).await?;
    throttle(environment).await?;
    let linked = find(environment, LINKED).await?;
    let link = OpenIdLink { subject: openid::LINKED.to_owned(), issuer: issuer.to_owned() };
    environment.store.openid_links.add(linked.id, &link).await?;
    let app = add_second_factor(environment, &find(environment, TWO_FACTOR).await?).await?;
    let codes = add_second_factor(environment, &find(environment, RECOVERY).await?).await?;
    let secret = TotpSecret::from_base32(&app.secret).context("the secret is Base32")?;
    Ok(Made {
        bot_password: bot_password.reveal().to_owned(),
        secret,
        otpauth: app.uri.to_string(),
        recovery_codes: codes.recovery_codes.iter().map(|c| c.reveal().to_owned()).collect(),
    })
}

/// A temporary password, as a mail would have brought it.
async fn mail(environment: &Environment, account: &Account) -> Result<(), AccountsError> {
    let hash = hash(environment, &Password::new(TEMPORARY)).await?;
    let now = environment.clock.now();
    Ok(environment.store.accounts.set_temporary_password(account.id, &hash, Some(now)).await?)
}

/// So many attempts from this machine that the account has to wait for as long as the demo runs.
async fn throttle(environment: &Environment) -> Result<(), AccountsError> {
    const A_YEAR: u32 = 365 * 86_400;
    let now = environment.clock.now();
    for address in ["127.0.0.1", "::1"] {
        let Some(address) = ip::canonical(address) else { continue };
        if let Some(rule) = environment.settings.password_attempt_throttle.first() {
            let key = daemun_auth::throttle::password_key(0, address, THROTTLED);
            let counter = CounterRule { key, limit: rule.count, seconds: A_YEAR };
            for _ in 0..rule.count {
                environment.store.counters.hit(std::slice::from_ref(&counter), now).await?;
            }
        }
    }
    Ok(())
}
