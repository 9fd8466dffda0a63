//! Accounts in the order of their names.

use daemun_mediawiki::timestamp::Timestamp;

use super::{Account, Accounts, account_query};
use crate::engine::{Value, dialect, statement};
use crate::error::StoreError;

/// Which accounts to list. All conditions hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListAccounts {
    /// Where to begin, inclusive: the lowest name, or the highest when `descending`.
    pub from: Option<String>,
    /// Where to end, inclusive.
    pub to: Option<String>,
    /// What the name begins with.
    pub prefix: Option<String>,
    /// From the highest name to the lowest.
    pub descending: bool,
    /// At most this many accounts.
    pub limit: u32,
    /// In at least one of these groups; empty is no condition.
    pub group: Vec<String>,
    /// In none of these groups.
    pub exclude_group: Vec<String>,
    /// With at least one edit.
    pub with_edits_only: bool,
    /// Whose name no block hides.
    pub without_hidden: bool,
    /// Only temporary accounts, or only others.
    pub temporary: Option<bool>,
}

impl Accounts {
    /// Accounts by name, in the order of bytes.
    pub async fn list(
        &self,
        which: &ListAccounts,
        now: Timestamp,
    ) -> Result<Vec<Account>, StoreError> {
        let mut sql = String::from("(SELECT * FROM {user} WHERE 1 = 1");
        let mut args: Vec<Value> = Vec::new();
        let (low, high) =
            if which.descending { (&which.to, &which.from) } else { (&which.from, &which.to) };
        if let Some(low) = low {
            sql.push_str(" AND user_name >= ?");
            args.push(low.into());
        }
        if let Some(high) = high {
            sql.push_str(" AND user_name <= ?");
            args.push(high.into());
        }
        if let Some(prefix) = &which.prefix {
            // The highest code point, which no name holds, ends the range; LIKE would neither use
            // the index nor, on SQLite, tell a from A.
            sql.push_str(" AND user_name >= ? AND user_name < ?");
            args.push(prefix.into());
            args.push(format!("{prefix}\u{10FFFF}").into());
        }
        if which.with_edits_only {
            sql.push_str(" AND user_editcount > 0");
        }
        if which.without_hidden {
            sql.push_str(
                " AND user_id NOT IN (SELECT bt_user FROM {block_target} \
                 JOIN {block} ON bl_target = bt_id WHERE bl_deleted = 1 AND bt_user IS NOT NULL \
                 AND {text:bl_expiry} >= ?)",
            );
            args.push(now.into());
        }
        if let Some(temporary) = which.temporary {
            sql.push_str(if temporary { " AND user_is_temp = 1" } else { " AND user_is_temp = 0" });
        }
        for (groups, verb) in [(&which.group, "IN"), (&which.exclude_group, "NOT IN")] {
            if groups.is_empty() {
                continue;
            }
            sql.push_str(&format!(
                " AND user_id {verb} (SELECT ug_user FROM {{user_groups}} WHERE \
                 (ug_expiry IS NULL OR ug_expiry >= ?) AND ug_group IN ({}))",
                dialect::placeholders(groups.len())
            ));
            args.push(now.into());
            args.extend(groups.iter().map(Into::into));
        }
        let order = if which.descending { "DESC" } else { "ASC" };
        sql.push_str(&format!(" ORDER BY user_name {order} LIMIT ?) u"));
        args.push(which.limit.into());
        args.push(now.into());
        let (head, tail) =
            (account_query!("", ""), format!("ORDER BY u.user_name {order}, g.ug_group"));
        let sql = head.replacen(" FROM  LEFT JOIN", &format!(" FROM {sql} LEFT JOIN"), 1) + &tail;
        let mut statement = statement!("user", sql);
        statement.args = args;
        self.read(statement).await
    }
}
