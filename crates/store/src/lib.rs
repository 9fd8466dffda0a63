//! What is remembered: accounts, credentials, sessions, counters, on MediaWiki's own tables.
//!
//! The store knows no rules: it hashes nothing, refuses nothing, reads no clock and draws nothing.
//! Times and random values are parameters.

mod accounts;
mod blocks;
mod bot_passwords;
mod comment;
mod counters;
mod engine;
mod error;
mod factors;
mod files;
mod log;
mod networks;
mod openid_links;
mod private_events;
mod schema;
mod sessions;
mod statistics;

use std::path::PathBuf;

use daemun_mediawiki::timestamp::Timestamp;

pub use accounts::{Account, Accounts, AddAccountError, GroupMembership, ListAccounts, NewAccount};
pub use blocks::{Block, BlockTarget, Blocks, NewBlock};
pub use bot_passwords::{BotPassword, BotPasswords};
pub use counters::{CounterRule, Counters, HitOutcome};
pub use error::StoreError;
pub use factors::{Factor, Factors};
pub use log::{FindLog, FoundEntry, Log, LogEntry, Place};
pub use networks::Networks;
pub use openid_links::{AddLink, OpenIdLink, OpenIdLinks};
pub use private_events::{
    FindPrivateEvents, FoundPrivateEvent, PRIVATE_EVENT, PrivateEvent, PrivateEvents,
};
pub use sessions::codec;
pub use sessions::{Holder, Replace, SessionEntry, Sessions, Stored, TOMBSTONE, Version};
pub use statistics::{SiteStatistics, Statistics};

pub use engine::wait_for_files_here;

use engine::dialect::Dialect;
use engine::sqlite::{Durability, Sqlite};
use engine::{Database, statement};

/// The stem of the file for sessions and counters: MediaWiki's installer gives it this name
/// whatever the wiki's is, and its table no prefix.
const CACHE: &str = "wikicache";

/// Where the store is.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// The folder of both files; made with mode 0700 when absent.
    pub data_folder: PathBuf,
    /// The stem of the accounts' file (`$wgDBname`): `wiki` gives `wiki.sqlite`.
    pub name: String,
    /// What cache keys begin with: the database's name, with `-` and the table prefix if there is
    /// one.
    pub wiki_id: String,
    /// `$wgDBprefix`: ASCII letters, digits and `_`.
    pub table_prefix: String,
}

/// Everything that is remembered. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    /// Accounts, their groups and options.
    pub accounts: Accounts,
    /// Bot passwords.
    pub bot_passwords: BotPasswords,
    /// Second factors of accounts.
    pub factors: Factors,
    /// Blocks of accounts and addresses.
    pub blocks: Blocks,
    /// Accounts of OpenID providers.
    pub openid_links: OpenIdLinks,
    /// Session records.
    pub sessions: Sessions,
    /// Throttle counters.
    pub counters: Counters,
    /// The public log.
    pub log: Log,
    /// Logins and what else is for few eyes.
    pub private_events: PrivateEvents,
    /// Networks from which accounts were used.
    pub networks: Networks,
    /// The wiki's own count.
    pub statistics: Statistics,
    accounts_database: Database,
    cache_database: Database,
}

/// What `daemun check` says about one part of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckLine {
    /// The part, such as `accounts`.
    pub part: &'static str,
    /// Whether it works.
    pub good: bool,
    /// One sentence.
    pub text: String,
}

impl Store {
    /// Opens both files, and makes the folder, the files and the tables that are absent. A database
    /// that holds a wiki is left as it is.
    pub async fn open(options: &StoreOptions) -> Result<Self, StoreError> {
        if options.name.is_empty() || options.name.contains(['/', '\\', '\0']) {
            return Err(StoreError::Options("the database's name must be usable as a file name"));
        }
        if options.name == CACHE {
            return Err(StoreError::Options(
                "the database's name is that of the file for sessions",
            ));
        }
        files::folder(&options.data_folder)?;
        let open = |name: &str, prefix: &str, durability| {
            let path = options.data_folder.join(format!("{name}.sqlite"));
            files::file(&path)?;
            let dialect = Dialect::sqlite(prefix)?;
            Ok::<_, StoreError>(Database::sqlite(dialect, Sqlite::open(&path, durability)?))
        };
        let accounts = open(&options.name, &options.table_prefix, Durability::Full)?;
        let cache = open(CACHE, "", Durability::Process)?;
        schema::prepare_accounts(&accounts).await?;
        schema::prepare_cache(&cache).await?;
        Ok(Self {
            accounts: Accounts::new(accounts.clone()),
            bot_passwords: BotPasswords::new(accounts.clone()),
            factors: Factors::new(accounts.clone()),
            blocks: Blocks::new(accounts.clone()),
            log: Log::new(accounts.clone()),
            private_events: PrivateEvents::new(accounts.clone()),
            networks: Networks::new(accounts.clone()),
            openid_links: OpenIdLinks::new(accounts.clone(), cache.clone()),
            statistics: Statistics::new(accounts.clone()),
            sessions: Sessions::new(cache.clone(), &options.wiki_id),
            counters: Counters::new(cache.clone()),
            accounts_database: accounts,
            cache_database: cache,
        })
    }

    /// Closes all connections, after what is under way; calls after it fail with
    /// [`StoreError::Closed`].
    pub async fn close(&self) {
        self.accounts_database.close().await;
        self.cache_database.close().await;
    }

    /// Raw SQL on the account tables, in one transaction; answers the last statement's rows, each
    /// column as text (`None` for NULL, bytes that are no UTF-8 replaced). For tests only.
    pub async fn execute_for_tests(
        &self,
        sql: &str,
    ) -> Result<Vec<Vec<Option<String>>>, StoreError> {
        rows_as_text(&self.accounts_database, sql).await
    }

    /// As [`Self::execute_for_tests`], on the file of sessions and counters.
    pub async fn execute_on_cache_for_tests(
        &self,
        sql: &str,
    ) -> Result<Vec<Vec<Option<String>>>, StoreError> {
        rows_as_text(&self.cache_database, sql).await
    }

    /// Deletes up to `limit` expired rows of `objectcache`, the longest expired first, and what our
    /// index knows of sessions that are gone. Answers how many rows of `objectcache` went.
    pub async fn sweep(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        // Each list of keys is a table of its own (`AS expired`), because MariaDB allows no LIMIT
        // in an IN and no reading of the table that is deleted from.
        let [expired, _index] = self
            .cache_database
            .write([
                statement!(
                    "session",
                    "DELETE FROM {objectcache} WHERE keyname IN (SELECT keyname FROM (\
                     SELECT keyname FROM {objectcache} WHERE exptime < ? ORDER BY exptime LIMIT ?\
                     ) AS expired)",
                    now,
                    limit
                ),
                // A session that a wiki prolonged is still there: its index row stays.
                statement!(
                    "session index",
                    "DELETE FROM {daemun_session_index} WHERE keyname IN (SELECT keyname FROM (\
                     SELECT i.keyname FROM {daemun_session_index} i \
                     LEFT JOIN {objectcache} o ON o.keyname = i.keyname \
                     WHERE i.exptime < ? AND o.keyname IS NULL LIMIT ?) AS gone)",
                    now,
                    limit
                ),
            ])
            .await?;
        Ok(expired.affected)
    }

    /// One small read of each file.
    ///
    /// # Errors
    /// When either does not answer.
    pub async fn answers(&self) -> Result<(), StoreError> {
        let account = statement!("user", "SELECT user_id FROM {user} LIMIT 1");
        let cached = statement!("session", "SELECT exptime FROM {objectcache} LIMIT 1");
        self.accounts_database.read(account).await?;
        self.cache_database.read(cached).await?;
        Ok(())
    }

    /// The engine's version, such as `3.50.2`.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn engine_version(&self) -> Result<String, StoreError> {
        let question = statement!("version", "SELECT sqlite_version()");
        let row = self.accounts_database.read_one(question).await?;
        row.map_or_else(|| Ok(String::new()), |row| row.text(0))
    }

    /// Whether the accounts' database has a table of this name, which is written without the prefix.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn has_table(&self, name: &str) -> Result<bool, StoreError> {
        self.accounts_database.has_table(name).await
    }

    /// Tries both files: reachable, the columns that we read are there, SQLite's own quick check.
    pub async fn check(&self) -> Vec<CheckLine> {
        let probes = [
            ("accounts", &self.accounts_database, accounts::PROBE, true),
            ("blocks", &self.accounts_database, blocks::PROBE, false),
            ("sessions", &self.cache_database, sessions::PROBE, true),
        ];
        let mut lines = Vec::with_capacity(probes.len());
        for (part, database, probe, whole_file) in probes {
            let asked = async {
                database.read(statement!("probe", probe)).await?;
                if whole_file { database.damage().await } else { Ok(None) }
            };
            let (good, text) = match asked.await {
                Ok(None) => (true, "reachable and sound".to_owned()),
                Ok(Some(damage)) => (false, format!("damaged: {damage}")),
                Err(StoreError::Engine(error)) => (false, error.to_string()),
                Err(error) => (false, error.to_string()),
            };
            lines.push(CheckLine { part, good, text });
        }
        lines
    }
}

async fn rows_as_text(
    database: &Database,
    sql: &str,
) -> Result<Vec<Vec<Option<String>>>, StoreError> {
    let rows = database.script(sql.to_owned()).await?;
    rows.iter()
        .map(|row| {
            (0..row.values.len())
                .map(|column| {
                    let bytes = row.opt_bytes(column)?;
                    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
                })
                .collect()
        })
        .collect()
}
