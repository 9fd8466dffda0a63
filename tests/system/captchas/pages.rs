//! Captchas in a browser.

use daemun_auth::providers::captcha::settings::CaptchaKind;
use daemun_testkit::visitor::encode;

use super::services::service_at;
use super::*;

const LOGIN: &str = "/w/index.php?title=Special:UserLogin";

fn open_login(visitor: &mut Visitor) -> anyhow::Result<Answer> {
    visitor.send_to("GET", LOGIN, None, &[])
}

/// The value of a hidden field.
fn hidden(page: &Answer, name: &str) -> String {
    let html = page.body();
    let (_, rest) = html.split_once(&format!("name=\"{name}\" value=\"")).expect(name);
    rest.split_once('"').expect("its end").0.to_owned()
}

fn submit(visitor: &mut Visitor, page: &Answer, fields: &[(&str, &str)]) -> anyhow::Result<Answer> {
    let token = hidden(page, "wpLoginToken");
    let mut all = vec![
        ("wpLoginToken", token.as_str()),
        ("authAction", "login"),
        ("wpName", "William"),
        ("wpPassword", PASSWORD),
    ];
    all.extend(fields);
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    visitor.send_to("POST", LOGIN, Some(encode(&all).as_bytes()), &[form])
}

#[test]
fn a_question_is_shown_in_the_form_and_answered_there() -> Tested {
    let world = world()?;
    let mut visitor = visitor_who_failed(&world)?;
    let page = open_login(&mut visitor)?;
    assert!(page.body().contains(QUESTION), "{}", page.body());
    let id = hidden(&page, "captchaId");
    let fields = [("captchaId", id.as_str()), ("captchaWord", "Busan")];
    let page = submit(&mut visitor, &page, &fields)?;
    assert_eq!(page.reply.status, 200);
    let other = hidden(&page, "captchaId");
    assert_ne!(other, id, "another is asked");
    let fields = [("captchaId", other.as_str()), ("captchaWord", "서울")];
    assert_eq!(submit(&mut visitor, &page, &fields)?.reply.status, 302);
    assert_eq!(visitor.whoami()?.as_deref(), Some("William"));
    Ok(())
}

#[test]
fn an_image_is_an_image_with_a_way_for_those_who_cannot_see_it() -> Tested {
    let world = world_that_asks(CaptchaKind::Image { text_alternative: true })?;
    let mut visitor = world.visitor();
    let page = open_login(&mut visitor)?;
    let id = hidden(&page, "captchaId");
    let at =
        |part: &str| format!("/w/index.php?title=Special:Captcha/{part}&amp;wpCaptchaId={id}\"");
    assert!(page.body().contains(&format!("<img src=\"{}", at("image"))), "{}", page.body());
    assert!(page.body().contains(&format!("<a href=\"{}", at("text"))), "{}", page.body());
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.contains("img-src 'self'") && !policy.contains("script-src"), "{policy}");
    let fields = [("captchaId", id.as_str()), ("captchaWord", "seoul")];
    assert_eq!(submit(&mut visitor, &page, &fields)?.reply.status, 302);
    Ok(())
}

#[test]
fn a_services_widget_is_loaded_and_its_own_field_counts() -> Tested {
    let service = service_at(|_| r#"{"success":true}"#.to_owned())?;
    let world = world_that_asks(service.kind())?;
    let mut visitor = world.visitor();
    let page = open_login(&mut visitor)?;
    let html = page.body();
    assert!(html.contains("<div class=\"h-captcha\" data-sitekey=\"the-site-key\">"), "{html}");
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.contains("script-src https://hcaptcha.com"), "{policy}");
    let fields = [("h-captcha-response", "a-token")];
    assert_eq!(submit(&mut visitor, &page, &fields)?.reply.status, 302);
    assert!(service.asked()?.contains("response=a-token"));
    Ok(())
}

#[test]
fn an_account_is_made_with_a_captcha_in_the_form() -> Tested {
    let world = world()?;
    let mut visitor = world.visitor();
    let address = "/w/index.php?title=Special:CreateAccount";
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    let page = visitor.send_to("GET", address, None, &[])?;
    assert!(page.body().contains(QUESTION), "{}", page.body());
    let (id, token) = (hidden(&page, "captchaId"), hidden(&page, "wpCreateaccountToken"));
    let fields = [
        ("wpCreateaccountToken", token.as_str()),
        ("authAction", "create"),
        ("wpName", "Newcomer"),
        ("wpPassword", "Correct-horse-9"),
        ("retype", "Correct-horse-9"),
        ("email", ""),
        ("realname", ""),
        ("captchaId", id.as_str()),
        ("captchaWord", "seoul"),
    ];
    let answer = visitor.send_to("POST", address, Some(encode(&fields).as_bytes()), &[form])?;
    assert_eq!(answer.reply.status, 302, "{}", answer.body());
    assert_eq!(visitor.whoami()?.as_deref(), Some("Newcomer"));
    Ok(())
}
