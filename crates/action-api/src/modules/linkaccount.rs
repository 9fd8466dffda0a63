//! `action=linkaccount`: links an account elsewhere to the account of whoever is in
//! (<https://www.mediawiki.org/wiki/API:Linkaccount>).

use daemun_auth::manager::Beginning;
use daemun_auth::request::AuthAction;
use daemun_auth::response::AuthenticationResponse;
use daemun_auth::session::TokenType;

use super::auth_helper::{
    CONTINUE, MERGE_REQUEST_FIELDS, MESSAGE_FORMAT, REQUESTS, RETURN_URL, Step, Writing,
    answers_for, require_login, require_recent_login,
};
use crate::call::Call;
use crate::error::Failure;
use crate::module::{Group, Module, NeedsToken, Reads, Running};
use crate::value::Object;

pub(super) static MODULE: Module = Module {
    prefix: "link",
    must_be_posted: true,
    writes: true,
    reads: Reads::No,
    token: Some(NeedsToken { kind: TokenType::Csrf, web_salt: None }),
    params: &[REQUESTS, MESSAGE_FORMAT, MERGE_REQUEST_FIELDS, RETURN_URL, CONTINUE],
    dialogue: Some("link"),
    examples: &[(
        "action=linkaccount&provider=Example&linkreturnurl=http://example.org/&linktoken=123ABC",
        "apihelp-linkaccount-example-link",
    )],
    help_urls: &["https://www.mediawiki.org/wiki/Special:MyLanguage/API:Linkaccount"],
    ..Module::new(Group::Action, "linkaccount", "MediaWiki\\Api\\ApiLinkAccount", run)
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        let result = step(call).await?;
        call.output.result().set("linkaccount", result);
        Ok(())
    })
}

async fn step(call: &mut Call<'_>) -> Result<Object, Failure> {
    require_login(call, "apierror-mustbeloggedin-linkaccounts")?;
    let Step { continues, return_url, merge } = Step::of(call)?;
    require_recent_login(call, "LinkAccounts")?;
    let manager = call.manager();
    if !manager.can_link_accounts() {
        let response = manager.cannot(AuthAction::Link);
        return Ok(Writing { call, merge }.response(&response));
    }
    let action = if continues { AuthAction::LinkContinue } else { AuthAction::Link };
    let answers = answers_for(call, action).await?;
    let response = if continues {
        manager.resume_linking(call.session, &answers).await?
    } else {
        let answers = answers.as_slice();
        let beginning = Beginning { answers, return_to: return_url, ..Beginning::default() };
        manager.begin_linking(call.session, beginning).await?
    };
    // Whose account it is was clear before.
    if matches!(response, AuthenticationResponse::Pass { .. }) {
        return Ok(Object::new().with("status", response.status()));
    }
    Ok(Writing { call, merge }.response(&response))
}
