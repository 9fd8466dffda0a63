//! Signing in by OpenID Connect.

use crate::config::key::Default::Is;
use crate::config::key::{Key, key};
use crate::config::kind::Kind;
use crate::config::openid::{self, PARTS};

pub(super) const KEYS: &[Key] = &[key(
    "openid",
    Kind::Sections(PARTS),
    Is("{}"),
    "OpenID providers: a section `[openid.NAME]` for each, with a button on the login form. Register \
     the address of `Special:OpenIDConnectReturn` with the provider as the redirect URI, followed by \
     `/NAME` where there are several providers; and for back-channel logout that of \
     `rest.php/pluggableauth/v1/logout`.",
    openid::apply,
)
.mediawiki("$wgPluggableAuth_Config")
.secret(),
key(
    "openid-linking",
    Kind::Flag,
    Is("true"),
    "Whether somebody who is in may link an account of a provider, and end the link, by \
     `action=linkaccount` and `unlinkaccount`. MediaWiki's PluggableAuth offers neither.",
    |draft, given| {
        draft.config.settings.openid.without_linking = !given.flag();
        Ok(())
    },
)];
