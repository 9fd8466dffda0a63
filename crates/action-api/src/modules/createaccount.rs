//! `action=createaccount` (<https://www.mediawiki.org/wiki/API:Account_creation>): makes an account.
//! It signs nobody in.

use daemun_auth::manager::Beginning;
use daemun_auth::request::AuthAction;
use daemun_auth::session::TokenType;

use super::account_creation;
use super::auth_helper::{
    CONTINUE, MERGE_REQUEST_FIELDS, MESSAGE_FORMAT, PRESERVE_STATE, REQUESTS, RETURN_URL, Step,
    Writing, answers_for,
};
use crate::call::Call;
use crate::error::Failure;
use crate::module::{Group, Module, NeedsToken, Reads, Running};
use crate::value::Object;

pub(super) static MODULE: Module = Module {
    prefix: "create",
    must_be_posted: true,
    writes: true,
    reads: Reads::No,
    token: Some(NeedsToken { kind: TokenType::CreateAccount, web_salt: None }),
    params: &[REQUESTS, MESSAGE_FORMAT, MERGE_REQUEST_FIELDS, PRESERVE_STATE, RETURN_URL, CONTINUE],
    dialogue: Some("create"),
    examples: &[(
        "action=createaccount&username=Example&password=ExamplePassword&retype=ExamplePassword&createreturnurl=http://example.org/&createtoken=123ABC",
        "apihelp-createaccount-example-create",
    )],
    help_urls: &["https://www.mediawiki.org/wiki/Special:MyLanguage/API:Account_creation"],
    ..Module::new(Group::Action, "createaccount", "MediaWiki\\Api\\ApiAMCreateAccount", run)
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        let result = step(call).await?;
        call.output.result().set("createaccount", result);
        Ok(())
    })
}

async fn step(call: &mut Call<'_>) -> Result<Object, Failure> {
    let Step { continues, return_url, merge } = Step::of(call)?;
    let manager = call.manager();
    if !manager.can_create_accounts() {
        let response = manager.cannot(AuthAction::Create);
        return Ok(Writing { call, merge }.response(&response));
    }
    let action = if continues { AuthAction::CreateContinue } else { AuthAction::Create };
    let answers = answers_for(call, action).await?;
    let (user, language) = (call.session.user(), &call.presentation.language);
    let blocks = daemun_auth::blocks_of(call.manager().environment(), user).await?;
    let forbidden = account_creation::forbidden(call.api, user, &blocks, language);
    let response = if continues {
        manager.resume_account_creation(call.session, &answers, forbidden).await?
    } else {
        let beginning = Beginning {
            answers: &answers,
            return_to: return_url,
            preserve: call.values.is_set("preservestate"),
            ..Beginning::default()
        };
        manager.begin_account_creation(call.session, beginning, forbidden).await?
    };
    Ok(Writing { call, merge }.response(&response))
}
