//! Logging in as a person does, by every way that the demo has.

use daemun_client::{Answers, Builder, Challenge, Dialogue, Error, FieldKind, Step};
use daemun_testkit::demo::{Demo, totp};

use super::{agent, name_and_password, wiki};
use crate::Tested;

async fn begin(demo: &Demo) -> anyhow::Result<Dialogue> {
    Ok(wiki(demo.url()?).await?.begin().await?)
}

/// The first step of a flow of the demo.
async fn first(demo: &Demo, flow: &str) -> anyhow::Result<Dialogue> {
    let mut login = begin(demo).await?;
    let (name, password) = (demo.field(flow, "username")?, demo.field(flow, "password")?);
    login.answer(&name_and_password(name, password)).await?;
    Ok(login)
}

fn passed(step: &Step) -> &str {
    match step {
        Step::Passed(passed) if passed.logged_in => &passed.username,
        other => panic!("{other:?}"),
    }
}

fn failed(step: &Step) -> &str {
    match step {
        Step::Failed(failed) => &failed.code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_logs_in_with_name_and_password_and_out() -> Tested {
    let demo = Demo::start()?;
    let mut login = begin(&demo).await?;
    let form = login.form().unwrap();
    assert_eq!(form.field("username").unwrap().label, "User name");
    assert_eq!(form.field("password").unwrap().kind, FieldKind::Password);
    let step = login.answer(&name_and_password("Plain", "demo-password-1")).await?;
    assert_eq!(passed(step), "Plain");
    let wiki = login.wiki().clone();
    assert_eq!(wiki.whoami().await?.name, "Plain");
    let answer = wiki.get(&[("action", "query"), ("meta", "userinfo")]).await?;
    assert_eq!(answer["query"]["userinfo"]["name"], "Plain");
    wiki.logout().await?;
    assert!(wiki.whoami().await?.anonymous);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_and_reasons_come_in_the_readers_language() -> Tested {
    let demo = Demo::start()?;
    let wiki = Builder::new(agent()).language("ko").connect(demo.url()?).await?;
    let mut login = wiki.begin().await?;
    assert_eq!(login.form().unwrap().field("password").unwrap().label, "비밀번호");
    let Step::Failed(failed) = login.answer(&name_and_password("Plain", "wrong")).await? else {
        panic!("{login:?}")
    };
    assert_eq!(failed.code, "wrongpassword");
    assert!(failed.reason.contains("비밀번호"), "{}", failed.reason);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_says_mediawikis_code_and_one_may_try_again() -> Tested {
    let demo = Demo::start()?;
    for (flow, code) in [("blocked", "login-userblocked"), ("throttled", "login-throttled")] {
        let login = first(&demo, flow).await?;
        assert_eq!(failed(login.step()), code);
    }
    let mut login = begin(&demo).await?;
    login.answer(&name_and_password("Plain", "wrong")).await?;
    let again = login.answer(&name_and_password("Plain", "demo-password-1")).await;
    assert!(matches!(again, Err(Error::WrongStep { .. })), "{again:?}");
    login.again().await?;
    let step = login.answer(&name_and_password("Plain", "demo-password-1")).await?;
    assert_eq!(passed(step), "Plain");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_not_asked_for_is_refused_before_anything_is_sent() -> Tested {
    let demo = Demo::start()?;
    let mut login = begin(&demo).await?;
    let error = login.answer(&Answers::new().with("OATHToken", "123456")).await.unwrap_err();
    assert!(matches!(error, Error::UnknownField { .. }), "{error}");
    let error = login.returned("?code=1").await.unwrap_err();
    assert!(matches!(error, Error::WrongStep { .. }), "{error}");
    let error = login.link().await.unwrap_err();
    assert!(matches!(error, Error::WrongStep { .. }), "{error}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_a_step_more_and_a_wrong_code_may_be_tried_again() -> Tested {
    let demo = Demo::start()?;
    let mut login = first(&demo, "two-factor").await?;
    let form = login.form().unwrap().clone();
    assert!(!form.message.is_empty() && form.field("OATHToken").is_some(), "{form:?}");
    login.answer(&Answers::new().with("OATHToken", "000000")).await?;
    assert!(login.form().is_some(), "{login:?}");
    let code = totp(demo.secret("two-factor", "totp-secret")?)?;
    let step = login.answer(&Answers::new().with("OATHToken", &code)).await?;
    assert_eq!(passed(step), demo.field("two-factor", "username")?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn another_second_factor_can_be_chosen() -> Tested {
    let demo = Demo::start()?;
    let mut login = first(&demo, "recovery-code").await?;
    login.answer(&Answers::new().with("newModule", "recoverycodes")).await?;
    let code = demo.field("recovery-code", "RecoveryCode")?;
    let step = login.answer(&Answers::new().with("RecoveryCode", code)).await?;
    assert_eq!(passed(step), demo.field("recovery-code", "username")?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_over_is_changed_on_the_way() -> Tested {
    let demo = Demo::start()?;
    for (flow, code) in [("expired", "resetpass-expired"), ("temporary", "resetpass-temp-emailed")]
    {
        let mut login = first(&demo, flow).await?;
        assert_eq!(login.form().unwrap().code, code);
        let differ = Answers::new().with("password", "demo-password-2").with("retype", "x");
        login.answer(&differ).await?;
        assert_eq!(login.form().unwrap().code, "badretype");
        let new =
            Answers::new().with("password", "demo-password-2").with("retype", "demo-password-2");
        assert_eq!(passed(login.answer(&new).await?), demo.field(flow, "username")?);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_captcha_is_shown_when_it_is_due() -> Tested {
    let demo = Demo::start()?;
    let mut login = begin(&demo).await?;
    let name = demo.field("captcha", "username")?;
    let right = name_and_password(name, "demo-password-1");
    for _ in 0..3 {
        login.answer(&name_and_password(name, "wrong")).await?;
        assert_eq!(failed(login.step()), "wrongpassword");
        login.again().await?;
    }
    // That it is due by the name alone, the wiki can only say once it was told the name.
    login.answer(&right).await?;
    assert_eq!(failed(login.step()), "wrongpassword");
    login.again().await?;
    let Step::Captcha { captcha, form } = login.step() else { panic!("{login:?}") };
    assert!(matches!(&captcha.challenge, Challenge::Question(question) if !question.is_empty()));
    assert!(form.field("captchaId").is_some() && !captcha.why.is_empty(), "{captcha:?}");
    let answers = right.with(&captcha.field, demo.field("captcha", "captchaWord")?);
    assert_eq!(passed(login.answer(&answers).await?), name);
    Ok(())
}

/// What a browser that has the session's cookies would do: goes on until it is sent to `BACK`.
async fn walk(login: &Dialogue, target: &str, subject: &str) -> anyhow::Result<String> {
    let folder = tempfile::tempdir()?;
    let cookies = folder.path().join("cookies");
    login.wiki().save(&cookies)?;
    let mut url = format!("{target}&as={subject}");
    for _ in 0..5 {
        if url.starts_with(BACK) {
            return Ok(url);
        }
        let mut curl = std::process::Command::new("curl");
        curl.args(["-s", "-o", "/dev/null", "-w", "%{redirect_url}", "-b"]).arg(&cookies).arg(&url);
        let output = tokio::task::spawn_blocking(move || curl.output()).await??;
        url = String::from_utf8(output.stdout)?;
    }
    anyhow::bail!("not sent back: {url}")
}

const BACK: &str = "http://localhost/back";

/// Away to the OpenID provider and back as this subject.
async fn by_openid(demo: &Demo, subject: &str) -> anyhow::Result<Dialogue> {
    let mut login = wiki(demo.url()?).await?.begin_returning_to(BACK).await?;
    login.answer(&Answers::new().with("pluggableauthlogin0", "1")).await?;
    let Step::Redirect(redirect) = login.step() else { panic!("{login:?}") };
    let returned = walk(&login, redirect.target.as_str(), subject).await?;
    login.returned(&returned).await?;
    Ok(login)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_goes_elsewhere_and_comes_back() -> Tested {
    let demo = Demo::start()?;
    let login = by_openid(&demo, "olivia").await?;
    assert_eq!(passed(login.step()), "Olivia");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_no_elsewhere_is_told_so() -> Tested {
    let demo = Demo::start()?;
    let login = by_openid(&demo, "nobody").await?;
    assert_eq!(failed(login.step()), "daemun-openid-denied");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_known_elsewhere_alone_logs_in_here_and_links_both() -> Tested {
    let demo = Demo::start()?;
    let mut login = by_openid(&demo, "nora").await?;
    let Step::Restart(restart) = login.step() else { panic!("{login:?}") };
    assert!(restart.can_preserve_state && !restart.message.is_empty(), "{restart:?}");
    login.link().await?;
    let name = demo.field("openid-unlinked", "username")?;
    login.answer(&name_and_password(name, "demo-password-1")).await?;
    let form = login.form().unwrap();
    let field = form.field("confirmedLinkIDs").unwrap();
    let FieldKind::Multiselect(choices) = &field.kind else { panic!("{field:?}") };
    let link = Answers::new().with("confirmedLinkIDs", &choices[0].0);
    login.answer(&link).await?;
    let mut steps = 0;
    while login.form().is_some() && steps < 3 {
        login.answer(&Answers::new()).await?;
        steps += 1;
    }
    assert_eq!(passed(login.step()), name);
    let login = by_openid(&demo, "nora").await?;
    assert_eq!(passed(login.step()), name, "now it is linked");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_known_elsewhere_alone_makes_an_account_that_is_linked() -> Tested {
    let demo = Demo::start()?;
    let mut login = by_openid(&demo, "nora").await?;
    login.create().await?;
    let form = login.form().unwrap();
    let asked: Vec<&str> = form.fields().map(|field| field.name.as_str()).collect();
    assert!(asked.contains(&"username"), "{asked:?}");
    login.answer(&Answers::new().with("username", "Nora of elsewhere")).await?;
    let Step::Passed(passed) = login.step() else { panic!("{login:?}") };
    assert_eq!((passed.username.as_str(), passed.logged_in), ("Nora of elsewhere", false));
    assert!(login.wiki().whoami().await?.anonymous);
    let login = by_openid(&demo, "nora").await?;
    assert_eq!(self::passed(login.step()), "Nora of elsewhere");
    Ok(())
}
