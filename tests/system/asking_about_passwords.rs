//! Asking what a password is worth before taking it.

use daemun_testkit::world::World;

use crate::Tested;

#[test]
fn a_password_is_judged_for_who_asks() -> Tested {
    let world = World::new()?;
    world.add_account("William", "William-pass-1!")?;
    let mut visitor = world.visitor();
    let ask = [("action", "validatepassword"), ("password", "my william 1!")];
    assert_eq!(visitor.post(&ask)?.text_at("/validatepassword/validity"), "Good");
    visitor.log_in("William", "William-pass-1!")?;
    let part_of_name = [("action", "validatepassword"), ("password", "Willia")];
    let answer = visitor.post(&part_of_name)?;
    assert_eq!(answer.text_at("/validatepassword/validity"), "Change", "{}", answer.body());
    let codes: Vec<_> = answer
        .at("/validatepassword/validitymessages")
        .as_array()
        .expect("messages")
        .iter()
        .map(|message| message["code"].clone())
        .collect();
    assert_eq!(codes, ["passwordtooshort", "password-substring-username-match"]);
    Ok(())
}

#[test]
fn a_group_may_ask_for_more() -> Tested {
    let world = World::new()?;
    let id = world.add_account("Admin", "Admin-pass-1!")?;
    world.sql(&format!("INSERT INTO user_groups (ug_user, ug_group) VALUES ({id}, 'sysop')"))?;
    let mut admin = world.visitor();
    let ask = [("action", "validatepassword"), ("password", "nine-char")];
    assert_eq!(admin.post(&ask)?.text_at("/validatepassword/validity"), "Good");
    admin.log_in("Admin", "Admin-pass-1!")?;
    let answer = admin.post(&ask)?;
    assert_eq!(answer.at("/validatepassword/validitymessages/0/params/0"), 10);
    Ok(())
}

#[test]
fn a_password_that_could_not_even_log_in_is_invalid() -> Tested {
    let long = "x".repeat(4097);
    let answer = World::new()?.visitor().post(&[
        ("action", "validatepassword"),
        ("password", &long),
        ("errorformat", "plaintext"),
        ("uselang", "ko"),
    ])?;
    assert_eq!(answer.text_at("/validatepassword/validity"), "Invalid", "{}", answer.body());
    assert_eq!(answer.text_at("/validatepassword/validitymessages/0/code"), "passwordtoolong");
    let text = answer.text_at("/validatepassword/validitymessages/0/text");
    assert!(text.contains("비밀번호"), "{text}");
    Ok(())
}

#[test]
fn a_name_must_be_free_and_good_to_be_asked_about() -> Tested {
    let world = World::new()?;
    world.add_account("William", "William-pass-1!")?;
    for (name, code) in [
        ("william", "userexists"),
        ("A@b", "baduser_user"),
        ("a|b", "baduser"),
        ("#1", "userexists"),
        ("#99", "baduser_user"),
    ] {
        let ask = [("action", "validatepassword"), ("password", "Correct-horse-9"), ("user", name)];
        assert_eq!(world.visitor().post(&ask)?.error(), code, "{name}");
    }
    Ok(())
}

#[test]
fn a_password_never_stands_in_an_address() -> Tested {
    let world = World::new()?;
    let asked = [("action", "validatepassword"), ("password", "Correct-horse-9")];
    assert_eq!(world.visitor().get(&asked)?.error(), "mustbeposted");
    Ok(())
}
