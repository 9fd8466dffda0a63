//! `action=clientlogin` (<https://www.mediawiki.org/wiki/API:Login>, method 2): the dialogue that
//! a person goes through, as long as it takes.

use daemun_auth::Reason;
use daemun_auth::hashing::Paid;
use daemun_auth::request::{AuthAction, common_username};
use daemun_auth::response::AuthenticationResponse;
use daemun_auth::session::{Lost, TokenType};
use daemun_messages::{Message, Param as MessageParam};

use super::auth_helper::{
    CONTINUE, MERGE_REQUEST_FIELDS, MESSAGE_FORMAT, PRESERVE_STATE, REQUESTS, RETURN_URL, Writing,
    answers,
};
use crate::call::Call;
use crate::error::{ApiError, Failure};
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
    let continues = call.values.is_set("continue");
    let return_url = call.values.text("returnurl").map(str::to_owned);
    let journal = &call.request.journal;
    require_one_of(continues, return_url.as_deref()).inspect_err(|_| {
        journal.explain(|| Message::new("daemun-explain-no-return-url"));
    })?;
    if let Some(url) = &return_url {
        check_url(url).inspect_err(|_| {
            journal.explain(|| Message::new("daemun-explain-bad-return-url"));
        })?;
    }
    let manager = call.manager();
    let merge = call.values.is_set("mergerequestfields");
    if !manager.can_authenticate_now(call.session) {
        let response = manager.cannot(AuthAction::Login);
        note(call, &response, "");
        return Ok(Writing { call, merge }.response(&response));
    }
    let action = if continues { AuthAction::LoginContinue } else { AuthAction::Login };
    let offered = manager.requests(call.session, action);
    let wanted = call.values.list("requests").map(<[String]>::to_vec);
    let answers = answers(call, &offered, wanted.as_deref())?;
    let response = if continues {
        manager.resume(call.session, &answers).await?
    } else {
        manager.begin(call.session, &answers, return_url, Paid::default()).await?
    };
    let name = common_username(&answers).unwrap_or_default();
    note(call, &response, name);
    Ok(Writing { call, merge }.response(&response))
}

/// Notes how the step ended, and why.
fn note(call: &Call<'_>, response: &AuthenticationResponse, name: &str) {
    let words = [LoginOutcome::Pass, LoginOutcome::Fail];
    call.request.login_answered(LoginMethod::ClientLogin, words, response, name);
    let journal = &call.request.journal;
    match response {
        AuthenticationResponse::Fail { reason: Some(reason), .. } => journal.explain(|| {
            let misnamed =
                || explain::misnamed_fields(["username", "password"], call.reading.raw());
            let misnamed = (*reason == Reason::NotAnswered).then(misnamed).flatten();
            match (misnamed, journal.lost()) {
                (Some(message), _) => message,
                // No login goes on where there is no session.
                (None, Some(lost)) if *reason == Reason::NoDialogue && lost != Lost::BotSession => {
                    explain::session(lost, call.request, call.manager().sessions())
                }
                _ => reason.explanation(),
            }
        }),
        AuthenticationResponse::Ui { reason: Some(reason), .. } => {
            journal.explain(|| reason.explanation());
        }
        AuthenticationResponse::Ui { message, .. } => {
            journal.explain(|| Message::new("daemun-explain-step-follows").with(message.clone()));
        }
        _ => {}
    }
}

fn require_one_of(continues: bool, return_url: Option<&str>) -> Result<(), ApiError> {
    if continues || return_url.is_some() {
        return Ok(());
    }
    let names = ["logincontinue", "loginreturnurl"].map(|name| format!("<var>{name}</var>"));
    let message = Message::new("apierror-missingparam-at-least-one-of")
        .with(MessageParam::list(names, daemun_messages::ListKind::Text))
        .with(2);
    Err(ApiError::new(message).code("missingparam"))
}

/// A return address must be whole: a scheme and what follows it.
fn check_url(url: &str) -> Result<(), ApiError> {
    if is_absolute(url) {
        return Ok(());
    }
    let message = Message::new("apierror-badurl")
        .with("loginreturnurl")
        .with(daemun_messages::escape_wikitext(url));
    Err(ApiError::new(message).code("badurl_loginreturnurl"))
}

/// Longest return address, in bytes.
const LONGEST_URL: usize = 8192;

fn is_absolute(url: &str) -> bool {
    if url.len() > LONGEST_URL {
        return false;
    }
    let Some((scheme, rest)) = url.split_once(':') else { return false };
    let named = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    let known_without_slashes = ["mailto", "news", "urn", "tel", "sip", "sms", "magnet"];
    let whole = match rest.strip_prefix("//") {
        Some(host) => !host.is_empty(),
        None => known_without_slashes.contains(&scheme.to_ascii_lowercase().as_str()),
    };
    named && whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_address_has_a_scheme_and_a_host() {
        for good in ["http://example.org/", "https://example.org/위키", "app://x", "mailto:a@b"] {
            assert!(is_absolute(good), "{good}");
        }
        for bad in
            ["", "foo", "/foo", "//example.org/", "example.org:80/x", "http://", "''x'' [[y]]"]
        {
            assert!(!is_absolute(bad), "{bad}");
        }
    }
}
