//! New recovery codes, which are shown this once.

use daemun_mediawiki::second_factor::RecoveryCode;
use daemun_messages::{Message, Param};
use daemun_store::Account;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use zeroize::Zeroizing;

use super::{NAME, TITLE};
use crate::page::Visit;
use crate::view::{Template, View, template};

/// The codes.
#[derive(Serialize)]
pub(crate) struct Codes {
    said: Option<Message>,
    /// In groups of four.
    codes: Vec<Zeroizing<String>>,
    /// A text file with the codes, as an address: it needs neither a script nor another request.
    file: Zeroizing<String>,
    back: String,
}

impl Codes {
    /// These codes of an account, below what is said.
    pub(super) fn new(
        visit: &Visit<'_>,
        account: &Account,
        codes: &[RecoveryCode],
        said: Option<Message>,
    ) -> Self {
        let now = visit.manager().environment().clock.now();
        let title = Message::new("daemun-security-codes-file")
            .with(Param::plaintext(account.name.as_str()))
            .with(Param::plaintext(visit.api.site.name.as_str()))
            .with(Param::DateTime(now.to_iso()));
        let codes: Vec<_> = codes.iter().map(RecoveryCode::grouped).collect();
        Self {
            said,
            file: file(&visit.addresses.text(&title), &codes),
            codes,
            back: visit.addresses.page(TITLE, &[]),
        }
    }
}

fn file(title: &str, codes: &[Zeroizing<String>]) -> Zeroizing<String> {
    let lines: Zeroizing<String> =
        Zeroizing::new(codes.iter().map(|code| format!("{}\r\n", code.as_str())).collect());
    let text = Zeroizing::new(format!("{title}\r\n\r\n{}", lines.as_str()));
    let encoded = utf8_percent_encode(&text, NON_ALPHANUMERIC);
    Zeroizing::new(format!("data:text/plain;charset=utf-8,{encoded}"))
}

impl View for Codes {
    const TEMPLATE: Template = template!("account_security_codes.html");

    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> Message {
        Message::new("daemun-security-codes-title")
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let codes =
            vec![RecoveryCode::new([7; 10]).grouped(), RecoveryCode::new([8; 10]).grouped()];
        let sample = |said| Self {
            said,
            file: file("Codes", &codes),
            codes: codes.clone(),
            back: "/wiki/Special:AccountSecurity".to_owned(),
        };
        vec![sample(None), sample(Some(Message::new("oathauth-validatedoath")))]
    }
}
