use daemun_store::{BlockTarget, NewBlock};

use crate::world::{NOW, entry, world};

fn block(target: BlockTarget) -> NewBlock {
    let (by_name, reason) = ("Admin".to_owned(), "vandal".to_owned());
    NewBlock { by_id: 1, by_name, reason, ..NewBlock::usual(target, NOW) }
}

fn user(id: u64) -> BlockTarget {
    BlockTarget::User { id, name: format!("User {id}") }
}

#[tokio::test]
async fn a_block_of_an_account_is_found_until_it_expires() {
    let w = world().await;
    let mut new = block(user(5));
    new.expiry = Some(NOW.plus(60));
    let id = w.store.blocks.insert(&new, None).await.unwrap();
    let [found] = &w.store.blocks.of_user(5, NOW).await.unwrap()[..] else { panic!("one block") };
    assert_eq!((found.id, found.target_user, found.by_id), (id, Some(5), Some(1)));
    assert_eq!((found.by_name.as_str(), found.reason.as_str()), ("Admin", "vandal"));
    assert_eq!((found.target.as_str(), found.expiry), ("User 5", new.expiry));
    assert!(found.create_account && found.sitewide && found.allow_usertalk && !found.email);
    assert!(w.store.blocks.of_user(5, NOW.plus(61)).await.unwrap().is_empty());
    assert!(w.store.blocks.of_user(6, NOW).await.unwrap().is_empty());
}

#[tokio::test]
async fn of_several_blocks_the_most_severe_comes_first() {
    let w = world().await;
    let mut brief = block(user(5));
    brief.expiry = Some(NOW.plus(60));
    let mut partial = block(user(5));
    partial.sitewide = false;
    let partial = w.store.blocks.insert(&partial, None).await.unwrap();
    let brief = w.store.blocks.insert(&brief, None).await.unwrap();
    let ids = async || -> Vec<u64> {
        let found = w.store.blocks.of_user(5, NOW).await.unwrap();
        found.into_iter().map(|block| block.id).collect()
    };
    assert_eq!(ids().await, [brief, partial]);
    let endless = w.store.blocks.insert(&block(user(5)), None).await.unwrap();
    assert_eq!(ids().await, [endless, brief, partial]);
    assert_eq!(w.column("SELECT bt_count FROM block_target").await, [Some("3".into())]);
}

#[tokio::test]
async fn addresses_are_found_singly_and_in_ranges() {
    let w = world().await;
    let single = BlockTarget::Address("192.168.1.2".parse().unwrap());
    let range = BlockTarget::Range { address: "192.168.1.77".parse().unwrap(), prefix_length: 24 };
    let other = BlockTarget::Range { address: "10.0.0.0".parse().unwrap(), prefix_length: 16 };
    let v6 = BlockTarget::Range { address: "2001:db8::".parse().unwrap(), prefix_length: 19 };
    for target in [single, range, other, v6, user(5)] {
        w.store.blocks.insert(&block(target), None).await.unwrap();
    }
    let ask = async |address: &str| -> Vec<String> {
        let found = w.store.blocks.of_address(address.parse().unwrap(), NOW).await.unwrap();
        found.into_iter().map(|b| b.target).collect()
    };
    assert_eq!(ask("192.168.1.2").await, ["192.168.1.2", "192.168.1.0/24"]);
    assert_eq!(ask("::ffff:192.168.1.255").await, ["192.168.1.0/24"]);
    assert_eq!(ask("192.168.1.0").await, ["192.168.1.0/24"]);
    assert!(ask("192.168.2.0").await.is_empty());
    assert_eq!(ask("2001:1fff::1").await, ["2001:0:0:0:0:0:0:0/19"]);
    assert!(ask("2001:2000::1").await.is_empty());
}

#[tokio::test]
async fn lifting_takes_the_autoblocks_and_the_target_along() {
    let w = world().await;
    let id = w.store.blocks.insert(&block(user(5)), None).await.unwrap();
    w.store.blocks.insert(&block(user(5)), None).await.unwrap();
    w.store
        .execute_for_tests(&format!(
            "INSERT INTO block_target (bt_id, bt_address, bt_auto, bt_ip_hex, bt_count) \
             VALUES (50, '1.2.3.4', 1, '01020304', 1); \
             INSERT INTO block (bl_target, bl_by_actor, bl_reason_id, bl_timestamp, bl_expiry, \
             bl_parent_block_id) VALUES (50, 1, 1, '20260101000000', 'infinity', {id})"
        ))
        .await
        .unwrap();
    let auto = w.store.blocks.of_address("1.2.3.4".parse().unwrap(), NOW).await.unwrap();
    assert_eq!((auto[0].auto, auto[0].parent), (true, Some(id)));
    let log = entry("block", 1, "Admin");
    assert!(w.store.blocks.remove(5, Some(&log)).await.unwrap());
    assert!(!w.store.blocks.remove(5, Some(&log)).await.unwrap());
    assert_eq!(w.store.log.list("block", 9).await.unwrap().len(), 1);
    for table in ["block", "block_target"] {
        assert_eq!(w.value(&format!("SELECT COUNT(*) FROM {table}")).await, "0", "{table}");
    }
}

#[tokio::test]
async fn the_blocks_of_many_accounts_come_in_one_question() {
    let w = world().await;
    let mut brief = block(user(5));
    brief.expiry = Some(NOW.plus(60));
    let brief = w.store.blocks.insert(&brief, None).await.unwrap();
    let endless = w.store.blocks.insert(&block(user(5)), None).await.unwrap();
    w.store.blocks.insert(&block(user(6)), None).await.unwrap();
    w.column("UPDATE block SET bl_deleted = 1 WHERE bl_expiry <> 'infinity'").await;
    let many: Vec<u64> = (4..=404).collect();
    let found = w.store.blocks.of_users(&many, NOW).await.unwrap();
    let mut users: Vec<u64> = found.keys().copied().collect();
    users.sort_unstable();
    assert_eq!(users, [5, 6]);
    let of_five: Vec<(u64, bool)> = found[&5].iter().map(|b| (b.id, b.hidden)).collect();
    assert_eq!(of_five, [(endless, false), (brief, true)]);
    assert!(!found[&6][0].hidden);
    assert_eq!(w.store.blocks.of_users(&[5], NOW.plus(61)).await.unwrap()[&5].len(), 1);
    assert!(w.store.blocks.of_users(&[], NOW).await.unwrap().is_empty());
}
