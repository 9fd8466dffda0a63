//! `meta=oath`: whether an account has a second factor
//! (<https://www.mediawiki.org/wiki/Extension:OATHAuth>, up to 1.45).

use daemun_mediawiki::username::{self, Rigor};
use daemun_messages::Message;
use daemun_store::LogEntry;

use crate::call::Call;
use crate::error::{ApiError, Failure};
use crate::module::{Group, Module, Running};
use crate::params::{Kind, Param};
use crate::value::{Object, Value};

pub(super) static MODULE: Module = Module {
    prefix: "oath",
    internal: true,
    params: &[
        Param::new("user", Kind::User(&["name", "ip", "temp", "cidr", "interwiki"])),
        Param::text("reason"),
    ],
    examples: &[
        ("action=query&meta=oath", "apihelp-query+oath-example-1"),
        ("action=query&meta=oath&oathuser=Example", "apihelp-query+oath-example-2"),
    ],
    ..Module::new(
        Group::Meta,
        "oath",
        "MediaWiki\\Extension\\OATHAuth\\Api\\Module\\ApiQueryOATH",
        run,
    )
};

const ALL: &str = "oathauth-api-all";

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        require_any_right(call, &[ALL, "oathauth-verify-user"])?;
        let reason = call.values.text("reason").unwrap_or_default().to_owned();
        if !call.is_allowed(ALL) && reason.is_empty() {
            let message = Message::new("apierror-missingparam").with("reason");
            return Err(ApiError::new(message).code("noreason").into());
        }
        let account = account(call).await?;
        let environment = call.manager().environment();
        let enabled = match account {
            Some(id) if environment.settings.second_factor.enabled => {
                environment.store.factors.has_any(id).await?
            }
            _ => false,
        };
        if let (Some(id), false) = (account, reason.is_empty()) {
            log(call, id, reason).await?;
        }
        let result = Object::new().with("enabled", Value::Flag(enabled));
        call.output.set_in("query", "oath", result);
        Ok(())
    })
}

/// The account that `user` names, or one's own; `None` where nobody has the name.
///
/// # Errors
/// `invaliduser` where nobody could have it.
pub(super) async fn account(call: &Call<'_>) -> Result<Option<u64>, Failure> {
    let environment = call.manager().environment();
    let Some(given) = call.values.text("user") else {
        return Ok(Some(call.session.user().id()).filter(|id| *id != 0));
    };
    let names = &environment.settings.names;
    let name = username::canonical(given, Rigor::Valid, names);
    let name = name.ok_or_else(|| ApiError::of("noname"))?;
    let account = environment.store.accounts.by_name(&name, call.now()).await?;
    Ok(account.map(|account| account.id))
}

/// Refuses whoever has none of these rights.
///
/// # Errors
/// `permissiondenied`.
pub(super) fn require_any_right(call: &Call<'_>, rights: &[&str]) -> Result<(), ApiError> {
    if rights.iter().any(|right| call.is_allowed(right)) {
        return Ok(());
    }
    let action = Message::new("action-oathauth-api-all");
    Err(ApiError::new(Message::new("apierror-permissiondenied").with(action)))
}

/// Who looks at others' second factors leaves a note.
async fn log(call: &Call<'_>, target: u64, comment: String) -> Result<(), Failure> {
    let store = &call.manager().environment().store;
    let Some(target) = store.accounts.by_id(target, call.now()).await? else { return Ok(()) };
    let performer = call.session.user();
    let entry = LogEntry {
        kind: "oath".to_owned(),
        action: "verify".to_owned(),
        performer_id: performer.id(),
        performer_name: performer.name(),
        namespace: 2,
        title: target.name.replace(' ', "_"),
        comment: comment.chars().take(500).collect(),
        // PHP's serialisation of nothing.
        params: "a:0:{}".to_owned(),
        timestamp: call.now(),
    };
    store.log.add(&entry).await?;
    Ok(())
}
