//! Logging in as a bot does, and staying in.

use daemun_client::{Builder, Error, RefusalKind};
use daemun_testkit::world::World;

use super::{agent, wiki};
use crate::Tested;

const PASSWORD: &str = "William-pass-1!";

/// A world with William, and his bot password for `tool`.
fn world() -> anyhow::Result<(World, String)> {
    let world = World::new()?;
    let id = world.add_account("William", PASSWORD)?;
    let password = world.add_bot_password(id, "tool")?;
    Ok((world, password))
}

fn refusal(error: Error) -> RefusalKind {
    match error {
        Error::Login(refusal) => refusal.kind,
        other => panic!("{other}"),
    }
}

#[test]
fn a_bot_logs_in_asks_and_leaves() -> Tested {
    let (world, password) = world()?;
    world.run(async {
        let wiki = wiki(world.origin()).await?;
        assert!(wiki.whoami().await?.anonymous);
        let who = wiki.login_bot("William@tool", &password).await?;
        assert_eq!((who.name.as_str(), who.id), ("William", 1));
        let who = wiki.whoami().await?;
        assert_eq!((who.name.as_str(), who.anonymous), ("William", false));
        assert!(who.rights.iter().any(|right| right == "edit"), "{who:?}");
        let token = wiki.token("csrf").await?;
        assert!(token.len() > 40 && token.ends_with("+\\"), "{token:?}");
        assert_eq!(*wiki.token("csrf").await?, *token, "it is kept");
        wiki.logout().await?;
        assert!(wiki.whoami().await?.anonymous && wiki.user().is_none());
        Ok(())
    })
}

#[test]
fn a_bot_whose_session_has_ended_is_logged_in_anew_and_notices_nothing() -> Tested {
    let (world, password) = world()?;
    world.run(async {
        let wiki = wiki(world.origin()).await?;
        wiki.login_bot("William@tool", &password).await?;
        let old = wiki.token("csrf").await?;
        world.pass_minutes(60 * 24 * 60);
        let answer = wiki.get(&[("action", "query"), ("meta", "userinfo")]).await?;
        assert_eq!(answer["query"]["userinfo"]["name"], "William");
        assert_ne!(*wiki.token("csrf").await?, *old, "a new session has new tokens");
        world.pass_minutes(60 * 24 * 60);
        let checked = [("action", "checktoken"), ("type", "csrf")];
        let answer = wiki.post_with_token("csrf", &checked).await?;
        assert_eq!(answer["checktoken"]["result"], "valid", "{answer}");
        Ok(())
    })
}

#[test]
fn many_calls_at_once_log_in_anew_only_once() -> Tested {
    let (world, password) = world()?;
    let wiki = world.run(wiki(world.origin()))?;
    world.run(wiki.login_bot("William@tool", &password))?;
    world.pass_minutes(60 * 24 * 60);
    let before = world.recorded_sessions()?.len();
    world.run(async {
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let wiki = wiki.clone();
            // Some begin while one of them logs in: they are William's as well.
            calls.spawn(async move {
                for _ in 0..8 {
                    let answer = wiki.get(&[("action", "query"), ("meta", "userinfo")]).await?;
                    assert_eq!(answer["query"]["userinfo"]["name"], "William");
                    let checked = [("action", "checktoken"), ("type", "csrf")];
                    let answer = wiki.post_with_token("csrf", &checked).await?;
                    assert_eq!(answer["checktoken"]["result"], "valid", "{answer}");
                }
                anyhow::Ok(())
            });
        }
        while let Some(done) = calls.join_next().await {
            done??;
        }
        anyhow::Ok(())
    })?;
    let after = world.recorded_sessions()?.len();
    assert!(after <= before + 1, "{before} sessions became {after}");
    Ok(())
}

#[test]
fn a_bot_whose_password_is_gone_is_told_so_and_never_goes_on_as_nobody() -> Tested {
    let (mut world, password) = world()?;
    let hashes = world.count_hashes()?;
    let wiki = world.run(wiki(world.origin()))?;
    world.run(wiki.login_bot("William@tool", &password))?;
    world.sql("DELETE FROM bot_passwords")?;
    world.run(async {
        world.pass_minutes(60 * 24 * 60);
        let error = wiki.get(&[("action", "query")]).await.unwrap_err();
        assert_eq!(refusal(error), RefusalKind::Credentials);
        assert_eq!(hashes.take(), 2, "a login, and one anew");
        for _ in 0..3 {
            let error = wiki.get(&[("action", "query")]).await.unwrap_err();
            assert!(matches!(error, Error::SessionEnded), "{error}");
        }
        assert_eq!(hashes.take(), 0, "it is not tried again");
        Ok(())
    })
}

#[test]
fn a_session_that_ended_is_told_where_nothing_is_known_to_log_in_with() -> Tested {
    let (world, password) = world()?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("session");
    world.run(async {
        let wiki = wiki(world.origin()).await?;
        wiki.login_bot("William@tool", &password).await?;
        wiki.save(&path)?;
        let again = daemun_client::Wiki::open(&path, agent())?;
        assert_eq!(again.user().as_deref(), Some("William"));
        assert_eq!(again.whoami().await?.name, "William");
        world.pass_minutes(60 * 24 * 60);
        let error = again.get(&[("action", "query")]).await.unwrap_err();
        assert!(matches!(error, Error::SessionEnded), "{error}");
        Ok(())
    })
}

#[test]
fn a_saved_session_is_for_its_owner_alone_and_curl_reads_it() -> Tested {
    use std::os::unix::fs::PermissionsExt;
    let (world, password) = world()?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("session");
    std::fs::write(&path, "open to all")?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644))?;
    world.run(async {
        let wiki = wiki(world.origin()).await?;
        wiki.login_bot("William@tool", &password).await?;
        wiki.save(&path)?;
        anyhow::Ok(())
    })?;
    assert_eq!(std::fs::metadata(&path)?.permissions().mode() & 0o777, 0o600);
    let url = format!("{}/w/api.php?action=query&meta=userinfo&format=json", world.origin());
    let curl = std::process::Command::new("curl").arg("-sb").arg(&path).arg(url).output();
    let Ok(curl) = curl else {
        eprintln!("SKIPPED what curl makes of it: there is no curl here");
        return Ok(());
    };
    let said = String::from_utf8(curl.stdout)?;
    assert!(said.contains("\"name\":\"William\""), "{said}");
    Ok(())
}

#[test]
fn each_refusal_is_told_apart_and_says_what_to_do() -> Tested {
    let (world, password) = world()?;
    world.run(async {
        let wiki = wiki(world.origin()).await?;
        let wrong = wiki.login_bot("William@tool", "0123456789abcdefghijklmnopqrstuv").await;
        assert_eq!(refusal(wrong.unwrap_err()), RefusalKind::Credentials);
        for _ in 0..5 {
            let _counted = wiki.login_bot("William", "wrong").await;
        }
        let error = wiki.login_bot("William", "wrong").await.unwrap_err();
        assert!(error.to_string().contains("wait as long as it says"), "{error}");
        assert_eq!(refusal(error), RefusalKind::Throttled);
        assert!(wiki.user().is_none());
        // A right login after wrong ones, on the same object.
        world.pass_minutes(10);
        wiki.login_bot("William@tool", &password).await?;
        wiki.login_bot("William@tool", &password).await?;
        assert_eq!(wiki.user().as_deref(), Some("William"));
        Ok(())
    })
}

#[test]
fn a_bot_waits_as_long_as_a_busy_wiki_asks() -> Tested {
    let (world, _) = world()?;
    world.run(async {
        let builder = Builder::new(agent()).maxlag(5);
        let wiki = builder.connect(world.origin()).await?;
        wiki.get(&[("action", "query")]).await?;
        let lagged = wiki.get(&[("action", "query"), ("maxlag", "-2")]);
        let begun = std::time::Instant::now();
        let error = tokio::time::timeout(std::time::Duration::from_secs(7), lagged).await;
        assert!(error.is_err() && begun.elapsed().as_secs() >= 5, "it is waiting");
        Ok(())
    })
}
