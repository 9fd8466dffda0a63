//! The command against daemun.

mod at_a_terminal;
mod in_a_browser;
mod in_scripts;
mod terminal;

use std::path::PathBuf;

use daemun_testkit::program::Home;

/// A home in which sessions are kept, in English.
pub(crate) fn home() -> anyhow::Result<Home> {
    let mut home = Home::new()?;
    let path = home.path().display().to_string();
    home.set("XDG_STATE_HOME", &path);
    home.set("LC_ALL", "C.UTF-8");
    home.set("TERM", "xterm-256color");
    home.set("BROWSER", "true");
    Ok(home)
}

/// Where the session is kept.
pub(crate) fn session_file(home: &Home) -> PathBuf {
    home.path().join("daemun/session")
}

/// The session that is kept.
pub(crate) fn session(home: &Home) -> String {
    std::fs::read_to_string(session_file(home)).unwrap_or_default()
}
