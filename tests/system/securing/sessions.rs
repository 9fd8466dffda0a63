//! `Special:AccountSecurity`: where one is logged in.

use super::*;
use crate::Tested;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// What ending the session in the row that holds a text sends.
fn handle(page: &Answer, text: &str) -> Result<String> {
    let html = page.body();
    let row = html.split("<li>").find(|row| row.contains(text)).context("a row")?;
    let (_, rest) = row.split_once("name=\"end\" value=\"").context("a button")?;
    Ok(rest.split('"').next().context("its end")?.to_owned())
}

/// Ends the session in the row that holds a text.
fn end(person: &mut Visitor, text: &str) -> Result<Answer> {
    let page = open(person, SECURITY)?;
    let handle = handle(&page, text)?;
    send_form(person, &page, SECURITY, &[("end", &handle)])
}

#[test]
fn the_page_says_where_one_is_logged_in_and_an_ended_session_is_out_at_once() -> Tested {
    let world = world()?;
    world.add_account("William", PASSWORD)?;
    let mut away = world.visitor().from_address("203.0.113.7").with_header("User-Agent", FIREFOX);
    log_in(&mut away, "William")?;
    world.pass_minutes(2);
    let mut person =
        world.visitor().from_address("2001:db8::1").with_header("User-Agent", "curl/8");
    log_in(&mut person, "William")?;
    let page = open(&mut person, SECURITY)?;
    let html = page.body();
    assert!(html.contains("Firefox on Linux") && html.contains("203.0.113.7"), "{html}");
    assert!(html.contains("2001:db8::1") && html.contains("this device"), "{html}");
    assert!(html.contains("05:30, 22 November 2026"), "when it began: {html}");
    for visitor in [&away, &person] {
        let id = visitor.cookie("wiki_session").unwrap();
        assert!(!html.contains(&id), "an id would open the session");
    }
    let ended = end(&mut person, "203.0.113.7")?;
    assert!(ended.body().contains("It is out at once."), "{}", ended.body());
    assert!(!ended.body().contains("203.0.113.7"), "{}", ended.body());
    assert_eq!(away.whoami()?, None);
    assert_eq!(person.whoami()?.as_deref(), Some("William"));
    Ok(())
}

#[test]
fn a_session_that_stays_does_not_come_back_by_its_cookie_and_others_go_on() -> Tested {
    let world = world()?;
    let id = world.add_account("William", PASSWORD)?;
    let mut staying = world.visitor().from_address("203.0.113.7");
    staying.log_in_with("William", PASSWORD, &[("rememberMe", "1")])?;
    let mut stolen = staying.clone();
    stolen.lose_cookie("wiki_session");
    let mut plain = world.visitor().from_address("203.0.113.8");
    log_in(&mut plain, "William")?;
    let secret = world.add_bot_password(id, "tool")?;
    let mut program = world.visitor().from_address("203.0.113.9");
    program.log_in_bot("William@tool", &secret)?;
    let mut person = world.visitor();
    person.log_in_with("William", PASSWORD, &[("rememberMe", "1")])?;
    end(&mut person, "203.0.113.7")?;
    assert_eq!(staying.whoami()?, None);
    assert_eq!(stolen.whoami()?, None, "the cookie that stays opens nothing any more");
    for (visitor, who) in [(&mut plain, "browser"), (&mut program, "bot"), (&mut person, "own")] {
        assert_eq!(visitor.whoami()?.as_deref(), Some("William"), "{who}");
    }
    person.lose_cookie("wiki_session");
    assert_eq!(person.whoami()?.as_deref(), Some("William"), "this device stays logged in");
    Ok(())
}

#[test]
fn all_others_are_ended_also_those_that_are_in_no_list() -> Tested {
    let world = world()?;
    let id = world.add_account("William", PASSWORD)?;
    let mut closed = world.visitor();
    closed.log_in_with("William", PASSWORD, &[("rememberMe", "1")])?;
    closed.lose_cookie("wiki_session");
    world.cache_sql("DELETE FROM objectcache; DELETE FROM daemun_session_index;")?;
    let secret = world.add_bot_password(id, "tool")?;
    let mut program = world.visitor();
    program.log_in_bot("William@tool", &secret)?;
    let mut person = signed_in(&world, "William")?;
    let page = open(&mut person, SECURITY)?;
    assert!(page.body().contains("Bot password: tool"), "{}", page.body());
    let done = send_form(&mut person, &page, SECURITY, &[("endothers", "1")])?;
    assert!(done.body().contains("logged out everywhere else"), "{}", done.body());
    assert_eq!((closed.whoami()?, program.whoami()?), (None, None));
    assert_eq!(person.whoami()?.as_deref(), Some("William"));
    assert_eq!(open(&mut person, SECURITY)?.reply.status, 200, "it need not log in again");
    Ok(())
}

#[test]
fn nobody_ends_anothers_sessions() -> Tested {
    let world = world()?;
    world.add_account("William", PASSWORD)?;
    world.add_account("Carol", PASSWORD)?;
    let mut away = world.visitor().from_address("203.0.113.7");
    log_in(&mut away, "William")?;
    let (mut person, mut other) = (signed_in(&world, "William")?, signed_in(&world, "Carol")?);
    let handle = handle(&open(&mut person, SECURITY)?, "203.0.113.7")?;
    let page = open(&mut other, SECURITY)?;
    assert!(!page.body().contains("203.0.113.7"), "{}", page.body());
    send_form(&mut other, &page, SECURITY, &[("end", &handle)])?;
    // And the right form with the wrong token, or by an address alone.
    let token = between(&page, "name=\"wpEditToken\" value=\"", "\"")?;
    submit(&mut person, SECURITY, &[("end", &handle), ("wpEditToken", &token)])?;
    submit(&mut person, SECURITY, &[("endothers", "1"), ("wpEditToken", "+\\")])?;
    open(&mut person, &format!("{SECURITY}?{}", encode(&[("end", &handle)])))?;
    assert_eq!(away.whoami()?.as_deref(), Some("William"));
    Ok(())
}

#[test]
fn a_use_is_noted_when_the_session_is_prolonged() -> Tested {
    let world = world()?;
    world.add_account("William", PASSWORD)?;
    let mut away = world.visitor().from_address("203.0.113.7");
    log_in(&mut away, "William")?;
    world.pass_minutes(40);
    let mut moved = away.clone().from_address("203.0.113.8");
    assert_eq!(moved.whoami()?.as_deref(), Some("William"));
    let page = open(&mut signed_in(&world, "William")?, SECURITY)?;
    let html = page.body();
    let row = html.split("<li>").find(|row| row.contains("203.0.113.8")).context("a row")?;
    assert!(row.contains("05:30, 22 November") && row.contains("06:10, 22 November"), "{row}");
    Ok(())
}
