//! `action=logout`.

use daemun_auth::session::TokenType;

use crate::call::Call;
use crate::error::ApiError;
use crate::module::{Group, Module, NeedsToken, Reads, Running};

pub(super) static MODULE: Module = Module {
    must_be_posted: true,
    writes: true,
    reads: Reads::No,
    token: Some(NeedsToken { kind: TokenType::Csrf, web_salt: Some("logoutToken") }),
    examples: &[("action=logout&token=123ABC", "apihelp-logout-example-logout")],
    help_urls: &["https://www.mediawiki.org/wiki/Special:MyLanguage/API:Logout"],
    ..Module::new(Group::Action, "logout", "MediaWiki\\Api\\ApiLogout", run)
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        if !call.session.user().is_registered() {
            // A login that is going on in the session goes on.
            let warning = ApiError::of("apierror-mustbeloggedin-generic").code("notloggedin");
            call.output.warn("logout", warning);
            return Ok(());
        }
        let name = call.session.user().name();
        call.manager().sessions().log_out(call.session).await?;
        call.request.signed_out(&name);
        Ok(())
    })
}
