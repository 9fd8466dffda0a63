//! The accounts of the wiki that clients are tried against, one for each way a login can go.

use std::path::Path;

use anyhow::Result;

use super::{maintain, sql};

/// The password of all of them.
pub const PASSWORD: &str = "Right-horse-7-battery";
/// William's bot password for the application `tool`.
pub const BOT_PASSWORD: &str = "0123456789abcdefghijklmnopqrstuv";
/// The secret of Twofactor's authenticator app, in Base32.
pub const TOTP_SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
/// What each account's name begins with; [`name`] says the whole.
pub const NAMES: [&str; 5] = ["William", "Twofactor", "Expired", "Captcha", "Wrong"];

/// The name of an account for one test's own. Who fails often, or changes a password, is nobody
/// else's; there are three of each.
pub fn name(kind: &str, number: usize) -> String {
    format!("{kind} {number}")
}

/// What the wiki is like.
pub(super) const SETTINGS: &str = r#"
// Counters must live longer than a request.
$wgMainCacheType = CACHE_DB;
$wgJobRunRate = 0;
$wgPasswordExpireGrace = 0;
// Hashing is not what is tried.
$wgPasswordConfig['pbkdf2']['cost'] = 10;
// Every test comes from one address.
$wgPasswordAttemptThrottle = [ [ 'count' => 10, 'seconds' => 300 ] ];
wfLoadExtensions( [ 'OATHAuth', 'ConfirmEdit', 'ConfirmEdit/QuestyCaptcha' ] );
$wgCaptchaQuestions = [ 'What is the capital of <b>Korea</b>?' => [ 'Seoul', '서울' ] ];
if ( getenv( 'REAL_WIKI_CAPTCHA' ) === 'sum' ) {
    $wgCaptchaClass = 'MediaWiki\Extension\ConfirmEdit\SimpleCaptcha\SimpleCaptcha';
}
$wgCaptchaTriggers['badlogin'] = false;
$wgCaptchaTriggers['badloginperuser'] = true;
$wgCaptchaBadLoginPerUserAttempts = 3;
// Codes of a clock that goes a little wrong are good, too.
$wgOATHAuthWindowRadius = 4;
"#;

/// Makes them all.
pub(super) fn make(folder: &Path) -> Result<()> {
    maintain(folder, "update", &["--quick"])?;
    for kind in NAMES {
        for number in 1..=3 {
            maintain(folder, "createAndPromote", &[&name(kind, number), PASSWORD])?;
        }
    }
    for number in 1..=3 {
        let bot =
            ["--appid=tool", "--grants=basic,editpage", &name("William", number), BOT_PASSWORD];
        maintain(folder, "createBotPassword", &bot)?;
    }
    let key = format!(r#"{{"keys":[{{"secret":"{TOTP_SECRET}","scratch_tokens":[]}}]}}"#);
    sql(
        folder,
        &format!(
            "UPDATE user SET user_password_expires = '20200101000000' WHERE user_name LIKE 'Expired %'; \
             INSERT INTO oathauth_users (id, module, data) \
             SELECT user_id, 'totp', '{key}' FROM user WHERE user_name LIKE 'Twofactor %'"
        ),
    )?;
    Ok(())
}
