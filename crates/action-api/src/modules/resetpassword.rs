//! `action=resetpassword`: has a temporary password sent to somebody who forgot the other one
//! (<https://www.mediawiki.org/wiki/API:Manage_authentication_data>).

use daemun_auth::password_reset::{self, ResetOutcome, Wanted};
use daemun_auth::session::TokenType;
use daemun_messages::Message;

use crate::call::Call;
use crate::error::{ApiError, Failure};
use crate::module::{Group, Module, NeedsToken, Running};
use crate::params::{Kind, Param};
use crate::value::Object;

pub(super) static MODULE: Module = Module {
    must_be_posted: true,
    writes: true,
    token: Some(NeedsToken { kind: TokenType::Csrf, web_salt: None }),
    params: &[Param::new("user", Kind::User(&["name"])), Param::text("email")],
    examples: &[
        ("action=resetpassword&user=Example&token=123ABC", "apihelp-resetpassword-example-user"),
        (
            "action=resetpassword&email=user@example.com&token=123ABC",
            "apihelp-resetpassword-example-email",
        ),
    ],
    help_urls: &[
        "https://www.mediawiki.org/wiki/Special:MyLanguage/API:Manage_authentication_data",
    ],
    extended_description: |settings| match settings.mail.reset_by_name
        || settings.mail.reset_by_address
    {
        true => "extended-description",
        false => "extended-description-noroutes",
    },
    ..Module::new(Group::Action, "resetpassword", "MediaWiki\\Api\\ApiResetPassword", run)
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        reset(call).await?;
        let result = Object::new().with("status", "success");
        call.output.result().set("resetpassword", result);
        Ok(())
    })
}

async fn reset(call: &Call<'_>) -> Result<(), Failure> {
    let environment = call.manager().environment();
    if !password_reset::has_routes(environment) {
        let error = ApiError::of("apihelp-resetpassword-extended-description-noroutes");
        return Err(error.code("moduledisabled").into());
    }
    let blocks = daemun_auth::blocks_of(environment, call.session.user()).await?;
    let blocked = blocks.iter().any(|block| block.create_account);
    let given = |name| call.values.text(name).map(str::to_owned);
    let wanted = Wanted { username: given("user"), email: given("email") };
    match password_reset::begin(environment, call.session.user(), blocked, wanted).await? {
        ResetOutcome::Refused(message) => return Err(ApiError::new(message).into()),
        // Who asks is told the same, so the author of a client is told where to look.
        ResetOutcome::Accepted => {
            call.request.journal.explain(|| Message::new("daemun-explain-reset-in-background"));
        }
        ResetOutcome::TooMany => {
            call.request.journal.explain(|| Message::new("daemun-explain-reset-too-many"));
        }
    }
    Ok(())
}
