//! Somebody who is in shows that it is still they, at the manager.

use daemun_auth::manager::{Beginning, OperationSettings, SecurityStatus};
use daemun_auth::providers::{password, remember_me};
use daemun_auth::request::Answer as Filled;
use daemun_auth::response::AuthenticationResponse;

use super::*;
use crate::Tested;

fn filled(name: &str) -> Vec<Filled> {
    vec![Filled::to(password::ID).with_text("username", name).with_text("password", PASSWORD)]
}

fn again(answers: &[Filled]) -> Beginning<'_> {
    Beginning { answers, reauthenticates: true, ..Beginning::default() }
}

#[test]
fn each_operation_may_have_a_time_of_its_own() -> Tested {
    let world = World::with(|rules| {
        let own = |time| OperationSettings { time: Some(time), by_bots: None };
        let settings = &mut rules.settings.reauthentication;
        settings.operations =
            [("ChangeEmail".to_owned(), own(60)), ("BotPasswords".to_owned(), own(-1))].into();
    })?;
    world.add_account("William", PASSWORD)?;
    let mut visitor = signed_in(&world, "William")?;
    let mut told = |operation| {
        let params = [
            ("action", "query"),
            ("meta", "authmanagerinfo"),
            ("amisecuritysensitiveoperation", operation),
        ];
        let answer = visitor.get(&params)?;
        anyhow::Ok(
            answer.text_at("/query/authmanagerinfo/securitysensitiveoperationstatus").to_owned(),
        )
    };
    for (seconds, email, credentials) in
        [(60, "ok", "ok"), (1, "reauth", "ok"), (240, "reauth", "reauth")]
    {
        world.pass_seconds(seconds);
        assert_eq!(told("ChangeEmail")?, email);
        assert_eq!(told("ChangeCredentials")?, credentials);
        assert_eq!(told("BotPasswords")?, "ok", "never asked again");
    }
    Ok(())
}

#[test]
fn the_same_person_shows_who_it_is_and_stays_remembered() -> Tested {
    let world = World::new()?;
    world.add_account("William", PASSWORD)?;
    let visitor = signed_in(&world, "William")?;
    let manager = world.manager()?;
    let mut session = session(&world, &manager, &visitor)?;
    let stay = vec![filled("William").remove(0), Filled::to(remember_me::ID).pressed("rememberMe")];
    let beginning = Beginning { answers: &stay, ..Beginning::default() };
    let begun = world.run(manager.begin(&mut session, beginning))?;
    assert_eq!(begun.status(), "PASS", "{begun:?}");
    world.pass_seconds(301);
    assert_eq!(
        manager.security_status(&session, "ChangeCredentials"),
        SecurityStatus::Reauthenticate
    );
    let shown = world.run(manager.begin(&mut session, again(&filled("William"))))?;
    assert_eq!(shown.status(), "PASS", "{shown:?}");
    assert_eq!(manager.security_status(&session, "ChangeCredentials"), SecurityStatus::Ok);
    assert!(session.remembers(), "what was chosen stays, though nobody ticked it again");
    Ok(())
}

#[test]
fn nobody_else_takes_the_session_over_by_it() -> Tested {
    let world = World::new()?;
    world.add_account("William", PASSWORD)?;
    world.add_account("Carol", PASSWORD)?;
    let visitor = signed_in(&world, "William")?;
    let manager = world.manager()?;
    let mut session = session(&world, &manager, &visitor)?;
    let refused = world.run(manager.begin(&mut session, again(&filled("Carol"))))?;
    let AuthenticationResponse::Fail { message, .. } = &refused else { panic!("{refused:?}") };
    assert_eq!(message.key, "authmanager-authn-reauth-switch");
    assert_eq!(session.user().name(), "William");
    Ok(())
}

#[test]
fn somebody_else_is_refused_before_their_second_step() -> Tested {
    let world = World::new()?;
    world.add_account("William", PASSWORD)?;
    world.add_account("Carol", PASSWORD)?;
    world.sql(
        "UPDATE user SET user_password_expires = '20200101000000' WHERE user_name = 'Carol'",
    )?;
    let visitor = signed_in(&world, "William")?;
    let manager = world.manager()?;
    let mut session = session(&world, &manager, &visitor)?;
    let refused = world.run(manager.begin(&mut session, again(&filled("Carol"))))?;
    assert_eq!(refused.status(), "FAIL", "and not asked for a new password: {refused:?}");
    Ok(())
}
