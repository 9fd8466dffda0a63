//! `action=validatepassword` (<https://www.mediawiki.org/wiki/API:Validatepassword>): what a
//! password is worth before somebody takes it.

use daemun_auth::policy::Validity;
use daemun_mediawiki::username::{self, Rigor};
use daemun_messages::Message;

use crate::call::Call;
use crate::error::{ApiError, Failure};
use crate::module::{Group, Module, Running};
use crate::params::{Kind, Param};
use crate::value::Object;

pub(super) static MODULE: Module = Module {
    must_be_posted: true,
    params: &[
        Param::password("password").required(),
        Param::new("user", Kind::User(&["name", "id"])),
        Param::text("email"),
        Param::text("realname"),
    ],
    examples: &[
        ("action=validatepassword&password=foobar", "apihelp-validatepassword-example-1"),
        (
            "action=validatepassword&password=querty&user=Example",
            "apihelp-validatepassword-example-2",
        ),
    ],
    help_urls: &["https://www.mediawiki.org/wiki/Special:MyLanguage/API:Validatepassword"],
    ..Module::new(Group::Action, "validatepassword", "MediaWiki\\Api\\ApiValidatePassword", run)
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        call.require_posted(&["password"])?;
        let validity = check(call).await?;
        let mut result = Object::new().with("validity", word(&validity));
        if !validity.is_good() {
            let problems = call.presentation.errors.status(&validity.problems);
            result.set("validitymessages", problems);
        }
        call.output.result().set("validatepassword", result);
        Ok(())
    })
}

/// The password for who asks, or for an account that `user` would be the name of.
async fn check(call: &Call<'_>) -> Result<Validity, Failure> {
    let environment = call.manager().environment();
    let settings = &environment.settings;
    let password = call.values.text("password").unwrap_or_default();
    let Some(given) = call.values.text("user") else {
        let user = call.session.user();
        let groups = user.groups(&settings.rights, call.now());
        return Ok(settings.password_policy.check(&user.name(), &groups, password));
    };
    let accounts = &environment.store.accounts;
    if let Some(id) = given.strip_prefix('#').and_then(|id| id.parse().ok())
        && accounts.by_id(id, call.now()).await?.is_some()
    {
        return Err(ApiError::of("userexists").into());
    }
    let Some(name) = username::canonical(given, Rigor::Creatable, &settings.names) else {
        let given = daemun_messages::escape_wikitext(given);
        let message = Message::new("apierror-baduser").with("user").with(given);
        return Err(ApiError::new(message).code("baduser_user").into());
    };
    if accounts.by_name(&name, call.now()).await?.is_some() {
        return Err(ApiError::of("userexists").into());
    }
    let groups = settings.rights.implicit_groups(None, call.now());
    Ok(settings.password_policy.check(&name, &groups, password))
}

fn word(validity: &Validity) -> &'static str {
    match validity {
        validity if validity.is_good() => "Good",
        validity if validity.fatal => "Invalid",
        _ => "Change",
    }
}
