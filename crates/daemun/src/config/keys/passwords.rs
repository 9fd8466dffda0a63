//! Passwords, their hashes and policies, and who may log in how often.

use std::time::Duration;

use daemun_auth::settings::{MainAccountLogin, ThrottleRule};
use daemun_mediawiki::password::{Pbkdf2Algo, limits};

use crate::config::key::Default::Is;
use crate::config::key::{Given, Key, key};
use crate::config::kind::Kind;
use crate::config::policy;
use crate::config::problem::Refusals;

const YEARS: i64 = 3_153_600_000;

pub(super) const KEYS: &[Key] = &[
    key(
        "password.default",
        Kind::Word(&["pbkdf2", "argon2id", "bcrypt"]),
        Is("\"pbkdf2\""),
        "How new passwords are hashed. Older hashes stay good and are renewed at the next login.",
        |draft, given| {
            given.text().clone_into(&mut draft.hashing.method);
            Ok(())
        },
    )
    .mediawiki("$wgPasswordDefault"),
    key(
        "password.refusal-step",
        Kind::Whole(0, 10_000),
        Is("50"),
        "Milliseconds. A refused login is answered at a multiple of so many after it began, so that \
         the time it took tells nothing of the account; 0 answers at once.",
        |draft, given| {
            draft.config.settings.refusal_step = Duration::from_millis(given.number());
            Ok(())
        },
    ),
    key(
        "password.pbkdf2.rounds",
        Kind::Whole(1, limits::PBKDF2_ROUNDS as i64),
        Is("210000"),
        "Rounds of PBKDF2. OWASP asks for 210000 with SHA-512; MediaWiki's default is 30000.",
        |draft, given| {
            draft.hashing.rounds = given.number();
            Ok(())
        },
    )
    .mediawiki("$wgPasswordConfig"),
    key(
        "password.pbkdf2.algorithm",
        Kind::Word(&["sha512", "sha384", "sha256"]),
        Is("\"sha512\""),
        "The digest of PBKDF2.",
        |draft, given| {
            draft.hashing.algorithm = Pbkdf2Algo::parse(given.text()).ok_or("a digest")?;
            Ok(())
        },
    ),
    key(
        "password.pbkdf2.length",
        Kind::Whole(16, 64),
        Is("64"),
        "Bytes that PBKDF2 gives.",
        |draft, given| {
            draft.hashing.length = given.number();
            Ok(())
        },
    ),
    key(
        "password.argon2id.memory",
        Kind::Whole(8, limits::ARGON2_MEMORY_KIB as i64),
        Is("19456"),
        "Memory of Argon2id in KiB.",
        |draft, given| {
            draft.hashing.memory = given.number();
            Ok(())
        },
    ),
    key(
        "password.argon2id.time",
        Kind::Whole(1, limits::ARGON2_TIME as i64),
        Is("2"),
        "Passes of Argon2id.",
        |draft, given| {
            draft.hashing.time = given.number();
            Ok(())
        },
    ),
    key(
        "password.argon2id.lanes",
        Kind::Whole(1, limits::ARGON2_LANES as i64),
        Is("1"),
        "Lanes of Argon2id.",
        |draft, given| {
            draft.hashing.lanes = given.number();
            Ok(())
        },
    ),
    key(
        "password.bcrypt.cost",
        Kind::Whole(*limits::BCRYPT_COST.start() as i64, *limits::BCRYPT_COST.end() as i64),
        Is("10"),
        "Cost of bcrypt, which takes no notice of what follows a password's 72nd byte.",
        |draft, given| {
            draft.hashing.cost = given.number();
            Ok(())
        },
    ),
    key(
        "password.expire-grace",
        Kind::Whole(0, YEARS),
        Is("604800"),
        "Seconds after a password's expiry in which a login only suggests a new one.",
        |draft, given| {
            draft.config.settings.password_expire_grace = given.whole();
            Ok(())
        },
    )
    .mediawiki("$wgPasswordExpireGrace"),
    key(
        "password.invalid-reset",
        Kind::Flag,
        Is("true"),
        "Whether a login with a password that breaks the policy asks for a new one.",
        |draft, given| {
            draft.config.settings.invalid_password_reset = given.flag();
            Ok(())
        },
    )
    .mediawiki("$wgInvalidPasswordReset"),
    key(
        "password.new-expiry",
        Kind::Whole(1, YEARS),
        Is("604800"),
        "Seconds for which a temporary password is good.",
        |draft, given| {
            draft.config.settings.new_password_expiry = given.whole();
            Ok(())
        },
    )
    .mediawiki("$wgNewPasswordExpiry"),
    key(
        "password-policy.default",
        Kind::Table("{ MinimalPasswordLength = 12 }"),
        Is("{}"),
        "What every password must be like, on top of MediaWiki's defaults. Each check is a number, \
         `true`, `false`, or `{ value = 12, suggest-change = true, force-change = false }`.",
        |draft, given| {
            let mut refusals = Refusals::default();
            let rules = &mut draft.config.settings.password_policy.default;
            policy::apply(rules, &given.entries(), "", &mut refusals);
            refusals.into_result()
        },
    )
    .mediawiki("$wgPasswordPolicy"),
    key(
        "password-policy.groups",
        Kind::Table("{ sysop = { MinimalPasswordLength = 16 } }"),
        Is("{}"),
        "The same for the members of groups, besides.",
        |draft, given| {
            policy::apply_groups(&mut draft.config.settings.password_policy.groups, given)
        },
    )
    .mediawiki("$wgPasswordPolicy"),
    key(
        "throttle.password",
        Kind::Tables("[{ count = 5, seconds = 300 }]"),
        Is("[{ count = 5, seconds = 300 }, { count = 150, seconds = 172800 }]"),
        "Login attempts that an address may make with one name. Every rule must hold; an empty \
         list lets everybody try without end.",
        |draft, given| {
            draft.config.settings.password_attempt_throttle = throttle_rules(given)?;
            Ok(())
        },
    )
    .mediawiki("$wgPasswordAttemptThrottle"),
    key(
        "main-account-login",
        Kind::Word(&["allow", "abort"]),
        Is("\"allow\""),
        "What `action=login` does with a main account's password: `allow` lets it pass with a \
         warning, as MediaWiki does; `abort` leaves it to bot passwords.",
        |draft, given| {
            draft.config.settings.main_account_login = match given.text() {
                "abort" => MainAccountLogin::Abort,
                _ => MainAccountLogin::Allow,
            };
            Ok(())
        },
    ),
    key("bot-passwords", Kind::Flag, Is("true"), "Whether bot passwords work.", |draft, given| {
        draft.config.settings.enable_bot_passwords = given.flag();
        Ok(())
    })
    .mediawiki("$wgEnableBotPasswords"),
    key(
        "real-names",
        Kind::Flag,
        Is("true"),
        "Whether whoever makes an account is asked for a real name. Without, it is as with \
         `realname` among MediaWiki's hidden preferences.",
        |draft, given| {
            draft.config.settings.real_names = given.flag();
            Ok(())
        },
    )
    .mediawiki("$wgHiddenPrefs"),
    key(
        "block-disables-login",
        Kind::Flag,
        Is("false"),
        "Whether a blocked user cannot log in at all.",
        |draft, given| {
            draft.config.settings.block_disables_login = given.flag();
            Ok(())
        },
    )
    .mediawiki("$wgBlockDisablesLogin"),
];

/// Rules of a throttle.
pub(super) fn throttle_rules(given: &Given<'_>) -> Result<Vec<ThrottleRule>, Refusals> {
    let mut refusals = Refusals::default();
    let mut rules = Vec::new();
    for (place, table) in given.tables().into_iter().enumerate() {
        let number = |name: &str| {
            let value = table.get(name).and_then(toml::Value::as_integer)?;
            u32::try_from(value).ok().filter(|number| *number > 0)
        };
        match (number("count"), number("seconds")) {
            (Some(count), Some(seconds)) if table.len() == 2 => {
                rules.push(ThrottleRule { count, seconds });
            }
            _ => refusals.add(
                format!("[{place}]"),
                "{ count = …, seconds = … } with whole numbers from 1",
                toml::Value::Table(table.clone()),
            ),
        }
    }
    refusals.into_result().map(|()| rules)
}
