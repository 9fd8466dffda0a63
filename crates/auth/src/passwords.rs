//! Checking a password at the same price for everybody.

use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use daemun_mediawiki::password::{Cost, StoredPassword};
use zeroize::Zeroizing;

use crate::environment::Environment;
use crate::error::AuthError;
use crate::session::hmac_sha256;

/// The kinds of hashes that the wiki's accounts hold, from which those of unknown names are drawn.
#[derive(Clone, Debug, Default)]
pub struct Decoys(Arc<RwLock<Arc<[Cost]>>>);

impl Decoys {
    /// Notes the kinds of these stored passwords, in place of what was known.
    pub fn learn<S: AsRef<str>>(&self, stored: &[S]) {
        let costs: Arc<[Cost]> = stored
            .iter()
            .map(|stored| StoredPassword::parse(stored.as_ref()))
            .filter(|stored| !stored.is_invalid())
            .map(|stored| stored.cost())
            .collect();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = costs;
    }

    fn known(&self) -> Arc<[Cost]> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Does the work that a check of this account's password would cost, for nothing.
///
/// Whoever measures times must not learn which names exist. On a wiki whose accounts hold several
/// kinds of hashes an unknown name is given one of them, drawn from the mix as it is known now.
pub(crate) async fn pretend(
    environment: &Environment,
    address: IpAddr,
    name: &str,
    password: Zeroizing<String>,
) -> Result<(), AuthError> {
    let costs = environment.decoys.known();
    let key = environment.settings.secret_key.derive("unknown user");
    let digest = hmac_sha256(&key, &[name.as_bytes()]);
    let draw = digest.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    let count = u64::try_from(costs.len().max(1)).unwrap_or(1);
    let cost = usize::try_from(draw % count).ok().and_then(|index| costs.get(index));
    let dummy = match cost {
        Some(cost) => StoredPassword::dummy(cost),
        None => StoredPassword::dummy(&environment.settings.password_default.cost()),
    };
    environment.hasher.verify(address, dummy, password).await?;
    Ok(())
}
