//! The tables of a fresh installation: MediaWiki 1.45's, in its SQLite forms.

use crate::engine::{Database, statement};
use crate::error::StoreError;

const ACCOUNTS: &str = include_str!("accounts.sql");
const CACHE: &str = include_str!("cache.sql");
const INDEX: &str = include_str!("index.sql");
const INDEX_USES: &str = include_str!("index_uses.sql");

/// Makes the account tables, unless a `user` table says that a wiki is at home here: then nothing
/// is changed, whatever else may be missing.
pub(crate) async fn prepare_accounts(database: &Database) -> Result<(), StoreError> {
    prepare(database, "SELECT 1 FROM {user} LIMIT 1", ACCOUNTS).await
}

/// Makes `objectcache` when absent, and our own index beside it, in its present form.
pub(crate) async fn prepare_cache(database: &Database) -> Result<(), StoreError> {
    prepare(database, "SELECT 1 FROM {objectcache} LIMIT 1", CACHE).await?;
    prepare(database, "SELECT 1 FROM {daemun_session_index} LIMIT 1", INDEX).await?;
    // The index is ours, so it may grow. What an earlier version writes to it stays good.
    prepare(database, "SELECT agent FROM {daemun_session_index} LIMIT 1", INDEX_USES).await
}

async fn prepare(database: &Database, probe: &'static str, tables: &str) -> Result<(), StoreError> {
    if database.read(statement!("probe", probe)).await.is_ok() {
        return Ok(());
    }
    let made = database.script(database.translate(tables)).await;
    // Another process may have made them between the probe and the lock. If the probe fails still,
    // its failure says more than "exists already".
    match made {
        Ok(_) => Ok(()),
        Err(error) => match database.read(statement!("probe", probe)).await {
            Ok(_) => Ok(()),
            Err(_) => Err(error),
        },
    }
}
