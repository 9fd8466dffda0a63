//! What goes through the browser as `state`, and what the dialogue keeps to know it again.
//!
//! The state comes back in a browser that may not be the client's, so all that the return page
//! needs is in it: sealed, so that nobody makes or reads one.

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::environment::Environment;
use crate::manager::sealed::Sealer;
use crate::session::{Session, hmac_sha256};

/// Seconds for which a person may be away.
pub(super) const LIFETIME: i64 = 3600;
/// Longest return address, in bytes: the state must fit into an address.
pub(super) const LONGEST_RETURN: usize = 1024;
/// Longest state that is looked at, in bytes.
const LONGEST: usize = 4096;
/// What states are sealed for.
const PURPOSE: &str = "openid state";

/// What the return page needs to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    /// The provider, by name.
    #[serde(rename = "p")]
    pub(super) provider: String,
    /// Names the attempt.
    #[serde(rename = "i")]
    pub(super) id: String,
    /// A digest of the session that began it.
    #[serde(rename = "s")]
    session: String,
    /// Where the client wants the browser to go.
    #[serde(rename = "u")]
    pub(super) return_to: String,
    /// When it is too late.
    #[serde(rename = "e")]
    expires: i64,
    /// The account that something is linked to.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<String>,
}

/// What the dialogue keeps.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Pending {
    /// The provider, by name.
    pub(super) provider: String,
    /// The id of its state.
    pub(super) id: String,
    /// Comes back in the ID token.
    pub(super) nonce: String,
    /// Proves to the provider that who asks for the tokens is who began (RFC 7636).
    pub(super) verifier: String,
    /// Where the person was sent.
    pub(super) target: String,
    /// When it is too late.
    pub(super) expires: i64,
}

impl std::fmt::Debug for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pending").field("provider", &self.provider).finish_non_exhaustive()
    }
}

impl State {
    /// A state for an attempt of this session.
    pub(super) fn new(
        environment: &Environment,
        session: &Session,
        (provider, id): (&str, &str),
        return_to: &str,
        account: Option<&str>,
    ) -> Option<Self> {
        Some(Self {
            provider: provider.to_owned(),
            id: id.to_owned(),
            session: binding(environment, session)?,
            return_to: return_to.to_owned(),
            expires: environment.clock.now().0 + LIFETIME,
            account: account.map(str::to_owned),
        })
    }

    /// Sealed, in characters that need no encoding in an address.
    pub(super) fn seal(&self, environment: &Environment) -> Option<String> {
        let bytes = Zeroizing::new(serde_json::to_vec(self).ok()?);
        let sealer = Sealer::new(&environment.settings.secret_key);
        let sealed = sealer.seal(PURPOSE, environment.random.bytes(), &bytes)?;
        Some(sealed.replace('+', "-").replace('/', "_"))
    }

    /// The state that was sealed here; `None` for all else.
    pub(super) fn open(environment: &Environment, sealed: &str) -> Option<Self> {
        if sealed.len() > LONGEST || sealed.contains(['+', '/']) {
            return None;
        }
        let sealer = Sealer::new(&environment.settings.secret_key);
        let sealed = sealed.replace('-', "+").replace('_', "/");
        serde_json::from_slice(&sealer.open(PURPOSE, &sealed)?).ok()
    }

    /// Whether it is too late.
    pub(super) fn is_over(&self, environment: &Environment) -> bool {
        environment.clock.now().0 > self.expires
    }

    /// Whether this session began it.
    pub(super) fn is_of(&self, environment: &Environment, session: &Session) -> bool {
        binding(environment, session)
            .is_some_and(|own| bool::from(own.as_bytes().ct_eq(self.session.as_bytes())))
    }

    /// Whether it is the state that the dialogue waits for.
    pub(super) fn belongs_to(&self, pending: &Pending) -> bool {
        self.provider == pending.provider
            && bool::from(self.id.as_bytes().ct_eq(pending.id.as_bytes()))
    }
}

/// A digest of the session's id: who reads it does not learn the id.
fn binding(environment: &Environment, session: &Session) -> Option<String> {
    let key = environment.settings.secret_key.derive("openid session");
    Some(daemun_mediawiki::session_id::hex(&hmac_sha256(&key, &[session.id()?.as_bytes()])))
}
