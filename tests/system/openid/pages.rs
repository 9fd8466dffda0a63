//! Links to accounts elsewhere, in a browser.

use super::*;
use crate::Tested;
use crate::forms::{between, fill_in, follow};

const LINK: &str = "/wiki/Special:LinkAccounts";

fn visit(visitor: &mut Visitor, path: &str) -> Result<Answer> {
    crate::forms::open(visitor, path)
}

fn signed_in(setup: &Setup, name: &str) -> Result<Visitor> {
    let mut visitor = setup.world.visitor();
    let answer = visitor.log_in(name, PASSWORD)?;
    anyhow::ensure!(answer.status() == "PASS", "{}", answer.body());
    Ok(visitor)
}

/// Where a page sends the browser on to by itself.
fn leads_to(leaving: &Answer) -> Result<String> {
    let refresh = leaving.header("refresh").with_context(|| leaving.body())?;
    Ok(refresh.strip_prefix("0; url=").context("a target")?.to_owned())
}

/// Presses the provider's button, signs in there, agrees, and answers the last page.
fn link(setup: &Setup, visitor: &mut Visitor, language: &str) -> Result<Answer> {
    let form = visit(visitor, &format!("{LINK}?uselang={language}"))?;
    let leaving = fill_in(visitor, &form, &[("pluggableauthlogin0", "1")])?;
    let target = leads_to(&leaving)?;
    let back = setup.provider.sign_in(&target, &maria())?;
    // They may take their time there.
    setup.world.pass_seconds(400);
    setup.provider.is_at(setup.world.now());
    let question = open(visitor, &back)?;
    let asks = if language == "ko" { "연결할까요" } else { "log in with it here" };
    anyhow::ensure!(question.body().contains(asks), "{}", question.body());
    anyhow::ensure!(question.body().contains("William"), "{}", question.body());
    let on = submit(visitor, &question)?;
    follow(visitor, &on)
}

#[test]
fn an_account_elsewhere_is_linked_and_unlinked() -> Tested {
    for (language, linked, unlinked) in [
        ("en", "The accounts are linked", "no longer linked"),
        ("ko", "계정을 연결했습니다", "연결을 해제했습니다"),
    ] {
        let setup = Setup::new()?;
        setup.world.add_account("William", PASSWORD)?;
        let mut william = signed_in(&setup, "William")?;
        let done = link(&setup, &mut william, language)?;
        assert!(done.body().contains(linked), "{}", done.body());
        assert_eq!(setup.links()?, [("William".to_owned(), "maria-1".to_owned())]);
        william.log_in("William", PASSWORD)?;
        let list =
            visit(&mut william, &format!("/wiki/Special:UnlinkAccounts?uselang={language}"))?;
        let html = list.body();
        assert!(html.contains("maria-1"), "whose it is can be seen: {html}");
        let rows = between(&html, "<section>", "</section>").expect("a list");
        let target = between(rows, "href=\"", "\"").expect("a link").replace("&amp;", "&");
        let question = visit(&mut william, &target)?;
        assert!(question.body().contains("maria-1"), "{}", question.body());
        assert_eq!(setup.links()?.len(), 1, "only asked");
        let gone = fill_in(&mut william, &question, &[])?;
        assert!(gone.body().contains(unlinked), "{}", gone.body());
        assert!(setup.links()?.is_empty());
    }
    Ok(())
}

#[test]
fn whoever_has_a_link_is_shown_it_instead_of_buttons() -> Tested {
    let setup = Setup::new()?;
    setup.linked("William", "maria-1")?;
    let mut william = signed_in(&setup, "William")?;
    let page = visit(&mut william, LINK)?;
    assert!(page.body().contains("Special:UnlinkAccounts/"), "{}", page.body());
    assert!(!page.body().contains("pluggableauthlogin0"), "{}", page.body());
    Ok(())
}

#[test]
fn what_belongs_to_another_is_not_linked_and_that_is_said() -> Tested {
    let setup = Setup::new()?;
    setup.linked("Other", "maria-1")?;
    setup.world.add_account("William", PASSWORD)?;
    let mut william = signed_in(&setup, "William")?;
    let refused = link(&setup, &mut william, "en")?;
    assert!(refused.body().contains("role=\"alert\""), "{}", refused.body());
    assert_eq!(setup.links()?.len(), 1);
    Ok(())
}

#[test]
fn whoever_has_no_password_is_warned_before_the_last_way_in_goes() -> Tested {
    let setup = Setup::new()?;
    setup.linked("William", "maria-1")?;
    let mut william = signed_in(&setup, "William")?;
    let path = "/wiki/Special:UnlinkAccounts/OpenIDConnect:example:maria-1";
    assert!(!visit(&mut william, path)?.body().contains("has no password"));
    setup.world.sql("UPDATE user SET user_password = ''")?;
    let question = visit(&mut william, path)?;
    assert!(question.body().contains("has no password"), "{}", question.body());
    Ok(())
}

#[test]
fn who_it_is_is_shown_again_at_the_provider_which_must_ask() -> Tested {
    let setup = Setup::new()?;
    setup.linked("William", "maria-1")?;
    let mut william = signed_in(&setup, "William")?;
    setup.world.pass_seconds(301);
    let sent_away = visit(&mut william, "/wiki/Special:ChangeEmail")?;
    let login = follow(&mut william, &sent_away)?;
    let button = [("wpName", "William"), ("wpPassword", ""), ("pluggableauthlogin0", "1")];
    let leaving = fill_in(&mut william, &login, &button)?;
    let target = leads_to(&leaving)?;
    assert!(target.contains("prompt=login"), "{target}");
    let back = setup.provider.sign_in(&target, &maria())?;
    let on = open(&mut william, &back)?;
    let done = follow(&mut william, &on)?;
    let location = done.header("location").unwrap_or_default();
    assert!(location.ends_with("/wiki/Special:ChangeEmail"), "{location}: {}", done.body());
    assert_eq!(visit(&mut william, "/wiki/Special:ChangeEmail")?.reply.status, 200);
    Ok(())
}

#[test]
fn somebody_else_at_the_provider_does_not_take_the_session_over() -> Tested {
    let setup = Setup::new()?;
    setup.world.add_account("William", PASSWORD)?;
    setup.linked("Maria", "maria-1")?;
    let mut william = signed_in(&setup, "William")?;
    setup.world.pass_seconds(301);
    let sent_away = visit(&mut william, "/wiki/Special:ChangeEmail")?;
    let login = follow(&mut william, &sent_away)?;
    let button = [("wpName", "William"), ("wpPassword", ""), ("pluggableauthlogin0", "1")];
    let leaving = fill_in(&mut william, &login, &button)?;
    let target = leads_to(&leaving)?;
    let back = setup.provider.sign_in(&target, &maria())?;
    let on = open(&mut william, &back)?;
    let refused = follow(&mut william, &on)?;
    assert!(refused.body().contains("log out first"), "{}", refused.body());
    assert_eq!(william.whoami()?.as_deref(), Some("William"));
    Ok(())
}

#[test]
fn nobody_gets_an_account_by_showing_again_who_they_are() -> Tested {
    let setup = Setup::with(|provider| provider.creates_accounts = true)?;
    setup.world.add_account("William", PASSWORD)?;
    let mut william = signed_in(&setup, "William")?;
    setup.world.pass_seconds(301);
    let sent_away = visit(&mut william, "/wiki/Special:ChangeEmail")?;
    let login = follow(&mut william, &sent_away)?;
    let button = [("wpName", "William"), ("wpPassword", ""), ("pluggableauthlogin0", "1")];
    let leaving = fill_in(&mut william, &login, &button)?;
    let target = leads_to(&leaving)?;
    let back = setup.provider.sign_in(&target, &maria())?;
    let on = open(&mut william, &back)?;
    let refused = follow(&mut william, &on)?;
    assert!(refused.body().contains("log out first"), "{}", refused.body());
    assert_eq!(setup.world.value("SELECT COUNT(*) FROM user")?, "1");
    assert!(setup.links()?.is_empty());
    Ok(())
}
