//! Tokens: fetched when they are needed, kept as long as the session.

use serde_json::Value;
use zeroize::Zeroizing;

use crate::call::Method;
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
    pub(crate) async fn fetch_token(
        &self,
        kind: &str,
        assert: bool,
    ) -> Result<Zeroizing<String>, Error> {
        let mut params = Params::of(&[("action", "query"), ("meta", "tokens"), ("type", kind)]);
        if assert {
            params.push("assert", "user");
        }
        let answer = self.raw(Method::Get, params).await?;
        let token = answer.pointer(&format!("/query/tokens/{kind}token")).and_then(Value::as_str);
        let token = token.ok_or(Error::Unexpected { what: "a token" })?;
        Ok(Zeroizing::new(token.to_owned()))
    }
}
