//! Back-channel logout.

use daemun_testkit::openid_provider::Conduct;

use super::*;
use crate::Tested;

const PATH: &str = "/w/rest.php/pluggableauth/v1/logout";

fn log_out(setup: &Setup, token: &str) -> Result<Answer> {
    let form = encode(&[("logout_token", token)]);
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    setup.world.visitor().send_to("POST", PATH, Some(form.as_bytes()), &kind)
}

#[test]
fn whoever_leaves_the_provider_is_out_everywhere_here() -> Tested {
    let setup = Setup::new()?;
    setup.linked("William", "maria-1")?;
    let (mut one, mut two) = (setup.world.visitor(), setup.world.visitor());
    setup.sign_in(&mut one, &maria())?;
    two.log_in_with("William", PASSWORD, &[("rememberMe", "1")])?;
    let answer = log_out(&setup, &setup.provider.logout_token("a", &json!({"sub": "maria-1"}))?)?;
    assert_eq!((answer.reply.status, answer.body()), (200, String::new()));
    assert_eq!(answer.header("cache-control").as_deref(), Some("no-store"));
    assert_eq!((one.whoami()?, two.whoami()?), (None, None));
    Ok(())
}

#[test]
fn a_session_at_the_provider_is_enough_to_know_who_it_is() -> Tested {
    let setup = Setup::new()?;
    setup.linked("William", "maria-1")?;
    let mut client = setup.world.visitor();
    setup.sign_in(&mut client, &Person::new("maria-1", &json!({"sid": "session-7"})))?;
    let other = setup.provider.logout_token("a", &json!({"sid": "session-8"}))?;
    assert_eq!(log_out(&setup, &other)?.reply.status, 200);
    assert_eq!(client.whoami()?.as_deref(), Some("William"));
    let own = setup.provider.logout_token("b", &json!({"sid": "session-7"}))?;
    assert_eq!(log_out(&setup, &own)?.reply.status, 200);
    assert_eq!(client.whoami()?, None);
    Ok(())
}

#[test]
fn what_proves_nothing_ends_nothing() -> Tested {
    let setup = Setup::new()?;
    setup.linked("William", "maria-1")?;
    let mut client = setup.world.visitor();
    setup.sign_in(&mut client, &maria())?;
    let old = setup.world.now().0 - 1000;
    let mut refused = vec![String::new(), "x".to_owned(), "a.b.c".to_owned(), "x".repeat(20_000)];
    for changes in [
        json!({}),
        json!({"sub": "maria-1", "iss": "https://elsewhere.example"}),
        json!({"sub": "maria-1", "aud": "another"}),
        json!({"sub": "maria-1", "aud": null}),
        json!({"sub": "maria-1", "events": null}),
        json!({"sub": "maria-1", "events": {"another": {}}}),
        json!({"sub": "maria-1", "nonce": "x"}),
        json!({"sub": "maria-1", "jti": null}),
        json!({"sub": "maria-1", "iat": null}),
        json!({"sub": "maria-1", "iat": old, "exp": old + 100_000}),
        json!({"sub": "maria-1", "exp": old}),
    ] {
        refused.push(setup.provider.logout_token("a", &changes)?);
    }
    for conduct in [Conduct::WrongSignature, Conduct::Unsigned] {
        setup.provider.conduct(conduct);
        refused.push(setup.provider.logout_token("a", &json!({"sub": "maria-1"}))?);
    }
    setup.provider.conduct(Conduct::Honest);
    for token in refused {
        let answer = log_out(&setup, &token)?;
        assert_eq!(answer.reply.status, 400, "{token}");
        assert_eq!(answer.json, json!({"error": "not-verified"}), "{token}");
        assert_eq!(answer.header("cache-control").as_deref(), Some("no-store"));
    }
    assert_eq!(client.whoami()?.as_deref(), Some("William"));
    let got = setup.world.visitor().send_to("GET", PATH, None, &[])?;
    assert_eq!(got.reply.status, 405);
    Ok(())
}

#[test]
fn a_logout_token_is_good_once() -> Tested {
    let setup = Setup::new()?;
    setup.linked("William", "maria-1")?;
    let token = setup.provider.logout_token("a", &json!({"sub": "maria-1"}))?;
    assert_eq!(log_out(&setup, &token)?.reply.status, 200);
    let mut client = setup.world.visitor();
    setup.sign_in(&mut client, &maria())?;
    assert_eq!(log_out(&setup, &token)?.reply.status, 400);
    assert_eq!(client.whoami()?.as_deref(), Some("William"));
    Ok(())
}
