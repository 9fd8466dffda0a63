//! `Special:ListUsers`.

use daemun_store::{BlockTarget, NewBlock};
use daemun_testkit::world::{BEGINNING, World};

use super::{PASSWORD, open, page, rows, somebody, turned};
use crate::Tested;

const USERS: &str = "Special:ListUsers";

fn block(world: &World, name: &str, id: u64) -> Tested {
    let block = NewBlock {
        by_name: "Judge".to_owned(),
        ..NewBlock::usual(BlockTarget::User { id, name: name.to_owned() }, world.now())
    };
    world.run(world.store().blocks.insert(&block, None))?;
    Ok(())
}

/// Names as they stand at the beginning of rows.
fn names(rows: &[String]) -> Vec<&str> {
    rows.iter().map(|row| row.split(' ').next().unwrap()).collect()
}

#[test]
fn everybody_sees_who_is_there_with_groups_registration_and_blocks() -> Tested {
    let world = World::new()?;
    somebody(&world, "Ann", &["sysop", "bot"])?;
    let bob = world.add_account("Bob", PASSWORD)?;
    block(&world, "Bob", bob)?;
    let mut visitor = world.visitor();
    let list = page(&mut visitor, USERS, &[])?;
    assert_eq!(list.reply.status, 200);
    let shown = rows(&list);
    assert_eq!(names(&shown), ["Ann", "Bob"]);
    assert!(shown[0].contains("Bots, Administrators"), "{shown:?}");
    assert!(shown[0].contains("05:30, 22 November 2026"), "{shown:?}");
    assert!(shown[1].contains("blocked until infinite, by Judge"), "{shown:?}");
    for secret in ["Second factor", "daemun user", "logins"] {
        assert!(!list.body().contains(secret), "{secret} is not for everybody");
    }
    let korean = page(&mut visitor, "특수:사용자목록", &[("uselang", "ko")])?;
    let shown = rows(&korean);
    assert!(shown[0].contains("봇, 관리자") && shown[0].contains("2026년 11월 22일"), "{shown:?}");
    assert!(shown[1].contains("차단됨 Judge 님이 무기한까지"), "{shown:?}");
    assert!(korean.body().contains("name=\"uselang\" value=\"ko\""), "the form keeps the language");
    Ok(())
}

#[test]
fn names_are_looked_for_by_their_beginning_and_by_group() -> Tested {
    let world = World::new()?;
    for name in ["Ann", "Anna", "Bob"] {
        world.add_account(name, PASSWORD)?;
    }
    somebody(&world, "Anton", &["sysop"])?;
    let mut visitor = world.visitor();
    let mut found = |query: &[(&str, &str)]| -> anyhow::Result<Vec<String>> {
        let list = page(&mut visitor, USERS, query)?;
        Ok(names(&rows(&list)).into_iter().map(str::to_owned).collect())
    };
    assert_eq!(found(&[("prefix", "ann")])?, ["Ann", "Anna"], "the first letter is a capital");
    assert_eq!(found(&[("username", "Anna")])?, ["Anna", "Anton", "Bob"]);
    assert_eq!(found(&[("group", "sysop")])?, ["Anton"]);
    assert_eq!(found(&[("group", "nosuch")])?, [] as [&str; 0]);
    assert_eq!(found(&[("prefix", "%"), ("username", "'\"<")])?, [] as [&str; 0]);
    let list = open(&mut world.visitor(), "/wiki/Special:ListUsers/sysop")?;
    assert_eq!(names(&rows(&list)), ["Anton"]);
    let list = open(&mut world.visitor(), "/wiki/Special:ListUsers/Anton")?;
    assert_eq!(names(&rows(&list)), ["Anton", "Bob"]);
    Ok(())
}

#[test]
fn the_list_is_turned_over_in_both_directions() -> Tested {
    let world = World::new()?;
    for number in 1..=7 {
        world.add_account(&format!("User{number}"), PASSWORD)?;
    }
    let mut visitor = world.visitor();
    let first = page(&mut visitor, USERS, &[("limit", "3"), ("prefix", "User")])?;
    assert_eq!(names(&rows(&first)), ["User1", "User2", "User3"]);
    assert_eq!(turned(&first, "prev"), None);
    let second = open(&mut visitor, &turned(&first, "next").expect("more"))?;
    assert_eq!(names(&rows(&second)), ["User4", "User5", "User6"]);
    let last = open(&mut visitor, &turned(&second, "next").expect("more"))?;
    assert_eq!(names(&rows(&last)), ["User7"]);
    assert_eq!(turned(&last, "next"), None);
    let back = open(&mut visitor, &turned(&last, "prev").expect("a page before"))?;
    assert_eq!(names(&rows(&back)), ["User4", "User5", "User6"]);
    let begin = open(&mut visitor, &turned(&back, "prev").expect("a page before"))?;
    assert_eq!(names(&rows(&begin)), ["User1", "User2", "User3"]);
    assert_eq!(turned(&begin, "prev"), None, "nothing is before the first");
    assert!(turned(&begin, "next").is_some());
    Ok(())
}

#[test]
fn a_hidden_name_is_seen_by_those_with_the_right_alone() -> Tested {
    let world = World::new()?;
    let id = world.add_account("Hidden", PASSWORD)?;
    block(&world, "Hidden", id)?;
    world.sql("UPDATE block SET bl_deleted = 1")?;
    let mut administrator = somebody(&world, "Ann", &["sysop"])?;
    let mut suppressor = somebody(&world, "Sue", &["suppress"])?;
    for visitor in [&mut world.visitor(), &mut administrator] {
        let list = page(visitor, USERS, &[])?;
        assert!(!list.body().contains("Hidden"), "{}", list.body());
    }
    let shown = rows(&page(&mut suppressor, USERS, &[("prefix", "Hidden")])?);
    assert!(shown[0].starts_with("Hidden hidden blocked"), "{shown:?}");
    Ok(())
}

#[test]
fn administrators_can_see_second_factors_which_leaves_a_note() -> Tested {
    let world = World::with(|rules| rules.settings.rights.add_second_factors())?;
    let id = world.add_account("Careful", PASSWORD)?;
    let factors = &world.store().factors;
    world.run(factors.add(id, &[("totp", b"{}")], BEGINNING))?;
    let mut visitor = world.visitor();
    let list = page(&mut visitor, USERS, &[("factors", "1")])?;
    assert!(!list.body().contains("Second factor"), "not for everybody: {}", list.body());
    let mut administrator = somebody(&world, "Ann", &["sysop"])?;
    let list = page(&mut administrator, USERS, &[])?;
    assert!(!rows(&list)[1].contains(" off"), "only where asked for");
    assert_eq!(world.value("SELECT COUNT(*) FROM logging")?, "0");
    let shown = rows(&page(&mut administrator, USERS, &[("factors", "1")])?);
    assert!(shown[0].starts_with("Ann") && shown[0].contains(" off "), "{shown:?}");
    assert!(shown[1].starts_with("Careful") && shown[1].contains(" on "), "{shown:?}");
    let noted =
        world.value("SELECT log_type || '/' || log_action || '/' || log_title FROM logging");
    assert_eq!(noted?, "oath/verify/ListUsers");
    let log = rows(&page(&mut administrator, "Special:Log", &[("type", "oath")])?);
    let said = "Ann looked whether Special:ListUsers has a second factor";
    assert!(log[0].contains(said), "{log:?}");
    Ok(())
}

#[test]
fn on_a_private_wiki_strangers_sign_in_first() -> Tested {
    let world = World::with(|rules| rules.settings.rights.set("*", "read", false))?;
    for title in [USERS, "Special:Log"] {
        let answer = page(&mut world.visitor(), title, &[("prefix", "A")])?;
        assert_eq!(answer.reply.status, 302, "{title}");
        let target = answer.header("location").expect("a target");
        assert!(target.contains("UserLogin") && target.contains("returnto="), "{target}");
    }
    let mut member = somebody(&world, "Ann", &[])?;
    assert_eq!(page(&mut member, USERS, &[])?.reply.status, 200);
    Ok(())
}
