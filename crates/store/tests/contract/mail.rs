use daemun_store::Account;

use crate::world::{NOW, World, account, world};

const DIGEST: &str = "0123456789abcdef0123456789abcdef";
const DAY: i64 = 86_400;

async fn added(w: &World, name: &str, email: &str) -> u64 {
    let mut account = account(name);
    account.email = email.into();
    w.store.accounts.add(&account, None).await.unwrap()
}

async fn of(w: &World, id: u64) -> Account {
    w.store.accounts.by_id(id, NOW).await.unwrap().unwrap()
}

#[tokio::test]
async fn accounts_are_found_by_their_address_the_oldest_first() {
    let w = world().await;
    let zoe = added(&w, "Zoe", "family@example.org").await;
    let adam = added(&w, "Adam", "family@example.org").await;
    added(&w, "Bob", "bob@example.org").await;
    let sql =
        format!("INSERT INTO user_groups VALUES ({zoe}, 'bot', NULL), ({zoe}, 'sysop', NULL)");
    w.store.execute_for_tests(&sql).await.unwrap();
    let a = &w.store.accounts;
    let found = a.by_email("family@example.org", 10, NOW).await.unwrap();
    let ids: Vec<u64> = found.iter().map(|account| account.id).collect();
    assert_eq!(ids, [zoe, adam]);
    assert_eq!(found[0].groups.len(), 2);
    assert_eq!(a.by_email("family@example.org", 1, NOW).await.unwrap().len(), 1);
    assert!(a.by_email("Family@example.org", 9, NOW).await.unwrap().is_empty(), "just this one");
}

#[tokio::test]
async fn a_temporary_password_is_offered_once_in_a_while() {
    let w = world().await;
    let id = added(&w, "William", "w@example.org").await;
    let a = &w.store.accounts;
    assert!(a.offer_temporary_password(id, ":h:1", NOW, NOW.plus(-DAY)).await.unwrap());
    let soon = NOW.plus(DAY - 1);
    assert!(!a.offer_temporary_password(id, ":h:2", soon, soon.plus(-DAY)).await.unwrap());
    let account = of(&w, id).await;
    assert_eq!((account.new_password.as_str(), account.new_password_time), (":h:1", Some(NOW)));
    let later = NOW.plus(DAY);
    assert!(a.offer_temporary_password(id, ":h:3", later, later.plus(-DAY)).await.unwrap());
    assert_eq!(of(&w, id).await.new_password, ":h:3");
}

#[tokio::test]
async fn a_temporary_password_is_withdrawn_only_while_it_is_the_one() {
    let w = world().await;
    let id = added(&w, "William", "w@example.org").await;
    let a = &w.store.accounts;
    a.offer_temporary_password(id, ":h:1", NOW, NOW).await.unwrap();
    a.withdraw_temporary_password(id, ":h:other").await.unwrap();
    assert_eq!(of(&w, id).await.new_password, ":h:1");
    a.withdraw_temporary_password(id, ":h:1").await.unwrap();
    let account = of(&w, id).await;
    assert_eq!((account.new_password.as_str(), account.new_password_time), ("", None));
}

#[tokio::test]
async fn an_address_is_confirmed_once_and_in_time() {
    let w = world().await;
    let id = added(&w, "William", "w@example.org").await;
    let a = &w.store.accounts;
    a.set_email_token(id, DIGEST, NOW.plus(60)).await.unwrap();
    assert_eq!(a.by_email_token(DIGEST, NOW).await.unwrap().unwrap().id, id);
    assert!(a.by_email_token(DIGEST, NOW.plus(60)).await.unwrap().is_none());
    assert!(!a.confirm_email(id, DIGEST, NOW.plus(60)).await.unwrap());
    assert!(!a.confirm_email(id, "another", NOW).await.unwrap());
    assert!(of(&w, id).await.email_authenticated.is_none());
    assert!(a.confirm_email(id, DIGEST, NOW.plus(59)).await.unwrap());
    assert_eq!(of(&w, id).await.email_authenticated, Some(NOW.plus(59)));
    assert!(!a.confirm_email(id, DIGEST, NOW.plus(59)).await.unwrap());
}

#[tokio::test]
async fn a_new_address_voids_what_would_confirm_the_old_one() {
    let w = world().await;
    let id = added(&w, "William", "w@example.org").await;
    let a = &w.store.accounts;
    a.set_email_token(id, DIGEST, NOW.plus(60)).await.unwrap();
    a.set_email(id, "new@example.org", None, NOW).await.unwrap();
    assert!(a.by_email_token(DIGEST, NOW).await.unwrap().is_none());
}

#[tokio::test]
async fn a_network_is_known_to_its_account_for_as_long_as_is_asked_for() {
    let w = world().await;
    let n = &w.store.networks;
    for (user, network, period) in
        [(1, -7, 100), (1, -7, 100), (1, -7, 103), (1, 8, 101), (2, 9, 99)]
    {
        n.note(user, network, period, 90).await.unwrap();
    }
    assert_eq!(n.last_seen(1, -7, 90).await.unwrap(), Some(103));
    assert_eq!(n.last_seen(1, -7, 104).await.unwrap(), None);
    assert_eq!(n.last_seen(2, -7, 90).await.unwrap(), None);
    assert_eq!(n.last_seen(1, i64::MIN, 90).await.unwrap(), None);
    assert_eq!(w.value("SELECT COUNT(*) FROM loginnotify_seen_net").await, "4");
    n.note(1, i64::MIN, 110, 103).await.unwrap();
    assert_eq!(n.last_seen(1, 8, 0).await.unwrap(), None, "what is old goes");
    assert_eq!(n.last_seen(2, 9, 0).await.unwrap(), Some(99), "of this account alone");
    assert_eq!(n.last_seen(1, i64::MIN, 0).await.unwrap(), Some(110));
}
