//! `PasswordAuthenticationRequest`: its fields depend on what it is for.

use daemun_messages::Message;

use crate::request::{AuthAction, AuthenticationRequest, Field, FieldKind, Required};

/// MediaWiki's id of the request.
pub const ID: &str = "MediaWiki\\Auth\\PasswordAuthenticationRequest";

/// The request for this purpose, if there is one.
pub fn request(action: AuthAction, username: Option<&str>) -> Option<AuthenticationRequest> {
    match action {
        AuthAction::Login => Some(
            base()
                .account(Message::no_text())
                .field("username", self::username())
                .field("password", password("userlogin-yourpassword")),
        ),
        AuthAction::Create => Some(
            base()
                .account(Message::no_text())
                .field("username", self::username())
                .field("password", password("userlogin-yourpassword"))
                .field("retype", retype("yourpasswordagain")),
        ),
        AuthAction::Change => Some(change_request(username)),
        _ => None,
    }
}

/// The request for a new password.
pub fn change_request(username: Option<&str>) -> AuthenticationRequest {
    base()
        .account(username.map_or_else(Message::no_text, Message::raw))
        .field("password", password("newpassword"))
        .field("retype", retype("retypenew"))
}

fn base() -> AuthenticationRequest {
    AuthenticationRequest::new(ID, Required::PrimaryRequired)
        .provider(Message::new("authmanager-provider-password"))
}

/// The field for a user name, as several requests have it.
pub fn username() -> Field {
    Field::new(
        FieldKind::String,
        Message::new("userlogin-yourname"),
        Message::new("authmanager-username-help"),
    )
}

fn password(label: &'static str) -> Field {
    Field::new(FieldKind::Password, Message::new(label), Message::new("authmanager-password-help"))
}

fn retype(label: &'static str) -> Field {
    Field::new(FieldKind::Password, Message::new(label), Message::new("authmanager-retype-help"))
}
