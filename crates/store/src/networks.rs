//! Networks from which accounts were used: `loginnotify_seen_net`, as MediaWiki's extension
//! LoginNotify keeps it.

use crate::engine::{Database, statement};
use crate::error::StoreError;

/// The networks. Times are numbers of periods since 1970, as the table has them.
#[derive(Clone)]
pub struct Networks {
    database: Database,
}

impl Networks {
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }

    /// The last period in which the account was used from this network, if it is `since` or later.
    pub async fn last_seen(
        &self,
        user: u64,
        network: i64,
        since: u32,
    ) -> Result<Option<u32>, StoreError> {
        let row = self
            .database
            .read_one(statement!(
                "network",
                "SELECT MAX(lsn_time_bucket) FROM {loginnotify_seen_net} \
                 WHERE lsn_user = ? AND lsn_subnet = ? AND lsn_time_bucket >= ?",
                user,
                network,
                since
            ))
            .await?;
        let period = row.map(|row| row.opt_id(0)).transpose()?.flatten();
        Ok(period.and_then(|period| u32::try_from(period).ok()))
    }

    /// Notes that the account was used from this network, and forgets what of it is older than
    /// `since`.
    pub async fn note(
        &self,
        user: u64,
        network: i64,
        period: u32,
        since: u32,
    ) -> Result<(), StoreError> {
        self.database
            .write([
                statement!(
                    "network",
                    "INSERT INTO {loginnotify_seen_net} (lsn_time_bucket, lsn_user, lsn_subnet) \
                     VALUES (?, ?, ?) {ignore:lsn_user, lsn_subnet, lsn_time_bucket}",
                    period,
                    user,
                    network
                ),
                statement!(
                    "network",
                    "DELETE FROM {loginnotify_seen_net} \
                     WHERE lsn_user = ? AND lsn_time_bucket < ?",
                    user,
                    since
                ),
            ])
            .await?;
        Ok(())
    }
}
