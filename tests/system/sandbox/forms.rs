//! Forms come from the declarations.

use daemun_action_api::main_module::MAIN;
use daemun_action_api::module::{Group, Module};
use daemun_action_api::modules;
use daemun_auth::second_factor;
use daemun_testkit::world::World;

use super::{between, open, request, submit, unescaped};
use crate::Tested;

/// Every module there is.
fn all() -> impl Iterator<Item = &'static Module> {
    let groups = [Group::Action, Group::Format, Group::Meta, Group::List, Group::Prop];
    groups.into_iter().flat_map(modules::of_group).copied().chain([&MAIN])
}

#[test]
fn every_module_has_a_form_with_all_of_its_parameters_in_both_languages() -> Tested {
    let world = World::with(|rules| rules.settings.second_factor.enabled = true)?;
    let mut visitor = world.visitor();
    for (language, required) in [("en", "required"), ("ko", "필수")] {
        for module in all() {
            let path = module.path();
            let answer = open(&mut visitor, &[("module", &path), ("uselang", language)])?;
            let page = answer.body();
            assert_eq!(answer.reply.status, 200, "{path}: {page}");
            assert!(page.contains(&format!("lang=\"{language}\"")), "{path}: {page}");
            for param in module.all_params() {
                let name = format!("{}{}", module.prefix, param.name);
                let id = format!(" id=\"p-{name}\"");
                let field = page.split(&id).nth(1);
                let field = field.unwrap_or_else(|| panic!("{path} without {name}: {page}"));
                assert!(page.matches(&id).count() == 1, "{path}: {name} twice");
                if param.required {
                    let before = page.split(&id).next().expect("before it");
                    let label = before.rsplit("<label").next().expect("its label");
                    assert!(label.contains(required), "{path} {name}: {label}{field}");
                }
            }
            // With its style sheet and its script no page is heavier than 60 kB.
            let size = answer.reply.body.len();
            assert!(size <= 37_000, "{path} in {language}: {size} bytes");
        }
    }
    Ok(())
}

#[test]
fn a_form_of_everything_at_once_stays_within_bounds() -> Tested {
    let world = World::new()?;
    let all = "action=query&meta=authmanagerinfo|siteinfo|tokens|userinfo&list=allusers|users";
    let page = submit(&mut world.visitor(), &[("request", all)])?;
    for name in ["amirequestsfor", "siprop", "uiprop", "aurights", "ususers"] {
        assert!(page.body().contains(&format!(" id=\"p-{name}\"")), "{name}");
    }
    Ok(())
}

#[test]
fn every_example_of_the_help_opens_as_it_is_written() -> Tested {
    let world = World::with(|rules| rules.settings.second_factor.enabled = true)?;
    let mut visitor = world.visitor();
    let help = visitor.get(&[("action", "help"), ("recursivesubmodules", "1")])?.body();
    let links: Vec<&str> = help
        .split("Special:ApiSandbox#")
        .skip(1)
        .map(|rest| rest.split('"').next().expect("its end"))
        .collect();
    let examples: usize = all().map(|module| module.examples.len()).sum();
    assert_eq!(links.len(), examples, "every example has a link");
    for link in links {
        let fragment = unescaped(link);
        let page = submit(&mut visitor, &[("request", &fragment), ("live", "1")])?.body();
        let shown = request(&page);
        for (name, value) in url::form_urlencoded::parse(fragment.as_bytes()) {
            let pair = (name.into_owned(), value.into_owned());
            assert!(shown.contains(&pair), "{fragment}: no {pair:?} in {shown:?}");
        }
        let known: Vec<&str> = shown.iter().map(|(name, _)| name.as_str()).collect();
        let others = between(&page, "<legend>Other parameters</legend>", "</fieldset>");
        let is_field = |name: &str| others.is_some_and(|html| html.contains(name));
        assert!(!known.iter().any(|name| *name == "meta" && is_field(name)), "{fragment}");
    }
    Ok(())
}

#[test]
fn what_is_chosen_in_a_form_is_what_the_request_says() -> Tested {
    let world = World::new()?;
    let filled = [
        ("p-action", "query"),
        ("p-format", "json"),
        ("p-meta|1", "siteinfo"),
        ("p-meta|3", "userinfo"),
        ("p-siprop|0", "general"),
        ("p-uiprop|2", "groups"),
        ("p-uiprop|3", "rights"),
        ("p-titles", "A <b>&\"c\""),
        ("p-curtimestamp", "1"),
        ("p-more", "than is known"),
    ];
    let page = submit(&mut world.visitor(), &filled)?.body();
    let shown = request(&page);
    for (name, value) in [
        ("action", "query"),
        ("meta", "siteinfo|userinfo"),
        ("siprop", "general"),
        ("uiprop", "groups|rights"),
        ("titles", "A <b>&\"c\""),
        ("curtimestamp", "1"),
        ("more", "than is known"),
    ] {
        assert!(shown.contains(&(name.to_owned(), value.to_owned())), "{name} in {shown:?}");
    }
    assert!(!page.contains("A <b>"), "what was typed is no markup");
    Ok(())
}

#[test]
fn a_form_of_a_dialogue_has_the_fields_that_are_asked_for_now() -> Tested {
    let world = World::with(|rules| rules.settings.second_factor.enabled = true)?;
    let mut visitor = world.visitor();
    let page = open(&mut visitor, &[("module", "clientlogin")])?.body();
    for name in ["username", "rememberMe"] {
        assert!(page.contains(&format!(" name=\"p-{name}\"")), "{name}: {page}");
    }
    // A secret is a field of the form that asks the API, not of the page's.
    let password = page.split("<input").find(|tag| tag.contains(" name=\"password\""));
    let password = password.expect("a password");
    assert!(password.contains("type=\"password\"") && password.contains("form=\"sandbox-run\""));
    let back = format!(
        "{}/w/index.php?title=Special:ApiSandbox&module=clientlogin&step=continue",
        world.origin()
    );
    assert!(request(&page).contains(&("loginreturnurl".to_owned(), back)), "{page}");
    let lost = open(&mut visitor, &[("module", "clientlogin"), ("step", "continue")])?.body();
    assert!(!lost.contains(" name=\"password\""), "no dialogue is under way: {lost}");
    assert!(lost.contains("Nothing is asked of you"), "{lost}");
    Ok(())
}

#[test]
fn the_token_comes_by_a_button_and_is_the_sessions() -> Tested {
    let world = World::new()?;
    world.add_account("Alice", "right horse 1")?;
    let mut visitor = world.visitor();
    let filled = [("p-action", "clientlogin"), ("p-format", "json"), ("get-token", "1")];
    let page = submit(&mut visitor, &filled)?.body();
    let token = request(&page).into_iter().find(|(name, _)| name == "logintoken");
    let (_, token) = token.expect("a token");
    let answer = visitor.log_in_by_token(&token, "Alice", "right horse 1", &[])?;
    assert_eq!(answer.status(), "PASS", "{}", answer.body());
    Ok(())
}

#[test]
fn a_login_with_a_second_factor_goes_on_in_the_form_of_the_next_step() -> Tested {
    let world = World::new()?;
    let id = world.add_account("Alice", "right horse 1")?;
    let account = world.run(world.store().accounts.by_id(id, world.now()))?.expect("an account");
    world.run(second_factor::enrol(&world.environment, &account))?;
    let mut visitor = world.visitor();
    let answer = visitor.log_in("Alice", "right horse 1")?;
    assert_eq!(answer.status(), "UI", "{}", answer.body());
    let begun = [
        ("p-action", "clientlogin"),
        ("p-format", "json"),
        ("p-username", "Alice"),
        ("p-loginreturnurl", "http://localhost/"),
        ("after", "UI"),
        ("live", "1"),
    ];
    let page = submit(&mut visitor, &begun)?.body();
    assert!(page.contains("UI: the dialogue goes on"), "{page}");
    let shown = request(&page);
    assert!(shown.contains(&("logincontinue".to_owned(), "1".to_owned())), "{shown:?}");
    let names: Vec<&str> = shown.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.contains(&"OATHToken") && !names.contains(&"loginreturnurl"), "{names:?}");
    assert!(!names.contains(&"username"), "what was answered is gone: {names:?}");
    let token = shown.iter().find(|(name, _)| name == "logintoken").expect("a token");
    assert!(token.1.len() > 40, "the token is there for the next step: {token:?}");
    let after = submit(&mut visitor, &[("p-action", "clientlogin"), ("after", "FAIL")])?.body();
    assert!(after.contains(" name=\"p-username\"") && after.contains("FAIL:"), "{after}");
    Ok(())
}

#[test]
fn a_secret_in_an_address_is_not_taken_and_is_warned_of() -> Tested {
    let world = World::new()?;
    let mut visitor = world.visitor();
    let example = "action=login&lgname=user&lgpassword=Tr0ub4dor&lgtoken=123ABC";
    let page = open(&mut visitor, &[("request", example)])?.body();
    assert!(page.contains("There was a secret in the address"), "{page}");
    let main = between(&page, "<main", "</main>").expect("a main part");
    assert!(!main.contains("Tr0ub4dor") && !main.contains("123ABC"), "{main}");
    let harmless = "action=query&meta=siteinfo&siinlanguagecode=ko";
    let page = open(&mut visitor, &[("request", harmless)])?.body();
    assert!(!page.contains("There was a secret in the address"), "{page}");
    Ok(())
}
