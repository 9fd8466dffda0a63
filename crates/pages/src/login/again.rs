//! Somebody who is in shows that it is still they, for an operation that `force` names: the name is
//! fixed, and afterwards they go back to where they came from.

use daemun_auth::manager::SecurityStatus;
use daemun_messages::{Message, Param};

use crate::form::Form;
use crate::page::Visit;

/// Longest name of an operation, in bytes.
const LONGEST: usize = 64;

/// The operation, where somebody is in.
pub(super) fn operation(visit: &Visit<'_>) -> Option<String> {
    let is_in = visit.session.user().is_registered();
    visit.param("force").filter(|name| is_in && !name.is_empty() && name.len() <= LONGEST)
}

/// Whether there is nothing to show: it was not long ago.
pub(super) fn is_proven(visit: &Visit<'_>) -> bool {
    operation(visit).is_some_and(|operation| {
        visit.manager().security_status(&visit.session, &operation) == SecurityStatus::Ok
    })
}

/// The form for the one who is in. Whether they stay signed in was chosen before.
pub(super) fn fixed(visit: &Visit<'_>, mut form: Form) -> Form {
    if operation(visit).is_none() {
        return form;
    }
    form.fields.retain(|field| field.name != "wpRemember");
    for field in form.fields.iter_mut().filter(|field| field.name == "wpName") {
        field.value = visit.session.user().name();
        field.readonly = true;
    }
    form
}

/// What is said above the first form.
pub(super) fn notice(visit: &Visit<'_>) -> Option<Message> {
    let user = visit.session.user();
    let name = || Param::plaintext(user.name());
    if operation(visit).is_some() {
        return Some(Message::new("userlogin-reauth").with(name()));
    }
    if user.is_registered() {
        return Some(Message::new("userlogin-loggedin").with(name()));
    }
    let warning = visit.param("warning");
    let is_known = warning.as_deref() == Some("exception-nologin-text");
    is_known.then(|| Message::new("exception-nologin-text"))
}
