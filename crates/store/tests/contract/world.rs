//! A fresh store, and things to put into it.

use daemun_mediawiki::timestamp::Timestamp;
use daemun_store::{Holder, LogEntry, NewAccount, Store, StoreOptions};
use tempfile::TempDir;

/// 2026-11-22 05:30:07.
pub(crate) const NOW: Timestamp = Timestamp(1_795_325_407);

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) folder: TempDir,
}

pub(crate) fn options(folder: &TempDir) -> StoreOptions {
    StoreOptions {
        data_folder: folder.path().join("data"),
        name: "wiki".into(),
        wiki_id: "wiki".into(),
        table_prefix: String::new(),
    }
}

pub(crate) async fn world() -> World {
    let folder = TempDir::new().unwrap();
    let store = Store::open(&options(&folder)).await.unwrap();
    World { store, folder }
}

/// The holder of an account, at a place.
pub(crate) fn holder(user: u64) -> Option<Holder<'static>> {
    Some(Holder { user, at: NOW, address: "192.0.2.7", agent: "Firefox" })
}

pub(crate) fn account(name: &str) -> NewAccount {
    NewAccount {
        name: name.into(),
        password: ":pbkdf2:old".into(),
        token: "0123456789abcdef0123456789abcdef".into(),
        email: "a@example.org".into(),
        registration: NOW,
        ..NewAccount::default()
    }
}

pub(crate) fn entry(kind: &str, performer_id: u64, performer_name: &str) -> LogEntry {
    LogEntry {
        kind: kind.into(),
        action: "create".into(),
        performer_id,
        performer_name: performer_name.into(),
        namespace: 2,
        title: performer_name.replace(' ', "_"),
        comment: "because".into(),
        params: format!("a:1:{{s:9:\"4::userid\";i:{};}}", LogEntry::NEW_ID),
        timestamp: NOW,
    }
}

impl World {
    /// The first column of a query on the account tables.
    pub(crate) async fn column(&self, sql: &str) -> Vec<Option<String>> {
        let rows = self.store.execute_for_tests(sql).await.unwrap();
        rows.into_iter().map(|row| row[0].clone()).collect()
    }

    /// The one value of a query on the account tables.
    pub(crate) async fn value(&self, sql: &str) -> String {
        self.column(sql).await[0].clone().unwrap()
    }
}
