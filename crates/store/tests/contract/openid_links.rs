use daemun_store::{AddAccountError, AddLink, NewAccount, OpenIdLink};

use crate::world::{NOW, World, account, entry, world};

const ISSUER: &str = "https://id.example";

fn link(subject: &str) -> OpenIdLink {
    OpenIdLink { issuer: ISSUER.into(), subject: subject.into() }
}

async fn add(w: &World, name: &str) -> u64 {
    w.store.accounts.add(&account(name), None).await.unwrap()
}

#[tokio::test]
async fn a_link_is_found_by_subject_and_issuer_together() {
    let w = world().await;
    let links = &w.store.openid_links;
    let id = add(&w, "A").await;
    assert_eq!(links.add(id, &link("one")).await.unwrap(), AddLink::Added);
    assert_eq!(links.user_of(ISSUER, "one").await.unwrap(), Some(id));
    assert_eq!(links.user_of(ISSUER, "ONE").await.unwrap(), None);
    assert_eq!(links.user_of(ISSUER, "one ").await.unwrap(), None);
    assert_eq!(links.user_of("https://id.example/", "one").await.unwrap(), None);
    assert_eq!(links.of_user(id).await.unwrap(), [link("one")]);
    assert!(links.of_user(id + 1).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_link_has_one_account_and_an_account_one_link() {
    let w = world().await;
    let links = &w.store.openid_links;
    let (a, b) = (add(&w, "A").await, add(&w, "B").await);
    assert_eq!(links.add(a, &link("one")).await.unwrap(), AddLink::Added);
    assert_eq!(links.add(a, &link("one")).await.unwrap(), AddLink::Added, "again");
    assert_eq!(links.add(b, &link("one")).await.unwrap(), AddLink::SubjectTaken);
    assert_eq!(links.add(a, &link("two")).await.unwrap(), AddLink::AccountHasOne);
    assert_eq!(links.add(b, &link("two")).await.unwrap(), AddLink::Added);
    assert_eq!(w.value("SELECT COUNT(*) FROM openid_connect").await, "2");
}

#[tokio::test]
async fn an_account_and_its_link_are_made_together_or_not_at_all() {
    let w = world().await;
    let with_link = |name: &str| NewAccount { openid_link: Some(link("one")), ..account(name) };
    let id = w.store.accounts.add(&with_link("A"), None).await.unwrap();
    assert_eq!(w.store.openid_links.user_of(ISSUER, "one").await.unwrap(), Some(id));
    let entry = entry("newusers", 0, "B");
    let again = w.store.accounts.add(&with_link("B"), Some(&entry)).await;
    assert!(matches!(again, Err(AddAccountError::LinkTaken)), "{again:?}");
    assert_eq!(w.value("SELECT COUNT(*) FROM user").await, "1");
    assert_eq!(w.value("SELECT COUNT(*) FROM actor WHERE actor_name = 'B'").await, "0");
    assert!(w.store.log.list("newusers", 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn only_the_accounts_own_link_is_removed() {
    let w = world().await;
    let links = &w.store.openid_links;
    let (a, b) = (add(&w, "A").await, add(&w, "B").await);
    links.add(a, &link("one")).await.unwrap();
    assert!(!links.remove(b, &link("one")).await.unwrap());
    assert!(!links.remove(a, &link("two")).await.unwrap());
    assert!(links.remove(a, &link("one")).await.unwrap());
    assert_eq!(links.user_of(ISSUER, "one").await.unwrap(), None);
}

#[tokio::test]
async fn rows_of_the_extension_are_read() {
    let w = world().await;
    let id = add(&w, "A").await;
    let sql = format!(
        "INSERT INTO openid_connect (oidc_user, oidc_subject, oidc_issuer) \
         VALUES ({id}, 'one', '{ISSUER}')"
    );
    w.store.execute_for_tests(&sql).await.unwrap();
    assert_eq!(w.store.openid_links.user_of(ISSUER, "one").await.unwrap(), Some(id));
}

#[tokio::test]
async fn only_confirmed_addresses_are_found() {
    let w = world().await;
    let (a, b) = (add(&w, "A").await, add(&w, "B").await);
    let found = async || w.store.openid_links.users_with_email("a@example.org").await.unwrap();
    assert!(found().await.is_empty());
    for id in [b, a] {
        w.store.accounts.set_email(id, "a@example.org", Some(NOW), NOW).await.unwrap();
    }
    assert_eq!(found().await, [a, b]);
}

#[tokio::test]
async fn a_session_elsewhere_is_known_until_it_expires() {
    let w = world().await;
    let links = &w.store.openid_links;
    links.note_session("wiki:s", 7, NOW.plus(10)).await.unwrap();
    links.note_session("wiki:s", 8, NOW.plus(20)).await.unwrap();
    assert_eq!(links.user_of_session("wiki:s", NOW.plus(20)).await.unwrap(), Some(8));
    assert_eq!(links.user_of_session("wiki:s", NOW.plus(21)).await.unwrap(), None);
    assert_eq!(links.user_of_session("wiki:t", NOW).await.unwrap(), None);
}
