//! The help of the API as a page, and what the sandbox is besides its form.

use daemun_testkit::world::World;

use super::{between, open};
use crate::Tested;

#[test]
fn the_help_of_a_module_is_a_page_of_the_wiki() -> Tested {
    let world = World::new()?;
    let mut visitor = world.visitor();
    let page = visitor.send_to("GET", "/wiki/Special:ApiHelp/clientlogin", None, &[])?;
    assert_eq!(page.reply.status, 200);
    let html = page.body();
    assert!(html.contains("id=\"firstHeading\"") && html.contains("<main"), "{html}");
    let main = between(&html, "<main", "</main>").expect("a main part");
    assert!(main.contains("apihelp-module-name") && main.contains("loginreturnurl"), "{main}");
    assert!(main.contains("Special:ApiSandbox#action=clientlogin"), "{main}");
    let path = "/wiki/%ED%8A%B9%EC%88%98:ApiHelp/sub/query?uselang=ko";
    let korean = visitor.send_to("GET", path, None, &[])?.body();
    assert!(korean.contains("id=\"query+siteinfo\"") && korean.contains("id=\"toc\""), "{korean}");
    let none = visitor.send_to("GET", "/wiki/Special:ApiHelp/%3Cb%3Enothing", None, &[])?;
    assert_eq!(none.reply.status, 404);
    assert!(!none.body().contains("<b>nothing"), "{}", none.body());
    Ok(())
}

#[test]
fn the_sandbox_runs_its_own_script_alone_and_is_kept_by_nobody() -> Tested {
    let world = World::new()?;
    let mut visitor = world.visitor();
    let page = open(&mut visitor, &[])?;
    let policy = page.header("content-security-policy").expect("a policy");
    for part in ["default-src 'none'", "script-src 'self'", "connect-src 'self'"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
    assert!(page.header("cache-control").is_some_and(|value| value.contains("no-store")));
    let html = page.body();
    let scripts: Vec<&str> = html.split("<script").skip(1).collect();
    assert_eq!(scripts.len(), 1, "{html}");
    let mut bytes = page.reply.body.len();
    for (mark, most) in [(" src=\"", 25_000), ("rel=\"stylesheet\" href=\"", 20_000)] {
        let address = between(&html, mark, "\"").expect("an address");
        let file = visitor.send_to("GET", address, None, &[])?;
        assert_eq!(file.reply.status, 200, "{address}");
        assert!(file.reply.body.len() <= most, "{address}: {}", file.reply.body.len());
        bytes += file.reply.body.len();
    }
    assert!(bytes <= 60_000, "{bytes}");
    Ok(())
}

#[test]
fn the_sandbox_is_there_in_korean_by_its_own_name() -> Tested {
    let world = World::new()?;
    let path = "/wiki/%ED%8A%B9%EC%88%98:Api%EC%97%B0%EC%8A%B5%EC%9E%A5?uselang=ko";
    let page = world.visitor().send_to("GET", path, None, &[])?;
    assert_eq!(page.reply.status, 200);
    assert!(page.body().contains("API 연습장"), "{}", page.body());
    assert!(!page.body().contains('⧼'), "{}", page.body());
    Ok(())
}
