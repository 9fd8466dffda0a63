use daemun_store::{CounterRule, HitOutcome};

use crate::world::{NOW, world};

fn rule(key: &str, limit: u32, seconds: u32) -> CounterRule {
    CounterRule { key: key.into(), limit, seconds }
}

#[tokio::test]
async fn hits_count_up_to_the_limit_and_the_refused_one_does_not_count() {
    let w = world().await;
    let rules = [rule("long", 9, 1000), rule("short", 2, 300), rule("last", 9, 9)];
    let c = &w.store.counters;
    for _ in 0..2 {
        assert_eq!(c.hit(&rules, NOW).await.unwrap(), HitOutcome::Counted);
    }
    assert_eq!(c.hit(&rules, NOW).await.unwrap(), HitOutcome::Exceeded { index: 1 });
    let counts = [c.get("long", NOW).await.unwrap(), c.get("short", NOW).await.unwrap()];
    assert_eq!(counts, [3, 2], "the window before the full one counted it");
    assert_eq!(c.get("last", NOW).await.unwrap(), 2, "the window after it did not");
}

#[tokio::test]
async fn a_hit_that_fills_one_window_counts_in_the_next() {
    let w = world().await;
    let c = &w.store.counters;
    let rules = [rule("short", 1, 9), rule("long", 5, 900)];
    assert_eq!(c.hit(&rules, NOW).await.unwrap(), HitOutcome::Counted);
    assert_eq!(c.hit(&rules, NOW).await.unwrap(), HitOutcome::Exceeded { index: 0 });
    assert_eq!(c.get("long", NOW).await.unwrap(), 1);
}

#[tokio::test]
async fn a_window_keeps_its_end_and_begins_anew_after_it() {
    let w = world().await;
    let c = &w.store.counters;
    let rules = [rule("k", 2, 300)];
    c.hit(&rules, NOW).await.unwrap();
    c.hit(&rules, NOW.plus(200)).await.unwrap();
    assert_eq!(c.get("k", NOW.plus(300)).await.unwrap(), 2);
    assert_eq!(c.get("k", NOW.plus(301)).await.unwrap(), 0);
    assert_eq!(c.hit(&rules, NOW.plus(301)).await.unwrap(), HitOutcome::Counted);
    assert_eq!(c.get("k", NOW.plus(301)).await.unwrap(), 1);
}

#[tokio::test]
async fn cleared_counters_are_gone_and_a_limit_of_nought_lets_nothing_pass() {
    let w = world().await;
    let c = &w.store.counters;
    c.hit(&[rule("a", 5, 60), rule("b", 5, 60), rule("c", 5, 60)], NOW).await.unwrap();
    c.clear(&["a".into(), "b".into()]).await;
    c.clear(&[]).await;
    // What is asked to be written later finds them gone.
    c.hit(&[rule("a", 5, 60)], NOW).await.unwrap();
    assert_eq!(c.get("a", NOW).await.unwrap(), 1);
    assert_eq!(c.get("b", NOW).await.unwrap(), 0);
    assert_eq!(c.get("c", NOW).await.unwrap(), 1);
    let none = c.hit(&[rule("z", 0, 60)], NOW).await.unwrap();
    assert_eq!(none, HitOutcome::Exceeded { index: 0 });
    assert_eq!(c.get("z", NOW).await.unwrap(), 0);
    let second = c.hit(&[rule("y", 5, 60), rule("z", 0, 60), rule("x", 5, 60)], NOW).await.unwrap();
    assert_eq!(second, HitOutcome::Exceeded { index: 1 });
    assert_eq!((c.get("y", NOW).await.unwrap(), c.get("x", NOW).await.unwrap()), (1, 0));
    assert_eq!(c.hit(&[], NOW).await.unwrap(), HitOutcome::Counted);
}

#[tokio::test]
async fn a_hit_can_be_taken_back_but_never_below_nothing() {
    let w = world().await;
    let c = &w.store.counters;
    let rules = [rule("k", 2, 60)];
    c.hit(&rules, NOW).await.unwrap();
    c.hit(&rules, NOW).await.unwrap();
    c.take_back(&["k".into(), "absent".into()], NOW).await.unwrap();
    assert_eq!(c.get("k", NOW).await.unwrap(), 1);
    assert_eq!(c.hit(&rules, NOW).await.unwrap(), HitOutcome::Counted);
    for _ in 0..4 {
        c.take_back(&["k".into()], NOW).await.unwrap();
    }
    assert_eq!(c.get("k", NOW).await.unwrap(), 0);
    assert_eq!(c.get("absent", NOW).await.unwrap(), 0);
}

#[tokio::test]
async fn a_mark_only_rises_and_is_forgotten_after_its_time() {
    let w = world().await;
    let c = &w.store.counters;
    assert!(c.raise_to("m", 9, 270, NOW).await.unwrap());
    assert!(!c.raise_to("m", 9, 270, NOW).await.unwrap(), "it stands there already");
    assert!(!c.raise_to("m", 8, 270, NOW).await.unwrap());
    assert!(c.raise_to("m", 10, 270, NOW).await.unwrap(), "as a number, not as text");
    assert_eq!(c.get("m", NOW.plus(270)).await.unwrap(), 10);
    assert!(c.raise_to("m", 3, 270, NOW.plus(271)).await.unwrap());
    assert_eq!(c.get("m", NOW.plus(271)).await.unwrap(), 3);
}

#[tokio::test]
async fn of_many_that_raise_a_mark_to_one_number_one_does() {
    let w = world().await;
    let raises = (0..16).map(|_| {
        let counters = w.store.counters.clone();
        tokio::spawn(async move { counters.raise_to("m", 7, 270, NOW).await.unwrap() })
    });
    let raises: Vec<_> = raises.collect();
    let mut risen = 0;
    for raise in raises {
        risen += usize::from(raise.await.unwrap());
    }
    assert_eq!(risen, 1);
}
