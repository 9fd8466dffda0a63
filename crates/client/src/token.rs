//! Tokens: fetched when they are needed, kept as long as the session.

use serde_json::Value;
use zeroize::Zeroizing;

use crate::call::{Method, Session};
use crate::error::Error;
use crate::params::Params;
use crate::wiki::Wiki;

impl Wiki {
    /// A token of this kind (`csrf`, `patrol`, `userrights`, …), kept or new.
    ///
    /// # Errors
    /// When the wiki has none of that kind.
    pub async fn token(&self, kind: &str) -> Result<Zeroizing<String>, Error> {
        self.signed(Method::Get, &Params::of(&[("action", "query")]), Some(kind), true)
            .await
            .map(|(_, token)| token)
    }

    /// A new token, from the wiki, with nothing claimed about who asks.
    pub(crate) async fn fetch_token(&self, kind: &str) -> Result<Zeroizing<String>, Error> {
        read(kind, &self.raw(Method::Get, asked(kind)).await?)
    }

    /// A new token of this session.
    pub(crate) async fn fetch_token_within(
        &self,
        session: Session,
        kind: &str,
    ) -> Result<Zeroizing<String>, Error> {
        let mut params = asked(kind);
        if session.is_user {
            params.push("assert", "user");
        }
        read(kind, &self.sent(Some(session), Method::Get, params).await?)
    }
}

fn asked(kind: &str) -> Params {
    Params::of(&[("action", "query"), ("meta", "tokens"), ("type", kind)])
}

fn read(kind: &str, answer: &Value) -> Result<Zeroizing<String>, Error> {
    let token = answer.pointer(&format!("/query/tokens/{kind}token")).and_then(Value::as_str);
    let token = token.ok_or(Error::Unexpected { what: "a token" })?;
    Ok(Zeroizing::new(token.to_owned()))
}
