//! What the API says about itself: help for people, `paraminfo` for programs, results in a page.

use std::collections::BTreeSet;

use daemun_action_api::main_module::MAIN;
use daemun_action_api::modules::{Absent, by_path, submodules};
use daemun_testkit::visitor::{Answer, Params};
use daemun_testkit::world::World;
use serde_json::Value;

use crate::Tested;

/// The page that a browser gets.
fn page(params: Params<'_>) -> anyhow::Result<Answer> {
    let world = World::new()?;
    world.visitor().send("GET", params, None, &[])
}

/// The values of an attribute, in the order in which they come.
fn attributes<'h>(html: &'h str, name: &str) -> Vec<&'h str> {
    let mark = format!(" {name}=\"");
    let marks = html.split(mark.as_str()).skip(1);
    marks.filter_map(|rest| rest.split_once('"')).map(|(value, _)| value).collect()
}

/// The paths of all modules that there are.
fn all_paths() -> Vec<String> {
    let actions = submodules(&MAIN, Absent::default());
    let parts = submodules(by_path("query").expect("query"), Absent::default());
    actions.iter().chain(&parts).map(|module| module.path()).collect()
}

#[test]
fn help_has_mediawikis_elements_in_mediawikis_order() -> Tested {
    let answer = page(&[("action", "help"), ("modules", "clientlogin")])?;
    let html = answer.body();
    let mut rest = html.as_str();
    for mark in [
        "<h1 id=\"firstHeading\">",
        "<h2 class=\"apihelp-header apihelp-module-name\" dir=\"ltr\" lang=\"en\" id=\"clientlogin\">\
         action=clientlogin (login)</h2>",
        "<div class=\"apihelp-linktrail\">",
        "<b dir=\"ltr\" lang=\"en\">clientlogin</b>",
        "apihelp-block apihelp-flags",
        "apihelp-flag-writerights",
        "apihelp-flag-mustbeposted",
        "<span class=\"apihelp-source\">Source: daemun</span>",
        "MIT OR Apache-2.0",
        "<ol><li>",
        "apihelp-block apihelp-help-urls",
        "apihelp-block apihelp-parameters",
        "<dt><span dir=\"ltr\" lang=\"en\">loginrequests</span></dt><dd class=\"description\"><p>",
        "<dd class=\"info\">",
        "<dt>*</dt><dd class=\"description\">",
        "apihelp-block apihelp-examples",
        "api.php?action=clientlogin&amp;username=Example",
        "Special:ApiSandbox#action=clientlogin&amp;",
    ] {
        let (_, after) = rest.split_once(mark).unwrap_or_else(|| panic!("{mark} after: {rest}"));
        rest = after;
    }
    assert!(!html.contains("⧼"), "a text is missing: {html}");
    Ok(())
}

#[test]
fn help_of_everything_has_every_module_once_and_no_link_leads_nowhere() -> Tested {
    for language in ["en", "ko"] {
        let answer = page(&[
            ("action", "help"),
            ("recursivesubmodules", "1"),
            ("toc", "1"),
            ("uselang", language),
        ])?;
        let html = answer.body();
        let ids = attributes(&html, "id");
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "an id comes twice");
        for path in all_paths() {
            assert!(unique.contains(path.as_str()), "{path}");
            assert!(html.contains(&format!("<a href=\"#{path}\"><span class=\"tocnumber\">")));
        }
        for place in attributes(&html, "href").iter().filter_map(|href| href.strip_prefix('#')) {
            assert!(unique.contains(place), "{place}");
        }
        assert!(!html.contains("⧼") && !html.contains("$1"), "{language}");
    }
    Ok(())
}

#[test]
fn help_is_in_the_language_that_was_asked_for() -> Tested {
    let answer = page(&[("action", "help"), ("modules", "login"), ("uselang", "ko")])?;
    let html = answer.body();
    assert!(html.contains("<html class=\"client-nojs\" lang=\"ko\" dir=\"ltr\">"));
    assert!(html.contains("도움말"), "{html}");
    for paragraph in html.split("<p>").skip(1) {
        let (text, _) = paragraph.split_once("</p>").expect("its end");
        assert!(text.chars().any(|c| ('가'..='힣').contains(&c)), "{text}");
    }
    Ok(())
}

#[test]
fn help_links_to_what_is_on_the_page_or_to_the_script() -> Tested {
    let answer = page(&[("action", "help"), ("modules", "login|clientlogin")])?;
    let html = answer.body();
    assert!(html.contains("<a href=\"#clientlogin\">"), "{html}");
    assert!(html.contains("<a href=\"/w/api.php?action=help&amp;modules=query%2Btokens\">"));
    Ok(())
}

#[test]
fn warnings_stand_above_a_page_of_help_in_a_comment_that_they_cannot_end() -> Tested {
    let evil = "--><script>alert(1)</script>";
    let answer =
        page(&[("action", "help"), ("maxage", "-5"), ("titles[]", evil), ("uselang", "ko")])?;
    let html = answer.body();
    let (comment, rest) = html.split_once("\n-->\n").expect("a comment");
    assert!(comment.starts_with("<!-- API warnings and errors:\n{"), "{comment}");
    assert!(comment.contains("maxage"), "{comment}");
    assert!(rest.starts_with("<!DOCTYPE html>"), "{rest}");
    assert!(!html.contains("<script"), "{html}");
    Ok(())
}

#[test]
fn help_of_a_module_that_does_not_exist_is_an_error() -> Tested {
    for (path, key, params) in [
        ("nosuch", "badsubmodule", ["main", "nosuch"].as_slice()),
        ("query+nosuch", "badsubmodule", &["query", "nosuch"]),
        ("login+tokens", "nosubmodules", &["login"]),
        ("query+tokens+x", "nosubmodules", &["query+tokens"]),
    ] {
        let world = World::new()?;
        let mut visitor = world.visitor();
        let answer = visitor.get(&[
            ("action", "help"),
            ("modules", path),
            ("wrap", "1"),
            ("errorformat", "raw"),
        ])?;
        assert_eq!(answer.text_at("/errors/0/code"), "badmodule", "{path}");
        assert_eq!(answer.text_at("/errors/0/key"), format!("apierror-badmodule-{key}"));
        assert_eq!(answer.at("/errors/0/params"), &serde_json::json!(params), "{path}");
    }
    Ok(())
}

#[test]
fn paraminfo_describes_every_module_in_every_helpformat() -> Tested {
    let world = World::new()?;
    let mut visitor = world.visitor();
    for format in ["none", "html", "wikitext", "raw"] {
        for language in ["en", "ko", "qqx"] {
            let answer = visitor.get(&[
                ("action", "paraminfo"),
                ("modules", "main|**"),
                ("helpformat", format),
                ("uselang", language),
            ])?;
            let modules = answer.at("/paraminfo/modules").as_array().expect("modules");
            let paths: Vec<&str> = modules.iter().filter_map(|m| m["path"].as_str()).collect();
            for path in all_paths() {
                assert!(paths.contains(&path.as_str()), "{path}");
            }
            assert!(!answer.body().contains('⧼'), "{}", answer.body());
            for module in modules {
                assert_eq!(module["source"], "daemun");
                assert_eq!(module["description"].is_null(), format == "none", "{module}");
                assert_eq!(module["examples"].is_null(), format == "none", "{module}");
            }
        }
    }
    Ok(())
}

#[test]
fn paraminfo_still_takes_its_old_parameters_with_a_warning() -> Tested {
    let world = World::new()?;
    let mut visitor = world.visitor();
    let answer = visitor.get(&[
        ("action", "paraminfo"),
        ("querymodules", "tokens"),
        ("formatmodules", "xml"),
        ("mainmodule", "1"),
        ("pagesetmodule", "1"),
        ("errorformat", "plaintext"),
    ])?;
    assert_eq!(answer.text_at("/paraminfo/querymodules/0/querytype"), "meta");
    assert_eq!(answer.text_at("/paraminfo/formatmodules/0/path"), "xml");
    assert_eq!(answer.text_at("/paraminfo/mainmodule/path"), "main");
    assert!(answer.at("/paraminfo/mainmodule/group").is_null());
    assert_eq!(answer.text_at("/paraminfo/pagesetmodule/parameters/0/name"), "titles");
    let warnings = answer.at("/warnings").as_array().expect("warnings");
    let features: Vec<&str> =
        warnings.iter().filter_map(|warning| warning["data"]["feature"].as_str()).collect();
    assert_eq!(
        features,
        [
            "action=paraminfo&querymodules",
            "action=paraminfo&mainmodule",
            "action=paraminfo&pagesetmodule",
            "action=paraminfo&formatmodules"
        ]
    );
    Ok(())
}

#[test]
fn without_bot_passwords_action_login_is_marked_as_deprecated() -> Tested {
    let world = World::with(|rules| rules.settings.enable_bot_passwords = false)?;
    let mut visitor = world.visitor();
    let answer =
        visitor.get(&[("action", "paraminfo"), ("modules", "login"), ("helpformat", "raw")])?;
    assert_eq!(answer.at("/paraminfo/modules/0/deprecated"), &Value::Bool(true));
    assert_eq!(
        answer.text_at("/paraminfo/modules/0/description/1/key"),
        "apihelp-login-extended-description-nobotpasswords"
    );
    Ok(())
}

#[test]
fn a_result_can_be_looked_at_in_a_page_or_wrapped_for_a_script() -> Tested {
    let params = [("action", "query"), ("meta", "userinfo"), ("requestid", "<b>&\"")];
    let with = |format: &'static str| {
        let mut all = params.to_vec();
        all.push(("format", format));
        page(&all)
    };
    for format in ["jsonfm", "xmlfm", "phpfm", "rawfm"] {
        let answer = with(format)?;
        let html = answer.body();
        assert!(html.contains("<pre class=\"api-pretty-content\">"), "{html}");
        assert!(!html.contains("<b>&"), "{html}");
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    }
    let plain = with("jsonfm")?.body();
    assert!(
        plain.contains("/w/api.php?action=query&amp;meta=userinfo&amp;requestid=%3Cb%3E%26%22&amp;format=json\""),
        "{plain}"
    );
    let mut wrapped = params.to_vec();
    wrapped.extend([("format", "jsonfm"), ("wrappedhtml", "1")]);
    let answer = page(&wrapped)?;
    assert_eq!(answer.at("/status"), 200);
    assert_eq!(answer.text_at("/statustext"), "OK");
    assert!(answer.text_at("/html").starts_with("<pre class=\"api-pretty-content\">{\n"));
    assert_eq!(answer.at("/modules/0"), "mediawiki.apipretty");
    assert!(answer.at("/time").is_u64());
    Ok(())
}
