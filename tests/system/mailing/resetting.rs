//! A forgotten password.

use daemun_auth::hashing::Asker;
use daemun_store::{BlockTarget, NewBlock};
use daemun_testkit::world::World;

use super::{PASSWORD, add, reset, settle, world_with};
use crate::Tested;

const SUCCESS: &str = r#"{"resetpassword":{"status":"success"}}"#;

#[test]
fn a_forgotten_password_is_replaced_by_way_of_a_letter() -> Tested {
    let (world, letters) = world_with(|_| {})?;
    add(&world, "William", "william@example.org")?;
    let mut visitor = world.visitor().from_address("192.0.2.7");
    assert_eq!(reset(&mut visitor, &[("user", "William")])?.body(), SUCCESS);
    let letter = letters.take()?;
    assert_eq!(letter.to, "william@example.org");
    assert_eq!(letter.subject, "New password for Test Wiki");
    assert!(letter.text.contains("User name: William\n"), "{}", letter.text);
    assert!(letter.text.contains("(192.0.2.7)"), "{}", letter.text);
    assert!(letter.text.contains(&format!("{}/wiki/Main_Page", world.origin())), "{}", letter.text);
    assert!(!letter.text.contains('⧼') && !letter.text.contains("&#"), "{}", letter.text);
    let temporary = letter.after("Temporary password:")?.to_owned();
    assert_eq!(temporary.len(), 10);
    assert!(!world.value("SELECT user_newpassword FROM user")?.contains(&temporary));
    // The old one stays good.
    assert_eq!(world.visitor().log_in("William", PASSWORD)?.status(), "PASS");
    let answer = visitor.log_in("William", &temporary)?;
    assert_eq!((answer.status(), answer.message_code()), ("UI", "resetpass-temp-emailed"));
    assert_eq!(visitor.whoami()?, None);
    let new = "another Passphrase 8";
    assert_eq!(visitor.go_on(&[("password", new), ("retype", new)])?.status(), "PASS");
    assert_eq!(visitor.whoami()?.as_deref(), Some("William"));
    assert_eq!(world.visitor().log_in("William", &temporary)?.status(), "FAIL");
    assert_eq!(world.visitor().log_in("William", PASSWORD)?.status(), "FAIL");
    assert_eq!(world.visitor().log_in("William", new)?.status(), "PASS");
    Ok(())
}

#[test]
fn an_account_is_sent_one_letter_a_day_however_many_ask_at_once() -> Tested {
    let (world, letters) = world_with(|rules| rules.settings.mail.reset_throttle.clear())?;
    add(&world, "William", "william@example.org")?;
    let crowd: Vec<_> = (0..8)
        .map(|_| {
            let mut visitor = world.visitor();
            std::thread::spawn(move || {
                reset(&mut visitor, &[("user", "William")]).map(|answer| answer.body())
            })
        })
        .collect();
    for one in crowd {
        assert_eq!(one.join().expect("no panic")?, SUCCESS);
    }
    settle(&world);
    assert_eq!(letters.take()?.to, "william@example.org");
    world.pass_minutes(24 * 60 - 1);
    reset(&mut world.visitor(), &[("user", "William")])?;
    settle(&world);
    assert_eq!(letters.all(), []);
    world.pass_minutes(1);
    reset(&mut world.visitor(), &[("user", "William")])?;
    assert_eq!(letters.take()?.to, "william@example.org");
    Ok(())
}

#[test]
fn one_letter_goes_to_an_address_with_several_accounts() -> Tested {
    let (world, letters) = world_with(|_| {})?;
    for name in ["O''Neil & Co", "Wanda", "Zoe"] {
        add(&world, name, "family@example.org")?;
    }
    add(&world, "Bob", "bob@example.org")?;
    world.sql("INSERT INTO user_properties VALUES (3, 'requireemail', '1')")?;
    let answer = reset(&mut world.visitor(), &[("email", "family@example.org")])?;
    assert_eq!(answer.body(), SUCCESS);
    let letter = letters.take()?;
    assert!(letter.text.contains("User name: O''Neil & Co\n"), "{}", letter.text);
    assert!(letter.text.contains("User name: Wanda\n"), "{}", letter.text);
    assert!(!letter.text.contains("Zoe"), "who wants both to be known: {}", letter.text);
    Ok(())
}

#[test]
fn who_wants_name_and_address_to_be_known_gets_a_letter_only_then() -> Tested {
    let (world, letters) = world_with(|_| {})?;
    add(&world, "William", "william@example.org")?;
    world.sql("INSERT INTO user_properties VALUES (1, 'requireemail', '1')")?;
    let mut visitor = world.visitor();
    reset(&mut visitor, &[("user", "William")])?;
    reset(&mut visitor, &[("user", "William"), ("email", "bill@example.org")])?;
    settle(&world);
    assert_eq!(letters.all(), []);
    reset(&mut visitor, &[("user", "William"), ("email", "william@example.org")])?;
    letters.take()?;
    Ok(())
}

#[test]
fn nobody_learns_which_accounts_there_are() -> Tested {
    let (mut world, letters) = world_with(|rules| rules.settings.mail.reset_throttle.clear())?;
    add(&world, "William", "william@example.org")?;
    add(&world, "Lately", "lately@example.org")?;
    add(&world, "Silent", "")?;
    add(&world, "Careful", "careful@example.org")?;
    world.sql("INSERT INTO user_properties VALUES (4, 'requireemail', '1')")?;
    reset(&mut world.visitor(), &[("user", "Lately")])?;
    letters.take()?;
    let count = world.count_hashes()?;
    for who in [
        ("user", "William"),
        ("user", "Lately"),
        ("user", "Silent"),
        ("user", "Careful"),
        ("user", "Nobody"),
        ("email", "lately@example.org"),
        ("email", "nobody@example.org"),
    ] {
        let answer = reset(&mut world.visitor(), &[who])?;
        assert_eq!((answer.reply.status, answer.body().as_str()), (200, SUCCESS), "{who:?}");
        settle(&world);
        assert_eq!(count.take(), 1, "one hash for {who:?}");
    }
    assert_eq!(letters.take()?.to, "william@example.org");
    Ok(())
}

#[test]
fn no_answer_waits_for_a_hash() -> Tested {
    // A hash takes seconds here.
    let (world, _letters) = world_with(|rules| {
        rules.settings.password_default = daemun_testkit::world::pbkdf2(3_000_000);
    })?;
    world.add_account_with("William", "", |account| {
        account.password = String::new();
        account.email = "william@example.org".to_owned();
    })?;
    for (before, name) in ["Nobody", "William"].into_iter().enumerate() {
        assert_eq!(reset(&mut world.visitor(), &[("user", name)])?.body(), SUCCESS);
        let places = world.environment.hasher.load().places;
        assert_eq!(places, before + 1, "{name}: it is still being worked on");
    }
    Ok(())
}

#[test]
fn where_there_is_too_much_to_do_everybody_is_told_the_same() -> Tested {
    let (world, letters) = world_with(|rules| rules.hash_queue = 1)?;
    add(&world, "William", "william@example.org")?;
    let place = world.environment.hasher.place(Asker::NOBODY)?;
    for who in [("user", "William"), ("user", "Nobody"), ("email", "nobody@example.org")] {
        let answer = reset(&mut world.visitor(), &[who])?;
        assert_eq!(answer.error(), "ratelimited", "{who:?}");
    }
    drop(place);
    assert_eq!(world.counter("wiki:limiter:mailpassword:ip:127.0.0.1")?, 0, "nobody is counted");
    reset(&mut world.visitor(), &[("user", "William")])?;
    letters.take()?;
    Ok(())
}

#[test]
fn five_an_hour_may_be_asked_for_from_one_address() -> Tested {
    let (world, letters) = world_with(|_| {})?;
    for name in ["A", "B", "C", "D", "E", "F", "G"] {
        add(&world, name, &format!("{name}@example.org"))?;
    }
    let ask =
        |name: &str, from: &str| reset(&mut world.visitor().from_address(from), &[("user", name)]);
    for name in ["A", "B", "C", "D", "E", "F"] {
        assert_eq!(ask(name, "192.0.2.1")?.body(), SUCCESS);
    }
    settle(&world);
    assert_eq!(letters.all().len(), 5);
    // Even who asks for nothing hears no error any more.
    let nothing = reset(&mut world.visitor().from_address("192.0.2.1"), &[])?;
    assert_eq!(nothing.body(), SUCCESS);
    ask("F", "192.0.2.2")?;
    settle(&world);
    assert_eq!(letters.all().len(), 6);
    world.pass_minutes(61);
    ask("G", "192.0.2.1")?;
    settle(&world);
    assert_eq!(letters.all().len(), 7);
    Ok(())
}

#[test]
fn what_is_refused_is_refused_for_everybody() -> Tested {
    let (world, letters) = world_with(|_| {})?;
    add(&world, "William", "william@example.org")?;
    let code = |origin: &str, who: &[(&str, &str)]| -> anyhow::Result<String> {
        Ok(reset(&mut world.visitor().moved_to(origin), who)?.error().to_owned())
    };
    let here = world.origin();
    assert_eq!(code(here, &[])?, "passwordreset-nodata");
    assert_eq!(code(here, &[("user", "a[]b")])?, "baduser");
    assert_eq!(code(here, &[("email", "nonsense")])?, "passwordreset-invalidemail");
    let by_name = world.another_server(|settings, _| settings.mail.reset_by_address = false)?;
    assert_eq!(code(&by_name, &[("email", "william@example.org")])?, "passwordreset-nodata");
    let by_address = world.another_server(|settings, _| settings.mail.reset_by_name = false)?;
    assert_eq!(code(&by_address, &[("user", "William")])?, "passwordreset-nodata");
    let closed = world.another_server(|settings, _| {
        settings.mail.reset_by_name = false;
        settings.mail.reset_by_address = false;
    })?;
    assert_eq!(code(&closed, &[("user", "William")])?, "moduledisabled");
    let without_right =
        world.another_server(|settings, _| settings.rights.set("*", "editmyprivateinfo", false))?;
    assert_eq!(code(&without_right, &[("user", "William")])?, "badaccess");
    world.run(world.store().blocks.insert(
        &NewBlock {
            by_id: 1,
            by_name: "William".to_owned(),
            reason: "Open proxy".to_owned(),
            ..NewBlock::usual(BlockTarget::Address("127.0.0.1".parse()?), world.now())
        },
        None,
    ))?;
    assert_eq!(code(here, &[("user", "William")])?, "blocked-mailpassword");
    settle(&world);
    assert_eq!(letters.all(), []);
    let off = World::new()?;
    off.add_account("William", PASSWORD)?;
    let answer = reset(&mut off.visitor(), &[("user", "William")])?;
    assert_eq!(answer.error(), "passwordreset-emaildisabled");
    Ok(())
}

#[test]
fn a_letter_is_written_in_its_readers_language() -> Tested {
    let (world, letters) = world_with(|_| {})?;
    let id = add(&world, "윌리엄", "william@example.org")?;
    world.run(world.store().accounts.set_option(id, "language", Some("ko")))?;
    reset(&mut world.visitor(), &[("user", "윌리엄"), ("uselang", "en")])?;
    let letter = letters.take()?;
    assert_eq!(letter.subject, "Test Wiki 임시 비밀번호");
    assert!(letter.text.contains("사용자 이름: 윌리엄\n"), "{}", letter.text);
    assert_eq!(letter.after("임시 비밀번호:")?.len(), 10);
    assert!(letter.text.contains("7일 동안"), "{}", letter.text);
    Ok(())
}

#[test]
fn a_letter_that_cannot_be_sent_leaves_everything_as_it_was() -> Tested {
    let (world, letters) = world_with(|_| {})?;
    add(&world, "William", "william@example.org")?;
    letters.break_down(true);
    assert_eq!(reset(&mut world.visitor(), &[("user", "William")])?.body(), SUCCESS);
    settle(&world);
    assert_eq!(world.value("SELECT user_newpassword FROM user")?, "");
    letters.break_down(false);
    reset(&mut world.visitor(), &[("user", "William")])?;
    letters.take()?;
    Ok(())
}

#[test]
fn a_mail_server_that_never_answers_keeps_nobody_out() -> Tested {
    let (world, letters) = world_with(|rules| rules.hash_queue = 1)?;
    add(&world, "William", "william@example.org")?;
    letters.fall_asleep();
    reset(&mut world.visitor(), &[("user", "William")])?;
    let temporary = letters.take()?.after("Temporary password:")?.to_owned();
    assert_eq!(world.visitor().log_in("William", PASSWORD)?.status(), "PASS");
    assert_eq!(world.visitor().log_in("William", &temporary)?.status(), "UI");
    Ok(())
}

#[test]
fn a_pending_temporary_password_can_be_removed() -> Tested {
    let (world, letters) = world_with(|_| {})?;
    add(&world, "William", "william@example.org")?;
    reset(&mut world.visitor(), &[("user", "William")])?;
    let temporary = letters.take()?.after("Temporary password:")?.to_owned();
    let mut visitor = world.visitor();
    visitor.log_in("William", PASSWORD)?;
    let token = visitor.token("csrf")?;
    let answer = visitor.post(&[
        ("action", "removeauthenticationdata"),
        ("request", "MediaWiki\\Auth\\TemporaryPasswordAuthenticationRequest"),
        ("token", &token),
    ])?;
    assert_eq!(answer.text_at("/removeauthenticationdata/status"), "success");
    assert_eq!(world.visitor().log_in("William", &temporary)?.status(), "FAIL");
    assert_eq!(world.visitor().log_in("William", PASSWORD)?.status(), "PASS");
    Ok(())
}

#[test]
fn a_temporary_password_ends_after_a_week() -> Tested {
    let (world, letters) = world_with(|_| {})?;
    add(&world, "William", "william@example.org")?;
    reset(&mut world.visitor(), &[("user", "William")])?;
    let temporary = letters.take()?.after("Temporary password:")?.to_owned();
    world.pass_seconds(604_800);
    assert_eq!(world.visitor().log_in("William", &temporary)?.status(), "UI");
    world.pass_seconds(1);
    assert_eq!(world.visitor().log_in("William", &temporary)?.status(), "FAIL");
    Ok(())
}
