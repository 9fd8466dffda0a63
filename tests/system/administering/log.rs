//! `Special:Log`.

use daemun_mediawiki::timestamp::Timestamp;
use daemun_store::LogEntry;
use daemun_testkit::world::{BEGINNING, World};

use super::{open, page, rows, somebody, turned};
use crate::Tested;

const LOG: &str = "Special:Log";

fn entry(kind: &str, action: &str, by: &str, target: &str) -> LogEntry {
    LogEntry {
        kind: kind.to_owned(),
        action: action.to_owned(),
        performer_id: 0,
        performer_name: by.to_owned(),
        namespace: 2,
        title: target.replace(' ', "_"),
        comment: String::new(),
        params: "a:0:{}".to_owned(),
        timestamp: BEGINNING,
    }
}

fn add(world: &World, entries: &[LogEntry]) -> Tested {
    for (entry, minute) in entries.iter().zip(0_i64..) {
        let at = Timestamp(entry.timestamp.0 + minute * 60);
        world.run(world.store().log.add(&LogEntry { timestamp: at, ..entry.clone() }))?;
    }
    Ok(())
}

#[test]
fn what_happened_is_told_in_both_languages_the_newest_first() -> Tested {
    let world = World::new()?;
    let mut blocked = entry("block", "block", "Ann", "Bob B");
    blocked.comment = "too '''loud''' <b>".to_owned();
    blocked.params =
        "a:2:{s:11:\"5::duration\";s:8:\"infinite\";s:8:\"6::flags\";s:8:\"nocreate\";}".into();
    add(&world, &[entry("newusers", "create", "Bob B", "Bob B"), blocked])?;
    let mut visitor = world.visitor();
    let shown = rows(&page(&mut visitor, LOG, &[])?);
    assert_eq!(
        shown,
        [
            "05:31, 22 November 2026 Ann blocked Bob B for this long: infinite (no new accounts) \
             too '''loud''' <b>",
            "05:30, 22 November 2026 Bob B signed up here",
        ]
    );
    let shown = rows(&page(&mut visitor, "특수:기록", &[("uselang", "ko")])?);
    assert_eq!(
        shown,
        [
            "2026년 11월 22일 05:31 Ann 님이 Bob B 사용자를 차단했습니다. 기간: 무기한 (계정 생성 금지) \
             too '''loud''' <b>",
            "2026년 11월 22일 05:30 Bob B 님이 가입했습니다",
        ]
    );
    Ok(())
}

#[test]
fn entries_are_narrowed_down_by_type_performer_target_and_day() -> Tested {
    let world = World::new()?;
    let mut later = entry("rights", "rights", "Ann", "Cat");
    later.timestamp = Timestamp(BEGINNING.0 + 2 * 86_400);
    add(
        &world,
        &[
            entry("newusers", "create", "Bob", "Bob"),
            entry("newusers", "create2", "Ann", "Cat"),
            entry("block", "unblock", "192.0.2.7", "Bob"),
            later,
        ],
    )?;
    let mut visitor = world.visitor();
    let mut found = |query: &[(&str, &str)]| -> anyhow::Result<Vec<String>> {
        let rows = rows(&page(&mut visitor, LOG, query)?);
        Ok(rows.into_iter().map(|row| row.split_once("2026 ").unwrap().1.to_owned()).collect())
    };
    let (bob, cat) = ("Bob signed up here", "Ann made the account Cat");
    let (lifted, changed) = ("192.0.2.7 lifted the block of Bob", "Ann changed the groups of Cat");
    assert_eq!(found(&[])?, [changed, lifted, cat, bob]);
    assert_eq!(found(&[("type", "newusers")])?, [cat, bob]);
    assert_eq!(found(&[("user", "ann")])?, [changed, cat], "the first letter is a capital");
    assert_eq!(found(&[("user", "192.0.2.7")])?, [lifted]);
    assert_eq!(found(&[("page", "User:Cat")])?, [changed, cat]);
    assert_eq!(found(&[("page", "Cat"), ("type", "rights")])?, [changed]);
    assert_eq!(found(&[("wpdate", "2026-11-22")])?, [lifted, cat, bob]);
    for nothing in
        [("user", "a|b"), ("page", "[]"), ("wpdate", "yesterday"), ("wpdate", "2026-13-40")]
    {
        assert_eq!(found(&[nothing])?, [] as [&str; 0], "{nothing:?}");
    }
    let by_path = rows(&open(&mut world.visitor(), "/wiki/Special:Log/newusers")?);
    assert_eq!(by_path.len(), 2);
    let by_path = rows(&open(&mut world.visitor(), "/wiki/Special:Log/Bob")?);
    assert_eq!(by_path.len(), 1);
    Ok(())
}

#[test]
fn the_log_is_turned_over_in_both_directions() -> Tested {
    let world = World::new()?;
    let entries: Vec<LogEntry> = (1..=5)
        .map(|number| entry("newusers", "create", &format!("U{number}"), &format!("U{number}")))
        .collect();
    add(&world, &entries)?;
    let mut visitor = world.visitor();
    let names = |page: &daemun_testkit::visitor::Answer| -> Vec<String> {
        let rows = rows(page);
        rows.iter().map(|row| row.rsplit(' ').nth(3).unwrap().to_owned()).collect()
    };
    let first = page(&mut visitor, LOG, &[("limit", "2"), ("uselang", "en")])?;
    assert_eq!(names(&first), ["U5", "U4"]);
    assert_eq!(turned(&first, "prev"), None);
    let next = turned(&first, "next").expect("older ones");
    assert!(next.contains("uselang=en") && next.contains("limit=2"), "{next}");
    let second = open(&mut visitor, &next)?;
    assert_eq!(names(&second), ["U3", "U2"]);
    let third = open(&mut visitor, &turned(&second, "next").expect("older ones"))?;
    assert_eq!((names(&third).as_slice(), turned(&third, "next")), (&["U1".to_owned()][..], None));
    let back = open(&mut visitor, &turned(&third, "prev").expect("newer ones"))?;
    assert_eq!(names(&back), ["U3", "U2"]);
    let begin = open(&mut visitor, &turned(&back, "prev").expect("newer ones"))?;
    assert_eq!((names(&begin).len(), turned(&begin, "prev")), (2, None));
    Ok(())
}

#[test]
fn a_restricted_log_is_for_those_with_its_right() -> Tested {
    let world = World::with(|rules| rules.settings.rights.add_second_factors())?;
    add(
        &world,
        &[
            entry("oath", "disable-other", "Ann", "Bob"),
            entry("suppress", "block", "Sue", "Secret"),
            entry("abusefilterprivatedetails", "access", "Sue", "Secret"),
        ],
    )?;
    let mut administrator = somebody(&world, "Ann", &["sysop"])?;
    let mut suppressor = somebody(&world, "Sue", &["suppress"])?;
    for kind in ["oath", "suppress", "abusefilterprivatedetails"] {
        let answer = page(&mut world.visitor(), LOG, &[("type", kind)])?;
        assert_eq!(answer.reply.status, 403, "{kind}");
        assert!(rows(&answer).is_empty());
    }
    assert!(rows(&page(&mut world.visitor(), LOG, &[])?).is_empty());
    let shown = rows(&page(&mut administrator, LOG, &[])?);
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert!(shown[0].contains("Ann turned off all second factors of Bob"), "{shown:?}");
    let shown = rows(&page(&mut suppressor, LOG, &[])?);
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert!(shown[0].contains("Sue blocked Secret and hid the name"), "{shown:?}");
    Ok(())
}

#[test]
fn what_was_hidden_of_an_entry_is_neither_shown_nor_found() -> Tested {
    let world = World::new()?;
    let mut shown = entry("newusers", "create2", "Performer", "Target");
    shown.comment = "Reasoning".to_owned();
    add(&world, &[shown])?;
    world.sql("UPDATE logging SET log_deleted = 7")?;
    let mut visitor = world.visitor();
    let log = page(&mut visitor, LOG, &[])?;
    for hidden in ["Performer", "Target", "Reasoning"] {
        assert!(!log.body().contains(hidden), "{}", log.body());
    }
    assert_eq!(rows(&log), ["05:30, 22 November 2026 (hidden) (reason hidden)"]);
    for query in [("user", "Performer"), ("page", "User:Target")] {
        assert!(rows(&page(&mut visitor, LOG, &[query])?).is_empty(), "{query:?} finds it");
    }
    let mut administrator = somebody(&world, "Ann", &["sysop"])?;
    let shown = rows(&page(&mut administrator, LOG, &[("user", "Performer")])?);
    assert!(shown[0].contains("Performer made the account Target"), "{shown:?}");
    world.sql("UPDATE logging SET log_deleted = 15")?;
    assert!(rows(&page(&mut administrator, LOG, &[("user", "Performer")])?).is_empty());
    let shown = rows(&page(&mut administrator, LOG, &[])?);
    assert!(!shown[0].contains("Performer"), "suppressed: {shown:?}");
    Ok(())
}

#[test]
fn an_account_that_somebody_makes_is_in_the_log_at_once() -> Tested {
    let world = World::new()?;
    let mut visitor = world.visitor();
    let token = visitor.token("createaccount")?;
    let answer = visitor.post(&[
        ("action", "createaccount"),
        ("username", "Newcomer"),
        ("password", "right horse 2"),
        ("retype", "right horse 2"),
        ("createtoken", &token),
        ("createreturnurl", "http://localhost/"),
    ])?;
    assert_eq!(answer.text_at("/createaccount/status"), "PASS", "{}", answer.body());
    let shown = rows(&page(&mut world.visitor(), LOG, &[("page", "User:Newcomer")])?);
    assert_eq!(shown, ["05:30, 22 November 2026 Newcomer signed up here"]);
    Ok(())
}
