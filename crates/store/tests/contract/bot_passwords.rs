use daemun_store::BotPassword;

use crate::world::world;

fn bot(user_id: u64, password: &str) -> BotPassword {
    BotPassword {
        user_id,
        app_id: "tool".into(),
        password: password.into(),
        token: "a".repeat(32),
        restrictions: r#"{"IPAddresses":["::/0"]}"#.into(),
        grants: r#"["basic"]"#.into(),
    }
}

#[tokio::test]
async fn a_new_one_does_not_take_the_place_of_another() {
    let w = world().await;
    let b = &w.store.bot_passwords;
    assert!(b.insert(&bot(5, ":first")).await.unwrap());
    assert!(!b.insert(&bot(5, ":second")).await.unwrap());
    assert!(b.insert(&bot(6, ":third")).await.unwrap());
    assert_eq!(b.get(5, "tool").await.unwrap().unwrap().password, ":first");
}

#[tokio::test]
async fn one_that_is_there_is_changed_and_keeps_its_password_unless_another_is_given() {
    let w = world().await;
    let b = &w.store.bot_passwords;
    assert!(!b.update(&bot(5, ":none")).await.unwrap());
    assert!(b.insert(&bot(5, ":first")).await.unwrap());
    let changed = BotPassword { token: "b".repeat(32), grants: "[]".into(), ..bot(5, "") };
    assert!(b.update(&changed).await.unwrap());
    let found = b.get(5, "tool").await.unwrap().unwrap();
    assert_eq!(found, BotPassword { password: ":first".into(), ..changed });
    assert!(b.update(&bot(5, ":second")).await.unwrap());
    assert_eq!(b.get(5, "tool").await.unwrap().unwrap(), bot(5, ":second"));
}
