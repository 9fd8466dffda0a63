//! `captcha.…`: what kind of captcha several keys together make.

use daemun_auth::Settings;
use daemun_auth::providers::captcha::settings::CaptchaKind;
use daemun_auth::providers::captcha::token::{TokenService, TokenVendor};
use zeroize::Zeroizing;

/// The keys that make a kind together.
#[derive(Default)]
pub(super) struct Drafted {
    pub(super) kind: String,
    pub(super) text_alternative: bool,
    pub(super) site_key: String,
    pub(super) secret: Zeroizing<String>,
    pub(super) endpoint: String,
    pub(super) sends_address: bool,
}

impl Drafted {
    /// Puts the kind into the settings. Problems are sentences.
    pub(super) fn finish(self, settings: &mut Settings, problems: &mut Vec<String>) {
        let Self { kind, text_alternative, site_key, secret, endpoint, sends_address } = self;
        let mut missing = |what: &str| {
            problems.push(format!("`captcha.kind` is {kind:?} and {what}"));
        };
        settings.captcha.kind = match kind.as_str() {
            "question" => {
                if settings.captcha.questions.is_empty() {
                    missing("`captcha.questions` has none: there must be one or more");
                }
                Some(CaptchaKind::Question)
            }
            "arithmetic" => Some(CaptchaKind::Arithmetic),
            "image" => Some(CaptchaKind::Image { text_alternative }),
            name => TokenVendor::named(name).map(|vendor| {
                if site_key.is_empty() {
                    missing("`captcha.site-key` is empty: it must be what the service gave");
                }
                if secret.is_empty() {
                    missing("`captcha.secret-key` is empty: it must be what the service gave");
                }
                let given = Some(endpoint).filter(|endpoint| !endpoint.is_empty());
                let endpoint = given.unwrap_or_else(|| vendor.endpoint().to_owned());
                CaptchaKind::Token(TokenService {
                    vendor,
                    site_key,
                    secret,
                    endpoint,
                    sends_address,
                })
            }),
        };
    }
}
