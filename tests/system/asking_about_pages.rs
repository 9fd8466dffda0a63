//! Asking about pages, of which a login server has none.

use daemun_messages::Language;
use daemun_testkit::visitor::Answer;
use daemun_testkit::world::World;
use serde_json::json;

use crate::Tested;

fn ask(world: &World, more: &[(&str, &str)]) -> anyhow::Result<Answer> {
    let mut params = vec![("action", "query")];
    params.extend(more);
    world.visitor().get(&params)
}

#[test]
fn a_page_that_is_not_there_is_missing_under_its_one_title() -> Tested {
    let world = World::new()?;
    let answer = ask(&world, &[("titles", "foo_bar|user:bob")])?;
    assert_eq!(
        answer.at("/query/normalized"),
        &json!([
            {"fromencoded": false, "from": "foo_bar", "to": "Foo bar"},
            {"fromencoded": false, "from": "user:bob", "to": "User:Bob"}
        ])
    );
    assert_eq!(
        answer.at("/query/pages"),
        &json!([
            {"ns": 2, "title": "User:Bob", "missing": true},
            {"ns": 0, "title": "Foo bar", "missing": true}
        ])
    );
    Ok(())
}

#[test]
fn a_title_may_hold_character_references_of_html() -> Tested {
    let world = World::new()?;
    let answer = ask(&world, &[("titles", "Caf&eacute; R&amp;D|&#45796;&#xB9AC;")])?;
    assert_eq!(
        answer.at("/query/pages"),
        &json!([
            {"ns": 0, "title": "다리", "missing": true},
            {"ns": 0, "title": "Café R&D", "missing": true}
        ]),
        "{}",
        answer.body()
    );
    Ok(())
}

#[test]
fn the_old_shape_names_pages_by_numbers_below_zero() -> Tested {
    let world = World::new()?;
    let asked = [("titles", "A<|Special:Login|B"), ("formatversion", "1"), ("indexpageids", "")];
    let answer = ask(&world, &asked)?;
    assert_eq!(answer.at("/query/pageids"), &json!(["-3", "-1", "-2"]), "{}", answer.body());
    assert_eq!(answer.at("/query/pages/-3"), &json!({"ns": 0, "title": "B", "missing": ""}));
    assert_eq!(answer.at("/query/pages/-1/invalid"), "");
    assert_eq!(
        answer.at("/query/pages/-2"),
        &json!({"ns": -1, "title": "Special:UserLogin", "special": ""})
    );
    Ok(())
}

#[test]
fn a_special_page_is_known_or_missing() -> Tested {
    let world = World::new()?;
    let answer = ask(&world, &[("titles", "Special:BotPasswords|Special:Nosuchpage")])?;
    assert_eq!(
        answer.at("/query/pages"),
        &json!([
            {"ns": -1, "title": "Special:Nosuchpage", "special": true, "missing": true},
            {"ns": -1, "title": "Special:BotPasswords", "special": true}
        ])
    );
    Ok(())
}

#[test]
fn what_is_wrong_with_a_title_is_said_in_the_asked_form_and_language() -> Tested {
    let world = World::new()?;
    let plain = ask(&world, &[("titles", "a[b")])?;
    assert!(plain.text_at("/query/pages/0/invalidreason").contains("\"[\""), "{}", plain.body());
    let korean =
        ask(&world, &[("titles", "a[b"), ("errorformat", "plaintext"), ("uselang", "ko")])?;
    let reason = korean.at("/query/pages/0/invalidreason");
    assert_eq!(reason["code"], "title-invalid-characters");
    assert!(reason["text"].as_str().is_some_and(|text| text.contains("제목")), "{reason}");
    Ok(())
}

#[test]
fn ids_of_pages_and_revisions_lead_nowhere() -> Tested {
    let world = World::new()?;
    let pages = ask(&world, &[("pageids", "7|3")])?;
    assert_eq!(
        pages.at("/query/pages"),
        &json!([{"pageid": 3, "missing": true}, {"pageid": 7, "missing": true}])
    );
    let revisions = ask(&world, &[("revids", "9"), ("redirects", "")])?;
    assert_eq!(revisions.at("/query/badrevids"), &json!({"9": {"revid": 9, "missing": true}}));
    assert!(revisions.body().contains("revids"), "{}", revisions.body());
    assert_eq!(ask(&world, &[("pageids", "x")])?.error(), "badinteger");
    assert_eq!(ask(&world, &[("titles", "A"), ("pageids", "1")])?.error(), "multisource");
    Ok(())
}

#[test]
fn more_pages_than_allowed_are_refused() -> Tested {
    let world = World::new()?;
    let many: Vec<String> = (0..51).map(|number| format!("T{number}")).collect();
    assert_eq!(ask(&world, &[("titles", &many.join("|"))])?.error(), "toomanyvalues");
    Ok(())
}

#[test]
fn a_private_wiki_tells_strangers_nothing_of_pages() -> Tested {
    let world = World::with(|rules| rules.settings.rights.set("*", "read", false))?;
    let answer = ask(&world, &[("meta", "tokens"), ("titles", "A")])?;
    assert_eq!(answer.error(), "readapidenied");
    Ok(())
}

#[test]
fn titles_of_a_korean_wiki_are_korean() -> Tested {
    let world = World::with(|rules| {
        rules.site.language = Language::sanitise("ko").expect("Korean");
    })?;
    let answer = ask(&world, &[("titles", "Special:UserLogin|User:윌리엄")])?;
    let titles: Vec<_> = answer
        .at("/query/pages")
        .as_array()
        .expect("pages")
        .iter()
        .map(|page| page["title"].clone())
        .collect();
    assert_eq!(titles, ["사용자:윌리엄", "특수:로그인"]);
    Ok(())
}

#[test]
fn an_export_names_the_wiki_and_no_page() -> Tested {
    let world = World::new()?;
    let answer = ask(&world, &[("titles", "A"), ("export", "")])?;
    let export = answer.text_at("/query/export");
    assert!(export.starts_with("<mediawiki xmlns=\"http://www.mediawiki.org/xml/export-0.11/\""));
    assert!(export.contains("<namespace key=\"-1\" case=\"first-letter\">Special</namespace>"));
    assert!(!export.contains("<page>"), "{export}");
    let bare = ask(&world, &[("titles", "A"), ("export", ""), ("exportnowrap", "")])?;
    assert_eq!(bare.body(), export);
    assert_eq!(bare.header("content-type").as_deref(), Some("text/xml; charset=utf-8"));
    let disposition = bare.header("content-disposition");
    assert_eq!(disposition.as_deref(), Some("inline; filename=export.xml"));
    let wrapped = ask(&world, &[("titles", "A"), ("exportnowrap", "")])?;
    assert_eq!(wrapped.at("/query/pages/0/title"), "A", "alone it asks for nothing");
    Ok(())
}

#[test]
fn an_error_instead_of_a_bare_export_is_xml_whatever_format_is_asked_for() -> Tested {
    let world = World::new()?;
    let export = [("export", ""), ("exportnowrap", ""), ("titles", "A")];
    let with = |more: &[(&'static str, &'static str)]| ask(&world, &[&export, more].concat());
    for format in ["json", "jsonfm", "php", "none"] {
        let failed = with(&[("continue", "nonsense"), ("format", format)])?;
        let body = failed.body();
        assert_eq!(failed.header("content-type").as_deref(), Some("text/xml; charset=utf-8"));
        assert_eq!(failed.header("mediawiki-api-error").as_deref(), Some("badcontinue"));
        let disposition = failed.header("content-disposition");
        assert_eq!(disposition.as_deref(), Some("inline; filename=api-result.xml"));
        assert!(
            body.starts_with("<?xml version=\"1.0\"?><api><error code=\"badcontinue\""),
            "{body}"
        );
    }
    let named = with(&[("continue", "nonsense"), ("includexmlnamespace", "")])?;
    assert!(named.body().contains("<api xmlns="), "{}", named.body());
    let plain = with(&[("continue", "nonsense"), ("errorformat", "plaintext")])?;
    assert!(plain.body().contains("<errors><error code=\"badcontinue\""), "{}", plain.body());
    // What comes before the module is asked for an export is as it always is.
    assert_eq!(with(&[("assert", "user")])?.error(), "assertuserfailed");
    assert_eq!(with(&[("exportschema", "9")])?.error(), "badvalue");
    let wrapped = ask(&world, &[("export", ""), ("continue", "nonsense")])?;
    assert_eq!(wrapped.error(), "badcontinue", "{}", wrapped.body());
    Ok(())
}

#[test]
fn a_style_sheet_is_a_page_and_so_not_there() -> Tested {
    let world = World::new()?;
    for sheet in ["MediaWiki:Api.xsl", "x", ""] {
        let answer = ask(&world, &[("format", "xml"), ("xslt", sheet)])?;
        let body = answer.body();
        assert!(body.contains("<warnings><xml xml:space=\"preserve\">"), "{sheet}: {body}");
        assert!(!body.contains("<?xml-stylesheet"), "{body}");
    }
    let failed =
        ask(&world, &[("format", "xml"), ("xslt", "x"), ("list", "nosuch"), ("pageids", "x")])?;
    let body = failed.body();
    assert!(body.contains("<error") && body.contains("<warnings>"), "{body}");
    assert!(!ask(&world, &[("format", "xml")])?.body().contains("<warnings>"));
    Ok(())
}

#[test]
fn on_a_private_wiki_a_meta_of_nothing_asks_for_nothing() -> Tested {
    let world = World::with(|rules| rules.settings.rights.set("*", "read", false))?;
    let mut visitor = world.visitor();
    for (params, error) in [
        (&[("action", "query"), ("meta", "")][..], ""),
        (&[("action", "query"), ("meta", "nosuch")], ""),
        (&[("action", "query")], "readapidenied"),
        (&[("action", "query"), ("meta", ""), ("titles", "X")], "readapidenied"),
        (&[("action", "query"), ("meta", "userinfo")], "readapidenied"),
    ] {
        let answer = visitor.get(params)?;
        assert_eq!(answer.error(), error, "{params:?}: {}", answer.body());
    }
    Ok(())
}
