use daemun_store::FindLog;

use crate::world::{NOW, World, entry, world};

#[tokio::test]
async fn entries_come_back_newest_first_and_by_kind() {
    let w = world().await;
    let mut first = entry("rights", 0, "192.0.2.1");
    let mut second = first.clone();
    second.timestamp = NOW.plus(1);
    second.comment = "another".into();
    w.store.log.add(&first).await.unwrap();
    w.store.log.add(&second).await.unwrap();
    w.store.log.add(&entry("other", 4, "Four")).await.unwrap();
    let listed = w.store.log.list("rights", 10).await.unwrap();
    assert_eq!(listed, [second, first.clone()]);
    assert_eq!(w.store.log.list("rights", 1).await.unwrap().len(), 1);
    first.performer_id = 4;
    first.performer_name = "Four".into();
    w.store.log.add(&first).await.unwrap();
    assert_eq!(w.value("SELECT COUNT(*) FROM actor").await, "2", "one actor per performer");
}

#[tokio::test]
async fn equal_comments_share_a_row_under_phps_crc32() {
    let w = world().await;
    let mut e = entry("rights", 0, "X");
    e.comment = "123456789".into();
    w.store.log.add(&e).await.unwrap();
    w.store.log.add(&e).await.unwrap();
    let hashes = w.column("SELECT comment_hash FROM comment").await;
    assert_eq!(hashes, [Some("-873187034".into())]);
}

fn all(kinds: &[&str]) -> FindLog {
    let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    FindLog { kinds, limit: 10, ..FindLog::default() }
}

/// Five entries, the last two of one moment.
async fn five_entries() -> World {
    let w = world().await;
    for (number, (kind, performer)) in
        [("newusers", "A"), ("rights", "A"), ("newusers", "B"), ("oath", "B"), ("rights", "B")]
            .into_iter()
            .enumerate()
    {
        let mut entry = entry(kind, 0, performer);
        entry.timestamp = NOW.plus(i64::try_from(number.min(3)).unwrap());
        w.store.log.add(&entry).await.unwrap();
    }
    w
}

async fn ids(w: &World, which: FindLog) -> Vec<u64> {
    w.store.log.find(&which).await.unwrap().into_iter().map(|found| found.id).collect()
}

#[tokio::test]
async fn entries_are_found_by_type_performer_target_and_time() {
    let w = five_entries().await;
    let every = ["newusers", "rights", "oath"];
    assert_eq!(ids(&w, all(&every)).await, [5, 4, 3, 2, 1]);
    assert_eq!(ids(&w, all(&["rights"])).await, [5, 2]);
    assert!(ids(&w, all(&[])).await.is_empty(), "of no type there are none");
    assert_eq!(ids(&w, FindLog { performer: Some("A".into()), ..all(&every) }).await, [2, 1]);
    assert_eq!(ids(&w, FindLog { target: Some((2, "B".into())), ..all(&every) }).await, [5, 4, 3]);
    let page = FindLog { target: Some((0, "B".into())), ..all(&every) };
    assert!(ids(&w, page).await.is_empty(), "of another namespace");
    assert_eq!(ids(&w, FindLog { until: Some(NOW.plus(1)), ..all(&every) }).await, [2, 1]);
}

#[tokio::test]
async fn the_log_is_turned_over_in_both_directions() {
    let w = five_entries().await;
    let every = ["newusers", "rights", "oath"];
    let found = w.store.log.find(&all(&every)).await.unwrap();
    let at = |index: usize, newer| FindLog {
        beyond: Some(found[index].place()),
        newer,
        limit: 2,
        ..all(&every)
    };
    assert_eq!(ids(&w, at(0, false)).await, [4, 3], "of one moment the older id comes after");
    assert_eq!(ids(&w, at(2, false)).await, [2, 1]);
    assert_eq!(ids(&w, at(4, true)).await, [3, 2]);
    assert_eq!(ids(&w, at(1, true)).await, [5]);
    assert!(ids(&w, at(0, true)).await.is_empty());
}

#[tokio::test]
async fn entries_with_deleted_parts_are_left_out_where_asked_for() {
    let w = five_entries().await;
    w.store
        .execute_for_tests(
            "UPDATE logging SET log_deleted = 4 WHERE log_id = 1; \
             UPDATE logging SET log_deleted = 13 WHERE log_id = 2; \
             DELETE FROM comment",
        )
        .await
        .unwrap();
    let every = ["newusers", "rights", "oath"];
    let found = w.store.log.find(&all(&every)).await.unwrap();
    assert_eq!((found[3].deleted, found[4].deleted), (13, 4));
    assert_eq!(found[0].entry.comment, "", "an entry without its comment is an entry");
    let without = |bits: &[u8]| FindLog { without_deleted: bits.to_vec(), ..all(&every) };
    assert_eq!(ids(&w, without(&[4])).await, [5, 4, 3]);
    assert_eq!(ids(&w, without(&[12])).await, [5, 4, 3, 1]);
    assert_eq!(ids(&w, without(&[2])).await, [5, 4, 3, 2, 1]);
}
