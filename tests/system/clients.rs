//! Published clients, unmodified, against the program as people run it.

use std::path::PathBuf;

use daemun_testkit::clients::{Answer, Client, Login, log_in};
use daemun_testkit::program::Home;

use crate::Tested;

const PASSWORD: &str = "William-pass-1!";

/// Where clients are installed, once for all runs.
pub(crate) fn cache() -> PathBuf {
    let given = std::env::var_os("DAEMUN_CLIENTS_CACHE").map(PathBuf::from);
    given.unwrap_or_else(|| std::env::temp_dir().join("daemun-testkit-clients"))
}

/// Whether published clients are to be run; that they are not is said.
fn wanted() -> bool {
    let wanted = std::env::var("DAEMUN_TEST_CLIENTS").is_ok();
    if !wanted {
        eprintln!("SKIPPED published clients: set DAEMUN_TEST_CLIENTS=1 to install and run them");
    }
    wanted
}

#[test]
fn published_clients_log_in_and_know_who_they_are() -> Tested {
    if !wanted() {
        return Ok(());
    }
    let home = Home::new()?;
    home.add_account("William", PASSWORD)?;
    let bot = home.add_bot_password("William", "tool", &["highvolume", "editpage"])?;
    let server = home.serve()?;
    let mut missing = Vec::new();
    for client in Client::ALL {
        let by_bot = client.how() == "login";
        let login = Login {
            user: "William".to_owned(),
            password: if by_bot { bot.clone() } else { PASSWORD.to_owned() },
            app: by_bot.then(|| "tool".to_owned()),
        };
        match log_in(client, &cache(), server.origin(), &login)? {
            Answer::Said(said) => {
                assert_eq!(said["name"], "William", "{client:?}: {said}");
                assert_eq!(said["how"], client.how(), "{client:?}: {said}");
                let groups = said["groups"].as_array().expect("groups");
                assert!(groups.contains(&"user".into()), "{client:?}: {said}");
            }
            Answer::Missing(what) => missing.push(format!("{client:?}: {what}")),
        }
    }
    for line in &missing {
        eprintln!("SKIPPED {line} IS MISSING HERE");
    }
    assert!(missing.len() < Client::ALL.len(), "not a single client could be run");
    Ok(())
}

/// What it logs out by is a GET without a token, which MediaWiki has refused for years: it only
/// forgets its cookies, and takes no answer for one.
#[test]
fn kdes_client_reads_the_xml_of_a_login_of_the_site_and_of_a_refusal() -> Tested {
    if !wanted() {
        return Ok(());
    }
    let home = Home::new()?;
    home.add_account("윌리엄", PASSWORD)?;
    let server = home.serve()?;
    let with = |password: &str| {
        let login = Login { user: "윌리엄".into(), password: password.into(), app: None };
        log_in(Client::KdeLogin, &cache(), server.origin(), &login)
    };
    match with(PASSWORD)? {
        Answer::Said(said) => {
            assert_eq!((&said["name"], &said["left"]), (&"윌리엄".into(), &true.into()), "{said}");
            assert_eq!(said["site"], "Daemun", "{said}");
        }
        Answer::Missing(what) => {
            eprintln!("SKIPPED KDE's client: {what} IS MISSING HERE");
            return Ok(());
        }
    }
    // Its number for all that MediaWiki calls `Failed`.
    let refused = with("wrong").expect_err("a wrong password").to_string();
    assert!(refused.contains("not logged in: error 101"), "{refused}");
    Ok(())
}
