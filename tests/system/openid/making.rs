//! Accounts found by name, and accounts made for whom the provider knows: when, and when not.

use std::sync::Barrier;

use daemun_auth::manager::Beginning;
use daemun_auth::providers::openid_connect::RESPONSE;
use daemun_auth::request::Answer as Filled;
use daemun_auth::response::AuthenticationResponse;
use daemun_store::{BlockTarget, NewBlock};

use super::*;
use crate::Tested;

const LINK: &str = "OpenIDConnect:example:maria-1";

/// Accounts are found by name, and made for those who have none.
fn by_name(provider: &mut OpenIdProvider) {
    provider.creates_accounts = true;
    provider.maps_by_name = true;
}

fn creating(provider: &mut OpenIdProvider) {
    provider.creates_accounts = true;
}

#[test]
fn an_account_of_the_same_name_is_linked_once_its_own_password_confirms_it() -> Tested {
    let setup = Setup::with(by_name)?;
    setup.world.add_account("Maria", PASSWORD)?;
    let mut client = setup.world.visitor();
    let answer = setup.sign_in(&mut client, &maria())?;
    assert_eq!(answer.status(), "RESTART", "the name alone lets nobody in: {}", answer.body());
    assert_eq!(client.whoami()?, None);
    let asked = client.log_in_with("Maria", PASSWORD, &[("loginpreservestate", "1")])?;
    assert_eq!(asked.message_code(), "authprovider-confirmlink-message", "{}", asked.body());
    let done = client.go_on(&[("confirmedLinkIDs", LINK)])?;
    assert_eq!((done.status(), done.text_at("/clientlogin/username")), ("PASS", "Maria"));
    assert_eq!(setup.links()?, [("Maria".to_owned(), "maria-1".to_owned())]);
    let next = setup.sign_in(&mut setup.world.visitor(), &maria())?;
    assert_eq!(next.text_at("/clientlogin/username"), "Maria", "{}", next.body());
    Ok(())
}

#[test]
fn another_account_cannot_take_what_belongs_to_that_name() -> Tested {
    let setup = Setup::with(by_name)?;
    setup.world.add_account("Maria", PASSWORD)?;
    setup.world.add_account("Other", PASSWORD)?;
    let mut client = setup.world.visitor();
    assert_eq!(setup.sign_in(&mut client, &maria())?.status(), "RESTART");
    client.log_in_with("Other", PASSWORD, &[("loginpreservestate", "1")])?;
    let failed = client.go_on(&[("confirmedLinkIDs", LINK)])?;
    assert_eq!(
        (failed.status(), failed.message_code()),
        ("UI", "authprovider-confirmlink-failed"),
        "{}",
        failed.body()
    );
    assert!(failed.at("/clientlogin/requests/0/fields/linkOk").is_object(), "{}", failed.body());
    assert!(setup.links()?.is_empty());
    // They are who they are all the same, once they have read it.
    let done = client.go_on(&[("linkOk", "1")])?;
    assert_eq!((done.status(), done.text_at("/clientlogin/username")), ("PASS", "Other"));
    assert!(setup.links()?.is_empty());
    // Nor does it become a new account's.
    let mut client = setup.world.visitor();
    setup.sign_in(&mut client, &maria())?;
    let token = client.token("createaccount")?;
    let made = client.post(&[
        ("action", "createaccount"),
        ("createreturnurl", RETURN),
        ("createtoken", &token),
        ("createpreservestate", "1"),
        ("username", "Nora"),
    ])?;
    assert_ne!(made.text_at("/createaccount/status"), "PASS", "{}", made.body());
    assert!(setup.links()?.is_empty());
    Ok(())
}

/// Whoever signs in now gets no account, for this reason.
fn assert_not_made(setup: &Setup, reason: &str) -> Tested {
    let mut client = setup.world.visitor();
    let target = begin(&mut client)?;
    let back = fields(&setup.provider.sign_in(&target, &maria())?);
    let token = client.token("login")?;
    let answer = client.post(&[
        ("action", "clientlogin"),
        ("logincontinue", "1"),
        ("logintoken", &token),
        ("code", &back["code"]),
        ("state", &back["state"]),
        ("loginmessageformat", "raw"),
    ])?;
    assert_eq!(answer.status(), "FAIL", "{}", answer.body());
    assert_eq!(answer.message_code(), "authmanager-authn-autocreate-failed");
    assert!(answer.body().contains(reason), "{reason}: {}", answer.body());
    assert_eq!(client.whoami()?, None);
    assert_eq!(setup.world.value("SELECT COUNT(*) FROM user WHERE user_name = 'Maria'")?, "0");
    assert!(setup.links()?.is_empty());
    Ok(())
}

#[test]
fn nobody_gets_an_account_where_nobody_may_make_one() -> Tested {
    let setup = Setup::with_rules(creating, |rules| {
        let rights = &mut rules.settings.rights;
        for right in ["createaccount", "autocreateaccount"] {
            rights.set("*", right, false);
        }
    })?;
    assert_not_made(&setup, "authmanager-autocreate-noperm")?;
    // The right to be given one is enough.
    let setup = Setup::with_rules(creating, |rules| {
        rules.settings.rights.set("*", "createaccount", false);
        rules.settings.rights.set("*", "autocreateaccount", true);
    })?;
    let answer = setup.sign_in(&mut setup.world.visitor(), &maria())?;
    assert_eq!(answer.status(), "PASS", "{}", answer.body());
    Ok(())
}

#[test]
fn nobody_gets_an_account_from_an_address_that_is_kept_from_making_them() -> Tested {
    let setup = Setup::with(creating)?;
    let (world, here) = (&setup.world, std::net::IpAddr::from([127, 0, 0, 1]));
    let block = NewBlock {
        by_name: "Somebody".to_owned(),
        reason: "too many".to_owned(),
        expiry: Some(world.now().plus(600)),
        ..NewBlock::usual(BlockTarget::Address(here), world.now())
    };
    world.run(world.store().blocks.insert(&block, None))?;
    assert_not_made(&setup, "authmanager-autocreate-noperm")?;
    // Who has one comes in, and everybody else when the block is over.
    setup.linked("William", "william-1")?;
    let william = Person::new("william-1", &json!({}));
    assert_eq!(setup.sign_in(&mut setup.world.visitor(), &william)?.status(), "PASS");
    Ok(())
}

#[test]
fn nobody_gets_an_account_on_a_wiki_that_is_only_read() -> Tested {
    let setup = Setup::with_rules(creating, |rules| {
        rules.settings.read_only = Some("moving house".to_owned());
    })?;
    // The API does not even begin; the page for people asks the manager.
    let refused = press(&mut setup.world.visitor(), 0, RETURN, &[])?;
    assert_eq!(refused.error(), "readonly", "{}", refused.body());
    let manager = setup.world.manager()?;
    let mut session = session(&setup, &manager, &setup.world.visitor())?;
    let button = "MediaWiki\\Extension\\PluggableAuth\\BeginAuthenticationRequest";
    let pressed =
        Filled::to(&format!("{button}:pluggableauthlogin0")).pressed("pluggableauthlogin0");
    let answers = [pressed];
    let beginning =
        Beginning { answers: &answers, return_to: Some(RETURN.to_owned()), ..Beginning::default() };
    let begun = setup.world.run(manager.begin(&mut session, beginning))?;
    let AuthenticationResponse::Redirect { target, .. } = begun else { panic!("{begun:?}") };
    let back = fields(&setup.provider.sign_in(&target, &maria())?);
    let answer =
        Filled::to(RESPONSE).with_text("code", &back["code"]).with_text("state", &back["state"]);
    let ended = setup.world.run(manager.resume(&mut session, &[answer]))?;
    let AuthenticationResponse::Fail { message, .. } = &ended else { panic!("{ended:?}") };
    assert_eq!(message.key, "authmanager-authn-autocreate-failed");
    assert!(format!("{message:?}").contains("readonlytext"), "{message:?}");
    assert_eq!(setup.world.value("SELECT COUNT(*) FROM user")?, "0");
    Ok(())
}

#[test]
fn of_several_who_are_called_the_same_one_gets_the_account() -> Tested {
    let setup = Setup::with(creating)?;
    let mut ready = Vec::new();
    for number in 0..6 {
        let person = Person::new(&format!("m-{number}"), &json!({"preferred_username": "Maria"}));
        let mut client = setup.world.visitor();
        let back = fields(&setup.provider.sign_in(&begin(&mut client)?, &person)?);
        let token = client.token("login")?;
        ready.push((client, back, token));
    }
    let together = Barrier::new(ready.len());
    let answers = std::thread::scope(|scope| {
        let threads: Vec<_> = ready
            .into_iter()
            .map(|(mut client, back, token)| {
                let together = &together;
                scope.spawn(move || {
                    together.wait();
                    client.post(&[
                        ("action", "clientlogin"),
                        ("logincontinue", "1"),
                        ("logintoken", &token),
                        ("code", &back["code"]),
                        ("state", &back["state"]),
                    ])
                })
            })
            .collect();
        let answers = threads.into_iter().map(|thread| thread.join().expect("an answer"));
        answers.collect::<Result<Vec<Answer>>>()
    })?;
    let passed = answers.iter().filter(|answer| answer.status() == "PASS").count();
    assert_eq!(passed, 1, "{:?}", answers.iter().map(Answer::body).collect::<Vec<_>>());
    for answer in answers.iter().filter(|answer| answer.status() != "PASS") {
        // Too late to be told that it is somebody else's, or in time.
        let is_refused = answer.status() == "RESTART"
            || answer.message_code() == "authmanager-authn-autocreate-failed";
        assert!(is_refused, "{}", answer.body());
    }
    assert_eq!(setup.world.value("SELECT COUNT(*) FROM user WHERE user_name = 'Maria'")?, "1");
    assert_eq!(setup.links()?.len(), 1);
    Ok(())
}

#[test]
fn an_account_that_was_just_made_is_in_the_groups_that_its_claim_names() -> Tested {
    let setup = Setup::with(|provider| {
        creating(provider);
        let group = |name: &str, value: &str| (name.to_owned(), vec![value.to_owned()]);
        provider.groups = vec![group("editor", "Wiki-Editors"), group("bot", "robots")];
    })?;
    let claims = json!({"preferred_username": "Maria", "groups": ["wiki-editors", "sysop"]});
    let mut client = setup.world.visitor();
    let answer = setup.sign_in(&mut client, &Person::new("maria-1", &claims))?;
    assert_eq!(answer.status(), "PASS", "{}", answer.body());
    let groups = setup.world.sql(
        "SELECT ug_group FROM user_groups JOIN user ON user_id = ug_user \
         WHERE user_name = 'Maria' ORDER BY ug_group",
    )?;
    let groups: Vec<String> = groups.into_iter().flatten().flatten().collect();
    assert_eq!(groups, ["editor"]);
    let info = client.user_info("groups")?;
    let seen = info["groups"].as_array().context("groups")?;
    assert!(seen.contains(&"editor".into()), "from the first request on: {info}");
    Ok(())
}
