use daemun_store::{Store, StoreError};

use crate::world::{NOW, options, world};

const TOTP: &[u8] = br#"{"secret":"AAAA","friendly_name":null}"#;
const CODES: &[u8] = br#"{"recoverycodekeys":["BBBB"]}"#;

#[tokio::test]
async fn factors_are_listed_by_account_the_oldest_first() {
    let w = world().await;
    let f = &w.store.factors;
    f.add(5, &[("totp", TOTP), ("recoverycodes", CODES)], NOW).await.unwrap();
    f.add(6, &[("totp", TOTP)], NOW).await.unwrap();
    let listed = f.list(5).await.unwrap();
    let kinds: Vec<&str> = listed.iter().map(|factor| factor.kind.as_str()).collect();
    assert_eq!(kinds, ["totp", "recoverycodes"]);
    assert_eq!((listed[0].user_id, listed[0].created), (5, Some(NOW)));
    assert_eq!(listed[1].data.as_slice(), CODES);
    assert_eq!(w.value("SELECT COUNT(*) FROM oathauth_types").await, "2", "kinds are there once");
    assert_eq!(w.value("SELECT typeof(oad_data) FROM oathauth_devices").await, "text");
    assert!(f.has_any(6).await.unwrap());
    assert!(!f.has_any(7).await.unwrap());
    assert!(f.list(7).await.unwrap().is_empty());
    assert!(!format!("{listed:?}").contains("AAAA"), "what a factor holds is not printed");
}

#[tokio::test]
async fn data_is_replaced_only_where_it_is_still_what_was_read() {
    let w = world().await;
    let f = &w.store.factors;
    f.add(5, &[("recoverycodes", CODES)], NOW).await.unwrap();
    let read = f.list(5).await.unwrap().remove(0);
    assert!(f.replace_data(&read, b"{}").await.unwrap());
    assert!(!f.replace_data(&read, b"[]").await.unwrap());
    assert_eq!(f.list(5).await.unwrap()[0].data.as_slice(), b"{}");
    // Bytes of another class are the same bytes.
    w.store.execute_for_tests("UPDATE oathauth_devices SET oad_data = x'5b5d'").await.unwrap();
    let read = f.list(5).await.unwrap().remove(0);
    assert!(f.replace_data(&read, CODES).await.unwrap());
}

#[tokio::test]
async fn all_factors_of_an_account_are_taken_away_and_no_others() {
    let w = world().await;
    let f = &w.store.factors;
    f.add(5, &[("totp", TOTP), ("recoverycodes", CODES)], NOW).await.unwrap();
    f.add(6, &[("totp", TOTP)], NOW).await.unwrap();
    assert_eq!(f.remove_all(5).await.unwrap(), 2);
    assert_eq!(f.remove_all(5).await.unwrap(), 0);
    assert!(f.has_any(6).await.unwrap());
}

#[tokio::test]
async fn a_factor_of_no_known_type_is_listed_all_the_same() {
    let w = world().await;
    w.store
        .execute_for_tests("INSERT INTO oathauth_devices (oad_user, oad_type) VALUES (5, 99)")
        .await
        .unwrap();
    let listed = w.store.factors.list(5).await.unwrap();
    assert_eq!((listed.len(), listed[0].kind.as_str()), (1, ""));
    assert!(w.store.factors.has_any(5).await.unwrap());
}

#[tokio::test]
async fn a_wiki_without_the_extension_has_no_factors_until_it_is_installed() {
    let w = world().await;
    let devices = w.value("SELECT sql FROM sqlite_master WHERE name = 'oathauth_devices'").await;
    w.store.execute_for_tests("DROP TABLE oathauth_devices").await.unwrap();
    let f = &w.store.factors;
    assert!(f.list(5).await.unwrap().is_empty());
    assert!(!f.has_any(5).await.unwrap());
    assert_eq!(f.remove_all(5).await.unwrap(), 0);
    let refused = f.add(5, &[("totp", TOTP)], NOW).await;
    assert!(matches!(refused, Err(StoreError::Options(_))));
    w.store.execute_for_tests(&devices).await.unwrap();
    f.add(5, &[("totp", TOTP)], NOW).await.unwrap();
    assert!(f.has_any(5).await.unwrap());
    // Tables that were there and are gone are a fault, and not an account without factors.
    w.store.execute_for_tests("DROP TABLE oathauth_devices").await.unwrap();
    assert!(f.list(5).await.is_err());
    assert!(f.has_any(5).await.is_err());
}

#[tokio::test]
async fn the_table_from_before_is_read_and_written_where_there_is_no_other() {
    let w = world().await;
    w.store
        .execute_for_tests(
            "DROP TABLE oathauth_devices; CREATE TABLE oathauth_users (id INTEGER NOT NULL, \
             module VARCHAR(255) NOT NULL, data BLOB DEFAULT NULL, PRIMARY KEY(id)); \
             INSERT INTO oathauth_users VALUES (5, 'totp', '{\"keys\":[]}')",
        )
        .await
        .unwrap();
    let store = Store::open(&options(&w.folder)).await.unwrap();
    let read = store.factors.list(5).await.unwrap().remove(0);
    assert_eq!((read.kind.as_str(), read.is_legacy, read.id), ("totp", true, 5));
    assert!(store.factors.replace_data(&read, b"{}").await.unwrap());
    assert!(!store.factors.replace_data(&read, b"[]").await.unwrap());
    assert!(store.factors.has_any(5).await.unwrap());
    assert!(store.factors.add(6, &[("totp", TOTP)], NOW).await.is_err());
    assert_eq!(store.factors.remove_all(5).await.unwrap(), 1);
}

#[tokio::test]
async fn of_many_accounts_those_with_a_factor_are_found_at_once() {
    let w = world().await;
    let f = &w.store.factors;
    f.add(5, &[("totp", TOTP), ("recoverycodes", CODES)], NOW).await.unwrap();
    f.add(600, &[("totp", TOTP)], NOW).await.unwrap();
    let everybody: Vec<u64> = (1..=700).collect();
    let mut found: Vec<u64> = f.having_any(&everybody).await.unwrap().into_iter().collect();
    found.sort_unstable();
    assert_eq!(found, [5, 600]);
    assert!(f.having_any(&[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn single_factors_are_taken_from_their_own_account_alone() {
    let w = world().await;
    let f = &w.store.factors;
    f.add(5, &[("totp", TOTP), ("totp", TOTP), ("recoverycodes", CODES)], NOW).await.unwrap();
    f.add(6, &[("totp", TOTP)], NOW).await.unwrap();
    let ids = f.list(5).await.unwrap().iter().map(|factor| factor.id).collect::<Vec<_>>();
    assert_eq!(f.remove(6, &ids).await.unwrap(), 0, "they are another's");
    assert_eq!(f.remove(5, &[ids[0], ids[2], 999]).await.unwrap(), 2);
    assert_eq!(f.list(5).await.unwrap()[0].id, ids[1]);
    assert!(f.has_any(6).await.unwrap() && f.can_be_added().await.unwrap());
}
