//! `action=oathvalidate`: whether a code of somebody's second factor is good
//! (<https://www.mediawiki.org/wiki/Extension:OATHAuth>, up to 1.45).

use daemun_auth::second_factor::{FactorKind, Guess, Owned, guess};
use daemun_auth::session::TokenType;
use zeroize::Zeroizing;

use super::oath::{account, require_any_right};
use crate::call::Call;
use crate::error::{ApiError, Failure};
use crate::module::{Group, Module, NeedsToken, Running};
use crate::params::{Kind, Param};
use crate::value::{Object, Value};

pub(super) static MODULE: Module = Module {
    must_be_posted: true,
    internal: true,
    token: Some(NeedsToken { kind: TokenType::Csrf, web_salt: None }),
    params: &[
        Param::new("user", Kind::User(&["name", "ip", "temp", "cidr", "interwiki"])),
        Param::text("data").required(),
    ],
    examples: &[
        (
            "action=oathvalidate&data={\"token\":\"123456\"}&token=123ABC",
            "apihelp-oathvalidate-example-1",
        ),
        (
            "action=oathvalidate&user=Example&data={\"token\":\"123456\"}&token=123ABC",
            "apihelp-oathvalidate-example-3",
        ),
    ],
    ..Module::new(
        Group::Action,
        "oathvalidate",
        "MediaWiki\\Extension\\OATHAuth\\Api\\Module\\ApiOATHValidate",
        run,
    )
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        call.require_posted(&["token", "data"])?;
        require_any_right(call, &["oathauth-api-all"])?;
        let (enabled, valid) = validate(call).await?;
        let result =
            Object::new().with("enabled", Value::Flag(enabled)).with("valid", Value::Flag(valid));
        call.output.result().set("oathvalidate", result);
        Ok(())
    })
}

async fn validate(call: &Call<'_>) -> Result<(bool, bool), Failure> {
    let environment = call.manager().environment();
    let Some(account) = account(call).await? else { return Ok((false, false)) };
    let owned = Owned::load(environment, account).await?;
    // MediaWiki asks for an app alone: whoever has recovery codes and nothing else counts as nobody.
    if !owned.kinds().contains(&FactorKind::Totp) {
        return Ok((false, false));
    }
    let (kind, code) = given(call.values.text("data").unwrap_or_default());
    match guess(environment, account, owned, kind, &code).await? {
        Guess::Right => Ok((true, true)),
        Guess::Wrong | Guess::Used => Ok((true, false)),
        Guess::Throttled(_) => Err(ApiError::of("apierror-ratelimited").into()),
    }
}

/// What `data` holds. Anything else is a wrong code.
fn given(data: &str) -> (FactorKind, Zeroizing<String>) {
    let data: serde_json::Value = serde_json::from_str(data).unwrap_or_default();
    let text = |name| data.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
    match (text("token"), text("recoverycode")) {
        (Some(token), _) => (FactorKind::Totp, Zeroizing::new(token)),
        (None, code) => (FactorKind::RecoveryCodes, Zeroizing::new(code.unwrap_or_default())),
    }
}
