//! Sessions by a bot password, beside and in front of the browser's.

use daemun_testkit::visitor::Visitor;
use daemun_testkit::world::World;

use crate::Tested;

const PASSWORD: &str = "William-pass-1!";

struct Bots {
    world: World,
    id: u64,
    secret: String,
}

fn bots() -> anyhow::Result<Bots> {
    let world = World::new()?;
    let id = world.add_account("William", PASSWORD)?;
    let secret = world.add_bot_password(id, "tool")?;
    Ok(Bots { world, id, secret })
}

impl Bots {
    fn signed_in(&self) -> anyhow::Result<Visitor> {
        let mut bot = self.world.visitor();
        let answer = bot.log_in_bot("William@tool", &self.secret)?;
        assert_eq!(answer.result(), "Success", "{}", answer.body());
        Ok(bot)
    }
}

#[test]
fn a_bots_session_stands_beside_the_browsers_and_comes_first() -> Tested {
    let bots = bots()?;
    bots.world.add_account("Xavier", "Xavier-pass-1!")?;
    let mut visitor = bots.world.visitor();
    visitor.log_in("Xavier", "Xavier-pass-1!")?;
    let browsers = visitor.cookie("wiki_session");
    let answer = visitor.log_in_bot("William@tool", &bots.secret)?;
    assert_eq!(answer.set_cookies(), ["wiki_BPsession"], "{}", answer.body());
    assert_eq!(visitor.cookie("wiki_session"), browsers);
    assert_eq!(visitor.whoami()?.as_deref(), Some("William"));
    visitor.lose_cookie("wiki_BPsession");
    assert_eq!(visitor.whoami()?.as_deref(), Some("Xavier"));
    Ok(())
}

#[test]
fn nobody_else_can_log_in_where_a_bot_is_in() -> Tested {
    let bots = bots()?;
    let mut bot = bots.signed_in()?;
    let token = bot.token("login")?;
    let answer = bot.post(&[
        ("action", "login"),
        ("lgname", "William"),
        ("lgpassword", PASSWORD),
        ("lgtoken", &token),
    ])?;
    assert_eq!(answer.result(), "Aborted");
    // Clients match on this sentence.
    let sentence =
        "Cannot log in when using MediaWiki\\Session\\BotPasswordSessionProvider sessions.";
    assert_eq!(answer.text_at("/login/reason"), sentence);
    let answer = bot.log_in("William", PASSWORD)?;
    assert_eq!(answer.message_code(), "userlogin-cannot-login", "{}", answer.body());
    Ok(())
}

#[test]
fn a_bot_that_logs_out_leaves_the_browser_in() -> Tested {
    let bots = bots()?;
    let mut visitor = bots.world.visitor();
    visitor.log_in("William", PASSWORD)?;
    visitor.log_in_bot("William@tool", &bots.secret)?;
    let kept = visitor.clone();
    let answer = visitor.log_out()?;
    assert_eq!(answer.set_cookies(), ["-wiki_BPsession"], "{}", answer.body());
    let rights = visitor.user_info("rights")?;
    assert_eq!(rights["name"], "William");
    let mut alone = kept;
    alone.lose_cookie("wiki_session");
    alone.lose_cookie("wikiUserID");
    assert_eq!(alone.whoami()?, None, "the bot's session is over");
    Ok(())
}

#[test]
fn the_tokens_of_both_sessions_differ() -> Tested {
    let bots = bots()?;
    let mut visitor = bots.world.visitor();
    visitor.log_in("William", PASSWORD)?;
    let browsers = visitor.token("csrf")?;
    visitor.log_in_bot("William@tool", &bots.secret)?;
    let answer = visitor.post(&[("action", "logout"), ("token", &browsers)])?;
    assert_eq!(answer.error(), "badtoken");
    Ok(())
}

/// Signs a bot in, does something to the world and says whether it is still in.
fn survives(change: impl FnOnce(&Bots) -> anyhow::Result<()>) -> anyhow::Result<bool> {
    let bots = bots()?;
    let mut bot = bots.signed_in()?;
    change(&bots)?;
    let is_in = bot.whoami()?.is_some();
    assert_eq!(bot.cookie("wiki_BPsession").is_some(), is_in, "a dead cookie is taken away");
    Ok(is_in)
}

#[test]
fn a_bots_session_ends_with_what_it_rests_on() -> Tested {
    assert!(survives(|_| Ok(()))?, "or else this test shows nothing");
    let sql = |statement: &'static str| move |bots: &Bots| bots.world.sql(statement).map(|_| ());
    assert!(!survives(sql("UPDATE bot_passwords SET bp_token = 'x'"))?);
    assert!(!survives(sql("DELETE FROM bot_passwords"))?);
    let elsewhere =
        r#"UPDATE bot_passwords SET bp_restrictions = '{"IPAddresses":["203.0.113.0/24"]}'"#;
    assert!(!survives(sql(elsewhere))?);
    assert!(!survives(sql("UPDATE bot_passwords SET bp_restrictions = ''"))?);
    assert!(!survives(|bots| {
        bots.world.pass_minutes(61);
        Ok(())
    })?);
    Ok(())
}

#[test]
fn a_bots_session_that_is_used_lives_on() -> Tested {
    let bots = bots()?;
    let mut bot = bots.signed_in()?;
    for _ in 0..3 {
        bots.world.pass_minutes(40);
        let answer = bot.get(&[("action", "query"), ("meta", "userinfo")])?;
        assert_eq!(answer.text_at("/query/userinfo/name"), "William");
        assert_eq!(answer.set_cookies(), ["wiki_BPsession"]);
    }
    Ok(())
}

#[test]
fn a_bot_is_in_only_from_where_it_may_be() -> Tested {
    let bots = bots()?;
    let secret = bots.world.add_bot_password_with(bots.id, "here", |bot| {
        r#"{"IPAddresses":["203.0.113.0/24","2001:db8::/32"]}"#.clone_into(&mut bot.restrictions);
    })?;
    let outside = bots.world.visitor().from_address("198.51.100.1");
    let answer = outside.clone().log_in_bot("William@here", &secret)?;
    assert_eq!(answer.reason(), "wrongpassword", "{}", answer.body());

    let mut bot = outside.from_address("203.0.113.9");
    assert_eq!(bot.log_in_bot("William@here", &secret)?.result(), "Success");
    let mut bot = bot.from_address("2001:db8::1");
    assert_eq!(bot.whoami()?.as_deref(), Some("William"));
    let mut bot = bot.from_address("198.51.100.1");
    assert_eq!(bot.whoami()?, None);
    Ok(())
}

#[test]
fn changed_grants_count_at_once() -> Tested {
    let bots = bots()?;
    let mut bot = bots.signed_in()?;
    let may_edit = |bot: &mut Visitor| -> anyhow::Result<bool> {
        let info = bot.user_info("rights")?;
        Ok(info["rights"].as_array().unwrap().contains(&"edit".into()))
    };
    assert!(may_edit(&mut bot)?);
    bots.world.sql(r#"UPDATE bot_passwords SET bp_grants = '["basic"]'"#)?;
    assert!(!may_edit(&mut bot)?);
    Ok(())
}

#[test]
fn a_bot_password_without_a_hash_needs_a_reset() -> Tested {
    let bots = bots()?;
    bots.world.sql("UPDATE bot_passwords SET bp_password = ''")?;
    let answer = bots.world.visitor().log_in_bot("William@tool", &bots.secret)?;
    assert_eq!((answer.result(), answer.reason()), ("Failed", "botpasswords-needs-reset"));
    Ok(())
}

#[test]
fn where_bot_passwords_are_off_neither_logins_nor_sessions_work() -> Tested {
    let bots = bots()?;
    let bot = bots.signed_in()?;
    let origin = bots.world.another_server(|settings, _| settings.enable_bot_passwords = false)?;
    assert_eq!(bot.moved_to(&origin).whoami()?, None);
    let answer = Visitor::at(&origin).log_in_bot("William@tool", &bots.secret)?;
    assert_ne!(answer.result(), "Success", "{}", answer.body());
    Ok(())
}

#[test]
fn a_record_of_one_provider_is_none_of_the_other() -> Tested {
    let bots = bots()?;
    let bot = bots.signed_in()?;
    let mut person = bots.world.visitor();
    person.log_in("William", PASSWORD)?;
    let mut crossed = bots.world.visitor();
    crossed.set_cookie("wiki_BPsession", &person.cookie("wiki_session").unwrap());
    assert_eq!(crossed.whoami()?, None);
    let mut crossed = bots.world.visitor();
    crossed.set_cookie("wiki_session", &bot.cookie("wiki_BPsession").unwrap());
    crossed.set_cookie("wikiUserID", &bots.id.to_string());
    assert_eq!(crossed.whoami()?, None);
    Ok(())
}
