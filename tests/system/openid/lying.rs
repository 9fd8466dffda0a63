//! Providers that lie, are slow or are gone; and codes and states of others.

use daemun_testkit::openid_provider::Conduct;

use super::*;
use crate::Tested;

fn refused(setup: &Setup, conduct: Conduct) -> Result<String> {
    setup.provider.conduct(conduct);
    let mut client = setup.world.visitor();
    let answer = setup.sign_in(&mut client, &maria())?;
    assert_eq!(answer.status(), "FAIL", "{conduct:?}: {}", answer.body());
    assert_eq!(client.whoami()?, None, "{conduct:?}");
    Ok(answer.message_code().to_owned())
}

#[test]
fn what_is_not_proved_signs_nobody_in() -> Tested {
    let setup = Setup::new()?;
    setup.linked("William", "maria-1")?;
    for conduct in [
        Conduct::WrongSignature,
        Conduct::Unsigned,
        Conduct::WrongAudience,
        Conduct::WrongParty,
        Conduct::WrongNonce,
        Conduct::WrongIssuer,
        Conduct::Expired,
        Conduct::WrongAccessToken,
        Conduct::WrongUserinfo,
        Conduct::Elsewhere,
    ] {
        assert_eq!(refused(&setup, conduct)?, "daemun-openid-failed", "{conduct:?}");
    }
    setup.provider.conduct(Conduct::Honest);
    assert_eq!(setup.sign_in(&mut setup.world.visitor(), &maria())?.status(), "PASS");
    Ok(())
}

#[test]
fn a_provider_that_is_slow_down_or_endless_is_not_waited_for() -> Tested {
    let setup = Setup::new()?;
    setup.linked("William", "maria-1")?;
    for conduct in [Conduct::Slow, Conduct::Down, Conduct::Huge] {
        let begun = std::time::Instant::now();
        assert_eq!(refused(&setup, conduct)?, "daemun-openid-unavailable", "{conduct:?}");
        assert!(begun.elapsed().as_secs() < 10, "{conduct:?}");
    }
    // Passwords do not depend on it.
    assert_eq!(setup.world.visitor().log_in("William", PASSWORD)?.status(), "PASS");
    Ok(())
}

#[test]
fn a_provider_that_is_not_there_makes_the_button_fail() -> Tested {
    let setup = Setup::with(|provider| provider.issuer = "http://127.0.0.1:9".to_owned())?;
    let answer = press(&mut setup.world.visitor(), 0, RETURN, &[])?;
    assert_eq!((answer.status(), answer.message_code()), ("FAIL", "daemun-openid-unavailable"));
    Ok(())
}

#[test]
fn metadata_of_another_provider_is_refused() -> Tested {
    let setup = Setup::with(|provider| provider.issuer.push('/'))?;
    let answer = press(&mut setup.world.visitor(), 0, RETURN, &[])?;
    assert_eq!((answer.status(), answer.message_code()), ("FAIL", "daemun-openid-failed"));
    Ok(())
}

#[test]
fn a_new_key_is_found_and_keys_are_not_looked_for_all_the_time() -> Tested {
    let setup = Setup::new()?;
    setup.linked("William", "maria-1")?;
    assert_eq!(setup.sign_in(&mut setup.world.visitor(), &maria())?.status(), "PASS");
    assert_eq!(setup.sign_in(&mut setup.world.visitor(), &maria())?.status(), "PASS");
    assert_eq!(setup.provider.key_requests(), 1, "they are kept");
    refused(&setup, Conduct::WrongSignature)?;
    refused(&setup, Conduct::WrongSignature)?;
    assert_eq!(setup.provider.key_requests(), 1, "forged tokens make nobody look in a minute");
    setup.provider.conduct(Conduct::Honest);
    setup.provider.rotate();
    setup.world.pass_seconds(61);
    assert_eq!(setup.sign_in(&mut setup.world.visitor(), &maria())?.status(), "PASS");
    assert_eq!(setup.provider.key_requests(), 2);
    Ok(())
}

#[test]
fn the_state_is_checked_before_the_code_is_used() -> Tested {
    let setup = Setup::new()?;
    setup.linked("William", "maria-1")?;
    let mut other = setup.world.visitor();
    let others = fields(&setup.provider.sign_in(&begin(&mut other)?, &maria())?);
    let forged = format!("1{}", "A".repeat(others["state"].len() - 1));
    for state in ["x", &forged, &others["state"]] {
        let mut client = setup.world.visitor();
        let target = begin(&mut client)?;
        let own = fields(&setup.provider.sign_in(&target, &maria())?);
        let answer = client.go_on(&[("code", &own["code"]), ("state", state)])?;
        assert_eq!((answer.status(), answer.message_code()), ("FAIL", "daemun-openid-bad-state"));
    }
    assert_eq!(setup.provider.token_requests(), 0, "no code was used");
    Ok(())
}

#[test]
fn code_and_state_of_another_session_sign_nobody_in() -> Tested {
    let setup = Setup::new()?;
    setup.linked("William", "maria-1")?;
    let mut victim = setup.world.visitor();
    let back = fields(&setup.provider.sign_in(&begin(&mut victim)?, &maria())?);
    let mut thief = setup.world.visitor();
    begin(&mut thief)?;
    let answer = thief.go_on(&[("code", &back["code"]), ("state", &back["state"])])?;
    assert_eq!((answer.status(), answer.message_code()), ("FAIL", "daemun-openid-bad-state"));
    let mut idle = setup.world.visitor();
    let answer = idle.go_on(&[("code", &back["code"]), ("state", &back["state"])])?;
    assert_eq!(answer.message_code(), "authmanager-authn-not-in-progress");
    let answer = victim.go_on(&[("code", &back["code"]), ("state", &back["state"])])?;
    assert_eq!(answer.status(), "PASS", "the one it belongs to is in all the same");
    Ok(())
}

#[test]
fn code_and_state_are_good_once() -> Tested {
    let setup = Setup::new()?;
    setup.linked("William", "maria-1")?;
    let mut client = setup.world.visitor();
    let back = fields(&setup.provider.sign_in(&begin(&mut client)?, &maria())?);
    let both = [("code", back["code"].as_str()), ("state", back["state"].as_str())];
    // Two requests of one session at the same time.
    let mut twin = client.clone();
    assert_eq!(client.go_on(&both)?.status(), "PASS");
    assert_eq!(client.go_on(&both)?.message_code(), "authmanager-authn-not-in-progress");
    assert_ne!(twin.go_on(&both)?.status(), "PASS");
    begin(&mut client)?;
    assert_eq!(client.go_on(&both)?.message_code(), "daemun-openid-bad-state");
    Ok(())
}

#[test]
fn who_comes_back_after_an_hour_begins_anew() -> Tested {
    let setup = Setup::new()?;
    setup.linked("William", "maria-1")?;
    let mut client = setup.world.visitor();
    let back = setup.provider.sign_in(&begin(&mut client)?, &maria())?;
    setup.world.pass_minutes(61);
    let page = open(&mut setup.world.visitor(), &back)?;
    assert_eq!((page.reply.status, page.header("location")), (400, None));
    Ok(())
}
