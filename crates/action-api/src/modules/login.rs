//! `action=login` (<https://www.mediawiki.org/wiki/API:Login>, method 1): name and password in one
//! step, for bots with bot passwords, and as long as the wiki allows it for main accounts.

use daemun_auth::Reason;
use daemun_auth::bot_login::{self, BotLogin, FallThrough};
use daemun_auth::manager::Beginning;
use daemun_auth::providers::{password, remember_me};
use daemun_auth::request::Answer;
use daemun_auth::response::AuthenticationResponse;
use daemun_auth::session::TokenType;
use daemun_auth::settings::MainAccountLogin;
use daemun_messages::{Language, Message};

use crate::call::Call;
use crate::error::Failure;
use crate::explain;
use crate::http::Request;
use crate::module::{Group, Module, Reads, Running};
use crate::params::{Param, RawParams};
use crate::record::{LoginMethod, LoginOutcome};
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
    let ending = Ending { method: LoginMethod::Login, name: name(call) };
    call.request.login_begins(ending.method, &ending.name);
    if call.presentation.lacks_same_origin_security {
        let why = || Message::new("daemun-explain-other-site");
        return Ok(ending.aborted(call, &Message::new("api-login-fail-sameorigin"), why));
    }
    call.require_posted(&["lgpassword", "lgtoken"])?;
    let sessions = call.manager().sessions();
    let provider = call.session.provider();
    if !provider.can_change_user() {
        let description = daemun_messages::plaintext(&provider.description(), &Language::EN);
        let message = Message::new("api-login-fail-badsessionprovider").with(description);
        return Ok(ending.aborted(call, &message, || Reason::BotSession.explanation()));
    }
    let key = sessions.token_key(call.session, TokenType::Login).await?;
    let token = call.values.text("token").unwrap_or_default().to_owned();
    let request = call.request;
    if token.is_empty() {
        let message = Message::new("apiwarn-deprecation-login-token");
        call.output.deprecate("login", message, "action=login&!lgtoken");
        ending.note(request, LoginOutcome::NeedToken, None);
        request.journal.explain(|| explain::missing_token("lgtoken", &request.params));
        let fresh = key.make(TokenType::Login.salt(), call.now());
        return Ok(Object::new().with("result", "NeedToken").with("token", fresh));
    }
    let bad_token = || explain::token(&token, TokenType::Login, request, call.session, sessions);
    if key.is_new() {
        let message = Message::new("authpage-cannot-login-continue");
        ending.note(request, LoginOutcome::Failed, Some("sessionlost"));
        request.journal.explain(bad_token);
        return Ok(failed(call, &message, Some("sessionlost")));
    }
    if !key.accepts(TokenType::Login.salt(), &token) {
        ending.note(request, LoginOutcome::WrongToken, None);
        request.journal.explain(bad_token);
        return Ok(Object::new().with("result", "WrongToken"));
    }
    let password = call.values.text("password").unwrap_or_default();
    let password = zeroize::Zeroizing::new(password.to_owned());
    match bot_login::log_in(sessions, call.session, &ending.name, &password).await? {
        BotLogin::Success { user_id, username } => {
            let ending = Ending { method: LoginMethod::BotPassword, name: username };
            ending.note(request, LoginOutcome::Success, None);
            Ok(success(user_id, ending.name))
        }
        BotLogin::Refused(message, reason) => {
            let ending = Ending { method: LoginMethod::BotPassword, ..ending };
            let outcome = LoginOutcome::Failed.unless_throttled(Some(reason));
            ending.note(request, outcome, Some(&message.key));
            request.journal.explain(|| reason.explanation());
            Ok(failed(call, &message, None))
        }
        BotLogin::FallThrough(rest) => {
            let method = match rest.reason {
                Some(_) => LoginMethod::BotPassword,
                None => LoginMethod::MainAccount,
            };
            main_account(call, &Ending { method, ..ending }, &password, rest).await
        }
    }
}

fn name(call: &Call<'_>) -> String {
    call.values.text("name").unwrap_or_default().to_owned()
}

/// The account's own password, which the module was not meant for.
async fn main_account(
    call: &mut Call<'_>,
    ending: &Ending,
    password: &str,
    rest: FallThrough,
) -> Result<Object, Failure> {
    let manager = call.manager();
    let (request, settings) = (call.request, &manager.environment().settings);
    let not_a_bots = rest.reason;
    if settings.main_account_login == MainAccountLogin::Abort {
        let message = interaction_needed(settings.enable_bot_passwords);
        return Ok(ending.aborted(call, &message, || match not_a_bots {
            Some(reason) => reason.explanation(),
            None => Message::new("daemun-explain-main-account-refused"),
        }));
    }
    // An answer with an empty field is no answer, as everywhere in a login.
    let mut answers = Vec::new();
    if !ending.name.is_empty() && !password.is_empty() {
        let answer = Answer::to(password::ID);
        let answer = answer.with_text("username", &ending.name);
        answers.push(answer.with_text("password", password));
    }
    answers.push(Answer::to(remember_me::ID).pressed("rememberMe"));
    let response = {
        let (answers, paid) = (&answers[..], rest.paid);
        let beginning = Beginning { answers, paid, ..Beginning::default() };
        manager.begin(call.session, beginning).await?
    };
    let words = [LoginOutcome::Success, LoginOutcome::Failed];
    let is_main = matches!(response, AuthenticationResponse::Pass { .. });
    let method = if is_main { LoginMethod::MainAccount } else { ending.method };
    request.login_answered(method, words, &response, &ending.name);
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
        AuthenticationResponse::Fail { message, reason, .. } => {
            request.journal.explain(|| why_not(not_a_bots, reason, &request.params));
            Ok(failed(call, &message, None))
        }
        AuthenticationResponse::Ui { message, .. } => {
            let why = || Message::new("daemun-explain-further-step").with(message);
            Ok(ending.aborted(call, &interaction_needed(settings.enable_bot_passwords), why))
        }
        _ => {
            let why = || Message::new("daemun-explain-main-account-refused");
            Ok(ending.aborted(call, &interaction_needed(settings.enable_bot_passwords), why))
        }
    }
}

/// Why neither a bot password nor the account's own did.
fn why_not(bot: Option<Reason>, main: Option<Reason>, params: &RawParams) -> Message {
    let first = main.filter(|why| matches!(why, Reason::Throttled(_)) || why.is_captcha());
    match first.or(bot).or(main) {
        Some(Reason::NotAnswered) => explain::misnamed_fields(["lgname", "lgpassword"], params)
            .unwrap_or_else(|| Reason::NotAnswered.explanation()),
        Some(Reason::WrongPassword) => Message::new("daemun-explain-wrong-main-password"),
        Some(reason) => reason.explanation(),
        None => Message::new("daemun-explain-wrong-main-password"),
    }
}

/// What a login that ends is told by.
struct Ending {
    method: LoginMethod,
    /// The account as it was asked for.
    name: String,
}

impl Ending {
    fn note(&self, request: &Request, outcome: LoginOutcome, reason: Option<&str>) {
        request.login_ended(self.method, outcome, &self.name, reason);
    }

    fn aborted(&self, call: &Call<'_>, message: &Message, why: impl FnOnce() -> Message) -> Object {
        self.note(call.request, LoginOutcome::Aborted, Some(&message.key));
        call.request.journal.explain(why);
        let reason: Value = call.presentation.errors.reason(message, None);
        Object::new().with("result", "Aborted").with("reason", reason)
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
