//! Whether a code is good, and using it up.

use daemun_mediawiki::second_factor::{RecoveryCode, STEP, TotpRow};
use daemun_store::Factor;

use super::owned::{Content, FactorKind, Owned};
use crate::environment::Environment;
use crate::error::AuthError;

/// How often a recovery code is tried again when others of its row are used at the same time.
const ATTEMPTS: usize = 16;

/// What a code is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Right,
    Wrong,
    /// It would be right, had it or a later one not been used before.
    Used,
}

/// Uses a code of this kind up. Where an app's code is asked for, a recovery code counts as well,
/// as in MediaWiki.
pub(super) async fn use_up(
    environment: &Environment,
    user_id: u64,
    owned: Owned,
    kind: FactorKind,
    typed: &str,
) -> Result<Verdict, AuthError> {
    if kind == FactorKind::Totp {
        let verdict = totp(environment, user_id, &owned, typed).await?;
        if verdict != Verdict::Wrong {
            return Ok(verdict);
        }
    }
    recovery_code(environment, user_id, owned, typed).await
}

async fn totp(
    environment: &Environment,
    user_id: u64,
    owned: &Owned,
    typed: &str,
) -> Result<Verdict, AuthError> {
    let settings = &environment.settings;
    let counters = &environment.store.counters;
    let (now, radius) = (environment.clock.now(), settings.second_factor.window_radius);
    let key = used_key(environment, user_id);
    let last = i64::from(counters.get(&key, now).await?);
    let find = |last| {
        let mut found = owned.rows.iter().filter_map(|(factor, content)| {
            let secrets = match content {
                Content::Totp(row) => std::slice::from_ref(row.secret()),
                Content::Legacy(row) => row.secrets(),
                Content::RecoveryCodes(_) => &[],
            };
            let window = secrets.iter().find_map(|secret| secret.find(typed, now, radius, last))?;
            Some((factor, content, u32::try_from(window).ok()?))
        });
        found.next()
    };
    let Some((factor, content, window)) = find(last) else {
        return Ok(if find(-1).is_some() { Verdict::Used } else { Verdict::Wrong });
    };
    if !mark_used(environment, user_id, window).await? {
        // Another request used it between our look and our mark.
        return Ok(Verdict::Used);
    }
    if let Content::Totp(row) = content {
        encrypt(environment, factor, row).await;
    }
    Ok(Verdict::Right)
}

/// MediaWiki's key, so that a code that was used there is not accepted here.
fn used_key(environment: &Environment, user_id: u64) -> String {
    format!("{}:oathauth-totp:usedtokens:{user_id}", environment.settings.wiki_id)
}

/// Notes that codes up to this window are used; `false` where that was noted before.
pub(crate) async fn mark_used(
    environment: &Environment,
    user_id: u64,
    window: u32,
) -> Result<bool, AuthError> {
    let radius = environment.settings.second_factor.window_radius;
    let lifetime = u32::try_from(STEP).unwrap_or(30) * (1 + 2 * radius);
    let (key, now) = (used_key(environment, user_id), environment.clock.now());
    Ok(environment.store.counters.raise_to(&key, window, lifetime, now).await?)
}

/// The window whose code this is, of a secret that nobody uses yet.
pub(crate) fn proves(
    environment: &Environment,
    secret: &daemun_mediawiki::second_factor::TotpSecret,
    typed: &str,
) -> Option<u32> {
    let radius = environment.settings.second_factor.window_radius;
    let window = secret.find(typed, environment.clock.now(), radius, -1)?;
    u32::try_from(window).ok()
}

/// A plain row is encrypted when it is used, once there is a key. It is as good as it was where
/// that fails.
async fn encrypt(environment: &Environment, factor: &Factor, row: &TotpRow) {
    let Some(key) = &environment.settings.second_factor.secret_key else { return };
    let mut row = row.clone();
    if row.encrypt(key, environment.random.bytes()) {
        let written = environment.store.factors.replace_data(factor, &row.to_bytes()).await;
        if let Err(error) = written {
            tracing::warn!(%error, row = factor.id, "a second factor was not encrypted");
        }
    }
}

async fn recovery_code(
    environment: &Environment,
    user_id: u64,
    mut owned: Owned,
    typed: &str,
) -> Result<Verdict, AuthError> {
    for _ in 0..ATTEMPTS {
        let Some((factor, data)) = without(environment, owned, typed) else {
            return Ok(Verdict::Wrong);
        };
        if environment.store.factors.replace_data(&factor, &data).await? {
            return Ok(Verdict::Right);
        }
        // The row was changed meanwhile: the code may have been used, or another one.
        owned = Owned::load(environment, user_id).await?;
    }
    Err(AuthError::Contention)
}

/// The row that holds the code, and its data without it.
fn without(
    environment: &Environment,
    owned: Owned,
    typed: &str,
) -> Option<(Factor, zeroize::Zeroizing<Vec<u8>>)> {
    let settings = &environment.settings.second_factor;
    for (factor, content) in owned.rows {
        match content {
            Content::Totp(_) => {}
            Content::Legacy(mut row) => {
                if row.take(typed) {
                    return Some((factor, row.to_bytes()));
                }
            }
            Content::RecoveryCodes(mut row) => {
                if !row.take(typed) {
                    continue;
                }
                let key = settings.secret_key.as_ref();
                let key = key.map(|key| (key, environment.random.bytes()));
                if row.count() == 0 {
                    row.replace(&new_codes(environment), key);
                } else if let Some((key, nonce)) = key {
                    row.encrypt(key, nonce);
                }
                return Some((factor, row.to_bytes()));
            }
        }
    }
    None
}

/// As many recovery codes as an account gets.
pub(super) fn new_codes(environment: &Environment) -> Vec<RecoveryCode> {
    (0..environment.settings.second_factor.recovery_codes)
        .map(|_| RecoveryCode::new(environment.random.bytes()))
        .collect()
}
