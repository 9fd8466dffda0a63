//! The widgets of captcha services, the only scripts on any page: they are loaded only where one
//! is shown, and put their token into a field of the form.

use daemun_auth::request::AuthenticationRequest;

/// A service's widget.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Widget {
    /// `type` in the request's metadata.
    kind: &'static str,
    /// What its element is called.
    pub(crate) class: &'static str,
    /// Its script.
    pub(crate) script: &'static str,
    /// The field that it fills in.
    field: &'static str,
    /// Where it may load from.
    pub(crate) sources: &'static str,
}

static WIDGETS: [Widget; 3] = [
    Widget {
        kind: "recaptchanocaptcha",
        class: "g-recaptcha",
        script: "https://www.recaptcha.net/recaptcha/api.js",
        field: "g-recaptcha-response",
        sources: "https://www.recaptcha.net/recaptcha/ https://www.gstatic.cn/recaptcha/ \
                  https://www.gstatic.com/recaptcha/",
    },
    Widget {
        kind: "hcaptcha",
        class: "h-captcha",
        script: "https://js.hcaptcha.com/1/api.js",
        field: "h-captcha-response",
        sources: "https://hcaptcha.com https://*.hcaptcha.com",
    },
    Widget {
        kind: "turnstile",
        class: "cf-turnstile",
        script: "https://challenges.cloudflare.com/turnstile/v0/api.js",
        field: "cf-turnstile-response",
        sources: "https://challenges.cloudflare.com",
    },
];

impl Widget {
    /// The widget that a question is answered with.
    pub(crate) fn of(question: &AuthenticationRequest) -> Option<&'static Self> {
        let kind = question.metadata.get("type")?.as_str()?;
        WIDGETS.iter().find(|widget| widget.kind == kind)
    }

    /// The fields that widgets fill in.
    pub(crate) fn fields() -> impl Iterator<Item = &'static str> {
        WIDGETS.iter().map(|widget| widget.field)
    }

    /// The service's key of the wiki.
    pub(crate) fn site_key(question: &AuthenticationRequest) -> String {
        let key = question.metadata.get("key").and_then(|key| key.as_str());
        key.unwrap_or_default().to_owned()
    }
}
