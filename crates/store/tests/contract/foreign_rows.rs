//! Rows as MediaWiki writes them, and as converters leave them.

use crate::world::{NOW, account, world};
use daemun_store::{CounterRule, HitOutcome};

#[tokio::test]
async fn columns_read_the_same_as_text_and_as_bytes() {
    let w = world().await;
    w.store
        .execute_for_tests(
            "INSERT INTO user (user_name, user_password, user_newpassword, user_email, \
             user_touched, user_token, user_registration) VALUES \
             ('Text', ':A:x', '', '', '20260102030405', 'tok', '20260102030405'), \
             ('Bytes', x'3A413A78', x'', x'', x'3230323630313032303330343035', \
              x'746F6B0000', x'3230323630313032303330343035'); \
             INSERT INTO user_groups (ug_user, ug_group) VALUES (2, x'626F74')",
        )
        .await
        .unwrap();
    let text = w.store.accounts.by_name("Text", NOW).await.unwrap().unwrap();
    let bytes = w.store.accounts.by_name("Bytes", NOW).await.unwrap().unwrap();
    assert_eq!((text.password.as_str(), text.token.as_str()), (":A:x", "tok"));
    assert_eq!((bytes.password, bytes.token), (text.password, text.token));
    assert_eq!((bytes.registration, bytes.touched), (text.registration, text.touched));
    assert!(text.registration.is_some());
    assert_eq!((text.edit_count, text.password_expires), (None, None));
    assert_eq!(bytes.groups[0].group, "bot");
    assert!(w.store.accounts.replace_password(2, ":A:x", "new").await.unwrap());
}

#[tokio::test]
async fn what_we_write_is_text_where_mediawiki_looks_for_text() {
    let w = world().await;
    w.store.accounts.add(&account("A"), None).await.unwrap();
    let sql = "SELECT typeof(user_name) || typeof(user_password) || typeof(user_touched) FROM user";
    assert_eq!(w.value(sql).await, "texttexttext");
    w.store.sessions.put("a", b"1", NOW, None).await.unwrap();
    let sql = "SELECT keyname, typeof(keyname), typeof(value), typeof(exptime) FROM objectcache";
    let rows = w.store.execute_on_cache_for_tests(sql).await.unwrap();
    let row: Vec<_> = rows[0].iter().map(|v| v.as_deref().unwrap()).collect();
    assert_eq!(row, ["wiki:MWSession:a", "text", "blob", "text"]);
}

#[tokio::test]
async fn a_session_that_is_not_compressed_is_read() {
    let w = world().await;
    w.store
        .execute_on_cache_for_tests(
            "INSERT INTO objectcache (keyname, value, exptime) VALUES \
             ('wiki:MWSession:plain', 'a:0:{}', '99991231235959'), \
             ('wiki:MWSession:bytes', x'613A303A7B7D', 'infinity')",
        )
        .await
        .unwrap();
    let s = &w.store.sessions;
    for id in ["plain", "bytes"] {
        let found = s.get(id, NOW).await.unwrap().unwrap();
        assert_eq!(found.value, b"a:0:{}", "{id}");
        assert!(
            s.compare_and_swap(id, &found.version, b"N;", NOW, None).await.unwrap().is_some(),
            "{id}"
        );
    }
}

#[tokio::test]
async fn a_session_that_would_inflate_without_bound_counts_as_absent() {
    let w = world().await;
    w.store.sessions.put("bomb", &vec![b'0'; 2 << 20], NOW, None).await.unwrap();
    assert_eq!(w.store.sessions.get("bomb", NOW).await.unwrap(), None);
}

#[tokio::test]
async fn counters_go_on_whatever_class_holds_them() {
    let w = world().await;
    w.store
        .execute_on_cache_for_tests(
            "INSERT INTO objectcache (keyname, value, exptime) VALUES \
             ('text', '4', '99991231235959'), ('bytes', x'34', '99991231235959'), \
             ('number', 4, '99991231235959')",
        )
        .await
        .unwrap();
    for key in ["text", "bytes", "number"] {
        assert_eq!(w.store.counters.get(key, NOW).await.unwrap(), 4);
        let rule = [CounterRule { key: key.into(), limit: 5, seconds: 60 }];
        assert_eq!(w.store.counters.hit(&rule, NOW).await.unwrap(), HitOutcome::Counted);
        let full = w.store.counters.hit(&rule, NOW).await.unwrap();
        assert_eq!(full, HitOutcome::Exceeded { index: 0 }, "{key}");
    }
    let sql = "SELECT DISTINCT value, typeof(value) FROM objectcache";
    let rows = w.store.execute_on_cache_for_tests(sql).await.unwrap();
    assert_eq!(rows, [[Some("5".to_owned()), Some("text".to_owned())]]);
}
