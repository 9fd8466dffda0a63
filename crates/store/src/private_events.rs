//! Logins and what else is for few eyes: `cu_private_event`, as MediaWiki's extension CheckUser
//! keeps it in 1.45. A wiki that has no such table keeps none.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use daemun_mediawiki::ip;
use daemun_mediawiki::timestamp::Timestamp;

use crate::comment::comment_id;
use crate::engine::{Database, Row, dialect, statement};
use crate::error::StoreError;
use crate::log::{Place, in_time, newest_first};

/// `cupe_log_type` of all events that are no copies of entries of the log.
pub const PRIVATE_EVENT: &str = "checkuser-private-event";

/// Asks for the columns that are needed. Another version of the table lacks some, and is left alone.
const PROBE: &str = "SELECT cupe_ip, cupe_ip_hex, cupe_xff, cupe_agent, cupe_agent_id, \
     cupe_comment_id, cupe_page FROM {cu_private_event} WHERE 1 = 0";

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivateEvent {
    /// `cupe_log_action`, such as `login-success`.
    pub action: String,
    /// The account that it is about, with spaces.
    pub target: String,
    /// The account that did it; `None` for an address.
    pub performer: Option<String>,
    /// `cupe_params`, PHP serialised.
    pub params: String,
    /// Where it came from.
    pub address: IpAddr,
    /// What the browser or program calls itself, at most 255 bytes (not enforced here); or empty.
    pub agent: String,
    /// When.
    pub timestamp: Timestamp,
}

/// An event that was found. Addresses are texts, since a wiki may have written them otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPrivateEvent {
    /// `cupe_id`.
    pub id: u64,
    /// `cupe_log_action`.
    pub action: String,
    /// The account that it is about, with spaces.
    pub target: String,
    /// The account or address that did it, where it has a row in `actor`.
    pub performer: Option<String>,
    /// `cupe_params`.
    pub params: String,
    /// The address, or empty.
    pub address: String,
    /// What the browser or program calls itself, or empty.
    pub agent: String,
    /// When.
    pub timestamp: Timestamp,
}

impl FoundPrivateEvent {
    /// Where it stands.
    pub fn place(&self) -> Place {
        Place { timestamp: self.timestamp, id: self.id }
    }
}

/// Which events to look for. All conditions hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindPrivateEvents {
    /// With one of these actions; empty is no condition.
    pub actions: Vec<String>,
    /// By the account of this name.
    pub performer: Option<String>,
    /// About the account of this name, with spaces. No index has it: all events in question are
    /// read.
    pub target: Option<String>,
    /// From this address.
    pub address: Option<IpAddr>,
    /// Not after this moment.
    pub until: Option<Timestamp>,
    /// Beyond this place: before it, or after it where `newer`.
    pub beyond: Option<Place>,
    /// Those that come next after the place, and not those before it.
    pub newer: bool,
    /// At most this many.
    pub limit: u32,
}

/// The table `cu_private_event`.
#[derive(Clone)]
pub struct PrivateEvents {
    database: Database,
    /// Asked for again as long as it is not there: the extension may be installed meanwhile.
    is_there: Arc<OnceLock<()>>,
}

impl PrivateEvents {
    pub(crate) fn new(database: Database) -> Self {
        Self { database, is_there: Arc::default() }
    }

    /// Whether there is a table in which events can be kept.
    pub async fn are_kept(&self) -> Result<bool, StoreError> {
        if self.is_there.get().is_some() {
            return Ok(true);
        }
        let there = self.database.has_table("cu_private_event").await?
            && self.database.read(statement!("probe", PROBE)).await.is_ok();
        if there {
            self.is_there.get_or_init(|| ());
        }
        Ok(there)
    }

    /// Writes events, all or none. An address that did something is not made an actor: those are
    /// never cleared away, and there can be as many as there are addresses.
    ///
    /// # Errors
    /// Also where there is no table for them.
    pub async fn add(&self, events: &[PrivateEvent]) -> Result<(), StoreError> {
        let mut tx = self.database.begin().await?;
        let comment = comment_id(&mut tx, "").await?;
        for event in events {
            let performer = event.performer.as_deref();
            tx.run(statement!(
                "private event",
                "INSERT INTO {cu_private_event} (cupe_namespace, cupe_title, cupe_actor, \
                 cupe_log_type, cupe_log_action, cupe_params, cupe_comment_id, cupe_page, \
                 cupe_timestamp, cupe_ip, cupe_ip_hex, cupe_xff, cupe_agent, cupe_agent_id) \
                 VALUES (2, ?, (SELECT actor_id FROM {actor} WHERE actor_name = ?), ?, ?, ?, ?, \
                 0, ?, ?, ?, '', ?, 0)",
                &event.target,
                performer,
                PRIVATE_EVENT,
                &event.action,
                &event.params,
                comment,
                event.timestamp,
                ip::pretty(event.address),
                ip::to_hex(ip::unmap(event.address)),
                &event.agent
            ))
            .await?;
        }
        tx.commit().await
    }

    /// Looks for events. The answer is ordered from the newest to the oldest, whichever way was
    /// gone.
    pub async fn find(
        &self,
        which: &FindPrivateEvents,
    ) -> Result<Vec<FoundPrivateEvent>, StoreError> {
        let sql = String::from(
            "SELECT cupe_id, cupe_log_action, cupe_title, actor_name, cupe_params, cupe_ip, \
             cupe_agent, cupe_timestamp FROM {cu_private_event} \
             LEFT JOIN {actor} ON actor_id = cupe_actor WHERE {text:cupe_log_type} = ?",
        );
        let mut statement = statement!("private event", sql, PRIVATE_EVENT);
        if !which.actions.is_empty() {
            let marks = dialect::placeholders(which.actions.len());
            statement.push(&format!(" AND {{text:cupe_log_action}} IN ({marks})"), []);
            statement.args.extend(which.actions.iter().map(Into::into));
        }
        if let Some(performer) = &which.performer {
            let condition = " AND cupe_actor = (SELECT actor_id FROM {actor} WHERE actor_name = ?)";
            statement.push(condition, [performer.into()]);
        }
        if let Some(target) = &which.target {
            statement.push(" AND {text:cupe_title} = ?", [target.into()]);
        }
        if let Some(address) = which.address {
            statement.push(" AND cupe_ip_hex = ?", [ip::to_hex(ip::unmap(address)).into()]);
        }
        let columns = ["cupe_timestamp", "cupe_id"];
        in_time(&mut statement, columns, which.until, (which.beyond, which.newer), which.limit);
        let rows = self.database.read(statement).await?;
        Ok(newest_first(rows.iter().map(read).collect::<Result<_, StoreError>>()?, which.newer))
    }

    /// Clears up to `limit` events away that are from before this moment, the oldest first. Answers
    /// how many went.
    pub async fn prune(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        if !self.are_kept().await? {
            return Ok(0);
        }
        // A table of its own, because MariaDB allows no LIMIT in an IN.
        let [gone] = self
            .database
            .write([statement!(
                "private event",
                "DELETE FROM {cu_private_event} WHERE cupe_id IN (SELECT cupe_id FROM (\
                 SELECT cupe_id FROM {cu_private_event} WHERE cupe_timestamp < ? \
                 ORDER BY cupe_timestamp LIMIT ?) AS old)",
                before,
                limit
            )])
            .await?;
        Ok(gone.affected)
    }
}

fn read(row: &Row) -> Result<FoundPrivateEvent, StoreError> {
    Ok(FoundPrivateEvent {
        id: row.id(0)?,
        action: row.text(1)?,
        target: row.text(2)?.replace('_', " "),
        performer: row.opt_text(3)?,
        params: row.text(4)?,
        address: row.text(5)?,
        agent: String::from_utf8_lossy(&row.bytes(6)?).into_owned(),
        timestamp: row.opt_time(7)?.unwrap_or_default(),
    })
}
