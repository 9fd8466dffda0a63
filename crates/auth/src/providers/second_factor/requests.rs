//! The questions for second factors, as OATHAuth asks them.

use daemun_messages::Message;
use daemun_store::Account;
use serde_json::json;

use crate::request::{AuthenticationRequest, Field, FieldKind, Required};
use crate::second_factor::FactorKind;

/// MediaWiki's id of the question for an app's code.
pub(super) const TOTP_ID: &str = "MediaWiki\\Extension\\OATHAuth\\Auth\\TOTPAuthenticationRequest";
/// MediaWiki's id of the question for a recovery code.
pub(super) const RECOVERY_ID: &str =
    "MediaWiki\\Extension\\OATHAuth\\Auth\\RecoveryCodesAuthenticationRequest";
/// MediaWiki's id of the choice among the kinds.
pub(super) const SELECT_ID: &str =
    "MediaWiki\\Extension\\OATHAuth\\Auth\\TwoFactorModuleSelectAuthenticationRequest";
/// Its field.
pub(super) const NEW_MODULE: &str = "newModule";

/// What is asked for a kind: the question's id, its field, and the messages for a first question
/// and after a wrong answer.
pub(super) struct Asking {
    pub(super) id: &'static str,
    pub(super) field: &'static str,
    pub(super) first: &'static str,
    pub(super) failed: &'static str,
}

impl Asking {
    pub(super) fn of(kind: FactorKind) -> Self {
        match kind {
            FactorKind::Totp => Self {
                id: TOTP_ID,
                field: "OATHToken",
                first: "oathauth-auth-ui",
                failed: "oathauth-login-failed",
            },
            FactorKind::RecoveryCodes => Self {
                id: RECOVERY_ID,
                field: "RecoveryCode",
                first: "oathauth-auth-recovery-code-help",
                failed: "oathauth-recovery-code-login-failed",
            },
        }
    }
}

/// The question for a kind, and the choice among several.
pub(super) fn requests(
    account: &Account,
    current: FactorKind,
    all: &[FactorKind],
) -> Vec<AuthenticationRequest> {
    let asking = Asking::of(current);
    let message = Message::new;
    let field = match current {
        FactorKind::Totp => Field::new(
            FieldKind::String,
            message("oathauth-auth-token-label"),
            message("oathauth-auth-token-help"),
        ),
        FactorKind::RecoveryCodes => Field::new(
            FieldKind::String,
            message("oathauth-auth-recovery-code-label"),
            message("oathauth-auth-recovery-code-help"),
        )
        .optional(),
    };
    let mut requests = vec![
        AuthenticationRequest::new(asking.id, Required::Required)
            .provider(message("oathauth-describe-provider"))
            .account(Message::raw(account.name.as_str()))
            .field(asking.field, field),
    ];
    if all.len() > 1 {
        requests.push(select(current, all));
    }
    requests
}

fn select(current: FactorKind, all: &[FactorKind]) -> AuthenticationRequest {
    let mut field = Field::new(
        FieldKind::Select,
        Message::new("oathauth-auth-switch-module-label"),
        Message::new("oathauth-auth-switch-module-help"),
    )
    .optional();
    field.value = Some(String::new());
    field.options.push((String::new(), Message::new("oathauth-auth-switch-module-keep")));
    let others = all.iter().filter(|kind| **kind != current);
    field.options.extend(others.map(|kind| (kind.name().to_owned(), name(*kind))));
    let descriptions = all.iter().map(|kind| (kind.name().to_owned(), name(*kind))).collect();
    let names: Vec<&str> = all.iter().map(|kind| kind.name()).collect();
    let mut request =
        AuthenticationRequest::new(SELECT_ID, Required::Required).field(NEW_MODULE, field);
    request.metadata.insert("currentModule".to_owned(), json!(current.name()));
    request.metadata.insert("allowedModules".to_owned(), json!(names));
    request.descriptions = Some(("moduleDescriptions".into(), descriptions));
    request
}

/// A kind's name for people.
fn name(kind: FactorKind) -> Message {
    Message::new(match kind {
        FactorKind::Totp => "oathauth-module-totp-label",
        FactorKind::RecoveryCodes => "oathauth-module-recoverycodes-label",
    })
}
