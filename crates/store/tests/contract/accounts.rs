use daemun_mediawiki::timestamp::Timestamp;
use daemun_store::{
    AddAccountError, BlockTarget, BotPassword, GroupMembership, ListAccounts, NewAccount, NewBlock,
};

use crate::world::{NOW, account, entry, world};

#[tokio::test]
async fn an_account_is_found_by_name_and_id_with_all_it_has() {
    let w = world().await;
    let groups = [("sysop", None), ("bot", Some(NOW.plus(60))), ("old", Some(NOW.plus(-1)))];
    let groups = groups.map(|(group, expiry)| GroupMembership { group: group.into(), expiry });
    let new =
        NewAccount { groups: groups.to_vec(), real_name: "A. B.".into(), ..account("Älice B") };
    let id = w.store.accounts.add(&new, None).await.unwrap();
    let found = w.store.accounts.by_name("Älice B", NOW).await.unwrap().unwrap();
    assert_eq!(found.id, id);
    assert_eq!(found.name, "Älice B");
    assert_eq!(found.real_name, "A. B.");
    assert_eq!(found.password, ":pbkdf2:old");
    assert_eq!(found.new_password, "");
    assert_eq!(found.token.len(), 32);
    assert_eq!(found.registration, Some(NOW));
    assert_eq!(found.edit_count, Some(0));
    assert_eq!((found.password_expires, found.email_authenticated), (None, None));
    assert_eq!((found.touched, found.is_temp), (NOW, false));
    let names: Vec<_> = found.groups.iter().map(|g| g.group.as_str()).collect();
    assert_eq!(names, ["bot", "sysop"], "in order, without the expired one");
    assert_eq!(w.store.accounts.by_id(id, NOW).await.unwrap(), Some(found));
    assert_eq!(w.store.accounts.by_name("älice B", NOW).await.unwrap(), None);
    assert_eq!(w.store.accounts.by_id(id + 1, NOW).await.unwrap(), None);
    assert_eq!(w.store.accounts.count().await.unwrap(), 1);
}

#[tokio::test]
async fn a_printed_account_shows_no_secret() {
    let w = world().await;
    w.store.accounts.add(&account("A"), None).await.unwrap();
    let found = w.store.accounts.by_name("A", NOW).await.unwrap().unwrap();
    let printed = format!("{found:?} {:?}", account("A"));
    for secret in ["pbkdf2", "0123456789abcdef", "example.org"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[tokio::test]
async fn a_new_account_comes_with_its_actor_and_its_log_entry() {
    let w = world().await;
    let entry = entry("newusers", 0, "New one");
    let id = w.store.accounts.add(&account("New one"), Some(&entry)).await.unwrap();
    assert_eq!(w.value("SELECT actor_user FROM actor WHERE actor_name = 'New one'").await, "1");
    let logged = w.store.log.list("newusers", 10).await.unwrap();
    assert_eq!(logged.len(), 1);
    assert_eq!(logged[0].performer_id, id);
    assert_eq!(logged[0].title, "New_one");
    assert_eq!(logged[0].params, "a:1:{s:9:\"4::userid\";i:1;}");
}

#[tokio::test]
async fn a_name_that_is_taken_leaves_nothing_behind() {
    let w = world().await;
    w.store.accounts.add(&account("A"), None).await.unwrap();
    let again = w.store.accounts.add(&account("A"), Some(&entry("newusers", 0, "A"))).await;
    assert!(matches!(again, Err(AddAccountError::NameTaken)), "{again:?}");
    assert!(w.store.log.list("newusers", 10).await.unwrap().is_empty());
    // The writer is free again.
    w.store.accounts.add(&account("B"), None).await.unwrap();
}

#[tokio::test]
async fn an_actor_without_account_is_adopted_and_one_with_another_account_is_not() {
    let w = world().await;
    w.store
        .execute_for_tests(
            "INSERT INTO actor (actor_id, actor_user, actor_name) \
             VALUES (7, NULL, 'Imported'), (8, 99, 'Taken')",
        )
        .await
        .unwrap();
    let id = w.store.accounts.add(&account("Imported"), None).await.unwrap();
    assert_eq!(w.value("SELECT actor_user FROM actor WHERE actor_id = 7").await, id.to_string());
    let taken = w.store.accounts.add(&account("Taken"), None).await;
    assert!(matches!(taken, Err(AddAccountError::NameTaken)));
    assert_eq!(w.store.accounts.by_name("Taken", NOW).await.unwrap(), None);
}

#[tokio::test]
async fn several_accounts_are_found_at_once_and_unknown_ones_are_left_out() {
    let w = world().await;
    for name in ["B", "A", "C"] {
        w.store.accounts.add(&account(name), None).await.unwrap();
    }
    let mut names: Vec<String> = (0..450).map(|n| format!("X{n}")).collect();
    names.extend(["C".to_owned(), "A".to_owned(), "A".to_owned()]);
    let found = w.store.accounts.by_names(&names, NOW).await.unwrap();
    assert_eq!(found.iter().map(|a| a.name.as_str()).collect::<Vec<_>>(), ["A", "C"]);
    let found = w.store.accounts.by_ids(&[3, 1, 77], NOW).await.unwrap();
    assert_eq!(found.iter().map(|a| a.id).collect::<Vec<_>>(), [1, 3]);
    assert!(w.store.accounts.by_names(&[], NOW).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_list_keeps_to_its_conditions() {
    let w = world().await;
    for name in ["Aa", "Ab", "B", "ab", "Äb"] {
        let id = w.store.accounts.add(&account(name), None).await.unwrap();
        if name == "Ab" || name == "B" {
            w.store.accounts.add_group(id, "bot", None, None).await.unwrap();
            w.store.accounts.add_group(id, "sysop", Some(NOW), None).await.unwrap();
        }
    }
    let all = ListAccounts { limit: 10, ..ListAccounts::default() };
    let ask = async |which: ListAccounts| -> Vec<String> {
        let found = w.store.accounts.list(&which, NOW).await.unwrap();
        found.into_iter().map(|a| a.name).collect()
    };
    assert_eq!(ask(all.clone()).await, ["Aa", "Ab", "B", "ab", "Äb"]);
    let down = ListAccounts { descending: true, limit: 2, ..all.clone() };
    assert_eq!(ask(down).await, ["Äb", "ab"]);
    let part = ListAccounts { from: Some("B".into()), to: Some("ab".into()), ..all.clone() };
    assert_eq!(ask(part).await, ["B", "ab"]);
    let part = ListAccounts {
        from: Some("ab".into()),
        to: Some("B".into()),
        descending: true,
        ..all.clone()
    };
    assert_eq!(ask(part).await, ["ab", "B"]);
    assert_eq!(ask(ListAccounts { prefix: Some("A".into()), ..all.clone() }).await, ["Aa", "Ab"]);
    let group = vec!["bot".to_owned(), "sysop".to_owned()];
    assert_eq!(ask(ListAccounts { group: group.clone(), ..all.clone() }).await, ["Ab", "B"]);
    let without = ListAccounts { exclude_group: group, ..all.clone() };
    assert_eq!(ask(without).await, ["Aa", "ab", "Äb"]);
    assert!(ask(ListAccounts { with_edits_only: true, ..all.clone() }).await.is_empty());
    let found = w.store.accounts.list(&ListAccounts { limit: 2, ..all }, NOW).await.unwrap();
    assert_eq!(found[1].groups.len(), 2, "the limit counts accounts, not groups");
}

#[tokio::test]
async fn a_password_is_replaced_only_where_the_expected_one_stands() {
    let w = world().await;
    let id = w.store.accounts.add(&account("A"), None).await.unwrap();
    assert!(!w.store.accounts.replace_password(id, "other", "new").await.unwrap());
    assert!(w.store.accounts.replace_password(id, ":pbkdf2:old", "new").await.unwrap());
    assert!(!w.store.accounts.replace_password(id, ":pbkdf2:old", "newer").await.unwrap());
    assert_eq!(w.store.accounts.by_id(id, NOW).await.unwrap().unwrap().password, "new");
}

#[tokio::test]
async fn a_set_password_forgets_the_temporary_one_and_blanks_bot_passwords_if_asked() {
    let w = world().await;
    let id = w.store.accounts.add(&account("A"), None).await.unwrap();
    let bot = BotPassword {
        user_id: id,
        app_id: "app".into(),
        password: "hash".into(),
        token: "t".into(),
        restrictions: "{}".into(),
        grants: "[]".into(),
    };
    w.store.bot_passwords.insert_or_replace(&bot).await.unwrap();
    w.store.accounts.set_temporary_password(id, "temp", Some(NOW)).await.unwrap();
    let before = w.store.accounts.by_id(id, NOW).await.unwrap().unwrap();
    assert_eq!((before.new_password.as_str(), before.new_password_time), ("temp", Some(NOW)));
    let later = NOW.plus(9);
    w.store.accounts.set_password(id, "x", Some(later), later, false).await.unwrap();
    assert_eq!(w.store.bot_passwords.get(id, "app").await.unwrap(), Some(bot.clone()));
    w.store.accounts.set_password(id, "y", None, later, true).await.unwrap();
    let after = w.store.accounts.by_id(id, NOW).await.unwrap().unwrap();
    assert_eq!((after.password.as_str(), after.password_expires), ("y", None));
    assert_eq!((after.new_password.as_str(), after.new_password_time), ("", None));
    assert_eq!(after.touched, later);
    let blank = w.store.bot_passwords.get(id, "app").await.unwrap().unwrap();
    assert_eq!(blank, BotPassword { password: String::new(), ..bot });
}

#[tokio::test]
async fn token_address_real_name_and_options_can_be_set() {
    let w = world().await;
    let id = w.store.accounts.add(&account("A"), None).await.unwrap();
    w.store.accounts.set_token(id, "ff", NOW).await.unwrap();
    w.store.accounts.set_email(id, "b@example.org", Some(NOW), NOW).await.unwrap();
    w.store.accounts.set_real_name(id, "R", NOW).await.unwrap();
    let found = w.store.accounts.by_id(id, NOW).await.unwrap().unwrap();
    assert_eq!((found.token.as_str(), found.real_name.as_str()), ("ff", "R"));
    assert_eq!((found.email.as_str(), found.email_authenticated), ("b@example.org", Some(NOW)));
    for value in ["en", "ko"] {
        w.store.accounts.set_option(id, "language", Some(value)).await.unwrap();
    }
    w.store.accounts.set_option(id, "skin", Some("x")).await.unwrap();
    w.store.accounts.set_option(id, "skin", None).await.unwrap();
    let options = w.store.accounts.options(id).await.unwrap();
    assert_eq!(options, [("language".to_owned(), "ko".to_owned())]);
}

#[tokio::test]
async fn groups_say_whether_they_changed_and_log_only_then() {
    let w = world().await;
    let id = w.store.accounts.add(&account("A"), None).await.unwrap();
    let log = entry("rights", id, "A");
    let until = Some(Timestamp(NOW.0 + 60));
    let accounts = &w.store.accounts;
    assert!(accounts.add_group(id, "sysop", None, Some(&log)).await.unwrap());
    assert!(!accounts.add_group(id, "sysop", None, Some(&log)).await.unwrap());
    assert!(accounts.add_group(id, "sysop", until, Some(&log)).await.unwrap());
    assert_eq!(w.store.log.list("rights", 10).await.unwrap().len(), 2);
    assert_eq!(accounts.by_id(id, NOW).await.unwrap().unwrap().groups[0].expiry, until);
    assert!(accounts.remove_group(id, "sysop", Some(&log)).await.unwrap());
    assert!(!accounts.remove_group(id, "sysop", Some(&log)).await.unwrap());
    assert_eq!(w.store.log.list("rights", 10).await.unwrap().len(), 3);
    assert_eq!(accounts.former_groups(id).await.unwrap(), ["sysop"]);
    assert!(accounts.by_id(id, NOW).await.unwrap().unwrap().groups.is_empty());
}

#[tokio::test]
async fn bot_passwords_are_kept_per_account_and_application() {
    let w = world().await;
    let bots = &w.store.bot_passwords;
    let bot = |user_id, app: &str, password: &str| BotPassword {
        user_id,
        app_id: app.into(),
        password: password.into(),
        token: "a".repeat(32),
        restrictions: r#"{"IPAddresses":["0.0.0.0/0","::/0"]}"#.into(),
        grants: r#"["basic"]"#.into(),
    };
    for b in [bot(1, "b", "1"), bot(1, "a", "2"), bot(2, "a", "3"), bot(1, "b", "4")] {
        bots.insert_or_replace(&b).await.unwrap();
    }
    assert_eq!(bots.list(1).await.unwrap(), [bot(1, "a", "2"), bot(1, "b", "4")]);
    assert!(!bots.replace_password(1, "b", "1", "5").await.unwrap());
    assert!(bots.replace_password(1, "b", "4", "5").await.unwrap());
    assert_eq!(bots.get(1, "b").await.unwrap(), Some(bot(1, "b", "5")));
    assert_eq!(bots.get(1, "B").await.unwrap(), None);
    assert!(bots.remove(1, "b").await.unwrap());
    assert!(!bots.remove(1, "b").await.unwrap());
    assert!(!format!("{:?}", bot(1, "b", "hash")).contains("hash"));
}

#[tokio::test]
async fn hidden_and_temporary_accounts_can_be_left_out() {
    let w = world().await;
    for name in ["Hidden", "Shown", "~2026-1"] {
        let mut new = account(name);
        new.is_temp = name.starts_with('~');
        w.store.accounts.add(&new, None).await.unwrap();
    }
    let block = NewBlock {
        by_id: 2,
        by_name: "Shown".into(),
        ..NewBlock::usual(BlockTarget::User { id: 1, name: "Hidden".into() }, NOW)
    };
    w.store.blocks.insert(&block, None).await.unwrap();
    w.column("UPDATE block SET bl_deleted = 1").await;
    let ask = async |which: ListAccounts| -> Vec<String> {
        let found = w.store.accounts.list(&which, NOW).await.unwrap();
        found.into_iter().map(|a| a.name).collect()
    };
    let all = ListAccounts { limit: 10, ..ListAccounts::default() };
    assert_eq!(ask(all.clone()).await, ["Hidden", "Shown", "~2026-1"]);
    let seen = ListAccounts { without_hidden: true, ..all.clone() };
    assert_eq!(ask(seen).await, ["Shown", "~2026-1"]);
    let named = ListAccounts { temporary: Some(false), ..all.clone() };
    assert_eq!(ask(named).await, ["Hidden", "Shown"]);
    assert_eq!(ask(ListAccounts { temporary: Some(true), ..all }).await, ["~2026-1"]);
}

#[tokio::test]
async fn an_option_of_many_accounts_is_of_those_who_set_it() {
    let w = world().await;
    w.store.accounts.set_option(3, "gender", Some("female")).await.unwrap();
    w.store.accounts.set_option(250, "gender", Some("male")).await.unwrap();
    w.store.accounts.set_option(4, "language", Some("ko")).await.unwrap();
    let many: Vec<u64> = (1..=450).collect();
    let found = w.store.accounts.option_of(&many, "gender").await.unwrap();
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!((found[&3].as_str(), found[&250].as_str()), ("female", "male"));
    assert!(w.store.accounts.option_of(&[4], "gender").await.unwrap().is_empty());
}

#[tokio::test]
async fn the_wiki_counts_its_accounts_as_they_come() {
    let w = world().await;
    assert_eq!(w.store.statistics.read().await.unwrap().users, 0);
    for name in ["A", "B"] {
        w.store.accounts.add(&account(name), None).await.unwrap();
    }
    assert!(w.store.accounts.add(&account("A"), None).await.is_err());
    assert_eq!(w.store.statistics.read().await.unwrap().users, 2);
    w.column("DROP TABLE site_stats").await;
    assert!(w.store.accounts.add(&account("C"), None).await.is_ok(), "who counts is no matter");
}
