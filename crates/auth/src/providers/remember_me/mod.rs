//! "Keep me logged in" (MediaWiki's `RememberMeAuthenticationRequest`): no provider of its own,
//! the manager asks it at every login.

use daemun_messages::{Message, Param};

use crate::request::{Answer, AuthenticationRequest, Field, FieldKind, Required, answer_to};
use crate::settings::{RememberMe, Settings};

/// MediaWiki's id of the request.
pub const ID: &str = "MediaWiki\\Auth\\RememberMeAuthenticationRequest";

/// The request. It has no field where there is nothing to choose.
pub fn request(settings: &Settings, can_remember: bool) -> AuthenticationRequest {
    let request = AuthenticationRequest::new(ID, Required::Optional);
    let choice = matches!(settings.remember_me, RememberMe::Choose | RememberMe::ForceChoose);
    if !choice || !can_remember {
        return request;
    }
    let days = settings.cookies.extended_expiration / 86_400;
    let field = Field::new(
        FieldKind::Checkbox,
        Message::new("userlogin-remembermypassword").with(Param::Num(days)),
        Message::new("authmanager-userlogin-remembermypassword-help"),
    );
    let forced = settings.remember_me == RememberMe::ForceChoose;
    request.field("rememberMe", if forced { field } else { field.optional() })
}

/// Whether the person stays signed in.
pub fn chosen(settings: &Settings, answers: &[Answer]) -> bool {
    match settings.remember_me {
        RememberMe::Always => true,
        RememberMe::Never => false,
        RememberMe::Choose | RememberMe::ForceChoose => {
            answer_to(answers, ID).is_some_and(|answer| answer.is_pressed("rememberMe"))
        }
    }
}
