//! Second factors: codes of an authenticator app, and recovery codes.

use daemun_mediawiki::second_factor::FactorKey;
use toml::Value;

use super::passwords::throttle_rules;
use crate::config::key::Default::{Absent, Computed, Is};
use crate::config::key::{Key, key};
use crate::config::kind::Kind;

pub(super) const KEYS: &[Key] = &[
    key(
        "second-factor.enabled",
        Kind::Flag,
        Is("true"),
        "Whether a login asks for the second factor that an account has, as MediaWiki's extension \
         OATHAuth does. `false` lets every account in with its password alone.",
        |draft, given| {
            draft.config.settings.second_factor.enabled = given.flag();
            if given.flag() {
                draft.config.settings.rights.add_second_factors();
            }
            Ok(())
        },
    ),
    key(
        "second-factor.window-radius",
        Kind::Whole(0, 60),
        Is("4"),
        "Windows of 30 seconds before and after the present one whose codes are good.",
        |draft, given| {
            draft.config.settings.second_factor.window_radius = given.number();
            Ok(())
        },
    )
    .mediawiki("$wgOATHAuthWindowRadius"),
    key(
        "second-factor.secret-key",
        Kind::Text,
        Absent("rows are not encrypted"),
        "The key that stored second factors are encrypted with: 64 hexadecimal digits. Plain ones \
         stay good and are encrypted when they are used. Without the key, encrypted ones are lost.",
        |draft, given| {
            let form = "64 hexadecimal digits; `openssl rand -hex 32` makes them";
            let key = FactorKey::from_hex(given.text()).ok_or(form)?;
            draft.config.settings.second_factor.secret_key = Some(key);
            Ok(())
        },
    )
    .mediawiki("$wgOATHSecretKey")
    .secret(),
    key(
        "second-factor.required-for-groups",
        Kind::Texts,
        Is("[]"),
        "Groups whose members have none of the group's rights until they have a second factor.",
        |draft, given| {
            draft.config.settings.second_factor.required_for_groups =
                given.texts().into_iter().map(str::to_owned).collect();
            Ok(())
        },
    )
    .mediawiki("$wgOATHRequiredForGroups"),
    key(
        "second-factor.exclusive-rights",
        Kind::Texts,
        Is("[]"),
        "Rights that nobody has, whatever their groups give, unless they logged in with a second \
         factor: not with a bot password, and not by staying signed in.",
        |draft, given| {
            draft.config.settings.second_factor.exclusive_rights =
                given.texts().into_iter().map(str::to_owned).collect();
            Ok(())
        },
    )
    .mediawiki("$wgOATHExclusiveRights"),
    key(
        "second-factor.account-prefix",
        Kind::Text,
        Computed("`site.name`", |values| Value::String(values.text("site.name").to_owned())),
        "What an authenticator app shows beside the account.",
        |draft, given| {
            given.text().clone_into(&mut draft.config.settings.second_factor.issuer);
            Ok(())
        },
    )
    .mediawiki("$wgOATHAuthAccountPrefix"),
    key(
        "second-factor.recovery-codes",
        Kind::Whole(1, 100),
        Is("10"),
        "How many recovery codes an account gets at a time.",
        |draft, given| {
            draft.config.settings.second_factor.recovery_codes = given.number();
            Ok(())
        },
    )
    .mediawiki("$wgOATHRecoveryCodesCount"),
    key(
        "throttle.second-factor",
        Kind::Tables("[{ count = 10, seconds = 60 }]"),
        Is("[{ count = 10, seconds = 60 }]"),
        "Wrong codes that an account may be tried with, from all addresses together. Every rule \
         must hold; an empty list lets everybody guess without end.",
        |draft, given| {
            draft.config.settings.second_factor.attempt_throttle = throttle_rules(given)?;
            Ok(())
        },
    )
    .mediawiki("$wgRateLimits['badoath']"),
];
