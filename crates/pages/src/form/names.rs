//! What fields are called in forms: MediaWiki's names and ids, which password managers and scripts
//! of browsers know.

use daemun_messages::{Message, Param};

use super::Place;

/// The field of a name.
pub(super) const USERNAME: &str = "wpName";
/// The field of a password.
pub(super) const PASSWORD: &str = "wpPassword";
/// The box for having a temporary password mailed.
pub(super) const MAIL_PASSWORD: &str = "wpCreateaccountMail";

/// The name of a field. MediaWiki has names of its own for those that were there before its
/// authentication manager.
pub(super) fn of_field(name: &str) -> String {
    match name {
        "username" => USERNAME.to_owned(),
        "password" => PASSWORD.to_owned(),
        "rememberMe" => "wpRemember".to_owned(),
        "mailpassword" => MAIL_PASSWORD.to_owned(),
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

/// The field that an error is about, by its name in the form. One of a name and a password
/// together is about neither.
pub(super) fn about(why: &Message) -> Option<&'static str> {
    Some(match why.key.as_ref() {
        "userexists" | "noname" | "invaliduser" => USERNAME,
        "badretype" => "retype",
        "passwordtooshort"
        | "passwordtoolong"
        | "passwordincommonlist"
        | "password-substring-username-match" => PASSWORD,
        "invalidemailaddress" | "noemailcreate" => "email",
        "captcha-createaccount-fail" => "captchaWord",
        "oathauth-login-failed" => "OATHToken",
        "oathauth-recovery-code-login-failed" => "RecoveryCode",
        "emailauth-login-failure" => "token",
        // A list is about what its first entry is about.
        list if list.starts_with("* $") => match why.params.first() {
            Some(Param::Message(first)) => return about(first),
            _ => return None,
        },
        _ => return None,
    })
}
