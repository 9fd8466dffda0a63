//! Linking and unlinking, and a new account after a RESTART: at the manager, which all modules
//! speak to.

use daemun_auth::creation::CredentialChange;
use daemun_auth::manager::Beginning;
use daemun_auth::manager::credentials::ChangeOutcome;
use daemun_auth::providers::openid_connect::RESPONSE;
use daemun_auth::request::{Answer as Filled, AuthAction};
use daemun_auth::response::AuthenticationResponse;

use super::*;
use crate::{Tested, forms};

const BUTTON: &str =
    "MediaWiki\\Extension\\PluggableAuth\\BeginAuthenticationRequest:pluggableauthlogin0";

fn pressed() -> Vec<Filled> {
    vec![Filled::to(BUTTON).pressed("pluggableauthlogin0")]
}

fn beginning(answers: &[Filled]) -> Beginning<'_> {
    Beginning { answers, return_to: Some(RETURN.to_owned()), ..Beginning::default() }
}

/// Links the visitor's account to whoever signs in at the provider.
fn link(setup: &Setup, visitor: &Visitor, person: &Person) -> Result<AuthenticationResponse> {
    let manager = setup.world.manager()?;
    let mut session = session(setup, &manager, visitor)?;
    let answers = pressed();
    let begun = setup.world.run(manager.begin_linking(&mut session, beginning(&answers)))?;
    let AuthenticationResponse::Redirect { target, .. } = begun else {
        anyhow::bail!("{begun:?}");
    };
    let back = fields(&setup.provider.sign_in(&target, person)?);
    let answer =
        Filled::to(RESPONSE).with_text("code", &back["code"]).with_text("state", &back["state"]);
    Ok(setup.world.run(manager.resume_linking(&mut session, &[answer]))?)
}

fn signed_in(setup: &Setup, name: &str) -> Result<Visitor> {
    let mut visitor = setup.world.visitor();
    let answer = visitor.log_in(name, PASSWORD)?;
    anyhow::ensure!(answer.status() == "PASS", "{}", answer.body());
    Ok(visitor)
}

#[test]
fn whoever_is_in_links_and_unlinks() -> Tested {
    let setup = Setup::new()?;
    setup.world.add_account("William", PASSWORD)?;
    let visitor = signed_in(&setup, "William")?;
    let linked = link(&setup, &visitor, &maria())?;
    assert_eq!(linked.status(), "PASS", "{linked:?}");
    assert_eq!(setup.links()?, [("William".to_owned(), "maria-1".to_owned())]);
    let manager = setup.world.manager()?;
    let mut session = session(&setup, &manager, &visitor)?;
    let id = "OpenIDConnect:example:maria-1";
    for action in [AuthAction::Unlink, AuthAction::Remove] {
        let offered = setup.world.run(manager.requests(&mut session, action, false))?;
        let request = offered.iter().find(|request| request.id == id).unwrap();
        assert!(request.fields.is_empty());
    }
    let account = session.user().account().unwrap().clone();
    let change = |id| CredentialChange { action: AuthAction::Unlink, id, answer: None };
    let none = setup.world.run(manager.change_credentials(&account, change("nosuch")))?;
    assert_eq!(none, ChangeOutcome::NobodysBusiness);
    let done = setup.world.run(manager.change_credentials(&account, change(id)))?;
    assert_eq!(done, ChangeOutcome::Done);
    assert!(setup.links()?.is_empty());
    let again = setup.sign_in(&mut setup.world.visitor(), &maria())?;
    assert_eq!(again.status(), "RESTART", "{}", again.body());
    Ok(())
}

#[test]
fn nobody_links_what_belongs_to_another_or_a_second_one() -> Tested {
    let setup = Setup::new()?;
    setup.linked("Other", "maria-1")?;
    setup.world.add_account("William", PASSWORD)?;
    let visitor = signed_in(&setup, "William")?;
    let code = |response: &AuthenticationResponse| match response {
        AuthenticationResponse::Fail { message, .. } => message.key.to_string(),
        other => format!("{other:?}"),
    };
    let taken = link(&setup, &visitor, &maria())?;
    assert_eq!(code(&taken), "daemun-openid-linked-elsewhere");
    assert_eq!(link(&setup, &visitor, &Person::new("mine", &json!({})))?.status(), "PASS");
    let second = link(&setup, &visitor, &Person::new("mine-too", &json!({})))?;
    assert_eq!(code(&second), "daemun-openid-has-link");
    assert_eq!(setup.links()?.len(), 2);
    Ok(())
}

/// Begins to link the visitor's account over the API, and signs Maria in at the provider: where
/// her browser goes next.
fn linking(setup: &Setup, visitor: &mut Visitor) -> Result<url::Url> {
    let token = visitor.token("csrf")?;
    let begun = visitor.post(&[
        ("action", "linkaccount"),
        ("linkreturnurl", RETURN),
        ("linktoken", &token),
        ("pluggableauthlogin0", "1"),
    ])?;
    setup.provider.sign_in(begun.text_at("/linkaccount/redirecttarget"), &maria())
}

#[test]
fn linking_is_asked_about_in_every_browser_and_for_trusted_hosts_too() -> Tested {
    let trusting = |provider: &mut OpenIdProvider| {
        provider.return_hosts = vec!["app.example".to_owned()];
    };
    for (is_own, is_trusted) in [(true, false), (false, true), (true, true), (false, false)] {
        let setup = Setup::with(|provider| {
            if is_trusted {
                trusting(provider);
            }
        })?;
        setup.world.add_account("William", PASSWORD)?;
        let mut client = signed_in(&setup, "William")?;
        let back = linking(&setup, &mut client)?;
        let mut browser = if is_own { client.clone() } else { setup.world.visitor() };
        let page = open(&mut browser, &back)?;
        let case = format!("own {is_own}, trusted {is_trusted}");
        assert_eq!((page.reply.status, page.header("location")), (200, None), "{case}");
        assert!(page.body().contains("William") && page.body().contains("app.example"), "{case}");
        let on = submit(&mut browser, &page)?;
        let location = url::Url::parse(&on.header("location").expect("sent on"))?;
        assert!(location.as_str().starts_with(RETURN), "{case}: {location}");
        let told = fields(&location);
        let token = client.token("csrf")?;
        let done = client.post(&[
            ("action", "linkaccount"),
            ("linkcontinue", "1"),
            ("linktoken", &token),
            ("code", &told["code"]),
            ("state", &told["state"]),
        ])?;
        assert_eq!(done.text_at("/linkaccount/status"), "PASS", "{case}: {}", done.body());
    }
    Ok(())
}

#[test]
fn a_code_counts_as_brought_back_for_a_link_only_after_a_yes() -> Tested {
    let setup = Setup::new()?;
    setup.world.add_account("William", PASSWORD)?;
    let mut client = signed_in(&setup, "William")?;
    let back = linking(&setup, &mut client)?;
    let page = open(&mut client, &back)?;
    let token = client.token("csrf")?;
    let go_on = [("action", "linkaccount"), ("linkcontinue", "1"), ("linktoken", &token)];
    let early = client.post(&go_on)?;
    assert_eq!(early.text_at("/linkaccount/status"), "REDIRECT", "{}", early.body());
    assert!(setup.links()?.is_empty());
    submit(&mut client, &page)?;
    let done = client.post(&go_on)?;
    assert_eq!(done.text_at("/linkaccount/status"), "PASS", "{}", done.body());
    Ok(())
}

#[test]
fn the_page_names_the_account_that_something_would_be_linked_to() -> Tested {
    let setup = Setup::new()?;
    setup.world.add_account("William", PASSWORD)?;
    let visitor = signed_in(&setup, "William")?;
    let manager = setup.world.manager()?;
    let mut session = session(&setup, &manager, &visitor)?;
    let answers = pressed();
    let begun = setup.world.run(manager.begin_linking(&mut session, beginning(&answers)))?;
    let AuthenticationResponse::Redirect { target, .. } = begun else { panic!("{begun:?}") };
    let back = setup.provider.sign_in(&target, &maria())?;
    let page = open(&mut setup.world.visitor(), &back)?;
    assert!(page.body().contains("William") && page.body().contains("app.example"));
    assert_eq!(page.header("location"), None);
    Ok(())
}

#[test]
fn a_new_account_is_linked_to_who_restarted() -> Tested {
    let setup = Setup::new()?;
    let mut client = setup.world.visitor();
    let answer = setup.sign_in(&mut client, &maria())?;
    assert_eq!(answer.status(), "RESTART", "{}", answer.body());
    let manager = setup.world.manager()?;
    let mut session = session(&setup, &manager, &client)?;
    let name = "MediaWiki\\Auth\\UsernameAuthenticationRequest";
    let answers = [Filled::to(name).with_text("username", "Maria")];
    let beginning = Beginning { preserve: true, ..beginning(&answers) };
    let made = setup.world.run(manager.begin_account_creation(&mut session, beginning, None))?;
    assert_eq!(made.status(), "PASS", "{made:?}");
    assert_eq!(setup.links()?, [("Maria".to_owned(), "maria-1".to_owned())]);
    let next = setup.sign_in(&mut setup.world.visitor(), &maria())?;
    assert_eq!(next.text_at("/clientlogin/username"), "Maria", "{}", next.body());
    Ok(())
}

#[test]
fn a_new_account_is_linked_over_the_api() -> Tested {
    let setup = Setup::new()?;
    let mut client = setup.world.visitor();
    assert_eq!(setup.sign_in(&mut client, &maria())?.status(), "RESTART");
    let token = client.token("createaccount")?;
    let made = client.post(&[
        ("action", "createaccount"),
        ("createreturnurl", RETURN),
        ("createtoken", &token),
        ("createpreservestate", "1"),
        ("username", "Maria"),
    ])?;
    assert_eq!(made.text_at("/createaccount/status"), "PASS", "{}", made.body());
    assert_eq!(setup.links()?, [("Maria".to_owned(), "maria-1".to_owned())]);
    Ok(())
}

#[test]
fn whoever_came_from_a_provider_makes_an_account_by_the_page_without_a_password() -> Tested {
    let setup = Setup::new()?;
    let mut browser = setup.world.visitor();
    let path = "/w/index.php?title=Special:CreateAccount";
    let before = forms::open(&mut browser, path)?;
    assert!(before.body().contains("wpPassword"), "{}", before.body());
    assert_eq!(setup.sign_in(&mut browser, &maria())?.status(), "RESTART");
    let page = forms::open(&mut browser, path)?;
    assert!(page.body().contains("OpenID Connect at"), "{}", page.body());
    assert!(!page.body().contains("wpPassword"), "{}", page.body());
    let fields = [("wpName", "Maria"), ("email", ""), ("realname", "")];
    let made = forms::fill_in(&mut browser, &page, &fields)?;
    assert_eq!(made.reply.status, 302, "{}", made.body());
    assert_eq!(browser.whoami()?.as_deref(), Some("Maria"));
    assert_eq!(setup.links()?, [("Maria".to_owned(), "maria-1".to_owned())]);
    Ok(())
}

#[test]
fn whoever_is_in_links_and_unlinks_over_the_api() -> Tested {
    let setup = Setup::new()?;
    setup.world.add_account("William", PASSWORD)?;
    let mut visitor = signed_in(&setup, "William")?;
    let token = visitor.token("csrf")?;
    let begun = visitor.post(&[
        ("action", "linkaccount"),
        ("linkreturnurl", RETURN),
        ("linktoken", &token),
        ("pluggableauthlogin0", "1"),
    ])?;
    let target = begun.text_at("/linkaccount/redirecttarget");
    let back = fields(&setup.provider.sign_in(target, &maria())?);
    let done = visitor.post(&[
        ("action", "linkaccount"),
        ("linkcontinue", "1"),
        ("linktoken", &token),
        ("code", &back["code"]),
        ("state", &back["state"]),
    ])?;
    assert_eq!(done.text_at("/linkaccount/status"), "PASS", "{}", done.body());
    assert_eq!(setup.links()?.len(), 1);
    let gone = visitor.post(&[
        ("action", "unlinkaccount"),
        ("request", "OpenIDConnect:example:maria-1"),
        ("token", &token),
    ])?;
    assert_eq!(gone.text_at("/unlinkaccount/status"), "success", "{}", gone.body());
    assert!(setup.links()?.is_empty());
    Ok(())
}
