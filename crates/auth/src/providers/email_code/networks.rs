//! The places from which an account was used, as MediaWiki's extension LoginNotify notes them.

use std::net::IpAddr;

use daemun_mediawiki::ip;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::environment::Environment;
use crate::settings::SecretKey;

/// Seconds of one period (`$wgLoginNotifySeenBucketSize`).
const PERIOD: i64 = 15 * 86_400;
/// Seconds after which a place is new again (`$wgLoginNotifySeenExpiry`).
const EXPIRY: i64 = 180 * 86_400;

/// Whether the account was used from near this address lately. What cannot be known counts as no.
pub(super) async fn is_known(environment: &Environment, user: u64, address: IpAddr) -> bool {
    let (network, since) = (digest(environment, user, address), period(environment, EXPIRY));
    match environment.store.networks.last_seen(user, network, since).await {
        Ok(seen) => seen.is_some(),
        Err(error) => {
            tracing::warn!(%error, "it cannot be known from where an account was used");
            false
        }
    }
}

/// Notes that it was.
pub(super) async fn note(environment: &Environment, user: u64, address: IpAddr) {
    let network = digest(environment, user, address);
    let (now, since) = (period(environment, 0), period(environment, EXPIRY));
    let networks = &environment.store.networks;
    let noted = async {
        // Most logins come from where the last one came from, and need write nothing.
        if networks.last_seen(user, network, now).await?.is_none() {
            networks.note(user, network, now, since).await?;
        }
        Ok::<_, daemun_store::StoreError>(())
    };
    if let Err(error) = noted.await {
        tracing::warn!(%error, "it cannot be noted from where an account was used");
    }
}

fn period(environment: &Environment, ago: i64) -> u32 {
    u32::try_from((environment.clock.now().0 - ago) / PERIOD).unwrap_or(0)
}

/// LoginNotify's digest of an account and a network: the first 64 bits of HMAC-SHA1.
fn digest(environment: &Environment, user: u64, address: IpAddr) -> i64 {
    login_notify(&environment.settings.secret_key, user, address)
}

fn login_notify(secret: &SecretKey, user: u64, address: IpAddr) -> i64 {
    let key = secret.login_notify();
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key.as_bytes()) else { return 0 };
    mac.update(format!("{user}|{}", network(address)).as_bytes());
    let bytes = mac.finalize().into_bytes();
    bytes.first_chunk::<8>().map_or(0, |bytes| i64::from_be_bytes(*bytes))
}

/// The beginning of an address that its neighbours share: /24, or /64 for IPv6.
fn network(address: IpAddr) -> String {
    let text = ip::pretty(address);
    let (separator, own) = if address.is_ipv6() { (':', 4) } else { ('.', 1) };
    let parts: Vec<&str> = text.split(separator).collect();
    let shared = parts.len().saturating_sub(own);
    parts
        .into_iter()
        .take(shared)
        .flat_map(|part| [part.to_owned(), separator.to_string()])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_share_a_network_in_login_notifys_form() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("192.0.2.7"), "192.0.2.");
        assert_eq!(of("2001:db8::1:2:3:4"), "2001:DB8:0:0:");
        assert_eq!(of("2001:db8:0:0:9::1"), of("2001:db8::2"));
        assert_ne!(of("2001:db8:0:1::1"), of("2001:db8::1"));
    }

    /// The numbers are Python's `hmac`, over LoginNotify's texts.
    #[test]
    fn the_digest_is_login_notifys() {
        let secret = SecretKey::new(b"the secret of a wiki".to_vec());
        let of = |text: &str| login_notify(&secret, 17, text.parse().unwrap());
        assert_eq!(of("192.0.2.7"), 331_934_027_002_777_699);
        assert_eq!(of("2001:db8::5"), 1_772_579_061_827_629_782);
    }
}
