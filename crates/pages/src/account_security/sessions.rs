//! Where one is logged in.

use daemun_auth::AuthError;
use daemun_auth::session::AccountSession;
use daemun_messages::{Message, Param};
use serde::Serialize;

use super::overview::{self, moment};
use super::{Next, Said, client};
use crate::page::Visit;

/// A session in the list.
#[derive(Serialize)]
pub(super) struct SessionRow {
    device: Message,
    /// From where it is used, and when; what is not known is left out.
    facts: Vec<Message>,
    /// Which one it is, in a word or two.
    what: Message,
    is_this: bool,
    stays: bool,
    /// What ending it sends.
    handle: String,
}

/// The sessions of whoever is in.
pub(super) async fn rows(visit: &Visit<'_>) -> Result<Vec<SessionRow>, AuthError> {
    let all = visit.manager().sessions().of_account(&visit.session).await?;
    Ok(all.into_iter().map(row).collect())
}

pub(super) fn row(session: AccountSession) -> SessionRow {
    let device = match session.app_id {
        Some(app) => Message::new("daemun-security-bot").with(Param::plaintext(app)),
        None => client::in_words(&session.agent),
    };
    let address = Some(session.address).filter(|address| !address.is_empty());
    let address = address.map(|address| Message::new("rawmessage").with(Param::plaintext(address)));
    let at = |key, time: Option<_>| time.map(|time| Message::new(key).with(moment(time)));
    let began = at("daemun-security-began", session.began);
    let used = at("daemun-security-used", session.used);
    let which = std::iter::once(device.clone()).chain(address.clone());
    SessionRow {
        what: Message::new("rawmessage").with(Param::commas(which)),
        device,
        facts: [address, began, used].into_iter().flatten().collect(),
        is_this: session.is_this,
        stays: session.remember,
        handle: session.handle,
    }
}

/// Ends one of them.
pub(super) async fn end(visit: &mut Visit<'_>, handle: &str) -> Result<Next, AuthError> {
    let sessions = visit.manager().sessions();
    if sessions.end_one(&mut visit.session, handle).await? == 0 {
        return overview::show(visit, Some(Said::Done("daemun-security-gone"))).await;
    }
    visit.note("a session was ended");
    overview::show(visit, Some(Said::Done("daemun-security-ended"))).await
}

/// Ends all but the one that asks.
pub(super) async fn end_others(visit: &mut Visit<'_>) -> Result<Next, AuthError> {
    let sessions = visit.manager().sessions();
    sessions.end_others(&mut visit.session).await?;
    visit.note("all other sessions were ended");
    overview::show(visit, Some(Said::Done("daemun-security-ended-others"))).await
}
