//! A step of a dialogue as modules read it: what it goes on from, and where to come back to.

use daemun_auth::request::{Answer, AuthAction};
use daemun_messages::{Message, Param as MessageParam};

use super::answers;
use crate::call::Call;
use crate::error::{ApiError, Failure};

/// The parameters of a step that are no answers.
pub(in crate::modules) struct Step {
    /// Whether it goes on with a dialogue.
    pub(in crate::modules) continues: bool,
    /// Where the client wants to be returned to.
    pub(in crate::modules) return_url: Option<String>,
    /// Whether all fields come together.
    pub(in crate::modules) merge: bool,
}

impl Step {
    /// Reads them.
    ///
    /// # Errors
    /// `missingparam`, `badurl_…`.
    pub(in crate::modules) fn of(call: &Call<'_>) -> Result<Self, Failure> {
        let prefix = call.module.prefix;
        let continues = call.values.is_set("continue");
        let return_url = call.values.text("returnurl").map(str::to_owned);
        let journal = &call.request.journal;
        require_one_of(prefix, continues, return_url.as_deref()).inspect_err(|_| {
            journal.explain(|| Message::new("daemun-explain-no-return-url"));
        })?;
        if let Some(url) = &return_url {
            check_url(prefix, url).inspect_err(|_| {
                journal.explain(|| Message::new("daemun-explain-bad-return-url"));
            })?;
        }
        Ok(Self { continues, return_url, merge: call.values.is_set("mergerequestfields") })
    }
}

/// The answers to what is offered for this purpose.
///
/// # Errors
/// As [`answers`], and when something below fails.
pub(in crate::modules) async fn answers_for(
    call: &mut Call<'_>,
    action: AuthAction,
) -> Result<Vec<Answer>, Failure> {
    let offered = call.manager().requests(call.session, action, true).await?;
    let wanted = call.values.list("requests").map(<[_]>::to_vec);
    Ok(answers(call, &offered, wanted.as_deref())?)
}

fn require_one_of(prefix: &str, continues: bool, return_url: Option<&str>) -> Result<(), ApiError> {
    if continues || return_url.is_some() {
        return Ok(());
    }
    let names = ["continue", "returnurl"].map(|name| format!("<var>{prefix}{name}</var>"));
    let message = Message::new("apierror-missingparam-at-least-one-of")
        .with(MessageParam::list(names, daemun_messages::ListKind::Text))
        .with(2);
    Err(ApiError::new(message).code("missingparam"))
}

/// A return address must be whole: a scheme and what follows it.
fn check_url(prefix: &str, url: &str) -> Result<(), ApiError> {
    if is_absolute(url) {
        return Ok(());
    }
    let name = format!("{prefix}returnurl");
    let message = Message::new("apierror-badurl")
        .with(name.as_str())
        .with(daemun_messages::escape_wikitext(url));
    Err(ApiError::new(message).code(format!("badurl_{name}")))
}

/// Longest return address, in bytes.
const LONGEST_URL: usize = 8192;

fn is_absolute(url: &str) -> bool {
    if url.len() > LONGEST_URL {
        return false;
    }
    let Some((scheme, rest)) = url.split_once(':') else { return false };
    let named = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    let known_without_slashes = ["mailto", "news", "urn", "tel", "sip", "sms", "magnet"];
    let whole = match rest.strip_prefix("//") {
        Some(host) => !host.is_empty(),
        None => known_without_slashes.contains(&scheme.to_ascii_lowercase().as_str()),
    };
    named && whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_address_has_a_scheme_and_a_host() {
        for good in ["http://example.org/", "https://example.org/위키", "app://x", "mailto:a@b"] {
            assert!(is_absolute(good), "{good}");
        }
        for bad in
            ["", "foo", "/foo", "//example.org/", "example.org:80/x", "http://", "''x'' [[y]]"]
        {
            assert!(!is_absolute(bad), "{bad}");
        }
    }
}
