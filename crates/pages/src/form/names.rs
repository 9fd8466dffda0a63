//! What fields are called in forms: MediaWiki's names and ids, which password managers and scripts
//! of browsers know.

use super::Place;

/// The name of a field. MediaWiki has names of its own for those that were there before its
/// authentication manager.
pub(super) fn of_field(name: &str) -> String {
    match name {
        "username" => "wpName".to_owned(),
        "password" => "wpPassword".to_owned(),
        "rememberMe" => "wpRemember".to_owned(),
        "mailpassword" => "wpCreateaccountMail".to_owned(),
        other => other.to_owned(),
    }
}

/// Other names under which a field is taken, too: those of older forms.
pub(super) fn aliases(name: &str) -> [String; 2] {
    let older = match name {
        "retype" => "wpRetype",
        "email" => "wpEmail",
        "realname" => "wpRealName",
        "reason" => "wpReason",
        _ => "",
    };
    [older.to_owned(), format!("wp{name}")]
}

/// The id of a field.
pub(super) fn id(name: &str, place: Place) -> String {
    let id = match (name, place) {
        ("username", Place::Login) => "wpName1",
        ("username", Place::Create) => "wpName2",
        ("password", Place::Login) => "wpPassword1",
        ("password", Place::Create) => "wpPassword2",
        ("username", Place::Other) => "wpName",
        ("password", Place::Other) => "wpPassword",
        ("retype", _) => "wpRetype",
        ("rememberMe", _) => "wpRemember",
        ("email", _) => "wpEmail",
        ("realname", _) => "wpRealName",
        ("reason", _) => "wpReason",
        ("mailpassword", _) => "wpCreateaccountMail",
        (other, _) => return format!("mw-input-{other}"),
    };
    id.to_owned()
}

/// What a browser may fill in; `is_new` says that the question is for a new password.
pub(super) fn autocomplete(name: &str, is_new: bool, place: Place) -> &'static str {
    match name {
        "username" => "username",
        "password" if is_new || place == Place::Create => "new-password",
        "password" => "current-password",
        "retype" => "new-password",
        // From an app, or six digits by mail.
        "OATHToken" | "token" => "one-time-code",
        "email" => "email",
        "realname" => "name",
        _ => "off",
    }
}

/// Which keys a phone shows.
pub(super) fn inputmode(name: &str) -> &'static str {
    match name {
        // Who has a recovery code instead goes there by a button.
        "OATHToken" | "token" => "numeric",
        "email" => "email",
        _ => "",
    }
}

/// Whether what was filled in is good for one time only.
pub(super) fn is_used_once(name: &str) -> bool {
    matches!(name, "captchaWord" | "OATHToken" | "RecoveryCode" | "token")
}

/// The fields that an error is about, by their names in the form; those of both, a name and a
/// password, are about neither.
pub(super) fn about(key: &str) -> &'static [&'static str] {
    match key {
        "userexists" | "noname" | "invaliduser" | "nosuchusershort" => &["wpName"],
        "badretype" => &["retype"],
        "passwordtooshort"
        | "passwordtoolong"
        | "passwordincommonlist"
        | "password-substring-username-match"
        | "password-login-forbidden" => &["wpPassword"],
        "invalidemailaddress" | "noemailcreate" | "noemailtitle" => &["email"],
        "captcha-createaccount-fail" | "captcha-badlogin-fail" => &["captchaWord"],
        "oathauth-login-failed" => &["OATHToken"],
        "oathauth-recovery-code-login-failed" => &["RecoveryCode"],
        "emailauth-login-failure" => &["token"],
        _ => &[],
    }
}
