//! Why a login was refused, more exactly than its message says.
//!
//! What a client is told must not show which names exist or which part of an answer was wrong. An
//! author who tries a client against a server of their own needs just that: so a refusal carries
//! its reason beside its message, and only the log of a server that explains ever shows it.

use daemun_messages::{Message, Param};

use crate::settings::ThrottleRule;

/// Why a login was refused. A value of a few bytes, made where the decision falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No question was answered: fields are absent or empty.
    NotAnswered,
    /// No account can have this name.
    UnusableName,
    /// `User@app` in a dialogue, which knows no bot passwords.
    BotNameInDialogue,
    /// Nobody has this name.
    UnknownAccount,
    /// The account is there and its password is another.
    WrongPassword,
    /// The same, and what was sent begins or ends with a blank or a line end.
    PaddedPassword,
    /// The same, and what was sent looks like a bot password.
    BotPasswordAsPassword,
    /// The account has no password that anything could match.
    NoPassword,
    /// No password fits, and the temporary one that was mailed is too old.
    TemporaryPasswordExpired,
    /// The wiki's rules forbid even to try this password.
    ForbiddenPassword,
    /// Too many attempts.
    Throttled(ThrottleRule),
    /// The code from an e-mail was wrong too often.
    WrongEmailCode,
    /// The code from an e-mail came too late.
    EmailCodeTooOld,
    /// The account is blocked, and the wiki keeps blocked users out.
    Blocked,
    /// The second factor's field is absent or empty.
    CodeNotAnswered,
    /// The code is wrong.
    WrongCode,
    /// The code was right, and it or a later one was used before.
    UsedCode,
    /// Too many codes were wrong.
    CodeThrottled(ThrottleRule),
    /// The account's second factors were taken away during the login.
    SecondFactorGone,
    /// A captcha is due, and none was answered.
    CaptchaNotAnswered,
    /// The captcha that was answered is not open in this session: answered before, of another
    /// session, or too old.
    CaptchaNotOpen,
    /// The answer to the captcha is another.
    CaptchaWrong,
    /// Too many captchas were answered wrongly.
    CaptchaTooOften,
    /// The captcha's service did not say that the token is good.
    CaptchaNotVerified,
    /// The person, or the OpenID provider for them, did not want to sign in.
    OpenIdDenied,
    /// The state is not the one that this login sent away.
    OpenIdState,
    /// The code that was brought back was used before, or just now by another request.
    OpenIdUsed,
    /// The OpenID provider does not give anything for the code.
    OpenIdCode,
    /// The OpenID provider was not reached, or failed.
    OpenIdUnavailable,
    /// The ID token is signed by nobody or by somebody else.
    OpenIdSignature,
    /// The ID token was issued to somebody else.
    OpenIdAudience,
    /// The ID token belongs to another login.
    OpenIdNonce,
    /// The OpenID provider calls itself otherwise than the wiki knows it.
    OpenIdIssuer,
    /// Something else about what the OpenID provider said does not hold.
    OpenIdAnswer,
    /// Nobody here is linked to whoever signed in, and no account is made.
    OpenIdNoAccount,
    /// An account would be made, but the claims have no name that it could get.
    OpenIdNoName,
    /// `logincontinue` where no login is going on.
    NoDialogue,
    /// The login that was going on has waited for too long.
    DialogueTooOld,
    /// The account's sessions were ended or its password was changed during the login.
    AccountChanged,
    /// A bot password's session cannot change its user.
    BotSession,
    /// Bot passwords are switched off, and this looks like one.
    BotPasswordsOff,
    /// `User@app` with a password that is no bot password's.
    NotBotPassword,
    /// A bot password's account is not there.
    UnknownBotAccount,
    /// The account has no bot password of this application.
    UnknownApp,
    /// The bot password may not be used from this address.
    BotAddress,
    /// The bot password is another.
    WrongBotPassword,
    /// The bot password was made void.
    VoidBotPassword,
}

impl Reason {
    /// Whether it is about a captcha.
    pub fn is_captcha(self) -> bool {
        matches!(
            self,
            Self::CaptchaNotAnswered
                | Self::CaptchaNotOpen
                | Self::CaptchaWrong
                | Self::CaptchaTooOften
                | Self::CaptchaNotVerified
        )
    }

    /// The reason for the author of the client, in one sentence.
    pub fn explanation(self) -> Message {
        match self {
            Self::NotAnswered => Message::new("daemun-explain-not-answered"),
            Self::UnusableName => Message::new("daemun-explain-unusable-name"),
            Self::BotNameInDialogue => Message::new("daemun-explain-bot-name-in-dialogue"),
            Self::UnknownAccount => Message::new("daemun-explain-unknown-account"),
            Self::WrongPassword => Message::new("daemun-explain-wrong-password"),
            Self::PaddedPassword => Message::new("daemun-explain-padded-password"),
            Self::BotPasswordAsPassword => Message::new("daemun-explain-bot-password-as-password"),
            Self::NoPassword => Message::new("daemun-explain-no-password"),
            Self::TemporaryPasswordExpired => {
                Message::new("daemun-explain-temporary-password-expired")
            }
            Self::ForbiddenPassword => Message::new("daemun-explain-forbidden-password"),
            Self::Throttled(rule) => Message::new("daemun-explain-throttled")
                .with(Param::Num(rule.count.into()))
                .with(Param::Duration(rule.seconds.into())),
            Self::WrongEmailCode => Message::new("daemun-explain-wrong-email-code"),
            Self::EmailCodeTooOld => Message::new("daemun-explain-email-code-too-old"),
            Self::Blocked => Message::new("daemun-explain-blocked"),
            Self::CodeNotAnswered => Message::new("daemun-explain-code-not-answered"),
            Self::WrongCode => Message::new("daemun-explain-wrong-code"),
            Self::UsedCode => Message::new("daemun-explain-used-code"),
            Self::CodeThrottled(rule) => Message::new("daemun-explain-code-throttled")
                .with(Param::Num(rule.count.into()))
                .with(Param::Duration(rule.seconds.into())),
            Self::SecondFactorGone => Message::new("daemun-explain-second-factor-gone"),
            Self::CaptchaNotAnswered => Message::new("daemun-explain-captcha-not-answered"),
            Self::CaptchaNotOpen => Message::new("daemun-explain-captcha-not-open"),
            Self::CaptchaWrong => Message::new("daemun-explain-captcha-wrong"),
            Self::CaptchaTooOften => Message::new("daemun-explain-captcha-too-often"),
            Self::CaptchaNotVerified => Message::new("daemun-explain-captcha-not-verified"),
            Self::OpenIdDenied => Message::new("daemun-explain-openid-denied"),
            Self::OpenIdState => Message::new("daemun-explain-openid-state"),
            Self::OpenIdUsed => Message::new("daemun-explain-openid-used"),
            Self::OpenIdCode => Message::new("daemun-explain-openid-code"),
            Self::OpenIdUnavailable => Message::new("daemun-explain-openid-unavailable"),
            Self::OpenIdSignature => Message::new("daemun-explain-openid-signature"),
            Self::OpenIdAudience => Message::new("daemun-explain-openid-audience"),
            Self::OpenIdNonce => Message::new("daemun-explain-openid-nonce"),
            Self::OpenIdIssuer => Message::new("daemun-explain-openid-issuer"),
            Self::OpenIdAnswer => Message::new("daemun-explain-openid-answer"),
            Self::OpenIdNoAccount => Message::new("daemun-explain-openid-no-account"),
            Self::OpenIdNoName => Message::new("daemun-explain-openid-no-name"),
            Self::NoDialogue => Message::new("daemun-explain-no-dialogue"),
            Self::DialogueTooOld => Message::new("daemun-explain-dialogue-too-old"),
            Self::AccountChanged => Message::new("daemun-explain-account-changed"),
            Self::BotSession => Message::new("daemun-explain-bot-session"),
            Self::BotPasswordsOff => Message::new("daemun-explain-bot-passwords-off"),
            Self::NotBotPassword => Message::new("daemun-explain-not-bot-password"),
            Self::UnknownBotAccount => Message::new("daemun-explain-unknown-bot-account"),
            Self::UnknownApp => Message::new("daemun-explain-unknown-app"),
            Self::BotAddress => Message::new("daemun-explain-bot-address"),
            Self::WrongBotPassword => Message::new("daemun-explain-wrong-bot-password"),
            Self::VoidBotPassword => Message::new("daemun-explain-void-bot-password"),
        }
    }
}
