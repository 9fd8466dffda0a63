//! Letters to be read, and what is there for those who cannot see them.

use daemun_auth::providers::captcha::settings::CaptchaKind;

use super::answering::solve;
use super::*;

const IMAGE: CaptchaKind = CaptchaKind::Image { text_alternative: true };

/// What stands in the image of this id.
fn letters(world: &World, visitor: &Visitor, id: &str) -> anyhow::Result<String> {
    match open(world, visitor, id)? {
        Some(Challenge::Image { letters, .. }) => Ok(letters.to_string()),
        _ => panic!("no image {id}"),
    }
}

fn open_page(visitor: &mut Visitor, path: &str) -> anyhow::Result<Answer> {
    visitor.send_to("GET", path, None, &[])
}

#[test]
fn an_image_can_be_fetched_in_its_session_and_read() -> Tested {
    let world = world_that_asks(IMAGE)?;
    let mut visitor = world.visitor();
    let request = listed(&mut visitor, "login")?.expect("a captcha");
    let id = request["fields"]["captchaId"]["value"].as_str().expect("an id");
    let path = request["fields"]["captchaInfo"]["value"].as_str().expect("an address");
    assert_eq!(path, format!("/w/index.php?title=Special:Captcha/image&wpCaptchaId={id}"));
    assert_eq!(
        (&request["metadata"]["type"], &request["metadata"]["mime"]),
        (&"image".into(), &"image/png".into())
    );
    let image = open_page(&mut visitor, path)?;
    assert_eq!(image.reply.status, 200);
    assert_eq!(image.header("content-type").as_deref(), Some("image/png"));
    assert!(image.header("cache-control").expect("a header").contains("no-store"));
    assert!(image.reply.body.starts_with(b"\x89PNG\r\n\x1a\n") && image.reply.body.len() < 20_000);
    assert_eq!(open_page(&mut visitor, path)?.reply.body, image.reply.body, "it stays the same");
    assert_eq!(open_page(&mut world.visitor(), path)?.reply.status, 404, "another session");
    let word = letters(&world, &visitor, id)?;
    let mut thief = world.visitor();
    shown(&mut thief)?;
    assert_refused(&answer(&mut thief, id, &word)?);
    assert_eq!(answer(&mut visitor, id, &word)?.status(), "PASS");
    assert_eq!(open_page(&mut visitor, path)?.reply.status, 404, "it is used up");
    Ok(())
}

#[test]
fn letters_are_taken_exactly() -> Tested {
    let world = world_that_asks(IMAGE)?;
    for spoiled in [|word: &str| word.to_uppercase(), |word: &str| format!("{word} ")] {
        let mut visitor = world.visitor();
        let id = shown(&mut visitor)?;
        let word = letters(&world, &visitor, &id)?;
        assert_refused(&answer(&mut visitor, &id, &spoiled(&word))?);
    }
    Ok(())
}

#[test]
fn who_cannot_see_the_image_answers_a_question_with_the_same_id() -> Tested {
    let world = world_that_asks(IMAGE)?;
    let mut visitor = world.visitor();
    let request = listed(&mut visitor, "login")?.expect("a captcha");
    let id = request["fields"]["captchaId"]["value"].as_str().expect("an id");
    let path = request["metadata"]["alternative"].as_str().expect("an address");
    let question = open_page(&mut visitor, path)?;
    assert_eq!(question.header("content-type").as_deref(), Some("text/html; charset=UTF-8"));
    assert_eq!(question.body(), QUESTION);
    assert_eq!(open_page(&mut world.visitor(), path)?.reply.status, 404, "another session");
    assert_eq!(answer(&mut visitor, id, "seoul")?.status(), "PASS");
    Ok(())
}

#[test]
fn without_questions_the_alternative_is_a_sum() -> Tested {
    let world = world_with(IMAGE, |rules| {
        rules.settings.captcha.triggers.login_attempt = true;
        rules.settings.captcha.questions.clear();
    })?;
    let mut visitor = world.visitor();
    let id = shown(&mut visitor)?;
    let path = format!("/wiki/Special:Captcha/text?wpCaptchaId={id}");
    let sum = open_page(&mut visitor, &path)?;
    assert_eq!(sum.header("content-type").as_deref(), Some("text/plain; charset=UTF-8"));
    assert_eq!(answer(&mut visitor, &id, &solve(&sum.body()))?.status(), "PASS");
    Ok(())
}

#[test]
fn a_wiki_can_do_without_the_alternative() -> Tested {
    let world = world_that_asks(CaptchaKind::Image { text_alternative: false })?;
    let mut visitor = world.visitor();
    let request = listed(&mut visitor, "login")?.expect("a captcha");
    assert_eq!(request["metadata"], serde_json::json!({"type": "image", "mime": "image/png"}));
    let id = request["fields"]["captchaId"]["value"].as_str().expect("an id");
    let path = format!("/w/index.php?title=Special:Captcha/text&wpCaptchaId={id}");
    assert_eq!(open_page(&mut visitor, &path)?.reply.status, 404);
    assert_refused(&answer(&mut visitor, id, "seoul")?);
    Ok(())
}

#[test]
fn another_image_can_be_had_until_too_many_answers_were_wrong() -> Tested {
    let world = world_with(IMAGE, |rules| {
        rules.settings.captcha.triggers.login_attempt = true;
        rules.settings.password_attempt_throttle.clear();
    })?;
    let mut visitor = world.visitor();
    let first = shown(&mut visitor)?;
    let reload = |visitor: &mut Visitor| visitor.get(&[("action", "fancycaptchareload")]);
    let another = reload(&mut visitor)?;
    let id = another.text_at("/fancycaptchareload/index").to_owned();
    assert!(id.parse::<i64>().is_ok() && id != first, "{}", another.body());
    let path = format!("/w/index.php?title=Special:Captcha/image&wpCaptchaId={id}");
    assert_eq!(open_page(&mut visitor, &path)?.reply.status, 200);
    let word = letters(&world, &visitor, &id)?;
    for _ in 0..15 {
        let id = shown(&mut visitor)?;
        assert_refused(&answer(&mut visitor, &id, "wrong")?);
    }
    assert_eq!(reload(&mut visitor)?.at("/fancycaptchareload/index"), 0);
    world.pass_seconds(61);
    assert_ne!(reload(&mut visitor)?.text_at("/fancycaptchareload/index"), "");
    assert_eq!(answer(&mut visitor, &id, &word)?.status(), "PASS");
    Ok(())
}

#[test]
fn wikis_without_images_do_not_know_how_to_reload_one() -> Tested {
    let answer = world()?.visitor().get(&[("action", "fancycaptchareload")])?;
    assert_eq!(answer.error(), "badvalue", "{}", answer.body());
    Ok(())
}
