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

#[test]
fn published_clients_log_in_and_know_who_they_are() -> Tested {
    if std::env::var("DAEMUN_TEST_CLIENTS").is_err() {
        eprintln!("SKIPPED published clients: set DAEMUN_TEST_CLIENTS=1 to install and run them");
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
