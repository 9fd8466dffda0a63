use crate::world::{NOW, entry, world};

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
