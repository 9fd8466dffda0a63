//! `action=removeauthenticationdata`: takes a way to log in away from one's account
//! (<https://www.mediawiki.org/wiki/API:Manage_authentication_data>).

use daemun_auth::request::AuthAction;
use daemun_auth::session::TokenType;

use super::auth_helper::{REQUEST, change, require_login, require_recent_login};
use crate::call::Call;
use crate::module::{Group, Module, NeedsToken, Running};

pub(super) static MODULE: Module = Module {
    dialogue: Some("remove"),
    must_be_posted: true,
    writes: true,
    token: Some(NeedsToken { kind: TokenType::Csrf, web_salt: None }),
    params: &[REQUEST],
    examples: &[(
        "action=removeauthenticationdata&request=FooAuthenticationRequest&token=123ABC",
        "apihelp-removeauthenticationdata-example-simple",
    )],
    help_urls: &[
        "https://www.mediawiki.org/wiki/Special:MyLanguage/API:Manage_authentication_data",
    ],
    ..Module::new(
        Group::Action,
        "removeauthenticationdata",
        "MediaWiki\\Api\\ApiRemoveAuthenticationData",
        run,
    )
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        require_login(call, "apierror-mustbeloggedin-removeauth")?;
        require_recent_login(call, "RemoveCredentials")?;
        change(call, AuthAction::Remove).await
    })
}
