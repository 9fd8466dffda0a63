//! `action=changeauthenticationdata`: changes what one logs in with
//! (<https://www.mediawiki.org/wiki/API:Manage_authentication_data>).

use daemun_auth::request::AuthAction;
use daemun_auth::session::TokenType;

use super::auth_helper::{REQUEST, change, require_login, require_recent_login};
use crate::call::Call;
use crate::module::{Group, Module, NeedsToken, Running};

pub(super) static MODULE: Module = Module {
    prefix: "changeauth",
    dialogue: Some("change"),
    must_be_posted: true,
    writes: true,
    token: Some(NeedsToken { kind: TokenType::Csrf, web_salt: None }),
    params: &[REQUEST],
    examples: &[(
        "action=changeauthenticationdata&changeauthrequest=MediaWiki%5CAuth%5CPasswordAuthenticationRequest&password=ExamplePassword&retype=ExamplePassword&changeauthtoken=123ABC",
        "apihelp-changeauthenticationdata-example-password",
    )],
    help_urls: &[
        "https://www.mediawiki.org/wiki/Special:MyLanguage/API:Manage_authentication_data",
    ],
    ..Module::new(
        Group::Action,
        "changeauthenticationdata",
        "MediaWiki\\Api\\ApiChangeAuthenticationData",
        run,
    )
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        require_login(call, "apierror-mustbeloggedin-changeauthenticationdata")?;
        require_recent_login(call, "ChangeCredentials")?;
        change(call, AuthAction::Change).await
    })
}
