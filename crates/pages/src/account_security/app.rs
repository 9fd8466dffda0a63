//! Setting up an authenticator app: its secret as an image and as text, and a code that confirms
//! that the app has it.

use daemun_auth::AuthError;
use daemun_auth::manager::enrolling::{Confirmation, LONGEST_NAME};
use daemun_auth::session::TokenType;
use daemun_messages::Message;
use daemun_store::Account;
use serde::Serialize;
use zeroize::Zeroizing;

use super::qr::QrCode;
use super::{Codes, NAME, Next, Said, TITLE, overview};
use crate::notice::Kind;
use crate::page::Visit;
use crate::view::{Template, View, template};

/// The form.
#[derive(Serialize)]
pub(crate) struct Setup {
    action: String,
    token: String,
    /// Something that is not about the code.
    error: Option<Message>,
    wrong_code: Option<Message>,
    qr: Option<QrCode>,
    /// What the code says.
    uri: Zeroizing<String>,
    /// The secret in groups of four.
    secret: Zeroizing<String>,
    /// What the app shall be called.
    called: String,
    longest: usize,
    back: String,
}

/// Adds the app whose code was sent, or shows the form.
pub(super) async fn step(
    visit: &mut Visit<'_>,
    account: &Account,
    is_accepted: bool,
    lost: Option<Message>,
) -> Result<Next, AuthError> {
    let environment = visit.manager().environment();
    let (settings, now) = (&environment.settings, environment.clock.now());
    let may = visit.session.user().is_allowed("oathauth-enable", &settings.rights, now);
    if !may || !environment.store.factors.can_be_added().await? {
        return Ok(Next::Say(Kind::Error, Message::new("daemun-security-not-here")));
    }
    let (mut error, mut wrong_code) = (lost, None);
    let called = visit.param("wpname").unwrap_or_default();
    if is_accepted {
        let code = Zeroizing::new(visit.param("token").unwrap_or_default());
        let manager = visit.manager();
        match manager.confirm_app(&mut visit.session, &called, &code).await? {
            Confirmation::Added(codes) => {
                visit.note("an authenticator app was added");
                if codes.is_empty() {
                    return overview::show(visit, Some(Said::Done("daemun-security-app-added")))
                        .await;
                }
                let said = Some(Message::new("oathauth-validatedoath"));
                return Ok(Next::Codes(Codes::new(visit, account, &codes, said)));
            }
            Confirmation::WrongCode => {
                wrong_code = Some(Message::new("oathauth-failedtovalidateoath"));
            }
            Confirmation::RecoveryCode => {
                wrong_code = Some(Message::new("oathauth-noscratchforvalidation"));
            }
            Confirmation::NotUnderWay => {
                error = Some(Message::new("daemun-security-not-under-way"));
            }
            Confirmation::TooMany => {
                let said = Message::new("daemun-security-too-many");
                return Ok(Next::Say(Kind::Error, said));
            }
        }
    }
    let manager = visit.manager();
    let Some(proposal) = manager.propose_app(&mut visit.session).await? else {
        return Ok(Next::Say(Kind::Error, Message::new("exception-nologin-text")));
    };
    let query = [("action", "enable"), ("module", "totp")];
    Ok(Next::Setup(Setup {
        action: visit.addresses.page(TITLE, &query),
        token: visit.token(TokenType::Csrf).await?,
        error,
        wrong_code,
        qr: QrCode::of(&proposal.uri),
        uri: proposal.uri,
        secret: proposal.secret,
        called,
        longest: LONGEST_NAME,
        back: visit.addresses.page(TITLE, &[]),
    }))
}

impl View for Setup {
    const TEMPLATE: Template = template!("account_security_app.html");

    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> Message {
        Message::new("daemun-security-add-app")
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let uri = "otpauth://totp/Wiki:Alice?secret=ABCD&issuer=Wiki";
        let sample = || Self {
            action: "/w/index.php?title=Special:AccountSecurity&action=enable".to_owned(),
            token: "0123+\\".to_owned(),
            error: None,
            wrong_code: None,
            qr: QrCode::of(uri),
            uri: Zeroizing::new(uri.to_owned()),
            secret: Zeroizing::new("ABCD".to_owned()),
            called: String::new(),
            longest: LONGEST_NAME,
            back: "/wiki/Special:AccountSecurity".to_owned(),
        };
        let wrong_code = Some(Message::new("oathauth-failedtovalidateoath"));
        let error = Some(Message::new("daemun-security-not-under-way"));
        vec![sample(), Self { wrong_code, error, qr: None, ..sample() }]
    }
}
