//! The library.

use daemun_client::{Answers, Challenge, Dialogue, Error, RefusalKind, Step};
use daemun_testkit::demo::totp;
use daemun_testkit::real_wiki::{BOT_PASSWORD, PASSWORD, TOTP_SECRET, name};

use crate::Tested;
use crate::library::{name_and_password, wiki};

async fn first(origin: &str, user: &str, password: &str) -> anyhow::Result<Dialogue> {
    let mut login = wiki(origin).await?.begin().await?;
    login.answer(&name_and_password(user, password)).await?;
    Ok(login)
}

fn passed(login: &Dialogue) -> &str {
    match login.step() {
        Step::Passed(passed) => &passed.username,
        other => panic!("{other:?}"),
    }
}

fn failed(login: &Dialogue) -> &str {
    match login.step() {
        Step::Failed(failed) => &failed.code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_found_from_its_pages() -> Tested {
    let Some(real) = super::wiki("it_is_found_from_its_pages") else { return Ok(()) };
    for path in ["/w/api.php", "/w/index.php", "/w/index.php?title=Special:UserLogin", ""] {
        let found = wiki(&format!("{}{path}", real.origin)).await?;
        assert_eq!(found.api().as_str(), format!("{}/w/api.php", real.origin), "{path}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_logs_in_asks_and_leaves() -> Tested {
    let Some(real) = super::wiki("a_bot_logs_in_asks_and_leaves") else { return Ok(()) };
    let wiki = wiki(&real.origin).await?;
    let user = name("William", 1);
    let who = wiki.login_bot(&format!("{user}@tool"), BOT_PASSWORD).await?;
    assert_eq!(who.name, user);
    assert_eq!(wiki.whoami().await?.name, user);
    let answer =
        wiki.post_with_token("csrf", &[("action", "checktoken"), ("type", "csrf")]).await?;
    assert_eq!(answer["checktoken"]["result"], "valid", "{answer}");
    wiki.logout().await?;
    assert!(wiki.whoami().await?.anonymous);
    // And again in the same object, also out of a bot's session.
    wiki.login_bot(&format!("{user}@tool"), BOT_PASSWORD).await?;
    wiki.login_bot(&format!("{user}@tool"), BOT_PASSWORD).await?;
    let mut login = wiki.begin().await?;
    login.answer(&name_and_password(&user, PASSWORD)).await?;
    assert_eq!(passed(&login), user);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_whose_cookies_are_gone_is_logged_in_anew() -> Tested {
    let Some(real) = super::wiki("a_bot_whose_cookies_are_gone_is_logged_in_anew") else {
        return Ok(());
    };
    let user = name("William", 2);
    let (one, other) = (wiki(&real.origin).await?, wiki(&real.origin).await?);
    one.login_bot(&format!("{user}@tool"), BOT_PASSWORD).await?;
    let kept = one.export_cookies();
    other.import_cookies(&kept);
    other.logout().await?;
    let answer = one.get(&[("action", "query"), ("meta", "userinfo")]).await?;
    assert_eq!(answer["query"]["userinfo"]["name"], user.as_str());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_logs_in_and_out_and_what_is_wrong_has_mediawikis_code() -> Tested {
    let test = "a_person_logs_in_and_out_and_what_is_wrong_has_mediawikis_code";
    let Some(real) = super::wiki(test) else { return Ok(()) };
    let user = name("Wrong", 1);
    for (user, password, code) in [
        (user.as_str(), "wrong", "wrongpassword"),
        ("Nobody of that name", PASSWORD, "wrongpassword"),
        ("", PASSWORD, "authmanager-authn-no-primary"),
        ("a|b", PASSWORD, "authmanager-authn-no-primary"),
    ] {
        let login = first(&real.origin, user, password).await?;
        assert_eq!(failed(&login), code, "{user}");
    }
    let login = first(&real.origin, &user, PASSWORD).await?;
    assert_eq!(passed(&login), user);
    assert_eq!(login.wiki().whoami().await?.name, user);
    login.wiki().logout().await?;
    assert!(login.wiki().whoami().await?.anonymous);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_asked_for_and_action_login_says_what_to_do() -> Tested {
    let test = "a_second_factor_is_asked_for_and_action_login_says_what_to_do";
    let Some(real) = super::wiki(test) else { return Ok(()) };
    let user = name("Twofactor", 1);
    let mut login = first(&real.origin, &user, PASSWORD).await?;
    assert!(login.form().unwrap().field("OATHToken").is_some(), "{login:?}");
    login.answer(&Answers::new().with("OATHToken", "000000")).await?;
    assert!(login.form().is_some(), "a wrong code may be tried again: {login:?}");
    let code = totp(TOTP_SECRET)?;
    login.answer(&Answers::new().with("OATHToken", &code)).await?;
    assert_eq!(passed(&login), user);

    let error = wiki(&real.origin).await?.login_bot(&user, PASSWORD).await.unwrap_err();
    let Error::Login(refusal) = &error else { panic!("{error}") };
    assert_eq!(refusal.kind, RefusalKind::NeedsDialogue, "{error}");
    assert!(error.to_string().contains("Special:BotPasswords"), "{error}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_over_is_changed_on_the_way() -> Tested {
    let test = "a_password_that_is_over_is_changed_on_the_way";
    let Some(real) = super::wiki(test) else { return Ok(()) };
    let user = name("Expired", 1);
    // A test may have run before on the same wiki.
    let new = "Another-horse-8-battery";
    let mut login = first(&real.origin, &user, PASSWORD).await?;
    if let Step::Failed(_) = login.step() {
        eprintln!("the password of {user} was changed by a run before");
        login = first(&real.origin, &user, new).await?;
        assert_eq!(passed(&login), user);
        return Ok(());
    }
    assert_eq!(login.form().unwrap().code, "resetpass-expired");
    login.answer(&Answers::new().with("password", new).with("retype", "x")).await?;
    assert_eq!(login.form().unwrap().code, "badretype");
    login.answer(&Answers::new().with("password", new).with("retype", new)).await?;
    assert_eq!(passed(&login), user);
    Ok(())
}

/// Fails until a captcha is due; answers the dialogue at that step.
async fn until_captcha(origin: &str, user: &str) -> anyhow::Result<Dialogue> {
    let mut login = wiki(origin).await?.begin().await?;
    for _ in 0..8 {
        if let Step::Captcha { .. } = login.step() {
            return Ok(login);
        }
        login.answer(&name_and_password(user, "wrong")).await?;
        assert_eq!(failed(&login), "wrongpassword");
        login.again().await?;
    }
    panic!("no captcha: {login:?}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_asked_after_bad_attempts() -> Tested {
    let Some(real) = super::wiki("a_question_is_asked_after_bad_attempts") else { return Ok(()) };
    let user = name("Captcha", 1);
    let mut login = until_captcha(&real.origin, &user).await?;
    let Step::Captcha { captcha, .. } = login.step() else { panic!("{login:?}") };
    let question = Challenge::Question("What is the capital of Korea?".to_owned());
    assert_eq!(captcha.challenge, question);
    let answers = name_and_password(&user, PASSWORD).with("captchaWord", "Busan");
    login.answer(&answers).await?;
    assert_eq!(failed(&login), "wrongpassword");
    login.again().await?;
    let answers = name_and_password(&user, PASSWORD).with("captchaWord", "Seoul");
    login.answer(&answers).await?;
    assert_eq!(passed(&login), user);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sum_is_asked_after_bad_attempts() -> Tested {
    let Some(real) = super::wiki("a_sum_is_asked_after_bad_attempts") else { return Ok(()) };
    let user = name("Captcha", 2);
    let mut login = until_captcha(&real.with_sums, &user).await?;
    let Step::Captcha { captcha, .. } = login.step() else { panic!("{login:?}") };
    let Challenge::Question(sum) = &captcha.challenge else { panic!("{captcha:?}") };
    let parts: Vec<&str> = sum.split(['+', '−', '=']).map(str::trim).collect();
    let (one, other): (i64, i64) = (parts[0].parse()?, parts[1].parse()?);
    let result = if sum.contains('+') { one + other } else { one - other };
    let answers = name_and_password(&user, PASSWORD).with("captchaWord", &result.to_string());
    login.answer(&answers).await?;
    assert_eq!(passed(&login), user);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_credentials_of_a_bot_are_told() -> Tested {
    let Some(real) = super::wiki("wrong_credentials_of_a_bot_are_told") else { return Ok(()) };
    let wiki = wiki(&real.origin).await?;
    for user in [format!("{}@tool", name("William", 3)), "Nobody at all@tool".to_owned()] {
        let error = wiki.login_bot(&user, "abcdefghijklmnopqrstuvwxyz012345").await.unwrap_err();
        let Error::Login(refusal) = &error else { panic!("{error}") };
        assert_eq!(refusal.kind, RefusalKind::Credentials, "{user}: {error}");
    }
    Ok(())
}
