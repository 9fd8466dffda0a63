//! Sessions by a bot password (MediaWiki's `BotPasswordSessionProvider`): only the API accepts
//! them, and they stand beside the browser's.

use std::net::IpAddr;

use daemun_mediawiki::ip::Range;
use daemun_mediawiki::php::{PhpArray, Value};
use daemun_mediawiki::session_id;
use daemun_store::{Account, BotPassword};
use subtle::ConstantTimeEq;

use super::{Session, SessionProvider, Sessions, State};
use crate::error::AuthError;
use crate::grants::rights_of_grants;
use crate::user::User;

impl Sessions {
    /// Opens the session of this id, if all that it rests on still holds.
    pub(super) async fn load_bot_session(
        &self,
        session: &mut Session,
        id: &str,
    ) -> Result<bool, AuthError> {
        let environment = &self.environment;
        if !environment.settings.enable_bot_passwords || !session_id::is_acceptable(id) {
            return Ok(false);
        }
        let Some(stored) = environment.store.sessions.get(id, self.now()).await? else {
            return Ok(false);
        };
        let Some((record, version)) = super::manager::parse(&stored.value, stored.version) else {
            return Ok(false);
        };
        let metadata = &record.metadata;
        let Some(Value::Array(details)) = &metadata.provider_metadata else { return Ok(false) };
        let text = |key: &str| details.get(key).and_then(Value::as_str);
        let (Some(app_id), Some(token)) = (text("appId"), text("token")) else { return Ok(false) };
        if metadata.provider != SessionProvider::BotPassword.class() {
            return Ok(false);
        }
        let user_id = metadata.user_id;
        let Some(row) = environment.store.bot_passwords.get(user_id, app_id).await? else {
            return Ok(false);
        };
        let unchanged = bool::from(row.token.as_bytes().ct_eq(token.as_bytes()));
        if !unchanged || !allows_address(&row.restrictions, session.user.address()) {
            return Ok(false);
        }
        let Some(account) = environment.store.accounts.by_id(user_id, self.now()).await? else {
            return Ok(false);
        };
        if !super::manager::belongs_to(metadata, &account, &environment.settings) {
            return Ok(false);
        }
        session.provider = SessionProvider::BotPassword;
        session.remember = metadata.remember;
        session.user = User::named(account, session.user.address()).limited_to(rights(&row));
        session.state = State::Recorded { id: id.to_owned(), record: Box::new(record), version };
        self.renew(session, stored.expires).await?;
        Ok(true)
    }

    /// Signs a bot in beside whatever the browser's session is.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn log_in_bot(
        &self,
        session: &mut Session,
        account: Account,
        bot: &BotPassword,
    ) -> Result<(), AuthError> {
        let mut details = PhpArray::default();
        details.set("centralId", Value::Int(i64::try_from(bot.user_id).unwrap_or(i64::MAX)));
        details.set("appId", Value::from(bot.app_id.as_str()));
        details.set("token", Value::from(bot.token.as_str()));
        let mut list = PhpArray::default();
        for right in rights(bot) {
            list.push(Value::from(right.as_str()));
        }
        details.set("rights", Value::Array(list));
        details.set("restrictions", Value::from(bot.restrictions.as_str()));
        let mut record = self.user_record(SessionProvider::BotPassword, &account, true);
        record.metadata.provider_metadata = Some(Value::Array(details));
        session.provider = SessionProvider::BotPassword;
        session.state = State::None;
        self.replace(session, record, account, true).await?;
        session.user = session.user.clone().limited_to(rights(bot));
        Ok(())
    }
}

fn rights(bot: &BotPassword) -> Vec<String> {
    let grants: Vec<String> = serde_json::from_str(&bot.grants).unwrap_or_default();
    rights_of_grants(&grants)
}

/// Whether a bot password may be used from an address: `{"IPAddresses":["0.0.0.0/0","::/0"]}`.
/// Restrictions that cannot be read allow nothing.
pub fn allows_address(restrictions: &str, address: IpAddr) -> bool {
    let Ok(value) = serde_json::from_str::<serde_json::Value>(restrictions) else { return false };
    let Some(ranges) = value.get("IPAddresses").and_then(serde_json::Value::as_array) else {
        return false;
    };
    ranges
        .iter()
        .filter_map(serde_json::Value::as_str)
        .filter_map(Range::parse)
        .any(|range| range.contains(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_in_a_listed_range_are_allowed() {
        let restrictions = r#"{"IPAddresses":["203.0.113.0/24","::1"]}"#;
        assert!(allows_address(restrictions, "203.0.113.9".parse().unwrap()));
        assert!(allows_address(restrictions, "::1".parse().unwrap()));
        assert!(!allows_address(restrictions, "127.0.0.1".parse().unwrap()));
    }

    #[test]
    fn restrictions_that_cannot_be_read_allow_nothing() {
        for text in ["", "{}", "[]", r#"{"IPAddresses":"x"}"#, r#"{"IPAddresses":["x"]}"#] {
            assert!(!allows_address(text, "127.0.0.1".parse().unwrap()), "{text}");
        }
    }
}
