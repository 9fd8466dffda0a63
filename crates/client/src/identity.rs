//! Who is in, and the way out.

use serde_json::Value;

use crate::call::Method;
use crate::error::Error;
use crate::form::text;
use crate::params::Params;
use crate::wiki::Wiki;

/// Who is in, as the wiki says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The account's id; 0 for nobody.
    pub id: u64,
    /// The account's name; an address for nobody.
    pub name: String,
    /// Whether nobody is in.
    pub anonymous: bool,
    /// The groups, as far as they count in this session.
    pub groups: Vec<String>,
    /// What may be done in this session.
    pub rights: Vec<String>,
    /// The block that applies.
    pub block: Option<Block>,
}

/// A block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Who blocked.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Until when: a timestamp, or `infinite`.
    pub expiry: String,
}

impl Wiki {
    /// Asks the wiki who is in. That nobody is, is no error here.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn whoami(&self) -> Result<Identity, Error> {
        let params = Params::of(&[
            ("action", "query"),
            ("meta", "userinfo"),
            ("uiprop", "groups|rights|blockinfo"),
        ]);
        self.settled().await;
        let answer = self.raw(Method::Get, params).await?;
        let info = answer.pointer("/query/userinfo").filter(|info| info.is_object());
        let info = info.ok_or(Error::Unexpected { what: "userinfo" })?;
        let list = |name: &str| {
            let list = info.get(name).and_then(Value::as_array).map(Vec::as_slice);
            let words = list.unwrap_or_default().iter().filter_map(Value::as_str);
            words.map(str::to_owned).collect()
        };
        let block = info.get("blockid").map(|_| Block {
            by: text(info, "blockedby"),
            reason: text(info, "blockreason"),
            expiry: text(info, "blockexpiry"),
        });
        let id = info.get("id").and_then(Value::as_u64).unwrap_or_default();
        Ok(Identity {
            id,
            name: text(info, "name"),
            anonymous: id == 0,
            groups: list("groups"),
            rights: list("rights"),
            block,
        })
    }

    /// Ends the session, here and at the wiki.
    ///
    /// # Errors
    /// When the wiki does not answer, or cannot end it (OAuth). The session is forgotten here all
    /// the same.
    pub async fn logout(&self) -> Result<(), Error> {
        self.state().bot = None;
        let done = self.post_with_token("csrf", &[("action", "logout")]).await;
        self.state().leave();
        match done {
            // It had ended before.
            Ok(_) | Err(Error::SessionEnded) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
