//! `daemun login --web`: the dialogue on a page.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use anyhow::Context;
use daemun_testkit::demo::{Demo, totp};
use daemun_testkit::program::Home;
use daemun_testkit::visitor::{Answer, Visitor};
use daemun_testkit::waiting::wait_for;
use url::form_urlencoded::Serializer;

use super::{home, session};
use crate::Tested;

/// The page, and a browser that looks at it.
struct Page {
    process: Child,
    browser: Visitor,
    origin: String,
    path: String,
}

impl Drop for Page {
    fn drop(&mut self) {
        let _over = self.process.kill();
        let _over = self.process.wait();
    }
}

impl Page {
    fn open(home: &Home, args: &[&str]) -> anyhow::Result<Self> {
        let mut all = vec!["login", "--web", "--no-browser"];
        all.extend(args);
        let mut command = home.command(&all)?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn()?;
        let mut lines = BufReader::new(process.stderr.take().context("a pipe")?).lines();
        let line = lines.find(|line| line.as_ref().is_ok_and(|line| line.contains("http://127")));
        let line = line.context("an address")??;
        let address = line.split("http://").nth(1).and_then(|rest| rest.split(' ').next());
        let (host, path) = address.and_then(|rest| rest.split_once('/')).context("an address")?;
        let origin = format!("http://{host}");
        Ok(Self { process, browser: Visitor::at(&origin), origin, path: format!("/{path}") })
    }

    fn at(&mut self, part: &str) -> anyhow::Result<Answer> {
        let path = format!("{}{part}", self.path);
        self.browser.send_to("GET", &path, None, &[])
    }

    /// Sends a form and looks at the page then.
    fn send(&mut self, action: &str, fields: &[(&str, &str)]) -> anyhow::Result<String> {
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let path = format!("{}{action}", self.path);
        let kind = ("Content-Type", "application/x-www-form-urlencoded");
        let own = [kind, ("Origin", self.origin.as_str())];
        let answer = self.browser.send_to("POST", &path, Some(body.as_bytes()), &own)?;
        assert_eq!(answer.reply.status, 303, "{}", answer.body());
        Ok(self.at("")?.body())
    }
}

#[test]
fn name_password_and_code_are_asked_on_the_page_and_the_session_is_kept() -> Tested {
    let (demo, home) = (Demo::start()?, home()?);
    let mut page = Page::open(&home, &[])?;
    let begin = page.at("")?.body();
    assert!(begin.contains("name=\"wiki\"") && begin.contains("lang=\"en\""), "{begin}");
    let shown = page.send("wiki", &[("wiki", "http://127.0.0.1:1/")])?;
    assert!(shown.contains("role=\"alert\"") && shown.contains("cannot be reached"), "{shown}");
    let shown = page.send("wiki", &[("wiki", demo.url()?)])?;
    assert!(shown.contains("name=\"username\"") && shown.contains("type=\"password\""), "{shown}");
    let shown = page.send("answer", &[("username", "Twofactor"), ("password", "wrong")])?;
    assert!(shown.contains("wrongpassword"), "{shown}");
    page.send("again", &[])?;
    let both = [("username", "Twofactor"), ("password", "demo-password-1")];
    let shown = page.send("answer", &both)?;
    assert!(shown.contains("name=\"OATHToken\""), "{shown}");
    let code = totp(demo.secret("two-factor", "totp-secret")?)?;
    let shown = page.send("answer", &[("OATHToken", &code)])?;
    assert!(shown.contains("Hello, Twofactor!"), "{shown}");
    assert!(session(&home).contains("# user: Twofactor"), "{}", session(&home));
    let status = wait_for("the end of the page", || Ok(page.process.try_wait()?))?;
    assert_eq!(status.code(), Some(0));
    Ok(())
}

#[test]
fn each_kind_of_step_is_shown_and_korean_is_spoken() -> Tested {
    let (demo, home) = (Demo::start()?, home()?);
    let mut page = Page::open(&home, &[demo.url()?, "--language", "ko"])?;
    let shown = page.at("")?.body();
    assert!(shown.contains("lang=\"ko\"") && shown.contains("비밀번호"), "{shown}");
    assert!(shown.contains("<button name=\"pluggableauthlogin0\""), "{shown}");
    let shown = page.send("answer", &[("pluggableauthlogin0", "1")])?;
    assert!(shown.contains("rel=\"noreferrer\"") && shown.contains("/authorize?"), "{shown}");
    page.send("again", &[])?;
    for _ in 0..3 {
        page.send("answer", &[("username", "Captcha"), ("password", "wrong")])?;
        page.send("again", &[])?;
    }
    page.send("answer", &[("username", "Captcha"), ("password", "demo-password-1")])?;
    let shown = page.send("again", &[])?;
    assert!(shown.contains("name=\"captchaWord\""), "{shown}");
    assert!(shown.contains("What is the capital of Korea?"), "{shown}");
    Ok(())
}

#[test]
fn nobody_else_gets_at_the_page() -> Tested {
    let (demo, home) = (Demo::start()?, home()?);
    let mut page = Page::open(&home, &[demo.url()?])?;
    let answer = page.at("")?;
    let policy = answer.header("content-security-policy").unwrap_or_default();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    let path = page.path.clone();
    let mut status = |method: &str, path: &str, headers: &[(&str, &str)]| {
        anyhow::Ok(page.browser.send_to(method, path, None, headers)?.reply.status)
    };
    assert_eq!(status("GET", "/", &[])?, 404, "the address must be known");
    assert_eq!(status("GET", &path, &[("Host", "evil.example:80")])?, 403, "another name");
    let again = format!("{path}again");
    assert_eq!(status("POST", &again, &[("Origin", "https://evil.example")])?, 403, "another page");
    Ok(())
}
