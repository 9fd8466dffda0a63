//! What a server that explains tells the author of a client, each sentence after what a real client
//! does wrong. The replies stay what they are.

use std::collections::BTreeSet;

use daemun_auth::providers::Providers;
use daemun_auth::response::AuthenticationResponse;
use daemun_auth::session::RequestOrigin;
use daemun_auth::{AuthManager, Clock, Sessions};
use daemun_mediawiki::cookie::CookieJar;
use daemun_mediawiki::second_factor::{TotpSecret, window_of};
use daemun_testkit::mail::Letters;
use daemun_testkit::program::{Home, Server};
use daemun_testkit::visitor::{Answer, Params, Visitor};
use daemun_testkit::waiting::wait_for;
use daemun_testkit::world::World;
use serde_json::Value;

use crate::Tested;

const PASSWORD: &str = "William-pass-1!";
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

pub(crate) fn home(configuration: &str) -> anyhow::Result<Home> {
    let home = Home::new()?;
    let text = format!("explain = true\n{configuration}\n");
    std::fs::write(home.path().join("daemun.toml"), text)?;
    home.add_account("William", PASSWORD)?;
    Ok(home)
}

const UNTHROTTLED: &str = "throttle.password = []";

/// The sentence for the request that was answered: its key, without what all begin with.
fn why(server: &Server, answer: &Answer) -> anyhow::Result<String> {
    let id = answer.header("x-request-id").expect("an id");
    let find = |target: &str| {
        let log = server.log();
        let mut lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.find(|line| line["target"] == target && line["id"] == id.as_str())
    };
    wait_for("the request's line", || Ok(find("daemun::request")))?;
    // The explanation follows the line at once.
    let found =
        wait_for(&format!("an explanation of {}", answer.body()), || Ok(find("daemun::explain")))?;
    let sentence = found["message"].as_str().unwrap();
    assert!(sentence.len() > 20 && !sentence.contains("$1") && !sentence.contains('⧼'), "{found}");
    Ok(found["why"].as_str().unwrap().to_owned())
}

pub(crate) fn assert_why(server: &Server, answer: &Answer, expected: &str) -> Tested {
    assert_eq!(why(server, answer)?, expected, "{}", answer.body());
    Ok(())
}

/// A body that is sent just so, without encoding what it holds.
fn post_raw(visitor: &mut Visitor, body: &str) -> anyhow::Result<Answer> {
    visitor.send("POST", &[("format", "json")], Some(body.as_bytes()), &[FORM])
}

#[test]
fn cookies_that_do_not_come_back() -> Tested {
    let home = home(UNTHROTTLED)?;
    let server = home.serve()?;
    let again = |visitor: &mut Visitor, token: &str| {
        visitor.log_in_by_token(token, "William", PASSWORD, &[])
    };
    let mut visitor = server.visitor();
    let token = visitor.token("login")?;
    visitor.lose_cookies();
    assert_why(&server, &again(&mut visitor, &token)?, "no-cookies")?;
    let answer = server.visitor().log_in_bot_by_token(&token, "William", PASSWORD)?;
    assert_why(&server, &answer, "no-cookies")?;
    let mut other = server.visitor();
    other.set_cookie("other_session", "x");
    assert_why(&server, &again(&mut other, &token)?, "other-cookies")?;
    let mut unknown = server.visitor();
    unknown.set_cookie("wiki_session", "0123456789abcdefghijklmnopqrstuv");
    assert_why(&server, &again(&mut unknown, &token)?, "session-unknown")?;

    let mut visitor = server.visitor();
    let token = visitor.token("login")?;
    let mut before = visitor.clone();
    assert_eq!(again(&mut visitor, &token)?.status(), "PASS");
    assert_why(&server, &again(&mut before, &token)?, "session-replaced")?;
    let mut half = visitor.clone();
    half.lose_cookie("wikiUserID");
    let asserting = [("action", "query"), ("assert", "user")];
    assert_why(&server, &half.get(&asserting)?, "user-cookie-missing")?;
    let mut mixed = visitor.clone();
    mixed.set_cookie("wikiUserID", "999");
    assert_why(&server, &mixed.get(&asserting)?, "user-not-proven")
}

#[test]
fn tokens_that_were_mangled_or_mixed_up() -> Tested {
    let home = home(UNTHROTTLED)?;
    let server = home.serve()?;
    let mut visitor = server.visitor();
    let token = visitor.token("login")?;
    let stem = token.trim_end_matches("+\\").to_owned();
    for (mangled, key) in [
        (format!("{stem} \\"), "token-space"),
        (format!("{stem}+\\\\"), "token-backslashes"),
        (format!("{stem}%2B%5C"), "token-encoded-twice"),
        (format!("{token}\n"), "token-padded"),
        (stem, "token-cut"),
        ("undefined".to_owned(), "no-token-at-all"),
        (visitor.token("csrf")?, "token-of-nobody"),
        (server.visitor().token("login")?, "token-of-another-session"),
        (visitor.token("createaccount")?, "token-kind"),
    ] {
        let answer = visitor.log_in_by_token(&mangled, "William", PASSWORD, &[])?;
        assert_eq!(answer.error(), "badtoken", "{}", answer.body());
        assert_why(&server, &answer, key)?;
        let answer = visitor.log_in_bot_by_token(&mangled, "William", PASSWORD)?;
        assert_eq!(answer.result(), "WrongToken", "{}", answer.body());
        assert_why(&server, &answer, key)?;
    }
    // As a shell sends it that does not encode.
    let body = format!("action=login&lgname=William&lgpassword=x&lgtoken={token}");
    assert_why(&server, &post_raw(&mut visitor, &body)?, "token-space")?;
    let none = visitor.post(&[("action", "login"), ("lgname", "William")])?;
    assert_why(&server, &none, "token-missing")?;
    let other = visitor.post(&[("action", "clientlogin"), ("lgtoken", &token)])?;
    assert_why(&server, &other, "token-misnamed")
}

#[test]
fn requests_of_a_wrong_form() -> Tested {
    let home = home(UNTHROTTLED)?;
    let server = home.serve()?;
    let mut visitor = server.visitor();
    let token = visitor.token("login")?;
    let get = visitor.get(&[("action", "login"), ("lgname", "William")])?;
    assert_why(&server, &get, "not-posted")?;
    let in_address = [("action", "clientlogin"), ("logintoken", &*token), ("format", "json")];
    let answer = visitor.send("POST", &in_address, Some(b"username=William"), &[FORM])?;
    assert_why(&server, &answer, "in-address")?;
    let answer = visitor.send(
        "POST",
        &[("action", "login"), ("lgpassword", "x"), ("format", "json")],
        Some(b"lgname=William"),
        &[FORM],
    )?;
    assert_why(&server, &answer, "in-address")?;
    let query = [("action", "clientlogin"), ("format", "json")];
    for (kind, key) in [("application/json", "json-body"), ("text/plain", "unread-body")] {
        let answer = visitor.send("POST", &query, Some(b"{}"), &[("Content-Type", kind)])?;
        assert_why(&server, &answer, key)?;
    }
    let mut step = |more: Params<'_>| {
        let mut params = vec![("action", "clientlogin"), ("logintoken", token.as_str())];
        params.extend(more);
        visitor.post(&params)
    };
    assert_why(&server, &step(&[("username", "William")])?, "no-return-url")?;
    assert_why(&server, &step(&[("loginreturnurl", "here")])?, "bad-return-url")?;
    assert_why(&server, &step(&[("logincontinue", "1")])?, "no-dialogue")?;
    let there = ("loginreturnurl", "http://x/");
    assert_why(&server, &step(&[there, ("username", "William")])?, "not-answered")?;
    let misnamed = step(&[there, ("lgname", "William"), ("lgpassword", "x")])?;
    assert_why(&server, &misnamed, "misnamed-fields")?;
    let misnamed = visitor.post(&[
        ("action", "login"),
        ("username", "William"),
        ("password", "x"),
        ("lgtoken", &token),
    ])?;
    assert_why(&server, &misnamed, "misnamed-fields")?;
    let other_site = visitor.post(&[("action", "login"), ("origin", "*")])?;
    assert_why(&server, &other_site, "other-site")?;
    let path = visitor.send_to("GET", "/api.php?action=query", None, &[])?;
    assert_eq!(path.reply.status, 404);
    wait_for("the sentence on paths", || {
        Ok(server.log().contains(r#""why":"wrong-path""#).then_some(()))
    })
}

#[test]
fn names_and_passwords() -> Tested {
    let home = home(UNTHROTTLED)?;
    home.add_account("Xavier", PASSWORD)?;
    home.add_account("Yvonne", PASSWORD)?;
    home.sql("UPDATE user SET user_password = '' WHERE user_name = 'Xavier'")?;
    home.sql(
        "UPDATE user SET user_newpassword = user_password, user_newpass_time = '20200101000000' \
         WHERE user_name = 'Yvonne'",
    )?;
    let server = home.serve()?;
    let botlike = "0123456789abcdefghijklmnopqrstuv";
    for (name, password, key) in [
        ("Nobody", "x", "unknown-account"),
        ("William", "wrong", "wrong-password"),
        ("William", "wrong\n", "padded-password"),
        ("William", botlike, "bot-password-as-password"),
        ("Xavier", "wrong", "no-password"),
        ("Yvonne", "wrong", "temporary-password-expired"),
        ("William@tool", botlike, "bot-name-in-dialogue"),
        ("a#b", "wrong", "unusable-name"),
        ("William", &"x".repeat(5000), "forbidden-password"),
    ] {
        let answer = server.visitor().log_in(name, password)?;
        assert_eq!(answer.status(), "FAIL", "{}", answer.body());
        assert_why(&server, &answer, key)?;
    }
    let answer = server.visitor().log_in_bot("William", "wrong")?;
    assert_why(&server, &answer, "wrong-main-password")?;

    home.run_with(
        &["user", "set-password", "William", "--password-stdin", "--expire-now"],
        PASSWORD,
    )?
    .well()?;
    let mut visitor = server.visitor();
    let answer = visitor.log_in("William", PASSWORD)?;
    assert_eq!(answer.status(), "UI", "{}", answer.body());
    assert_why(&server, &answer, "step-follows")?;
    home.run(&["user", "end-sessions", "William"])?.well()?;
    let answer = visitor.go_on(&[("password", "New-pass-77!"), ("retype", "New-pass-77!")])?;
    assert_why(&server, &answer, "account-changed")?;
    let answer = server.visitor().log_in_bot("William", PASSWORD)?;
    assert_eq!(answer.result(), "Aborted");
    assert_why(&server, &answer, "further-step")
}

#[test]
fn the_page_for_people() -> Tested {
    const PAGE: &str = "/w/index.php?title=Special:UserLogin";
    let home = home("throttle.password = [{ count = 2, seconds = 300 }]")?;
    let server = home.serve()?;
    let mut visitor = server.visitor();
    let token = visitor.token("login")?;
    let send = |visitor: &mut Visitor, path: &str, fields: Params<'_>| {
        let body = daemun_testkit::visitor::encode(fields);
        visitor.send_to("POST", path, Some(body.as_bytes()), &[FORM])
    };
    let filled = |name, password| [("wpName", name), ("wpPassword", password)];
    let mut with_token = |fields: &[(&str, &str)]| {
        let mut all = vec![("wpLoginToken", token.as_str())];
        all.extend(fields);
        send(&mut visitor, PAGE, &all)
    };
    assert_why(&server, &with_token(&filled("Nobody", "x"))?, "unknown-account")?;
    assert_why(&server, &with_token(&filled("William", "wrong"))?, "wrong-password")?;
    assert_why(&server, &with_token(&filled("William", ""))?, "not-answered")?;
    let misnamed = [("username", "William"), ("password", "x")];
    assert_why(&server, &with_token(&misnamed)?, "misnamed-fields")?;
    let no_dialogue = with_token(&[("authAction", "login-continue")])?;
    assert_why(&server, &no_dialogue, "no-dialogue")?;
    with_token(&filled("William", "wrong"))?;
    assert_why(&server, &with_token(&filled("William", PASSWORD))?, "throttled")?;

    let mut stranger = server.visitor();
    let answer = send(&mut stranger, PAGE, &[("wpLoginToken", &token)])?;
    assert_why(&server, &answer, "no-cookies")?;
    let answer = send(&mut stranger, PAGE, &filled("William", PASSWORD))?;
    assert_why(&server, &answer, "token-missing")?;
    let answer = send(&mut stranger, PAGE, &[("logintoken", "x")])?;
    assert_why(&server, &answer, "token-misnamed")?;
    let in_address = format!("{PAGE}&wpLoginToken=x");
    assert_why(&server, &send(&mut stranger, &in_address, &[])?, "in-address")
}

#[test]
fn second_factors() -> Tested {
    let home = home(UNTHROTTLED)?;
    let added = home.run(&["user", "second-factor", "William", "add", "--no-qr"])?.well()?;
    let secret = added.split_once("secret=").unwrap().1.split_once('&').unwrap().0;
    let secret = TotpSecret::from_base32(secret).unwrap();
    let server = home.serve()?;
    let asked = || {
        let mut visitor = server.visitor();
        visitor.log_in("William", PASSWORD)?;
        anyhow::Ok(visitor)
    };
    let mut visitor = asked()?;
    assert_why(&server, &visitor.go_on(&[])?, "code-not-answered")?;
    assert_why(&server, &visitor.go_on(&[("OATHToken", "wrong")])?, "wrong-code")?;
    let code = format!("{:06}", secret.code(window_of(Clock::system().now())));
    let answer = visitor.go_on(&[("OATHToken", &code)])?;
    assert_eq!(answer.status(), "PASS", "{}", answer.body());
    let mut visitor = asked()?;
    assert_why(&server, &visitor.go_on(&[("OATHToken", &code)])?, "used-code")?;
    for _ in 0..8 {
        visitor.go_on(&[("OATHToken", "wrong")])?;
    }
    assert_why(&server, &visitor.go_on(&[("OATHToken", "wrong")])?, "code-throttled")?;
    home.run(&["user", "second-factor", "William", "disable"])?.well()?;
    assert_why(&server, &visitor.go_on(&[("OATHToken", "wrong")])?, "second-factor-gone")
}

#[test]
fn bot_passwords() -> Tested {
    let home = home(UNTHROTTLED)?;
    let password = home.add_bot_password("William", "tool", &["basic"])?;
    let server = home.serve()?;
    let log_in = |name: &str, password: &str| server.visitor().log_in_bot(name, password);
    let mut inside = server.visitor();
    assert_eq!(inside.log_in_bot("William@tool", &password)?.result(), "Success");
    assert_why(&server, &inside.log_in_bot("William@tool", &password)?, "bot-session")?;
    assert_why(&server, &inside.log_in("William", PASSWORD)?, "bot-session")?;
    let asserting = [("action", "query"), ("assert", "bot")];
    assert_why(&server, &inside.get(&asserting)?, "assert-bot-grant")?;
    assert_why(&server, &log_in("Nobody@tool", &password)?, "unknown-bot-account")?;
    assert_why(&server, &log_in("William@other", &password)?, "unknown-app")?;
    assert_why(&server, &log_in("William", &format!("other@{password}"))?, "unknown-app")?;
    assert_why(&server, &log_in("William@tool", &"0".repeat(32))?, "wrong-bot-password")?;
    assert_why(&server, &log_in("William@tool", PASSWORD)?, "not-bot-password")?;
    home.sql("UPDATE bot_passwords SET bp_restrictions = '{\"IPAddresses\":[\"192.0.2.0/24\"]}'")?;
    assert_why(&server, &log_in("William@tool", &password)?, "bot-address")?;
    let asserting = [("action", "query"), ("assert", "user")];
    assert_why(&server, &inside.get(&asserting)?, "bot-session-ended")?;
    home.sql(
        "UPDATE bot_passwords SET bp_password = ':invalid:', \
         bp_restrictions = '{\"IPAddresses\":[\"0.0.0.0/0\"]}'",
    )?;
    assert_why(&server, &log_in("William@tool", &password)?, "void-bot-password")
}

#[test]
fn assertions() -> Tested {
    let home = home(UNTHROTTLED)?;
    let server = home.serve()?;
    let mut visitor = server.visitor();
    let token = [("action", "query"), ("meta", "tokens"), ("type", "login"), ("assert", "user")];
    assert_why(&server, &visitor.get(&token)?, "assert-before-login")?;
    visitor.token("login")?;
    let asserting = |what: &'static str| [("action", "query"), ("assert", what)];
    assert_why(&server, &visitor.get(&asserting("user"))?, "assert-nobody")?;
    let mut member = server.visitor_of("William", PASSWORD)?;
    assert_why(&server, &member.get(&asserting("bot"))?, "assert-bot-group")?;
    assert_why(&server, &member.get(&asserting("anon"))?, "assert-anon")?;
    let other = member.get(&[("action", "query"), ("assertuser", "Xavier")])?;
    assert_why(&server, &other, "assert-other")
}

#[test]
fn rules_of_the_wiki() -> Tested {
    let rules = "throttle.password = [{ count = 1, seconds = 300 }]\nblock-disables-login = true";
    let strict = home(rules)?;
    let server = strict.serve()?;
    strict.run(&["user", "block", "William", "--reason", "spam"])?.well()?;
    assert_why(&server, &server.visitor().log_in("William", PASSWORD)?, "blocked")?;
    let throttled = server.visitor().log_in("William", PASSWORD)?;
    assert_eq!(throttled.message_code(), "login-throttled");
    assert_why(&server, &throttled, "throttled")?;

    for (rules, key) in [
        ("main-account-login = \"abort\"", "main-account-refused"),
        ("bot-passwords = false", "bot-passwords-off"),
        ("cookie.secure = true", "secure-cookies"),
        ("read-only = \"moving house\"", "read-only"),
    ] {
        let home = home(rules)?;
        let server = home.serve()?;
        let name = if key == "bot-passwords-off" { "William@tool" } else { "William" };
        let mut visitor = server.visitor();
        let token = visitor.token("login")?;
        if key == "secure-cookies" {
            visitor.lose_cookies();
        }
        let answer = visitor.log_in_bot_by_token(&token, name, PASSWORD)?;
        assert_why(&server, &answer, key)?;
    }
    let private = home("groups = { \"*\" = { read = false } }")?;
    let server = private.serve()?;
    let with_continue = [("action", "query"), ("meta", "tokens"), ("continue", "")];
    let answer = server.visitor().get(&with_continue)?;
    assert_eq!(answer.error(), "readapidenied", "{}", answer.body());
    assert_why(&server, &answer, "private")
}

#[test]
fn sentences_are_in_the_language_of_the_wiki_and_absent_unless_asked_for() -> Tested {
    let mut home = home("site.language = \"ko\"")?;
    let server = home.serve()?;
    let failed = server.visitor().log_in("Nobody", "x")?;
    assert_why(&server, &failed, "unknown-account")?;
    assert!(server.log().contains("이 이름을 쓰는 계정이 없습니다."), "{}", server.log());
    assert!(!failed.body().contains("계정이 없습니다"), "{}", failed.body());

    home.set("DAEMUN_EXPLAIN", "false");
    let server = home.serve()?;
    server.visitor().log_in("Nobody", "x")?;
    wait_for("the event", || Ok(server.log().contains("daemun::login").then_some(())))?;
    assert!(!server.log().contains("daemun::explain"), "{}", server.log());
    drop(server);
    let mut command = home.command(&["serve", "--listen", "127.0.0.1:0", "--explain"])?;
    command.env_remove("DAEMUN_EXPLAIN");
    let server = Server::start(command)?;
    assert_why(&server, &server.visitor().log_in("Nobody", "x")?, "unknown-account")
}

#[test]
fn a_login_that_waited_for_too_long_knows_that_it_did() -> Tested {
    let world = World::with(|rules| rules.settings.session_lifetime = 100_000)?;
    world.add_account("William", PASSWORD)?;
    world.sql("UPDATE user SET user_password_expires = '20200101000000'")?;
    let mut visitor = world.visitor();
    assert_eq!(visitor.log_in("William", PASSWORD)?.status(), "UI");
    world.pass_minutes(61);
    assert_eq!(why_it_ends(&world, &visitor)?, "dialogue-too-old");
    Ok(())
}

/// Why a login ends when it goes on without an answer, as far as it is known below the API.
fn why_it_ends(world: &World, visitor: &Visitor) -> anyhow::Result<String> {
    let environment = world.environment.clone();
    let sessions = Sessions::new(environment.clone());
    let manager = AuthManager::new(sessions, environment, Providers::standard());
    let cookie = format!("wiki_session={}", visitor.cookie("wiki_session").expect("a session"));
    let cookies = CookieJar::parse(cookie.as_bytes());
    let origin = RequestOrigin {
        cookies: &cookies,
        address: [127, 0, 0, 1].into(),
        secure: false,
        agent: "",
    };
    let response = world.run(async {
        let mut session = manager.sessions().load(origin).await?;
        manager.resume(&mut session, &[]).await
    })?;
    let AuthenticationResponse::Fail { reason: Some(reason), .. } = response else {
        panic!("{response:?}")
    };
    let key = reason.explanation().key;
    Ok(key.strip_prefix("daemun-explain-").expect("its beginning").to_owned())
}

#[test]
fn codes_by_mail() -> Tested {
    let home = home("mail.transport = \"file\"\nmail.login-codes = true")?;
    home.sql(
        "UPDATE user SET user_email = 'w@example.org', user_email_authenticated = user_touched",
    )?;
    let server = home.serve()?;
    let mut visitor = server.visitor();
    let asked = visitor.log_in("William", PASSWORD)?;
    assert_eq!(asked.message_code(), "emailauth-login-message");
    assert_why(&server, &asked, "step-follows")?;
    for _ in 0..3 {
        assert_eq!(visitor.go_on(&[("token", "wrong")])?.status(), "UI");
    }
    assert_why(&server, &visitor.go_on(&[("token", "wrong")])?, "wrong-email-code")?;

    let world = World::with(|rules| {
        rules.mailer = Letters::default().mailer();
        rules.settings.mail.login_codes = true;
    })?;
    world.add_account_with("William", PASSWORD, |account| {
        account.email = "w@example.org".to_owned();
        account.email_authenticated = Some(account.registration);
    })?;
    let mut visitor = world.visitor();
    assert_eq!(visitor.log_in("William", PASSWORD)?.status(), "UI");
    world.pass_minutes(11);
    assert_eq!(why_it_ends(&world, &visitor)?, "email-code-too-old");
    Ok(())
}

#[test]
fn captchas_that_were_not_answered_or_not_rightly() -> Tested {
    let configuration = "throttle.password = []\n[captcha]\nkind = 'question'\n\
        questions = [{ question = 'Six?', answers = ['6'] }]\n\
        triggers = ['loginattempt']\nwrong-answers = [{ count = 3, seconds = 60 }]";
    let home = home(configuration)?;
    let server = home.serve()?;
    let mut visitor = server.visitor();
    let answer = |visitor: &mut Visitor, word: &str| {
        let listed = visitor.get(&[
            ("action", "query"),
            ("meta", "authmanagerinfo"),
            ("amirequestsfor", "login"),
        ])?;
        let place = "/query/authmanagerinfo/requests/0/fields/captchaId/value";
        let id = listed.text_at(place).to_owned();
        let fields = [("captchaId", id.as_str()), ("captchaWord", word)];
        let first = visitor.log_in_with("William", PASSWORD, &fields)?;
        let again = visitor.log_in_with("William", PASSWORD, &fields)?;
        anyhow::Ok((first, again))
    };
    let none = visitor.log_in("William", PASSWORD)?;
    assert_why(&server, &none, "captcha-not-answered")?;
    let by_bots = server.visitor().log_in_bot("William", PASSWORD)?;
    assert_why(&server, &by_bots, "captcha-not-answered")?;
    let (wrong, again) = answer(&mut visitor, "7")?;
    assert_why(&server, &wrong, "captcha-wrong")?;
    assert_why(&server, &again, "captcha-not-open")?;
    let (_, too_often) = answer(&mut visitor, "7")?;
    assert_why(&server, &too_often, "captcha-too-often")?;
    drop(server);
    let home = self::home(
        "[captcha]\nkind = 'turnstile'\nsite-key = 'a'\nsecret-key = 'b'\n\
         triggers = ['loginattempt']\nendpoint = 'http://127.0.0.1:9/'",
    )?;
    let server = home.serve()?;
    let token = [("captchaWord", "token")];
    let unverified = server.visitor().log_in_with("William", PASSWORD, &token)?;
    assert_why(&server, &unverified, "captcha-not-verified")
}

#[test]
fn passwords_that_are_reset() -> Tested {
    let throttle = "password-reset.throttle = [{ count = 1, seconds = 60 }]";
    let home = home(&format!("mail.transport = \"file\"\n{throttle}"))?;
    let server = home.serve()?;
    for expected in ["reset-in-background", "reset-too-many"] {
        let mut visitor = server.visitor();
        let token = visitor.token("csrf")?;
        let params = [("action", "resetpassword"), ("user", "Nobody"), ("token", token.as_str())];
        let answer = visitor.post(&params)?;
        assert_eq!(answer.text_at("/resetpassword/status"), "success");
        assert_why(&server, &answer, expected)?;
    }
    wait_for("what came of it", || Ok(server.log().contains("no such account").then_some(())))
}

#[test]
fn every_sentence_is_provoked_here() {
    // That of a full queue is in the other file, beside the full queue.
    let source = concat!(
        include_str!("explaining.rs"),
        include_str!("observing.rs"),
        include_str!("openid/explaining.rs")
    );
    let sentences: BTreeSet<String> = daemun_messages::keys()
        .filter_map(|key| key.strip_prefix("daemun-explain-"))
        .map(str::to_owned)
        .collect();
    assert!(sentences.len() > 50, "{}", sentences.len());
    for sentence in sentences {
        assert!(source.contains(&format!("\"{sentence}\"")), "{sentence}");
    }
}
