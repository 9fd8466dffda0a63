use daemun_mediawiki::timestamp::Timestamp;
use daemun_store::{FindPrivateEvents, Place, PrivateEvent};

use crate::world::{NOW, World, account, world};

fn event(action: &str, target: &str, performer: Option<&str>, at: Timestamp) -> PrivateEvent {
    PrivateEvent {
        action: action.into(),
        target: target.into(),
        performer: performer.map(str::to_owned),
        params: "a:0:{}".into(),
        address: "2001:db8::7".parse().unwrap(),
        agent: "Browser/1".into(),
        timestamp: at,
    }
}

fn all() -> FindPrivateEvents {
    FindPrivateEvents { limit: 10, ..FindPrivateEvents::default() }
}

async fn found(w: &World, which: FindPrivateEvents) -> Vec<(String, String)> {
    let found = w.store.private_events.find(&which).await.unwrap();
    found.into_iter().map(|event| (event.action, event.target)).collect()
}

async fn three_events() -> World {
    let w = world().await;
    w.store.accounts.add(&account("Ann Lee"), None).await.unwrap();
    let mut other = event("login-failure", "Bob", None, NOW.plus(1));
    other.address = "192.0.2.9".parse().unwrap();
    let events = [
        event("login-success", "Ann Lee", Some("Ann Lee"), NOW),
        other,
        event("user-logout", "Ann Lee", Some("Ann Lee"), NOW.plus(1)),
    ];
    w.store.private_events.add(&events).await.unwrap();
    w
}

#[tokio::test]
async fn an_event_has_the_form_that_the_extension_gives_it() {
    let w = three_events().await;
    let sql = "SELECT cupe_namespace || '|' || cupe_title || '|' || actor_name || '|' || \
         cupe_log_type || '|' || cupe_log_action || '|' || cupe_params || '|' || comment_text \
         || '|' || cupe_page || '|' || cupe_timestamp || '|' || cupe_ip || '|' || cupe_ip_hex \
         || '|' || cupe_agent || '|' || cupe_agent_id FROM cu_private_event \
         JOIN actor ON actor_id = cupe_actor JOIN comment ON comment_id = cupe_comment_id \
         ORDER BY cupe_id";
    assert_eq!(
        w.column(sql).await[0].as_deref().unwrap(),
        "2|Ann Lee|Ann Lee|checkuser-private-event|login-success|a:0:{}||0|20261122053007|\
         2001:DB8:0:0:0:0:0:7|v6-20010DB8000000000000000000000007|Browser/1|0"
    );
    let actors = w.column("SELECT cupe_actor IS NULL FROM cu_private_event ORDER BY 1").await;
    assert_eq!(actors.len(), 3);
    assert_eq!(actors[2], Some("1".into()), "an address is no actor");
    assert_eq!(w.value("SELECT COUNT(*) FROM actor").await, "1");
}

#[tokio::test]
async fn events_are_found_by_all_that_is_known_of_them() {
    let w = three_events().await;
    let in_ = || ("login-success".to_owned(), "Ann Lee".to_owned());
    let out = || ("user-logout".to_owned(), "Ann Lee".to_owned());
    let failed = || ("login-failure".to_owned(), "Bob".to_owned());
    assert_eq!(found(&w, all()).await, [out(), failed(), in_()]);
    let by = FindPrivateEvents { performer: Some("Ann Lee".into()), ..all() };
    assert_eq!(found(&w, by).await, [out(), in_()]);
    let nobody = FindPrivateEvents { performer: Some("Nobody".into()), ..all() };
    assert!(found(&w, nobody).await.is_empty());
    let about = FindPrivateEvents { target: Some("Bob".into()), ..all() };
    assert_eq!(found(&w, about).await, [failed()]);
    let from = FindPrivateEvents { address: "192.0.2.9".parse().ok(), ..all() };
    assert_eq!(found(&w, from).await, [failed()]);
    let actions = vec!["user-logout".into(), "login-success".into()];
    assert_eq!(found(&w, FindPrivateEvents { actions, ..all() }).await, [out(), in_()]);
    let until = FindPrivateEvents { until: Some(NOW), ..all() };
    assert_eq!(found(&w, until).await, [in_()]);
}

#[tokio::test]
async fn events_are_turned_over_in_both_directions() {
    let w = three_events().await;
    let events = w.store.private_events.find(&all()).await.unwrap();
    let places: Vec<Place> = events.iter().map(|event| event.place()).collect();
    let beyond = |place: Place, newer| FindPrivateEvents {
        beyond: Some(place),
        newer,
        limit: 1,
        ..FindPrivateEvents::default()
    };
    for (from, newer, to) in [(0, false, 1), (1, false, 2), (2, true, 1), (1, true, 0)] {
        let page = w.store.private_events.find(&beyond(places[from], newer)).await.unwrap();
        assert_eq!(page, [events[to].clone()]);
    }
}

#[tokio::test]
async fn old_events_go_a_few_at_a_time() {
    let w = three_events().await;
    let events = &w.store.private_events;
    assert_eq!(events.prune(NOW, 10).await.unwrap(), 0);
    assert_eq!(events.prune(NOW.plus(2), 2).await.unwrap(), 2);
    assert_eq!(found(&w, all()).await.len(), 1);
    assert_eq!(events.prune(NOW.plus(2), 2).await.unwrap(), 1);
}

#[tokio::test]
async fn where_there_is_no_such_table_or_one_of_another_shape_nothing_is_kept() {
    let w = world().await;
    w.store.execute_for_tests("DROP TABLE cu_private_event").await.unwrap();
    let events = &w.store.private_events;
    assert!(!events.are_kept().await.unwrap());
    assert_eq!(events.prune(NOW, 10).await.unwrap(), 0);
    w.store.execute_for_tests("CREATE TABLE cu_private_event (cupe_id INTEGER)").await.unwrap();
    assert!(!events.are_kept().await.unwrap());
    let events = three_events().await.store.private_events;
    assert!(events.are_kept().await.unwrap());
}
