//! `action=checktoken`: whether a token is good.

use daemun_auth::session::{TokenKey, TokenType};
use daemun_mediawiki::token::{self, TokenMatch};

use super::tokens::TYPES;
use crate::call::Call;
use crate::error::ApiError;
use crate::module::{Group, Module, Running};
use crate::params::Param;
use crate::value::Object;

pub(super) static MODULE: Module = Module {
    params: &[
        Param::one_of("type", TYPES).required(),
        Param::text("token").required().sensitive(),
        Param::integer("maxtokenage"),
    ],
    examples: &[("action=checktoken&type=csrf&token=123ABC", "apihelp-checktoken-example-simple")],
    help_urls: &["https://www.mediawiki.org/wiki/Special:MyLanguage/API:Checktoken"],
    ..Module::new(Group::Action, "checktoken", "MediaWiki\\Api\\ApiCheckToken", run)
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        let given = call.values.text("token").unwrap_or_default().to_owned();
        let Some(kind) = call.values.text("type").and_then(TokenType::from_name) else {
            return Ok(());
        };
        let sessions = call.manager().sessions();
        let key = sessions.token_key(call.session, kind).await?;
        let age = call.values.int("maxtokenage");
        let found = match &key {
            TokenKey::Anonymous if key.accepts(kind.salt(), &given) => TokenMatch::Valid,
            TokenKey::Anonymous => TokenMatch::Invalid,
            TokenKey::Secret(secret) => {
                token::matches_with_age(&secret.value, kind.salt(), &given, call.now(), age)
            }
        };
        let word = match found {
            TokenMatch::Valid => "valid",
            TokenMatch::Expired => "expired",
            TokenMatch::Invalid => "invalid",
        };
        // A plus sign that was not encoded has become a space.
        if found == TokenMatch::Invalid && given.ends_with(" \\") {
            let warning = ApiError::of("apiwarn-checktoken-percentencoding");
            call.output.warn("checktoken", warning);
        }
        let result = Object::new()
            .with("result", word)
            .with_some("generated", token::generated(&given).map(|at| at.to_iso()));
        call.output.result().set("checktoken", result);
        Ok(())
    })
}
