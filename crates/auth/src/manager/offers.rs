//! What the manager offers to a session: questions to answer, and what is possible at all.

use daemun_messages::Message;

use super::AuthManager;
use super::creating::{REASON, USER_DATA, USERNAME};
use crate::creation::AccountCreation;
use crate::error::AuthError;
use crate::providers::{Asking, password, remember_me};
use crate::request::{AuthAction, AuthenticationRequest, Field, FieldKind, Required};
use crate::session::Session;

impl AuthManager {
    /// Whether somebody can log in within the session.
    pub fn can_authenticate_now(&self, session: &Session) -> bool {
        session.provider().can_change_user()
    }

    /// Whether accounts can be created at all.
    pub fn can_create_accounts(&self) -> bool {
        self.providers.primary.iter().any(|p| p.account_creation() != AccountCreation::None)
    }

    /// Whether other accounts can be linked to the ones here.
    pub fn can_link_accounts(&self) -> bool {
        self.providers.primary.iter().any(|p| p.account_creation() == AccountCreation::Link)
    }
}

/// The questions that begin something.
pub(super) async fn requests(
    manager: &AuthManager,
    asking: &mut Asking<'_>,
) -> Result<Vec<AuthenticationRequest>, AuthError> {
    let providers = &manager.providers;
    let action = asking.action;
    let mut all = Vec::new();
    let begins = matches!(action, AuthAction::Login | AuthAction::Create);
    if begins {
        for provider in &providers.pre {
            all.extend(provider.requests(asking).await?);
        }
    }
    let only_links = matches!(action, AuthAction::Link | AuthAction::Unlink);
    for provider in &providers.primary {
        if only_links && provider.account_creation() != AccountCreation::Link {
            continue;
        }
        all.extend(provider.requests(asking).await?.into_iter().map(|mut request| {
            // One of several primaries is enough.
            if request.required == Required::Required {
                request.required = Required::PrimaryRequired;
            }
            request
        }));
    }
    if begins || matches!(action, AuthAction::Change | AuthAction::Remove) {
        for provider in &providers.secondary {
            all.extend(provider.requests(asking).await?);
        }
    }
    match action {
        AuthAction::Login => {
            let can_remember = asking.session.provider().can_change_user();
            all.push(remember_me::request(&manager.environment.settings, can_remember));
        }
        AuthAction::Create => {
            let real_names = manager.environment.settings.real_names;
            all.extend(for_creation(real_names, asking.account().is_some()));
        }
        _ => {}
    }
    Ok(once_each(all))
}

/// What the manager itself wants to know of a new account.
fn for_creation(real_names: bool, by_another: bool) -> Vec<AuthenticationRequest> {
    let text = |label, help| Field::new(FieldKind::String, Message::new(label), Message::new(help));
    let mut data = AuthenticationRequest::new(USER_DATA, Required::Required)
        .field("email", text("authmanager-email-label", "authmanager-email-help").optional());
    if real_names {
        let name = text("authmanager-realname-label", "authmanager-realname-help");
        data = data.field("realname", name.optional());
    }
    let name = AuthenticationRequest::new(USERNAME, Required::Required)
        .field("username", password::username());
    let mut requests = vec![name, data];
    if by_another {
        requests.push(
            AuthenticationRequest::new(REASON, Required::Optional)
                .field("reason", text("createacct-reason", "createacct-reason-help")),
        );
    }
    requests
}

/// Of several requests with one id the first stays, unless a later one must be answered.
fn once_each(requests: Vec<AuthenticationRequest>) -> Vec<AuthenticationRequest> {
    let mut all: Vec<AuthenticationRequest> = Vec::with_capacity(requests.len());
    for request in requests {
        match all.iter_mut().find(|known| known.id == request.id) {
            Some(known) if request.required == Required::Required => *known = request,
            Some(_) => {}
            None => all.push(request),
        }
    }
    all
}
