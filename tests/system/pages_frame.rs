//! What all pages have in common.

use daemun_messages::Language;
use daemun_testkit::world::World;

use crate::Tested;
use crate::forms::{between, fill_in, open};

/// Pages that anybody can open.
const PAGES: [&str; 6] = [
    "/wiki/Special:UserLogin",
    "/wiki/Special:UserLogout",
    "/wiki/Special:CreateAccount",
    "/wiki/Special:ConfirmEmail/0123456789abcdef0123456789abcdef",
    "/wiki/Main_Page",
    "/wiki/Nothing_here",
];

const PASSWORD: &str = "right horse 1";

#[test]
fn no_page_can_be_framed_or_kept_or_runs_what_stands_in_it() -> Tested {
    let world = World::new()?;
    for path in PAGES {
        let page = open(&mut world.visitor(), path)?;
        let policy = page.header("content-security-policy").expect("a policy");
        for rule in [
            "default-src 'none'",
            "style-src 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{path}: {policy}");
        assert_eq!(page.header("x-frame-options").as_deref(), Some("DENY"), "{path}");
        assert_eq!(page.header("x-content-type-options").as_deref(), Some("nosniff"), "{path}");
        assert_eq!(page.header("referrer-policy").as_deref(), Some("same-origin"), "{path}");
        assert_eq!(page.header("vary").as_deref(), Some("Accept-Encoding, Cookie"), "{path}");
        let caching = page.header("cache-control").expect("a word about copies");
        assert!(caching.contains("must-revalidate") && caching.contains("max-age=0"), "{caching}");
    }
    Ok(())
}

#[test]
fn a_page_and_its_style_sheet_are_all_that_is_loaded_and_are_small() -> Tested {
    let world = World::new()?;
    for path in PAGES {
        let mut visitor = world.visitor();
        let html = open(&mut visitor, path)?.body();
        let mut bytes = html.len();
        let sheets: Vec<&str> = html.split("<link rel=\"stylesheet\" href=\"").skip(1).collect();
        assert_eq!(sheets.len(), 1, "{path}");
        assert!(!html.contains("<script") && !html.contains("<img"), "{path}: {html}");
        for sheet in sheets {
            let address = sheet.split('"').next().expect("its end");
            let sheet = open(&mut visitor, address)?;
            assert_eq!(sheet.reply.status, 200, "{address}");
            assert_eq!(sheet.header("content-type").as_deref(), Some("text/css; charset=UTF-8"));
            assert!(!sheet.body().contains("http"), "nothing is loaded from elsewhere");
            assert!(sheet.body().len() <= 12_000);
            bytes += sheet.body().len();
        }
        assert!(bytes < 60_000, "{path}: {bytes}");
    }
    Ok(())
}

#[test]
fn the_style_sheet_is_kept_for_good_and_one_of_before_an_upgrade_is_not() -> Tested {
    let world = World::new()?;
    let mut visitor = world.visitor();
    let html = open(&mut visitor, "/wiki/Main_Page")?.body();
    let address = between(&html, "<link rel=\"stylesheet\" href=\"", "\"").expect("a sheet");
    let sheet = open(&mut visitor, address)?;
    let caching = sheet.header("cache-control");
    assert_eq!(caching.as_deref(), Some("public, max-age=31536000, immutable"));
    assert_eq!(sheet.set_cookies(), Vec::<String>::new());
    let before = open(&mut visitor, "/w/resources/daemun/0123456789abcdef/daemun.css")?;
    assert_eq!(before.header("cache-control").as_deref(), Some("no-cache"));
    assert_eq!(before.body(), sheet.body());
    for wrong in ["x/other.css", "daemun.css", "x/../Cargo.toml", "x/layout.html"] {
        let answer = open(&mut visitor, &format!("/w/resources/daemun/{wrong}"))?;
        assert_eq!(answer.reply.status, 404, "{wrong}");
    }
    Ok(())
}

#[test]
fn a_page_leads_to_itself_in_the_other_language_and_stays_there() -> Tested {
    let world = World::new()?;
    world.add_account("Alice", PASSWORD)?;
    let mut visitor = world.visitor();
    let start = "/w/index.php?title=Special:UserLogin&returnto=Some_page&returntoquery=a%3D1";
    let html = open(&mut visitor, start)?.body();
    let links = between(&html, "id=\"p-lang\"", "</nav>").expect("languages");
    let korean = links.split("href=\"").nth(2).and_then(|rest| rest.split('"').next());
    let korean = korean.expect("한국어").replace("&amp;", "&");
    let page = open(&mut visitor, &korean)?;
    assert!(page.body().contains("<html class=\"client-nojs\" lang=\"ko\""), "{}", page.body());
    assert!(page.body().contains("lang=\"ko\" hreflang=\"ko\" aria-current=\"true\">한국어"));
    let wrong = fill_in(&mut visitor, &page, &[("wpName", "Alice"), ("wpPassword", "wrong")])?;
    assert!(wrong.body().contains("비밀번호가"), "{}", wrong.body());
    let links = between(&wrong.body(), "id=\"p-lang\"", "</nav>").expect("languages").to_owned();
    assert!(!links.contains("wpPassword") && links.contains("returnto=Some_page"), "{links}");
    assert!(wrong.body().contains("Special:CreateAccount&amp;returnto=Some_page"));
    let right = fill_in(&mut visitor, &wrong, &[("wpName", "Alice"), ("wpPassword", PASSWORD)])?;
    let target = right.header("location").expect("a target");
    let expected = format!("{}/w/index.php?title=Some_page&a=1&uselang=ko", world.origin());
    assert_eq!(target, expected);
    Ok(())
}

#[test]
fn the_head_of_a_page_offers_what_its_visitor_can_do() -> Tested {
    let world = World::new()?;
    world.add_account("Alice", PASSWORD)?;
    let mut alice = world.visitor();
    let stranger = open(&mut alice, "/wiki/Main_Page")?.body();
    let login =
        "id=\"pt-login\"><a href=\"/w/index.php?title=Special:UserLogin&amp;returnto=Main_Page";
    assert!(stranger.contains(login), "{stranger}");
    assert!(stranger.contains("id=\"pt-createaccount\"") && !stranger.contains("pt-logout"));
    alice.log_in("Alice", PASSWORD)?;
    let known = open(&mut alice, "/wiki/Main_Page")?.body();
    for part in ["<span>Alice</span>", "pt-security", "pt-botpasswords", "pt-logout"] {
        assert!(known.contains(part), "{part}: {known}");
    }
    assert!(!known.contains("pt-login\"") && !known.contains("pt-createaccount"), "{known}");
    let closed = World::with(|rules| rules.settings.rights.set("*", "createaccount", false))?;
    let page = open(&mut closed.visitor(), "/wiki/Main_Page")?.body();
    assert!(!page.contains("pt-createaccount"), "{page}");
    Ok(())
}

#[test]
fn a_name_is_a_name_and_never_markup() -> Tested {
    let world = World::with(|rules| rules.site.name = "<b>&\"Wiki\"".to_owned())?;
    let page = open(&mut world.visitor(), "/wiki/Main_Page")?.body();
    assert!(page.contains("&lt;b&gt;&amp;&quot;Wiki&quot;</a>"), "{page}");
    assert!(!page.contains("<b>&"), "{page}");
    Ok(())
}

#[test]
fn a_password_manager_finds_where_passwords_are_changed() -> Tested {
    let world = World::new()?;
    let answer = open(&mut world.visitor(), "/.well-known/change-password")?;
    assert_eq!(answer.reply.status, 302);
    let target = answer.header("location").expect("a target");
    assert_eq!(target, format!("{}/wiki/Special:ChangePassword", world.origin()));
    let none = "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200";
    assert_eq!(open(&mut world.visitor(), none)?.reply.status, 404);
    Ok(())
}

#[test]
fn on_a_korean_wiki_pages_are_at_korean_titles() -> Tested {
    let world = World::with(|rules| rules.site.language = Language::KO)?;
    let mut visitor = world.visitor();
    let html = open(&mut visitor, "/wiki/Main_Page")?.body();
    assert!(html.contains("<html class=\"client-nojs\" lang=\"ko\""), "{html}");
    let head = between(&html, "id=\"p-personal\"", "</nav>").expect("links");
    let login = head.split("href=\"").nth(2).and_then(|rest| rest.split('"').next());
    let login = login.expect("a link").replace("&amp;", "&");
    assert!(login.starts_with("/w/index.php?title=%ED%8A%B9%EC%88%98:"), "{login}");
    let page = open(&mut visitor, &login)?;
    assert!(page.body().contains("<h1 id=\"firstHeading\">로그인</h1>"), "{}", page.body());
    Ok(())
}

#[test]
fn what_is_written_in_english_says_so_whatever_language_was_asked_for() -> Tested {
    let page = open(&mut World::new()?.visitor(), "/wiki/Special:UserLogin?uselang=de")?;
    assert!(page.body().contains("<html class=\"client-nojs\" lang=\"en\""), "{}", page.body());
    Ok(())
}
