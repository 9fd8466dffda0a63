//! The log of logins in the wiki's database, for those with the right `checkuser`.

use crate::config::key::Default::Is;
use crate::config::key::{Key, key};
use crate::config::kind::Kind;

pub(super) const KEYS: &[Key] = &[
    key(
        "login-log.enabled",
        Kind::Flag,
        Is("true"),
        "Whether logins, failed logins and logouts are written down with address and user agent, as \
         MediaWiki's extension CheckUser does, for members of the group `checkuser`. Where a wiki's \
         database has no table `cu_private_event`, none are.",
        |draft, given| {
            draft.config.settings.private_log.logins = given.flag();
            if given.flag() {
                draft.config.settings.rights.add_private_log();
            }
            Ok(())
        },
    )
    .mediawiki("$wgCheckUserLogLogins"),
    key(
        "login-log.bots",
        Kind::Flag,
        Is("true"),
        "Whether successful logins of accounts with the right `bot` are written down, too.",
        |draft, given| {
            draft.config.settings.private_log.bot_logins = given.flag();
            Ok(())
        },
    )
    .mediawiki("$wgCheckUserLogSuccessfulBotLogins"),
    key(
        "login-log.max-age",
        Kind::Whole(0, i64::MAX / 2),
        Is("7776000"),
        "Seconds after which that is cleared away; the same as on a wiki that shares the database.",
        |draft, given| {
            draft.config.settings.private_log.max_age = given.whole();
            Ok(())
        },
    )
    .mediawiki("$wgCUDMaxAge"),
];
