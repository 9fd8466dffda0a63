//! `action=login` (<https://www.mediawiki.org/wiki/API:Login>, method 1): name and password in one
//! step, for bots with bot passwords, and as long as the wiki allows it for main accounts.

use daemun_auth::bot_login::{self, BotLogin};
use daemun_auth::hashing::Paid;
use daemun_auth::providers::{password, remember_me};
use daemun_auth::request::Answer;
use daemun_auth::response::AuthenticationResponse;
use daemun_auth::session::TokenType;
use daemun_auth::settings::MainAccountLogin;
use daemun_messages::{Language, Message};

use crate::call::Call;
use crate::error::Failure;
use crate::module::{Group, Module, Reads, Running};
use crate::params::Param;
use crate::value::{Object, Value};

pub(super) static MODULE: Module = Module {
    prefix: "lg",
    must_be_posted: true,
    writes: true,
    reads: Reads::No,
    params: &[
        Param::text("name"),
        Param::password("password"),
        Param::text("domain"),
        Param::text("token").sensitive(),
    ],
    examples: &[(
        "action=login&lgname=user&lgpassword=password&lgtoken=123ABC",
        "apihelp-login-example-login",
    )],
    help_urls: &["https://www.mediawiki.org/wiki/Special:MyLanguage/API:Login"],
    // Without bot passwords, nothing is left that this should be used for.
    deprecated: |settings| !settings.enable_bot_passwords,
    extended_description: |settings| match settings.enable_bot_passwords {
        true => "extended-description",
        false => "extended-description-nobotpasswords",
    },
    ..Module::new(Group::Action, "login", "MediaWiki\\Api\\ApiLogin", run)
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        let result = log_in(call).await?;
        call.output.result().set("login", result);
        Ok(())
    })
}

async fn log_in(call: &mut Call<'_>) -> Result<Object, Failure> {
    if call.presentation.lacks_same_origin_security {
        return Ok(aborted(call, &Message::new("api-login-fail-sameorigin")));
    }
    call.require_posted(&["lgpassword", "lgtoken"])?;
    let sessions = call.manager().sessions();
    let provider = call.session.provider();
    if !provider.can_change_user() {
        let description = daemun_messages::plaintext(&provider.description(), &Language::EN);
        let message = Message::new("api-login-fail-badsessionprovider").with(description);
        return Ok(aborted(call, &message));
    }
    let key = sessions.token_key(call.session, TokenType::Login).await?;
    let token = call.values.text("token").unwrap_or_default().to_owned();
    if token.is_empty() {
        let message = Message::new("apiwarn-deprecation-login-token");
        call.output.deprecate("login", message, "action=login&!lgtoken");
        let fresh = key.make(TokenType::Login.salt(), call.now());
        return Ok(Object::new().with("result", "NeedToken").with("token", fresh));
    }
    if key.is_new() {
        let message = Message::new("authpage-cannot-login-continue");
        return Ok(failed(call, &message, Some("sessionlost")));
    }
    if !key.accepts(TokenType::Login.salt(), &token) {
        return Ok(Object::new().with("result", "WrongToken"));
    }
    let name = call.values.text("name").unwrap_or_default().to_owned();
    let password = call.values.text("password").unwrap_or_default();
    let password = zeroize::Zeroizing::new(password.to_owned());
    match bot_login::log_in(sessions, call.session, &name, &password).await? {
        BotLogin::Success { user_id, username } => {
            super::auth_helper::report_login("bot password", "pass", &username, call);
            Ok(success(user_id, username))
        }
        BotLogin::Refused(message) => {
            super::auth_helper::report_login("bot password", &message.key, &name, call);
            Ok(failed(call, &message, None))
        }
        BotLogin::FallThrough(paid) => main_account(call, &name, &password, paid).await,
    }
}

/// The account's own password, which the module was not meant for.
async fn main_account(
    call: &mut Call<'_>,
    name: &str,
    password: &str,
    paid: Paid,
) -> Result<Object, Failure> {
    let manager = call.manager();
    let settings = &manager.environment().settings;
    if settings.main_account_login == MainAccountLogin::Abort {
        return Ok(aborted(call, &interaction_needed(settings.enable_bot_passwords)));
    }
    // An answer with an empty field is no answer, as everywhere in a login.
    let mut answers = Vec::new();
    if !name.is_empty() && !password.is_empty() {
        let answer = Answer::to(password::ID);
        answers.push(answer.with_text("username", name).with_text("password", password));
    }
    answers.push(Answer::to(remember_me::ID).pressed("rememberMe"));
    let response = manager.begin(call.session, &answers, None, paid).await?;
    super::auth_helper::report_response("login", &response, name, call);
    match response {
        AuthenticationResponse::Pass { username, user_id } => {
            let key = if settings.enable_bot_passwords {
                "apiwarn-deprecation-login-botpw"
            } else {
                "apiwarn-deprecation-login-nobotpw"
            };
            call.output.deprecate("login", Message::new(key), "main-account-login");
            Ok(success(user_id, username))
        }
        AuthenticationResponse::Fail { message } => Ok(failed(call, &message, None)),
        _ => Ok(aborted(call, &interaction_needed(settings.enable_bot_passwords))),
    }
}

fn interaction_needed(bot_passwords: bool) -> Message {
    Message::new(if bot_passwords {
        "api-login-fail-aborted"
    } else {
        "api-login-fail-aborted-nobotpw"
    })
}

fn success(user_id: u64, username: String) -> Object {
    Object::new().with("result", "Success").with("lguserid", user_id).with("lgusername", username)
}

fn failed(call: &Call<'_>, message: &Message, code: Option<&'static str>) -> Object {
    let reason: Value = call.presentation.errors.reason(message, code);
    Object::new().with("result", "Failed").with("reason", reason)
}

fn aborted(call: &Call<'_>, message: &Message) -> Object {
    let reason: Value = call.presentation.errors.reason(message, None);
    Object::new().with("result", "Aborted").with("reason", reason)
}
