//! Where a dialogue stands.

use serde_json::Value;
use url::Url;

use crate::captcha::Captcha;
use crate::error::Error;
use crate::form::{Form, text};
use crate::html::plain;

/// Where a dialogue stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The wiki asks for fields: [`Dialogue::answer`](crate::Dialogue::answer).
    Fields(Form),
    /// The wiki asks for fields, and one of them is a captcha's.
    Captcha {
        /// All fields.
        form: Form,
        /// What is to be looked at.
        captcha: Captcha,
    },
    /// The person must go elsewhere and come back:
    /// [`Dialogue::returned`](crate::Dialogue::returned).
    Redirect(Redirect),
    /// Somebody who is known elsewhere has no account here: [`Dialogue::link`](crate::Dialogue::link)
    /// or [`Dialogue::create`](crate::Dialogue::create), or [`Dialogue::again`](crate::Dialogue::again).
    Restart(Restart),
    /// In, or the account is made.
    Passed(Passed),
    /// Over: [`Dialogue::again`](crate::Dialogue::again).
    Failed(Failed),
}

/// Where to send somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The address to open in a browser.
    pub target: Url,
    /// The fields that will be brought back.
    pub form: Form,
}

/// Somebody known elsewhere without an account here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restart {
    /// What the wiki says, as plain text.
    pub message: String,
    /// The key of that message.
    pub code: String,
    /// Whether a new attempt can go on from what was proved.
    pub can_preserve_state: bool,
    /// What the wiki asks for at the next attempt.
    pub form: Form,
}

/// The end that was hoped for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// The account's name.
    pub username: String,
    /// Whether somebody is in now. Who makes an account has yet to log in.
    pub logged_in: bool,
}

/// The other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// MediaWiki's code, such as `wrongpassword` or `login-throttled`.
    pub code: String,
    /// Its reason, as plain text in the reader's language.
    pub reason: String,
    /// Whether a new attempt can go on from what was proved.
    pub can_preserve_state: bool,
}

/// What an answer says, before a captcha's image is fetched.
pub(crate) fn read(result: &Value, logs_in: bool) -> Result<Step, Error> {
    let (message, code) = (plain(&text(result, "message")), text(result, "messagecode"));
    let can_preserve_state =
        result.get("canpreservestate").and_then(Value::as_bool).unwrap_or(false);
    let form = || {
        let requests = result.get("requests").unwrap_or(&Value::Null);
        Form::read(message.clone(), code.clone(), requests)
    };
    Ok(match text(result, "status").as_str() {
        "PASS" => Step::Passed(Passed { username: text(result, "username"), logged_in: logs_in }),
        "FAIL" => Step::Failed(Failed { code, reason: message, can_preserve_state }),
        "UI" => Step::Fields(form()?),
        "REDIRECT" => {
            let target = Url::parse(&text(result, "redirecttarget")).ok();
            // Whatever else may be opened by a desktop is none of a wiki's business.
            let target = target.filter(|url| matches!(url.scheme(), "https" | "http"));
            let target = target.ok_or(Error::Unexpected { what: "an address to go to" })?;
            Step::Redirect(Redirect { target, form: form()? })
        }
        "RESTART" => {
            let form = form()?;
            Step::Restart(Restart { message, code, can_preserve_state, form })
        }
        _ => return Err(Error::Unexpected { what: "PASS, FAIL, UI, REDIRECT or RESTART" }),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_status_is_a_step() {
        let step = |value: Value| read(&value, true);
        let passed = Step::Passed(Passed { username: "William".into(), logged_in: true });
        assert_eq!(step(json!({"status": "PASS", "username": "William"})).unwrap(), passed);
        let Step::Failed(failed) = step(json!({"status": "FAIL", "message": "No <b>way</b>",
            "messagecode": "wrongpassword", "canpreservestate": false}))
        .unwrap() else {
            panic!()
        };
        assert_eq!((failed.code.as_str(), failed.reason.as_str()), ("wrongpassword", "No way"));
        assert!(matches!(step(json!({"status": "UI", "requests": []})), Ok(Step::Fields(_))));
        assert!(matches!(step(json!({"status": "RESTART"})), Ok(Step::Restart(_))));
        for target in ["javascript:alert(1)", "file:///etc/passwd", "vbscript:x", "", "/x"] {
            let answer = json!({"status": "REDIRECT", "redirecttarget": target});
            assert!(step(answer).is_err(), "{target}");
        }
        assert!(step(json!({"status": "MAYBE"})).is_err() && step(json!({"status": {}})).is_err());
    }
}
