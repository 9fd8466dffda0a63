//! Giving second factors, and taking them away.

use daemun_mediawiki::second_factor::{
    FactorKey, NONCE_BYTES, RECOVERY_CODES, RecoveryCode, RecoveryRow, TOTP, TotpRow, TotpSecret,
    otpauth_uri,
};
use daemun_store::Account;
use zeroize::Zeroizing;

use super::owned::{Content, Owned};
use super::verify::new_codes;
use crate::environment::Environment;
use crate::error::AuthError;

/// A new factor, to be shown once.
pub struct Enrolled {
    /// What the QR code says.
    pub uri: Zeroizing<String>,
    /// The secret, to be typed where there is no camera.
    pub secret: Zeroizing<String>,
    /// All recovery codes that are good from now on; empty where the account keeps those it has.
    pub recovery_codes: Vec<RecoveryCode>,
}

/// Gives an account an authenticator app's secret, and recovery codes where it has none.
///
/// # Errors
/// When the store fails, or a factor that the account has cannot be used.
pub async fn enrol(environment: &Environment, account: &Account) -> Result<Enrolled, AuthError> {
    let secret = new_secret(environment);
    let recovery_codes = add_app(environment, account, &secret, None).await?;
    Ok(Enrolled {
        uri: uri(environment, account, &secret),
        secret: secret.to_base32(),
        recovery_codes,
    })
}

/// A secret for an authenticator app.
pub(crate) fn new_secret(environment: &Environment) -> TotpSecret {
    TotpSecret::new(environment.random.bytes())
}

/// What a QR code says to an app.
pub(crate) fn uri(
    environment: &Environment,
    account: &Account,
    secret: &TotpSecret,
) -> Zeroizing<String> {
    otpauth_uri(&environment.settings.second_factor.issuer, &account.name, secret)
}

/// Gives an account this app; the recovery codes that it gets with its first.
pub(crate) async fn add_app(
    environment: &Environment,
    account: &Account,
    secret: &TotpSecret,
    name: Option<&str>,
) -> Result<Vec<RecoveryCode>, AuthError> {
    let owned = Owned::load(environment, account.id).await?;
    let mut row = TotpRow::new(secret.clone(), key(environment));
    if let Some(name) = name {
        row = row.named(name);
    }
    let mut rows = vec![(TOTP, row.to_bytes())];
    let has_codes = owned.rows.iter().any(|(_, c)| matches!(c, Content::RecoveryCodes(_)));
    let mut recovery_codes = Vec::new();
    if !has_codes {
        recovery_codes = new_codes(environment);
        rows.push((RECOVERY_CODES, RecoveryRow::new(&recovery_codes, key(environment)).to_bytes()));
    }
    let rows: Vec<(&str, &[u8])> = rows.iter().map(|(kind, row)| (*kind, row.as_slice())).collect();
    environment.store.factors.add(account.id, &rows, environment.clock.now()).await?;
    Ok(recovery_codes)
}

/// Takes one factor from an account. Recovery codes stand in for others: with the last of those
/// they go, too. How many rows went.
///
/// # Errors
/// When the store fails.
pub async fn remove(
    environment: &Environment,
    account: &Account,
    id: u64,
) -> Result<u64, AuthError> {
    let factors = &environment.store.factors;
    let all = factors.list(account.id).await?;
    if !all.iter().any(|factor| factor.id == id) {
        return Ok(0);
    }
    let others_stay = all.iter().any(|factor| factor.id != id && factor.kind != RECOVERY_CODES);
    let goes = |id_of: u64, kind: &str| id_of == id || (!others_stay && kind == RECOVERY_CODES);
    let ids: Vec<u64> =
        all.iter().filter(|f| goes(f.id, &f.kind)).map(|factor| factor.id).collect();
    Ok(factors.remove(account.id, &ids).await?)
}

/// Puts new recovery codes in the place of all that an account has; `None` where it has no second
/// factor that they would stand in for.
///
/// # Errors
/// As for [`enrol`].
pub async fn renew_recovery_codes(
    environment: &Environment,
    account: &Account,
) -> Result<Option<Vec<RecoveryCode>>, AuthError> {
    let factors = &environment.store.factors;
    for _ in 0..16 {
        let owned = Owned::load(environment, account.id).await?;
        if owned.is_empty() {
            return Ok(None);
        }
        let codes = new_codes(environment);
        let mut rows = owned.rows.into_iter().filter_map(|(factor, content)| match content {
            Content::RecoveryCodes(row) => Some((factor, row)),
            _ => None,
        });
        match rows.next() {
            None => {
                let row = RecoveryRow::new(&codes, key(environment)).to_bytes();
                let now = environment.clock.now();
                factors.add(account.id, &[(RECOVERY_CODES, row.as_slice())], now).await?;
                return Ok(Some(codes));
            }
            Some((factor, mut row)) => {
                row.replace(&codes, key(environment));
                if factors.replace_data(&factor, &row.to_bytes()).await? {
                    return Ok(Some(codes));
                }
            }
        }
    }
    Err(AuthError::Contention)
}

/// Takes all second factors from an account, also those that are not known here; how many there
/// were.
///
/// # Errors
/// When the store fails.
pub async fn disable(environment: &Environment, account: &Account) -> Result<u64, AuthError> {
    Ok(environment.store.factors.remove_all(account.id).await?)
}

fn key(environment: &Environment) -> Option<(&FactorKey, [u8; NONCE_BYTES])> {
    let key = environment.settings.second_factor.secret_key.as_ref()?;
    Some((key, environment.random.bytes()))
}
