//! `$wgOATH*`.

use daemun_mediawiki::second_factor::FactorKey;

use crate::settings::ThrottleRule;

/// How second factors are asked for.
#[derive(Clone, Debug)]
pub struct SecondFactorSettings {
    /// Whether they are asked for at all: whether the wiki has the extension OATHAuth.
    pub enabled: bool,
    /// Windows of 30 seconds before and after the present one whose codes are good
    /// (`$wgOATHAuthWindowRadius`).
    pub window_radius: u32,
    /// The key that rows are encrypted with (`$wgOATHSecretKey`).
    pub secret_key: Option<FactorKey>,
    /// Groups whose members have none of their rights without a second factor
    /// (`$wgOATHRequiredForGroups`).
    pub required_for_groups: Vec<String>,
    /// Rights that only those have who logged in with a second factor (`$wgOATHExclusiveRights`).
    pub exclusive_rights: Vec<String>,
    /// Who an authenticator app says the code is for (`$wgOATHAuthAccountPrefix`, or else the
    /// wiki's name).
    pub issuer: String,
    /// How many recovery codes an account gets at a time (`$wgOATHRecoveryCodesCount`).
    pub recovery_codes: u32,
    /// Wrong codes that an account may be tried with (`$wgRateLimits['badoath']`); every rule must
    /// hold.
    pub attempt_throttle: Vec<ThrottleRule>,
}

impl SecondFactorSettings {
    /// OATHAuth's defaults of 1.45 for a wiki of this name.
    pub fn defaults(issuer: &str) -> Self {
        Self {
            enabled: true,
            window_radius: 4,
            secret_key: None,
            required_for_groups: Vec::new(),
            exclusive_rights: Vec::new(),
            issuer: issuer.to_owned(),
            recovery_codes: 10,
            attempt_throttle: vec![ThrottleRule { count: 10, seconds: 60 }],
        }
    }
}
