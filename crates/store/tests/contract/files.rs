use std::os::unix::fs::PermissionsExt;

use daemun_store::{Store, StoreError, StoreOptions};

use crate::world::{NOW, account, holder, options, world};

#[tokio::test]
async fn folder_and_files_are_their_owners_alone() {
    let w = world().await;
    w.store.accounts.add(&account("A"), None).await.unwrap();
    w.store.sessions.put("a", b"1", NOW, None).await.unwrap();
    let data = w.folder.path().join("data");
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    let files: Vec<_> = data.read_dir().unwrap().map(|f| f.unwrap().path()).collect();
    assert!(files.len() >= 2);
    for file in files {
        assert_eq!(mode(&file), 0o600, "{file:?}");
    }
}

#[tokio::test]
async fn what_was_written_is_there_after_opening_again() {
    let w = world().await;
    w.store.accounts.add(&account("A"), None).await.unwrap();
    w.store.sessions.put("a", b"1", NOW, None).await.unwrap();
    w.store.close().await;
    let closed = w.store.accounts.by_name("A", NOW).await;
    assert!(matches!(closed, Err(StoreError::Closed)), "{closed:?}");
    let again = Store::open(&options(&w.folder)).await.unwrap();
    assert!(again.accounts.by_name("A", NOW).await.unwrap().is_some());
    assert!(again.sessions.get("a", NOW).await.unwrap().is_some());
    assert!(again.check().await.iter().all(|line| line.good));
}

#[tokio::test]
async fn two_may_open_a_fresh_store_at_once() {
    let folder = tempfile::TempDir::new().unwrap();
    let options = options(&folder);
    let (a, b) = tokio::join!(Store::open(&options), Store::open(&options));
    a.unwrap().accounts.add(&account("A"), None).await.unwrap();
    assert!(b.unwrap().accounts.by_name("A", NOW).await.unwrap().is_some());
}

#[tokio::test]
async fn all_works_under_a_table_prefix() {
    let folder = tempfile::TempDir::new().unwrap();
    let prefixed = StoreOptions { table_prefix: "mw_".into(), ..options(&folder) };
    let store = Store::open(&prefixed).await.unwrap();
    let id = store.accounts.add(&account("A"), None).await.unwrap();
    store.accounts.add_group(id, "bot", None, None).await.unwrap();
    store.sessions.put("a", b"1", NOW, holder(id)).await.unwrap();
    assert_eq!(store.sessions.of_user(id, NOW).await.unwrap().len(), 1);
    let rows = store.execute_for_tests("SELECT user_name FROM mw_user").await.unwrap();
    assert_eq!(rows[0][0].as_deref(), Some("A"));
    for table_prefix in ["a b", "a\"", "ä"] {
        let bad = StoreOptions { table_prefix: table_prefix.into(), ..options(&folder) };
        assert!(matches!(Store::open(&bad).await, Err(StoreError::Options(_))));
    }
}

#[tokio::test]
async fn a_database_that_holds_a_wiki_is_left_as_it_is() {
    let w = world().await;
    w.store.execute_for_tests("DROP TABLE oathauth_devices").await.unwrap();
    w.store.close().await;
    let again = Store::open(&options(&w.folder)).await.unwrap();
    assert!(again.execute_for_tests("SELECT 1 FROM oathauth_devices").await.is_err());
    assert!(again.check().await.iter().all(|line| line.good));
    again.execute_for_tests("ALTER TABLE user DROP COLUMN user_is_temp").await.unwrap();
    let lines = again.check().await;
    assert!(!lines[0].good && lines[0].text.contains("user_is_temp"), "{lines:?}");
}
