//! Blocks made and lifted, with `bt_count` kept as MediaWiki keeps it.

use daemun_mediawiki::timestamp::Timestamp;

use super::{BlockTarget, Blocks};
use crate::comment::{actor_id, comment_id};
use crate::engine::{Transaction, Value, statement};
use crate::error::StoreError;
use crate::log::{self, LogEntry};

/// A block to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewBlock {
    /// Whom it is for.
    pub target: BlockTarget,
    /// The account that blocks; 0 for a name without account.
    pub by_id: u64,
    /// Its name.
    pub by_name: String,
    /// The reason.
    pub reason: String,
    /// Now.
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
}

impl NewBlock {
    /// A block as administrators make it who change nothing in the form: of the whole site and of
    /// new accounts, without end, and nobody's yet.
    pub fn usual(target: BlockTarget, timestamp: Timestamp) -> Self {
        Self {
            target,
            by_id: 0,
            by_name: String::new(),
            reason: String::new(),
            timestamp,
            expiry: None,
            create_account: true,
            email: false,
            allow_usertalk: true,
            sitewide: true,
            anon_only: false,
        }
    }
}

impl Blocks {
    /// Makes a block and answers its id. A target may have several.
    pub async fn insert(
        &self,
        block: &NewBlock,
        log: Option<&LogEntry>,
    ) -> Result<u64, StoreError> {
        let mut tx = self.database.begin().await?;
        let target = acquire(&mut tx, &block.target).await?;
        let by = actor_id(&mut tx, block.by_id, &block.by_name).await?;
        let reason = comment_id(&mut tx, &block.reason).await?;
        let expiry = block.expiry.map_or(Value::from("infinity"), Value::from);
        let made = tx
            .run(statement!(
                "block",
                "INSERT INTO {block} (bl_target, bl_by_actor, bl_reason_id, bl_timestamp, \
                 bl_anon_only, bl_create_account, bl_enable_autoblock, bl_expiry, bl_deleted, \
                 bl_block_email, bl_allow_usertalk, bl_sitewide) \
                 VALUES (?, ?, ?, ?, ?, ?, 0, ?, 0, ?, ?, ?)",
                target,
                by,
                reason,
                block.timestamp,
                block.anon_only,
                block.create_account,
                expiry,
                block.email,
                block.allow_usertalk,
                block.sitewide
            ))
            .await?;
        if let Some(entry) = log {
            log::write(&mut tx, entry).await?;
        }
        tx.commit().await?;
        Ok(made.inserted)
    }

    /// Lifts all blocks of an account and what was blocked automatically because of them. Whether
    /// there were any; only then the log entry is written.
    pub async fn remove(&self, user: u64, log: Option<&LogEntry>) -> Result<bool, StoreError> {
        let mut tx = self.database.begin().await?;
        let found = tx
            .run(statement!(
                "block",
                "SELECT b.bl_id, b.bl_target FROM {block} b \
                 JOIN {block_target} ON bt_id = b.bl_target WHERE bt_user = ? \
                 UNION SELECT child.bl_id, child.bl_target FROM {block} child \
                 JOIN {block} parent ON parent.bl_id = child.bl_parent_block_id \
                 JOIN {block_target} ON bt_id = parent.bl_target WHERE bt_user = ?",
                user,
                user
            ))
            .await?;
        if found.rows.is_empty() {
            return Ok(false);
        }
        for row in found.rows {
            release(&mut tx, row.id(0)?, row.id(1)?).await?;
        }
        if let Some(entry) = log {
            log::write(&mut tx, entry).await?;
        }
        tx.commit().await?;
        Ok(true)
    }
}

/// The row of the target, with one more block counted.
async fn acquire(tx: &mut Transaction, target: &BlockTarget) -> Result<u64, StoreError> {
    let columns = target.columns();
    let found = if columns.user.is_some() {
        tx.one(statement!(
            "block target",
            "SELECT bt_id FROM {block_target} WHERE bt_user = ?",
            columns.user
        ))
        .await?
    } else {
        tx.one(statement!(
            "block target",
            "SELECT bt_id FROM {block_target} WHERE bt_address = ? AND bt_auto = 0",
            columns.address.as_deref()
        ))
        .await?
    };
    if let Some(row) = found {
        let id = row.id(0)?;
        tx.run(statement!(
            "block target",
            "UPDATE {block_target} SET bt_count = bt_count + 1 WHERE bt_id = ?",
            id
        ))
        .await?;
        return Ok(id);
    }
    let (start, end) = columns.range.unzip();
    let made = tx
        .run(statement!(
            "block target",
            "INSERT INTO {block_target} (bt_address, bt_user, bt_user_text, bt_auto, \
             bt_range_start, bt_range_end, bt_ip_hex, bt_count) VALUES (?, ?, ?, 0, ?, ?, ?, 1)",
            columns.address,
            columns.user,
            columns.user_text,
            start,
            end,
            columns.ip_hex
        ))
        .await?;
    Ok(made.inserted)
}

/// Deletes a block, and its target when that was the last.
async fn release(tx: &mut Transaction, block: u64, target: u64) -> Result<(), StoreError> {
    tx.run(statement!("block", "DELETE FROM {block} WHERE bl_id = ?", block)).await?;
    tx.run(statement!(
        "block restriction",
        "DELETE FROM {ipblocks_restrictions} WHERE ir_ipb_id = ?",
        block
    ))
    .await?;
    tx.run(statement!(
        "block target",
        "UPDATE {block_target} SET bt_count = bt_count - 1 WHERE bt_id = ?",
        target
    ))
    .await?;
    tx.run(statement!(
        "block target",
        "DELETE FROM {block_target} WHERE bt_id = ? AND bt_count < 1",
        target
    ))
    .await?;
    Ok(())
}
