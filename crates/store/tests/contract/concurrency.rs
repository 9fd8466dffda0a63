use std::sync::Arc;

use daemun_store::{AddAccountError, CounterRule, HitOutcome};
use tokio::task::JoinSet;

use crate::world::{NOW, account, holder, world};

const MANY: u32 = 64;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_hits_lose_no_count() {
    let w = world().await;
    let rules = Arc::new([("a", 1000), ("b", 40)].map(|(key, limit)| CounterRule {
        key: key.into(),
        limit,
        seconds: 60,
    }));
    let mut tasks = JoinSet::new();
    for _ in 0..MANY {
        let (counters, rules) = (w.store.counters.clone(), Arc::clone(&rules));
        tasks.spawn(async move { counters.hit(&*rules, NOW).await.unwrap() });
    }
    let outcomes = tasks.join_all().await;
    let counted = outcomes.iter().filter(|o| **o == HitOutcome::Counted).count();
    assert_eq!(counted, 40);
    assert_eq!(w.store.counters.get("a", NOW).await.unwrap(), MANY);
    assert_eq!(w.store.counters.get("b", NOW).await.unwrap(), 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_want_a_name_one_gets_it() {
    let w = world().await;
    let mut tasks = JoinSet::new();
    for _ in 0..MANY {
        let accounts = w.store.accounts.clone();
        tasks.spawn(async move { accounts.add(&account("Wanted"), None).await });
    }
    let (made, refused): (Vec<_>, Vec<_>) =
        tasks.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!(made.len(), 1);
    assert!(refused.iter().all(|r| matches!(r, Err(AddAccountError::NameTaken))));
    assert_eq!(w.value("SELECT COUNT(*) FROM actor").await, "1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_take_a_record_one_gets_it() {
    let w = world().await;
    w.store.sessions.put("a", b"1", NOW, None).await.unwrap();
    let mut tasks = JoinSet::new();
    for _ in 0..MANY {
        let sessions = w.store.sessions.clone();
        tasks.spawn(async move { sessions.take("a", NOW).await.unwrap() });
    }
    assert_eq!(tasks.join_all().await.into_iter().flatten().count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_swap_or_insert_one_succeeds() {
    let w = world().await;
    w.store.sessions.put("a", b"1", NOW, None).await.unwrap();
    let version = w.store.sessions.get("a", NOW).await.unwrap().unwrap().version;
    let mut swaps = JoinSet::new();
    let mut inserts = JoinSet::new();
    for n in 0..MANY {
        let (sessions, version) = (w.store.sessions.clone(), version.clone());
        swaps.spawn(async move {
            let value = format!("new{n}");
            sessions.compare_and_swap("a", &version, value.as_bytes(), NOW, None).await.unwrap()
        });
        let sessions = w.store.sessions.clone();
        inserts.spawn(async move { sessions.insert("b", b"1", NOW, None, NOW).await.unwrap() });
    }
    assert_eq!(swaps.join_all().await.into_iter().filter(Option::is_some).count(), 1);
    assert_eq!(inserts.join_all().await.into_iter().filter(Option::is_some).count(), 1);
}

/// A client that goes away drops the future of its request wherever it stands.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn work_that_is_dropped_midway_leaves_no_transaction_open() {
    let w = world().await;
    for n in 0..200_u64 {
        let accounts = w.store.accounts.clone();
        let sessions = w.store.sessions.clone();
        let name = format!("Dropped {n}");
        let first = tokio::spawn(async move { accounts.add(&account(&name), None).await });
        let second = tokio::spawn(async move { sessions.put("a", b"1", NOW, holder(n)).await });
        tokio::time::sleep(std::time::Duration::from_micros(n * 7)).await;
        first.abort();
        second.abort();
    }
    w.store.accounts.add(&account("Last"), None).await.unwrap();
    w.store.sessions.put("b", b"1", NOW, None).await.unwrap();
    let sql = "SELECT (SELECT COUNT(*) FROM user) - (SELECT COUNT(*) FROM actor)";
    assert_eq!(w.value(sql).await, "0", "an account without actor");
}
