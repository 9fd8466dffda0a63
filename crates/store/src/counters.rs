//! Throttle counters: `objectcache` rows that hold decimal digits.

use daemun_mediawiki::timestamp::Timestamp;

use crate::engine::{Database, Statement, dialect, statement};
use crate::error::StoreError;

/// One window of a throttle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterRule {
    /// The whole cache key.
    pub key: String,
    /// How many hits the window allows.
    pub limit: u32,
    /// The window's length, from its first hit.
    pub seconds: u32,
}

/// What became of a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HitOutcome {
    /// Every window counted it.
    Counted,
    /// The window at this index was full: it and those after it did not count the hit, those before
    /// it did.
    Exceeded {
        /// Position among the rules given.
        index: usize,
    },
}

/// The counters in `objectcache`.
#[derive(Clone)]
pub struct Counters {
    database: Database,
}

impl Counters {
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }

    /// Counts a hit in each window, in order, up to the first that is full. The rules' keys differ
    /// from each other.
    ///
    /// One transaction, one round trip: a window counts when neither it nor one before it is full.
    /// They are written last to first, so that each finds those before it as the hit found them.
    pub async fn hit(
        &self,
        rules: &[CounterRule],
        now: Timestamp,
    ) -> Result<HitOutcome, StoreError> {
        // A window without room needs no row to be full, and ends the list.
        let open = rules.iter().take_while(|rule| rule.limit > 0).count();
        let rules_open = rules.get(..open).unwrap_or_default();
        let mut statements = Vec::with_capacity(open * 3);
        statements.extend(rules_open.iter().map(|rule| forget_expired(rule, now)));
        for (index, rule) in rules_open.iter().enumerate().rev() {
            let before = rules_open.get(..index).unwrap_or_default();
            statements.extend([raise(rule, before), begin(rule, before, now)]);
        }
        let outcomes = self.database.write_all(statements).await?;
        let counts = outcomes.get(open..).unwrap_or_default().chunks(2).rev();
        let full = counts
            .map(|pair| pair.iter().map(|outcome| outcome.affected).sum::<u64>())
            .position(|counted| counted == 0);
        Ok(match full {
            Some(index) => HitOutcome::Exceeded { index },
            None if open < rules.len() => HitOutcome::Exceeded { index: open },
            None => HitOutcome::Counted,
        })
    }

    /// Takes one hit back from a count that is there, as if it had not been.
    pub async fn take_back(&self, keys: &[String], now: Timestamp) -> Result<(), StoreError> {
        let less = |key| {
            statement!(
                "counter",
                "UPDATE {objectcache} SET value = {previous:value} \
                 WHERE keyname = ? AND {int:value} > 0 AND {text:exptime} >= ?",
                key,
                now
            )
        };
        self.database.write_all(keys.iter().map(less).collect()).await?;
        Ok(())
    }

    /// Raises a mark to a number that it has not reached, or sets it where there is none, and lets
    /// it stand for so many seconds; whether it was below. Of several that raise it to one number
    /// at the same time one does.
    pub async fn raise_to(
        &self,
        key: &str,
        to: u32,
        seconds: u32,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let expires = now.plus(i64::from(seconds));
        let [_, raised, set] = self
            .database
            .write([
                statement!(
                    "mark",
                    "DELETE FROM {objectcache} WHERE keyname = ? AND {text:exptime} < ?",
                    key,
                    now
                ),
                statement!(
                    "mark",
                    "UPDATE {objectcache} SET value = ?, exptime = ? \
                     WHERE keyname = ? AND {int:value} < ?",
                    to.to_string(),
                    expires,
                    key,
                    to
                ),
                statement!(
                    "mark",
                    "INSERT INTO {objectcache} (keyname, value, exptime) VALUES (?, ?, ?) \
                     {ignore:keyname}",
                    key,
                    to.to_string(),
                    expires
                ),
            ])
            .await?;
        Ok(raised.affected + set.affected > 0)
    }

    /// Forgets counts. That is not waited for: a later [`Self::hit`] begins anew, and a failure,
    /// after which old hits count on, is only logged.
    pub async fn clear(&self, keys: &[String]) {
        if keys.is_empty() {
            return;
        }
        let marks = dialect::placeholders(keys.len());
        let mut statement = statement!(
            "counter",
            format!("DELETE FROM {{objectcache}} WHERE keyname IN ({marks})")
        );
        statement.args = keys.iter().map(Into::into).collect();
        self.database.write_soon(vec![statement]).await;
    }

    /// The live count; 0 where there is none.
    pub async fn get(&self, key: &str, now: Timestamp) -> Result<u32, StoreError> {
        let rows = self
            .database
            .look_up(statement!(
                "counter",
                "SELECT {int:value} FROM {objectcache} WHERE keyname = ? AND {text:exptime} >= ?",
                key,
                now
            ))
            .await?;
        let count = rows.first().map(|row| row.int(0)).transpose()?.unwrap_or_default();
        Ok(u32::try_from(count.max(0)).unwrap_or(u32::MAX))
    }
}

fn forget_expired(rule: &CounterRule, now: Timestamp) -> Statement {
    statement!(
        "counter",
        "DELETE FROM {objectcache} WHERE keyname = ? AND {text:exptime} < ?",
        &rule.key,
        now
    )
}

/// Adds one to a count that is there and not full.
fn raise(rule: &CounterRule, before: &[CounterRule]) -> Statement {
    let mut statement = statement!(
        "counter",
        String::from(
            "UPDATE {objectcache} SET value = {next:value} WHERE keyname = ? AND {int:value} < ?"
        ),
        &rule.key,
        rule.limit
    );
    unless_full(&mut statement, before);
    statement
}

/// Begins a count where there is none.
fn begin(rule: &CounterRule, before: &[CounterRule], now: Timestamp) -> Statement {
    let mut statement = statement!(
        "counter",
        String::from(
            "INSERT INTO {objectcache} (keyname, value, exptime) SELECT ?, '1', ? WHERE 1 = 1"
        ),
        &rule.key,
        now.plus(i64::from(rule.seconds))
    );
    unless_full(&mut statement, before);
    statement.push(" {ignore:keyname}", []);
    statement
}

/// The inner table (`AS counter`) is for MariaDB, which does not read the table that it writes.
fn unless_full(statement: &mut Statement, before: &[CounterRule]) {
    for rule in before {
        statement.push(
            " AND NOT EXISTS (SELECT 1 FROM (SELECT keyname FROM {objectcache} \
             WHERE keyname = ? AND {int:value} >= ?) AS counter)",
            [(&rule.key).into(), rule.limit.into()],
        );
    }
}
