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
.secret()];
