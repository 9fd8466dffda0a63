use daemun_store::{Holder, Replace, TOMBSTONE};

use crate::world::{NOW, holder as of, world};

const VALUE: &[u8] = b"a:1:{s:1:\"a\";s:3:\"\x00\xff'\";}";

#[tokio::test]
async fn a_record_lives_until_its_last_second() {
    let w = world().await;
    let s = &w.store.sessions;
    s.put("a", VALUE, NOW.plus(60), None).await.unwrap();
    let found = s.get("a", NOW.plus(60)).await.unwrap().unwrap();
    assert_eq!((found.value.as_slice(), found.expires), (VALUE, NOW.plus(60)));
    assert_eq!(s.get("a", NOW.plus(61)).await.unwrap(), None);
    assert_eq!(s.get("A", NOW).await.unwrap(), None);
    s.delete("a").await.unwrap();
    assert_eq!(s.get("a", NOW).await.unwrap(), None);
}

#[tokio::test]
async fn a_swap_succeeds_only_on_the_version_that_was_read() {
    let w = world().await;
    let s = &w.store.sessions;
    s.put("a", b"1", NOW.plus(60), None).await.unwrap();
    let first = s.get("a", NOW).await.unwrap().unwrap().version;
    assert!(s.compare_and_swap("a", &first, b"2", NOW.plus(70), of(3)).await.unwrap().is_some());
    assert!(s.compare_and_swap("a", &first, b"3", NOW.plus(80), of(4)).await.unwrap().is_none());
    let found = s.get("a", NOW).await.unwrap().unwrap();
    assert_eq!((found.value.as_slice(), found.expires), (&b"2"[..], NOW.plus(70)));
    assert_eq!(s.of_user(3, NOW).await.unwrap().len(), 1);
    assert!(s.of_user(4, NOW).await.unwrap().is_empty(), "the swap that failed noted nothing");
    assert!(
        s.compare_and_swap("a", &found.version, b"4", NOW.plus(70), None).await.unwrap().is_some()
    );
    assert!(s.of_user(3, NOW).await.unwrap().is_empty());
    assert!(s.compare_and_swap("none", &first, b"2", NOW, None).await.unwrap().is_none());
}

#[tokio::test]
async fn an_insert_spares_a_live_record_and_takes_the_place_of_an_expired_one() {
    let w = world().await;
    let s = &w.store.sessions;
    assert!(s.insert("a", b"1", NOW.plus(5), None, NOW).await.unwrap().is_some());
    assert!(s.insert("a", b"2", NOW.plus(5), None, NOW).await.unwrap().is_none());
    let later = NOW.plus(6);
    assert!(s.insert("a", b"3", later.plus(5), None, later).await.unwrap().is_some());
    assert_eq!(s.get("a", later).await.unwrap().unwrap().value, b"3");
}

#[tokio::test]
async fn a_taken_record_is_gone() {
    let w = world().await;
    let s = &w.store.sessions;
    s.put("a", b"1", NOW, of(3)).await.unwrap();
    assert_eq!(s.take("a", NOW).await.unwrap().unwrap().value, b"1");
    assert_eq!(s.take("a", NOW).await.unwrap(), None);
    s.put("a", b"1", NOW, None).await.unwrap();
    assert_eq!(s.take("a", NOW.plus(1)).await.unwrap(), None, "expired");
}

#[tokio::test]
async fn replacing_ends_the_old_id_or_marks_it_dead() {
    let w = world().await;
    let s = &w.store.sessions;
    s.put("old", b"1", NOW.plus(60), of(3)).await.unwrap();
    let mut change = Replace {
        old: Some("old"),
        old_tombstone: None,
        new_id: "new",
        value: b"2",
        expires: NOW.plus(90),
        holder: of(3),
    };
    s.replace(&change).await.unwrap();
    assert_eq!(s.get("old", NOW).await.unwrap(), None);
    assert_eq!(s.get("new", NOW).await.unwrap().unwrap().value, b"2");
    assert_eq!(s.of_user(3, NOW).await.unwrap()[0].id, "new");
    change =
        Replace { old: Some("new"), old_tombstone: Some(NOW.plus(9)), new_id: "third", ..change };
    s.replace(&change).await.unwrap();
    let dead = s.get("new", NOW).await.unwrap().unwrap();
    assert_eq!((dead.value.as_slice(), dead.expires), (TOMBSTONE, NOW.plus(9)));
    assert_eq!(s.of_user(3, NOW).await.unwrap().len(), 1, "the dead id is nobody's");
    change = Replace { old: Some("third"), new_id: "third", value: b"5", ..change };
    s.replace(&change).await.unwrap();
    assert_eq!(s.get("third", NOW).await.unwrap().unwrap().value, b"5", "the same id stays");
    s.replace(&Replace { old: None, new_id: "fourth", ..change }).await.unwrap();
    assert_eq!(s.of_user(3, NOW).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_renewed_record_lives_longer_if_nobody_changed_it() {
    let w = world().await;
    let s = &w.store.sessions;
    s.put("a", b"1", NOW.plus(5), of(3)).await.unwrap();
    let version = s.get("a", NOW).await.unwrap().unwrap().version;
    assert!(s.renew("a", &version, NOW.plus(50), of(3)).await.unwrap());
    assert_eq!(s.get("a", NOW.plus(50)).await.unwrap().unwrap().version, version);
    s.put("a", b"2", NOW.plus(5), of(3)).await.unwrap();
    assert!(!s.renew("a", &version, NOW.plus(50), of(3)).await.unwrap());
    assert_eq!(s.get("a", NOW.plus(50)).await.unwrap(), None);
}

#[tokio::test]
async fn an_accounts_sessions_can_be_listed_and_ended_but_one() {
    let w = world().await;
    let s = &w.store.sessions;
    for (id, user, life) in [("a", 3, 5), ("b", 3, 9), ("c", 4, 9), ("d", 3, -1)] {
        s.put(id, VALUE, NOW.plus(life), of(user)).await.unwrap();
    }
    let ids = |entries: Vec<daemun_store::SessionEntry>| -> Vec<String> {
        entries.into_iter().map(|e| e.id).collect()
    };
    assert_eq!(ids(s.of_user(3, NOW).await.unwrap()), ["b", "a"]);
    assert_eq!(s.end_all(3, Some("a")).await.unwrap(), 2);
    assert_eq!(ids(s.of_user(3, NOW).await.unwrap()), ["a"]);
    assert_eq!(s.end_all(3, None).await.unwrap(), 1);
    assert_eq!(s.get("a", NOW).await.unwrap(), None);
    assert!(s.get("c", NOW).await.unwrap().is_some());
    s.put("c", VALUE, NOW, None).await.unwrap();
    assert!(s.of_user(4, NOW).await.unwrap().is_empty(), "logged out");
}

#[tokio::test]
async fn a_sweep_takes_what_has_expired_up_to_its_limit() {
    let w = world().await;
    let s = &w.store.sessions;
    for n in 0..5 {
        s.put(&format!("old{n}"), VALUE, NOW.plus(-9), of(3)).await.unwrap();
    }
    s.put("live", VALUE, NOW, of(3)).await.unwrap();
    assert_eq!(w.store.sweep(NOW, 3).await.unwrap(), 3);
    assert_eq!(w.store.sweep(NOW, 3).await.unwrap(), 2);
    assert_eq!(w.store.sweep(NOW, 3).await.unwrap(), 0);
    let sql = "SELECT COUNT(*) FROM daemun_session_index";
    let left = w.store.execute_on_cache_for_tests(sql).await.unwrap();
    assert_eq!(left[0][0].as_deref(), Some("1"));
    assert!(s.get("live", NOW).await.unwrap().is_some());
}

#[tokio::test]
async fn the_index_knows_when_a_session_began_and_from_where_it_was_used_last() {
    let w = world().await;
    let s = &w.store.sessions;
    s.put("a", b"1", NOW.plus(60), of(3)).await.unwrap();
    let later = Holder { user: 3, at: NOW.plus(30), address: "2001:db8::1", agent: "curl" };
    let seen = async || {
        let entry = s.of_user(3, NOW).await.unwrap().pop().unwrap();
        (entry.began, entry.used, entry.address, entry.agent, entry.value)
    };
    let first = (Some(NOW), Some(NOW), "192.0.2.7".to_owned(), "Firefox".to_owned());
    assert_eq!(seen().await, (first.0, first.1, first.2, first.3, b"1".to_vec()));
    let version = s.get("a", NOW).await.unwrap().unwrap().version;
    assert!(s.renew("a", &version, NOW.plus(90), Some(later)).await.unwrap());
    let second = (Some(NOW), Some(NOW.plus(30)), "2001:db8::1".to_owned(), "curl".to_owned());
    assert_eq!(seen().await, (second.0, second.1, second.2, second.3, b"1".to_vec()));
    let last = Holder { at: NOW.plus(40), address: "192.0.2.8", ..later };
    s.compare_and_swap("a", &version, b"2", NOW.plus(99), Some(last)).await.unwrap().unwrap();
    let (began, used, address, _, value) = seen().await;
    assert_eq!((began, used), (Some(NOW), Some(NOW.plus(40))), "it began when it began");
    assert_eq!((address.as_str(), value.as_slice()), ("192.0.2.8", &b"2"[..]));
}

#[tokio::test]
async fn an_index_of_an_earlier_version_goes_on_with_what_it_held() {
    let w = world().await;
    w.store.sessions.put("a", b"1", NOW.plus(60), of(3)).await.unwrap();
    let columns = ["began", "used", "address", "agent"];
    let drop = columns.map(|c| format!("ALTER TABLE daemun_session_index DROP COLUMN {c};"));
    w.store.execute_on_cache_for_tests(&drop.concat()).await.unwrap();
    w.store.close().await;
    for _ in 0..2 {
        let store = daemun_store::Store::open(&crate::world::options(&w.folder)).await.unwrap();
        let found = store.sessions.of_user(3, NOW).await.unwrap().pop().unwrap();
        assert_eq!((found.id.as_str(), found.began), ("a", None));
        // As an earlier version beside this one writes it.
        let insert = "INSERT OR REPLACE INTO daemun_session_index (keyname, user_id, exptime) \
                      VALUES ('wiki:MWSession:a', 3, '20991122053107')";
        store.execute_on_cache_for_tests(insert).await.unwrap();
        assert!(store.check().await.iter().all(|line| line.good));
        store.close().await;
    }
}
