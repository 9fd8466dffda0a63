//! Changes of credentials, as several modules make them.

use daemun_auth::creation::CredentialChange;
use daemun_auth::manager::SecurityStatus;
use daemun_auth::manager::credentials::ChangeOutcome;
use daemun_auth::request::AuthAction;
use daemun_messages::Message;

use super::answers;
use crate::call::Call;
use crate::error::{ApiError, Failure};
use crate::value::Object;

/// Only for somebody who is in.
///
/// # Errors
/// `notloggedin`, with the text of this key.
pub(in crate::modules) fn require_login(call: &Call<'_>, key: &'static str) -> Result<(), Failure> {
    let named = call.session.user().account().is_some_and(|account| !account.is_temp);
    if named { Ok(()) } else { Err(ApiError::of(key).into()) }
}

/// Only shortly after a login, as long as holds for this operation.
///
/// # Errors
/// `reauthenticate`, or `cannotreauthenticate` where a login is not possible.
pub(in crate::modules) fn require_recent_login(
    call: &Call<'_>,
    operation: &str,
) -> Result<(), Failure> {
    let (code, key) = match call.manager().security_status(call.session, operation) {
        SecurityStatus::Ok => return Ok(()),
        SecurityStatus::Reauthenticate => ("reauthenticate", "apierror-reauthenticate"),
        SecurityStatus::Fail => ("cannotreauthenticate", "apierror-cannotreauthenticate"),
    };
    Err(ApiError::of(key).code(code).into())
}

/// Makes the change that the parameter `request` names, in the name of this module.
///
/// # Errors
/// `badrequest` where nothing of that name is offered; what the providers have against it.
pub(in crate::modules) async fn change(
    call: &mut Call<'_>,
    action: AuthAction,
) -> Result<(), Failure> {
    let none = || Failure::from(ApiError::of("apierror-changeauth-norequest"));
    let id = call.values.text("request").unwrap_or_default().to_owned();
    let mut offered = call.manager().credentials(call.session, action, true).await?;
    offered.retain(|request| request.id == id);
    if offered.is_empty() {
        return Err(none());
    }
    let answers = match action {
        AuthAction::Change => answers(call, &offered, None)?,
        // What is removed needs no filling in.
        _ => Vec::new(),
    };
    if action == AuthAction::Change && answers.is_empty() {
        return Err(none());
    }
    let manager = call.manager();
    let Some(account) = call.session.user().account().cloned() else { return Err(none()) };
    let change = CredentialChange { action, id: &id, answer: answers.first() };
    match manager.change_credentials(&account, change).await? {
        ChangeOutcome::Done => {}
        ChangeOutcome::NobodysBusiness => return Err(none()),
        ChangeOutcome::Refused(messages) => return Err(refused(messages)),
    }
    let name = call.module.name;
    call.output.result().set(name, Object::new().with("status", "success"));
    Ok(())
}

fn refused(messages: Vec<Message>) -> Failure {
    Failure::Errors {
        errors: messages.into_iter().map(ApiError::new).collect(),
        module: None,
        status: 200,
        headers: Vec::new(),
    }
}
