//! The rules of one wiki. Each field names MediaWiki's setting.

use std::time::Duration;

use daemun_mediawiki::cookie::SameSite;
use daemun_mediawiki::password::HashSpec;
use daemun_mediawiki::username::NameRules;
use zeroize::Zeroizing;

use crate::mail::MailSettings;
use crate::manager::ReauthenticationSettings;
use crate::policy::PasswordPolicy;
use crate::private_log::PrivateLogSettings;
use crate::providers::captcha::settings::CaptchaSettings;
use crate::providers::openid_connect::OpenIdSettings;
use crate::rights::Rights;
use crate::second_factor::SecondFactorSettings;

/// What `auth` decides by.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The wiki's id, first part of its keys in shared stores (`$wgDBname`).
    pub wiki_id: String,
    /// How cookies look.
    pub cookies: CookieSettings,
    /// Seconds of idleness after which a session ends (`$wgObjectCacheSessionExpiry`).
    pub session_lifetime: i64,
    /// The server's secret, from which keys are derived (`$wgSecretKey`).
    pub secret_key: SecretKey,
    /// `$wgAuthenticationTokenVersion`: changing it signs everybody out.
    pub authentication_token_version: Option<String>,
    /// How new passwords are hashed (`$wgPasswordDefault`).
    pub password_default: HashSpec,
    /// What passwords must be like (`$wgPasswordPolicy`).
    pub password_policy: PasswordPolicy,
    /// `$wgPasswordAttemptThrottle`; every rule must hold.
    pub password_attempt_throttle: Vec<ThrottleRule>,
    /// A refused login is answered at a multiple of this after it began; zero: at once.
    pub refusal_step: Duration,
    /// Seconds after a password's expiry in which a change is only suggested
    /// (`$wgPasswordExpireGrace`).
    pub password_expire_grace: i64,
    /// Whether a password that breaks the policy must be changed at login
    /// (`$wgInvalidPasswordReset`).
    pub invalid_password_reset: bool,
    /// Seconds for which a temporary password is good (`$wgNewPasswordExpiry`).
    pub new_password_expiry: i64,
    /// Whether a blocked user cannot log in at all (`$wgBlockDisablesLogin`).
    pub block_disables_login: bool,
    /// Whether bot passwords work (`$wgEnableBotPasswords`).
    pub enable_bot_passwords: bool,
    /// Whether a new account is asked for a real name (`$wgHiddenPrefs` without `realname`).
    pub real_names: bool,
    /// What `action=login` does with a main account's password.
    pub main_account_login: MainAccountLogin,
    /// Whether a person may stay signed in (`$wgRememberMe`).
    pub remember_me: RememberMe,
    /// When sensitive operations need another login.
    pub reauthentication: ReauthenticationSettings,
    /// How second factors are asked for.
    pub second_factor: SecondFactorSettings,
    /// Whether somebody who came from elsewhere and then logs in is asked to link both accounts
    /// (MediaWiki's `ConfirmLinkSecondaryAuthenticationProvider`).
    pub confirm_link: bool,
    /// OpenID providers (`$wgPluggableAuth_Config`).
    pub openid: OpenIdSettings,
    /// `$wgAccountCreationThrottle`, for each address; every rule must hold.
    pub account_creation_throttle: Vec<ThrottleRule>,
    /// When people must show that they are human (`$wgCaptcha*`).
    pub captcha: CaptchaSettings,
    /// Groups and rights.
    pub rights: Rights,
    /// Why nothing may be written at present (`$wgReadOnly`).
    pub read_only: Option<String>,
    /// Which names accounts may have.
    pub names: NameRules,
    /// Where a password can be reset; `$1` stands for the user name, encoded.
    pub password_reset_url: String,
    /// What is decided about mail.
    pub mail: MailSettings,
    /// What is decided about the log of logins.
    pub private_log: PrivateLogSettings,
}

/// `$wgCookie*`.
#[derive(Clone, Debug)]
pub struct CookieSettings {
    /// First part of the names (`$wgCookiePrefix`).
    pub prefix: String,
    /// `$wgCookiePath`.
    pub path: String,
    /// `$wgCookieDomain`; empty: the host alone.
    pub domain: Option<String>,
    /// `$wgCookieSameSite`.
    pub same_site: Option<SameSite>,
    /// `$wgCookieSecure`: `None` means as the request came.
    pub secure: Option<bool>,
    /// Seconds that user cookies live (`$wgCookieExpiration`).
    pub expiration: i64,
    /// Seconds that they live for one who stays signed in (`$wgExtendedLoginCookieExpiration`).
    pub extended_expiration: i64,
}

/// One rule of a throttle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThrottleRule {
    /// Attempts allowed.
    pub count: u32,
    /// In this many seconds.
    pub seconds: u32,
}

/// What `action=login` does with a main account's password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum MainAccountLogin {
    /// Lets it pass with a deprecation warning, as MediaWiki does by default.
    #[default]
    Allow,
    /// Answers `Aborted`: only bot passwords may use it.
    Abort,
}

/// `$wgRememberMe`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum RememberMe {
    /// The person chooses.
    #[default]
    Choose,
    /// The person must say.
    ForceChoose,
    /// Everybody stays signed in.
    Always,
    /// Nobody does.
    Never,
}

/// The server's secret. Never printed.
#[derive(Clone)]
pub struct SecretKey(Zeroizing<Vec<u8>>);

impl SecretKey {
    /// Takes the bytes; any length, but 32 random ones are what it should be.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A key of 32 bytes for one purpose (HKDF-SHA256, RFC 5869).
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        let expanded = hkdf::Hkdf::<sha2::Sha256>::new(Some(b"daemun"), &self.0)
            .expand(purpose.as_bytes(), &mut *key);
        debug_assert!(expanded.is_ok(), "32 bytes are never too long for HKDF-SHA256");
        key
    }
}

impl SecretKey {
    /// The key under which MediaWiki's extension LoginNotify digests networks, where the wiki's
    /// `$wgSecretKey` is this one and `$wgLoginNotifySecretKey` is not set.
    pub fn login_notify(&self) -> Zeroizing<String> {
        use sha2::Digest;
        let digest = sha2::Sha256::new().chain_update(&*self.0).chain_update("LoginNotify");
        Zeroizing::new(daemun_mediawiki::session_id::hex(&digest.finalize()))
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

impl Settings {
    /// MediaWiki 1.45's defaults for a wiki of this id with this secret.
    pub fn defaults(wiki_id: &str, secret_key: SecretKey) -> Self {
        Self {
            wiki_id: wiki_id.to_owned(),
            cookies: CookieSettings {
                prefix: wiki_id.to_owned(),
                path: "/".to_owned(),
                domain: None,
                same_site: None,
                secure: None,
                expiration: 30 * 86_400,
                extended_expiration: 180 * 86_400,
            },
            session_lifetime: 3600,
            secret_key,
            authentication_token_version: None,
            password_default: HashSpec::MEDIAWIKI_DEFAULT,
            password_policy: PasswordPolicy::default(),
            password_attempt_throttle: vec![
                ThrottleRule { count: 5, seconds: 300 },
                ThrottleRule { count: 150, seconds: 172_800 },
            ],
            refusal_step: Duration::ZERO,
            password_expire_grace: 604_800,
            invalid_password_reset: true,
            new_password_expiry: 604_800,
            block_disables_login: false,
            enable_bot_passwords: true,
            real_names: true,
            main_account_login: MainAccountLogin::default(),
            remember_me: RememberMe::default(),
            reauthentication: ReauthenticationSettings::default(),
            second_factor: SecondFactorSettings::defaults(wiki_id),
            confirm_link: false,
            openid: OpenIdSettings::default(),
            account_creation_throttle: Vec::new(),
            captcha: CaptchaSettings::default(),
            rights: Rights::default(),
            read_only: None,
            names: NameRules::default(),
            password_reset_url: String::new(),
            mail: MailSettings::default(),
            private_log: PrivateLogSettings::default(),
        }
    }
}
