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

/// A browser that has none of our cookies: it is asked whether it wants to go back, and does.
fn walks(target: &str, subject: &str) -> anyhow::Result<String> {
    let folder = tempfile::tempdir()?;
    let curl = |args: &[&str]| {
        let mut curl = std::process::Command::new("curl");
        curl.args(["-s", "-b", "cookies", "-c", "cookies"]).args(args).current_dir(&folder);
        anyhow::Ok(String::from_utf8(curl.output()?.stdout)?)
    };
    let elsewhere = ["-o", "/dev/null", "-w", "%{redirect_url}"];
    let back = curl(&[&elsewhere[..], &[&format!("{target}&as={subject}")]].concat())?;
    let page = curl(&[&back])?;
    let value = |part: &str, name: &str| -> Option<String> {
        let value = part.split(&format!("{name}=\"")).nth(1)?.split('"').next()?;
        Some(value.replace("&amp;", "&").replace("&#039;", "'"))
    };
    let fields: Vec<String> = page
        .split("<input ")
        .skip(1)
        .filter_map(|part| Some(format!("{}={}", value(part, "name")?, value(part, "value")?)))
        .collect();
    let mut args = elsewhere.to_vec();
    for field in &fields {
        args.extend(["--data-urlencode", field]);
    }
    args.push(back.split('?').next().unwrap());
    curl(&args)
}
