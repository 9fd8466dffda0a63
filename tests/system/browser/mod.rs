//! People before a browser: Chromium without a window, driven by the scenarios in `tests/browser`,
//! which say over a line what world they want and ask it what a person would know.

mod asked;
mod line;
mod stage;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};
use daemun_testkit::clients::{Installed, chromium, node_with_lock};

use crate::Tested;
use crate::clients::cache;

/// The folder of the scenarios.
fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("browser")
}

/// `screenshots` beside the folders of the profiles, emptied by the scenarios.
fn screenshots() -> anyhow::Result<PathBuf> {
    let test = std::env::current_exe()?;
    let target = test.ancestors().nth(3).context("a test lies in TARGET/PROFILE/deps")?;
    Ok(target.join("screenshots"))
}

/// What is missing is told; where all must be there it is an error.
fn skipped(what: &str) -> Tested {
    if std::env::var_os("DAEMUN_TEST_NEEDS_ALL").is_some() {
        bail!("{what} is missing, so nothing could be tested in a browser");
    }
    eprintln!("SKIPPED people before a browser: {what} IS MISSING HERE");
    Ok(())
}

#[test]
fn people_before_a_browser_get_what_they_came_for() -> Tested {
    if std::env::var("DAEMUN_TEST_CLIENTS").is_err() {
        eprintln!("SKIPPED people before a browser: set DAEMUN_TEST_CLIENTS=1 to run them");
        return Ok(());
    }
    let Some(browser) = chromium() else { return skipped("chromium") };
    let folder = scenarios();
    let (program, packages) = match node_with_lock(&cache(), "browser", &folder)? {
        Installed::Here { program, folder } => (program, folder),
        Installed::Missing(what) => return skipped(&what),
    };
    let port = line::listen()?;
    let mut node = Command::new(program)
        .args(["--test-reporter=./kit/report.mjs", "kit/run.mjs"])
        .current_dir(&folder)
        .env("STAGE_PORT", port.to_string())
        .env("PACKAGES", packages)
        .env("CHROMIUM", browser)
        .env("SCREENSHOTS", screenshots()?)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    // Line by line, so that they are shown with the test.
    for told in BufReader::new(node.stdout.take().context("a pipe")?).lines() {
        println!("{}", told?);
    }
    let status = node.wait()?;
    ensure!(status.success(), "scenarios failed, see above: {status}");
    Ok(())
}
