//! Setting up an authenticator app: its secret is made and kept in the session, sealed, until a
//! code of the app shows that it has arrived there.

use daemun_mediawiki::second_factor::{RecoveryCode, TotpSecret};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::AuthManager;
use super::state::Waiting;
use crate::error::AuthError;
use crate::second_factor::{self, Owned};
use crate::session::Session;

/// Most second factors that an account can have (`$wgOATHMaxKeysPerUser`).
const MOST: usize = 25;
/// Most characters of a factor's name.
pub const LONGEST_NAME: usize = 64;

/// What the session keeps meanwhile.
#[derive(Serialize, Deserialize)]
struct Setup {
    user_id: u64,
    secret: Zeroizing<String>,
    begun: i64,
}

impl Waiting for Setup {
    const KEY: &'static str = "daemun:authenticator-app";

    fn begun(&self) -> i64 {
        self.begun
    }
}

/// An app's secret, to be brought into the app.
pub struct Proposal {
    /// What the QR code says.
    pub uri: Zeroizing<String>,
    /// The secret in groups of four, to be typed where there is no camera.
    pub secret: Zeroizing<String>,
}

/// What a code made of the setting up.
#[derive(Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// The account has the app. Recovery codes that it got with it, to be shown once; empty where
    /// it keeps those it has.
    Added(Vec<RecoveryCode>),
    /// The code is not the app's.
    WrongCode,
    /// It is a recovery code, which proves nothing about the app.
    RecoveryCode,
    /// Nothing is being set up in this session, or it has waited for too long.
    NotUnderWay,
    /// The account has as many factors as it can have.
    TooMany,
}

impl AuthManager {
    /// The secret of the app that is being set up in this session, a new one where none is. `None`
    /// where nobody is in.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn propose_app(&self, session: &mut Session) -> Result<Option<Proposal>, AuthError> {
        let Some(account) = session.user().account().cloned() else { return Ok(None) };
        let environment = &self.environment;
        let known = self.setup(session);
        let secret = match known {
            Some(secret) => secret,
            None => {
                let secret = second_factor::new_secret(environment);
                let begun = environment.clock.now().0;
                let setup = Setup { user_id: account.id, secret: secret.to_base32(), begun };
                self.keep(session, &setup).await?;
                secret
            }
        };
        Ok(Some(Proposal {
            uri: second_factor::uri(environment, &account, &secret),
            secret: in_groups(&secret.to_base32()),
        }))
    }

    fn setup(&self, session: &Session) -> Option<TotpSecret> {
        let setup: Setup = self.pending(session)?;
        let secret = TotpSecret::from_base32(&setup.secret)?;
        (setup.user_id == session.user().id()).then_some(secret)
    }

    /// Gives the account the app whose code this is, under a name that may be empty.
    ///
    /// # Errors
    /// When the store fails, or a factor that the account has cannot be used.
    pub async fn confirm_app(
        &self,
        session: &mut Session,
        name: &str,
        typed: &str,
    ) -> Result<Confirmation, AuthError> {
        let environment = &self.environment;
        let (Some(secret), Some(account)) =
            (self.setup(session), session.user().account().cloned())
        else {
            return Ok(Confirmation::NotUnderWay);
        };
        let owned = Owned::load(environment, account.id).await?;
        if owned.listed().len() >= MOST {
            return Ok(Confirmation::TooMany);
        }
        // Whoever is asked here was shown the secret: tries need not be counted.
        let Some(window) = second_factor::proves(environment, &secret, typed) else {
            let is_recovery_code = owned.is_recovery_code(typed);
            return Ok(if is_recovery_code {
                Confirmation::RecoveryCode
            } else {
                Confirmation::WrongCode
            });
        };
        // Of two that send the code at once, one adds the app.
        if self.sessions.take(session, Setup::KEY).await?.is_none() {
            return Ok(Confirmation::NotUnderWay);
        }
        // The code was seen: no login is proved by it.
        second_factor::mark_used(environment, account.id, window).await?;
        let name: String =
            name.trim().chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
        let name = Some(name.as_str()).filter(|name| !name.is_empty());
        let codes = second_factor::add_app(environment, &account, &secret, name).await?;
        Ok(Confirmation::Added(codes))
    }

    /// Drops the app that is being set up.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn forget_app(&self, session: &mut Session) -> Result<(), AuthError> {
        self.drop_state(session, Setup::KEY).await
    }
}

/// A text in groups of four characters.
fn in_groups(text: &str) -> Zeroizing<String> {
    let mut grouped = String::with_capacity(text.len() * 5 / 4 + 1);
    for (place, letter) in text.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            grouped.push(' ');
        }
        grouped.push(letter);
    }
    Zeroizing::new(grouped)
}
