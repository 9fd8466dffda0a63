//! What the API does with every request, whatever the module: phases, errors, warnings, formats.

use daemun_testkit::visitor::{Answer, Params, Visitor, encode};
use daemun_testkit::world::World;
use serde_json::{Value, json};

use crate::Tested;

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

fn asked(params: Params<'_>) -> anyhow::Result<Answer> {
    let world = World::new()?;
    world.visitor().get(params)
}

#[test]
fn phases_come_in_mediawikis_order() -> Tested {
    let world = World::new()?;
    let mut visitor = world.visitor();
    for (params, code) in [
        (&[("action", "clientlogin"), ("assert", "user"), ("foo", "1")][..], "assertuserfailed"),
        (&[("action", "nosuch"), ("assert", "user")], "badvalue"),
        (&[("action", "query"), ("assert", "bot"), ("assertuser", "Nobody")], "assertbotfailed"),
        (&[("action", "clientlogin")], "missingparam"),
        (&[("action", "clientlogin"), ("loginmessageformat", "x")], "badvalue"),
        (&[("action", "clientlogin"), ("logintoken", "x")], "mustpostparams"),
        (&[("action", "login")], "mustbeposted"),
        (&[("action", "login"), ("maxlag", "-2")], "maxlag"),
        (&[("action", "checktoken"), ("maxlag", "-2")], "missingparam"),
        (&[("action", "query"), ("maxlag", "x"), ("assert", "user")], "badinteger"),
    ] {
        let answer = visitor.get(params)?;
        assert_eq!(answer.error(), code, "{params:?}: {}", answer.body());
    }
    let token = visitor.token("login")?;
    for (params, code) in [
        (&[("logintoken", "x"), ("maxlag", "-2")][..], "badtoken"),
        (&[("logintoken", &token), ("maxlag", "-2")], "maxlag"),
        (&[("logintoken", &token)], "missingparam"),
        (&[("logintoken", &token), ("loginreturnurl", "foo")], "badurl_loginreturnurl"),
    ] {
        let mut all = vec![("action", "clientlogin")];
        all.extend(params);
        let answer = visitor.post(&all)?;
        assert_eq!(answer.error(), code, "{params:?}: {}", answer.body());
    }
    let query = [("action", "clientlogin"), ("logintoken", &token), ("format", "json")];
    let answer = visitor.send("POST", &query, Some(b"loginreturnurl=http://x/"), &[FORM])?;
    assert_eq!(answer.error(), "mustpostparams", "a token in the address, even if posted");
    Ok(())
}

#[test]
fn an_error_has_a_shape_for_each_errorformat_and_formatversion() -> Tested {
    let world = World::new()?;
    let mut visitor = world.visitor();
    for (format, version, outer, inner) in [
        ("bc", "1", &["error"][..], &["code", "info", "*"][..]),
        ("bc", "2", &["error"], &["code", "info", "docref"]),
        ("plaintext", "1", &["errors", "*"], &["code", "module", "*"]),
        ("plaintext", "2", &["errors", "docref"], &["code", "text", "module"]),
        ("wikitext", "1", &["errors", "*"], &["code", "module", "*"]),
        ("wikitext", "2", &["errors", "docref"], &["code", "text", "module"]),
        ("html", "1", &["errors", "*"], &["code", "module", "*"]),
        ("html", "2", &["errors", "docref"], &["code", "html", "module"]),
        ("raw", "1", &["errors", "*"], &["code", "key", "params", "module"]),
        ("raw", "2", &["errors", "docref"], &["code", "key", "params", "module"]),
        ("none", "1", &["errors", "*"], &["code", "module"]),
        ("none", "2", &["errors", "docref"], &["code", "module"]),
    ] {
        let answer = visitor.get(&[
            ("action", "clientlogin"),
            ("errorformat", format),
            ("formatversion", version),
        ])?;
        let said = format!("{format} {version}: {}", answer.body());
        assert_eq!(answer.reply.status, 200, "{said}");
        assert_eq!(answer.header("mediawiki-api-error").as_deref(), Some("missingparam"));
        assert_eq!(keys(&answer.json), outer, "{said}");
        let entry = if format == "bc" { answer.at("/error") } else { answer.at("/errors/0") };
        assert_eq!(keys(entry), inner, "{said}");
        assert_eq!(entry["code"], "missingparam", "{said}");
        if format != "bc" {
            assert_eq!(entry["module"], "clientlogin", "{said}");
        }
        if format == "raw" {
            assert_eq!(entry["key"], "paramvalidator-missingparam", "{said}");
            assert_eq!(entry["params"], json!([{"plaintext": "logintoken"}]), "{said}");
        }
        for name in ["info", "text", "html"] {
            if let Some(text) = entry.get(name).and_then(Value::as_str) {
                assert!(text.contains("logintoken"), "{said}");
                assert_eq!(text.contains('<'), name == "html" || format == "wikitext", "{said}");
            }
        }
    }
    Ok(())
}

#[test]
fn data_stands_between_text_and_module() -> Tested {
    let error = [("action", "query"), ("maxlag", "-2"), ("errorformat", "plaintext")];
    let answer = asked(&error)?;
    assert_eq!(keys(answer.at("/errors/0")), ["code", "text", "data", "module"]);
    assert_eq!(answer.at("/errors/0/data"), &json!({"host": "", "lag": -1, "type": "db"}));
    let answer = asked(&[("action", "query"), ("maxlag", "-2")])?;
    assert_eq!(keys(answer.at("/error")), ["code", "info", "host", "lag", "type", "docref"]);
    Ok(())
}

#[test]
fn a_server_that_is_not_late_enough_is_not_waited_for() -> Tested {
    assert_eq!(asked(&[("action", "query"), ("maxlag", "-1")])?.error(), "");
    for (most, seconds) in [("-2", "5"), ("-7", "5")] {
        let answer = asked(&[("action", "query"), ("maxlag", most)])?;
        assert_eq!(answer.error(), "maxlag", "{}", answer.body());
        assert_eq!(answer.header("retry-after").as_deref(), Some(seconds));
        assert_eq!(answer.header("x-database-lag").as_deref(), Some("-1"));
    }
    Ok(())
}

#[test]
fn a_warning_has_a_shape_for_each_errorformat() -> Tested {
    let ask = |format: &str, version: &str| {
        let ask = [("action", "query"), ("foo", "1"), ("baz", "2"), ("errorformat", format)];
        asked(&[&ask[..], &[("formatversion", version)]].concat())
    };
    let answer = ask("bc", "1")?;
    assert!(answer.text_at("/warnings/main/*").contains("foo, baz"), "{}", answer.body());
    assert_eq!(keys(&answer.json), ["warnings", "batchcomplete"]);
    let answer = ask("bc", "2")?;
    assert!(answer.text_at("/warnings/main/warnings").contains("foo, baz"), "{}", answer.body());
    let answer = ask("plaintext", "2")?;
    assert_eq!(keys(answer.at("/warnings/0")), ["code", "text", "module"]);
    assert_eq!(answer.text_at("/warnings/0/code"), "unrecognizedparams");
    assert_eq!(answer.text_at("/warnings/0/module"), "main");
    let answer = ask("plaintext", "1")?;
    assert_eq!(keys(answer.at("/warnings/0")), ["code", "module", "*"]);
    let answer = ask("none", "2")?;
    assert_eq!(answer.at("/warnings"), &json!([{"code": "unrecognizedparams", "module": "main"}]));
    Ok(())
}

#[test]
fn a_deprecation_says_what_and_where_more_is_written() -> Tested {
    let world = World::new()?;
    let mut visitor = world.visitor();
    let answer = visitor.post(&[("action", "login")])?;
    assert_eq!(keys(answer.at("/warnings")), ["main", "login"], "{}", answer.body());
    let answer = visitor.post(&[("action", "login"), ("errorformat", "none")])?;
    assert_eq!(answer.text_at("/warnings/0/code"), "deprecation");
    assert_eq!(answer.text_at("/warnings/0/module"), "login");
    assert_eq!(answer.text_at("/warnings/0/data/feature"), "action=login&!lgtoken");
    assert_eq!(answer.text_at("/warnings/1/code"), "deprecation-help");
    assert_eq!(answer.text_at("/warnings/1/module"), "main");
    Ok(())
}

#[test]
fn what_is_asked_for_beside_a_result_stands_between_batchcomplete_and_the_module() -> Tested {
    let world = World::new()?;
    let ask = [
        ("action", "query"),
        ("meta", "tokens"),
        ("requestid", "윌리엄 7"),
        ("curtimestamp", ""),
        ("responselanginfo", "1"),
        ("uselang", "ko"),
        ("errorlang", "en"),
        ("servedby", "1"),
    ];
    let answer = world.visitor().get(&ask)?;
    let names = ["batchcomplete", "requestid", "curtimestamp", "uselang", "errorlang", "query"];
    assert_eq!(keys(&answer.json), names, "{}", answer.body());
    assert_eq!(answer.text_at("/requestid"), "윌리엄 7");
    assert_eq!(answer.text_at("/curtimestamp"), world.now().to_iso());
    assert_eq!((answer.text_at("/uselang"), answer.text_at("/errorlang")), ("ko", "en"));
    // An error keeps them.
    let answer = world.visitor().get(&[&ask[..], &[("assert", "user")]].concat())?;
    let names = ["error", "requestid", "curtimestamp", "uselang", "errorlang"];
    assert_eq!(keys(&answer.json), names, "{}", answer.body());
    Ok(())
}

fn is_hangul(text: &str) -> bool {
    text.chars().any(|c| ('가'..='힣').contains(&c))
}

#[test]
fn texts_come_in_the_language_that_is_asked_for() -> Tested {
    let world = World::new()?;
    let mut visitor = world.visitor();
    let korean = [("uselang", "ko")];
    let answer = visitor.log_in_with("William", "wrong", &korean)?;
    assert!(is_hangul(answer.text_at("/clientlogin/message")), "{}", answer.body());
    let answer = visitor.log_in_with("William", "wrong", &[("uselang", "no<such>")])?;
    assert!(!is_hangul(answer.text_at("/clientlogin/message")), "{}", answer.body());
    for (params, hangul) in [
        (&[("uselang", "ko"), ("errorformat", "plaintext")][..], true),
        (&[("uselang", "ko"), ("errorlang", "en"), ("errorformat", "plaintext")], false),
        (&[("uselang", "en"), ("errorlang", "ko"), ("errorformat", "html")], true),
        // As ever: English.
        (&[("uselang", "ko"), ("errorformat", "bc")], false),
    ] {
        let answer = visitor.get(&[&[("action", "clientlogin")], params].concat())?;
        assert_eq!(is_hangul(&answer.body()), hangul, "{params:?}: {}", answer.body());
    }
    Ok(())
}

#[test]
fn several_values_are_separated_by_bars_or_by_u001f() -> Tested {
    for types in ["csrf|login|csrf", "\u{1f}csrf\u{1f}login"] {
        let answer = asked(&[("action", "query"), ("meta", "tokens"), ("type", types)])?;
        assert_eq!(keys(answer.at("/query/tokens")), ["csrftoken", "logintoken"], "{types:?}");
    }
    let answer = asked(&[("action", "query"), ("meta", "tokens"), ("type", "*")])?;
    assert_eq!(keys(answer.at("/query/tokens")).len(), 7, "{}", answer.body());
    let answer = asked(&[("action", "query"), ("meta", "tokens"), ("type", "csrf|bad|worse")])?;
    assert_eq!(keys(answer.at("/query/tokens")), ["csrftoken"]);
    assert!(answer.text_at("/warnings/tokens/warnings").contains("bad, worse"));
    let single = [("action", "checktoken"), ("type", "\u{1f}csrf"), ("token", "x")];
    assert_eq!(asked(&single)?.error(), "badvalue");
    Ok(())
}

#[test]
fn fifty_values_are_the_most() -> Tested {
    let names = |count: usize| (0..count).map(|n| format!("N{n}")).collect::<Vec<_>>().join("|");
    let ask = |names: &str| asked(&[("action", "query"), ("list", "users"), ("ususers", names)]);
    assert_eq!(ask(&names(50))?.error(), "");
    let answer = ask(&names(51))?;
    assert_eq!(answer.error(), "toomanyvalues", "{}", answer.body());
    let inner = ["code", "info", "parameter", "limit", "lowlimit", "highlimit", "docref"];
    assert_eq!(keys(answer.at("/error")), inner);
    Ok(())
}

#[test]
fn phps_arrays_are_passed_over_with_a_warning() -> Tested {
    let answer = asked(&[("action", "query"), ("meta[]", "tokens")])?;
    assert_eq!(answer.error(), "");
    assert!(answer.text_at("/warnings/main/warnings").contains("\"meta\""), "{}", answer.body());
    assert_eq!(answer.at("/query"), &Value::Null);
    Ok(())
}

#[test]
fn parameters_are_read_as_php_reads_their_names() -> Tested {
    let answer = asked(&[("action", "query"), ("no.such thing", "1")])?;
    assert!(answer.text_at("/warnings/main/warnings").contains("no_such_thing"));
    Ok(())
}

#[test]
fn text_that_is_no_unicode_is_repaired_with_a_warning() -> Tested {
    let world = World::new()?;
    for (raw, repaired) in [
        ("a%00b", "a\u{fffd}b"),
        // Of an address that is no UTF-8 MediaWiki thinks that it is Windows-1252.
        ("a%FFb", "a\u{ff}b"),
        ("e%CC%81", "\u{e9}"),
        ("%E1%84%92%E1%85%A1%E1%86%AB", "한"),
    ] {
        let target = format!("/w/api.php?action=query&format=json&formatversion=2&requestid={raw}");
        let answer = world.visitor().send_to("GET", &target, None, &[])?;
        assert_eq!(answer.text_at("/requestid"), repaired, "{raw}: {}", answer.body());
        assert!(answer.text_at("/warnings/main/warnings").contains("requestid"), "{raw}");
    }
    let query = [("action", "query"), ("format", "json")];
    let answer = world.visitor().send("POST", &query, Some(b"requestid=a%FFb"), &[FORM])?;
    assert_eq!(answer.text_at("/requestid"), "a\u{fffd}b", "{}", answer.body());
    Ok(())
}

#[test]
fn methods_that_are_none_are_refused() -> Tested {
    let world = World::new()?;
    let query = [("action", "query"), ("format", "json")];
    for method in ["PUT", "DELETE", "PATCH", "PROPFIND"] {
        let answer = world.visitor().send(method, &query, None, &[])?;
        assert_eq!((answer.reply.status, answer.error()), (405, "invalidmethod"), "{method}");
    }
    Ok(())
}

#[test]
fn a_body_that_is_too_long_is_refused() -> Tested {
    let world = World::new()?;
    let small = world.another_server(|_, site| site.most_body = 1000)?;
    let mut visitor = world.visitor().moved_to(&small);
    let body = encode(&[("action", "query"), ("requestid", &"x".repeat(900)), ("format", "json")]);
    let query = [("format", "json"), ("action", "query")];
    assert_eq!(visitor.send("POST", &query, Some(body.as_bytes()), &[FORM])?.reply.status, 200);
    let body = format!("{body}{}", "x".repeat(200));
    let answer = visitor.send("POST", &query, Some(body.as_bytes()), &[FORM])?;
    assert_eq!(answer.reply.status, 413, "{}", answer.body());
    assert_eq!(answer.error(), "http-contenttoolarge", "{}", answer.body());
    Ok(())
}

#[test]
fn a_post_that_does_not_say_its_kind_is_warned() -> Tested {
    let query = [("action", "query"), ("format", "json"), ("errorformat", "none")];
    let world = World::new()?;
    let answer = world.visitor().send("POST", &query, Some(b"x=1"), &[])?;
    assert_eq!(answer.text_at("/warnings/0/data/feature"), "post-without-content-type");
    Ok(())
}

#[test]
fn the_body_wins_where_both_say_something() -> Tested {
    let query = [("action", "nosuch"), ("format", "json"), ("requestid", "query")];
    let world = World::new()?;
    let mut visitor = world.visitor();
    let answer = visitor.send("POST", &query, Some(b"action=query&requestid=body"), &[FORM])?;
    assert_eq!((answer.error(), answer.text_at("/requestid")), ("", "body"), "{}", answer.body());
    Ok(())
}

#[test]
fn whoever_opens_the_script_in_a_browser_sees_help() -> Tested {
    let world = World::new()?;
    let mut visitor = world.visitor();
    let answer = visitor.send("GET", &[], None, &[])?;
    assert_eq!(answer.header("content-type").as_deref(), Some("text/html; charset=utf-8"));
    assert!(answer.body().contains("clientlogin") || answer.body().contains("id=\"main\""));
    let answer = visitor.send_to("GET", "/w/api.php/x/y?action=query", None, &[])?;
    assert_eq!(answer.reply.status, 301);
    assert!(answer.header("location").unwrap().ends_with("/w/api.php?action=query"));
    assert_eq!(visitor.send_to("GET", "/w/index.html", None, &[])?.reply.status, 404);
    assert_eq!(visitor.send_to("GET", "/", None, &[])?.reply.status, 200);
    Ok(())
}

#[test]
fn html_shows_what_was_sent_and_never_runs_it() -> Tested {
    let world = World::new()?;
    let mut visitor = world.visitor();
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";
    for params in [
        &[("action", "query"), ("format", "jsonfm"), ("requestid", evil)][..],
        &[("action", evil), ("format", "jsonfm")],
        &[("action", "help"), ("modules", evil), (evil, evil), ("format", "jsonfm")],
        &[("action", "checktoken"), ("type", evil), ("format", "jsonfm"), ("errorformat", "html")],
        &[("action", "query"), ("format", evil)],
    ] {
        let answer = visitor.get(params)?;
        let kind = answer.header("content-type").unwrap();
        assert!(kind.starts_with("text/html"), "{params:?}: {kind}");
        for tag in ["<script>alert", "<img src=x"] {
            assert!(!answer.body().contains(tag), "{params:?}: {}", answer.body());
        }
    }
    let location = visitor.send_to("GET", "/w/api.php/x?<script>alert(1)</script>", None, &[]);
    assert!(location.is_err() || !location?.body().contains("<script>alert"));
    Ok(())
}

#[test]
fn another_sites_page_acts_for_nobody() -> Tested {
    let world = World::new()?;
    world.add_account("William", "William-pass-1!")?;
    let mut person = world.visitor();
    person.log_in("William", "William-pass-1!")?;
    for (params, headers) in [
        (&[("callback", "f")][..], &[][..]),
        (&[("origin", "*")], &[]),
        (&[], &[("Treat-as-Untrusted", "1")]),
    ] {
        let mut query = vec![("action", "query"), ("meta", "userinfo|tokens"), ("format", "json")];
        query.extend(params);
        let answer = person.send("GET", &query, None, headers)?;
        assert_eq!(answer.header("mediawiki-login-suppressed").as_deref(), Some("true"));
        let body = answer.body();
        assert!(!body.contains("William") && !body.contains("csrftoken"), "{params:?}: {body}");
        assert_eq!(body.starts_with("/**/f("), params.contains(&("callback", "f")), "{body}");
    }
    assert_eq!(person.whoami()?.as_deref(), Some("William"), "its own session stays");
    Ok(())
}

#[test]
fn every_answer_has_the_headers_that_protect_it() -> Tested {
    let world = World::new()?;
    let mut visitor = world.visitor();
    for params in [&[("action", "query")][..], &[("action", "nosuch")], &[("action", "help")]] {
        let answer = visitor.get(params)?;
        let header = |name: &str| answer.header(name).unwrap_or_default();
        assert_eq!(header("x-content-type-options"), "nosniff", "{params:?}");
        assert_eq!(header("x-frame-options"), "DENY", "{params:?}");
        assert_eq!(header("cache-control"), "private, must-revalidate, max-age=0", "{params:?}");
        assert!(header("content-disposition").starts_with("inline; filename=api-"), "{params:?}");
    }
    Ok(())
}

#[test]
fn a_read_only_wiki_says_why() -> Tested {
    let world = World::with(|rules| rules.settings.read_only = Some("moving house".to_owned()))?;
    let mut visitor = world.visitor();
    let token = visitor.token("login")?;
    let answer = visitor.log_in_by_token(&token, "William", "x", &[])?;
    assert_eq!(answer.error(), "readonly", "{}", answer.body());
    assert_eq!(answer.text_at("/error/readonlyreason"), "moving house");
    assert_eq!(visitor.whoami()?, None);
    Ok(())
}

#[test]
fn a_person_reads_the_language_that_they_prefer_unless_they_ask_for_another() -> Tested {
    let world = World::new()?;
    let id = world.add_account("William", "William-pass-1!")?;
    world.run(world.store().accounts.set_option(id, "language", Some("ko")))?;
    let mut person = world.visitor();
    person.log_in("William", "William-pass-1!")?;
    let languages = |person: &mut Visitor, uselang: &[(&str, &str)]| -> anyhow::Result<String> {
        let mut params = vec![("action", "query"), ("responselanginfo", "1")];
        params.extend_from_slice(uselang);
        let answer = person.get(&params)?;
        Ok(format!("{} {}", answer.text_at("/uselang"), answer.text_at("/errorlang")))
    };
    assert_eq!(languages(&mut person, &[])?, "ko ko");
    assert_eq!(languages(&mut person, &[("uselang", "user")])?, "ko ko");
    assert_eq!(languages(&mut person, &[("uselang", "content")])?, "en en");
    assert_eq!(languages(&mut person, &[("errorlang", "en")])?, "ko en");
    assert_eq!(languages(&mut world.visitor(), &[])?, "en en");
    Ok(())
}
