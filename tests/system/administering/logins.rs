//! The log of logins.

use std::time::Duration;

use daemun_store::FindPrivateEvents;
use daemun_testkit::mail::Letters;
use daemun_testkit::program::Home;
use daemun_testkit::world::World;

use super::{PASSWORD, page, rows, somebody};
use crate::Tested;

const LOG: &str = "Special:Log";
const LOGINS: (&str, &str) = ("type", "checkuser-private-event");

fn world() -> anyhow::Result<World> {
    World::with(|rules| {
        rules.settings.rights.add_private_log();
        rules.settings.password_attempt_throttle.clear();
    })
}

/// Waits until what happened is written.
fn written(world: &World) {
    let log = &world.environment.private_log;
    assert!(world.run(log.finish(Duration::from_secs(10))), "the log is written");
}

/// Action, account, address of all events, the oldest first.
fn events(world: &World) -> anyhow::Result<Vec<(String, String, String)>> {
    written(world);
    let all = FindPrivateEvents { limit: 5000, newer: true, ..FindPrivateEvents::default() };
    let mut found = world.run(world.store().private_events.find(&all))?;
    found.reverse();
    Ok(found.into_iter().map(|event| (event.action, event.target, event.address)).collect())
}

fn event(action: &str, account: &str, address: &str) -> (String, String, String) {
    (action.to_owned(), account.to_owned(), address.to_owned())
}

#[test]
fn logins_failed_logins_and_logouts_are_written_down_with_account_and_address() -> Tested {
    let world = world()?;
    let id = world.add_account("Ann Lee", PASSWORD)?;
    let bot = world.add_bot_password(id, "tool")?;
    let mut visitor = world.visitor().from_address("192.0.2.1");
    visitor.log_in("ann_Lee", "wrong")?;
    visitor.log_in("Ann Lee", PASSWORD)?;
    visitor.log_out()?;
    for password in [&bot, &"0".repeat(32)] {
        world.visitor().from_address("2001:db8::1").log_in_bot("Ann Lee@tool", password)?;
    }
    visitor.log_in("Nobody", "x")?;
    visitor.log_in("a|b", "x")?;
    assert_eq!(
        events(&world)?,
        [
            event("login-failure", "Ann Lee", "192.0.2.1"),
            event("login-success", "Ann Lee", "192.0.2.1"),
            event("user-logout", "Ann Lee", "192.0.2.1"),
            event("login-success", "Ann Lee", "2001:DB8:0:0:0:0:0:1"),
            event("login-failure", "Ann Lee", "2001:DB8:0:0:0:0:0:1"),
            event("login-failure", "Nobody", "192.0.2.1"),
        ],
        "a name that no account can have is left out"
    );
    let dump = world.sql("SELECT cupe_params, cupe_agent, cupe_xff FROM cu_private_event")?;
    assert!(!format!("{dump:?}").contains("wrong"), "no password is written: {dump:?}");
    Ok(())
}

#[test]
fn a_step_that_leads_to_another_is_no_login() -> Tested {
    let world = world()?;
    world.add_account("Ann", PASSWORD)?;
    world.sql("UPDATE user SET user_password_expires = '20200101000000'")?;
    let answer = world.visitor().log_in("Ann", PASSWORD)?;
    assert_eq!(answer.status(), "UI", "{}", answer.body());
    assert!(events(&world)?.is_empty());
    Ok(())
}

#[test]
fn who_has_the_right_reads_the_log_of_logins_and_nobody_else() -> Tested {
    let world = world()?;
    world.add_account("Bob", PASSWORD)?;
    let mut bob =
        world.visitor().from_address("198.51.100.7").with_header("User-Agent", "Browser/1 <i>");
    bob.log_in("Bob", "wrong")?;
    bob.log_in("Bob", PASSWORD)?;
    let mut administrator = somebody(&world, "Ann", &["sysop"])?;
    let mut checker = somebody(&world, "Cat", &["checkuser"])?;
    written(&world);
    for visitor in [&mut world.visitor(), &mut bob, &mut administrator] {
        let answer = page(visitor, LOG, &[LOGINS])?;
        assert_eq!(answer.reply.status, 403);
        assert!(!answer.body().contains("198.51.100.7"), "{}", answer.body());
        let all = page(visitor, LOG, &[])?;
        assert!(!all.body().contains("Logins") && !all.body().contains("198.51.100.7"));
    }
    let shown = rows(&page(&mut checker, LOG, &[LOGINS, ("user", "bob")])?);
    assert_eq!(
        shown,
        [
            "05:30, 22 November 2026 Bob logged in 198.51.100.7 Browser/1 <i>",
            "05:30, 22 November 2026 Somebody tried to log in as Bob and failed 198.51.100.7 \
             Browser/1 <i>",
        ]
    );
    let by_address = rows(&page(&mut checker, LOG, &[LOGINS, ("user", "198.51.100.7")])?);
    assert_eq!(by_address, shown);
    let korean = page(&mut checker, LOG, &[LOGINS, ("user", "Bob"), ("uselang", "ko")])?;
    assert!(korean.body().contains("로그인 기록") && korean.body().contains("90일"));
    let said = "누군가 Bob 계정으로 로그인하려다 실패했습니다";
    assert!(rows(&korean)[1].contains(said), "{:?}", rows(&korean));
    let users = page(&mut checker, "Special:ListUsers", &[])?;
    assert!(users.body().contains("type=checkuser-private-event&amp;user=Bob"), "{}", users.body());
    Ok(())
}

#[test]
fn a_flood_of_failed_logins_leaves_a_bounded_number_of_rows_and_says_how_many_are_missing() -> Tested
{
    let world = world()?;
    world.add_account("Ann", PASSWORD)?;
    let mut noisy = world.visitor().from_address("192.0.2.66");
    for _ in 0..40 {
        noisy.log_in("Ann", "wrong")?;
    }
    let mut other = world.visitor().from_address("192.0.2.1");
    other.log_in("Ann", "wrong")?;
    other.log_in("Ann", PASSWORD)?;
    let events = events(&world)?;
    let of = |address: &str| events.iter().filter(|event| event.2 == address).count();
    assert_eq!(of("192.0.2.66"), 30, "one address fills no more than its share");
    assert_eq!(of("192.0.2.1"), 2, "others are written all the same");
    let mut checker = somebody(&world, "Cat", &["checkuser"])?;
    let shown = rows(&page(&mut checker, LOG, &[LOGINS, ("user", "192.0.2.1")])?);
    let said = "10 events before this one were not written down";
    assert!(shown[1].contains("failed") && shown[1].contains(said), "{shown:?}");
    world.pass_minutes(1);
    noisy.log_in("Ann", "wrong")?;
    assert_eq!(self::events(&world)?.iter().filter(|event| event.2 == "192.0.2.66").count(), 31);
    Ok(())
}

#[test]
fn a_wiki_without_the_table_logs_in_all_the_same_and_says_that_there_is_no_log() -> Tested {
    let world = world()?;
    world.sql("DROP TABLE cu_private_event")?;
    let mut checker = somebody(&world, "Cat", &["checkuser"])?;
    written(&world);
    let answer = page(&mut checker, LOG, &[LOGINS])?;
    assert_eq!(answer.reply.status, 200);
    assert!(answer.body().contains("No logins are written down here"), "{}", answer.body());
    Ok(())
}

#[test]
fn the_log_can_be_turned_off_and_bots_be_left_out() -> Tested {
    let world = World::with(|rules| rules.settings.private_log.logins = false)?;
    somebody(&world, "Ann", &[])?;
    assert_eq!(world.value("SELECT COUNT(*) FROM cu_private_event")?, "0");
    assert!(!world.environment.private_log.is_on());
    let world = World::with(|rules| rules.settings.private_log.bot_logins = false)?;
    let mut machine = somebody(&world, "Machine", &["bot"])?;
    machine.log_in("Machine", "wrong")?;
    somebody(&world, "Ann", &[])?;
    let names: Vec<_> = events(&world)?.into_iter().map(|event| (event.0, event.1)).collect();
    let expected = [("login-failure", "Machine"), ("login-success", "Ann")];
    assert_eq!(names, expected.map(|(action, name)| (action.to_owned(), name.to_owned())));
    Ok(())
}

#[test]
fn old_entries_are_cleared_away() -> Tested {
    let world = world()?;
    somebody(&world, "Ann", &[])?;
    written(&world);
    let events = &world.store().private_events;
    let age = world.environment.settings.private_log.max_age;
    assert_eq!(age, 90 * 86_400, "MediaWiki's");
    assert_eq!(world.run(events.prune(world.now().plus(-age), 100))?, 0);
    world.pass_seconds(age + 1);
    assert_eq!(world.run(events.prune(world.now().plus(-age), 100))?, 1);
    Ok(())
}

#[test]
fn a_letter_with_a_temporary_password_is_written_down() -> Tested {
    let letters = Letters::default();
    let world = World::with(|rules| rules.mailer = letters.mailer())?;
    world.add_account_with("Ann", PASSWORD, |account| {
        "ann@example.org".clone_into(&mut account.email);
    })?;
    let mut visitor = world.visitor().from_address("192.0.2.5");
    for name in ["Ann", "Nobody"] {
        let token = visitor.token("csrf")?;
        visitor.post(&[("action", "resetpassword"), ("user", name), ("token", &token)])?;
    }
    assert!(world.run(world.environment.mailer.finish(Duration::from_secs(30))));
    assert_eq!(events(&world)?, [event("password-reset-email-sent", "Ann", "192.0.2.5")]);
    Ok(())
}

#[test]
fn a_server_that_stops_writes_the_last_logins_first() -> Tested {
    let home = Home::new()?;
    home.add_account("Ann", "right horse 1 battery")?;
    let server = home.serve()?;
    let mut visitor = server.visitor();
    assert_eq!(visitor.log_in("Ann", "right horse 1 battery")?.status(), "PASS");
    server.stop()?;
    let rows = home.sql("SELECT cupe_log_action, cupe_title, cupe_ip FROM cu_private_event")?;
    let rows: Vec<String> = rows.into_iter().flatten().flatten().collect();
    assert_eq!(rows, ["login-success", "Ann", "127.0.0.1"]);
    Ok(())
}
