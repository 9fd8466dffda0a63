//! Whether OpenID providers can be reached.

use daemun_auth::Clock;
use daemun_auth::providers::openid_connect::{self, LONGEST};

use super::{Line, Named};
use crate::config::Config;
use crate::fetch::Fetch;

/// A line for each provider; none where there is none.
pub(super) async fn providers(config: &Config, lines: &mut Vec<Named>) {
    let openid = &config.settings.openid;
    if openid.providers.is_empty() {
        return;
    }
    let advice = "compare `issuer` with the provider's own, and try its address from this machine";
    let fetch = match Fetch::new(LONGEST) {
        Ok(fetch) => fetch,
        Err(error) => {
            let advice = "install the system's certificates".to_owned();
            lines.push(("OpenID", Line::Bad(format!("{error:#}"), advice)));
            return;
        }
    };
    for provider in &openid.providers {
        let name = &provider.name;
        let line = match openid_connect::check(&fetch, &Clock::system(), provider).await {
            Ok(()) => {
                let uri = openid.redirect_uri(provider);
                Line::Good(format!("{name}: reached; its redirect URI is {uri}"))
            }
            Err(why) => Line::Bad(format!("{name}: {why}"), advice.to_owned()),
        };
        lines.push(("OpenID", line));
    }
}
