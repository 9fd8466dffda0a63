//! The wiki's own count of what it holds: `site_stats`, one row.

use crate::engine::{Database, statement};
use crate::error::StoreError;

/// What there is, as counted when it came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SiteStatistics {
    /// All pages.
    pub pages: u64,
    /// Pages that count as articles.
    pub articles: u64,
    /// Edits since the wiki began.
    pub edits: u64,
    /// Files.
    pub images: u64,
    /// Accounts.
    pub users: u64,
    /// Accounts that were active lately, as counted last.
    pub active_users: u64,
}

/// The count.
#[derive(Clone)]
pub struct Statistics {
    database: Database,
}

impl Statistics {
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }

    /// The count as it stands; all zero where nobody ever counted.
    pub async fn read(&self) -> Result<SiteStatistics, StoreError> {
        let row = self
            .database
            .read_one(statement!(
                "site statistics",
                "SELECT ss_total_pages, ss_good_articles, ss_total_edits, ss_images, ss_users, \
                 ss_active_users FROM {site_stats} WHERE ss_row_id = 1"
            ))
            .await;
        let row = match row {
            Ok(row) => row,
            // A store from before there was such a table: the accounts at least can be counted.
            Err(error) => return self.counted().await.ok_or(error),
        };
        let Some(row) = row else { return Ok(SiteStatistics::default()) };
        let count = |column| Ok::<_, StoreError>(row.opt_id(column)?.unwrap_or(0));
        Ok(SiteStatistics {
            pages: count(0)?,
            articles: count(1)?,
            edits: count(2)?,
            images: count(3)?,
            users: count(4)?,
            active_users: count(5)?,
        })
    }

    async fn counted(&self) -> Option<SiteStatistics> {
        let question = statement!("number of accounts", "SELECT COUNT(*) FROM {user}");
        let row = self.database.read_one(question).await.ok()??;
        let users = row.opt_id(0).ok()??;
        Some(SiteStatistics { users, ..SiteStatistics::default() })
    }
}
