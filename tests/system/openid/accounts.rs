//! Which account it is: linked, taken to be the same person's, made, or none.

use super::*;
use crate::Tested;

fn with(claims: &Value) -> Person {
    Person::new("maria-1", claims)
}

#[test]
fn whoever_has_no_account_restarts_and_links_after_a_login() -> Tested {
    let setup = Setup::new()?;
    setup.world.add_account("William", PASSWORD)?;
    let mut client = setup.world.visitor();
    let answer = setup.sign_in(&mut client, &maria())?;
    assert_eq!(answer.status(), "RESTART", "{}", answer.body());
    assert_eq!(answer.message_code(), "authmanager-authn-no-local-user-link");
    assert_eq!(answer.at("/clientlogin/canpreservestate"), true);
    assert_eq!(client.whoami()?, None);
    let asked = client.log_in_with("William", PASSWORD, &[("loginpreservestate", "1")])?;
    assert_eq!((asked.status(), asked.message_code()), ("UI", "authprovider-confirmlink-message"));
    let options = "/clientlogin/requests/0/fields/confirmedLinkIDs/options";
    let shown = asked.at(&format!("{options}/OpenIDConnect:example:maria-1"));
    assert!(shown.is_string(), "{}", asked.body());
    assert!(setup.links()?.is_empty(), "it is asked before it is done");
    let done = client.go_on(&[("confirmedLinkIDs", "OpenIDConnect:example:maria-1")])?;
    assert_eq!(done.status(), "PASS", "{}", done.body());
    assert_eq!(setup.links()?, [("William".to_owned(), "maria-1".to_owned())]);
    let next = setup.sign_in(&mut setup.world.visitor(), &maria())?;
    assert_eq!((next.status(), next.text_at("/clientlogin/username")), ("PASS", "William"));
    Ok(())
}

#[test]
fn nothing_is_linked_that_was_not_confirmed() -> Tested {
    let setup = Setup::new()?;
    setup.world.add_account("William", PASSWORD)?;
    let mut client = setup.world.visitor();
    setup.sign_in(&mut client, &maria())?;
    client.log_in_with("William", PASSWORD, &[("loginpreservestate", "1")])?;
    assert_eq!(client.go_on(&[])?.status(), "PASS");
    assert!(setup.links()?.is_empty());
    // And without the wish to go on from it nothing is asked.
    let mut client = setup.world.visitor();
    setup.sign_in(&mut client, &maria())?;
    assert_eq!(client.log_in("William", PASSWORD)?.status(), "PASS");
    assert!(setup.links()?.is_empty());
    Ok(())
}

#[test]
fn a_subject_with_a_bar_in_it_is_linked_like_any_other() -> Tested {
    let setup = Setup::new()?;
    setup.world.add_account("William", PASSWORD)?;
    let person = Person::new("auth0|7%", &json!({}));
    let mut client = setup.world.visitor();
    setup.sign_in(&mut client, &person)?;
    client.log_in_with("William", PASSWORD, &[("loginpreservestate", "1")])?;
    let done = client.go_on(&[("confirmedLinkIDs", "OpenIDConnect:example:auth0%7C7%25")])?;
    assert_eq!(done.status(), "PASS", "{}", done.body());
    assert_eq!(setup.links()?, [("William".to_owned(), "auth0|7%".to_owned())]);
    Ok(())
}

#[test]
fn subject_and_issuer_count_and_nothing_else() -> Tested {
    let other = TestProvider::start()?;
    let second = other.settings("second");
    let setup = Setup::with_rules(|_| {}, |rules| rules.settings.openid.providers.push(second))?;
    setup.linked("Maria", "maria-1")?;
    // Another subject of the same name and address, and the same subject of another issuer.
    let twin = Person::new("maria-2", &json!({"preferred_username": "Maria"}));
    assert_eq!(setup.sign_in(&mut setup.world.visitor(), &twin)?.status(), "RESTART");
    let mut client = setup.world.visitor();
    let answer = press(&mut client, 1, RETURN, &[])?;
    let target = answer.text_at("/clientlogin/redirecttarget");
    let back = fields(&other.sign_in(target, &maria())?);
    let answer = client.go_on(&[("code", &back["code"]), ("state", &back["state"])])?;
    assert_eq!(answer.status(), "RESTART", "{}", answer.body());
    Ok(())
}

#[test]
fn an_account_is_made_where_that_is_allowed_and_the_name_is_free() -> Tested {
    let claims = json!({"preferred_username": "maria", "name": "Maria M.", "email": "m@example.org",
        "email_verified": true});
    let setup = Setup::with(|provider| provider.creates_accounts = true)?;
    let answer = setup.sign_in(&mut setup.world.visitor(), &with(&claims))?;
    assert_eq!((answer.status(), answer.text_at("/clientlogin/username")), ("PASS", "Maria"));
    assert_eq!(setup.links()?, [("Maria".to_owned(), "maria-1".to_owned())]);
    let row = setup.world.sql(
        "SELECT user_real_name, user_email, user_email_authenticated IS NOT NULL, user_password \
         FROM user WHERE user_name = 'Maria'",
    )?;
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(row[0], [text("Maria M."), text("m@example.org"), text("1"), text("")]);
    let logged = setup.world.value("SELECT log_action FROM logging WHERE log_type = 'newusers'")?;
    assert_eq!(logged, "autocreate");
    assert_eq!(setup.sign_in(&mut setup.world.visitor(), &with(&claims))?.status(), "PASS");
    // An address that nobody made sure of is noted as such.
    let careless = json!({"preferred_username": "Nora", "email": "n@example.org"});
    let nora = Person::new("nora", &careless);
    assert_eq!(setup.sign_in(&mut setup.world.visitor(), &nora)?.status(), "PASS");
    let sql = "SELECT user_email_authenticated FROM user WHERE user_name = 'Nora'";
    assert_eq!(setup.world.value(sql)?, "");
    Ok(())
}

#[test]
fn no_account_is_made_whose_link_cannot_be_written() -> Tested {
    let setup = Setup::with(|provider| provider.creates_accounts = true)?;
    setup.world.sql(
        "CREATE TRIGGER nothing_more BEFORE INSERT ON openid_connect \
         BEGIN SELECT RAISE(ABORT, 'no more'); END",
    )?;
    let mut client = setup.world.visitor();
    assert_ne!(setup.sign_in(&mut client, &maria())?.status(), "PASS");
    assert_eq!(client.whoami()?, None);
    assert_eq!(setup.world.value("SELECT COUNT(*) FROM user WHERE user_name = 'Maria'")?, "0");
    setup.world.sql("DROP TRIGGER nothing_more")?;
    assert_eq!(setup.sign_in(&mut client, &maria())?.status(), "PASS");
    Ok(())
}

#[test]
fn accounts_are_made_only_where_the_operator_says_so() -> Tested {
    let setup = Setup::new()?;
    assert_eq!(setup.sign_in(&mut setup.world.visitor(), &maria())?.status(), "RESTART");
    assert_eq!(setup.world.value("SELECT COUNT(*) FROM user")?, "0");
    Ok(())
}

#[test]
fn an_account_that_is_there_is_never_taken_over_by_its_name() -> Tested {
    let setup = Setup::with(|provider| provider.creates_accounts = true)?;
    setup.world.add_account("Maria", PASSWORD)?;
    let mut client = setup.world.visitor();
    assert_eq!(setup.sign_in(&mut client, &maria())?.status(), "RESTART");
    assert_eq!(client.whoami()?, None);
    assert!(setup.links()?.is_empty());
    Ok(())
}

#[test]
fn a_name_that_cannot_be_or_a_claim_that_is_not_there_restarts() -> Tested {
    let setup = Setup::with(|provider| provider.creates_accounts = true)?;
    for claims in [json!({}), json!({"preferred_username": "a|b"})] {
        let answer = setup.sign_in(&mut setup.world.visitor(), &with(&claims))?;
        assert_eq!(answer.status(), "RESTART", "{claims}");
    }
    Ok(())
}

#[test]
fn the_name_may_be_in_another_claim_and_in_the_userinfo() -> Tested {
    let setup = Setup::with(|provider| {
        provider.creates_accounts = true;
        provider.name_claim = "nick".to_owned();
    })?;
    let mut person = maria();
    person.userinfo.extend(object(&json!({"nick": "Mitzi"})));
    let answer = setup.sign_in(&mut setup.world.visitor(), &person)?;
    assert_eq!(answer.text_at("/clientlogin/username"), "Mitzi", "{}", answer.body());
    Ok(())
}

fn william(setup: &Setup) -> Result<u64> {
    setup.world.add_account_with("William", PASSWORD, |account| {
        account.email = "w@example.org".to_owned();
        account.email_authenticated = Some(setup.world.now());
    })
}

#[test]
fn an_account_with_the_same_confirmed_address_is_linked_once_its_password_confirms_it() -> Tested {
    let setup = Setup::with(|provider| {
        provider.creates_accounts = true;
        provider.maps_by_email = true;
    })?;
    william(&setup)?;
    setup.world.add_account("Other", PASSWORD)?;
    let person =
        with(&json!({"preferred_username": "W", "email": "w@example.org", "email_verified": true}));
    for (name, linked) in [("Other", false), ("William", true)] {
        let mut client = setup.world.visitor();
        assert_eq!(setup.sign_in(&mut client, &person)?.status(), "RESTART", "no second account");
        assert_eq!(client.whoami()?, None, "the address alone lets nobody in");
        client.log_in_with(name, PASSWORD, &[("loginpreservestate", "1")])?;
        client.go_on(&[("confirmedLinkIDs", "OpenIDConnect:example:maria-1")])?;
        assert_eq!(!setup.links()?.is_empty(), linked, "{name}");
    }
    assert_eq!(setup.sign_in(&mut setup.world.visitor(), &person)?.status(), "PASS");
    Ok(())
}

#[test]
fn an_address_that_is_not_verified_or_mapping_that_is_off_finds_nobody() -> Tested {
    for (maps, verified) in [(true, false), (false, true)] {
        let setup = Setup::with(|provider| {
            provider.creates_accounts = true;
            provider.maps_by_email = maps;
        })?;
        william(&setup)?;
        let person = with(&json!({"preferred_username": "Wil", "email": "w@example.org",
            "email_verified": verified}));
        let answer = setup.sign_in(&mut setup.world.visitor(), &person)?;
        assert_eq!(answer.text_at("/clientlogin/username"), "Wil", "{}", answer.body());
    }
    Ok(())
}

#[test]
fn accounts_in_privileged_groups_are_never_found_by_address_or_name() -> Tested {
    let setup = Setup::with(|provider| {
        provider.creates_accounts = true;
        provider.maps_by_email = true;
        provider.maps_by_name = true;
    })?;
    let id = william(&setup)?;
    setup.world.run(setup.world.store().accounts.add_group(id, "sysop", None, None))?;
    let person = with(
        &json!({"preferred_username": "Wil", "email": "w@example.org", "email_verified": true}),
    );
    // It is as if nobody had the address.
    let answer = setup.sign_in(&mut setup.world.visitor(), &person)?;
    assert_eq!(answer.text_at("/clientlogin/username"), "Wil", "{}", answer.body());
    let named = Person::new("x", &json!({"preferred_username": "William"}));
    let mut client = setup.world.visitor();
    assert_eq!(setup.sign_in(&mut client, &named)?.status(), "RESTART");
    assert_eq!(client.whoami()?, None);
    Ok(())
}

#[test]
fn configured_groups_follow_the_claim_and_no_others_do() -> Tested {
    let setup = Setup::with(|provider| {
        let group = |name: &str, value: &str| (name.to_owned(), vec![value.to_owned()]);
        provider.groups = vec![group("editor", "Wiki-Editors"), group("bot", "robots")];
    })?;
    let id = setup.linked("William", "maria-1")?;
    let store = setup.world.store();
    for group in ["bot", "patroller"] {
        setup.world.run(store.accounts.add_group(id, group, None, None))?;
    }
    let groups = || -> Result<Vec<String>> {
        let rows = setup.world.sql("SELECT ug_group FROM user_groups ORDER BY ug_group")?;
        Ok(rows.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect())
    };
    let claims = json!({"groups": ["wiki-editors", "sysop", "bureaucrat"]});
    assert_eq!(setup.sign_in(&mut setup.world.visitor(), &with(&claims))?.status(), "PASS");
    assert_eq!(groups()?, ["editor", "patroller"]);
    assert_eq!(setup.sign_in(&mut setup.world.visitor(), &with(&json!({})))?.status(), "PASS");
    assert_eq!(groups()?, ["patroller"]);
    Ok(())
}
