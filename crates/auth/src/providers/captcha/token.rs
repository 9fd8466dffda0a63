//! Captchas of services elsewhere: a widget gives the person's browser a token, and the service
//! says whether it is good. How it is asked is the program's part.

use std::net::IpAddr;

use async_trait::async_trait;
use zeroize::Zeroizing;

/// Whose service it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenVendor {
    /// Google's reCAPTCHA v2 (`ReCaptchaNoCaptcha`).
    ReCaptcha,
    /// hCaptcha.
    HCaptcha,
    /// Cloudflare's Turnstile.
    Turnstile,
}

impl TokenVendor {
    /// The service of this name in the configuration.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "recaptcha" => Self::ReCaptcha,
            "hcaptcha" => Self::HCaptcha,
            "turnstile" => Self::Turnstile,
            _ => return None,
        })
    }

    /// `type` in the request's metadata.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::ReCaptcha => "recaptchanocaptcha",
            Self::HCaptcha => "hcaptcha",
            Self::Turnstile => "turnstile",
        }
    }

    /// MediaWiki's class of the request, which clients see as its provider.
    pub(super) fn request_class(self) -> &'static str {
        match self {
            Self::ReCaptcha => {
                "MediaWiki\\Extension\\ConfirmEdit\\ReCaptchaNoCaptcha\\ReCaptchaNoCaptchaAuthenticationRequest"
            }
            Self::HCaptcha => {
                "MediaWiki\\Extension\\ConfirmEdit\\hCaptcha\\HCaptchaAuthenticationRequest"
            }
            Self::Turnstile => {
                "MediaWiki\\Extension\\ConfirmEdit\\Turnstile\\TurnstileAuthenticationRequest"
            }
        }
    }

    /// Where the vendor says whether a token is good.
    pub fn endpoint(self) -> &'static str {
        match self {
            Self::ReCaptcha => "https://www.recaptcha.net/recaptcha/api/siteverify",
            Self::HCaptcha => "https://api.hcaptcha.com/siteverify",
            Self::Turnstile => "https://challenges.cloudflare.com/turnstile/v0/siteverify",
        }
    }

    /// What `captcha-error` says where the service refuses and gives a reason.
    fn refusal_code(self) -> &'static str {
        match self {
            Self::ReCaptcha => "recaptcha-api",
            Self::HCaptcha => "hcaptcha-api",
            Self::Turnstile => "turnstile-api",
        }
    }
}

/// A service as the wiki uses it.
#[derive(Clone)]
pub struct TokenService {
    /// Whose it is.
    pub vendor: TokenVendor,
    /// What the widget is called with (`$wgReCaptchaSiteKey`, `$wgHCaptchaSiteKey`,
    /// `$wgTurnstileSiteKey`).
    pub site_key: String,
    /// What the service knows the wiki by (`$wgReCaptchaSecretKey`, …).
    pub secret: Zeroizing<String>,
    /// Where it is asked.
    pub endpoint: String,
    /// Whether it is told the person's address (`$wgReCaptchaSendRemoteIP`, …).
    pub sends_address: bool,
}

impl std::fmt::Debug for TokenService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { vendor, endpoint, .. } = self;
        write!(f, "TokenService({vendor:?} at {endpoint}, …)")
    }
}

/// Why it is not known whether a token is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenProblem {
    /// The service was not reached in time, or answered with an error.
    Unreachable,
    /// What it answered makes no sense.
    Unreadable,
    /// It refused, and said why: the token is old, used or made up, or the secret is wrong.
    Refused,
}

impl TokenProblem {
    /// The parameter of `captcha-error`.
    pub(super) fn code(self, vendor: TokenVendor) -> &'static str {
        match self {
            Self::Unreachable => "http",
            Self::Unreadable => "json",
            Self::Refused => vendor.refusal_code(),
        }
    }
}

/// Asks a service whether a token is good.
#[async_trait]
pub trait TokenVerifier: Send + Sync {
    /// Whether it is; in bounded time.
    async fn verify(
        &self,
        service: &TokenService,
        token: &str,
        address: IpAddr,
    ) -> Result<bool, TokenProblem>;
}

/// Reaches nobody.
#[derive(Debug)]
pub struct NoVerifier;

#[async_trait]
impl TokenVerifier for NoVerifier {
    async fn verify(&self, _: &TokenService, _: &str, _: IpAddr) -> Result<bool, TokenProblem> {
        Err(TokenProblem::Unreachable)
    }
}
