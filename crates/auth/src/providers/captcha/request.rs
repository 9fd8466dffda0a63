//! `CaptchaAuthenticationRequest`: what clients are shown of a captcha.

use daemun_messages::Message;

use super::settings::CaptchaKind;
use super::token::{TokenService, TokenVendor};
use super::{Challenge, Purpose, Shown};
use crate::request::{AuthenticationRequest, Field, FieldKind, Required};

/// MediaWiki's id of the request, whatever the kind.
pub const ID: &str = "CaptchaAuthenticationRequest";

/// MediaWiki's class of the request of kinds that are judged here.
const CLASS: &str = "MediaWiki\\Extension\\ConfirmEdit\\Auth\\CaptchaAuthenticationRequest";

/// The request; without what is shown where it is only wanted to read an answer.
pub(super) fn request(
    kind: &CaptchaKind,
    purpose: Purpose,
    shown: Option<Shown>,
    page: &str,
) -> AuthenticationRequest {
    let (id, challenge) = match shown {
        Some((id, challenge)) => (Some(id), Some(challenge)),
        None => (None, None),
    };
    let mut metadata = serde_json::Map::new();
    let mut say = |name: &str, value: String| metadata.insert(name.to_owned(), value.into());
    let prompt = Message::new(prompt(kind, purpose));
    let mut class = CLASS;
    let mut value = challenge.as_ref().and_then(Challenge::text).map(str::to_owned);
    match kind {
        CaptchaKind::Question => {
            say("type", "question".to_owned());
            say("mime", "text/html".to_owned());
        }
        CaptchaKind::Arithmetic => {
            say("type", "simple".to_owned());
            say("mime", "text/plain".to_owned());
        }
        CaptchaKind::Image { .. } => {
            let at = |part: &str, id: &str| format!("{page}/{part}&wpCaptchaId={id}");
            say("type", "image".to_owned());
            say("mime", "image/png".to_owned());
            value = id.as_deref().map(|id| at("image", id));
            // Not MediaWiki's, which has nothing for those who cannot see.
            if let (Some(id), Some(_)) = (&id, challenge.as_ref().and_then(Challenge::alternative))
            {
                say("alternative", at("text", id));
            }
        }
        CaptchaKind::Token(service) => {
            say("type", service.vendor.type_name().to_owned());
            say("mime", "application/javascript".to_owned());
            say("key", service.site_key.clone());
            class = service.vendor.request_class();
        }
    }
    let mut request = AuthenticationRequest::new(ID, Required::Required);
    request.metadata = metadata;
    let request = request.provider(Message::raw(class));
    if let CaptchaKind::Token(service) = kind {
        let word = Field::new(FieldKind::String, prompt, Message::new(token_help(service)));
        return request.field("captchaWord", word);
    }
    let field = |kind, label, help| Field::new(kind, label, Message::new(help));
    let hidden = field(FieldKind::Hidden, Message::new("captcha-id-label"), "captcha-id-help");
    let info = field(FieldKind::Null, prompt, "captcha-info-help");
    request
        .field("captchaId", Field { value: id, ..hidden })
        .field("captchaInfo", Field { value, ..info })
        .field(
            "captchaWord",
            field(FieldKind::String, Message::new("captcha-label"), "captcha-help"),
        )
}

/// What is said to the person above the captcha.
fn prompt(kind: &CaptchaKind, purpose: Purpose) -> &'static str {
    use TokenVendor::{HCaptcha, ReCaptcha, Turnstile};
    let (login, creation) = match kind {
        CaptchaKind::Question => ("questycaptcha-badlogin", "questycaptcha-createaccount"),
        CaptchaKind::Arithmetic => ("captcha-badlogin", "captcha-createaccount"),
        CaptchaKind::Image { .. } => ("fancycaptcha-badlogin", "fancycaptcha-createaccount"),
        CaptchaKind::Token(service) => match service.vendor {
            ReCaptcha => ("renocaptcha-badlogin", "renocaptcha-createaccount"),
            HCaptcha => ("hcaptcha-badlogin", "hcaptcha-createaccount"),
            Turnstile => ("turnstile-badlogin", "turnstile-createaccount"),
        },
    };
    match purpose {
        Purpose::Login => login,
        Purpose::Creation => creation,
    }
}

fn token_help(service: &TokenService) -> &'static str {
    match service.vendor {
        TokenVendor::ReCaptcha => "renocaptcha-help",
        TokenVendor::HCaptcha => "hcaptcha-help",
        TokenVendor::Turnstile => "turnstile-help",
    }
}
