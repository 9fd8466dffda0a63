//! When a captcha is due, and of what kind it is.

use daemun_mediawiki::ip::Range;

use super::token::TokenService;
use crate::settings::ThrottleRule;

/// The captchas of a wiki.
#[derive(Clone, Debug)]
pub struct CaptchaSettings {
    /// What is asked (`$wgCaptchaClass`); `None`: nothing ever.
    pub kind: Option<CaptchaKind>,
    /// What is asked for in words (`$wgCaptchaQuestions`): by the kind of that name, and as an
    /// image's alternative.
    pub questions: Vec<Question>,
    /// When one is due.
    pub triggers: CaptchaTriggers,
    /// From where none is due for new accounts (`$wgCaptchaBypassIPs`).
    pub bypass_addresses: Vec<Range>,
    /// So many failures from one address (`$wgCaptchaBadLoginAttempts`,
    /// `$wgCaptchaBadLoginExpiration`). With a count of 0 one is due at the first login.
    pub bad_login: ThrottleRule,
    /// So many failures with one name (`$wgCaptchaBadLoginPerUserAttempts`,
    /// `$wgCaptchaBadLoginPerUserExpiration`).
    pub bad_login_per_user: ThrottleRule,
    /// Wrong answers that an address may give (`$wgRateLimits['badcaptcha']['ip']`).
    pub wrong_answers: Vec<ThrottleRule>,
    /// Wrong answers that somebody who is in may give (`$wgRateLimits['badcaptcha']['user']`).
    pub wrong_answers_per_user: Vec<ThrottleRule>,
    /// The address of `Special:Captcha`, without the host and ready for `/image&…` behind it.
    pub page: String,
}

impl Default for CaptchaSettings {
    fn default() -> Self {
        Self {
            kind: None,
            questions: Vec::new(),
            triggers: CaptchaTriggers::default(),
            bypass_addresses: Vec::new(),
            bad_login: ThrottleRule { count: 3, seconds: 300 },
            bad_login_per_user: ThrottleRule { count: 20, seconds: 600 },
            wrong_answers: vec![ThrottleRule { count: 15, seconds: 60 }],
            wrong_answers_per_user: vec![ThrottleRule { count: 30, seconds: 60 }],
            page: "/w/index.php?title=Special:Captcha".to_owned(),
        }
    }
}

/// When a captcha is due (`$wgCaptchaTriggers`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaptchaTriggers {
    /// After failures from the same address.
    pub bad_login: bool,
    /// After failures with the same name.
    pub bad_login_per_user: bool,
    /// For every new account.
    pub create_account: bool,
    /// For every login.
    pub login_attempt: bool,
}

impl CaptchaTriggers {
    /// None of them.
    pub const NONE: Self = Self {
        bad_login: false,
        bad_login_per_user: false,
        create_account: false,
        login_attempt: false,
    };

    /// The trigger that MediaWiki calls so.
    pub fn named(&mut self, name: &str) -> Option<&mut bool> {
        Some(match name {
            "badlogin" => &mut self.bad_login,
            "badloginperuser" => &mut self.bad_login_per_user,
            "createaccount" => &mut self.create_account,
            "loginattempt" => &mut self.login_attempt,
            _ => return None,
        })
    }
}

impl Default for CaptchaTriggers {
    fn default() -> Self {
        Self { bad_login: true, bad_login_per_user: true, create_account: true, ..Self::NONE }
    }
}

/// The kinds of captchas.
#[derive(Clone, Debug)]
pub enum CaptchaKind {
    /// One of the wiki's own questions (`QuestyCaptcha`).
    Question,
    /// A sum (`SimpleCaptcha`).
    Arithmetic,
    /// Distorted letters (`FancyCaptcha`).
    Image {
        /// Whether those who cannot see may ask for a text in the image's place.
        text_alternative: bool,
    },
    /// A service elsewhere, whose widget gives a token.
    Token(TokenService),
}

/// A question of the wiki's own.
#[derive(Clone)]
pub struct Question {
    /// What is asked, as HTML.
    pub text: String,
    /// What is right: any of these, in whatever case.
    pub answers: Vec<String>,
}

impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Question({:?}, …)", self.text)
    }
}
