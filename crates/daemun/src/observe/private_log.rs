//! Logins, as the log for administrators has them.

use axum::http::HeaderValue;
use daemun_action_api::Record;
use daemun_action_api::record::{Login, LoginMethod, LoginOutcome};
use daemun_auth::private_log::{Event, PrivateLog, What};

/// Notes what a request was in this respect. What only leads on to another step is no event, and
/// neither is what was refused before it was looked at.
pub(super) fn note(log: &PrivateLog, record: &Record, agent: Option<&HeaderValue>) {
    if !log.is_on() {
        return;
    }
    let event = |what, account: &str| Event {
        what,
        account: account.to_owned(),
        performer: None,
        address: record.address,
        agent: agent.map(|agent| shown(agent.as_bytes())).unwrap_or_default(),
    };
    if let Some(login) = &record.login
        && let Some(what) = of_outcome(login.outcome)
    {
        log.note(event(what, account(login)));
    }
    if let Some(account) = &record.signed_out {
        log.note(event(What::LoggedOut, account));
    }
}

fn of_outcome(outcome: LoginOutcome) -> Option<What> {
    match outcome {
        LoginOutcome::Pass | LoginOutcome::Success => Some(What::LoggedIn),
        LoginOutcome::Fail | LoginOutcome::Failed | LoginOutcome::Throttled => {
            Some(What::LoginFailed)
        }
        LoginOutcome::Ui
        | LoginOutcome::Redirect
        | LoginOutcome::Restart
        | LoginOutcome::Aborted
        | LoginOutcome::NeedToken
        | LoginOutcome::WrongToken
        | LoginOutcome::Busy
        | LoginOutcome::Error
        | LoginOutcome::Abandoned => None,
    }
}

/// Whose login it was: the holder of a bot password is who stands before the @.
fn account(login: &Login) -> &str {
    let name = login.account.as_str();
    match login.method {
        LoginMethod::BotPassword | LoginMethod::Login => {
            name.rsplit_once('@').map_or(name, |(name, _)| name)
        }
        _ => name,
    }
}

/// Most bytes of an agent that are looked at; the table has room for fewer.
const MOST_BYTES: usize = 1024;

/// Header values may be any bytes.
fn shown(agent: &[u8]) -> String {
    String::from_utf8_lossy(agent.get(..MOST_BYTES).unwrap_or(agent)).into_owned()
}
