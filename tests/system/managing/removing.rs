//! `Special:RemoveCredentials`.

use super::*;
use crate::Tested;

const REMOVE: &str =
    "/wiki/Special:RemoveCredentials/MediaWiki%5CAuth%5CTemporaryPasswordAuthenticationRequest";

fn with_a_temporary_password() -> Result<World> {
    let world = World::new()?;
    let id = world.add_account("William", PASSWORD)?;
    let (hash, now) = (world.hash("Temporary-pass-1")?, world.now());
    world.run(world.store().accounts.set_temporary_password(id, &hash, Some(now)))?;
    Ok(world)
}

#[test]
fn a_temporary_password_is_removed_after_a_question() -> Tested {
    let world = with_a_temporary_password()?;
    let mut william = signed_in(&world, "William")?;
    let list = open(&mut william, "/wiki/Special:RemoveCredentials")?;
    assert!(list.body().contains("TemporaryPasswordAuthenticationRequest"), "{}", list.body());
    let mut elsewhere = signed_in(&world, "William")?;
    let question = open(&mut william, REMOVE)?;
    assert!(question.body().contains("Temporary password"), "{}", question.body());
    assert_ne!(world.value("SELECT user_newpassword FROM user")?, "", "only asked");
    let done = fill_in(&mut william, &question, &[])?;
    assert!(done.body().contains("role=\"status\""), "{}", done.body());
    assert_eq!(world.value("SELECT user_newpassword FROM user")?, "");
    assert_eq!(william.whoami()?.as_deref(), Some("William"));
    assert_eq!(elsewhere.whoami()?, None, "it may have been somebody else's way in");
    Ok(())
}

#[test]
fn what_is_not_there_is_not_listed() -> Tested {
    let world = World::new()?;
    world.add_account("William", PASSWORD)?;
    let mut william = signed_in(&world, "William")?;
    for (language, said) in [("en", "nothing that could be removed"), ("ko", "삭제할 수 있는 것이")]
    {
        let list =
            open(&mut william, &format!("/wiki/Special:RemoveCredentials?uselang={language}"))?;
        assert!(list.body().contains(said), "{}", list.body());
    }
    Ok(())
}

#[test]
fn without_the_token_nothing_is_removed() -> Tested {
    let world = with_a_temporary_password()?;
    let mut william = signed_in(&world, "William")?;
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    let refused = william.send_to("POST", REMOVE, Some(b"wpAuthToken=%2B%5C"), &kind)?;
    assert!(refused.body().contains("role=\"alert\""), "{}", refused.body());
    assert_ne!(world.value("SELECT user_newpassword FROM user")?, "");
    Ok(())
}
