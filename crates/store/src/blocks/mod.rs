//! Blocks of accounts and addresses: `block`, `block_target`, with `actor` and `comment`.

mod target;
mod write;

use std::collections::HashMap;
use std::net::IpAddr;

use daemun_mediawiki::timestamp::Timestamp;

pub use target::BlockTarget;
pub use write::NewBlock;

use crate::engine::{Database, Row, dialect, statement};
use crate::error::StoreError;

/// Fails when a column that we read is not there.
pub(crate) const PROBE: &str = "SELECT bl_sitewide, bl_deleted, bl_parent_block_id, bt_ip_hex, bt_count \
     FROM {block}, {block_target} WHERE 1 = 0";

/// At most this many accounts go into one question.
const CHUNK: usize = 200;

/// A block in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// `bl_id`.
    pub id: u64,
    /// The account that is blocked, or `None` for an address.
    pub target_user: Option<u64>,
    /// The address or range as MediaWiki writes it, or the account's name.
    pub target: String,
    /// The account that blocked, `None` for a name without account.
    pub by_id: Option<u64>,
    /// Its name.
    pub by_name: String,
    /// The reason given.
    pub reason: String,
    /// Since when.
    pub timestamp: Timestamp,
    /// The last moment of it; `None` is without end.
    pub expiry: Option<Timestamp>,
    /// Accounts cannot be created.
    pub create_account: bool,
    /// Mail cannot be sent.
    pub email: bool,
    /// The own talk page can be edited.
    pub allow_usertalk: bool,
    /// The whole site, not some pages.
    pub sitewide: bool,
    /// Only those who are not logged in.
    pub anon_only: bool,
    /// Made by the software, from another block.
    pub auto: bool,
    /// That other block.
    pub parent: Option<u64>,
    /// The name that is blocked is hidden from those who lack the right `hideuser`.
    pub hidden: bool,
}

/// The blocks.
#[derive(Clone)]
pub struct Blocks {
    database: Database,
}

/// A block with what it points to; the rest is the condition.
macro_rules! block_query {
    ($rest:literal) => {
        concat!(
            "SELECT bl_id, bt_user, bt_address, bt_user_text, actor_user, actor_name, \
             comment_text, bl_timestamp, bl_expiry, bl_create_account, bl_block_email, \
             bl_allow_usertalk, bl_sitewide, bl_anon_only, bt_auto, bl_deleted, bl_parent_block_id FROM {block_target} \
             JOIN {block} ON bl_target = bt_id JOIN {actor} ON actor_id = bl_by_actor \
             JOIN {comment} ON comment_id = bl_reason_id WHERE ",
            $rest
        )
    };
}

impl Blocks {
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }

    /// The blocks of an account that are in force at `now`, the most severe first: the whole site
    /// before some pages, then the one that lasts longest, then the oldest.
    pub async fn of_user(&self, user: u64, now: Timestamp) -> Result<Vec<Block>, StoreError> {
        // `infinity` sorts after all digits.
        let query = block_query!(
            "bt_user = ? AND {text:bl_expiry} >= ? \
             ORDER BY bl_sitewide DESC, {text:bl_expiry} DESC, bl_id"
        );
        let rows = self.database.look_up(statement!("block", query, user, now)).await?;
        rows.iter().map(read).collect()
    }

    /// The blocks of several accounts that are in force at `now`, by account, in the order of
    /// [`Self::of_user`].
    pub async fn of_users(
        &self,
        users: &[u64],
        now: Timestamp,
    ) -> Result<HashMap<u64, Vec<Block>>, StoreError> {
        let mut found: HashMap<u64, Vec<Block>> = HashMap::new();
        for chunk in users.chunks(CHUNK) {
            let sql = block_query!("bt_user IN (").to_owned()
                + &dialect::placeholders(chunk.len())
                + ") AND {text:bl_expiry} >= ? \
                   ORDER BY bl_sitewide DESC, {text:bl_expiry} DESC, bl_id";
            let mut statement = statement!("block", sql);
            statement.args = chunk.iter().map(|id| (*id).into()).collect();
            statement.args.push(now.into());
            for row in &self.database.read(statement).await? {
                let block = read(row)?;
                let Some(user) = block.target_user else { continue };
                found.entry(user).or_default().push(block);
            }
        }
        Ok(found)
    }

    /// The blocks of an address and of the ranges around it that are in force at `now`, the oldest
    /// first. An IPv4 address in IPv6 form counts as IPv4.
    pub async fn of_address(
        &self,
        address: IpAddr,
        now: Timestamp,
    ) -> Result<Vec<Block>, StoreError> {
        let hex = target::hex(address);
        // A range around the address begins in the widest one that may be blocked.
        let widest = target::widest(&hex);
        // A union and not OR, so that each half has its index.
        let query = block_query!(
            "bt_id IN (SELECT bt_id FROM {block_target} \
             WHERE bt_ip_hex = ? AND bt_range_start IS NULL \
             UNION SELECT bt_id FROM {block_target} \
             WHERE bt_range_start >= ? AND bt_range_start <= ? AND bt_range_end >= ?) \
             AND {text:bl_expiry} >= ? ORDER BY bl_id"
        );
        let statement = statement!("block", query, &hex, widest, &hex, &hex, now);
        let rows = self.database.look_up(statement).await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<Block, StoreError> {
    Ok(Block {
        id: row.id(0)?,
        target_user: row.opt_id(1)?.filter(|id| *id > 0),
        target: match row.opt_text(2)? {
            Some(address) => address,
            None => row.text(3)?,
        },
        by_id: row.opt_id(4)?.filter(|id| *id > 0),
        by_name: row.text(5)?,
        reason: row.text(6)?,
        timestamp: row.opt_time(7)?.unwrap_or_default(),
        expiry: row.opt_time(8)?,
        create_account: row.flag(9)?,
        email: row.flag(10)?,
        allow_usertalk: row.flag(11)?,
        sitewide: row.flag(12)?,
        anon_only: row.flag(13)?,
        auto: row.flag(14)?,
        hidden: row.flag(15)?,
        parent: row.opt_id(16)?.filter(|id| *id > 0),
    })
}
