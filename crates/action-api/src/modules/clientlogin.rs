//! `action=clientlogin` (<https://www.mediawiki.org/wiki/API:Login>, method 2): the dialogue that
//! a person goes through, as long as it takes.

use daemun_auth::hashing::Paid;
use daemun_auth::manager::Beginning;
use daemun_auth::request::{AuthAction, common_username};
use daemun_auth::response::AuthenticationResponse;
use daemun_auth::session::TokenType;
use daemun_messages::Message;

use super::auth_helper::{
    CONTINUE, MERGE_REQUEST_FIELDS, MESSAGE_FORMAT, PRESERVE_STATE, REQUESTS, RETURN_URL, Step,
    Writing, answers_for,
};
use crate::call::Call;
use crate::error::Failure;
use crate::explain;
use crate::module::{Group, Module, NeedsToken, Reads, Running};
use crate::record::{LoginMethod, LoginOutcome};
use crate::value::Object;

pub(super) static MODULE: Module = Module {
    prefix: "login",
    must_be_posted: true,
    writes: true,
    reads: Reads::No,
    token: Some(NeedsToken { kind: TokenType::Login, web_salt: None }),
    params: &[REQUESTS, MESSAGE_FORMAT, MERGE_REQUEST_FIELDS, PRESERVE_STATE, RETURN_URL, CONTINUE],
    dialogue: Some("login"),
    examples: &[
        (
            "action=clientlogin&username=Example&password=ExamplePassword&loginreturnurl=http://example.org/&logintoken=123ABC",
            "apihelp-clientlogin-example-login",
        ),
        (
            "action=clientlogin&logincontinue=1&OATHToken=987654&logintoken=123ABC",
            "apihelp-clientlogin-example-login2",
        ),
    ],
    help_urls: &["https://www.mediawiki.org/wiki/Special:MyLanguage/API:Login"],
    ..Module::new(Group::Action, "clientlogin", "MediaWiki\\Api\\ApiClientLogin", run)
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        let result = step(call).await?;
        call.output.result().set("clientlogin", result);
        Ok(())
    })
}

async fn step(call: &mut Call<'_>) -> Result<Object, Failure> {
    let Step { continues, return_url, merge } = Step::of(call)?;
    let manager = call.manager();
    let typed = call.request.params.text("username").unwrap_or_default();
    call.request.login_begins(LoginMethod::ClientLogin, &typed);
    if !manager.can_authenticate_now(call.session) {
        let response = manager.cannot(AuthAction::Login);
        note(call, &response, "");
        return Ok(Writing { call, merge }.response(&response));
    }
    let action = if continues { AuthAction::LoginContinue } else { AuthAction::Login };
    let answers = answers_for(call, action).await?;
    let response = if continues {
        manager.resume(call.session, &answers).await?
    } else {
        let preserve = call.values.is_set("preservestate");
        let paid = Paid::default();
        manager
            .begin(
                call.session,
                Beginning {
                    answers: &answers,
                    return_to: return_url,
                    paid,
                    preserve,
                    ..Beginning::default()
                },
            )
            .await?
    };
    let name = common_username(&answers).unwrap_or_default();
    note(call, &response, name);
    Ok(Writing { call, merge }.response(&response))
}

/// Notes how the step ended, and why.
fn note(call: &Call<'_>, response: &AuthenticationResponse, name: &str) {
    let words = [LoginOutcome::Pass, LoginOutcome::Fail];
    call.request.login_answered(LoginMethod::ClientLogin, words, response, name);
    explain::step(response, ["username", "password"], call.request, call.manager().sessions());
    if let AuthenticationResponse::Ui { reason: None, message, .. } = response {
        let why = || Message::new("daemun-explain-step-follows").with(message.clone());
        call.request.journal.explain(why);
    }
}
