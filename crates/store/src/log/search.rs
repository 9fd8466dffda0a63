//! Entries of the log by type, performer, target and time, a page at a time.

use daemun_mediawiki::timestamp::Timestamp;

use super::{Log, LogEntry, read};
use crate::engine::{Statement, dialect, statement};
use crate::error::StoreError;

/// A place between entries of one order in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The time of the entry at this place.
    pub timestamp: Timestamp,
    /// Its id, since several may have one time.
    pub id: u64,
}

/// Which entries to look for. All conditions hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindLog {
    /// Of one of these types (`log_type`); empty finds nothing.
    pub kinds: Vec<String>,
    /// By the account or address of this name.
    pub performer: Option<String>,
    /// About this page: its namespace, and its name with underscores.
    pub target: Option<(i32, String)>,
    /// Not after this moment.
    pub until: Option<Timestamp>,
    /// Beyond this place: before it, or after it where `newer`.
    pub beyond: Option<Place>,
    /// Those that come next after the place, and not those before it.
    pub newer: bool,
    /// Entries that have all bits of one of these in `log_deleted` are left out.
    pub without_deleted: Vec<u8>,
    /// At most this many.
    pub limit: u32,
}

/// An entry with what only its reader needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundEntry {
    /// `log_id`.
    pub id: u64,
    /// `log_deleted`: the parts that are hidden, 1 for the action, 2 for the comment, 4 for the
    /// performer, 8 for all of these also from administrators.
    pub deleted: u8,
    /// The entry. An entry whose comment is gone has an empty one.
    pub entry: LogEntry,
}

impl FoundEntry {
    /// Where it stands.
    pub fn place(&self) -> Place {
        Place { timestamp: self.entry.timestamp, id: self.id }
    }
}

impl Log {
    /// Looks for entries. The answer is ordered from the newest to the oldest, whichever way was
    /// gone.
    pub async fn find(&self, which: &FindLog) -> Result<Vec<FoundEntry>, StoreError> {
        let sql = String::from(
            "SELECT log_type, log_action, actor_user, actor_name, log_namespace, log_title, \
             comment_text, log_params, log_timestamp, log_id, log_deleted FROM {logging} \
             JOIN {actor} ON actor_id = log_actor \
             LEFT JOIN {comment} ON comment_id = log_comment_id WHERE ",
        );
        let mut statement = statement!("log", sql);
        match which.kinds.as_slice() {
            [] => return Ok(Vec::new()),
            // This index has them in order of time.
            [one] => statement.push("log_type = ?", [one.into()]),
            several => {
                // Its index would have all of them sorted; that of times has them in order.
                let marks = dialect::placeholders(several.len());
                statement.push(&format!("{{text:log_type}} IN ({marks})"), []);
                statement.args.extend(several.iter().map(Into::into));
            }
        }
        if let Some(performer) = &which.performer {
            let condition = " AND log_actor = (SELECT actor_id FROM {actor} WHERE actor_name = ?)";
            statement.push(condition, [performer.into()]);
        }
        if let Some((namespace, title)) = &which.target {
            let condition = " AND log_namespace = ? AND log_title = ?";
            statement.push(condition, [i64::from(*namespace).into(), title.into()]);
        }
        for bits in &which.without_deleted {
            let bits = i64::from(*bits);
            statement.push(" AND (log_deleted & ?) <> ?", [bits.into(), bits.into()]);
        }
        let columns = ["log_timestamp", "log_id"];
        in_time(&mut statement, columns, which.until, (which.beyond, which.newer), which.limit);
        let rows = self.database.read(statement).await?;
        let found = rows.iter().map(|row| {
            let deleted = u8::try_from(row.int(10)?).unwrap_or(u8::MAX);
            Ok(FoundEntry { id: row.id(9)?, deleted, entry: read(row)? })
        });
        Ok(newest_first(found.collect::<Result<_, StoreError>>()?, which.newer))
    }
}

/// Ends a statement with the conditions of time, the order and the limit.
pub(crate) fn in_time(
    statement: &mut Statement,
    [time, id]: [&str; 2],
    until: Option<Timestamp>,
    (beyond, newer): (Option<Place>, bool),
    limit: u32,
) {
    if let Some(until) = until {
        statement.push(&format!(" AND {time} <= ?"), [until.into()]);
    }
    let (sign, order) = if newer { (">", "ASC") } else { ("<", "DESC") };
    if let Some(Place { timestamp, id: number }) = beyond {
        statement.push(
            &format!(" AND {time} {sign}= ? AND ({time} <> ? OR {id} {sign} ?)"),
            [timestamp.into(), timestamp.into(), number.into()],
        );
    }
    let order = format!(" ORDER BY {time} {order}, {id} {order} LIMIT ?");
    statement.push(&order, [limit.into()]);
}

/// What was found, as it is shown.
pub(crate) fn newest_first<T>(mut found: Vec<T>, newer: bool) -> Vec<T> {
    if newer {
        found.reverse();
    }
    found
}
